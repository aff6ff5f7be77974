"""Findings in the reader's language: every one of them, also those of reading the file."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstline.policy import PolicyError, check, load
from firstline.policy.text.finding import Finding
from firstline.policy.text.source import decode

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAGES = sorted((Path(__file__).parents[2] / "docs" / "findings").glob("*.md"))
EXAMPLES = {
    f"{page.stem} {number}": text
    for page in PAGES
    for number, text in enumerate(
        re.findall(r"Wrong:\n\n```yaml\n(.*?)\n```", page.read_text("utf-8"), re.DOTALL), 1
    )
}
# Errors of reading that no page has: of the bytes, of YAML, of values.
BROKEN = {
    "a tab": "policy:\n\tversion: 1",
    "a directive": "%YAML 1.9\n--- {}\n--- x",
    "an anchor without end": "a: &",
    "a colon": "a: b: c",
    "a quote": 'a: "b',
    "a bracket": "a: [b",
    "a code": '"\\xZZ": 1',
    "a document without start": "}",
    "a control character": "a: \x07",
    "a number": "policy: {version: one}",
    "a fraction": "policy: {version: 1.5}",
    "too large": "policy: {version: 99999999}",
    "too small": "policy: {version: -1}",
    "a choice": "targets: [{first: 1h, force: maybe}]",
    "a truth": "history: {saved: maybe}",
    "a table": "policy: [1]",
    "a list": "lines: {a: 1}",
    "an empty list": "policy: {languages: []}",
    "a long list": "calendars: {a: {seasons: [" + "{}, " * 60 + "]}}",
    "a length": "targets: [{first: next: none}]",
    "no unit": "targets: [{first: 5, next: 5}]",
    "a text": "lines: [{id: [a]}]",
}
ENGLISH = re.compile(
    r"\b(the|is|are|write|nothing|which|with|has|have|this|should|input|found|expected|did|while)\b"
)


def english_words(finding: Finding, lang: str) -> list[str]:
    """English words outside of what is quoted from the file and of its own examples."""
    said = re.sub(r"«[^»]*»|`[^`]*`|\{en: [^}]*\}", "", finding.remark.in_language(lang))
    return ENGLISH.findall(said)


@pytest.mark.parametrize("text", [*EXAMPLES.values(), *BROKEN.values()], ids=[*EXAMPLES, *BROKEN])
@pytest.mark.parametrize("lang", ["uk", "ru"])
def test_every_finding_speaks_the_readers_language(text: str, lang: str) -> None:
    found = check(text, NOW)
    assert found
    for finding in found:
        said = finding.remark.in_language(lang)
        assert re.search("[а-яіїєґ]", said), said
        assert not english_words(finding, lang), said
        assert said.endswith("?") == finding.message.endswith("?"), said


def test_what_programs_read_stays_english() -> None:
    (finding,) = [f for f in check("targets: [{first: soon}]", NOW) if f.severity == "error"]
    assert finding.to_json()["message"] == finding.message
    assert finding.message.startswith("targets.0.first: 'soon' is not a length of time; ")


@pytest.mark.parametrize("data", [b"\xff\xfea\0", b"\xcf\xf0\xe8", b"\0\x01\xff", b"a" * 600_000])
def test_files_that_are_no_text_are_refused_in_each_language(data: bytes) -> None:
    with pytest.raises(PolicyError) as refused:
        decode(data)
    for lang in ("uk", "ru"):
        said = refused.value.remark.in_language(lang)
        assert re.search("[а-яіїєґ]", said)
        assert not ENGLISH.search(said)


def said_of(text: str, code: str, lang: str) -> str:
    return next(f for f in check(text, NOW) if f.code == code).remark.in_language(lang)


def test_dates_lengths_and_days_are_written_as_the_language_does() -> None:
    ended = "plans: {old: {ends: 2025-06-30}}"
    assert "30 червня 2025 року" in said_of(ended, "plan-ended", "uk")
    assert "30 июня 2025 года" in said_of(ended, "plan-ended", "ru")
    late = "close: {remind: 96h, close: 24h}"
    assert "через 96 годин" in said_of(late, "reminder-late", "uk")
    assert "через 96 часов" in said_of(late, "reminder-late", "ru")
    both = "policy: {timezone: UTC}\ncalendars: {a: {tue: [09:00-13:00, 12:00-18:00]}}"
    assert "(вт)" in said_of(both, "windows-overlap", "uk")


def test_numbers_agree_with_their_words() -> None:
    with pytest.raises(PolicyError) as refused:
        load("a: 1\nb: 2\nc: 3")
    assert str(refused.value).endswith("(and 2 more)")
    assert refused.value.remark.in_language("uk").endswith("(і ще 2)")
    many = next(f for f in check(BROKEN["a long list"], NOW) if "at most" in f.message)
    assert "щонайбільше 50 елементів" in many.remark.in_language("uk")
