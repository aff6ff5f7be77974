"""Keyed calls: the same key by the same person on the same route gets the same answer.

In the manner of draft-ietf-httpapi-idempotency-key-header-07: the answer is stored in the
transaction of the effect, so that there is never one without the other.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import psycopg

from firstline.kit.db import Db, Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _

Answer = tuple[int, bytes]
KEY_LIMIT = 200


async def once(
    db: Db,
    person: UUID,
    route: str,
    key: str | None,
    asked: bytes,
    act: Callable[[Tx], Awaitable[Answer]],
    *,
    now: datetime,
) -> Answer:
    """Run `act` in a transaction; with a key seen before, give its stored answer with 200.

    Raises `Invalid` when the key came with another body before, or is too long.
    """
    if key is None:
        return await db.run(act)
    if not 0 < len(key) <= KEY_LIMIT or "\0" in key:
        raise Invalid(_("A key has 1 to %(most)d characters.") % {"most": KEY_LIMIT}, field="key")
    fingerprint = hashlib.sha256(asked).digest()

    async def keyed(tx: Tx) -> Answer:
        known = await _known(tx, person, route, key, fingerprint)
        if known is not None:
            return 200, known
        status, body = await act(tx)
        await tx.conn.execute(
            "insert into answered_keys (person_id, route, key, fingerprint, status, body, at) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            (person, route, key, fingerprint, status, body, now),
        )
        return status, body

    try:
        return await db.run(keyed)
    except psycopg.errors.UniqueViolation:
        return await db.run(keyed)  # two at once: the other one was first, and has the answer


async def _known(tx: Tx, person: UUID, route: str, key: str, fingerprint: bytes) -> bytes | None:
    cursor = await tx.conn.execute(
        "select fingerprint, body from answered_keys "
        "where person_id = %s and route = %s and key = %s",
        (person, route, key),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    if bytes(row[0]) != fingerprint:
        raise Invalid(_("This key came with another body before; use a new key."), field="key")
    return bytes(row[1])
