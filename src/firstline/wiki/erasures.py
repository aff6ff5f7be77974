"""Published editions that hold what was erased in the request that they were made of: told to the
editors, who look whether it is theirs by now, and take it out of all of them in one step.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from firstline.kit.aside import Aside
from firstline.kit.db import Tx
from firstline.people import Who
from firstline.wiki import erasures_store as store
from firstline.wiki import writing_store
from firstline.wiki.actions import allow_publishing, article_to_write, record_article
from firstline.wiki.erased_words import GONE, is_of
from firstline.wiki.erasures_store import Erasure, SourcedRevision
from firstline.wiki.finding.index import index_articles

_aside = Aside("erasures")


async def note_erasures(tx: Tx, no: int, erased: frozenset[str], now: datetime) -> None:
    """Write down which lines of published editions were made of the erased words of a request."""
    found = await store.revisions_from(tx.conn, no)
    for one in await _aside.run(lambda: list(_holding(found, no, erased, now))):
        await store.put_erasure(tx.conn, one)


def _holding(
    found: Sequence[SourcedRevision], no: int, erased: frozenset[str], now: datetime
) -> Iterator[Erasure]:
    for one in found:
        lines = [n for n, line in enumerate(one.body.split("\n")) if is_of(line, erased)]
        title, summary = is_of(one.title, erased), is_of(one.summary, erased)
        if lines or title or summary:
            key = one.article_id, one.language, one.revision
            yield Erasure(*key, no, title, summary, lines, now)


async def take_out_erased(tx: Tx, who: Who, slug: str, *, now: datetime) -> None:
    """Take the lines out of every edition that holds them, what is read now included. Raises
    Forbidden, Missing."""
    allow_publishing(who)
    card = (await article_to_write(tx, slug)).card
    by_edition: defaultdict[tuple[str, int], list[Erasure]] = defaultdict(list)
    for one in await store.erasures(tx.conn, card.id):
        by_edition[one.language, one.revision].append(one)
    if not by_edition:
        return
    texts = await store.revision_texts(tx.conn, card.id, list(by_edition))
    for key, (title, summary, body) in texts.items():
        gone = by_edition[key]
        await store.set_revision_text(
            tx.conn,
            (card.id, *key),
            GONE if any(one.title for one in gone) else title,
            "" if any(one.summary for one in gone) else summary,
            _without(body, {line for one in gone for line in one.lines}),
        )
    await store.forget_erasures(tx.conn, card.id)
    await index_articles(tx.conn, [card.id])
    await writing_store.note_change(tx.conn)
    numbers = ", ".join(f"{language} {number}" for language, number in by_edition)
    await record_article(tx, who, "article_erased", card, {"revision": numbers}, {}, now=now)


def _without(body: str, gone: Iterable[int]) -> str:
    numbers = set(gone)
    left = "\n".join(line for n, line in enumerate(body.split("\n")) if n not in numbers)
    return f"{left.strip() or GONE}\n"
