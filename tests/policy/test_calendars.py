"""Working time: windows, midnight, holidays, exceptions, clock changes, leap days."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.policy import load
from firstline.policy.text.values import Window, parse_span
from firstline.policy.time.calendars import Calendar, add_days, add_months, instant
from firstline.policy.time.counting import due_at

KYIV = ZoneInfo("Europe/Kyiv")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(name) for name in ("Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "UTC")
]


def calendar(text: str) -> Calendar:
    return load(f"policy: {{timezone: Europe/Kyiv}}\ncalendars:\n  it: {text}").calendars["it"]


def kyiv(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KYIV)


WORK = '{mon-fri: ["09:00-18:00"]}'
CHAT = '{mon-fri: ["09:00-25:00"], sat-sun: ["10:00-24:00"]}'
LUNCH = '{mon-fri: ["09:00-14:00", "17:00-19:00"]}'


@pytest.mark.parametrize(
    ("hours", "at", "opened"),
    [
        (WORK, "2026-03-02T09:00", True),
        (WORK, "2026-03-02T18:00", False),
        (WORK, "2026-03-01T12:00", False),
        (CHAT, "2026-03-03T00:59", True),
        (CHAT, "2026-03-03T01:00", False),
        (CHAT, "2026-03-07T00:30", True),  # Friday's window reaches into Saturday
        (CHAT, "2026-03-08T00:00", False),  # Saturday's ends at midnight
        (LUNCH, "2026-03-02T15:00", False),
        (LUNCH, "2026-03-02T17:00", True),
        ("24x7", "2026-03-08T00:00", True),
    ],
)
def test_a_calendar_is_open_in_its_windows(hours: str, at: str, opened: bool) -> None:
    assert calendar(hours).is_open(kyiv(at)) is opened


@pytest.mark.parametrize(
    ("hours", "start", "span", "at"),
    [
        (WORK, "2026-03-06T17:30", "1h", "2026-03-09T09:30"),
        (WORK, "2026-03-06T17:00", "1h", "2026-03-06T18:00"),
        (WORK, "2026-03-07T12:00", "8bh", "2026-03-09T17:00"),
        (CHAT, "2026-03-07T00:30", "1h", "2026-03-07T10:30"),
        (LUNCH, "2026-03-02T13:30", "2h", "2026-03-02T18:30"),
        (WORK, "2026-03-02T10:00", "70bh", "2026-03-11T17:00"),
        (WORK, "2026-03-06T10:00", "3bd", "2026-03-11T18:00"),
        (WORK, "2026-03-07T10:00", "1bd", "2026-03-09T18:00"),
        (WORK, "2026-03-06T10:00", "same_business_day", "2026-03-06T18:00"),
        (WORK, "2026-03-06T18:30", "same_business_day", "2026-03-09T18:00"),
        (WORK, "2026-03-06T10:00", "next_business_day", "2026-03-09T18:00"),
        (WORK, "2026-03-06T10:00", "2d", "2026-03-08T10:00"),
        ("24x7", "2026-03-06T10:00", "90m", "2026-03-06T11:30"),
    ],
)
def test_time_is_counted_while_the_calendar_is_open(
    hours: str, start: str, span: str, at: str
) -> None:
    assert due_at(parse_span(span), kyiv(start), calendar(hours), KYIV) == kyiv(at)


def test_a_day_can_end_at_midnight_or_at_the_hour_it_began() -> None:
    friday, three = kyiv("2026-03-06T10:00"), parse_span("3bd")
    midnight = calendar('{mon-fri: ["09:00-18:00"], day_ends: midnight}')
    same = calendar('{mon-fri: ["09:00-18:00"], day_ends: same_time}')
    assert due_at(three, friday, midnight, KYIV) == kyiv("2026-03-12T00:00")
    assert due_at(three, friday, same, KYIV) == kyiv("2026-03-11T10:00")
    saturday, one = kyiv("2026-03-07T10:00"), parse_span("1bd")
    assert due_at(one, saturday, same, KYIV) == kyiv("2026-03-10T00:00")


def test_elapsed_hours_do_not_notice_a_clock_change() -> None:
    start = datetime(2026, 3, 29, 2, 30, tzinfo=KYIV)
    due = due_at(parse_span("1h"), start, calendar("24x7"), KYIV)
    assert due is not None
    assert due.isoformat() == "2026-03-29T04:30:00+03:00"


def test_a_window_over_the_spring_change_is_an_hour_shorter() -> None:
    night = calendar('{every-day: ["00:00-09:00"]}')
    due = due_at(parse_span("8h"), kyiv("2026-03-29T00:00"), night, KYIV)
    assert due == kyiv("2026-03-29T09:00")


def test_a_window_over_the_autumn_change_is_an_hour_longer() -> None:
    night = calendar('{every-day: ["00:00-09:00"]}')
    due = due_at(parse_span("10h"), kyiv("2026-10-25T00:00"), night, KYIV)
    assert due == kyiv("2026-10-25T09:00")


def test_a_skipped_hour_is_the_moment_of_the_change() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant(date(2026, 3, 29), 3 * 60 + 30, KYIV) == change
    assert calendar('{sun: ["03:30-05:00"]}').opens_at(kyiv("2026-03-29T00:00")) == change


def test_a_repeated_hour_is_its_first_pass() -> None:
    assert instant(date(2026, 10, 25), 3 * 60 + 30, KYIV) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_holidays_close_a_calendar_and_can_be_edited() -> None:
    text = (
        '{mon-fri: ["09:00-18:00"], holidays: {country: DE, region: NW, add: '
        "[12-24], remove: [05-01]}}"
    )
    work = load(f"policy: {{timezone: Europe/Berlin}}\ncalendars:\n  it: {text}").calendars["it"]
    assert not work.working_day(date(2026, 6, 4))  # Corpus Christi, in North Rhine-Westphalia
    assert not work.working_day(date(2026, 12, 24))
    assert work.working_day(date(2026, 5, 1))


@pytest.mark.parametrize(
    ("holiday_as", "opened"), [("closed", False), ("sunday", True), ("open", True)]
)
def test_a_holiday_is_closed_or_a_sunday_or_a_day_like_any(holiday_as: str, opened: bool) -> None:
    text = (
        '{mon-sat: ["09:00-18:00"], sun: ["10:00-12:00"], holidays: de, '
        f"holiday_as: {holiday_as}}}"
    )
    works = calendar(text)
    new_year = kyiv("2026-01-01T11:00")
    assert works.is_open(new_year) is opened
    assert works.is_open(kyiv("2026-01-01T15:00")) is (holiday_as == "open")


def test_dated_exceptions_close_open_and_change_hours() -> None:
    text = """
policy: {timezone: Europe/Kyiv}
calendars:
  chat: {mon-fri: ["09:00-25:00"], sat-sun: ["10:00-24:00"]}
  exceptions:
    - {calendar: chat, from: 2026-12-31T18:00, to: 2027-01-02T12:00, closed: true}
    - {calendar: chat, from: 2026-12-24, to: 2026-12-24, hours: ["09:00-13:00"]}
    - {calendar: chat, from: 2026-06-06T00:00, to: 2026-06-07T10:00, open: true}
"""
    chat = load(text).calendars["chat"]
    assert chat.closes_at(kyiv("2026-12-31T17:00")) == kyiv("2026-12-31T18:00")
    assert chat.opens_at(kyiv("2026-12-31T20:00")) == kyiv("2027-01-02T12:00")
    assert chat.closes_at(kyiv("2026-12-24T10:00")) == kyiv("2026-12-24T13:00")
    assert chat.is_open(kyiv("2026-06-06T04:00"))
    assert chat.is_open(kyiv("2026-06-07T09:00"))


def test_a_calendar_may_have_its_own_zone() -> None:
    text = (
        "policy: {timezone: Europe/Kyiv}\ncalendars: {us: {mon-fri: "
        '["09:00-17:00"], timezone: America/New_York}}'
    )
    policy = load(text)
    assert policy.calendars["us"].opens_at(kyiv("2026-07-06T09:00")) == kyiv("2026-07-06T16:00")


def test_a_calendar_that_never_opens_promises_nothing() -> None:
    closed = calendar("{mon: []}")
    assert due_at(parse_span("1h"), kyiv("2026-03-02T10:00"), closed, KYIV) is None
    assert due_at(parse_span("1bd"), kyiv("2026-03-02T10:00"), closed, KYIV) is None
    assert closed.opens_at(kyiv("2026-03-02T10:00")) is None


def test_a_month_later_is_the_last_day_where_the_month_is_shorter() -> None:
    assert add_months(kyiv("2024-02-29T10:00"), 12, KYIV) == kyiv("2025-02-28T10:00")
    assert add_months(kyiv("2024-01-31T10:00"), 1, KYIV) == kyiv("2024-02-29T10:00")
    assert add_months(kyiv("2026-11-30T10:00"), 3, KYIV) == kyiv("2027-02-28T10:00")


def test_pauses_do_not_count() -> None:
    pause = ((kyiv("2026-03-02T11:00"), kyiv("2026-03-02T12:00")),)
    for hours in ("24x7", WORK):
        due = due_at(parse_span("2h"), kyiv("2026-03-02T10:00"), calendar(hours), KYIV, pause)
        assert due == kyiv("2026-03-02T13:00")


# -- properties
# --------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 6 * 366 * 24 * 60).map(
    lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
WINDOWS = st.builds(
    lambda start, length: Window(start, start + length),
    st.integers(0, 1439).map(lambda m: m // 15 * 15),
    st.integers(1, 96).map(lambda q: q * 15),
)
WEEKS = st.lists(
    st.lists(WINDOWS, max_size=3).map(lambda w: tuple(sorted(w))), min_size=7, max_size=7
)


def _calendar(week: list[tuple[Window, ...]], zone: ZoneInfo) -> Calendar:
    week[0] = week[0] or (Window(540, 1080),)
    return Calendar("it", zone, tuple(week))


@settings(max_examples=80, deadline=None)
@given(WEEKS, st.sampled_from(ZONES), MOMENTS, st.integers(0, 5000), st.integers(0, 5000))
def test_later_arrival_or_longer_time_is_never_due_earlier(
    week: list[tuple[Window, ...]], zone: ZoneInfo, start: datetime, wait: int, minutes: int
) -> None:
    made, later = _calendar(week, zone), start + timedelta(minutes=wait)
    for span in (f"{minutes}m", f"{minutes % 9}bd", f"{minutes % 30}d", f"{minutes % 9}mo"):
        one = due_at(parse_span(span), start, made, zone)
        two = due_at(parse_span(span), later, made, zone)
        assert one is not None
        assert two is not None
        # An hour may come twice, and two days may have their month on the same one.
        earlier = {"mo": timedelta(days=1), "bd": timedelta(), "m": timedelta()}
        assert start <= one <= two + earlier.get(span.lstrip("0123456789"), timedelta(hours=1))
    short = due_at(parse_span(f"{minutes}m"), start, made, zone)
    long = due_at(parse_span(f"{minutes + wait}m"), start, made, zone)
    assert short is not None
    assert long is not None
    assert short <= long


@settings(max_examples=80, deadline=None)
@given(WEEKS, st.sampled_from(ZONES), MOMENTS, st.integers(1, 5000))
def test_exactly_the_asked_time_is_used_and_all_of_it_is_open(
    week: list[tuple[Window, ...]], zone: ZoneInfo, start: datetime, minutes: int
) -> None:
    made = _calendar(week, zone)
    pieces = list(made.add(start, timedelta(minutes=minutes)))
    assert sum((b - a for a, b in pieces), timedelta()) == timedelta(minutes=minutes)
    for begin, end in pieces:
        assert made.is_open(begin)
        assert made.is_open(begin + (end - begin) / 2)
    assert all(a[1] <= b[0] for a, b in pairwise(pieces))


@settings(max_examples=80, deadline=None)
@given(WEEKS, st.sampled_from(ZONES), MOMENTS)
def test_opening_and_closing_agree_with_being_open(
    week: list[tuple[Window, ...]], zone: ZoneInfo, at: datetime
) -> None:
    made = _calendar(week, zone)
    opens = made.opens_at(at)
    assert opens is not None
    assert made.is_open(opens)
    assert (opens == at) is made.is_open(at)
    closes = made.closes_at(at)
    if closes is not None:
        assert made.is_open(at)
        assert not made.is_open(closes)
        assert made.is_open(closes - timedelta(seconds=1))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(ZONES), MOMENTS, st.integers(0, 400))
def test_calendar_days_keep_the_hour_of_the_day(zone: ZoneInfo, at: datetime, days: int) -> None:
    result = add_days(at, days, zone)
    wall = datetime.combine(at.astimezone(zone).date() + timedelta(days=days), time())
    assert result.date() == wall.date()
    if result.dst() == (result - timedelta(hours=3)).dst():
        assert result.time() == at.astimezone(zone).time()


@settings(max_examples=80, deadline=None)
@given(MOMENTS, st.integers(0, 2000))
def test_a_round_the_clock_calendar_is_plain_time(at: datetime, minutes: int) -> None:
    whole = Calendar("it", BERLIN, ((Window(0, 1440),),) * 7)
    counted = list(whole.add(at, timedelta(minutes=minutes)))[-1][1]
    assert counted == at + timedelta(minutes=minutes)
