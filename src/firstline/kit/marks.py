"""What a database says of its desk: which one it is, who made it, by which secret it seals."""

import hashlib
import hmac
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from firstline.kit.db import Conn

DESK, SECRET = "desk", "secret"


@dataclass(frozen=True, slots=True)
class Mark:
    """`desk` is None where an older release made the tables, and where there are none."""

    desk: str | None = None
    demo: bool = False
    empty: bool = False  # no desk was ever made here


async def read_mark(conn: Conn) -> Mark:
    """Read it from a database of any release, or an empty one."""
    if not await _has_table(conn, "schema_versions"):
        return Mark(empty=True)
    if not await _has_table(conn, "settings"):
        return Mark()
    value = await _read(conn, DESK)
    if value is None:
        return Mark(demo=await _knows_cast(conn))
    return Mark(str(value["id"]), bool(value["demo"]))


async def mark_demo(conn: Conn) -> None:
    """Write down that the demo has made this desk."""
    await conn.execute(
        "update settings set value = value || %s where name = %s", (Jsonb({"demo": True}), DESK)
    )


async def read_fingerprint(conn: Conn) -> str | None:
    """The fingerprint of the secret that this desk seals with, once it was written down."""
    value = await _read(conn, SECRET)
    return str(value["fingerprint"]) if value else None


async def write_fingerprint(conn: Conn, secret: bytes) -> None:
    await conn.execute(
        "insert into settings values (%s, %s) on conflict (name) do update set value ="
        " excluded.value",
        (SECRET, Jsonb({"fingerprint": fingerprint(secret)})),
    )


def fingerprint(secret: bytes) -> str:
    """Tells one secret from another and nothing else of it: 128 bits of a keyed digest."""
    return hmac.new(secret, b"firstline/fingerprint", hashlib.sha256).hexdigest()[:32]


async def _read(conn: Conn, name: str) -> dict[str, object] | None:
    cursor = await conn.execute("select value from settings where name = %s", (name,))
    row = await cursor.fetchone()
    return row[0] if row else None


async def _has_table(conn: Conn, name: str) -> bool:
    row = await (await conn.execute("select to_regclass(%s) is not null", (name,))).fetchone()
    return bool(row and row[0])


async def _knows_cast(conn: Conn) -> bool:
    # As the migration that marks desks judges it.
    cursor = await conn.execute(
        "select count(*) = 2 from people where email in ('martin@firstline.example',"
        " 'vera@acme.example')"
    )
    row = await cursor.fetchone()
    return bool(row and row[0])
