"""Broken and hostile files: one clear sentence each, within a second."""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from subprocess import run
from time import process_time

import holidays
import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.policy import (
    GivenError,
    PolicyError,
    check,
    default_text,
    load,
    policy_ask,
    policy_due,
)
from firstline.policy.rules.question import KNOWN
from firstline.policy.text.countries import COUNTRIES, EMPTY_FROM, REGIONS
from firstline.policy.text.languages import LANGUAGES, MEANT
from firstline.policy.text.source import decode
from firstline.policy.time.days_off import public_holidays

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def bomb() -> str:
    lines = ["a: &a [1,1,1,1,1,1,1,1,1]"]
    lines += [
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]"
        for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    return "\n".join(lines)


HOSTILE = {
    "ten megabytes": ("x: " + "a" * 10_000_000, "too-large"),
    "an alias bomb": (bomb(), "too-many"),
    "an alias to itself": ("a: &a [*a]", "alias"),
    "brackets without end": ("a: " + "[" * 100_000, "too-deep"),
    "very many rows": ("targets: [" + "{first: 1h}," * 25_000 + "]", "too-many"),
    "a tab": ("policy:\n\tversion: 1", "tab"),
    "a tag": ("order: !!python/object/apply:os.system [fifo]", "tag"),
    "a zero byte": ('a: "\0"', "character"),
    "a lone surrogate": ("a: \ud800", "character"),
    "a key twice": ("order: fifo\norder: fifo", "duplicate-key"),
    "two documents": ("order: fifo\n---\norder: fifo", "documents"),
    "an empty file": ("", "empty"),
    "a list": ("- a", "not-a-table"),
    "a bracket left open": ("lines: [", "yaml"),
    "a misprinted hour": ('calendars: {c: {mon-fri: ["09:77-18:00"]}}', "bad-time"),
    "a window that ends before it starts": ('calendars: {c: {mon: ["19:00-09:00"]}}', "bad-window"),
    "a zone that is none": ("policy: {timezone: Mars/Base}", "unknown-zone"),
    "a zone without daylight saving": ("policy: {timezone: EST}", "unknown-zone"),
    "a time without unit": ("targets: [{first: 30}]", "bad-duration"),
    "a time of a million years": ("targets: [{first: 999999y}]", "bad-duration"),
    "a date with an offset": ("policy: {effective: 2026-01-01T00:00+02:00}", "bad-date"),
    "a newer format": ("format: 2\nfuture: yes", "newer-format"),
    "a country that is none": (
        "calendars: {c: {mon: ['09:00-10:00'], holidays: xx}}",
        "unknown-country",
    ),
    "a region that is none": (
        "calendars: {c: {mon: ['09:00-10:00'], holidays: de-zz}}",
        "unknown-country",
    ),
    "a calendar that is not defined": (
        "channels: [{id: chat, calendar: wrok}]",
        "unknown-calendar",
    ),
    "a line that is not defined": ("lines: [{id: a}, {id: b, from: c}]", "unknown-line"),
    "a channel that is not defined": (
        "channels: [{id: mail, reply: use(chat)}]",
        "unknown-channel",
    ),
    "an id twice": ("lines: [{id: a}, {id: a}]", "duplicate-id"),
    "an arrival that is nothing": ("targets: [{received: moonday, first: 1h}]", "bad-received"),
    "a newer format in quotes": ('format: "2"', "newer-format"),
    "a format that never was": ("format: 0", "bad-value"),
    "lines in a circle": (
        "lines: [{id: a, from: c}, {id: b, from: a}, {id: c, from: b}]",
        "circle",
    ),
    "a line from itself": ("lines: [{id: a, from: a}]", "circle"),
    "a channel that is its own door": ("channels: [{id: a, door_of: a}]", "circle"),
    "a table merged into another": (
        "policy: {timezone: UTC}\ncalendars: {a: &a {mon: []}, b: {<<: *a}}",
        "key",
    ),
    "a bell": ('policy: {company: "a\x07"}', "character"),
    "a byte order mark in the middle": ("policy: {}\n\ufefforder: fifo", "character"),
    "a value with a colon": ("policy:\n  company: Acme: Hosting", "yaml"),
    "a quote left open": ('policy: {company: "Acme}', "yaml"),
    "a line indented too little": ("policy:\n  version: 1\n company: x", "yaml"),
    "a number for a word": ("lines: [{id: 1}]", "bad-value"),
    "a word for a number": ("policy: {version: one}", "bad-value"),
    "no for a choice": ("delay: {repeat: no}", "bad-value"),
    "a text for a list": ("lines: first", "bad-value"),
    "a zone of hours": ("policy: {timezone: +02:00}", "unknown-zone"),
    "a zone on disk": ("policy: {timezone: ../../etc/passwd}", "unknown-zone"),
    "an hour after midnight to begin with": (
        'calendars: {c: {mon: ["25:00-26:00"]}}',
        "bad-time",
    ),
    "a day that no month has": (
        "exceptions: [{calendar: always, from: 2026-02-30, to: 2026-03-01, closed: true}]",
        "bad-date",
    ),
    "words cut at a comma": ("topics: {web: {en: Sites, and servers}}", "bad-value"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_broken_file_gets_one_clear_sentence_at_once(text: str, code: str) -> None:
    began = process_time()
    with pytest.raises(PolicyError) as refused:
        load(text)
    assert process_time() - began < 1
    assert [f.code for f in refused.value.findings] == [code]
    (finding,) = refused.value.findings
    assert finding.severity == "error"
    assert len(finding.message) < 300
    assert check(text, NOW) == [finding]


MANY = {
    "exceptions of many calendars": "policy: {timezone: UTC}\ncalendars:\n"
    + "".join(f'  c{n}: {{mon-fri: ["09:00-18:00"]}}\n' for n in range(20))
    + "exceptions:\n"
    + f"  - {{calendar: [{', '.join(f'c{n}' for n in range(20))}], from: 1990-01-01, "
    "to: 2099-12-31, hours: 09:00-10:00}\n" * 500,
    "prices": "paid:\n" + "".join(f"  - {{for: f{n}, price: 1 EUR}}\n" for n in range(2500)),
    "rows by the hour": "policy: {timezone: UTC}\ncalendars:\n"
    + "".join(f'  c{n}: {{mon-fri: ["09:00-18:00"]}}\n' for n in range(300))
    + "targets:\n"
    + "".join(f"  - {{received: not c{n}, topic: t{n}, first: 1h}}\n" for n in range(290)),
    "rows": "targets:\n" + "".join(f"  - {{first: {n}m, topic: t{n}}}\n" for n in range(1, 1000)),
    "clauses": "clauses:\n"
    + "".join(f'  - {{id: c{n}, words: "{{a.b.c.d.e}}", rule: x.y.z}}\n' for n in range(2500)),
}


@pytest.mark.parametrize("text", MANY.values(), ids=MANY.keys())
def test_a_file_as_long_as_it_may_be_is_checked_in_no_time(text: str) -> None:
    began = process_time()
    assert len(check(text, NOW)) <= 200
    assert process_time() - began < 2  # a tenth of it on a machine that has nothing else to do


def test_all_errors_are_told_at_once_each_at_its_place() -> None:
    text = 'polcy: {}\nlines:\n  - {id: a, titel: x}\ncalendars:\n  c: {mon-fry: ["09:00-18:00"]}\n'
    with pytest.raises(PolicyError) as refused:
        load(text)
    found = [(f.line, f.column, f.message.split("mean ")[-1]) for f in refused.value.findings]
    assert found == [(1, 1, "policy?"), (3, 13, "title?"), (5, 7, "mon-fri?")]


def test_errors_of_every_kind_stand_side_by_side() -> None:
    text = """\
timezone: UTC
lines: [{id: a, calendar: wrok}, {calendar: work}]
calendars: {work: {mon: ["09:77-10:00", "11:00-12:00"]}}
channels: [{id: c, status: oficial, tz: x}]
order: fifo
order: [fifo]
targets: [{first: 1h, clock: wrk, priority: [1, 2]}]
"""
    found = [(f.line, f.code) for f in check(text, NOW)]
    assert found == [
        (1, "unknown-key"),
        (2, "unknown-calendar"),
        (2, "missing-key"),
        (3, "bad-time"),
        (4, "bad-value"),
        (4, "unknown-key"),
        (6, "duplicate-key"),
        (7, "unknown-calendar"),
        (7, "bad-value"),
        (7, "bad-value"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("timezone: UTC", "a key of policy"),
        ("channels: [{id: a, tz: UTC}]", "timezone is a key of policy"),
        ("targets: [{first: 1h, prio: high}]", "did you mean priority?"),
        ("channels: [{id: a, status: oficial}]", "did you mean official?"),
        ("order: fifo\n\n\norder: fifo", "is already in line 1"),
        ("format: 3", "comes from a newer Firstline"),
        ("policy: {languages: [en, ua]}", "did you mean uk?"),
        ("policy: {languages: English}", "did you mean en?"),
        ("policy: {company: {jp: Acme}}", "did you mean ja?"),
        ('calendars: {"": 24x7}', "delete the key"),
        ('channels: [{id: ""}]', "delete the key"),
        ("chanels:", "did you mean channels?"),
        (
            "exceptions: {calendar: a, from: 2026-11-24T12:00, to: 2026-11-24, hours: 24h}",
            "hours hold for whole days",
        ),
        ("{\\rtf1 Support}", "is not a key"),
        ('paid: {price: "1,000 EUR"}', "write 1000 EUR, or 1.00 EUR"),
        ("paid: {price: 5 EUR, minimum: 1h30m}", "is not a length of time"),
        ("paid: {price: 5 EUR, minimum: same_business_day}", "minutes or hours such as 90m"),
    ],
)
def test_a_message_says_what_was_meant(text: str, words: str) -> None:
    assert words in check(text, NOW)[0].message


def test_a_place_is_a_line_and_a_column() -> None:
    (finding,) = check('policy: {}\r\norder: "a\x07"', NOW)
    assert (finding.line, finding.column) == (2, 10)
    (finding,) = check('policy: {company: "Acme}\norder: fifo\n', NOW)
    assert (finding.line, finding.column) == (1, 19)


def test_what_other_texts_call_it_is_understood() -> None:
    policy = load(
        "policy: {languages: en, timezone: UTC}\nrestart_on: [customer_reply, line_change]\n"
        "identity: {contacts: {isolated, global}}\nchannels: {id: chat, calendar: 24/7}\n"
        "paid: {price: 1250.50 EUR, minimum: €25}\norder: last_customer_message"
    )
    assert policy.restart_on == {"client_word", "hand_over"}
    assert list(policy.source.identity.contacts) == ["isolated", "global"]
    assert policy.source.channels[0].calendar == "always"
    assert (policy.source.paid[0].price, policy.source.paid[0].minimum) == ("1250.50 EUR", "25 €")
    assert policy.languages == ("en",)


def test_an_unknown_name_tells_the_nearest_known_one() -> None:
    (finding,) = check("calendars: {work: 24x7}\nlines: [{id: a, calendar: wrok}]", NOW)[:1]
    assert "did you mean work?" in finding.message
    assert (finding.line, finding.column) == (2, 27)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("policy: {}".encode("utf-16"), "UTF-16"),
        ("company: імя".encode("cp1251"), "UTF-8"),
        ("policy: {company: x}".encode("utf-16-le"), "UTF-16"),
        ("policy: {}".encode("utf-32"), "UTF-32"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (b"a" * 600_000, "KB"),
    ],
)
def test_a_wrong_encoding_is_named(data: bytes, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        decode(data)


def test_a_byte_order_mark_is_taken_away() -> None:
    assert decode("\ufefforder: fifo".encode()) == "order: fifo"


def test_times_and_the_word_no_stay_what_they_are() -> None:
    policy = load(
        "policy: {languages: [no, en]}\ntargets: [{received_before: 16:00, first: "
        "same_business_day, else: next_business_day}]"
    )
    assert policy.languages == ("no", "en")
    assert policy.source.targets[0].received_before == "16:00"


def test_anchors_may_be_used_with_measure() -> None:
    policy = load('calendars: {a: &w {mon-fri: ["09:00-18:00"]}, b: *w}\npolicy: {timezone: UTC}')
    assert policy.calendars["a"].week == policy.calendars["b"].week


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(check(text, NOW), list)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 16_000), st.integers(1, 200), st.text(":-[]{}*&!'\"\t\n 019ah", max_size=6))
def test_no_damage_to_the_shipped_file_breaks_the_reader(at: int, cut: int, put: str) -> None:
    text = default_text()
    for finding in check(text[:at] + put + text[at + cut :], NOW):
        assert finding.line >= 1
        assert finding.column >= 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
ASKED = st.sampled_from([*KNOWN, "paused", "mode", "nonsense"])
PAID = "paid: [{unit: 15m, price: 70 EUR, minimum: 30m, included: 15m, included_applies: always}]\n"


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(ASKED, VALUES, max_size=5), st.booleans())
def test_no_given_breaks_due_and_ask(asked: dict[str, object], timed: bool) -> None:
    policy = load(PAID + default_text())
    given_ = {**asked, "received": "2026-03-02T10:00:00Z"} if timed else asked
    for question in (policy_due, policy_ask):
        with suppress(GivenError):
            assert question(policy, given_)


def test_holidays_of_a_region_that_the_country_has_not_are_refused() -> None:
    with pytest.raises(KeyError):
        public_holidays("DE", "ZZ", 2027)


# The library in a fresh process, with its own package of countries.
WHOLE = """
import holidays, json
found = {}
for code in holidays.list_supported_countries():
    days = sorted(holidays.country_holidays(code, years=2027).items())
    found[code] = {str(day): name for day, name in days if day.year == 2027}
print(json.dumps({code: days for code, days in found.items() if len(code) == 2}))
"""
LOADED = """
import sys
from firstline.policy import load
load(sys.argv[1])
print("holidays" in sys.modules, len([m for m in sys.modules if m.startswith("holidays.c")]) < 20)
"""


def test_every_country_has_the_holidays_of_the_whole_library() -> None:
    done = run([sys.executable, "-c", WHOLE], capture_output=True, text=True, check=True)
    for code, days in json.loads(done.stdout).items():
        own = public_holidays(code, None, 2027)
        assert {str(day): name for day, name in own.items()} == days


@pytest.mark.parametrize(("listed", "loaded"), [("{add: [12-24]}", "False"), ("de", "True")])
def test_only_a_file_with_a_country_loads_the_library_of_holidays(listed: str, loaded: str) -> None:
    text = f"calendars: {{a: {{mon: '09:00-18:00', holidays: {listed}}}}}"
    done = run([sys.executable, "-c", LOADED, text], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [loaded, "True"]


def test_the_known_languages_are_those_of_the_library() -> None:
    assert {str(code) for code in Locale("en").languages if len(str(code)) == 2} == LANGUAGES
    assert not MEANT.keys() & LANGUAGES
    assert set(MEANT.values()) <= LANGUAGES


def test_the_known_countries_and_regions_are_those_of_the_library() -> None:
    listed = holidays.list_supported_countries(include_aliases=True)
    known = {code: frozenset(regions) for code, regions in listed.items() if len(code) == 2}
    assert frozenset(known) == COUNTRIES
    assert {code: regions for code, regions in known.items() if regions} == REGIONS
    for code, year in EMPTY_FROM.items():
        assert not public_holidays(code, None, year + 1), f"{code} has holidays again"
