"""What somebody is writing and has not sent: kept on the desk, so that no browser loses it."""

from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict
from firstline.kit.i18n import ngettext
from firstline.requests import store
from firstline.requests.actions.suggesting_store import forget_suggestions
from firstline.requests.store import UnsentWords

MOST_DRAFTS = 200
# How long a draft is kept that nobody touches.
DRAFTS_KEPT = timedelta(days=90)


async def keep_draft(
    tx: Tx, person: UUID, place: str, words: UnsentWords, *, now: datetime
) -> None:
    """Keep what the person is writing at a place; an empty text forgets it.

    What it adds to what stood there counts as their words. Raises `Conflict` for one draft too
    many, `TooMany` for too much within an hour.
    """
    if not words.body:
        await store.drop_draft(tx.conn, person, place)
        return
    others, before = await store.kept_drafts(tx.conn, person, place)
    if not before and others >= MOST_DRAFTS:
        raise Conflict(
            ngettext(
                "You have %(most)d unsent draft, which is the limit; send or empty it first.",
                "You have %(most)d unsent drafts, which is the limit; send or empty one first.",
                MOST_DRAFTS,
            )
            % {"most": MOST_DRAFTS}
        )
    tx.volume.spend_bytes(person, len(words.body.encode()) - before, now)
    await store.put_draft(tx.conn, person, place, words, now)


async def sweep_drafts(tx: Tx, *, now: datetime) -> None:
    """Forget drafts that nobody has touched for `DRAFTS_KEPT`, and what was named for them."""
    await store.forget_drafts(tx.conn, now - DRAFTS_KEPT)
    await forget_suggestions(tx.conn, now - DRAFTS_KEPT)
