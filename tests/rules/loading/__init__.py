"""Tests of loading a definition, and of every fault it can have."""
