"""Tests of guards, facts and forms as they are written."""
