"""Who may use a channel, which line answers it at which hour, and when an answer is not owed."""

from datetime import datetime
from typing import Any

import pytest

from firstline.policy import load, page, policy_ask, policy_due

FILE = """
policy: {timezone: Europe/Berlin, languages: [en, uk, ru]}
calendars: {work: {mon-fri: 09:00-18:00}}
lines: [{id: first, calendar: work}, {id: night}, {id: weekend}]
channels:
  - {id: chat, calendar: work, best_effort: not work, who: [owner, technical], fallback: ticket}
  - id: ticket
    line: first
    lines: [{when: sat-sun, line: weekend}, {when: not work, line: night}]
targets: [{line: night, first: 30m}, {line: weekend, first: 8h}, {first: 1h}]
identity: {who: [owner, contacts], contacts: {technical: Technical contact, billing: Bookkeeper}}
"""
POLICY = load(FILE)
MONDAY, EVENING, SUNDAY = "2026-03-02T10:00", "2026-03-02T20:00", "2026-03-08T10:00"


@pytest.mark.parametrize(
    ("contact", "usable"), [("owner", True), ("technical", True), ("billing", False), (None, True)]
)
def test_a_channel_is_for_certain_contacts(contact: str | None, usable: bool) -> None:
    asked = {"channel": "chat", "contact": contact, "received": MONDAY}
    found = policy_ask(POLICY, asked)["channels"]["chat"]
    assert found["usable"] is usable
    if not usable:
        assert found["refer_to"] == "ticket"
        assert found["why"][0].startswith("It is not for your kind of contact: Online chat.")


@pytest.mark.parametrize(
    ("received", "line", "first"),
    [
        (MONDAY, "first", "2026-03-02T11:00:00+01:00"),
        (EVENING, "night", "2026-03-02T20:30:00+01:00"),
        (SUNDAY, "weekend", "2026-03-08T18:00:00+01:00"),
        ("2026-03-02T08:59", "night", "2026-03-02T09:29:00+01:00"),
    ],
)
def test_the_line_that_answers_first_depends_on_the_hour(
    received: str, line: str, first: str
) -> None:
    given = {"channel": "ticket", "received": received}
    assert policy_ask(POLICY, given)["channels"]["ticket"]["line"] == line
    assert policy_due(POLICY, given)["measures"]["first"]["due_at"] == first
    assert POLICY.entry_line("ticket", datetime.fromisoformat(received + "+01:00")) == line
    assert POLICY.entry_line("ticket", None) == "first"


def test_at_hours_of_best_effort_a_live_channel_may_be_tried() -> None:
    given: dict[str, Any] = {"channel": "chat", "received": EVENING}
    found = policy_ask(POLICY, given)["channels"]["chat"]
    assert (found["open"], found["usable"]) == (False, True)
    assert "an answer may come now, but is not guaranteed" in found["note"]
    other = load(FILE.replace(" best_effort: not work,", ""))
    assert policy_ask(other, given)["channels"]["chat"]["usable"] is False


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["For these contacts:", "is not guaranteed", "— answered by: "]),
        ("uk", ["Для цих контактних осіб:", "не гарантована", "— відповідає: "]),
        ("ru", ["Для этих контактных лиц:", "не гарантирован", "— отвечает: "]),
    ],
)
def test_the_page_says_so(lang: str, words: list[str]) -> None:
    text = str(page(POLICY, lang))
    assert [word for word in words if word not in text] == []
