"""The benchmark: every speed as a ratio of two things measured in one run. `make bench`, or `python -m tests.bench --help`."""
