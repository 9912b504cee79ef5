"""Tests of the two doors."""
