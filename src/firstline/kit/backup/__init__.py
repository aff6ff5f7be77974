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
from firstline.kit.backup.beside import (
    SCHEMA,
    Beside,
    analyze,
    drop_beside,
    fill,
    refuse_newer,
    stage_of,
)
from firstline.kit.backup.errors import BackupError

__all__ = [
    "SCHEMA",
    "ArchiveContent",
    "BackupError",
    "Beside",
    "Manifest",
    "analyze",
    "drop_beside",
    "fill",
    "read_secret",
    "refuse_newer",
    "stage_of",
    "unpack_files",
    "verify",
    "write",
]
