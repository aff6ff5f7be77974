"""`restore`, and `backup --verify`: an archive is looked at, compared and loaded beside, and only
then stands in place of what was there.
"""

import asyncio
import tempfile
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from firstline.cli import memory as notes
from firstline.cli.database import run_embedded, settings_of
from firstline.cli.doctor import Fault, examine_log
from firstline.cli.exchange import (
    alone,
    conclude,
    conclude_cut_off,
    find_exchanges,
    new_exchange,
)
from firstline.cli.passphrases import passphrase_of
from firstline.cli.refusals import CommandError
from firstline.cli.sealing import fits
from firstline.cli.store import attachment_ids
from firstline.kit import backup, clock
from firstline.kit.backup import SCHEMA, BackupError, Beside, Manifest
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.halves import half_folder, leftovers
from firstline.kit.marks import write_fingerprint
from firstline.kit.sessions import connect
from firstline.settings import Settings, shared_secret

# What nobody will look for after a crash need not wait for the disk.
PASSING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was read from end to end, and its secret; None where it has none."""

    file: Path
    manifest: Manifest
    secret: bytes | None


def read_source(asked: Namespace) -> Archive:
    """Everything that can be asked of the archive alone. Raises BackupError."""
    manifest = backup.verify(asked.file)
    backup.refuse_newer(asked.file, manifest)
    secret = backup.read_secret(asked.file, manifest, passphrase_of(asked))
    return Archive(asked.file, manifest, secret)


async def restore_desk(asked: Namespace, source: Archive) -> None:
    """Put the archive in place of the folder's desk; whatever is refused leaves all as it was."""
    await _conclude_former(asked)
    settings = replace(settings_of(asked), secret=_secret_to_be(asked, source))
    _refuse_files(settings.data, force=asked.force)
    with alone(settings.data):
        async with _target(settings, force=asked.force) as settings:
            await _replace_desk(settings, source, asked)


async def _replace_desk(settings: Settings, source: Archive, asked: Namespace) -> None:
    exchange = new_exchange(settings.data)
    try:
        with Beside(settings.database_url or "", exchange.id) as beside:
            await beside.look(force=asked.force)
            exchange.begin()
            await asyncio.to_thread(backup.unpack_files, source.file, exchange.fresh)
            await beside.fill(source.file, source.manifest, now=clock.now())
            await _seal_beside(settings, new_secret=asked.new_secret)
            # Not in a thread, which would go on with it when this is stopped.
            beside.exchange(lambda: exchange.put_in_place(settings.secret))
    finally:
        # A commit whose answer was lost is one all the same: the database knows.
        if exchange.folder.exists():
            await conclude(settings, exchange)


async def compare_beside(source: Archive) -> list[Fault]:
    """Restore the archive into a database of its own for a moment; what is wrong with it.

    Raises BackupError where a row does not come back as it was written.
    """
    async with _scratch() as url:
        await backup.fill(
            url, "public", source.file, source.manifest, now=clock.now(), compare=True
        )
        return await _look_through(url, source)


@asynccontextmanager
async def _scratch() -> AsyncGenerator[str]:
    """An empty database for a moment, beside the desk's own."""
    room = Path(tempfile.gettempdir()) / "firstline-verify"
    # The server of one that was killed lives on.
    for rest in leftovers(room.parent):
        if rest.is_dir():
            await EmbeddedPostgres(rest / "data").destroy()
    with half_folder(room) as folder:
        folder.chmod(0o711)  # PostgreSQL's own account passes through
        postgres = EmbeddedPostgres(folder / "data", PASSING)
        try:
            yield await postgres.start()
        finally:
            await postgres.destroy()


async def _look_through(url: str, source: Archive) -> list[Fault]:
    async with await connect(url) as conn:
        found = await examine_log(conn)
        lost = {one.hex for one in await attachment_ids(conn)} - source.manifest.file_keys
        if not source.secret or not await fits(conn, source.secret):
            found.append(Fault("secret", 1, "The archive's secret does not open its secrets."))
    if lost:
        found.append(Fault("files", len(lost), f"Attachments without a file in it: {len(lost)}."))
    return found


def _secret_to_be(asked: Namespace, source: Archive) -> bytes:
    """The secret of the restored desk: the shared one where one is set, else the archive's."""
    secret = shared_secret() or source.secret
    if secret is None and asked.new_secret:
        secret = settings_of(asked).secret
    if secret is None:
        raise CommandError(
            f"{source.file} lacks the desk's secret: set FIRSTLINE_SECRET to the one that was in "
            "use. If it is lost for good, --new-secret goes on without what was sealed."
        )
    return secret


async def _seal_beside(settings: Settings, *, new_secret: bool) -> None:
    """What was loaded goes on with this secret; another one than it was sealed with is refused."""
    url = settings.database_url or ""
    async with await connect(url) as conn:
        await conn.execute("select set_config('search_path', %s, false)", (SCHEMA,))
        if not new_secret and not await fits(conn, settings.secret):
            raise CommandError(
                "What is sealed in the backup does not open with "
                f"{'FIRSTLINE_SECRET' if shared_secret() else 'the secret in it'}: set "
                "FIRSTLINE_SECRET to the one that was in use. If it is lost for good, "
                "--new-secret goes on without what was sealed."
            )
        await write_fingerprint(conn, settings.secret)


async def _conclude_former(asked: Namespace) -> None:
    settings = settings_of(asked)
    if find_exchanges(settings.data):
        async with _running(settings) as settings:
            await conclude_cut_off(settings, force=asked.force)


@asynccontextmanager
async def _target(settings: Settings, *, force: bool) -> AsyncGenerator[Settings]:
    """The database to restore into; the folder's own, unless by force."""
    async with _running(settings) as settings:
        if not (settings.embedded or force):
            memory = notes.recall(settings.data)
            notes.refuse_other(settings.data, memory, await notes.mark_of(settings))
        yield settings


@asynccontextmanager
async def _running(settings: Settings) -> AsyncGenerator[Settings]:
    if not settings.embedded:
        yield settings
        return
    memory = notes.recall(settings.data)
    if memory and not memory.embedded:
        notes.refuse_absent(settings.data, memory, make=True)
    async with run_embedded(settings) as settings:
        yield settings


def _refuse_files(data: Path, *, force: bool) -> None:
    files = data / "files"
    if files.is_dir() and any(files.iterdir()) and not force:
        raise BackupError(f"{files} is not empty; restore into a new data folder, or use --force.")
