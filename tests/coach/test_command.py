"""`firstline coach`: JSON lines in, JSON lines out."""

import json
import subprocess
import sys
from pathlib import Path

KEYS = ["id", "topic", "known", "missing", "scope", "matters", "articles", "outage"]


def run(words: list[str], text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "firstline", "coach", *words],
        input=text, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_each_line_of_a_file_is_answered_with_its_id(tmp_path: Path) -> None:
    line = {"id": "a", "text": "Сайт acme.example видає 403 з учора", "services": ["acme.example"]}
    file = tmp_path / "messages.jsonl"
    file.write_text(
        "\ufeff" + json.dumps(line) + "\n\n" + json.dumps({"id": 2, "text": ""}) + "\n", "utf-8"
    )
    done = run([str(file)], "")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = map(json.loads, done.stdout.splitlines())
    assert sorted(first) == sorted(KEYS)
    assert first["id"] == "a"
    assert {"fact": "exact_error", "start": 24, "end": 27, "value": "403"} in first["known"]
    assert first["articles"][0]["slug"] == "403-on-a-page"
    assert (second["id"], second["topic"], second["known"]) == (2, None, [])


def test_a_bad_line_is_named_and_the_others_are_done() -> None:
    lines = [
        '{"id": 1}',
        "nonsense",
        '{"id": 2, "text": "ftp does not connect"}',
        '{"id": 3, "text": "x", "topic": "weather"}',
        '{"id": 4, "text": "x", "surprise": 1}',
        '{"id": 5, "text": "\\ud800"}',
        '{"id": 6, "text": "x", "language": "fr"}',
    ]
    done = run([], "\n".join(lines))
    assert done.returncode == 2
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [2]
    said = done.stderr.splitlines()
    assert [line.split(":")[1] for line in said] == [f" line {no}" for no in (1, 2, 4, 5, 6, 7)]
    assert "no language 'fr'; there are en, uk, ru" in said[-1]


def test_a_file_that_is_not_there_is_said_in_one_line() -> None:
    done = run(["/nowhere/messages.jsonl"], "")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
