"""Rules that hold for a time: whether one does at a moment. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from firstline.policy.file.hours import ExceptionSpec
from firstline.policy.file.parts import DatedRule
from firstline.policy.text.values import parse_local


def in_force(part: DatedRule, at: datetime | None, zone: ZoneInfo) -> bool:
    """Whether a rule holds at a moment, by the clock of `zone`; its last date is a whole day. One
    with a period does not where nobody says when.
    """
    if not part.is_dated:
        return True
    if at is None:
        return False
    local = at.astimezone(zone).replace(tzinfo=None)
    begun = part.since is None or local >= parse_local(part.since)
    return begun and not _is_over(part.until, local)


def is_over(part: DatedRule | ExceptionSpec, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the period of a rule has ended by a moment."""
    end = part.until if isinstance(part, DatedRule) else part.end
    return is_past(end, at, zone)


def is_past(end: str | None, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a date or a local time has passed by a moment; a date is a whole day."""
    return _is_over(end, at.astimezone(zone).replace(tzinfo=None))


def _is_over(end: str | None, local: datetime) -> bool:
    return end is not None and local >= parse_local(end) + timedelta(days=":" not in end)
