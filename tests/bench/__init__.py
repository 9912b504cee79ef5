"""The benchmark: every speed as a ratio of two things measured in one run. `python -m tests.bench --help`."""
