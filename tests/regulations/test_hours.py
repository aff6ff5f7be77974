"""The channels and hours of the public pages are those of the moment."""

from datetime import datetime

import pytest

from firstline.policy import load
from firstline.regulations.pages.hours import hours

POLICY = load("""
policy: {timezone: Europe/Berlin}
calendars: {office: {mon-fri: ["09:00-17:00"]}, short: {mon-fri: ["12:00-14:00"]}}
channels:
  - {id: mail, calendar: office, variants: [{from: 2026-12-21, to: 2026-12-31, calendar: short}]}
  - {id: fax, calendar: office, to: 2026-06-30}
  - {id: tel, calendar: office, variants: [{from: 2026-12-01, status: refused}]}
""")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-06-30T10:00", {"Mail": (True, 17), "Fax": (True, 17), "Tel": (True, 17)}),
        ("2026-07-01T10:00", {"Mail": (True, 17), "Tel": (True, 17)}),
        ("2026-12-22T10:00", {"Mail": (False, None)}),
        ("2026-12-22T13:00", {"Mail": (True, 14)}),
    ],
)
def test_what_is_over_or_not_there_yet_is_no_channel_of_the_moment(
    at: str, shown: dict[str, tuple[bool, int | None]]
) -> None:
    found = hours(POLICY, "en", datetime.fromisoformat(at).replace(tzinfo=POLICY.zone))
    assert {one.title: (one.open, one.closes and one.closes.hour) for one in found} == shown
    (mail, *_others) = found
    assert mail.words == ("Mon–Fri 12:00–14:00" if "12-22" in at else "Mon–Fri 09:00–17:00")
