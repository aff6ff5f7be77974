"""SQL of sessions, tokens, links, codes and limits. Only hashes pass through here."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, kwargs_row, scalar_row

from firstline.kit.addresses import spellings
from firstline.kit.db import Conn
from firstline.people.access.model import (
    SESSION_SCOPES,
    Bearer,
    Credentials,
    LinkKind,
    Session,
    SessionKind,
    Token,
)
from firstline.people.model import TokenScope, make_who
from firstline.people.store import WHO_COLUMNS, WHO_JOINS

SESSION_COLUMNS = "hash, person_id, kind, agent, created_at, seen_at, expires_at, passed_at"
CREDENTIALS = (
    "select id as person_id, side, email, name, language, password_hash, totp_secret, totp_step"
    " from people"
)


def _bearer(
    used_at: datetime | None,
    ends_at: datetime | None,
    staff_seen_at: datetime | None,
    scopes: list[TokenScope],
    **who: Any,
) -> Bearer:
    return Bearer(make_who(**who, scopes=frozenset(scopes)), ends_at, used_at, staff_seen_at)


def _token(scopes: list[TokenScope], **row: Any) -> Token:
    return Token(**row, scopes=tuple(scopes))


# --- tokens ---------------------------------------------------------------------------------


async def by_token(conn: Conn, key: bytes, now: datetime) -> Bearer | None:
    async with conn.cursor(row_factory=kwargs_row(_bearer)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS}, t.hash as credential, t.scopes, t.used_at,"
            " t.expires_at as ends_at, o.seen_at as staff_seen_at"
            f" from tokens t join people p on p.id = t.person_id {WHO_JOINS}"
            " where t.hash = %s and (t.expires_at is null or t.expires_at > %s) and p.active",
            (key, now),
        )
        return await cursor.fetchone()


async def add_token(conn: Conn, person_id: UUID, key: bytes, token: Token) -> None:
    await conn.execute(
        "insert into tokens (id, person_id, hash, name, scopes, created_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (
            token.id,
            person_id,
            key,
            token.name,
            list(token.scopes),
            token.created_at,
            token.expires_at,
        ),
    )


async def tokens(conn: Conn, person_id: UUID) -> list[Token]:
    async with conn.cursor(row_factory=kwargs_row(_token)) as cursor:
        await cursor.execute(
            "select id, name, scopes, created_at, used_at, expires_at from tokens"
            " where person_id = %s order by id",
            (person_id,),
        )
        return await cursor.fetchall()


async def remove_token(conn: Conn, person_id: UUID, token_id: UUID) -> str | None:
    """The name of the token that is gone; None when this person has none like it."""
    cursor = await conn.execute(
        "delete from tokens where id = %s and person_id = %s returning name", (token_id, person_id)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def remove_tokens(conn: Conn, person_id: UUID) -> list[str]:
    """The names of the tokens that are gone; the id where one has no name."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "delete from tokens where person_id = %s"
            " returning coalesce(nullif(name, ''), id::text)",
            (person_id,),
        )
        return await cursor.fetchall()


async def mark_token_used(conn: Conn, key: bytes, now: datetime) -> None:
    await conn.execute("update tokens set used_at = %s where hash = %s", (now, key))


async def epochs(conn: Conn, keys: Sequence[bytes], now: datetime) -> dict[bytes, int]:
    """The epoch of whom each of these tokens and sessions speaks for; the ended ones have none."""
    cursor = await conn.execute(
        "select c.hash, p.epoch from (select hash, person_id from tokens"
        " where hash = any(%(keys)s) and (expires_at is null or expires_at > %(now)s)"
        " union all select hash, person_id from sessions where hash = any(%(keys)s)"
        " and expires_at > %(now)s and passed_at is not null) c"
        " join people p on p.id = c.person_id where p.active",
        {"keys": list(keys), "now": now},
        prepare=True,
    )
    return dict(await cursor.fetchall())


# --- sessions -------------------------------------------------------------------------------


async def by_session(conn: Conn, key: bytes, kind: SessionKind, now: datetime) -> Bearer | None:
    async with conn.cursor(row_factory=kwargs_row(_bearer)) as cursor:
        await cursor.execute(
            f"select {WHO_COLUMNS}, s.hash as credential, %s::text[] as scopes,"
            " s.seen_at as used_at, s.expires_at as ends_at, o.seen_at as staff_seen_at"
            f" from sessions s join people p on p.id = s.person_id {WHO_JOINS}"
            " where s.hash = %s and s.kind = %s and s.expires_at > %s"
            " and s.passed_at is not null and p.active",
            (list(SESSION_SCOPES[kind]), key, kind, now),
        )
        return await cursor.fetchone()


async def half_session(conn: Conn, key: bytes, now: datetime) -> UUID | None:
    """Who has given a password in this browser and still owes the second factor."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "select person_id from sessions where hash = %s and kind = 'browser'"
            " and expires_at > %s and passed_at is null",
            (key, now),
        )
        return await cursor.fetchone()


async def sessions(conn: Conn, person_id: UUID, now: datetime) -> list[Session]:
    """A person's living sessions, the one used last first."""
    async with conn.cursor(row_factory=class_row(Session)) as cursor:
        await cursor.execute(
            f"select {SESSION_COLUMNS} from sessions where person_id = %s and expires_at > %s"
            " and passed_at is not null order by seen_at desc",
            (person_id, now),
        )
        return await cursor.fetchall()


async def add_session(conn: Conn, session: Session) -> None:
    await conn.execute(
        f"insert into sessions ({SESSION_COLUMNS}) values (%s, %s, %s, %s, %s, %s, %s, %s)",
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
    conn: Conn, key: bytes, now: datetime, expires_at: datetime, longest: timedelta
) -> None:
    await conn.execute(
        "update sessions set seen_at = %s, expires_at = least(%s, created_at + %s) where hash = %s",
        (now, expires_at, longest, key),
    )


async def remove_session(conn: Conn, key: bytes) -> UUID | None:
    """Remove one session; return whose it was."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute("delete from sessions where hash = %s returning person_id", (key,))
        return await cursor.fetchone()


async def remove_sessions(conn: Conn, person_id: UUID, but: bytes | None = None) -> None:
    await conn.execute(
        "delete from sessions where person_id = %s and (%s::bytea is null or hash <> %s)",
        (person_id, but, but),
    )


async def remove_widget_sessions(conn: Conn, person_id: UUID) -> None:
    await conn.execute(
        "delete from sessions where person_id = %s and kind = 'widget'", (person_id,)
    )


# --- passwords and second factors -----------------------------------------------------------


async def credentials_by_email(conn: Conn, email: str) -> Credentials | None:
    """What sign-in compares with; `email` as `checks.normal_email` makes it."""
    async with conn.cursor(row_factory=class_row(Credentials)) as cursor:
        await cursor.execute(
            CREDENTIALS + " where email = any(%(emails)s) and active"
            " order by array_position(%(emails)s, email) limit 1",
            {"emails": spellings(email)},
        )
        return await cursor.fetchone()


async def credentials(conn: Conn, person_id: UUID) -> Credentials | None:
    async with conn.cursor(row_factory=class_row(Credentials)) as cursor:
        await cursor.execute(CREDENTIALS + " where id = %s and active", (person_id,))
        return await cursor.fetchone()


async def set_password_hash(conn: Conn, person_id: UUID, password_hash: str) -> None:
    await conn.execute(
        "update people set password_hash = %s where id = %s", (password_hash, person_id)
    )


async def set_totp(conn: Conn, person_id: UUID, secret: bytes | None, step: int | None) -> None:
    """Turn the second factor on, or off (None); the step of the code given first is spent."""
    await conn.execute(
        "update people set totp_secret = %s, totp_step = %s where id = %s",
        (secret, step, person_id),
    )


async def spend_totp_step(conn: Conn, person_id: UUID, step: int) -> bool:
    """Mark a time step as used; False when it or a later one has been (RFC 6238, 5.2)."""
    done = await conn.execute(
        "update people set totp_step = %s where id = %s and totp_secret is not null"
        " and (totp_step is null or totp_step < %s)",
        (step, person_id, step),
    )
    return done.rowcount == 1


async def replace_codes(conn: Conn, person_id: UUID, keys: Iterable[bytes]) -> None:
    await conn.execute("delete from recovery_codes where person_id = %s", (person_id,))
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into recovery_codes (person_id, hash) values (%s, %s)",
            [(person_id, key) for key in keys],
        )


async def spend_code(conn: Conn, person_id: UUID, key: bytes, now: datetime) -> bool:
    done = await conn.execute(
        "update recovery_codes set used_at = %s"
        " where person_id = %s and hash = %s and used_at is null",
        (now, person_id, key),
    )
    return done.rowcount == 1


async def codes_left(conn: Conn, person_id: UUID) -> int:
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "select count(*) from recovery_codes where person_id = %s and used_at is null",
            (person_id,),
        )
        return await cursor.fetchone() or 0


# --- links ----------------------------------------------------------------------------------


async def add_link(
    conn: Conn, key: bytes, person_id: UUID, kind: LinkKind, now: datetime, expires_at: datetime
) -> None:
    await conn.execute(
        "insert into links (hash, person_id, kind, created_at, expires_at)"
        " values (%s, %s, %s, %s, %s)",
        (key, person_id, kind, now, expires_at),
    )


async def link_owner(conn: Conn, key: bytes, kind: LinkKind, now: datetime) -> UUID | None:
    """Whose living link this is, without using it up."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "select person_id from links where hash = %s and kind = %s"
            " and used_at is null and expires_at > %s",
            (key, kind, now),
        )
        return await cursor.fetchone()


async def spend_link(conn: Conn, key: bytes, kind: LinkKind, now: datetime) -> UUID | None:
    """Use a link up, in one statement: of many at once exactly one gets its owner."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "update links set used_at = %s where hash = %s and kind = %s"
            " and used_at is null and expires_at > %s returning person_id",
            (now, key, kind, now),
        )
        return await cursor.fetchone()


async def kill_links(conn: Conn, person_id: UUID, now: datetime) -> None:
    await conn.execute(
        "update links set used_at = %s where person_id = %s and used_at is null", (now, person_id)
    )


# --- limits ---------------------------------------------------------------------------------


async def commit_lazily(conn: Conn) -> None:
    """A count lost in a crash costs nothing: this transaction need not wait for the disk."""
    await conn.execute("set local synchronous_commit = off")


async def count(conn: Conn, name: str, window_at: datetime, cost: int, most: int) -> bool:
    """Add `cost` to a counter unless it would pass `most`; older windows of the name go."""
    if cost > most:
        return False
    done = await conn.execute(
        "with gone as (delete from rate_counters where name = %(name)s and window_at < %(at)s)"
        " insert into rate_counters as r (name, window_at, used)"
        " values (%(name)s, %(at)s, %(cost)s) on conflict (name, window_at)"
        " do update set used = r.used + %(cost)s where r.used + %(cost)s <= %(most)s",
        {"name": name, "at": window_at, "cost": cost, "most": most},
    )
    return done.rowcount == 1


async def uncount(conn: Conn, name: str, window_at: datetime) -> None:
    await conn.execute(
        "update rate_counters set used = used - 1 where name = %s and window_at = %s and used > 0",
        (name, window_at),
    )


async def sweep(conn: Conn, now: datetime) -> None:
    """Remove what has run out and can no longer mean anything."""
    await conn.execute("delete from sessions where expires_at < %s", (now,))
    # An expired token stays in its owner's list for a while, so that a program's silence explains.
    await conn.execute("delete from tokens where expires_at < %s", (now - timedelta(days=30),))
    await conn.execute("delete from links where expires_at < %s", (now - timedelta(days=30),))
    await conn.execute("delete from preauth_used where expires_at < %s", (now,))
    await conn.execute("delete from rate_counters where window_at < %s", (now - timedelta(days=1),))
