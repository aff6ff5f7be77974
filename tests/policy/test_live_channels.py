"""Telephones and live chats: nobody records them, so nothing is taken there outside the hours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.policy import check, clauses, load, policy_ask, policy_due
from firstline.policy.file.doors import main_channel, takes_later, ways

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NIGHT = "2026-03-03T23:00"
FILE = """
policy: {{timezone: Europe/Berlin, languages: [en, uk, ru]}}
calendars: {{office: {{mon-fri: ["09:00-17:00"]}}}}
channels: [{{id: {name}, calendar: office{rule}}}]
targets: [{{first: 1h}}]
"""


def made(name: str, rule: str = "") -> str:
    return FILE.format(name=name, rule=rule)


def usable(text: str, channel: str, **given: Any) -> bool:
    asked = {"channel": channel, "received": NIGHT, **given}
    return policy_ask(load(text), asked)["channels"][channel]["usable"]


LIVE = (
    "phone",
    "Telephone",
    "telefon",
    "tel",
    "tel-2",
    "hotline",
    "call",
    "sales_calls",
    "livechat",
)
WRITTEN = ("mail", "ticket", "hotel", "intel", "callback-form", "recall")


@pytest.mark.parametrize("name", LIVE)
def test_a_telephone_is_known_by_its_name(name: str) -> None:
    assert not usable(made(name), name)
    assert "Outside the hours requests are not taken." in _words(made(name), name)


@pytest.mark.parametrize("name", WRITTEN)
def test_what_only_sounds_like_one_waits(name: str) -> None:
    assert usable(made(name), name)
    assert "not taken" not in _words(made(name), name)


def test_the_file_may_say_it_whatever_the_name() -> None:
    assert not usable(made("ring", ", live: true"), "ring")
    assert usable(made("phone", ", live: false"), "phone")
    assert "not taken" not in _words(made("phone", ", live: false"), "phone")


def test_the_page_says_it_in_three_languages_and_only_where_it_is_so() -> None:
    said = [_words(made("tel"), "tel", lang) for lang in ("uk", "ru")]
    assert "Поза цими годинами звернення не приймають." in said[0] or "не прийма" in said[0]
    assert "не принимают" in said[1]
    recorded = (", outside_hours: accept", ", becomes: ticket", ", best_effort: not office")
    assert not any("not taken" in _words(made("tel", rule), "tel") for rule in recorded)
    whole_day = made("tel").replace("calendar: office", "calendar: 24x7")
    assert "not taken" not in _words(whole_day, "tel")
    assert _words(made("tel", ", outside_hours: refuse"), "tel").count("not taken") == 1


def test_a_finding_asks_where_neither_name_nor_file_says_it() -> None:
    def codes(text: str) -> list[str]:
        return [one.code for one in check(text, NOW) if one.code == "channel-unsure"]

    assert codes(made("ring")) == ["channel-unsure"]
    sure = (", live: true", ", live: false", ", outside_hours: refuse", ", becomes: ticket")
    assert not any(codes(made("ring", rule)) for rule in sure)
    assert not any(codes(made(name)) for name in (*LIVE, "mail", "ticket", "e-mail", "telegram"))
    assert not codes(made("ring").replace("calendar: office", "calendar: 24x7"))


CHAIN = """
policy: {timezone: Europe/Berlin}
calendars: {office: {mon-fri: ["09:00-17:00"]}}
channels:
  - {id: mail}
  - {id: chat, calendar: office}
  - {id: bubble, door_of: chat}
  - {id: sign, door_of: bubble}
targets: [{channel: chat, first: 1h}, {first: 9h}]
complaints: {channels: [chat], stages: [{reply: 3bd}], calendar: office}
identity: {password: [chat]}
"""


def test_a_door_of_a_door_is_as_live_as_the_channel_itself() -> None:
    assert [usable(CHAIN, name) for name in ("chat", "bubble", "sign")] == [False] * 3
    assert ways(load(CHAIN).doors, "sign") == {"sign", "bubble", "chat"}


def test_a_door_of_a_door_has_the_times_of_the_channel_and_takes_its_complaints() -> None:
    asked = {"channel": "sign", "received": "2026-03-03T10:00"}
    found = policy_due(load(CHAIN), asked)["measures"]
    assert found["first"]["due_at"] == "2026-03-03T11:00:00+01:00"
    assert found["complaint.1"] is not None
    assert policy_ask(load(CHAIN), asked)["complaint"]["refused"] is None
    password = policy_ask(load(CHAIN), {**asked, "proof": "password", "act": "view"})
    assert password["identity"]["enough"]


def test_doors_that_lead_in_a_circle_end() -> None:
    policy = load("channels: [{id: mail}, {id: a}]")
    circle = {"a": policy.doors["a"].model_copy(update={"door_of": "b"})}
    circle["b"] = circle["a"].model_copy(update={"id": "b", "door_of": "a"})
    assert ways(circle, "a") == {"a", "b"}


def test_requests_do_not_begin_by_telephone_where_there_is_another_way() -> None:
    policy = load("channels: [{id: Tel}, {id: fax}]")
    main = main_channel(policy.source)
    assert main is not None
    assert (main.id, takes_later(policy.doors["Tel"])) == ("fax", False)


def _words(text: str, name: str, lang: str = "en") -> str:
    return next(one.words for one in clauses(load(text), lang) if one.id == f"channel.{name}")
