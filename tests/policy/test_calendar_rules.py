"""Working time with everything at once: clock changes both ways, holidays, exceptions, seasons."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.policy import Situation, default_text, due, load
from firstline.policy.text.values import Window, parse_span
from firstline.policy.time.calendars import Calendar, DatedHours, Season
from firstline.policy.time.counting import before, due_at, steps

# The days on which the clocks of these zones change in 2026, forward and back.
CHANGES = {
    "Europe/Kyiv": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Pacific/Auckland": (date(2026, 9, 27), date(2026, 4, 5)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}
NEAR = st.tuples(st.sampled_from(sorted(CHANGES)), st.booleans(), st.integers(-4320, 4320)).map(
    lambda t: (
        ZoneInfo(t[0]),
        datetime.combine(CHANGES[t[0]][t[1]], datetime.min.time(), UTC) + timedelta(minutes=t[2]),
    )
)
WINDOW = st.builds(
    lambda start, length: Window(start * 15, (start + length) * 15),
    st.integers(0, 95),
    st.integers(1, 96),
)
WEEK = st.lists(
    st.lists(WINDOW, max_size=2).map(lambda w: tuple(sorted(w))), min_size=7, max_size=7
)
SPANS = st.sampled_from(
    ["0m", "1m", "45m", "8h", "30h", "8bh", "0.5h", "1bd", "3bd", "2d", "1w", "1mo", "1y",
     "same_business_day", "next_business_day"]
)  # fmt: skip


@st.composite
def calendars(draw: st.DrawFn, zone: ZoneInfo) -> Calendar:
    """A calendar with holidays, a closing, another season, windows over midnight."""
    week = draw(WEEK)
    week[2] = week[2] or (Window(540, 1560),)
    free = draw(st.sets(st.dates(date(2026, 2, 1), date(2026, 12, 1)), max_size=4))
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 5880)))
    shut = DatedHours(start, start + timedelta(hours=draw(st.integers(1, 99))), shut=True)
    summer = Season((6, 1), (9, 30), tuple(draw(WEEK)))
    return Calendar(
        "it",
        zone,
        tuple(week),
        lambda year: {day: "" for day in free if day.year == year},
        draw(st.sampled_from(["closed", "saturday", "sunday", "open"])),
        (shut,),
        draw(st.sampled_from(["closing", "midnight", "same_time"])),
        draw(st.none() | st.just((Window(600, 720),))),
        draw(st.just(()) | st.just((summer,))),
    )


@settings(max_examples=150, deadline=None)
@given(st.data(), NEAR, SPANS, st.integers(0, 3000))
def test_nothing_is_due_before_it_starts_nor_earlier_for_coming_later(
    data: st.DataObject, near: tuple[ZoneInfo, datetime], span: str, wait: int
) -> None:
    zone, start = near
    made = data.draw(calendars(zone))
    one = due_at(parse_span(span), start, made, zone)
    two = due_at(parse_span(span), start + timedelta(minutes=wait), made, zone)
    assert one is not None
    assert two is not None
    assert start <= one.astimezone(UTC) <= two.astimezone(UTC) + at_most_earlier(span)
    assert one.tzinfo == zone


def at_most_earlier(span: str) -> timedelta:
    """How much earlier a later arrival may be due. Days and months end at the hour of arrival: an
    hour comes twice when clocks go back, and a month after 30 and 31 January is 28 February.
    """
    if span in ("1mo", "1y"):
        return timedelta(days=1)
    return timedelta() if span.endswith(("h", "m")) else timedelta(hours=1)


@settings(max_examples=100, deadline=None)
@given(st.data(), NEAR, st.integers(1, 4000))
def test_the_counted_time_adds_up_and_is_open_throughout(
    data: st.DataObject, near: tuple[ZoneInfo, datetime], minutes: int
) -> None:
    zone, start = near
    made = data.draw(calendars(zone))
    pieces = list(made.add(start, timedelta(minutes=minutes)))
    assert sum((end - begin for begin, end in pieces), timedelta()) == timedelta(minutes=minutes)
    assert all(first[1] <= second[0] for first, second in pairwise(pieces))
    for begin, end in pieces:
        assert made.is_open(begin)
        assert made.is_open(end - timedelta(seconds=1))
    for (_, end), (begin, _) in pairwise(pieces):
        assert begin == end or not made.is_open(end + (begin - end) / 2)
    shown = steps(parse_span(f"{minutes}m"), start, made, zone)
    if "minutes" in shown[-1]:
        assert sum(step["minutes"] for step in shown) == pytest.approx(minutes, abs=0.01)


@settings(max_examples=100, deadline=None)
@given(st.data(), NEAR)
def test_opening_and_closing_agree_at_every_moment(
    data: st.DataObject, near: tuple[ZoneInfo, datetime]
) -> None:
    zone, at = near
    made = data.draw(calendars(zone))
    opens, closes = made.opens_at(at), made.closes_at(at)
    assert opens is not None
    assert made.is_open(opens)
    assert (opens.astimezone(UTC) == at) is made.is_open(at)
    assert closes is None or (made.is_open(at) and not made.is_open(closes))


@settings(max_examples=60, deadline=None)
@given(st.data(), NEAR, st.sampled_from(["10m", "3h", "2d", "1w", "1mo", "2bd"]))
def test_a_notice_sent_in_time_leaves_the_whole_span(
    data: st.DataObject, near: tuple[ZoneInfo, datetime], span: str
) -> None:
    zone, at = near
    made = data.draw(calendars(zone))
    latest = before(parse_span(span), at, made, zone)
    assert latest.astimezone(UTC) < at
    if not span.endswith(("bd", "mo")):
        again = due_at(parse_span(span), latest, Calendar("always", zone, DAY), zone)
        assert again is not None
        assert abs(again.astimezone(UTC) - at) <= timedelta(hours=1)


DAY = ((Window(0, 1440),),) * 7


@pytest.mark.parametrize(
    ("text", "at", "opened"),
    [
        ("{mon-fri: 09:00-18:00, holidays: de, on_holidays: 10:00-12:00}",
         "2026-01-01T11:00", True),
        ("{mon-fri: 09:00-18:00, holidays: de, on_holidays: 10:00-12:00}",
         "2026-01-01T13:00", False),
        ("{mon-fri: 09:00-18:00, sat: 09:00-13:00, holidays: de, holiday_as: saturday}",
         "2026-01-01T12:00", True),
        ("{mon-fri: 09:00-18:00, seasons: {from: 06-01, to: 08-31, mon-fri: 08:00-14:00}}",
         "2026-06-01T08:30", True),
        ("{mon-fri: 09:00-18:00, seasons: {from: 06-01, to: 08-31, mon-fri: 08:00-14:00}}",
         "2026-08-31T15:00", False),
        ("{mon-fri: 09:00-18:00, seasons: {from: 06-01, to: 08-31, mon-fri: 08:00-14:00}}",
         "2026-09-01T15:00", True),
        ("{mon-fri: 09:00-18:00, seasons: {from: 12-24, to: 01-02}}", "2026-12-31T10:00", False),
        ("{mon-fri: 09:00-18:00, seasons: {from: 12-24, to: 01-02}}", "2026-01-05T10:00", True),
        ("{weekdays: 09:00-18:00, weekend: 24h}", "2026-03-07T03:00", True),
        ("{weekdays: 09:00-18:00, site: tokyo}", "2026-03-02T01:30", True),
    ],
)  # fmt: skip
def test_holidays_seasons_and_sites_have_hours_of_their_own(
    text: str, at: str, opened: bool
) -> None:
    head = "policy: {timezone: Europe/Berlin}\nsites: {tokyo: {timezone: Asia/Tokyo}}\n"
    policy = load(f"{head}calendars:\n  it: {text}")
    moment = datetime.fromisoformat(at).replace(tzinfo=policy.zone)
    assert policy.calendars["it"].is_open(moment) is opened


def test_alarms_are_right_in_the_hour_that_is_told_twice() -> None:
    policy = load(default_text().replace("Europe/Kyiv", "America/Denver", 1))
    start = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    found = due(policy, "first", start, Situation(channel="chat"))
    assert found is not None
    stages = policy.stages(start.astimezone(policy.zone), found.at, kind="answer", mode="chat")
    times = [at.astimezone(UTC) for _, at in stages]
    assert [name for name, _ in stages] == ["chat_waits", "warning", "warning", "missed"]
    assert times == sorted(times)
    assert times[-1] == start + timedelta(hours=1)
    assert times[0] == start + timedelta(minutes=3)
