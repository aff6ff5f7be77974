"""SQL of appending to the log: lock and look, then write. Every step of it has an index."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from firstline.kit.db import Conn
from firstline.kit.ids import uuid7
from firstline.matters import ENTRIES_SQL, INSERT_SQL, Entry
from firstline.policy.rules.promises import Debt, PromiseKind
from firstline.timeline.model import promise_of

LOCK = """
select no, head, generation, state, holder, answered, answered_at, promise_kind, promise_since,
  promise_due_at, client_said_no, staff_said_no, still_ours_no, updated_at, xmin::text, head
from requests where no = any(%s) order by no for no key update
"""
KNOWN = """
select e.matter, e.by_id, e.key, e.no
from unnest(%s::bigint[], %s::uuid[], %s::text[]) as k(matter, by_id, key)
join entries e on e.matter = k.matter and e.by_id = k.by_id and e.key = k.key
  and e.kind <> 'opened'
"""
# A request is written to only where its row is the one that was read, and no key is known. Asking
# "is true" keeps the planner from making a join of it, which would compare every row with every.
WRITE: LiteralString = f"""
with {ENTRIES_SQL}, known as materialized (
  select e.matter from e join entries k
  on k.matter = e.matter and k.by_id = e.by_id and k.key = e.key and k.kind <> 'opened'
), moved as (
  update requests q set head = t.head, state = t.state, answered = t.answered,
    answered_at = t.answered_at, promise_kind = t.promise_kind, promise_since = t.promise_since,
    promise_due_at = t.promise_due_at, client_said_no = t.client_said_no,
    staff_said_no = t.staff_said_no, still_ours_no = t.still_ours_no, updated_at = t.updated_at
  from jsonb_to_recordset(%s::jsonb) as t(
    no bigint, head int, state text, answered bool, answered_at timestamptz, promise_kind text,
    promise_since timestamptz, promise_due_at timestamptz, client_said_no int, staff_said_no int,
    still_ours_no int, updated_at timestamptz, version xid, read_head int)
  where q.no = t.no and q.xmin = t.version and q.head = t.read_head
    and (t.no in (select matter from known)) is not true
  returning q.no, q.xmin
), written as (
  {INSERT_SQL} where (matter in (select no from moved)) is true
), turned as (
  insert into due_times (matter, kind, due_at, state, stage)
  select no, 'turn', turn_at, 'armed', turn
  from jsonb_to_recordset(%s::jsonb) as t(no bigint, turn_at timestamptz, turn text)
  where (no in (select no from moved)) is true order by no
  on conflict (matter, kind) do update set due_at = excluded.due_at, state = 'armed',
    stage = excluded.stage, generation = due_times.generation + 1, lease_until = null, attempts = 0
  where not (due_times.state = 'armed' and due_times.stage = excluded.stage
             and excluded.stage = 'letter')
), told as (
  insert into unread (id, matters, entries)
  select %s, array_agg(matter), array_agg(no) from e
  where (matter in (select no from moved)) is true having count(*) > 0
)
select min(xmin::text), coalesce(array_agg(no), '{{}}') from moved
"""


class AppendState(msgspec.Struct):
    """What of a request an append reads and moves; `version` and `read_head` are its row's."""

    no: int
    head: int
    generation: int
    state: str
    holder: UUID | None
    answered: bool
    answered_at: datetime | None
    promise_kind: PromiseKind | None
    promise_since: datetime | None
    promise_due_at: datetime | None
    client_said_no: int
    staff_said_no: int
    still_ours_no: int
    updated_at: datetime
    version: str
    read_head: int

    @property
    def debt(self) -> Debt:
        """What is owed as it stands; numbers tell whether the last words were answered."""
        promise = promise_of(self.promise_kind, self.promise_since, self.promise_due_at)
        return Debt(promise, self.answered, self.client_said_no > self.staff_said_no)

    def owe(self, debt: Debt, at: datetime) -> None:
        """What is owed from `at` on."""
        promise = debt.promise
        self.promise_kind = promise and promise.kind
        self.promise_since = promise and promise.since
        self.promise_due_at = promise and promise.due_at
        if debt.answered and not self.answered:
            self.answered, self.answered_at = True, at


class TurnRow(msgspec.Struct):
    """A request's next step, to be armed."""

    no: int
    turn_at: datetime
    turn: str


async def lock(conn: Conn, numbers: list[int]) -> dict[int, AppendState]:
    """The requests with their rows held, locked in the order of their numbers."""
    cursor = await conn.execute(LOCK, (numbers,), prepare=True)
    return {row[0]: AppendState(*row) for row in await cursor.fetchall()}


async def numbers_by_key(
    conn: Conn, keys: list[tuple[int, UUID | None, str]]
) -> dict[tuple[int, UUID | None, str], int]:
    """Numbers of the entries that these keys (request, author, key) have made. After `lock`."""
    if not keys:
        return {}
    numbers, people, words = zip(*keys, strict=True)
    cursor = await conn.execute(KNOWN, (list(numbers), list(people), list(words)), prepare=True)
    return {(no, by, key): entry for no, by, key, entry in await cursor.fetchall()}


async def write(
    conn: Conn, entries: list[Entry], standing: list[AppendState], turns: list[TurnRow]
) -> list[AppendState]:
    """Insert entries, move their requests, arm their next steps, leave a row for readers.

    Nothing is written of a request whose row is not the one that was read, or where one of the
    keys is known. Returns those written to; they stand now as they are here.
    """
    cursor = await conn.execute(
        WRITE,
        (
            msgspec.json.encode(entries).decode(),
            msgspec.json.encode(standing).decode(),
            msgspec.json.encode(turns).decode(),
            uuid7(),
        ),
        prepare=True,
    )
    row = await cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    version, numbers = row[0], set[int](row[1])
    moved = [one for one in standing if one.no in numbers]
    for one in moved:
        one.version, one.read_head = version, one.head
    return moved
