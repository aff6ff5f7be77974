"""SQL of the wiki's upkeep: what was said without an article, and what was decided about it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from firstline.kit.db import Conn
from firstline.upkeep.model import EntryPlace, GapText, Task

# Newest requests that are looked through, and how much of a text: enough to know it by.
MOST_REQUESTS = 1_000
CHARACTERS = 800
SHORTEST_ANSWER = 100

_LATELY: LiteralString = (
    "with lately as (select no, topic from requests where arrived_at >= %(since)s"
    " order by no desc limit %(most)s)"
)
_ANSWER: LiteralString = (
    "a.matter = r.no and a.kind = 'said' and a.side = 'staff' and a.audience = 'all'"
    " and a.data ->> 'turn' is distinct from 'us'"
)
_LINKED: LiteralString = (
    "exists (select from entries l where l.matter = r.no and l.side = 'staff'"
    " and l.audience = 'all' and l.data ? 'articles' and l.data -> 'articles' <> '[]')"
)


def _values(since: datetime) -> dict[str, object]:
    return {
        "since": since,
        "most": MOST_REQUESTS,
        "characters": CHARACTERS,
        "shortest": SHORTEST_ANSWER,
    }


async def questions(conn: Conn, since: datetime) -> list[GapText]:
    """First words of requests that were answered without any article, the newest first."""
    cursor = await conn.execute(
        f"{_LATELY} select r.no, e.no, r.topic, left(e.body, %(characters)s) from lately r"
        " join entries e on e.matter = r.no and e.no = 1"
        f" where exists (select from entries a where {_ANSWER}) and not {_LINKED}"
        " order by r.no desc",
        _values(since),
    )
    return [_make_text(*row) for row in await cursor.fetchall()]


async def answers(conn: Conn, since: datetime) -> list[GapText]:
    """Answers of some length in which no article is linked, the newest requests first."""
    cursor = await conn.execute(
        f"{_LATELY} select r.no, a.no, r.topic, left(a.body, %(characters)s) from lately r"
        f" join entries a on {_ANSWER} where not a.data ? 'articles' and not exists ("
        "select from entries l where l.matter = r.no and l.kind = 'edited' and l.data ? 'articles'"
        " and l.data ->> 'of' = a.no::text and l.data -> 'articles' <> '[]')"
        " and length(a.body) >= %(shortest)s order by r.no desc, a.no limit %(most)s",
        _values(since),
    )
    return [_make_text(*row) for row in await cursor.fetchall()]


def _make_text(no: int, entry_no: int, topic: str, words: str) -> GapText:
    return GapText(EntryPlace(no, entry_no), topic, words)


async def titles(conn: Conn, numbers: Collection[int]) -> dict[int, tuple[str, bool]]:
    """Titles of requests as they stand, and whether each is closed."""
    cursor = await conn.execute(
        "select no, title, closed_at is not null from requests where no = any(%s)",
        (list(numbers),),
    )
    return {no: (title, closed) for no, title, closed in await cursor.fetchall()}


async def tasks(conn: Conn, numbers: Collection[int]) -> dict[EntryPlace, Task]:
    """What was decided about entries of these requests."""
    cursor = await conn.execute(
        "select t.request_no, t.entry_no, t.state, t.person_id, p.name, t.reason, t.at"
        " from writing_tasks t join people p on p.id = t.person_id"
        " where t.request_no = any(%s)",
        (list(numbers),),
    )
    found = [
        Task(EntryPlace(no, entry_no), *rest) for no, entry_no, *rest in await cursor.fetchall()
    ]
    return {task.place: task for task in found}


async def lock_entry(conn: Conn, place: EntryPlace) -> bool:
    """Hold an entry's request against others who decide; whether the entry is there, said by the
    client first or by the staff to them.
    """
    cursor = await conn.execute(
        "select exists (select from entries e where e.matter = r.no and e.no = %s"
        " and e.audience = 'all' and e.kind in ('opened', 'said'))"
        " from requests r where r.no = %s for update of r",
        (place.entry_no, place.request_no),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def put_task(
    conn: Conn, place: EntryPlace, state: str, person_id: UUID, reason: str, now: datetime
) -> None:
    """Write down what was decided, in place of what stood there."""
    await conn.execute(
        "insert into writing_tasks (request_no, entry_no, state, person_id, reason, at)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (request_no, entry_no) do update"
        " set state = excluded.state, person_id = excluded.person_id, reason = excluded.reason,"
        " at = excluded.at",
        (place.request_no, place.entry_no, state, person_id, reason, now),
    )


async def drop_tasks(conn: Conn, places: Sequence[EntryPlace]) -> None:
    """Open again what was decided by these entries."""
    await conn.execute(
        "delete from writing_tasks where (request_no, entry_no) in"
        " (select * from unnest(%s::bigint[], %s::int[]))",
        ([p.request_no for p in places], [p.entry_no for p in places]),
    )
