"""Writing tasks: who writes the article that is lacking, and what needs none."""

from datetime import datetime

from firstline import wiki
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.requests import safe_text
from firstline.upkeep import store
from firstline.upkeep.model import EntryPlace

LONGEST_REASON = 300


async def take_task(tx: Tx, who: Who, place: EntryPlace, *, now: datetime) -> None:
    """Say that one writes the article. Raises Conflict where a colleague does."""
    await _lock(tx, who, place)
    standing = (await store.tasks(tx.conn, [place.request_no])).get(place)
    if standing is not None and standing.state == "taken" and standing.person_id != who.id:
        raise Conflict(_("%(name)s is writing it; ask them first.") % {"name": standing.person})
    await store.put_task(tx.conn, place, "taken", who.id, "", now)


async def dismiss_task(tx: Tx, who: Who, place: EntryPlace, reason: str, *, now: datetime) -> None:
    """Say why it needs no article. Raises Invalid without a reason."""
    await _lock(tx, who, place)
    if not reason.strip():
        raise Invalid(_("Say why it needs no article."), field="reason")
    reason = safe_text(reason, "reason", limit=LONGEST_REASON)
    await store.put_task(tx.conn, place, "dismissed", who.id, reason, now)


async def open_task(tx: Tx, who: Who, place: EntryPlace) -> None:
    """Give it back, or take the dismissal back."""
    await _lock(tx, who, place)
    await store.drop_tasks(tx.conn, [place])


async def _lock(tx: Tx, who: Who, place: EntryPlace) -> None:
    if not wiki.may_publish(who):
        raise Forbidden(_("Editors and management decide what is written."))
    if not await store.lock_entry(tx.conn, place):
        raise Missing(_("There is no such message; load the page anew."))
