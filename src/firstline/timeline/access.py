"""The way into a request: everybody who reads or changes one comes through these functions."""

from datetime import datetime
from typing import Any

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.timeline.model import Draft, Request
from firstline.timeline.store import get_request, lock_request
from firstline.timeline.visibility import may_see


def missing(no: int) -> Missing:
    """The same words for an unknown number and for somebody else's."""
    return Missing(_("There is no request %(no)s that you can see; check the number.") % {"no": no})


async def seen_request(conn: Conn, who: Who, no: int) -> Request:
    """The request, if this person may see it; else `Missing`, as for an unknown number."""
    request = await get_request(conn, no)
    if request is None or not may_see(who, request):
        raise missing(no)
    return request


async def lock_seen_request(tx: Tx, who: Who, no: int) -> Request:
    """The same with its row held for a change."""
    request = await lock_request(tx.conn, no)
    if request is None or not may_see(who, request):
        raise missing(no)
    return request


def draft(request: Request, who: Who | None, kind: str, now: datetime, **more: Any) -> Draft:
    """A draft by this person, or by the system itself, against the request as it stands."""
    return Draft(
        matter=request.no,
        kind=kind,
        by_id=who.id if who else None,
        by_name=who.name if who else "Firstline",
        side=who.side if who else "system",
        at=now,
        generation=request.generation,
        **more,
    )
