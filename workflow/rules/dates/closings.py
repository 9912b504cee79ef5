"""The hour at which a call closes, in the zone it names. The law: the stroke of the hour is still in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from workflow.errors import BadDuration


@dataclass(frozen=True, slots=True)
class Closing:
    """A time of day; without a zone of its own it is that of the office."""

    at: time
    zone: str | None = None

    @classmethod
    def parse(cls, text: str) -> Closing:
        """Read "17:00" or "17:00 Europe/London". Raises BadDuration."""
        match = _CLOSING.fullmatch(text.strip())
        if not match:
            raise BadDuration(f"'{text}' is no closing hour; write, say, '17:00' or '17:00 Europe/London'")
        zone = match["zone"]
        if zone and zone not in available_timezones():
            near = get_close_matches(zone, available_timezones(), n=1)
            hint = f"did you mean '{near[0]}'?" if near else "write, say, Europe/London"
            raise BadDuration(f"there is no zone '{zone}'; {hint}")
        return cls(time.fromisoformat(match["at"]), zone)

    def on(self, day: date, office: ZoneInfo) -> datetime:
        """The instant of that day, in UTC."""
        zone = ZoneInfo(self.zone) if self.zone else office
        return datetime.combine(day, self.at, zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.zone or ''}".strip()


_CLOSING = re.compile(r"(?P<at>([01][0-9]|2[0-3]):[0-5][0-9])(\s+(?P<zone>\S+))?")
