"""The engine: it executes definitions. Imports run one way: runtime -> records -> rules -> errors."""
