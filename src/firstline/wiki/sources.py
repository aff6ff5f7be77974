"""Articles that were made of requests, when words of such a request are erased."""

from collections.abc import Iterable
from datetime import datetime

from firstline.kit.db import Tx
from firstline.wiki import sources_store as store
from firstline.wiki.addresses import address_by_title
from firstline.wiki.erased_words import GONE, without_lines, words_of
from firstline.wiki.erasures import note_erasures


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
