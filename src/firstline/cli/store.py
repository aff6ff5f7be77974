"""What the doctor asks the database, across the features; it only reads."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.timeline import Entry, read_erasures


@dataclass(frozen=True, slots=True)
class Stranded:
    """An open request that nobody can take: no active operator has its line and language."""

    no: int
    line: str
    language: str


async def find_stranded(conn: Conn) -> list[Stranded]:
    async with conn.cursor(row_factory=class_row(Stranded)) as cursor:
        await cursor.execute(
            "select r.no, r.line, r.language from requests r"
            " where r.closed_at is null and r.holder is null and not exists ("
            "select from operators o join people p on p.id = o.person_id"
            " where p.active and r.line = any(o.lines)"
            " and (o.languages = '{}' or r.language = any(o.languages))) order by r.no"
        )
        return await cursor.fetchall()


async def held_by_nobody(conn: Conn) -> list[int]:
    """Open requests whose holder is no longer active."""
    cursor = await conn.execute(
        "select r.no from requests r join people p on p.id = r.holder"
        " where r.closed_at is null and not p.active order by r.no"
    )
    return [row[0] for row in await cursor.fetchall()]


async def kinds_of_others(conn: Conn) -> dict[int, str]:
    """The kind of each matter that is no request: its key tells nobody anything."""
    cursor = await conn.execute("select no, kind from matters where no < 0")
    return dict(await cursor.fetchall())


async def broken_timelines(conn: Conn) -> list[int]:
    """Matters whose entries do not run 1, 2, 3 … up to their head."""
    cursor = await conn.execute(
        "select m.no from (select m.no, coalesce(r.head, m.head) as head from matters m"
        " left join requests r on r.no = m.no) m"
        " left join (select matter, count(*) as many, max(no) as last from entries"
        " group by matter) e on e.matter = m.no"
        " where (coalesce(e.many, 0), coalesce(e.last, 0)) is distinct from (m.head, m.head)"
        " order by m.no"
    )
    return [row[0] for row in await cursor.fetchall()]


async def sampled_entries(conn: Conn, most: int) -> list[Entry]:
    """About `most` entries, drawn from the whole log."""
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(
            "select * from entries where random() <= %s / greatest(1.0, (select count(*)"
            " from entries)) limit %s",
            (float(most), most),
        )
        return await cursor.fetchall()


async def find_erasures(conn: Conn, matters: list[int]) -> dict[int, dict[int, str]]:
    """What redactions of these matters tell of the entries they erased, by matter and number."""
    cursor = await conn.execute(
        "select matter, array_agg(data) from entries where matter = any(%s) and kind = 'redacted'"
        " group by matter",
        (matters,),
    )
    return {no: read_erasures(data) for no, data in await cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class SealedWords:
    """Something sealed, and the place that it was sealed for."""

    place: str
    sealed: bytes


async def newest_sealed(conn: Conn) -> list[SealedWords]:
    """The newest secret of a request, second factor and key of the panel, where there are any."""
    async with conn.cursor(row_factory=class_row(SealedWords)) as cursor:
        await cursor.execute(
            "(select 'secret/' || id as place, sealed from secrets where sealed is not null"
            " order by created_at desc limit 1) union all"
            " (select 'second-factor/' || id, totp_secret from people where totp_secret is not"
            " null order by created_at desc limit 1) union all"
            " (select 'preauth/' || kid, decode(secret, 'base64') from preauth_keys"
            " order by created_at desc limit 1)"
        )
        return await cursor.fetchall()


async def has_room(conn: Conn) -> bool:
    """Whether the database can take a megabyte more; what it is tried with is gone at once."""
    try:
        async with conn.transaction(force_rollback=True):
            await conn.execute(
                "create temporary table firstline_room as select generate_series(1, 30000)"
            )
    except psycopg.errors.DiskFull:
        return False
    except psycopg.errors.InsufficientPrivilege:
        pass  # a role may be kept from temporary tables
    return True


async def attachment_ids(conn: Conn) -> set[UUID]:
    """Every attachment; its file's key is the id in hexadecimal."""
    cursor = await conn.execute("select id from attachments")
    return {row[0] for row in await cursor.fetchall()}


async def contacts_to_play(conn: Conn, emails: list[str]) -> list[tuple[str, str, str]]:
    """Those of them who are active and have a service to write about: (address, host, server)."""
    cursor = await conn.execute(
        "select p.email, s.host, s.server from people p join contacts c on c.person_id = p.id"
        " join lateral (select host, server from services where client_id = c.client_id"
        " and host <> '' order by kind <> 'hosting', name limit 1) s on true"
        " where p.active and p.email = any(%s) order by p.email",
        (emails,),
    )
    return await cursor.fetchall()


async def operators_to_play(conn: Conn, emails: list[str]) -> list[str]:
    """Those of them who are active and serve a line."""
    cursor = await conn.execute(
        "select p.email from people p join operators o on o.person_id = p.id"
        " where p.active and o.lines <> '{}' and p.email = any(%s) order by p.email",
        (emails,),
    )
    return [row[0] for row in await cursor.fetchall()]
