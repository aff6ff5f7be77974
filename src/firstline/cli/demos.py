"""Desks of the demo alone: their cast has a password that everybody knows, so it never touches
another desk. The database carries the mark; the folder's note says that the demo began to make one.
"""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from firstline.cli import memory as notes
from firstline.cli.database import (
    make_database,
    run_current_database,
    run_database,
)
from firstline.cli.memory import FolderNote, mark_of
from firstline.cli.refusals import CommandError
from firstline.kit.embedded import EmbeddedPostgres
from firstline.settings import ADDRESS, Settings

# What a desk keeps in its data folder beside the database and its secret.
CONTENTS = ("files", "letters")


@asynccontextmanager
async def demo_database(settings: Settings) -> AsyncGenerator[Settings]:
    """A database that the demo has made, or makes now in the data folder; any other is refused."""
    if not settings.embedded:
        async with run_current_database(settings) as settings:
            await refuse_real_desk(settings)
            yield settings
        return
    if _is_new(settings):
        notes.remember(settings.data, FolderNote(embedded=True, demo=True))
    else:
        await _refuse_real_folder(settings)
    async with make_database(settings, demo=True) as (settings, _):
        yield settings


async def refuse_real_desk(settings: Settings) -> None:
    """Raise CommandError unless the demo has made the desk of this running database."""
    if not (await mark_of(settings)).demo:
        raise CommandError(
            f"The desk of {settings.data} was not made by the demo, whose people have a password "
            "that everybody knows; give the demo a folder of its own with --data, and unset "
            "FIRSTLINE_DATABASE_URL."
        )


async def forget_demo(settings: Settings) -> None:
    """Remove the demo's desk, its files and letters; never those of another desk."""
    if not settings.embedded:
        raise CommandError(
            "--fresh only removes an embedded database; unset FIRSTLINE_DATABASE_URL."
        )
    if not _is_new(settings):
        await _refuse_real_folder(settings)
    await EmbeddedPostgres(settings.data).destroy()
    for name in CONTENTS:
        shutil.rmtree(settings.data / name, ignore_errors=True)
    (settings.data / ADDRESS).unlink(missing_ok=True)
    notes.forget(settings.data)


def _is_new(settings: Settings) -> bool:
    """Whether no desk was ever made in the folder."""
    if notes.recall(settings.data) or EmbeddedPostgres(settings.data).exists():
        return False
    return not any((settings.data / name).exists() for name in CONTENTS)


async def _refuse_real_folder(settings: Settings) -> None:
    memory = notes.recall(settings.data)
    if memory and memory.demo:
        return
    if memory is None:  # files of a desk whose database is elsewhere
        notes.refuse_absent(settings.data, FolderNote(embedded=False), make=False)
    async with run_database(settings) as settings:
        await refuse_real_desk(settings)
