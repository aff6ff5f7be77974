"""A log that an earlier release sealed is brought along: entries get salts, digests, a new seal."""

import hashlib
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg.types.json import Jsonb

from firstline.kit.db import Conn
from firstline.kit.migrate import FOLDER, migrate
from firstline.matters import Entry, holds_seal, read_erasures
from firstline.promises import read_logs

NOW = datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)
ACME, VERA = UUID(int=10), UUID(int=11)
ODD = 'Ünïcödé «слова» \U0001f511 \u2028 \x01\x1f\x7f "quoted" \\ / \b\f\n\r\t <&>'
SECRET = "The key is under the blue pot"
NESTED = {"files": [{"id": "x", "name": ODD, "size": 7, "inline": False}], "z": None, "a": [1, {}]}
ENTRIES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("opened", "all", f"{SECRET}\nHelp", {}),
    ("said", "all", ODD, NESTED),
    ("note", "staff", ODD, {"shown": "1", "label": ODD}),
    ("handed_over", "all", "Between us", {"line_from": "first", "line": "second"}),
    ("edited", "all", "A new title", {"field": "title", "old": SECRET}),
    ("edited", "all", f"{SECRET}!", {"of": 1}),
    ("delay_notice", "all", "Later", {"reason": "other", "until": NOW.isoformat()}),
    ("redacted", "all", "", {"of": 1, "why": "Not for here"}),
    ("redacted", "all", "", {"of": 1, "why": "Once more"}),
    ("redacted", "all", "", {"of": 7, "why": "Another client's"}),
    ("said", "all", "changed since", {}),
]
_encode = msgspec.json.Encoder(order="deterministic").encode


def former_seal(kind: str, audience: str, body: str, data: dict[str, Any], at: datetime) -> bytes:
    content = (kind, VERA, audience, "chat", body, data, int(at.timestamp() * 1_000_000))
    return hashlib.sha256(_encode(content)).digest()


@pytest.fixture
async def conn(empty: str, tmp_path: Path) -> AsyncIterator[Conn]:
    """A database as it was before, with a request of all kinds of entries, brought up to date."""
    for path in sorted(FOLDER.glob("000*_*.sql")):
        shutil.copy(path, tmp_path)
    await migrate(empty, now=NOW, folder=tmp_path)
    async with await psycopg.AsyncConnection.connect(empty) as conn:
        await conn.execute("insert into lines values ('first')")
        await conn.execute("insert into clients values (%s, null, 'Acme', '', 'en', now())", [ACME])
        await conn.execute(
            "insert into people (id, side, email, name, created_at)"
            " values (%s, 'client', 'vera@acme.example', 'Vera', now())",
            [VERA],
        )
        await conn.execute("insert into matters values (1001, 'request', null)")
        await conn.execute(
            "insert into requests (no, client_id, opened_by, topic, title, language, channel, mode,"
            " line, state, arrived_at, line_since, policy_version, head, updated_at) values (1001,"
            " %s, %s, 'web', %s, 'en', 'chat', 'chat', 'first', 'waiting', now(), now(), 1, %s,"
            " now())",
            [ACME, VERA, SECRET, len(ENTRIES)],
        )
        for no, (kind, audience, body, data) in enumerate(ENTRIES, 1):
            at = NOW + timedelta(microseconds=no * 1_000_003)
            sha = former_seal(kind, audience, body, data, at)
            said = body if body != "changed since" else "Changed"
            await conn.execute(
                "insert into entries (matter, no, kind, by_id, by_name, side, audience, channel,"
                " body, data, at, sha) values (1001, %s, %s, %s, 'Vera', 'client', %s, 'chat', %s,"
                " %s, %s, %s)",
                [no, kind, VERA, audience, said, Jsonb(data), at, sha],
            )
    await migrate(empty, now=NOW)
    async with await psycopg.AsyncConnection.connect(empty) as conn:
        yield conn


async def entries_of(conn: Conn) -> list[Entry]:
    ((_, entries),) = await read_logs(conn, [1001])
    return list(entries)


async def test_each_entry_holds_its_new_seal_and_what_was_changed_since_does_not(
    conn: Conn,
) -> None:
    entries = await entries_of(conn)
    erased = read_erasures([entry.data for entry in entries if entry.kind == "redacted"])
    broken = [entry.no for entry in entries if not holds_seal(entry, erased)]
    assert broken == [11], "the one that somebody changed"
    assert (entries[1].body, entries[1].data) == (ODD, NESTED)
    assert len({entry.salts for entry in entries if entry.salts}) == 7, "each has its own"


async def test_what_was_taken_back_is_erased_with_its_copies(conn: Conn) -> None:
    entries = await entries_of(conn)
    assert [entry.no for entry in entries if entry.salts is None] == [1, 5, 6, 7]
    rows = await (await conn.execute("select title from requests")).fetchall()
    assert rows == [("web",)]
    assert SECRET not in str(entries)
    assert entries[6].data == {"reason": "other", "until": NOW.isoformat()}
    assert await (await conn.execute("select matters from unread")).fetchall() == [([1001],)]
