"""`migrate`, `backup`, `restore`, `doctor`: what the keeper does beside running the desk."""

import asyncio
import json
import sys
from argparse import Namespace
from dataclasses import asdict

from firstline import __version__
from firstline.cli.database import desk_settings, run_current_database, run_database, settings_of
from firstline.cli.doctor import Fault, examine
from firstline.kit import backup as archive
from firstline.kit import clock
from firstline.kit.backup import Manifest
from firstline.kit.db import Db
from firstline.kit.files import FolderFiles
from firstline.kit.migrate import migrate as bring_up


def migrate(asked: Namespace) -> int:
    """Bring the database to this release and say what was applied."""
    applied = asyncio.run(_migrate(asked))
    print("\n".join(applied) or "The database is up to date.")
    return 0


async def _migrate(asked: Namespace) -> list[str]:
    async with run_database(settings_of(asked)) as settings:
        return await bring_up(settings.database_url or "", now=clock.now())


def backup(asked: Namespace) -> int:
    """Write the archive, beside a running desk or without one."""
    manifest = asyncio.run(_backup(asked))
    size = asked.file.stat().st_size / 2**20
    print(f"{asked.file}: {_contents(manifest)}, {size:.1f} MB, verified.")
    return 0


async def _backup(asked: Namespace) -> Manifest:
    async with run_current_database(desk_settings(asked)) as settings:
        return await asyncio.to_thread(
            archive.write,
            settings.database_url or "",
            asked.file.absolute(),
            files=settings.data / "files",
            secret=settings.data / "secret",
            now=clock.now(),
            release=__version__,
        )


def restore(asked: Namespace) -> int:
    """Put an archive into an empty desk, then bring it to this release."""
    manifest = asyncio.run(_restore(asked))
    print(f"{asked.file} of {manifest.made_at} is restored: {_contents(manifest)}.")
    return 0


async def _restore(asked: Namespace) -> Manifest:
    manifest = await asyncio.to_thread(archive.verify, asked.file)
    async with run_database(settings_of(asked)) as settings:
        url, force = settings.database_url or "", asked.force
        await asyncio.to_thread(archive.make_room, url, force=force)
        await bring_up(url, now=clock.now(), upto=manifest.schema)
        await asyncio.to_thread(archive.load, url, asked.file, manifest)
        await asyncio.to_thread(
            archive.unpack, asked.file, files=settings.data / "files",
            secret=settings.data / "secret", force=force,
        )  # fmt: skip
        await bring_up(url, now=clock.now())
    return manifest


def _contents(manifest: Manifest) -> str:
    tables, files = manifest.count("tables"), manifest.count("files")
    return f"{manifest.rows} rows of {tables} tables, {files} files"


def doctor(asked: Namespace) -> int:
    """Say what is out of order; exit code 1 when anything is."""
    findings = asyncio.run(_doctor(asked))
    if asked.json:
        json.dump({"findings": [asdict(one) for one in findings]}, sys.stdout, indent=2)
        print()
    else:
        print("\n".join(f"{one.code}: {one.message}" for one in findings) or "All is well.")
    return 1 if findings else 0


async def _doctor(asked: Namespace) -> list[Fault]:
    async with run_database(desk_settings(asked)) as settings:
        db = Db(settings.database_url or "", size=2)
        await db.open()
        try:
            return await examine(db, FolderFiles(settings.data / "files"), now=clock.now())
        finally:
            await db.close()
