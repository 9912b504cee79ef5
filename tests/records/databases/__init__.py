"""Tests of what differs between the databases."""
