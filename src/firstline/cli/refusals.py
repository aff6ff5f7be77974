"""Errors that are answers: one sentence for stderr. Anything else is a fault and shows a trace."""

import errno
from pathlib import Path

from psycopg import OperationalError

from firstline.kit.backup import BackupError
from firstline.kit.embedded import EmbeddedError
from firstline.kit.errors import Refused
from firstline.kit.migrate import SchemaError
from firstline.kit.owners import owner_of
from firstline.regulations.versions import Unreadable
from firstline.settings import SettingsError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class CommandError(Exception):
    """A command cannot do its work; the sentence says what to do."""


def sentence(error: Exception) -> str | None:
    """What to tell the person at the terminal; None for a fault of ours."""
    if isinstance(error, Refused):
        return error.detail
    answers = (
        BackupError, CommandError, EmbeddedError, SchemaError, SettingsError, Unreadable,
    )  # fmt: skip
    if isinstance(error, answers):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database cannot be reached: {error}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}{_way_out(error)}."
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return f"Nothing can be written to the disk: {error.strerror}; make room, and try again."
    return None


def _way_out(error: OSError) -> str:
    """What to do about a file that this account may not touch, or a disk that takes nothing."""
    if error.errno == errno.EROFS:
        return "; mount its disk so that it can be written"
    if error.errno == errno.EACCES:
        return f"; it belongs to {owner_of(Path(str(error.filename)))}: run this as that account"
    return ""
