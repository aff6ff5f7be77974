"""The passphrase of a backup: from a file, or from the environment where no person types."""

from argparse import Namespace

from firstline.cli.refusals import CommandError
from firstline.settings import backup_passphrase


def passphrase_of(asked: Namespace) -> str | None:
    """The first line of the file that the command names, else FIRSTLINE_BACKUP_PASSPHRASE."""
    if asked.passphrase_file is None:
        return backup_passphrase()
    words = asked.passphrase_file.read_text("utf-8").partition("\n")[0].strip()
    if not words:
        raise CommandError(f"{asked.passphrase_file} is empty; write the passphrase into it.")
    return words
