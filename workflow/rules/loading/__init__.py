"""From texts to a compiled definition, or to every fault at once. Nothing here runs while a case does."""
