"""Whether a calendar is open at a moment, when it opens and closes, whether the day is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from firstline.policy.rules.policy import Policy
from firstline.policy.time.calendars import Calendar
from firstline.policy.time.counting import stamp


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Whether it is `open` at a moment, None where no hours are promised; `opens_at` while it is
    closed and `closes_at` while it is open, None where that never comes.
    """

    open: bool | None
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def to_json(self, zone: ZoneInfo) -> dict[str, Any]:
        """The same in the offset of a zone."""
        return {
            "open": self.open,
            "opens_at": self.opens_at and stamp(self.opens_at, zone),
            "closes_at": self.closes_at and stamp(self.closes_at, zone),
        }


def opening(calendar: Calendar, at: datetime) -> OpeningState:
    """The hours of a calendar at a moment."""
    opened = calendar.is_open(at)
    # An open calendar has no opening to wait for, as a closed one has no closing.
    return OpeningState(opened, None if opened else calendar.opens_at(at), calendar.closes_at(at))


def calendars(policy: Policy, at: datetime) -> dict[str, Any]:
    """Each calendar of the file at a moment: whether the day is worked there, and which holiday
    it is, beside `opening`.
    """
    return {name: _day(policy, name, at) for name in policy.source.calendars}


def _day(policy: Policy, name: str, at: datetime) -> dict[str, Any]:
    calendar = policy.calendars[name]
    day = at.astimezone(calendar.zone).date()
    known = {"working_day": calendar.working_day(day), "holiday": calendar.holiday(day)}
    return {**known, **opening(calendar, at).to_json(policy.zone)}
