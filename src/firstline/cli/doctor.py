"""What the doctor looks at, and how it says what is out of order."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from firstline import reports
from firstline.cli import store
from firstline.cli.sealing import fits, opens, wrong_secret
from firstline.kit import due, migrate, outbox
from firstline.kit.db import Conn, Db
from firstline.kit.disks import ShortDisk, short_disks
from firstline.kit.files import Files, FolderFiles
from firstline.queues import queue_states
from firstline.regulations.versions import unreadable
from firstline.settings import Settings
from firstline.timeline import holds_seal, list_unindexed

# Below these a working desk is merely busy.
DUE_LATE = timedelta(minutes=1)
OUTBOX_LATE = timedelta(minutes=15)
READERS = {"index": "The search index", "evidence": "The evidence of the clauses"}
FAILING_LATE = timedelta(minutes=5)
SAMPLE = 20_000
# A file is on the disk a moment before its row is in the database.
UPLOAD_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing out of order: a stable name, how many, and a sentence for the keeper."""

    code: str
    count: int
    message: str


async def examine(db: Db, settings: Settings, *, now: datetime) -> list[Fault]:
    """Look at everything; an empty list is good news."""
    files = FolderFiles(settings.data / "files")
    async with db.connection() as conn:
        schema = await migrate.findings(conn)
        if schema:
            return [Fault("schema", len(schema), schema[0])]
        found = [one async for one in _regulations(conn)]
        found += await examine_log(conn)
        found += [one async for one in _secret(conn, settings)]
        if not await store.has_room(conn):
            found.append(Fault("disk", 1, "PostgreSQL's own disk is full; make room there."))
        found += [one async for one in _work(conn)]
        found += [one async for one in _post(conn, now)]
        found += [one async for one in _readers(conn, now)]
    return found + [one async for one in _files(db, files)] + disks(settings.data)


def disks(data: Path) -> list[Fault]:
    """What is nearly full, or read-only, of the disks that the data folder lies on."""
    return [Fault("disk", 1, _disk_words(disk)) for disk in short_disks(data)]


def _disk_words(disk: ShortDisk) -> str:
    if disk.read_only:
        return f"The disk of {disk.path} can only be read; mount it so that it can be written."
    return f"The disk of {disk.path} has {disk.room // 2**20} MB left; make room."


async def examine_log(conn: Conn) -> list[Fault]:
    """Whether every timeline is whole, and a sample of the entries what was written."""
    return [one async for one in _timelines(conn)]


async def _secret(conn: Conn, settings: Settings) -> AsyncIterator[Fault]:
    if not await fits(conn, settings.secret):
        yield Fault("secret", 1, wrong_secret(settings))
    elif not await opens(conn, settings.secret):
        yield Fault(
            "sealed",
            1,
            "What was sealed last does not open with the desk's secret; restore a backup beside "
            "and compare.",
        )


async def _regulations(conn: Conn) -> AsyncIterator[Fault]:
    unread = await unreadable(conn)
    if unread:
        yield Fault("regulations", len(unread), " ".join(unread))


async def _timelines(conn: Conn) -> AsyncIterator[Fault]:
    others = await store.kinds_of_others(conn)
    broken = await store.broken_timelines(conn)
    if broken:
        yield Fault(
            "numbering",
            len(broken),
            f"The entries of {_some(others.get(no, no) for no in broken)} are not numbered"
            " 1, 2, 3 … up to the head; restore a backup beside and compare.",
        )
    entries = await store.sampled_entries(conn, SAMPLE)
    erased = await store.find_erasures(conn, [e.matter for e in entries if e.salts is None])
    changed = [
        f"{others.get(entry.matter, entry.matter)}/{entry.no}"
        for entry in entries
        if not holds_seal(entry, erased.get(entry.matter, {}))
    ]
    if changed:
        yield Fault(
            "content",
            len(changed),
            f"The content of {_some(changed)} is not what was written; restore a backup beside "
            "and compare.",
        )


async def _work(conn: Conn) -> AsyncIterator[Fault]:
    stranded = await store.find_stranded(conn)
    if stranded:
        lines = sorted({f"{one.line}/{one.language}" for one in stranded})
        yield Fault(
            "nobody",
            len(stranded),
            f"Nobody can serve {_some(one.no for one in stranded)}: no active operator has "
            f"{_some(lines)}.",
        )
    left = await store.held_by_nobody(conn)
    if left:
        yield Fault(
            "holder",
            len(left),
            f"Operators who are no longer active still hold {_some(left)}; pass these to others.",
        )


async def _post(conn: Conn, now: datetime) -> AsyncIterator[Fault]:
    late, since = await due.overdue(conn, now=now - DUE_LATE)
    if late:
        yield Fault(
            "due",
            late,
            f"Due times that have not fired since {since:%Y-%m-%d %H:%M}: {late}; is a worker "
            "running?",
        )
    failing = await outbox.find_unsent(conn, before=now - FAILING_LATE, failing=True)
    waiting = await outbox.find_unsent(conn, before=now - OUTBOX_LATE)
    if failing.count:
        yield Fault(
            "mail",
            failing.count,
            f"E-mails that cannot be sent since {failing.since:%Y-%m-%d %H:%M}: {failing.count} "
            f"({failing.error}); try firstline mail test ADDRESS.",
        )
    elif waiting.count:
        yield Fault(
            "outbox",
            waiting.count,
            f"E-mails waiting since {waiting.since:%Y-%m-%d %H:%M}: {waiting.count}; is a worker "
            "running?",
        )
    dead = await outbox.list_dead(conn)
    if dead:
        yield Fault(
            "dead-letters",
            len(dead),
            f"E-mails given up: {len(dead)}, the last because of {dead[0].last_error}; "
            "send them again from the settings page, or by firstline outbox retry --all.",
        )


async def _readers(conn: Conn, now: datetime) -> AsyncIterator[Fault]:
    """The log's readers: what is behind, and what they could not read."""
    for state in await queue_states(conn, now):
        if state.late and state.name in READERS:
            hours = state.seconds / 3600
            yield Fault(
                state.name,
                state.count,
                f"{READERS[state.name]} is {hours:.1f} hours behind; is a worker running, and what "
                "does its log say?",
            )
    if unfound := await list_unindexed(conn):
        yield Fault(
            "index-set-aside",
            len(unfound),
            f"The text of {_some(no for no, _ in unfound)} is not in the search index "
            f"({unfound[0][1]}); firstline index again reads them once more.",
        )
    if unjudged := await reports.list_failures(conn):
        yield Fault(
            "evidence-set-aside",
            len(unjudged),
            f"There is no evidence of {_some(no for no, _ in unjudged)} ({unjudged[0][1]}); it is "
            "judged again when somebody writes in it.",
        )


async def _files(db: Db, files: Files) -> AsyncIterator[Fault]:
    keys = set(await files.keys())
    ids = await _attachments(db)
    orphans = keys - ids
    if orphans:
        await asyncio.sleep(UPLOAD_SECONDS)
        orphans -= await _attachments(db)
    if orphans:
        yield Fault(
            "orphans",
            len(orphans),
            f"Files that belong to no attachment: {len(orphans)} ({_some(sorted(orphans))}).",
        )
    missing = [key for key in sorted(ids - keys) if not await files.exists(key)]
    if missing:
        yield Fault(
            "files",
            len(missing),
            f"Attachments that have lost their file: {len(missing)} ({_some(missing)}); restore "
            "the files from a backup.",
        )


async def _attachments(db: Db) -> set[str]:
    async with db.connection() as conn:
        return {one.hex for one in await store.attachment_ids(conn)}


def _some(things: Iterable[object], most: int = 5) -> str:
    words = [str(thing) for thing in things]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
