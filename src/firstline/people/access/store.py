"""SQL of sessions, tokens, links, codes and limits. Only hashes pass through here."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, kwargs_row, scalar_row

from firstline.kit.db import Conn
from firstline.people.access.model import Bearer, Credentials, Session, SessionKind, Token
from firstline.people.model import make_who
from firstline.people.store import WHO_COLUMNS, WHO_JOINS


def _bearer(used_at: datetime | None, staff_seen_at: datetime | None, **who: Any) -> Bearer:
    return Bearer(make_who(**who), used_at, staff_seen_at)


# --- tokens ---------------------------------------------------------------------------------


async def by_token(conn: Conn, hash: bytes) -> Bearer | None:
    async with conn.cursor(row_factory=kwargs_row(_bearer)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS}, t.used_at, o.seen_at as staff_seen_at"
            f" from tokens t join people p on p.id = t.person_id {WHO_JOINS}"
            " where t.hash = %s and p.active",
            (hash,),
        )
        return await cursor.fetchone()


async def add_token(
    conn: Conn, id: UUID, person_id: UUID, hash: bytes, name: str, now: datetime
) -> None:
    await conn.execute(
        "insert into tokens (id, person_id, hash, name, created_at) values (%s, %s, %s, %s, %s)",
        (id, person_id, hash, name, now),
    )


async def tokens(conn: Conn, person_id: UUID) -> list[Token]:
    async with conn.cursor(row_factory=class_row(Token)) as cursor:
        await cursor.execute(
            "select id, name, created_at, used_at from tokens where person_id = %s order by id",
            (person_id,),
        )
        return await cursor.fetchall()


async def remove_token(conn: Conn, person_id: UUID, id: UUID) -> bool:
    done = await conn.execute(
        "delete from tokens where id = %s and person_id = %s", (id, person_id)
    )
    return done.rowcount == 1


async def mark_token_used(conn: Conn, hash: bytes, now: datetime) -> None:
    await conn.execute("update tokens set used_at = %s where hash = %s", (now, hash))


# --- sessions -------------------------------------------------------------------------------


async def by_session(
    conn: Conn, hash: bytes, kind: SessionKind, now: datetime
) -> Bearer | None:
    async with conn.cursor(row_factory=kwargs_row(_bearer)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS}, s.seen_at as used_at, o.seen_at as staff_seen_at"
            f" from sessions s join people p on p.id = s.person_id {WHO_JOINS}"
            " where s.hash = %s and s.kind = %s and s.expires_at > %s"
            " and s.passed_at is not null and p.active",
            (hash, kind, now),
        )
        return await cursor.fetchone()


async def add_session(conn: Conn, session: Session) -> None:
    await conn.execute(
        "insert into sessions (hash, person_id, kind, agent, created_at, seen_at, expires_at,"
        " passed_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            session.hash,
            session.person_id,
            session.kind,
            session.agent,
            session.created_at,
            session.seen_at,
            session.expires_at,
            session.passed_at,
        ),
    )


async def mark_session_seen(
    conn: Conn, hash: bytes, now: datetime, expires_at: datetime, longest: timedelta
) -> None:
    await conn.execute(
        "update sessions set seen_at = %s, expires_at = least(%s, created_at + %s)"
        " where hash = %s",
        (now, expires_at, longest, hash),
    )


async def remove_session(conn: Conn, hash: bytes) -> UUID | None:
    """Remove one session; return whose it was."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute("delete from sessions where hash = %s returning person_id", (hash,))
        return await cursor.fetchone()


async def remove_sessions(conn: Conn, person_id: UUID, but: bytes | None = None) -> None:
    await conn.execute(
        "delete from sessions where person_id = %s and (%s::bytea is null or hash <> %s)",
        (person_id, but, but),
    )


async def bump_epoch(conn: Conn, person_id: UUID) -> int:
    """Move the person's epoch, so that open streams look at their rights again."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "update people set epoch = epoch + 1 where id = %s returning epoch", (person_id,)
        )
        return await cursor.fetchone() or 0


# --- what sign-in compares with -------------------------------------------------------------


async def credentials(conn: Conn, email: str) -> Credentials | None:
    async with conn.cursor(row_factory=class_row(Credentials)) as cursor:
        await cursor.execute(
            "select id as person_id, side, email, name, password_hash, totp_secret, totp_step"
            " from people where email = lower(%s) and active",
            (email,),
        )
        return await cursor.fetchone()
