"""Firstline writes the clauses that a file leaves unwritten: all of them, in three languages, and
a change of the rule changes the words.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from firstline.policy import Clause, Policy, clauses, default_text, load, sections
from firstline.policy.file.parts import Part
from firstline.policy.text.values import Span, parse_span
from firstline.policy.text.wording import Time, code_words, span_words

LANGUAGES = ("en", "uk", "ru")
FOLDER = Path(__file__).parents[2] / "examples" / "policies"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.endswith(".checks.yaml"))
# What a page never shows: a key or code of the file, a span as the file writes it, Python.
RAW = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\b\d+(bd|bh|mo)\b|\b(mon|tue|wed|thu|fri|sat|sun)-|[{}\[\]]"
    r"|\bNone\b|\bTrue\b|\bFalse\b|refer\(|use\(|\.\.|: \.|“”|«»"
)
# Not for readers: names of rows, what the desk is run by, and the head of the file.
INNER = re.compile(
    r"\.id$|^(format|policy\.|clauses|sections|topics|outcomes|states)"
    r"|^lines\.[^.]+\.(own_time|own_clock|title|calendar)|^channels\.[^.]+\.(title|opened_by)"
    r"|\.title$|^alarms|^desk\.(chats|skip|presence)|^plans\.[^.]+$"
)


@lru_cache
def bare(path: Path) -> Policy:
    """A real file as if it had written no clause itself."""
    file = load(path.read_text("utf-8")).source
    return Policy(file.model_copy(update={"clauses": []}))


def made(text: str, lang: str = "en") -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses(load(text), lang)}


def words(text: str, clause: str, lang: str = "en") -> str:
    return made(text, lang)[clause].words


def leaves(item: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value that a file sets, by its path."""
    pairs: list[tuple[str, object]] = []
    if isinstance(item, Part):
        fields = type(item).model_fields
        pairs = [(fields[n].alias or n, getattr(item, n)) for n in item.model_fields_set]
    elif isinstance(item, dict):
        pairs = list(item.items())
    elif isinstance(item, list) and any(isinstance(entry, Part) for entry in item):
        pairs = [(getattr(e, "id", None) or str(i), e) for i, e in enumerate(item)]
    if not pairs:
        yield path, item
    for key, value in pairs:
        yield from leaves(value, f"{path}.{key}" if path else key)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_real_file_without_words_of_its_own_makes_a_page(path: Path, lang: str) -> None:
    policy = bare(path)
    found = clauses(policy, lang)
    assert found
    assert len({clause.id for clause in found}) == len(found)
    for clause in found:
        assert clause.title
        assert clause.words[-1] in ".!?…”»"
        assert not RAW.search(f"{clause.title} {clause.words}"), clause
    for section in sections(policy, lang):
        assert section.title


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_rule_of_a_real_file_is_told(path: Path) -> None:
    policy = bare(path)
    told = {path for clause in clauses(policy, "en") for path in clause.paths}
    starts = tuple(f"{path}." for path in told)
    untold = [
        path
        for path, value in leaves(policy.source)
        if not INNER.search(path)
        and value not in (None, [], {}, False)
        and path not in told
        and not path.startswith(starts)
        and not any(other.startswith(f"{path}.") for other in told)
    ]
    # A word that stands for a language is told with the words themselves.
    untold = [path for path in untold if path.rpartition(".")[0] not in told]
    # These say nothing where they stand at what holds anyway, or beside what is told with them.
    quiet = r"\.(clock|received|priority|plan|channel|topic|line|country|site|service|requester"
    quiet += r"|per|calendar|counted_from|kb_first|reopen|force|days|timezone|holiday_as|unit)\b"
    assert not [path for path in untold if not re.search(quiet, f".{path}")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_number_of_a_target_stands_in_its_words(path: Path, lang: str) -> None:
    policy = bare(path)
    found = {path: c for c in clauses(policy, lang) for path in c.paths}
    for index, row in enumerate(policy.source.targets):
        for name in ("ack", "first", "next", "update", "start", "fix", "otherwise"):
            span = getattr(row, name)
            if span is None:
                continue
            key = "else" if name == "otherwise" else name
            clause = found[f"targets.{row.id or index}.{key}"]
            said = (f"{Time(span, lang):within}", span_words(span, lang))
            assert any(one in clause.words for one in said), (clause.words, said)


def test_files_that_differ_in_one_number_have_other_words() -> None:
    for path in FILES:
        policy = bare(path)
        for index, row in enumerate(policy.source.targets):
            for name in ("first", "next", "start", "fix"):
                span = getattr(row, name)
                if isinstance(span, Span) and span.unit != "same_business_day":
                    longer = parse_span("17h") if str(span) != "17h" else parse_span("19h")
                    rows = list(policy.source.targets)
                    rows[index] = row.model_copy(update={name: longer})
                    other = Policy(policy.source.model_copy(update={"targets": rows}))
                    texts = [[c.words for c in clauses(p, "uk")] for p in (policy, other)]
                    assert texts[0] != texts[1], (path.stem, row)


RULES: list[tuple[str, str, str, str]] = [
    (
        "paid: {price: 5 EUR}",
        "paid: {price: 5 EUR, fixed: unstated}",
        "paid",
        "A fixed fee is charged too; its amount is agreed.",
    ),
    (
        "paid: {price: 5 EUR}",
        "paid: {model: prepaid, time: 10h, price: 5 EUR}",
        "paid",
        "Bought at once: 10 hours",
    ),
    ("order: fifo", "order: [priority, arrival]", "order", "priority, then time of arrival"),
    ("restart_on: [client_word]", "restart_on: [reopen]", "restart", "opened again"),
    ("delay: {longest: 2d}", "delay: {longest: 3d}", "delay", "at most 3 days away"),
    ("close: {close: 72h}", "close: {close: 2d}", "close", "closed after 2 days"),
    ("close: {remind: 1h}", "close: {remind: 2h}", "close", "reminder after 2 hours"),
    ("close: {reopen_days: 1}", "close: {reopen_days: 5}", "close", "for 5 days"),
    ("close: {reopen: new_request}", "close: {reopen: reply}", "close", "for 14 days"),
    ("close: {reopen_days: 1}", "close: {reopen_days: unlimited}", "close", "at any time"),
    (
        "identity: {pin: {valid: 8h}}",
        "identity: {pin: {valid: unlimited}}",
        "identity.pin",
        "The PIN never ends.",
    ),
    (
        "paid: {price: 5 EUR}",
        "paid: {price: 5 EUR, expires: unlimited}",
        "paid",
        "Prepaid time never ends.",
    ),
    (
        "complaints: {stages: [{reply: 3bd}]}",
        "complaints: {stages: [{reply: 3bd, force: target}]}",
        "complaints.stage.1",
        "Our aim: answer within 3 working days.",
    ),
    ("close: {accept_within: 1h}", "close: {accept_within: 12h}", "accept", "within 12 hours"),
    ("complaints: {must: [name]}", "complaints: {must: [essence]}", "complaints", "the essence"),
    (
        "complaints: {stages: [{id: a, reply: 3bd}]}",
        "complaints: {stages: [{id: a, reply: 5bd}]}",
        "complaints.stage.a",
        "Answer within 5 working days",
    ),
    ("scope: {in: [training]}", "scope: {in: [dns_help]}", "scope.in", "help with DNS"),
    ("scope: {out: [training]}", "scope: {out: [web_design]}", "scope.out", "web design"),
    (
        "scope: {out: [training], refer: {training: X}}",
        "scope: {out: [training], refer: {training: Buy it.}}",
        "scope.refer",
        "Training: Buy it.",
    ),
    ("request: {must: [logs]}", "request: {must: [steps]}", "request", "steps that lead"),
    (
        "request: {list_from: 3}",
        "request: {list_from: 4}",
        "request.rules",
        "4 tasks or more may be one numbered list.",
    ),
    ("conduct: {steps: [warn]}", "conduct: {steps: [warn, ban]}", "conduct", "a warning, a ban"),
    ("refuse: [misuse]", "refuse: [unrelated]", "refuse", "unrelated matters"),
    ("identity: {who: [owner]}", "identity: {who: [contacts]}", "identity", "added contacts"),
    (
        "identity: {pin: {valid: 24h}}",
        "identity: {pin: {valid: 8h}}",
        "identity.pin",
        "good for 8 hours",
    ),
    (
        "identity: {only: {delete: [login]}}",
        "identity: {only: {delete: [pin]}}",
        "identity.acts",
        "Deleting: only with the PIN",
    ),
    ("paid: {price: 5 EUR}", "paid: {price: 7 EUR}", "paid", "Price per hour: 7 EUR"),
    ("paid: {unit: 15m}", "paid: {unit: 30m}", "paid", "Unit of account: 30 minutes"),
    ("quota: {amount: 2}", "quota: {amount: 3, per: year}", "quota", "3 incidents a year"),
    (
        "credits: {basis: first, amount: 5 %}",
        "credits: {basis: first, amount: 9 %}",
        "credits",
        "Credit: 9%",
    ),
    ("provision: {within: 24h}", "provision: {within: 2h}", "provision", "within 2 hours"),
    ("maintenance: {lead: 3d}", "maintenance: {lead: 1w}", "maintenance", "at least 1 week"),
    ("history: {keep: 1y}", "history: {keep: 5y}", "history", "kept for 5 years"),
    (
        "stats: [{id: a, measure: on_time(first), claim: 93, publish: both}]",
        "stats: [{id: a, measure: on_time(first), claim: 94, publish: both}]",
        "stat.a",
        "94%",
    ),
    (
        "priorities: {levels: [high, low]}",
        "priorities: {levels: [low, high]}",
        "priorities",
        "low; high",
    ),
    ("plans: {gold: {queue: 2}}", "plans: {gold: {queue: 1}}", "plan.gold", "wait in queue 1"),
    ("lines: [{id: a, parallel: true}]", "lines: [{id: a}]", "line.a", "come to this line first"),
    (
        "channels: [{id: chat, status: official}]",
        "channels: [{id: chat, status: refused}]",
        "channel.chat",
        "not accepted here",
    ),
    (
        "sites: {pl: {country: PL}}",
        "sites: {pl: {country: DE}}",
        "site.pl",
        "Country: Germany",
    ),
    (
        "policy: {languages: [en]}",
        "policy: {languages: [en, uk]}",
        "languages",
        "English, Ukrainian",
    ),
]


@pytest.mark.parametrize(("old", "new", "clause", "said"), RULES, ids=[row[1] for row in RULES])
def test_a_rule_changed_in_the_file_changes_the_words(
    old: str, new: str, clause: str, said: str
) -> None:
    assert said in words(new, clause)
    assert said not in words(old, clause)
    for lang in ("uk", "ru"):
        assert words(new, clause, lang) != words(new, clause)


CALENDAR = """
policy: {{timezone: Europe/Kyiv}}
calendars:
  work: {{{days}}}
  exceptions: [{{calendar: work, from: 2026-12-31, to: 2026-12-31, {what}, tell: Party}}]
channels: [{{id: phone, status: official, calendar: work}}]
"""


def test_hours_holidays_and_exceptions_are_told() -> None:
    days = 'mon-fri: ["09:00-13:00", "14:00-25:00"], holidays: ua'
    text = CALENDAR.format(days=days, what='hours: ["09:00-12:00"]')
    found = made(text)
    assert "Hours: Mon–Fri 09:00–13:00, 14:00–01:00." in found["channel.phone"].words
    assert "Closed on public holidays: Ukraine" in found["calendar.work"].words
    assert found["exceptions"].words == "31 December 2026, working days: 09:00–12:00 (Party)."
    closed = made(text.replace('hours: ["09:00-12:00"]', "closed: true"), "uk")
    assert closed["exceptions"].words == "31 грудня 2026 року, робочі дні: не працює (Party)."
    assert "пн–пт 09:00–13:00, 14:00–01:00" in closed["channel.phone"].words


SEASONAL = """
calendars:
  work:
    mon-fri: ["09:00-18:00"]
    holidays: {country: UA, add: [12-31]}
    on_holidays: ["10:00-14:00"]
    seasons: [{from: 06-01, to: 08-31, mon-thu: ["08:00-16:00"]}]
"""


def test_names_of_a_company_are_not_translated_and_facts_are_words() -> None:
    paid = "{for: urgent, surcharges: [{when: urgent, percent: 20}]}"
    text = f"plans: {{standard: {{queue: 1}}}}\npaid: {paid}"
    assert made(text, "uk")["plan.standard"].title == "Тариф Standard"
    assert made(text, "uk")["paid"].title == "Платна допомога · термінова допомога"
    assert "Надбавка (якщо це терміново): 20 %." in words(text, "paid", "uk")


def test_seasons_and_hours_of_holidays_are_told() -> None:
    told = words(SEASONAL, "calendar.work")
    assert "Hours of a holiday: 10:00–14:00." in told
    assert "Further days off: 31 December." in told
    assert "1 June – 31 August: Mon–Thu 08:00–16:00." in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_default_file_is_not_told_twice(lang: str) -> None:
    found = clauses(load(default_text()), lang)
    own = {path for clause in found if not clause.written for path in clause.paths}
    for clause in found:
        if clause.written:
            assert not own & set(clause.paths), clause
            assert not RAW.search(clause.words), clause


def test_a_clause_of_the_file_takes_the_place_of_the_written_one() -> None:
    rule = "close: {remind: 48h, close: 72h}\n"
    assert set(made(rule)) == {"close"}
    whole = made(rule + "clauses: [{id: a, words: We close., rule: close}]")
    assert set(whole) == {"a"}
    part = made(rule + "clauses: [{id: close, words: 'After {close.close}.', rule: close.close}]")
    assert part["close"].words == "After 72 hours."
    rest = part["close.rules"]
    assert rest.title == "Closing and reopening, in detail"
    assert "48 hours" in rest.words
    assert "72 hours" not in rest.words
    printed = made(rule + "clauses: [{id: a, words: 'Closed after {close.close}.'}]")
    assert "72 hours" not in printed["close"].words


def test_free_words_stay_and_are_marked_as_not_executed() -> None:
    text = "order: fifo\nclauses: [{id: '12', words: We are kind.}]\nconduct: {steps: [warn]}"
    found = made(text)
    assert found["12"].executed is False
    assert found["order"].executed
    assert not found["conduct"].executed
    assert not made("targets: [{words: Only words.}]")["target.any"].executed


def test_another_language_is_written_in_one_that_firstline_speaks() -> None:
    text = "policy: {languages: [de, ru]}\norder: fifo"
    assert "в порядке поступления" in words(text, "order", "de")
    assert "in which they arrive" in words(text.replace("[de, ru]", "[de]"), "order", "de")
    assert "у порядку" not in words(text, "order", "uk") or "в порядку" in words(
        text, "order", "uk"
    )


@pytest.mark.parametrize(
    ("span", "lang", "form", "text"),
    [
        ("1h", "uk", "within", "протягом 1 години"),
        ("1h", "uk", "after", "через 1 годину"),
        ("3bd", "uk", "within", "протягом 3 робочих днів"),
        ("21m", "ru", "within", "в течение 21 минуты"),
        ("21m", "ru", "after", "через 21 минуту"),
        ("0m", "en", "within", "at once"),
        ("same_business_day", "en", "within", "on the same working day"),
        ("same_business_day", "ru", "within", "в тот же рабочий день"),
        ("5m-2h", "en", "", "5 minutes – 2 hours"),
        ("5m-2h", "uk", "within", "у межах від 5 хвилин до 2 годин"),
        ("15m-60m", "en", "within", "within 15–60 minutes"),
        ("1w", "ru", "a", "1 неделю"),
        ("2y", "ru", "g", "2 лет"),
    ],
)
def test_a_span_takes_the_form_that_its_sentence_needs(
    span: str, lang: str, form: str, text: str
) -> None:
    assert format(Time(parse_span(span), lang), form) == text


def test_a_code_has_words_in_three_languages() -> None:
    assert [code_words("owner_change", lang) for lang in LANGUAGES] == [
        "changing the owner",
        "зміна власника",
        "смена владельца",
    ]
    assert code_words("page", "en", "maintenance_by") == "the status page"
    assert code_words("something_else", "uk") == "something else"
