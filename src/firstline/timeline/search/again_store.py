"""SQL of requests to be read into the index from their beginning, and of those set aside."""

from collections.abc import Collection
from datetime import datetime

from firstline.kit.db import Conn

REASON_LENGTH = 500


async def queue_again(conn: Conn, numbers: Collection[int] | None) -> int:
    """Have these requests read from their beginning, or, for None, those set aside; how many."""
    if numbers is None:
        cursor = await conn.execute("update index_again set reason = null where reason is not null")
    else:
        cursor = await conn.execute(
            "insert into index_again (matter) select no from requests where no = any(%s) "
            "order by no on conflict (matter) do update set reason = null",
            (list(numbers),),
        )
    return cursor.rowcount


async def queue_all_again(conn: Conn) -> int:
    """Have every request read from its beginning; how many."""
    cursor = await conn.execute(
        "insert into index_again (matter) select no from requests order by no "
        "on conflict (matter) do update set reason = null"
    )
    return cursor.rowcount


async def take_again(conn: Conn, limit: int) -> list[int]:
    """The newest requests that are to be read from their beginning; held."""
    cursor = await conn.execute(
        "select matter from index_again where reason is null order by matter desc limit %s "
        "for update skip locked",
        (limit,),
    )
    return [no for (no,) in await cursor.fetchall()]


async def delete_again(conn: Conn, numbers: list[int]) -> None:
    await conn.execute("delete from index_again where matter = any(%s)", (numbers,))


async def lock_again(conn: Conn, numbers: Collection[int]) -> set[int]:
    """Those of the requests that are set aside. Who reads one of them from its beginning is waited
    for: its row would otherwise take the place of words that are added meanwhile."""
    cursor = await conn.execute(
        "select matter, reason from index_again where matter = any(%s) order by matter for update",
        (list(numbers),),
    )
    return {no for no, reason in await cursor.fetchall() if reason is not None}


async def set_aside(conn: Conn, no: int, reason: str, now: datetime) -> None:
    """Note why the words of a request are not in the index."""
    await conn.execute(
        "insert into index_again (matter, reason, at) values (%s, %s, %s) "
        "on conflict (matter) do update set reason = excluded.reason, at = excluded.at",
        (no, reason.replace("\0", "")[:REASON_LENGTH], now),
    )


async def list_set_aside(conn: Conn, limit: int) -> list[tuple[int, str]]:
    """Requests whose words are not in the index, with the reason, the newest first."""
    cursor = await conn.execute(
        "select matter, reason from index_again where reason is not null order by matter desc "
        "limit %s",
        (limit,),
    )
    return await cursor.fetchall()
