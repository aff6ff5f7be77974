"""The published page says what is executed."""

import json

import pytest

from firstline.policy import clauses, default_text, load, page, sections
from firstline.policy.text.values import parse_span
from firstline.policy.text.wording import span_words

CLAUSES = [
    "lines.first",
    "lines.chat-first",
    "lines.second",
    "lines.slower",
    "lines.85",
    "calls.line",
    "calls.beyond",
    "request.good",
    "request.wiki-first",
    "request.specific",
    "hours.chat",
    "hours.calls",
    "channel.official",
    "channel.advisory",
    "order.arrival",
    "answer.hour",
    "answer.delay",
    "answer.wiki",
    "complaint",
    "duty.services",
    "duty.panel",
    "duty.maintenance",
    "not.code",
    "not.scripts",
    "not.self-service",
    "not.strangers",
    "not.custom",
    "not.pc",
    "not.teaching",
    "wiki.helpful",
    "wiki.related",
    "history.saved",
]


def words(text: str, clause: str, lang: str = "en") -> str:
    return next(c.words for c in clauses(load(text), lang) if c.id == clause)


@pytest.mark.parametrize("lang", ["en", "uk", "ru"])
def test_every_clause_is_there_in_every_language_and_is_executed(lang: str) -> None:
    made = {clause.id: clause for clause in clauses(load(default_text()), lang)}
    assert set(CLAUSES) <= set(made)
    for clause in made.values():
        assert clause.title
        assert clause.words
        assert "{" not in clause.words
        assert clause.executed
    others = {clause.id: clause.words for clause in clauses(load(default_text()), "en")}
    assert lang == "en" or all(made[id_].words != others[id_] for id_ in made)


def test_a_number_changed_in_a_rule_changes_on_the_page() -> None:
    text = default_text()
    assert "1 hour," in words(text, "answer.hour")
    changed = text.replace("first: 1h", "first: 45m").replace('"09:00-21:00"', '"08:00-25:00"')
    assert "45 minutes," in words(changed, "answer.hour")
    assert "45 хвилин," in words(changed, "answer.hour", "uk")
    assert "every day 08:00–01:00 (Europe/Kyiv)" in words(changed, "hours.calls")
    assert "3 робочі дні" in words(text, "complaint", "uk")


def test_words_without_a_rule_are_published_as_not_executed() -> None:
    policy = load(
        "clauses: [{id: a, words: We are kind.}, {id: b, words: x, rule: nowhere.at.all}]"
    )
    assert [(c.id, c.executed) for c in clauses(policy, "en")] == [("a", False), ("b", False)]
    (section,) = sections(policy, "en")
    assert (section.id, section.title) == ("", "Further clauses")


def test_the_page_is_json_in_sections() -> None:
    made = page(load(default_text()), "ru")
    again = json.loads(json.dumps(made))
    assert [s["id"] for s in again["sections"]] == [
        "lines",
        "contact",
        "work",
        "duties",
        "limits",
        "wiki",
    ]
    assert again["calendars"]["always"] == "круглосуточно"
    assert again["calendars"]["work"].startswith("пн–пт 09:00–18:00")


@pytest.mark.parametrize(
    ("span", "lang", "text"),
    [
        ("1h", "en", "1 hour"),
        ("2h", "en", "2 hours"),
        ("0.5h", "en", "0.5 hours"),
        ("1h", "uk", "1 година"),
        ("22h", "uk", "22 години"),
        ("11h", "uk", "11 годин"),
        ("0.5h", "uk", "0,5 години"),
        ("21d", "ru", "21 день"),
        ("3bd", "ru", "3 рабочих дня"),
        ("5y", "ru", "5 лет"),
        ("next_business_day", "uk", "наступного робочого дня"),
        ("2h", "de", "2 Stunden"),
        ("3bd", "de", "3 Arbeitstage"),
        ("3bd", "ja", "3 working days"),
    ],
)
def test_spans_have_plural_forms(span: str, lang: str, text: str) -> None:
    assert span_words(parse_span(span), lang) == text
