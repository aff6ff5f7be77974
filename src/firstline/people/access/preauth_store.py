"""SQL of the panel's keys and of the tokens that were used."""

from datetime import datetime

from psycopg.rows import args_row, scalar_row

from firstline.kit.db import Conn
from firstline.people.access.model import PreauthKey

PREAUTH_KEY = "kid, name, origins, created_at, used_at, retired_at"


async def add_preauth_key(conn: Conn, key: PreauthKey, secret: str) -> None:
    await conn.execute(
        "insert into preauth_keys (kid, secret, name, origins, created_at)"
        " values (%s, %s, %s, %s, %s)",
        (key.kid, secret, key.name, list(key.origins), key.created_at),
    )


async def preauth_keys(conn: Conn) -> list[PreauthKey]:
    """All keys, without their secrets; the newest first."""
    async with conn.cursor(row_factory=args_row(_preauth_key)) as cursor:
        await cursor.execute(
            f"select {PREAUTH_KEY} from preauth_keys order by created_at desc, kid"
        )
        return await cursor.fetchall()


def _preauth_key(kid: str, name: str, origins: list[str], *times: datetime | None) -> PreauthKey:
    created_at, used_at, retired_at = times
    assert created_at is not None, "the column is not null"
    return PreauthKey(kid, name, tuple(origins), created_at, used_at, retired_at)


async def preauth_secret(conn: Conn, kid: str) -> tuple[str, tuple[str, ...]] | None:
    """The sealed secret of a key in use, and the sites that it is for."""
    cursor = await conn.execute(
        "select secret, origins from preauth_keys where kid = %s and retired_at is null", (kid,)
    )
    row = await cursor.fetchone()
    return row and (row[0], tuple(row[1]))


async def mark_preauth_key_used(conn: Conn, kid: str, now: datetime, before: datetime) -> None:
    """Written where the last use was before `before`: many sign in by one key."""
    await conn.execute(
        "update preauth_keys set used_at = %s where kid = %s and (used_at is null or used_at < %s)",
        (now, kid, before),
    )


async def retire_preauth_key(conn: Conn, kid: str, now: datetime) -> str | None:
    """The name of the key that is in use no more; None where none such was."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "update preauth_keys set retired_at = %s where kid = %s and retired_at is null"
            " returning name",
            (now, kid),
        )
        return await cursor.fetchone()


async def spend_jti(conn: Conn, jti: str, expires_at: datetime) -> bool:
    """Remember a token's id until nothing can replay it; False when it was seen."""
    done = await conn.execute(
        "insert into preauth_used (jti, expires_at) values (%s, %s) on conflict (jti) do nothing",
        (jti, expires_at),
    )
    return done.rowcount == 1
