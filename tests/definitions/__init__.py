"""Tests of the shipped definitions and their scenarios."""
