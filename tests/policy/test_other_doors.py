"""Another door into a channel has its rules; a question nobody could print is refused."""

from typing import Any

import pytest

from firstline.policy import load, policy_ask, policy_due
from firstline.policy.rules.situation import GivenError

SATURDAY, MONDAY = "2026-11-28T10:00:00+01:00", "2026-11-30T10:00:00+01:00"
POLICY = """
policy: {timezone: Europe/Berlin}
calendars: {office: {mon-fri: 09:00-18:00}}
plans: [basic, gold]
topics: [outage, web]
channels:
  - {id: mail, calendar: office, address: a@example.com}
  - {id: box, door_of: mail}
  - {id: slot, door_of: box}
  - {id: vip, plans: gold, calendar: office, outside_hours: refuse, covers: [outage]}
  - {id: vipbox, door_of: vip}
  - {id: early, door_of: vip, outside_hours: accept}
  - {id: fax, status: refused}
  - {id: fax2, door_of: fax}
  - {id: phone, calendar: office}
  - {id: desk, door_of: phone}
complaints: {channels: mail, calendar: office, stages: [{id: one, reply: 3bd}]}
targets: [{first: 1h, clock: channel}]
"""


def _channel(name: str, **given: Any) -> dict[str, Any]:
    return policy_ask(load(POLICY), {"channel": name, **given})["channels"][name]


@pytest.mark.parametrize("door", ["box", "slot"])
def test_a_door_has_the_hours_of_its_channel(door: str) -> None:
    """Closed with it, and counted by its clock; an address is its own."""
    assert _channel(door, received=SATURDAY)["open"] is False
    assert "address" not in _channel(door)
    due = policy_due(load(POLICY), {"channel": door, "received": SATURDAY})
    first = due["measures"]["first"]
    assert first["due_at"] == "2026-11-30T10:00:00+01:00"


@pytest.mark.parametrize(
    ("door", "given"),
    [
        ("vipbox", {"plan": "basic"}),
        ("vipbox", {"topic": "web"}),
        ("vipbox", {"received": SATURDAY}),
        ("fax2", {}),
        ("desk", {"received": SATURDAY}),
    ],
)
def test_a_door_refuses_what_its_channel_refuses(door: str, given: dict[str, str]) -> None:
    assert not _channel(door, **given)["usable"]
    due = policy_due(load(POLICY), {"received": MONDAY, "channel": door, **given})
    assert due["refused"]
    assert due["measures"]["first"] is None


def test_what_a_door_says_itself_holds_there() -> None:
    assert _channel("early", received=SATURDAY, plan="gold")["usable"]


@pytest.mark.parametrize(("door", "taken"), [("box", True), ("mail", True), ("vipbox", False)])
def test_complaints_come_by_a_door_of_their_channel(door: str, taken: bool) -> None:
    given = {"channel": door, "received": MONDAY}
    assert bool(policy_due(load(POLICY), given)["measures"]["complaint.one"]) is taken


@pytest.mark.parametrize("word", ["\ud800", "a\nb", "a\x00", "\x1b[31m", "\x7f", "\x9b"])
def test_words_that_cannot_be_printed_are_refused(word: str) -> None:
    """As a value, as a key and in lists of lists, in one line that can be printed."""
    for given in ({"code": word}, {word: "a"}, {"facts": [word]}, {"paused": [[word, word]]}):
        for answer in (policy_ask, policy_due):
            with pytest.raises(GivenError) as problem:
                answer(load(POLICY), {"received": MONDAY, **given})
            assert str(problem.value).isascii()
            assert str(problem.value).isprintable()
