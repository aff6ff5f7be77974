"""Numbers, days and times as people and programs type them, read within bounds.

Python's own readers take digits of other scripts, refuse some with another error than the rest,
and give dates that no zone can be reckoned with.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

HIGHEST = 2**63 - 1
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)


def number_or_none(text: str, most: int = HIGHEST) -> int | None:
    """A whole number from 0 to `most`, written in ASCII digits alone; None for anything else."""
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST))
    return number if digits and (number := int(text)) <= most else None


def day_or_none(text: str) -> date | None:
    """A day from 1970 to 2999 such as `2026-03-07`; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def start_or_none(text: str, zone: tzinfo, more: timedelta = timedelta()) -> datetime | None:
    """When that day (and `more`) begins in `zone`, in UTC."""
    day = day_or_none(text)
    return day and datetime.combine(day + more, time(), zone).astimezone(UTC)


def moment_or_none(text: str) -> datetime | None:
    """A moment as a page of ours wrote it, with its offset; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def time_or_none(text: str, zone: tzinfo) -> datetime | None:
    """A time from 1970 to 2999; without an offset it is the wall clock of `zone`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not EARLIEST <= at.date() <= LATEST:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)
