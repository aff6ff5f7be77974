"""Whatever a command's streams and files are, it ends with its own exit code and one line."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from tests.platform.running import Command

from firstline.cli.output import quantity
from firstline.cli.passphrases import passphrase_of
from firstline.cli.refusals import CommandError
from firstline.policy.file import shipped

POLICY = str(Path(shipped.__file__).with_name("default.yaml"))
# What argparse writes, what json writes piece by piece, many lines, and a page at once.
WORDS = [
    ("--help",),
    ("doctor", "--json"),
    ("import", "clients", "CLIENTS"),
    ("policy", "page", POLICY),
]


@pytest.fixture
def desk(command: Command, empty: str, folder: Path) -> Command:
    command.environment["FIRSTLINE_DATABASE_URL"] = empty
    command.run("migrate")
    rows = [f"c{number},Client {number}" for number in range(2000)]
    (folder / "CLIENTS").write_text("\n".join(("external_id,name", *rows)))
    return command


def _shell(desk: Command, line: str, words: tuple[str, ...]) -> tuple[int, str]:
    """Run `firstline WORDS` as "$@" of a line for the shell; exit code and standard error."""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}", "bash",
         sys.executable, "-m", "firstline", *words],
        cwd=desk.data.parent, env=desk.environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_who_reads_only_the_beginning_changes_nothing(desk: Command) -> None:
    for words in WORDS:
        assert _shell(desk, '"$@" | head -c 1 >/dev/null', words) == (0, "")


def test_a_closed_stream_is_no_trouble(desk: Command) -> None:
    for words in WORDS:
        assert _shell(desk, '"$@" <&- >&- 2>&-', words) == (0, "")
    assert _shell(desk, '"$@" 2>&-', ("token", "new", "nobody@acme.example")) == (1, "")


def test_output_without_room_is_one_line(desk: Command) -> None:
    told = (1, "firstline: standard output: No space left on device.\n")
    for words in WORDS:
        assert _shell(desk, '"$@" >/dev/full', words) == told


def test_clients_are_brought_and_a_policy_is_tried_right_after_the_desk_was_made(
    desk: Command, folder: Path
) -> None:
    assert "2000 created" in desk.run("import", "clients", str(folder / "CLIENTS"))
    desk.run("policy", "try", POLICY)


def test_a_backup_that_cannot_be_written_names_its_file(desk: Command, folder: Path) -> None:
    (folder / "dir").mkdir()
    for target, why in (
        ("there/not", "No such file"), ("dir", "is a folder"), ("CLIENTS/in", "Not a directory")
    ):  # fmt: skip
        line = desk.run("backup", str(folder / target), "--empty", code=1)
        assert str(folder / target) in line
        assert why in line
    # A name that is no text is printed all the same.
    assert _shell(desk, '"$@"', ("backup", "a\udcff.tar.gz", "--empty")) == (0, "")


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "is empty"), (b"\xff\xfe\xfd", "no passphrase"), (bytes(10_000), "no passphrase")],
)
def test_a_file_that_holds_no_passphrase_is_told(folder: Path, content: bytes, why: str) -> None:
    (folder / "words").write_bytes(content)
    with pytest.raises(CommandError, match=why):
        passphrase_of(Namespace(passphrase_file=folder / "words"))


def test_a_number_has_the_right_form_of_its_noun() -> None:
    printed = [quantity(number, "entry", "entries") for number in (0, 1, 2, 21, 1200)]
    assert printed == ["0 entries", "1 entry", "2 entries", "21 entries", "1,200 entries"]
