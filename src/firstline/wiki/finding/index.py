"""Words of the articles, written in the transaction that publishes them."""

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from firstline.kit.aside import Aside
from firstline.kit.db import Conn
from firstline.kit.search.query import Stems, to_stem
from firstline.kit.search.stems import stems_of
from firstline.kit.search.vectors import VectorWords
from firstline.kit.search.words import TextToken, tokens
from firstline.wiki.finding import store
from firstline.wiki.finding.store import IndexRow, UnreadText

FORM = 1  # another one when words are taken from texts in another way
AT_ONCE = 100
# PostgreSQL takes 1 MB in all; three texts of an article have less than that.
# Where a link of Markdown leads; no bracket is read twice, however many stand there.
TARGET = r"\((?:[^()\s]|\([^()\s]*\))*\)"
_TARGET = re.compile(rf"(?<=]){TARGET}")
_aside = Aside("wiki")


async def index_articles(conn: Conn, ids: Collection[UUID] | None = None) -> int:
    """Write down the words of what is read now of these articles (of all), where they are not
    yet; returns of how many texts."""
    await store.lock_words(conn)
    count = 0
    while unread := await store.unread_texts(conn, FORM, ids, AT_ONCE):
        cut = await _aside.run(_cut, unread)
        stems = await stems_of(conn, to_stem(t for parts in cut for part in parts for t in part))
        rows = await _aside.run(_rows, unread, cut, stems)
        await store.write_words(conn, FORM, rows)
        count += len(rows)
    return count


Parts = tuple[list[TextToken], list[TextToken], list[TextToken]]


def _cut(unread: Sequence[UnreadText]) -> list[Parts]:
    """Title, summary and body of each text, in words."""
    return [
        (list(tokens(one.title)), list(tokens(one.summary)), list(tokens(prose(one.body))))
        for one in unread
    ]


def _rows(unread: Sequence[UnreadText], cut: Sequence[Parts], stems: Stems) -> list[IndexRow]:
    return [
        IndexRow(
            *(one.article_id, one.language, one.revision),
            title=_vector(parts[:1], stems),
            summary=_vector(parts[1:2], stems),
            words=_vector(parts, stems),
        )
        for one, parts in zip(unread, cut, strict=True)
    ]


def _vector(parts: Sequence[list[TextToken]], stems: Stems) -> str:
    words = VectorWords()
    for part in parts:
        words.add(part, stems)
    return " ".join(words.parts())


def prose(body: str) -> str:
    """The body without the addresses of its links: they are no words of its language."""
    return _TARGET.sub("", body)
