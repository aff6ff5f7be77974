"""Spans in days, hours counted backwards, and the steps that explain a due time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from firstline.policy import load
from firstline.policy.text.values import parse_span
from firstline.policy.time.calendars import Calendar, Interval, add_days
from firstline.policy.time.counting import before, due_at, steps

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = '{mon-fri: ["09:00-18:00"]}'
LATE = '{mon-fri: ["09:00-26:00"]}'
MIDNIGHT = '{mon-fri: ["09:00-18:00"], day_ends: midnight}'
SAME = '{mon-fri: ["09:00-18:00"], day_ends: same_time}'


def calendar(text: str) -> Calendar:
    return load(f"policy: {{timezone: Europe/Berlin}}\ncalendars:\n  it: {text}").calendars["it"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def paused(*pairs: tuple[str, str]) -> tuple[Interval, ...]:
    return tuple((at(a), at(b)) for a, b in pairs)


def due(span: str, start: str, hours: str, pauses: tuple[Interval, ...] = ()) -> datetime | None:
    return due_at(parse_span(span), at(start), calendar(hours), BERLIN, pauses)


# 2026-03-02 is a Monday.
WEEKEND = paused(("2026-03-06T18:00", "2026-03-09T09:00"))
THURSDAY = paused(("2026-03-05T00:00", "2026-03-06T00:00"))


@pytest.mark.parametrize("span", ["0m", "0bh"])
def test_at_once_is_at_the_next_opening_of_what_is_closed(span: str) -> None:
    assert due(span, "2026-03-07T03:00", OFFICE) == at("2026-03-09T09:00")
    assert due(span, "2026-03-06T10:00", OFFICE) == at("2026-03-06T10:00")


@pytest.mark.parametrize("span", ["1d", "1bd", "2h", "8bh"])
def test_a_pause_that_begins_after_the_due_time_moves_nothing(span: str) -> None:
    later = paused(("2026-03-04T10:00", "2026-03-05T10:00"))
    assert due(span, "2026-03-02T10:00", OFFICE, later) == due(span, "2026-03-02T10:00", OFFICE)


def test_a_pause_moves_working_days_by_its_working_time_only() -> None:
    assert due("3bd", "2026-03-04T10:00", OFFICE) == at("2026-03-09T18:00")
    assert due("3bd", "2026-03-04T10:00", OFFICE, WEEKEND) == at("2026-03-09T18:00")
    assert due("3bd", "2026-03-04T10:00", OFFICE, THURSDAY) == at("2026-03-10T18:00")


def test_a_pause_moves_calendar_days_by_all_of_it_once() -> None:
    twice = (*WEEKEND, *paused(("2026-03-07T00:00", "2026-03-08T00:00")))
    assert due("3d", "2026-03-04T10:00", OFFICE, twice) == at("2026-03-10T01:00")


def test_a_pause_over_a_clock_change_is_as_long_as_it_was() -> None:
    night = paused(("2026-03-28T22:00", "2026-03-29T08:00"))  # nine hours, not ten
    assert due("1d", "2026-03-28T12:00", OFFICE, night) == at("2026-03-29T21:00")


def test_a_later_moment_is_never_due_earlier_in_a_skipped_hour() -> None:
    zone = BERLIN
    moments = [at("2026-03-28T02:30:50"), at("2026-03-28T02:31:00"), at("2026-03-28T03:00:00")]
    found = [add_days(moment, 1, zone) for moment in moments]
    assert found == [at("2026-03-29T03:00")] * 3


def test_no_days_from_the_second_pass_of_an_hour_are_that_moment() -> None:
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert add_days(second, 0, BERLIN).astimezone(UTC) == second.astimezone(UTC)


def test_the_same_day_ends_with_its_closing_where_days_end_at_the_hour_of_arrival() -> None:
    assert due("same_business_day", "2026-03-02T10:00", SAME) == at("2026-03-02T18:00")
    assert due("same_business_day", "2026-03-02T19:00", SAME) == at("2026-03-03T18:00")
    assert due("same_business_day", "2026-03-01T10:00", SAME) == at("2026-03-02T18:00")
    assert due("1bd", "2026-03-02T10:00", SAME) == at("2026-03-03T10:00")


@pytest.mark.parametrize(
    ("span", "moment"),
    [
        ("8bh", "2026-03-04T12:00"),
        ("1bh", "2026-03-05T10:00"),
        ("30bh", "2026-02-27T17:00"),
        ("1bd", "2026-03-04T09:00"),
    ],
)
def test_working_hours_are_counted_backwards_as_hours(span: str, moment: str) -> None:
    end = at("2026-03-05T11:00")
    found = before(parse_span(span), end, calendar(OFFICE), BERLIN)
    assert found == at(moment)


@pytest.mark.parametrize("hours", [OFFICE, LATE, MIDNIGHT, SAME, "{every-day: 10:00-24:00}"])
@pytest.mark.parametrize("span", ["1bd", "3bd", "next_business_day", "same_business_day"])
@pytest.mark.parametrize("pauses", [(), THURSDAY])
def test_the_steps_of_working_days_end_with_the_last_one_counted(
    hours: str, span: str, pauses: tuple[Interval, ...]
) -> None:
    start, here = at("2026-03-04T10:00"), calendar(hours)
    rows = steps(parse_span(span), start, here, BERLIN, pauses)
    number = {"3bd": 3}.get(span, 1)
    assert rows[-1]["what"] == f"working day {number}"
    assert sum(row["what"].startswith("working day") for row in rows) == number


@pytest.mark.parametrize("hours", ["24x7", OFFICE, LATE])
@pytest.mark.parametrize("span", ["30m", "26h", "20bh", "700h"])
@pytest.mark.parametrize("pauses", [(), WEEKEND, paused(("2026-03-04T11:00", "2026-03-04T12:00"))])
def test_the_minutes_of_the_steps_add_up(
    hours: str, span: str, pauses: tuple[Interval, ...]
) -> None:
    length, start, here = parse_span(span), at("2026-03-04T10:00"), calendar(hours)
    rows = steps(length, start, here, BERLIN, pauses)
    end = due_at(length, start, here, BERLIN, pauses)
    assert end is not None
    assert sum(row["minutes"] for row in rows) * 60 == length.seconds
    assert rows[-1]["to"] == end.isoformat(timespec="seconds")


def test_the_steps_of_calendar_days_leave_out_what_stood_still() -> None:
    rows = steps(parse_span("3d"), at("2026-03-04T10:00"), calendar(OFFICE), BERLIN, WEEKEND)
    assert {row["what"] for row in rows} == {"elapsed"}
    assert sum(row["minutes"] for row in rows) == timedelta(days=3) / timedelta(minutes=1)


def test_many_working_days_are_summed_up_and_end_with_the_last() -> None:
    rows = steps(parse_span("100bd"), at("2026-03-04T10:00"), calendar(OFFICE), BERLIN)
    assert len(rows) == 60
    assert rows[-2]["what"].startswith("and ")
    assert rows[-1]["what"] == "working day 100"


def test_a_season_over_the_end_of_a_year_holds_on_its_first_and_last_day() -> None:
    short = calendar(
        '{every-day: ["09:00-18:00"], '
        'seasons: {from: 12-30, to: 01-02, every-day: ["10:00-12:00"]}}'
    )
    days = ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"]
    afternoon = [short.is_open(at(f"{day}T15:00")) for day in days]
    assert afternoon == [True, False, False, False, False, True]
