"""What a definition is written in: guards and facts in CEL, forms in JSON Schema. Knows no case."""
