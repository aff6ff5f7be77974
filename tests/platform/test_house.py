"""Rules of the house: each finds what it is about in a tree of its own, and nothing else."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2] / "scripts/house.py"
Look = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Give files to a tree of its own and get the breaches in them, a line each."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(HOUSE, tmp_path / "scripts")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def breaches(files: dict[str, str]) -> list[str]:
        for name, text in files.items():
            path = tmp_path / "src/firstline" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        command = [sys.executable, str(tmp_path / "scripts/house.py")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        lines = done.stdout.splitlines()
        assert done.returncode == bool(lines)
        return [line.removeprefix("src/firstline/").rsplit(": ", 1)[0] for line in lines]

    return breaches


def test_two_public_classes_of_one_name_are_both_listed(look: Look) -> None:
    files = {"lines/model.py": "class Move: ...\n", "desk/model.py": "\n\nclass Move: ...\n"}
    assert look(files) == ["desk/model.py:3: Move", "lines/model.py:1: Move"]


def test_a_class_and_an_alias_of_a_type_do_not_share_a_name(look: Look) -> None:
    files = {"a.py": "class Row: ...\n", "b.py": "Row = dict[str, str]\n"}
    assert look(files) == ["a.py:1: Row", "b.py:1: Row"]
    union = {"b.py": "Row = int | str\n"}
    assert look(union) == ["a.py:1: Row", "b.py:1: Row"]


def test_private_classes_and_constants_may_share_a_name(look: Look) -> None:
    files = {
        "a.py": 'class _Move: ...\n\n\nclass A: ...\n\n\nRow = dict[str, str]\nITEMS = {}["a"]\n',
        "b.py": "class _Move: ...\n\n\nRow = dict[str, str]\nITEMS = 1 | 2\n",
    }
    assert look(files) == []


def test_a_variable_or_parameter_that_says_nothing_of_what_it_holds_is_listed(look: Look) -> None:
    text = """\
def page(shown, *, view=None):
    told = shown.name
    for told in view: ...
    with view as told: ...
    return lambda told: view(told=told)
"""
    assert look({"a.py": text}) == [
        "a.py:1: shown",
        "a.py:2: told",
        "a.py:3: told",
        "a.py:4: told",
        "a.py:5: told",
    ]
    assert look({"a.py": "page = told(shown.told, shown=1)\n"}) == []
