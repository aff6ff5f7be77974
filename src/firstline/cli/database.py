"""The database of a command: embedded in the data folder, or the one that the settings name."""

import asyncio
import contextlib
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import psycopg

from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.db import Db
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.migrate import SchemaError, findings, migrate
from firstline.settings import Settings, data_folder, from_env, holds_desk


def settings_of(asked: Namespace, *, demo: bool = False, beside: bool = False) -> Settings:
    """The settings of a command; what stands on the command line wins.

    A command `beside` the desk knows it by the public address that the desk has left.
    """
    return from_env(
        data=getattr(asked, "data", None),
        host=getattr(asked, "host", None),
        port=getattr(asked, "port", None),
        workers=getattr(asked, "workers", None),
        demo=demo,
        beside=beside,
    )


def desk_settings(asked: Namespace) -> Settings:
    """The settings of a desk that must be there already."""
    folder = getattr(asked, "data", None) or data_folder()
    if not holds_desk(folder):
        raise CommandError(
            f"There is no desk in {folder}; name its folder with --data, or make one with "
            "firstline migrate."
        )
    return settings_of(asked, beside=True)


@asynccontextmanager
async def run_current_database(settings: Settings) -> AsyncGenerator[Settings]:
    """The settings with the address of a running, migrated database; watched while it is used.

    The embedded one is made and brought up to date here. Somebody else's is only looked at.
    """
    if settings.database_url:
        await _refuse_other_schema(settings.database_url)
        yield settings
        return
    async with run_database(settings) as settings:
        await migrate(settings.database_url or "", now=clock.now())
        yield settings


@asynccontextmanager
async def run_database(settings: Settings) -> AsyncGenerator[Settings]:
    """The settings with the address of a running database, whatever it holds."""
    if settings.database_url:
        yield settings
        return
    postgres = EmbeddedPostgres(settings.data)
    url = await postgres.start()
    watch = asyncio.create_task(postgres.watch())
    try:
        yield replace(settings, database_url=url)
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await postgres.stop()


@asynccontextmanager
async def open_desk(asked: Namespace, *, new: bool = False) -> AsyncGenerator[tuple[Settings, Db]]:
    """The desk's settings and database, whether it runs or not; `new` may make an empty one."""
    known = settings_of(asked, beside=True) if new else desk_settings(asked)
    async with run_current_database(known) as settings:
        db = Db(settings.database_url or "", size=2)
        await db.open()
        try:
            yield settings, db
        finally:
            await db.close()


async def _refuse_other_schema(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        wrong = await findings(conn)
    if wrong:
        raise SchemaError(wrong[0])
