"""Real companies' regulations as policy files, each with a table of what must come out."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from firstline.policy import Policy, check, load, page, policy_ask, policy_due
from firstline.policy.file.reference import schema
from firstline.policy.text.source import read

# Texts of companies that exist, and of some made up to ask what the others leave unasked.
FOLDERS = (
    Path(__file__).parents[2] / "examples" / "policies",
    Path(__file__).parent / "questions",
)
FILES = [
    path
    for folder in FOLDERS
    for path in sorted(folder.glob("*.yaml"))
    if not path.name.endswith(".checks.yaml")
]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def checks(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.with_suffix(".checks.yaml").read_text("utf-8"))


@lru_cache
def policy(path: Path) -> Policy:
    return load(path.read_text("utf-8"))


@lru_cache
def validator() -> Any:
    return jsonschema_rs.validator_for(schema())


ROWS = [
    pytest.param(path, row, id=f"{path.stem} {number}")
    for path in FILES
    for number, row in enumerate(checks(path)["checks"], 1)
]


def at(value: Any, path: str) -> Any:
    """`channels.phone.usable` of an answer; keys with dots are tried too."""
    if not path:
        return value
    if isinstance(value, list):
        number, _, rest = path.partition(".")
        return at(value[int(number)], rest)
    if isinstance(value, dict):
        for key in sorted(value, key=len, reverse=True):
            if path == key or path.startswith(f"{key}."):
                return at(value[key], path[len(key) + 1 :])
    raise AssertionError(f"{path} is not in {value}")


def test_the_examples_are_there() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize(("path", "row"), ROWS)
def test_what_comes_out(path: Path, row: dict[str, Any]) -> None:
    given = row.get("given", {})
    for key, wanted in row.get("due", {}).items():
        found = policy_due(policy(path), given)["measures"][key]
        assert (found and found["due_at"]) == wanted, key
    for key, wanted in row.get("ask", {}).items():
        assert at(policy_ask(policy(path), given), key) == wanted, key


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_an_example_has_no_error_and_its_known_findings(path: Path) -> None:
    text = path.read_text("utf-8")
    found = check(text, NOW)
    assert [f for f in found if f.severity == "error"] == []
    warned = sorted({f.code for f in found if f.severity == "warning"})
    assert warned == sorted(checks(path).get("warnings", [])), found
    assert validator().is_valid(read(text).value)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_an_example_makes_a_page(path: Path) -> None:
    made = page(policy(path), policy(path).languages[0])
    assert made["company"]
    for section in made["sections"]:
        for clause in section["clauses"]:
            assert clause["words"]
            assert "{" not in clause["words"]
