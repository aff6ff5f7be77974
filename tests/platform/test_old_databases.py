"""A database that an earlier release made and filled is brought up to date with nothing lost."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from firstline.cli.store import broken_timelines
from firstline.kit.migrate import FOLDER, findings, migrate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME, VERA = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
# Two requests with three entries, and a row in each table that hangs on a request.
FILLED = f"""
insert into lines values ('first');
insert into clients (id, name, created_at) values ('{ACME}', 'Acme', now());
insert into people (id, side, email, name, created_at)
  values ('{VERA}', 'client', 'vera@acme.example', 'Vera', now());
insert into requests (no, client_id, opened_by, topic, title, language, channel, mode, line, state,
  arrived_at, line_since, policy_version, head, updated_at)
select no, '{ACME}', '{VERA}', 'web', 'A page', 'en', 'chat', 'chat', 'first', 'waiting', now(),
  now(), 1, head, now() from (values (1001, 2), (1002, 1)) as r(no, head);
update counters set value = 1002 where name = 'request';
insert into entries (request_no, no, kind, by_id, by_name, side, audience, channel, body, key, at,
  sha)
select e.request, e.no, e.kind, '{VERA}', 'Vera', 'client', 'all', 'chat', 'Words', 'k' || e.no,
  now(), ''
from (values (1001, 1, 'opened'), (1001, 2, 'said'), (1002, 1, 'opened')) as e(request, no, kind);
insert into due_times (request_no, kind, due_at, state) values (1001, 'turn', now(), 'armed');
insert into attachments (id, request_no, entry_no, by_id, name, media_type, size, sha, created_at)
  values ('{ACME}', 1001, 2, '{VERA}', 'a.log', 'text/plain', 1, '', now()),
         ('{VERA}', null, null, '{VERA}', 'b.log', 'text/plain', 1, '', now());
insert into unread values ('{ACME}', '{{1001,1002}}', '{{2,1}}');
insert into search_words values (1001, 'page');
insert into letters values (1001, '{VERA}', 1, now());
insert into seen values (1001, '{VERA}', 2, now());
"""


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """The migrations as they were before the log carried anything but requests."""
    for path in sorted(FOLDER.glob("000[1-7]_*.sql")):
        shutil.copy(path, tmp_path)
    return tmp_path


async def test_a_log_of_requests_becomes_a_log_of_matters(empty: str, old_folder: Path) -> None:
    await migrate(empty, now=NOW, folder=old_folder)
    async with await psycopg.AsyncConnection.connect(empty) as conn:
        await conn.execute(FILLED.encode())
    await migrate(empty, now=NOW)
    async with await psycopg.AsyncConnection.connect(empty) as conn:
        assert await findings(conn) == []
        assert await broken_timelines(conn) == []
        assert await rows(conn, "select no, kind, head from matters order by no") == [
            (-1, "changes", 0), (1001, "request", None), (1002, "request", None),
        ]  # fmt: skip
        assert await rows(conn, "select matter, no, key from entries order by 1, 2") == [
            (1001, 1, "k1"), (1001, 2, "k2"), (1002, 1, "k1"),
        ]  # fmt: skip
        for table in ("due_times", "search_words", "letters", "seen"):
            assert await rows(conn, f"select matter from {table}") == [(1001,)], table
        assert await rows(conn, "select matter from attachments order by 1") == [(1001,), (None,)]
        assert await rows(conn, "select matters, entries from unread") == [([1001, 1002], [2, 1])]


async def test_nothing_hangs_on_a_matter_that_is_not_there(empty: str, old_folder: Path) -> None:
    await migrate(empty, now=NOW, folder=old_folder)
    async with await psycopg.AsyncConnection.connect(empty, autocommit=True) as conn:
        await conn.execute(FILLED.encode())
        await migrate(empty, now=NOW)
        for change in (
            "update entries set matter = 1003 where matter = 1002",
            "update due_times set matter = 1003",
            "update attachments set matter = 1003 where matter = 1001",
            "update search_words set matter = 1003",
            "update letters set matter = 1003",
            "update seen set matter = 1003",
            "delete from matters where no = 1002",
        ):
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                await conn.execute(change.encode())
        for row in ("(1003, 'call', 0)", "(-2, 'request', null)", "(1003, 'request', 1)"):
            with pytest.raises(psycopg.errors.CheckViolation):
                await conn.execute(f"insert into matters values {row}".encode())


async def rows(conn: psycopg.AsyncConnection[Any], query: str) -> list[Any]:
    return await (await conn.execute(query.encode())).fetchall()
