"""Drafts that were made of requests, when words of such a request are erased."""

import re
from collections.abc import Iterable
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.folding import WORD, fold
from firstline.wiki import sources_store as store
from firstline.wiki.model import RESERVED, slug_of
from firstline.wiki.store import known_slugs

# Most of a line's words, without what stands in a draft in place of names and addresses: by them it
# is known whose line it was.
TELLING = 0.9
PLACEHOLDER = re.compile(r"\[[^\]\n]*\]|\S*example\.\S*|\baccount\d*\b|192\.0\.2\.\d+|\+00[ \d]*")
FEWEST = 2
GONE = "…"
_WORD = re.compile(WORD)


async def forget_words(tx: Tx, no: int, words: Iterable[str]) -> None:
    """Take the lines that were made of these words out of every draft of a request's articles.
    What was published since is the work of whoever published it.
    """
    await store.forget_left_of(tx.conn, no)
    erased = frozenset(word for text in words for word in _words(text))
    for key, texts in (await store.lock_drafts_from(tx.conn, no)).items():
        left = [without_lines(text, erased) for text in texts]
        if left != list(texts):
            title, summary, body = left
            await store.set_draft_words(tx.conn, key, title or GONE, summary, body)
    for article_id, slug, title in await store.unpublished_from(tx.conn, no=no):
        await address_by_title(tx, article_id, slug, title)


async def address_by_title(tx: Tx, article_id: UUID, slug: str, title: str) -> str:
    """Make the address of an article that nobody has read of its title; returns it."""
    begin = slug_of(title)
    if slug == begin or re.fullmatch(rf"{re.escape(begin)}-\d+", slug):
        return slug
    tries = [begin, *(f"{begin}-{n}" for n in range(2, 50))]
    new = slug_of(title, RESERVED | await known_slugs(tx.conn, tries))
    await store.set_address(tx.conn, article_id, new)
    return new


def without_lines(text: str, erased: frozenset[str]) -> str:
    """The text without lines whose words are mostly these."""
    return "\n".join(line for line in text.split("\n") if not _is_of(line, erased))


def _is_of(line: str, erased: frozenset[str]) -> bool:
    words = set(_words(PLACEHOLDER.sub(" ", line)))
    return len(words) >= FEWEST and sum(word in erased for word in words) >= TELLING * len(words)


def _words(text: str) -> list[str]:
    return [fold(match.group()) for match in _WORD.finditer(text)]
