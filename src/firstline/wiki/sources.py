"""Articles that were made of requests, when words of such a request are erased."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Tx
from firstline.wiki import sources_store as store
from firstline.wiki.erased_words import GONE, without_lines, words_of
from firstline.wiki.erasures import note_erasures
from firstline.wiki.model import RESERVED, slug_of
from firstline.wiki.store import known_slugs


async def forget_words(tx: Tx, no: int, words: Iterable[str], *, now: datetime) -> None:
    """Take the lines that were made of these words out of every draft of a request's articles. What
    was published since is the work of whoever published it: editors are told where they stand.
    """
    await store.forget_left_of(tx.conn, no)
    erased = frozenset(word for text in words for word in words_of(text))
    for key, texts in (await store.lock_drafts_from(tx.conn, no)).items():
        left = [without_lines(text, erased) for text in texts]
        if left != list(texts):
            title, summary, body = left
            await store.set_draft_words(tx.conn, key, title or GONE, summary, body)
    for article_id, slug, title in await store.unpublished_from(tx.conn, no=no):
        await address_by_title(tx, article_id, slug, title)
    await note_erasures(tx, no, erased, now)


async def address_by_title(tx: Tx, article_id: UUID, slug: str, title: str) -> str:
    """Make the address of an article that nobody has read of its title; returns it."""
    begin = slug_of(title)
    if slug == begin or re.fullmatch(rf"{re.escape(begin)}-\d+", slug):
        return slug
    tries = [begin, *(f"{begin}-{n}" for n in range(2, 50))]
    new = slug_of(title, RESERVED | await known_slugs(tx.conn, tries))
    await store.set_address(tx.conn, article_id, new)
    return new
