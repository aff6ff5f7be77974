"""The passphrase of a backup: from a file, or from the environment where no person types."""

from argparse import Namespace
from pathlib import Path

from firstline.cli.refusals import CommandError
from firstline.settings import backup_passphrase

LONGEST = 4096


def passphrase_of(asked: Namespace) -> str | None:
    """The first line of the file that the command names, else FIRSTLINE_BACKUP_PASSPHRASE."""
    if asked.passphrase_file is None:
        return backup_passphrase()
    words = _first_line(asked.passphrase_file)
    if not words:
        raise CommandError(f"{asked.passphrase_file} is empty; write the passphrase into it.")
    return words


def _first_line(file: Path) -> str:
    with file.open("rb") as source:
        line = source.readline(LONGEST + 1)
    try:
        if len(line) <= LONGEST:
            return line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        pass
    raise CommandError(f"{file} holds no passphrase: write one line of text into it.")
