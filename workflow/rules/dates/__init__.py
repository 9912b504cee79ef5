"""How days are counted: durations, calendars, deadlines and their explanations. Knows no case."""
