"""SQL of what the coach reads of the log: requests that have new words, and these words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn

MOST_ENTRIES = 20  # of a request
MOST_CHARACTERS = 12_000  # of an entry, as much as the coach reads of a text


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What of a request tells how its words are meant."""

    no: int
    topic: str
    client_id: UUID
    service_id: UUID | None
    policy_version: int
    names: list[str]


@dataclass(frozen=True, slots=True)
class ClientWords:
    """Words of a request as they stand after their mending; `later`: after the first answer."""

    matter: int
    no: int
    at: datetime
    body: str
    later: bool


async def take_unread(conn: Conn, limit: int) -> list[int]:
    """The newest requests whose words are to be read. They are taken off first: what is said from
    now on puts its request there again.
    """
    cursor = await conn.execute(
        "delete from facts_unread where request_no in (select request_no from facts_unread"
        " order by request_no desc limit %s for update skip locked) returning request_no",
        (limit,),
    )
    return [row[0] for row in await cursor.fetchall()]


async def requests_at(conn: Conn, numbers: Sequence[int]) -> list[ReadRequest]:
    """These requests, with names and hosts of what the client has: of the service that is meant, or
    else of all.
    """
    async with conn.cursor(row_factory=class_row(ReadRequest)) as cursor:
        await cursor.execute(
            "select r.no, r.topic, r.client_id, r.service_id, r.policy_version, array("
            "  select n from services s cross join lateral unnest(array[s.name, s.host]) n"
            "  where s.client_id = r.client_id and n <> ''"
            "  and (r.service_id is null or s.id = r.service_id) order by s.name, n limit 40"
            ") as names from requests r where r.no = any(%s) order by r.no",
            (list(numbers),),
        )
        return await cursor.fetchall()


async def words_of(conn: Conn, numbers: Sequence[int]) -> list[ClientWords]:
    """The opening and the client's further words, in order; what was erased is none of them."""
    async with conn.cursor(row_factory=class_row(ClientWords)) as cursor:
        await cursor.execute(
            "select e.matter, e.no, e.at, left(coalesce(m.body, e.body), %s) as body,"
            " coalesce(e.no > (select min(a.no) from entries a where a.matter = r.no"
            "  and a.side = 'staff' and a.kind in ('said', 'closed') and a.audience = 'all'"
            "  and a.at >= r.answered_at), false) as later"
            " from requests r cross join lateral (select * from entries e where e.matter = r.no"
            "  and (e.kind = 'opened' or e.kind = 'said' and e.side = 'client')"
            "  and e.audience = 'all' and e.salts is not null"
            "  order by e.no limit %s) e"
            " left join lateral (select body from entries m where m.matter = e.matter"
            "  and m.kind = 'edited' and m.data->>'of' = e.no::text order by m.no desc limit 1) m"
            "  on true"
            " where r.no = any(%s) order by e.matter, e.no",
            (MOST_CHARACTERS, MOST_ENTRIES, list(numbers)),
        )
        return await cursor.fetchall()
