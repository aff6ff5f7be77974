"""Whether a calendar is open at a moment, when it opens and closes, whether the day is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.policy.rules.policy import Policy
from firstline.policy.time.calendars import Calendar


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Whether it is `open` at a moment, None where no hours are promised; `opens_at` while it is
    closed and `closes_at` while it is open, None where that never comes.
    """

    open: bool | None
    opens_at: datetime | None
    closes_at: datetime | None


NO_HOURS = OpeningState(None, None, None)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar at a moment: whether the day is worked, which holiday it is, and its hours."""

    working_day: bool
    holiday: str | None
    open: bool | None
    opens_at: datetime | None
    closes_at: datetime | None


def opening(calendar: Calendar, at: datetime) -> OpeningState:
    """The hours of a calendar at a moment."""
    opened = calendar.is_open(at)
    # An open calendar has no opening to wait for, as a closed one has no closing.
    return OpeningState(opened, None if opened else calendar.opens_at(at), calendar.closes_at(at))


def calendars(policy: Policy, at: datetime) -> dict[str, Day]:
    """Each calendar of the file at a moment."""
    return {name: _day(policy, name, at) for name in policy.source.calendars}


def _day(policy: Policy, name: str, at: datetime) -> Day:
    calendar = policy.calendars[name]
    day, hours = at.astimezone(calendar.zone).date(), opening(calendar, at)
    worked, holiday = calendar.working_day(day), calendar.holiday(day)
    return Day(worked, holiday, hours.open, hours.opens_at, hours.closes_at)
