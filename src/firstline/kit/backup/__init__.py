"""Backups: database, files and the desk's secret in one archive, verified when written and read.

Rows travel as COPY text rather than by pg_dump: that needs no program of the server's version, goes
through TLS, and lets a newer release restore an older backup (its schema first, then the rows, then
the later migrations).
"""

from firstline.kit.backup.archive import (
    ArchiveContent,
    Manifest,
    read_secret,
    unpack_files,
    verify,
    write,
)
from firstline.kit.backup.beside import SCHEMA, Beside, fill, refuse_newer
from firstline.kit.backup.errors import BackupError

__all__ = [
    "SCHEMA",
    "ArchiveContent",
    "BackupError",
    "Beside",
    "Manifest",
    "fill",
    "read_secret",
    "refuse_newer",
    "unpack_files",
    "verify",
    "write",
]
