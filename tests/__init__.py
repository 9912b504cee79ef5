"""The tests mirror the tree; databases are real, only time and the outside world are faked."""
