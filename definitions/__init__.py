"""Data only: procedures, wording, letters, scenarios, calendars and reference lists. No code."""
