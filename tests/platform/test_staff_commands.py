"""Who gets in, from the console: operators and tokens, and what a shell offers."""

import json
import subprocess
from pathlib import Path

import psycopg
import pytest
from tests.platform.running import Command

KATE, ANNA = "kate@firstline.example", "anna@firstline.example"


@pytest.fixture
def own(command: Command, empty: str) -> Command:
    command.environment["FIRSTLINE_DATABASE_URL"] = empty
    command.run("migrate")
    command.run("operator", "new", KATE, "--name", "Kate", "--role", "keeper")
    command.run("operator", "new", ANNA, "--name", "Anna", "--line", "first")
    return command


def test_operators_are_listed_disabled_and_enabled(own: Command) -> None:
    assert own.run("operator", "list").splitlines() == [
        f"{ANNA}\tAnna\toperator\tfirst\tinvited", f"{KATE}\tKate\tkeeper\t\tinvited",
    ]  # fmt: skip
    token = own.run("token", "new", ANNA).strip()
    assert token not in own.run("token", "list", ANNA)
    assert "disabled" in own.run("operator", "disable", ANNA.upper())
    assert [one["active"] for one in json.loads(own.run("operator", "list", "--json"))] == [
        True, False,
    ]  # fmt: skip
    assert "disabled" in own.run("operator", "reset-link", ANNA, code=1)
    own.run("operator", "enable", ANNA)
    assert own.run("token", "list", ANNA) == ""
    assert "only desk administrator" in own.run("operator", "disable", KATE, code=1)
    assert "operator list" in own.run("operator", "disable", "nobody@firstline.example", code=1)


def test_a_link_for_a_password_is_printed_and_written_down_and_earlier_ones_die(
    own: Command, empty: str
) -> None:
    first = own.run("operator", "reset-link", ANNA).strip()
    second = own.run("operator", "reset-link", ANNA).strip()
    assert "/invitation/" in first
    assert first != second
    with psycopg.connect(empty) as conn:
        row = conn.execute(
            "select count(*), (select count(*) from entries where kind = 'password_link_made')"
            " from links join people on id = person_id where used_at is null and email like 'anna%'"
        ).fetchone()
    assert row == (1, 2)


def test_tokens_are_listed_and_revoked(own: Command) -> None:
    for name in ("one", "two", "three"):
        own.run("token", "new", ANNA, "--name", name)
    found = json.loads(own.run("token", "list", ANNA, "--json"))
    assert own.run("token", "revoke", ANNA, found[0]["id"]) == "1 revoked.\n"
    assert "no such token" in own.run("token", "revoke", ANNA, found[0]["id"], code=1)
    assert "--all" in own.run("token", "revoke", ANNA, code=1)
    assert own.run("token", "revoke", ANNA, "--all") == "2 revoked.\n"
    assert own.run("token", "list", ANNA) == ""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("", "doctor"), ("operator ", "reset-link"), ("policy ", "publish"),
        ("operator new x ", "--role"), ("op", "operator"),
    ],
)  # fmt: skip
def test_bash_completes_what_the_command_line_knows(
    command: Command, tmp_path: Path, words: str, offered: str
) -> None:
    script = tmp_path / "completion"
    script.write_text(command.run("completion", "bash"))
    typed = ("firstline " + words).split(" ")
    listed = " ".join(f"'{word}'" for word in typed)
    asked = (
        f"source {script}; COMP_WORDS=({listed}); COMP_CWORD={len(typed) - 1}; _firstline;"
        ' echo "${COMPREPLY[@]}"'
    )
    found = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert offered in found.stdout.split()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_the_same_words(command: Command, shell: str) -> None:
    script = command.run("completion", shell)
    assert "reset-link" in script
    assert "--socket" not in script
