"""What a client reads of what an answer led to (clause answer.wiki)."""

from datetime import datetime

from firstline import wiki
from firstline.kit.db import Tx
from firstline.kit.errors import Missing
from firstline.people import Who
from firstline.requests.actions import reading_store as store
from firstline.requests.ways import SLUG
from firstline.timeline import seen_request


async def note_article(tx: Tx, who: Who, no: int, slug: str, *, now: datetime) -> None:
    """Note that a contact opened an article by way of a request of theirs, once; of anybody else,
    and of what no answer links, nothing.
    """
    if who.is_staff or not SLUG.fullmatch(slug):
        return
    try:
        await seen_request(tx.conn, who, no)
    except Missing:
        return
    today = (await wiki.leads_to(tx.conn, [slug], wiki.audiences_of(who.side))).get(slug, slug)
    slugs = {slug, *await wiki.addresses_of(tx.conn, today)}
    await store.note_reader(tx.conn, no, slugs, who.id, now)
