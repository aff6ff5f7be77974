"""The ordinary week of calendars, for the linter: what is covered, and where the holes are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from firstline.policy.text.remark import Listed, Remark, Worded, counting_remark, remark
from firstline.policy.text.spoken import Weekday
from firstline.policy.text.values import MINUTES_A_DAY
from firstline.policy.time.calendars import Calendar

WEEK = 7 * MINUTES_A_DAY
MinuteSpan = tuple[int, int]
WHOLE_WEEK: MinuteSpan = (0, WEEK)


def open_pieces(calendars: Iterable[Calendar], zone: ZoneInfo, now: datetime) -> list[MinuteSpan]:
    """Minutes of the week (from Monday midnight in `zone`) in which any of the calendars is
    open; holidays are left aside.
    """
    pieces: list[MinuteSpan] = []
    for calendar in calendars:
        shift = _offset(zone, now) - _offset(calendar.zone, now)
        for day, windows in enumerate(calendar.week):
            for window in windows:
                start = (day * MINUTES_A_DAY + window.start + shift) % WEEK
                pieces += _wrap(start, start + window.end - window.start)
    return join_pieces(pieces)


def _offset(zone: ZoneInfo, now: datetime) -> int:
    offset = now.astimezone(zone).utcoffset()
    return round(offset.total_seconds() / 60) if offset else 0


def _wrap(start: int, end: int) -> list[MinuteSpan]:
    return [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]


def join_pieces(pieces: Iterable[MinuteSpan]) -> list[MinuteSpan]:
    """The same minutes in pieces that neither touch nor overlap, in order."""
    result: list[MinuteSpan] = []
    for start, end in sorted(pieces):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def holes(pieces: list[MinuteSpan]) -> list[MinuteSpan]:
    """What of the week is not covered; a hole over Sunday midnight is one, with an end past the
    week.
    """
    if not pieces:
        return [(0, WEEK)]
    found = [(a[1], b[0]) for a, b in itertools.pairwise(pieces)]
    last, first = pieces[-1][1], pieces[0][0]
    return found if last == WEEK and first == 0 else [*found, (last, WEEK + first)]


def missing_pieces(wanted: list[MinuteSpan], pieces: list[MinuteSpan]) -> list[MinuteSpan]:
    """The parts of `wanted` that `pieces` do not cover."""
    gaps = [part for start, end in holes(pieces) for part in _wrap(start, end)]
    return [(max(a, c), min(b, d)) for a, b in wanted for c, d in gaps if max(a, c) < min(b, d)]


def hole_words(pieces: list[MinuteSpan]) -> Worded:
    """`Sat 09:00 to 19:00, …` for a message, the first three and how many more."""
    found = Listed(tuple(_hole(start, end) for start, end in pieces[:3]))
    if len(pieces) <= 3:
        return found
    return counting_remark(
        "{holes} and {number} more", "{holes} and {number} more", len(pieces) - 3, holes=found
    )


def _hole(start: int, end: int) -> Remark:
    first, last = start // MINUTES_A_DAY, end // MINUTES_A_DAY
    opens, closes = _clock(start), _clock(end)
    if first == last:
        return remark("{day} {start} to {end}", day=Weekday(first % 7), start=opens, end=closes)
    return remark(
        "{day} {start} to {other} {end}",
        day=Weekday(first % 7),
        start=opens,
        other=Weekday(last % 7),
        end=closes,
    )


def _clock(minute: int) -> str:
    rest = minute % MINUTES_A_DAY
    return f"{rest // 60:02}:{rest % 60:02}"
