"""Filling {places} in data: {name} with a value, {day+30} with a date. Law: an unknown place is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

PLACE = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)(?P<days>[+-][0-9]+)?\}")


def filled(value: Any, places: Mapping[str, Any]) -> Any:
    """The value with every place in its texts filled, through lists and objects. Raises KeyError."""
    if isinstance(value, Mapping):
        return {name: filled(item, places) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, places) for item in value]
    return PLACE.sub(lambda found: _text(found, places), value) if isinstance(value, str) else value


def _text(found: re.Match[str], places: Mapping[str, Any]) -> str:
    value = places[found["name"]]
    if isinstance(value, date):
        return (value + timedelta(days=int(found["days"] or 0))).isoformat()
    return str(value)
