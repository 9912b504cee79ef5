"""One file per database; only these know which database it is."""
