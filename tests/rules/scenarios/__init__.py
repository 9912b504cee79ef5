"""Tests of the scenarios that the office writes."""
