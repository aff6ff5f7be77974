"""Whether a calendar is open at a moment, when it opens and closes, whether the day is worked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from firstline.policy.rules.policy import Policy
from firstline.policy.time.counting import stamp


def opening(policy: Policy, name: str, at: datetime) -> dict[str, Any]:
    """`open` at a moment; `opens_at` while it is closed and `closes_at` while it is open, null
    where that never comes.
    """
    calendar = policy.calendars[name]
    opened = calendar.is_open(at)
    # An open calendar has no opening to wait for, as a closed one has no closing.
    opens, closes = None if opened else calendar.opens_at(at), calendar.closes_at(at)
    return {
        "open": opened,
        "opens_at": opens and stamp(opens, policy.zone),
        "closes_at": closes and stamp(closes, policy.zone),
    }


def calendars(policy: Policy, at: datetime) -> dict[str, Any]:
    """Each calendar of the file at a moment: whether the day is worked there, and which holiday
    it is, beside `opening`.
    """
    return {name: _day(policy, name, at) for name in policy.source.calendars}


def _day(policy: Policy, name: str, at: datetime) -> dict[str, Any]:
    calendar = policy.calendars[name]
    day = at.astimezone(calendar.zone).date()
    known = {"working_day": calendar.working_day(day), "holiday": calendar.holiday(day)}
    return {**known, **opening(policy, name, at)}
