"""Tests of how days are counted."""
