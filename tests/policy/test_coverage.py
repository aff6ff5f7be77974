"""docs/policy-coverage.md names every group of rules, and tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policy-coverage.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"^\| \d+ \|", line)
]


def test_every_group_is_there_once_with_a_proof() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 28)]
    assert len({row[1] for row in ROWS}) == 27
    assert all(len(row) == 6 and "::test_" in row[5] for row in ROWS)


def test_every_proof_is_a_test() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", PAGE))
    assert len(named) > 35
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).is_file()
        or (test and f"def {test}(" not in (ROOT / path).read_text("utf-8"))
    ]
    assert missing == []


def test_what_is_carried_out_is_proved_by_the_desk() -> None:
    """Answers alone prove no deed: who claims one names a test of the desk or of its reports."""
    for _, group, done, _, _, proof in ROWS:
        if done != "—" and group != "history":
            assert re.search(r"tests/(requests|reports)/", proof), group
