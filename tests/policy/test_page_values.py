"""What the page prints of values, of what is over and of titles in the language of the page."""

from datetime import UTC, datetime

import pytest

from firstline.policy import Clause, clauses, load

DAY = "calendars: {day: {mon-fri: '07:00-19:00'}}\n"
AT = datetime(2026, 12, 3, 12, tzinfo=UTC)


def made(text: str, lang: str = "en", at: datetime | None = None) -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses(load(text), lang, at)}


VALUES = """policy: {timezone: Europe/Berlin, languages: [en, uk, ru, de, pl, fr]}
channels: [{id: mail, calendar: day}]
close: {reopen_days: unlimited}
identity: {pin: {valid: unlimited}}
paid: [{id: p, price: 6 EUR, fixed: unstated, expires: unlimited}]
targets: [{id: a, first: 0bh, next: 0bd, clock: not day}]
clauses: [{id: own, words: {en: 'en %(path)s', uk: 'uk %(path)s', ru: 'ru %(path)s',
  de: 'de %(path)s', pl: 'pl %(path)s', fr: 'fr %(path)s'}}]
"""


@pytest.mark.parametrize("lang", ["uk", "ru", "de", "pl", "fr"])
@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("close.reopen_days", "unlimited"),
        ("identity.pin.valid", "unlimited"),
        ("paid.p.expires", "unlimited"),
        ("paid.p.fixed", "not stated"),
        ("channels.mail.status", "official"),
        ("targets.a.clock", "outside Mon–Fri 07:00–19:00"),
        ("targets.a.first", "at once, or when the calendar opens"),
        ("targets.a.next", "by the end of the day of opening"),
    ],
)
def test_a_value_is_put_in_words_of_every_language(path: str, english: str, lang: str) -> None:
    text = DAY + VALUES.replace("%(path)s", f"{{{path}}}")
    assert made(text)["own"].words == f"en {english}"
    said = made(text, lang)["own"].words.removeprefix(f"{lang} ")
    raw = ("unlimited", "unstated", "not stated", "official", "outside", "once", " end ", "Europe")
    assert not any(word in said for word in raw)


def test_working_hours_that_own_words_print_are_not_told_again() -> None:
    text = DAY + "policy: {business: day}\ntargets: [{id: a, first: 8bh}]\nclauses: "
    clause = "[{id: own, rule: targets.a, words: '%s'}]"
    assert "target.a" not in made(text + clause % "{targets.a.first} {targets.a.clock}")
    assert "target.a" not in made(text + clause % "{targets.a.first} {calendars.day}")
    assert made(text + clause % "{targets.a.first}")["target.a"].words.startswith("Working time")


def test_the_shipped_limit_of_reopening_is_told_where_requests_come_in() -> None:
    assert "for 14 days" in made("channels: [{id: mail}]")["close"].words
    assert "close" not in made("clauses: [{id: a, words: We are kind.}]")


def test_plans_that_ended_leave_the_page_with_their_rows() -> None:
    text = """
plans: {old: {ends: 2026-11-30, then: gold}, timed: {ends: '2026-12-03T09:00'}, gold: {}}
targets: [{plan: old, first: 1h}, {plan: [old, gold], first: 2h}, {plan: timed, next: 3h}]
scope: {by_plan: {old: {in: [web]}, gold: {in: [web]}}}
"""
    before = made(text, at=datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert {"plan.old", "target.old", "target.timed", "scope.plan.old"} <= set(before)
    after = made(text, at=AT)
    assert not {"plan.old", "plan.timed", "target.old", "target.timed", "scope.plan.old"} & set(
        after
    )
    assert after["target.old.gold"].title == "Plan Gold"
    assert after["plans"].words == "Gold."


def test_titles_of_the_file_are_in_the_language_of_the_page() -> None:
    text = """policy: {languages: [en, de], timezone: Europe/Berlin}
calendars: {office: {mon-fri: '09:00-18:00', title: {en: Bureau, de: Büro}}}
channels: [{id: tel, calendar: office, title: {en: Telephone, de: Telefon}}]
targets: [{channel: tel, first: 1h, clock: not office}]
"""
    found = made(text, "de")
    assert found["channel.tel"].title == "Telefon"
    assert found["calendar.office"].title == "Büro"
    assert "Büro" in found["channel.tel"].words
    assert found["target.tel"].title == "Telefon"


def test_news_without_a_pause_and_a_zone_that_is_not_repeated() -> None:
    text = DAY + "targets: [{id: a, update: 0h, first: 1h, clock: not day}]\n"
    for lang in ("en", "uk", "ru"):
        said = made(f"policy: {{timezone: Europe/Berlin, languages: [en, uk, ru]}}\n{text}", lang)
        assert "Berlin" not in said["target.a"].words
        assert " 0 " not in said["target.a"].words
