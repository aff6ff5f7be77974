"""docs/policy.md and its schema are fresh, and what they show works."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from firstline.policy import check, default_text, load, policy_ask
from firstline.policy.file.reference import FOLDER, PAGE, SCHEMA, page, schema, schema_text
from firstline.policy.text.source import read

DOCS = Path(__file__).parents[2] / "docs"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_reference_is_fresh() -> None:
    text = (DOCS / PAGE).read_text("utf-8")
    assert page(text, DOCS / FOLDER) == text, "run python -m firstline.policy.file.reference docs"
    assert (DOCS / SCHEMA).read_text("utf-8") == schema_text()


def test_every_key_has_a_meaning() -> None:
    rows = re.findall(r"^\| `\w+` \| .*$", (DOCS / PAGE).read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 200
    assert not [row for row in rows if row.endswith("|  |")]


def test_the_tutorial_makes_a_policy_without_errors() -> None:
    tutorial = (DOCS / PAGE).read_text("utf-8").partition("## How rules are chosen")[0]
    text = "\n".join(re.findall(r"```yaml\n(.*?)```", tutorial, re.DOTALL))
    assert [f for f in check(text, NOW) if f.severity != "info"] == []


PHRASES = re.findall(
    r"^\| ([^|`]+) \| `([^`]+)` \|$",
    (DOCS / PAGE).read_text("utf-8").partition("## Your text says")[2].partition("\n## ")[0],
    re.MULTILINE,
)
AROUND = """
policy: {timezone: Europe/Berlin, business: work}
calendars: {work: {mon-fri: 09:00-18:00, holidays: de}, night: {every-day: 20:00-32:00}}
channels: [{id: chat, calendar: work}, {id: mail}, {id: phone}]
"""


def test_the_phrases_are_many() -> None:
    assert len(PHRASES) > 55


@pytest.mark.parametrize(("said", "written"), PHRASES, ids=[said for said, _ in PHRASES])
def test_what_stands_beside_a_phrase_can_be_written(said: str, written: str) -> None:
    made = dict(read(AROUND).value)
    for key, value in read(written).value.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = {**made[key], **value} if both else value
    text = yaml.safe_dump(made, allow_unicode=True)
    assert [f.message for f in check(text, NOW) if f.severity == "error"] == [], said
    assert _valid(text)
    load(text)


SHOWN = re.findall(
    r"```yaml\n(.*?)```",
    (DOCS / PAGE).read_text("utf-8").partition("## How rules are chosen")[2],
    re.DOTALL,
)


@pytest.mark.parametrize("written", SHOWN)
def test_what_the_page_shows_can_be_written(written: str) -> None:
    text = AROUND + written
    assert [f.message for f in check(text, NOW) if f.severity == "error"] == []
    assert _valid(text)


@pytest.mark.parametrize(
    ("given", "verdict", "key", "wanted"),
    [
        ({"code": "hosting"}, "in", "only_if", []),
        ({"code": "server_help"}, "in", "only_if", ["vps", "panel"]),
        ({"code": "tuning"}, "paid", "price",
         {"rule": "paid.0", "price": "60 EUR", "items": {}, "per": "hour"}),
        ({"code": "programming"}, "out", "way_out", "Ask a developer."),
        ({"code": "tuming"}, "unknown", "price", None),
    ],
)  # fmt: skip
def test_the_verdicts_are_those_of_the_page(
    given: dict[str, Any], verdict: str, key: str, wanted: Any
) -> None:
    (written,) = [text for text in SHOWN if "needs:" in text]
    answer = policy_ask(load(written), given)
    assert (answer["scope"]["verdict"], answer["scope"][key]) == (verdict, wanted)
    near = ["the policy says nothing about the code 'tuming'; did you mean tuning?"]
    assert answer["notes"] == (near if verdict == "unknown" else [])


def _valid(text: str) -> bool:
    validator: Any = jsonschema_rs.validator_for(schema())
    return validator.is_valid(read(text).value)


def test_the_schema_accepts_the_shipped_policy() -> None:
    assert json.loads(schema_text()) == schema()
    assert _valid(default_text())


@pytest.mark.parametrize(
    "text",
    [
        "polcy: {}",
        "targets: [{first: soon}]",
        "channels: [{id: a, status: nice}]",
        "calendars: {c: {mon: [9-18]}}",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert not _valid(text)
    assert check(text, NOW)[0].severity == "error"
