"""Walks of a definition, written by the office: read and played on virtual time through `decide`."""
