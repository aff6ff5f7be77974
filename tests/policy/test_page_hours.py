"""What the page says of hours, of times and of rules that a company tells itself: each small file
is one fault of words that readers met.
"""

import pytest

from firstline.policy import Clause, clauses, load, sections

HEAD = "policy: {timezone: Europe/Berlin}\n"
CALENDARS = """calendars:
  day: {every-day: 07:00-23:00}
  week: {sun-thu: 09:00-17:00}
  office: {mon-fri: 09:00-17:00}
  all: {every-day: 00:00-24:00}
"""
LANGUAGES = ("en", "uk", "ru")


def made(text: str, lang: str = "en") -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses(load(HEAD + text), lang)}


def said(text: str, clause: str) -> tuple[str, ...]:
    return tuple(made(text, lang)[clause].words for lang in LANGUAGES)


WHEN = CALENDARS + "scope: {in: [dns_help, ssl_help, training], when: [%s]}"


OFFICE = (
    "Office hours, Mon–Fri 09:00–17:00",
    "Робочі години, пн–пт 09:00–17:00",
    "Рабочие часы, пн–пт 09:00–17:00",
)
DNS = ("help with DNS", "допомога з DNS", "помощь с DNS")
SSL = ("help with certificates", "допомога із сертифікатами", "помощь с сертификатами")
FIRST, SECOND = "calendar: office, in: dns_help", "calendar: office, in: ssl_help"


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        (
            f"{{{FIRST}}}, {{{SECOND}}}",
            (
                "{when}: only {one}; {two}.",
                "{when}: лише {one}; {two}.",
                "{when}: только {one}; {two}.",
            ),
        ),
        (
            f"{{{FIRST}}}, {{{SECOND}, paid: true}}",
            (
                "{when}: only {one}; for a fee: {two}.",
                "{when}: лише {one}; за плату: {two}.",
                "{when}: только {one}; за плату: {two}.",
            ),
        ),
        (
            f"{{{FIRST}, only_then: true}}, {{{SECOND}, only_then: true}}",
            (
                "Only at these hours ({when}): {one}; {two}.",
                "Лише в ці години ({when}): {one}; {two}.",
                "Только в эти часы ({when}): {one}; {two}.",
            ),
        ),
        (
            f"{{{FIRST}}}, {{{SECOND}}}".replace("in:", "out:"),
            (
                "{when} — not dealt with: {one}; {two}.",
                "{when} — цим не займаються: {one}; {two}.",
                "{when} — этим не занимаются: {one}; {two}.",
            ),
        ),
    ],
)
def test_rows_of_the_same_hours_are_told_in_one_sentence(rows: str, texts: tuple[str, ...]) -> None:
    words = []
    for text, when, one, two in zip(texts, OFFICE, DNS, SSL, strict=True):
        inside = when if text.startswith("{when}") else when[:1].lower() + when[1:]
        words.append(text.format(when=inside, one=one, two=two))
    assert list(said(WHEN % rows, "scope.when")) == words


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ("first: 0bh, clock: office", ("when the calendar opens", "щойно почнуться", "как только")),
        ("first: 0m, clock: office", ("when the calendar opens", "щойно почнуться", "как только")),
        (
            "first: same_business_day, clock: day",
            ("on the same day.", "того самого дня.", "в тот же день."),
        ),
        (
            "first: next_business_day, clock: day",
            ("on the next day.", "наступного дня.", "следующий день."),
        ),
        (
            "first: same_business_day, clock: week",
            ("day of opening.", "дня роботи.", "день работы."),
        ),
        (
            "first: same_business_day, clock: office",
            ("same working day.", "робочого дня.", "рабочий день."),
        ),
    ],
)
def test_a_time_is_told_by_the_calendar_that_counts_it(row: str, lines: tuple[str, ...]) -> None:
    for words, part in zip(
        said(f"{CALENDARS}targets: [{{{row}}}]", "target.any"), lines, strict=True
    ):
        assert part in words


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (
            "channels: {id: a, calendar: office}\ntargets: {first: 0h, clock: channel, channel: a}",
            "target.a",
        ),
        (
            "lines: [{id: one, calendar: office}]\ntargets: [{first: 0h, clock: line, line: one}]",
            "target.one",
        ),
        (
            "plans: {gold: {calendar: office}}\ntargets: [{first: 0h, clock: plan, plan: gold}]",
            "target.gold",
        ),
        ("provision: {within: 0h, clock: office}", "provision"),
        (
            "complaints: {calendar: office, stages: [{id: a, ack: 0h, reply: 0h}]}",
            "complaints.stage.a",
        ),
    ],
)
def test_at_once_waits_for_the_hours_wherever_they_count(text: str, clause: str) -> None:
    assert "when the calendar opens" in made(CALENDARS + text)[clause].words


def test_at_once_is_at_once_around_the_clock() -> None:
    for clock in ("always", "all"):
        words = made(f"{CALENDARS}targets: [{{ack: 0m, clock: {clock}}}]")["target.any"].words
        assert words.startswith("Acknowledgement at once. The time is counted around the clock.")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("targets: [{first: 1h, clock: all}]", "target.any"),
        (
            "targets: [{first: 1h, clock: channel}]\nchannels: [{id: chat, calendar: all}]",
            "target.any",
        ),
        ("targets: [{first: 1h, clock: line}]\nlines: [{id: one, calendar: all}]", "target.any"),
        ("close: {close: 1h, clock: all}", "close"),
        ("provision: {within: 1h, clock: all}", "provision"),
        ("complaints: {calendar: all, must: [name]}", "complaints"),
    ],
)
def test_hours_that_never_close_are_not_told_as_hours(text: str, clause: str) -> None:
    words = made(CALENDARS + text)[clause].words
    assert "The time is counted around the clock." in words
    assert "nly " not in words
    assert "Working time" not in words


def test_further_answers_are_published_as_they_are_measured() -> None:
    row = "targets: [{first: 2h%s}]"
    assert said(row % "", "target.any") == (
        "First answer and each further answer within 2 hours.",
        "Перша відповідь і кожна наступна протягом 2 годин.",
        "Первый ответ и каждый следующий в течение 2 часов.",
    )
    assert made(row % ", next: 4h")["target.any"].words == (
        "First answer within 2 hours; each further answer within 4 hours."
    )
    assert "No time is promised" in made(row % ", next: none")["target.any"].words
    once = made("restart_on: [hand_over]\n" + row % "")["target.any"].words
    assert once == "First answer within 2 hours."


@pytest.mark.parametrize(
    ("rule", "section"),
    [
        ("scope.in.dns_help", "What support does"),
        ("scope.when", "What support does"),
        ("scope.needs.dns_help", "What support does"),
        ("scope.by_plan.gold", "What support does"),
        ("scope", "What support does"),
        ("scope.out.training", "What support does not do"),
        ("scope.refer.training", "What support does not do"),
    ],
)
def test_a_clause_without_a_section_stands_where_its_rule_belongs(rule: str, section: str) -> None:
    text = f"""{CALENDARS}plans: [gold]
scope:
  in: [dns_help]
  out: [training]
  needs: {{dns_help: [panel]}}
  by_plan: {{gold: {{in: [ssl_help]}}}}
  when: [{{calendar: office, in: dns_help}}]
  refer: {{training: Elsewhere.}}
clauses: [{{id: own, words: Our words., rule: {rule}}}]
"""
    found = sections(load(HEAD + text), "en")
    assert [one.title for one in found if any(c.id == "own" for c in one.clauses)] == [section]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("targets: [{id: a, first: 1h, force: guarantee}]", "{targets.a.first}"),
        ("targets: [{id: a, first: 1h, fix: 1d}]", "{targets.a.first} {targets.a.fix}"),
        (
            CALENDARS + "targets: [{id: a, first: 1h, clock: office}]",
            "{targets.a.first} {calendars.office}",
        ),
        ("paid: {id: p, price: 9 EUR, vat: incl}", "{paid.p.price}"),
        ("quota: {amount: 2, per: year}", "{quota.0.amount}"),
        ("identity: {pin: {valid: 1d, starts: making}}", "{identity.pin.valid}"),
        ("complaints: {within: {invoices: 1mo}}", "{complaints.within.invoices}"),
        ("provision: {within: 1d, counted_from: order}", "{provision.within}"),
    ],
)
def test_what_own_words_tell_is_not_told_again_in_detail(text: str, paths: str) -> None:
    own = f"{text}\nclauses: [{{id: own, words: 'So: {paths}'}}]"
    shown = [c for c in made(own).values() if c.written and not c.id.startswith("calendar.")]
    assert shown == []


def test_what_own_words_leave_out_is_told_without_what_they_tell() -> None:
    text = "targets: [{id: a, first: 1h, fix: 1d}]\nclauses: [{id: o, words: '{targets.a.first}'}]"
    assert made(text)["target.a"].words == "Solution within 1 day."


def test_an_id_is_no_heading() -> None:
    text = """calendars: {q7: {mon-fri: 09:00-17:00}}
lines: [{id: L1}, {id: L2, from: L1}]
targets: [{first: 1h, clock: q7}]
sections: [{id: s9}]
clauses: [{id: own, section: s9, words: Our words.}]
"""
    found = made(text)
    titles = [found[name].title for name in ("calendar.q7", "line.L1", "line.L2")]
    assert titles == ["Hours", "Line 1", "Line 2"]
    headings = [section.title for section in sections(load(HEAD + text), "en")]
    assert "Further clauses" in headings
    assert "" not in headings


def test_plans_of_which_nothing_else_is_said_are_listed() -> None:
    assert made("plans: [gold, silver]")["plans"].words == "Gold, Silver."
