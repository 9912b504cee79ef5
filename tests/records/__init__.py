"""Tests of rows and queries, on both databases."""
