"""Keyed calls: the same key by the same person on the same route gets the same answer.

In the manner of draft-ietf-httpapi-idempotency-key-header-07: the answer is stored in the
transaction of the effect, so that there is never one without the other. What came with a key is
known again by a fingerprint that the desk's secret is needed for; words taken back take it along.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Conflict, Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.kit.seal import Seal

StoredAnswer = tuple[int, bytes]
KEY_LIMIT = 200


def check_key(key: str | None, field: str = "key") -> str | None:
    """The key of a call as it came; no key is well. Raises `Invalid`, naming the field."""
    if key is not None and (not 0 < len(key) <= KEY_LIMIT or "\0" in key):
        raise Invalid(
            ngettext(
                "A key has at most %(most)d character and is not empty.",
                "A key has at most %(most)d characters and is not empty.",
                KEY_LIMIT,
            )
            % {"most": KEY_LIMIT},
            field=field,
        )
    return key


async def once(
    db: Db,
    seal: Seal,
    person: UUID,
    route: str,
    key: str | None,
    asked: bytes,
    act: Callable[[Tx], Awaitable[StoredAnswer]],
    *,
    now: datetime,
) -> StoredAnswer:
    """Run `act` in a transaction; with a key seen before, give its stored answer with 200.

    `asked` is what came with the key, without the key. The answer counts as words of the person,
    for it is kept for long (`TooMany`). Raises `Invalid` when the key came with something else
    before, or is too long.
    """
    if check_key(key) is None:
        return await db.run(act)
    place = (person, route, key)

    async def answer_by_key(tx: Tx) -> StoredAnswer:
        # The row is written first: of two at once the second waits here, and finds the answer.
        claim = await tx.conn.execute(
            "insert into answered_keys (person_id, route, key, fingerprint, status, body, at) "
            "values (%s, %s, %s, %s, 0, '', %s) on conflict do nothing",
            (*place, seal.fingerprint(asked), now),
        )
        if not claim.rowcount:
            return 200, await _find_answer(tx, seal, place, asked)
        status, body = await act(tx)
        tx.volume.spend_bytes(person, len(route) + KEY_LIMIT + len(body), now)
        await tx.conn.execute(
            "update answered_keys set status = %s, body = %s "
            "where person_id = %s and route = %s and key = %s",
            (status, body, *place),
        )
        return status, body

    return await db.run(answer_by_key)


async def _find_answer(
    tx: Tx, seal: Seal, place: tuple[UUID, str, str | None], asked: bytes
) -> bytes:
    cursor = await tx.conn.execute(
        "select fingerprint, body from answered_keys "
        "where person_id = %s and route = %s and key = %s",
        place,
    )
    row = await cursor.fetchone()
    if row is None:  # it ran out between two statements
        raise Conflict(_("What this key created is no longer known; use a new key."), field="key")
    if row[0] is not None and not seal.is_fingerprint(bytes(row[0]), asked):
        raise Invalid(_("This key was used with another body before; use a new key."), field="key")
    return bytes(row[1])


async def forget_answers(conn: Conn, *, before: datetime, limit: int) -> int:
    """Delete answers older than that, `limit` at a time; returns how many went. Such a key is new
    again: what it made stands, and who repeats it after so long means another one.
    """
    cursor = await conn.execute(
        "delete from answered_keys where ctid = any(array("
        "select ctid from answered_keys where at < %s limit %s))",
        (before, limit),
    )
    return cursor.rowcount


async def forget_asked(conn: Conn, routes: str) -> None:
    """Erase the fingerprints of what came with keys on these routes (a pattern of `like`).

    Such a key still gets its answer, whatever comes with it.
    """
    await conn.execute(
        "update answered_keys set fingerprint = null where route like %s and status <> 0", (routes,)
    )


async def change_answers(
    conn: Conn, routes: str, member: str, value: object, change: dict[str, Any]
) -> None:
    """Set members of stored answers, JSON objects, on these routes (a pattern of `like`): of those
    that have `member`, and where `value` is not None, those in which it is that.
    """
    await conn.execute(
        "update answered_keys set fingerprint = null, "
        "body = convert_to((convert_from(body, 'UTF8')::jsonb || %(change)s)::text, 'UTF8') "
        "where route like %(routes)s and case when route like %(routes)s and body <> '' then "
        "coalesce(convert_from(body, 'UTF8')::jsonb ->> %(member)s = %(value)s, "
        "  %(value)s is null and convert_from(body, 'UTF8')::jsonb ? %(member)s) end",
        {
            "change": Jsonb(change),
            "routes": routes,
            "member": member,
            "value": None if value is None else str(value),
        },
    )
