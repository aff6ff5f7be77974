"""A topic, a channel and a plan are called the same on the page, in questions and at the desk."""

import re
from dataclasses import replace
from typing import Any

import pytest

from firstline.policy import clauses, load, policy_ask
from firstline.policy.page.differences import changes
from firstline.requests.entrance.refusals import refusals

FILE = """
policy: {timezone: Europe/Berlin, languages: [en, uk]}
calendars: {office: {mon-fri: ["09:00-17:00"]}}
topics: [web_hosting, billing]
plans: {old_gold: {support: false}, silver: {title: Silver 2}}
lines: [{id: L1}]
scope:
  in: [web_hosting, billing, tuning]
  out: {design: {en: Drawing of pictures., uk: Малювання.}}
refuse: [rude_words]
channels:
  - {id: night_phone, calendar: office, plans: [silver], covers: [web_hosting], line: L1}
  - {id: ticket}
"""


def reason(**given: Any) -> str:
    return policy_ask(load(FILE), given)["refused"]["reason"]


def words(name: str, lang: str = "en") -> tuple[str, str]:
    found = next(one for one in clauses(load(FILE), lang) if one.id == name)
    return found.title, found.words


def test_a_channel_without_a_title_is_called_by_its_id_in_words() -> None:
    assert words("channel.night_phone")[0] == "Night phone"
    assert load(FILE).label("channel", "night_phone", "en") == "Night phone"
    assert reason(channel="night_phone", received="2026-03-07T10:00").startswith(
        "It is closed now: Night phone."
    )


def test_a_topic_without_a_title_is_called_by_its_id_in_words() -> None:
    policy = load(FILE)
    assert "Dealt with here: web hosting." in words("channel.night_phone")[1]
    assert policy.label("topic", "web_hosting", "en") == "web hosting"
    # What the file leaves without words has those of the shipped file.
    assert policy.label("topic", "billing", "uk") == "Оплата, документи"
    why = policy_ask(policy, {"channel": "night_phone", "topic": "billing"})
    assert "Payment, documents is not dealt with here: Night phone." in why["refused"]["reason"]


def test_a_code_of_the_scope_is_called_by_its_words_where_it_is_refused() -> None:
    assert reason(channel="ticket", code="design") == (
        "Support does not deal with it: Drawing of pictures."
    )
    found = {one.code: one.words for one in refusals(load(FILE), "silver", "uk")}
    assert found == {"design": "Малювання", "rude_words": "rude words"}


def test_a_plan_and_a_line_are_called_the_same_everywhere() -> None:
    assert reason(channel="ticket", plan="old_gold", received="2026-03-03T10:00") == (
        "The plan Old gold has no support."
    )
    assert words("plan.old_gold")[0] == "Plan Old gold"
    assert load(FILE).label("plan", "silver", "en") == "Silver 2"
    assert load(FILE).label("line", "L1", "uk") == words("line.L1", "uk")[0] == "Лінія 1"


@pytest.mark.parametrize(
    ("rule", "given", "sentence"),
    [
        ("opens_after: 4h", {"age": "1h"}, "It may be used once a request is 4 hours old: Ticket."),
        (
            "opens_from: 25000 EUR",
            {"spend": 5},
            "It is for clients who spend 25,000 EUR or more a month: Ticket.",
        ),
        (
            "languages: [uk, pl]",
            {"language": "en"},
            "It is answered in Ukrainian, Polish only: Ticket.",
        ),
    ],
)
def test_lengths_sums_and_languages_stand_in_words(
    rule: str, given: dict[str, Any], sentence: str
) -> None:
    policy = load(f"channels: [{{id: ticket, {rule}}}]")
    found = policy_ask(policy, {"channel": "ticket", **given})
    assert found["refused"]["reason"] == sentence


def test_a_channel_that_opens_later_says_after_how_long_in_words() -> None:
    policy = load("channels: [{id: ticket, opens_after: 4h}]")
    shown = policy_ask(policy, {"language": "uk"})["channels"]["ticket"]
    assert (
        shown["note"]
        == "відкривається, коли зверненню вже 4 години; вкажіть, скільки часу воно триває"
    )


def test_no_sentence_of_a_refusal_holds_a_bare_length_of_time() -> None:
    policy = load(FILE.replace("{id: ticket}", "{id: ticket, opens_after: 90m}"))
    for lang in ("en", "uk", "ru"):
        asked = {"channel": "ticket", "age": "5m", "language": lang}
        assert not re.search(r"\d[smhdw]\b", policy_ask(policy, asked)["refused"]["reason"])


def test_a_changed_clause_without_a_title_is_called_by_its_id_in_words() -> None:
    old = load("clauses: [{id: be_kind.first, words: Be kind.}]")
    new = load("clauses: [{id: be_kind.first, words: Be kinder.}]")
    (change,) = changes(old, new, "en")
    assert (change.title, change.clause) == ("Be kind first", "be_kind.first")
    clause = clauses(old, "en")[0]
    assert (clause.label, replace(clause, title="Kindness").label) == ("Be kind first", "Kindness")
