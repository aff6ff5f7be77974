"""`firstline wiki export DIR | import DIR`: the wiki as a folder of Markdown."""

import asyncio
import json
import sys
from argparse import Namespace
from collections import Counter
from dataclasses import asdict

from firstline.cli.database import open_desk, policies_of
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.files import FolderFiles
from firstline.wiki.folder.exporting import Exported
from firstline.wiki.folder.exporting import export_wiki as write_folder
from firstline.wiki.folder.importing import FileReport, read_folder
from firstline.wiki.folder.importing import import_wiki as take_in


def export_wiki(asked: Namespace) -> int:
    """Say how many files were written."""
    found = asyncio.run(_export(asked))
    print(f"{found.articles} articles, {found.images} images: {asked.folder}")
    return 0


async def _export(asked: Namespace) -> Exported:
    async with open_desk(asked) as (settings, db), db.connection() as conn:
        return await write_folder(conn, FolderFiles(settings.data / "files"), asked.folder)


def import_wiki(asked: Namespace) -> int:
    """Print a line for each file; exit code 1 when one was refused, and nothing written."""
    if not asked.folder.is_dir():
        raise CommandError(f"{asked.folder} is no folder; name one that wiki export has written.")
    reports = asyncio.run(_import(asked))
    if asked.json:
        json.dump([asdict(one) for one in reports], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        _print(reports, dry_run=asked.dry_run)
    return 1 if any(one.what == "refused" for one in reports) else 0


async def _import(asked: Namespace) -> list[FileReport]:
    async with open_desk(asked) as (settings, db):
        languages = (await policies_of(db)).current(clock.now())[1].languages
        found = read_folder(asked.folder, languages)
        files = FolderFiles(settings.data / "files")
        return await take_in(db, files, found, dry_run=asked.dry_run, now=clock.now())


def _print(reports: list[FileReport], *, dry_run: bool) -> None:
    for one in reports:
        print(f"{one.file}\t{one.what}" + (f"\t{one.why}" if one.why else ""))
    counts = Counter(one.what for one in reports)
    kinds = ["created", "updated", "unchanged", "refused"]
    kinds += ["not written"] if counts["not written"] else []
    words = [f"{counts[what]} {what}" for what in kinds]
    refused = " (nothing was written: correct what is refused)" if counts["refused"] else ""
    print(", ".join(words) + (refused or (" (dry run, nothing kept)" if dry_run else "")))
