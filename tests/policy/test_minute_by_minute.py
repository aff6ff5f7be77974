"""Calendars compared with a second, slow and obvious way of counting: minute by minute, by looking
at a clock on the wall.
"""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.policy import load
from firstline.policy.text.values import parse_span
from firstline.policy.time.counting import due_at

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A zone and a day on which its clocks go forward, go back or skip a whole day; leap days and the
# end of a year.
PLACES = [
    ("Europe/Kyiv", date(2026, 3, 29)),
    ("Europe/Kyiv", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(2028, 2, 29)),
    ("UTC", date(2024, 2, 29)),
    ("Europe/Berlin", date(2026, 12, 31)),
]
TIMES = st.integers(0, 95).map(lambda n: n * 15) | st.integers(0, 1439)
WINDOW = st.tuples(TIMES, st.integers(1, 1440)).map(lambda w: (w[0], min(w[0] + w[1], 2880)))
WINDOWS = st.lists(WINDOW, max_size=2)
WEEK = st.lists(WINDOWS, min_size=7, max_size=7)


def written(windows: list[tuple[int, int]]) -> list[str]:
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in windows]


@st.composite
def hours(draw: st.DrawFn) -> dict[str, Any]:
    """Hours around a day of `PLACES`, as plain facts."""
    zone, middle = draw(st.sampled_from(PLACES))
    near = st.integers(-4, 4).map(lambda n: middle + n * DAY)
    return {
        "zone": zone,
        "middle": middle,
        "week": draw(WEEK),
        "season": draw(WEEK) if draw(st.booleans()) else None,
        "since": draw(near),
        "free": draw(st.lists(near, max_size=2)),
        "free_as": draw(st.sampled_from(["closed", "saturday", "sunday", "open"])),
        "dated": draw(st.none() | st.tuples(near, st.lists(WINDOW, min_size=1, max_size=2))),
        "shut": draw(st.none() | st.tuples(near, TIMES, st.integers(1, 3000))),
    }


def text(facts: dict[str, Any]) -> str:
    def days(week: list[list[tuple[int, int]]]) -> dict[str, list[str]]:
        return {NAMES[i]: written(w) for i, w in enumerate(week)}

    spec = days(facts["week"]) | {"holiday_as": facts["free_as"]}
    spec["holidays"] = {"add": [day.isoformat() for day in facts["free"]]}
    if facts["season"]:
        first, last = facts["since"], facts["since"] + 2 * DAY
        parts = {"from": f"{first:%m-%d}", "to": f"{last:%m-%d}", **days(facts["season"])}
        spec["seasons"] = parts
    dated: list[dict[str, Any]] = []
    if facts["dated"]:
        day, other = facts["dated"]
        dated.append({"from": str(day), "to": str(day), "hours": written(other)})
    if facts["shut"]:
        begin, end = (f"{moment:%Y-%m-%dT%H:%M}" for moment in closure(facts))
        dated.append({"from": begin, "to": end, "closed": True})
    head = {"timezone": facts["zone"]}
    every = [{"calendar": "it"} | one for one in dated]
    return json.dumps({"policy": head, "calendars": {"it": spec}, "exceptions": every})


def closure(facts: dict[str, Any]) -> tuple[datetime, datetime]:
    day, start, length = facts["shut"]
    begin = datetime.combine(day, datetime.min.time()) + start * MINUTE
    return begin, begin + length * MINUTE


def windows(facts: dict[str, Any], day: date) -> list[tuple[int, int]]:
    if facts["dated"] and facts["dated"][0] == day:
        return facts["dated"][1]
    inside = facts["season"] and facts["since"] <= day <= facts["since"] + 2 * DAY
    week = facts["season"] if inside else facts["week"]
    as_day = {"open": day.weekday(), "saturday": 5, "sunday": 6}.get(facts["free_as"])
    if day in facts["free"]:
        return [] if as_day is None else week[as_day]
    return week[day.weekday()]


def is_open(facts: dict[str, Any], days: dict[date, list[tuple[int, int]]], wall: datetime) -> bool:
    if facts["shut"] and closure(facts)[0] <= wall < closure(facts)[1]:
        return False
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    late = any(a <= minute + 1440 < b for a, b in days[today - DAY])
    return late or any(a <= minute < b for a, b in days[today])


@cache
def clock(zone: str, middle: date) -> list[tuple[datetime, datetime]]:
    """Every minute of eight days with what a clock on the wall shows. One that is turned back
    counts as standing still until it has caught up: no window begins or ends twice.
    """
    start = datetime.combine(middle, datetime.min.time(), UTC)
    minutes = [start + n * MINUTE for n in range(-4 * 1440, 4 * 1440)]
    walls = (minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for minute in minutes)
    return list(zip(minutes, accumulate(walls, max), strict=True))


def open_minutes(facts: dict[str, Any]) -> list[datetime]:
    days = {(day := facts["middle"] + n * DAY): windows(facts, day) for n in range(-6, 6)}
    shown = clock(facts["zone"], facts["middle"])
    return [minute for minute, wall in shown if is_open(facts, days, wall)]


@settings(max_examples=50)
@given(hours(), st.integers(-2500, 2500), st.integers(1, 1500))
def test_a_calendar_and_a_clock_on_the_wall_agree_on_every_minute(
    facts: dict[str, Any], wait: int, length: int
) -> None:
    slow = open_minutes(facts)
    start = datetime.combine(facts["middle"], datetime.min.time(), UTC) + wait * MINUTE
    made = load(text(facts)).calendars["it"]
    assert made.is_open(start) is (start in slow)
    after = [minute for minute in slow if minute >= start]
    end = start + 2 * DAY
    quick = [
        begin + n * MINUTE
        for begin, stop in takewhile(lambda span: span[0] < end, made.open_from(start))
        for n in range((min(stop, end) - begin) // MINUTE)
    ]
    assert quick == [minute for minute in after if minute < end]
    if len(after) >= length:
        due = due_at(parse_span(f"{length}m"), start, made, ZoneInfo("UTC"))
        assert due == after[length - 1] + MINUTE
