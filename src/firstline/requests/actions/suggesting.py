"""Articles that are named to a client before they send anything (clause request.wiki-first)."""

from datetime import datetime

from firstline import wiki
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid
from firstline.kit.keys import check_key
from firstline.people import Who
from firstline.requests.actions import suggesting_store as store
from firstline.requests.ways import SLUG

MOST_A_DAY = 100  # that are noted of a person


async def note_suggestion(
    tx: Tx, who: Who, draft: str, slug: str, topic: str, *, now: datetime
) -> None:
    """Note that the coach named an article for a draft, known by the key that it is sent with; once
    an article. Nothing without a key.
    """
    if _is_key(draft):
        await store.put_suggestion(
            tx.conn, who.id, draft, slug, "coach", topic, now, most=MOST_A_DAY
        )


async def note_way(tx: Tx, who: Who, draft: str, slug: str, *, now: datetime) -> None:
    """Note that a client went on to an article: one that was named for their draft, or, without a
    draft, one that a search had found. Of staff, and of what they may not read, nothing.
    """
    if who.is_staff or not SLUG.fullmatch(slug):
        return
    today = (await wiki.leads_to(tx.conn, [slug], wiki.audiences_of(who.side))).get(slug)
    if today is None or (draft and not _is_key(draft)):
        return
    if not draft:
        draft = f"search/{now.date()}"
        await store.put_suggestion(
            tx.conn, who.id, draft, today, "search", "", now, most=MOST_A_DAY
        )
    await store.note_opened(tx.conn, who.id, draft, today, now)


def _is_key(draft: str) -> bool:
    """Whether something may be the key of a draft."""
    try:
        return bool(check_key(draft or None))
    except Invalid:
        return False
