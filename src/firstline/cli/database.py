"""The database of a command: embedded in the data folder, or the one that the settings name."""

import asyncio
import contextlib
import sys
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from psycopg.conninfo import conninfo_to_dict

from firstline.cli import memory as notes
from firstline.cli.exchange import conclude_cut_off
from firstline.cli.memory import mark_of, settle
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.db import Db
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.migrate import SchemaError, findings, migrate, refuse_read_only
from firstline.kit.sessions import connect
from firstline.regulations.versions import Policies, begin
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
async def make_database(
    settings: Settings, *, demo: bool = False
) -> AsyncGenerator[tuple[Settings, list[str]]]:
    """The desk's database, made where there is none, at this release's schema; and what was done.

    For the commands that may make one. The data folder remembers it from now on.
    """
    async with run_database(settings, make=True) as settings:
        if (await mark_of(settings)).empty:
            sys.stderr.write(f"Firstline makes a new desk in {place_of(settings)}.\n")
        applied = await migrate(settings.database_url or "", now=clock.now())
        await settle(settings, demo=demo)
        yield settings, applied


@asynccontextmanager
async def serve_database(settings: Settings) -> AsyncGenerator[Settings]:
    """The database to serve: the embedded one is made and migrated, another is only looked at."""
    if settings.embedded:
        async with make_database(settings) as (settings, _):
            yield settings
        return
    async with run_current_database(settings) as settings:
        await settle(settings)
        yield settings


@asynccontextmanager
async def run_current_database(settings: Settings) -> AsyncGenerator[Settings]:
    """The settings with the address of a running, migrated database; watched while it is used.

    The embedded one is brought up to date here. Somebody else's is only looked at.
    """
    embedded = settings.embedded
    async with run_database(settings) as settings:
        if embedded:
            for name in await migrate(settings.database_url or "", now=clock.now()):
                # No release before this one reads the data any more: nobody should learn it later.
                sys.stderr.write(f"Applied {name}: the data is now of this release.\n")
        else:
            await _refuse_other_schema(settings.database_url or "")
        yield settings


@asynccontextmanager
async def run_database(settings: Settings, *, make: bool = False) -> AsyncGenerator[Settings]:
    """The settings with the address of the data folder's database, whatever its schema.

    A restore that was cut off is finished or undone first. Raises CommandError where it is another
    folder's, or there is none and none may be made.
    """
    if settings.database_url:
        yield await _fitting(settings)
        return
    notes.refuse_absent(settings.data, notes.recall(settings.data), make=make)
    async with run_embedded(settings) as settings:
        yield await _fitting(settings)


async def _fitting(settings: Settings) -> Settings:
    settings = await conclude_cut_off(settings)
    notes.refuse_other(settings.data, notes.recall(settings.data), await mark_of(settings))
    return settings


@asynccontextmanager
async def run_embedded(settings: Settings) -> AsyncGenerator[Settings]:
    """The settings with the address of the folder's cluster, made where there is none."""
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
async def open_desk(asked: Namespace) -> AsyncGenerator[tuple[Settings, Db]]:
    """The desk's settings and database, whether it runs or not."""
    async with run_current_database(desk_settings(asked)) as settings:
        db = Db(settings.database_url or "", size=2)
        await db.open()
        try:
            yield settings, db
        finally:
            await db.close()


async def policies_of(db: Db) -> Policies:
    """The regulations of the desk; a new one has the shipped ones from now on."""
    async with db.transaction() as tx:
        await begin(tx.conn, clock.now())
    return await Policies(db).fresh(clock.now())


def place_of(settings: Settings) -> str:
    """Where the database is, for people: never with its password."""
    if settings.embedded:
        return f"{settings.data} (the PostgreSQL that it brings)"
    parts = conninfo_to_dict(settings.database_url or "")
    return f"the database {parts.get('dbname', '')} at {parts.get('host', 'this machine')}"


async def _refuse_other_schema(url: str) -> None:
    async with await connect(url) as conn:
        wrong = await findings(conn)
        await refuse_read_only(conn)
    if wrong:
        raise SchemaError(wrong[0])
