"""Numbers, days and times as they are typed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.typed import day_or_none, number_or_none, start_or_none, time_or_none

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1e3", "1_0", " 1", "²", "٣", "9" * 5000])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert number_or_none(text) is None


def test_a_number_is_bounded() -> None:
    assert number_or_none(str(2**63 - 1)) == 2**63 - 1
    assert number_or_none(str(2**63)) is None
    assert (number_or_none("7", most=7), number_or_none("8", most=7)) == (7, None)


@given(st.text(max_size=40) | st.datetimes().map(str) | st.dates().map(str))
def test_no_text_is_an_error(text: str) -> None:
    number_or_none(text)
    day_or_none(text)
    start_or_none(text, KYIV)
    if at := time_or_none(text, KYIV):
        assert at.astimezone(UTC)


def test_days_begin_where_the_clock_of_the_zone_stands() -> None:
    assert day_or_none("2026-03-07") == date(2026, 3, 7)
    assert start_or_none("2026-03-07", KYIV) == datetime(2026, 3, 6, 22, tzinfo=UTC)
    assert time_or_none("2026-03-07T10:00", KYIV) == datetime(2026, 3, 7, 8, tzinfo=UTC)
    assert time_or_none("2026-03-07T10:00+05:00", KYIV) == datetime(2026, 3, 7, 5, tzinfo=UTC)
