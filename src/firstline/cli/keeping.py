"""`migrate`, `backup`, `restore`, `doctor`: what the keeper does beside running the desk."""

import asyncio
import json
import sys
from argparse import Namespace
from dataclasses import asdict

from firstline import __version__
from firstline.cli.database import (
    desk_settings,
    make_database,
    run_current_database,
    run_database,
    settings_of,
)
from firstline.cli.doctor import Fault, disks, examine
from firstline.cli.output import quantity
from firstline.cli.passphrases import passphrase_of
from firstline.cli.progress import size_beside, ticking
from firstline.cli.restoring import Archive, compare_beside, read_source, restore_desk
from firstline.cli.sealing import demand_secret, take_secret
from firstline.kit import backup as archive
from firstline.kit import clock
from firstline.kit.backup import ArchiveContent, Manifest
from firstline.kit.db import Db
from firstline.kit.embedded import EmbeddedError
from firstline.settings import Settings


def migrate(asked: Namespace) -> int:
    """Bring the database to this release and say what was applied."""
    applied = asyncio.run(_migrate(asked))
    print("\n".join(applied) or "The database is up to date.")
    return 0


async def _migrate(asked: Namespace) -> list[str]:
    async with make_database(settings_of(asked)) as (settings, applied):
        if asked.new_secret:
            await take_secret(settings)
        return applied


def backup(asked: Namespace) -> int:
    """Write the archive, beside a running desk or without one; or verify one that was written."""
    if asked.verify:
        return _verify(asked)
    manifest = asyncio.run(_backup(asked))
    size = asked.file.stat().st_size / 2**20
    print(f"{asked.file}: {_contents(manifest)}, {size:.1f} MB, verified.")
    return 0


def _verify(asked: Namespace) -> int:
    """Restore the archive beside, compare, and say what is wrong with it; exit code 1 if it is."""
    source = read_source(asked)
    findings = asyncio.run(compare_beside(source))
    made = f"{asked.file} of {source.manifest.made_at}"
    print(f"{made} was restored beside and compared: {_contents(source.manifest)}.")
    print(
        "\n".join(f"{one.code}: {one.message}" for one in findings) or "All is as it was written."
    )
    return 1 if findings else 0


async def _backup(asked: Namespace) -> Manifest:
    async with run_current_database(desk_settings(asked)) as settings:
        await demand_secret(settings)
        content = ArchiveContent(
            files=settings.data / "files",
            secret=settings.secret,
            made_at=clock.now(),
            release=__version__,
            passphrase=passphrase_of(asked),
        )
        target = asked.file.absolute()
        async with ticking("backup", lambda: size_beside(target)):
            return await asyncio.to_thread(
                archive.write, settings.database_url or "", target, content, allow_empty=asked.empty
            )


def restore(asked: Namespace) -> int:
    """Put an archive into an empty desk, or with --force in place of one; at this release."""
    source = read_source(asked)
    asyncio.run(_restore(asked, source))
    manifest = source.manifest
    print(f"{asked.file} of {manifest.made_at} is restored: {_contents(manifest)}.")
    return 0


async def _restore(asked: Namespace, source: Archive) -> None:
    async with ticking("restore", lambda: _contents(source.manifest)):
        await restore_desk(asked, source)


def _contents(manifest: Manifest) -> str:
    counts = (
        quantity(manifest.rows_of("requests"), "request", "requests"),
        quantity(manifest.rows_of("entries"), "entry", "entries"),
        quantity(manifest.count("files"), "file", "files"),
    )
    rows = quantity(manifest.rows, "row", "rows")
    return (
        f"{', '.join(counts)} ({rows} of {quantity(manifest.count('tables'), 'table', 'tables')})"
    )


def doctor(asked: Namespace) -> int:
    """Say what is wrong, in English as all but the findings of a policy file; exit code 1 then."""
    findings = asyncio.run(_doctor(asked))
    if asked.json:
        json.dump({"findings": [asdict(one) for one in findings]}, sys.stdout, indent=2)
        print()
    else:
        print("\n".join(f"{one.code}: {one.message}" for one in findings) or "All is well.")
    return 1 if findings else 0


async def _doctor(asked: Namespace) -> list[Fault]:
    known = desk_settings(asked)
    try:
        return await _examine(known)
    except EmbeddedError as error:
        # A full disk is what keeps PostgreSQL from starting most often.
        if full := disks(known.data):
            return [*full, Fault("database", 1, str(error))]
        raise


async def _examine(known: Settings) -> list[Fault]:
    async with run_database(known) as settings:
        db = Db(settings.database_url or "", size=2)
        await db.open()
        try:
            return await examine(db, settings, now=clock.now())
        finally:
            await db.close()
