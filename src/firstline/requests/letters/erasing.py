"""Letters that the desk keeps as files, and what was taken back since they were written.

A letter of which a mail server took charge is nobody's to take back. One that stands in the folder
of a desk without a server goes when words go that it may hold; the outbox still tells that it was.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from firstline.kit import outbox
from firstline.kit.db import Db, Tx
from firstline.kit.outbox import Handler
from firstline.requests.letters import store
from firstline.timeline import Entry, Request

KIND = "letters_erased"
# A letter that was being written when its words were taken back lies there by then.
SETTLED = timedelta(seconds=10)
Drop = Callable[[list[UUID]], Awaitable[object]]


async def erase_letters(
    tx: Tx, request: Request, entry: Entry, *, whole: bool, now: datetime
) -> None:
    """Have the letters removed that may hold the entry; with `whole` all of the request, whose
    title they bear.
    """
    payload = {"request": request.no, "entry": None if whole else entry.no}
    for at in (now, now + SETTLED):
        await outbox.put(tx.conn, kind=KIND, payload=payload, not_before=at)


def handler(db: Db, drop: Drop) -> Handler:
    """The outbox handler of kind "letters_erased"; `drop` removes letters by their ids."""

    async def erase(payload: dict[str, Any], _parcel_id: UUID) -> None:
        async with db.connection() as conn:
            found = await store.letters_with(conn, int(payload["request"]), payload["entry"])
        await drop(found)

    return erase
