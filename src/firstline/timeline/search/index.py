"""The index: a reader of the log that keeps the words of each request, a step behind it.

What it keeps of one request is bounded, and a request that it cannot read is set aside with the
reason: the next ones are read whatever somebody has written.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from firstline.kit import clock
from firstline.kit.aside import Aside
from firstline.kit.db import RETRIED, Conn, Db
from firstline.kit.errors import Unavailable
from firstline.kit.logs import name_and_cause
from firstline.kit.search.query import Stems, to_stem
from firstline.kit.search.stems import stems_of
from firstline.kit.search.vectors import MOST_BYTES, VectorWords
from firstline.kit.search.words import TextToken, tokens
from firstline.timeline.search import again_store, store
from firstline.timeline.search.marks import STAFF, mark
from firstline.timeline.search.model import Passage

log = logging.getLogger(__name__)
# Read of a request from its beginning: as much as two hundred messages of the greatest length.
WHOLE_BYTES = 4_000_000
AGAIN_AT_ONCE = 10
_aside = Aside("index")


class OfMatter(Protocol):
    """Something that hangs on a matter."""

    @property
    def matter(self) -> int: ...


Item = TypeVar("Item", bound=OfMatter)


async def index_unread(db: Db, *, now: datetime | None = None) -> int:
    """Read the oldest of the log's batches; returns how many passages, 0 when none is left.

    Run by the worker, again and again; two of them wait for each other. Raises `Unavailable`.
    """
    try:
        return await _index_oldest(db)
    except (Unavailable, *RETRIED):
        raise
    except Exception:
        log.exception("a batch of the index cannot be read at once, now request by request")
    return await _index_each(db, now or clock.now())


async def _index_oldest(db: Db) -> int:
    async with db.derived() as tx:
        batches, passages = await store.take_unread(tx.conn)
        if batches:
            await _index(tx.conn, await _without_failed(tx.conn, passages))
            await store.delete_unread(tx.conn, batches)
        return len(passages)


async def _index_each(db: Db, now: datetime) -> int:
    """The same, each request for itself: what fails is set aside and takes nobody with it."""
    async with db.derived() as tx:
        batches, passages = await store.take_unread(tx.conn)
        for no, said in group_by_matter(await _without_failed(tx.conn, passages)).items():
            await _index_or_set_aside(tx.conn, no, said, now)
        await store.delete_unread(tx.conn, batches)
        return len(passages)


async def index_again(db: Db, *, now: datetime | None = None) -> int:
    """Read some of the requests from their beginning for which that was asked, the newest first.

    Returns how many, 0 when there is none.
    """
    async with db.derived() as tx:
        numbers = await again_store.take_again(tx.conn, AGAIN_AT_ONCE)
        await again_store.delete_again(tx.conn, numbers)
        for no in numbers:
            await _index_or_set_aside(tx.conn, no, None, now or clock.now())
        return len(numbers)


async def tidy_index(db: Db) -> int:
    """Make searches quick again after the index has read on; returns the pages of work done."""
    async with db.derived() as tx:
        return await store.merge_pending(tx.conn)


async def ask_index_again(conn: Conn, numbers: Collection[int], *, everything: bool = False) -> int:
    """Have these requests read from their beginning; all of them, or, where none is named, those
    that are set aside. Returns how many."""
    if everything:
        return await again_store.queue_all_again(conn)
    return await again_store.queue_again(conn, numbers or None)


async def index_backlog(conn: Conn) -> tuple[int, datetime | None]:
    """How many batches of words wait for the index, and since when the oldest."""
    return await store.backlog(conn)


async def list_unindexed(conn: Conn, limit: int = 100) -> list[tuple[int, str]]:
    """Requests whose words are not in the index, each with the reason, the newest first."""
    return await again_store.list_set_aside(conn, limit)


async def _index_or_set_aside(
    conn: Conn, no: int, said: Sequence[Passage] | None, now: datetime
) -> None:
    """Read these passages of a request, or all of it."""
    try:
        async with conn.transaction():
            await (write_anew(conn, [no]) if said is None else _index(conn, said))
    except (Unavailable, *RETRIED):
        raise
    except Exception as error:
        # On a connection that is lost this raises in its turn, and nothing is set aside.
        await again_store.set_aside(conn, no, name_and_cause(error), now)
        log.exception("the words of request %d are not in the index", no)


async def _without_failed(conn: Conn, passages: Sequence[Passage]) -> Sequence[Passage]:
    """Those of requests that are not set aside: these will be read from their beginning."""
    failed = await again_store.lock_again(conn, {passage.matter for passage in passages})
    return [passage for passage in passages if passage.matter not in failed]


async def _index(conn: Conn, passages: Sequence[Passage]) -> None:
    """Add the words of these passages; a request that begins or was mended is read anew."""
    anew = {one.matter for one in passages if one.no == 1 or one.kind in store.MENDING}
    added = group_by_matter(one for one in passages if one.matter not in anew)
    if added:
        room = await store.sizes(conn, added)
        await store.add_words(conn, await _vectors(conn, added, {}, room), anew=False)
    if anew:
        await write_anew(conn, anew)


async def write_anew(conn: Conn, numbers: Collection[int]) -> None:
    """Read these requests from the beginning and put what they say in place of their rows.

    Of a request beyond `WHOLE_BYTES` it is the newest part.
    """
    heads = {head.no: head for head in await store.title_rows(conn, numbers)}
    passages = await store.passages_of(conn, list(heads), staff=True, most=None, share=WHOLE_BYTES)
    said = {no: list[Passage]() for no in heads} | group_by_matter(passages)
    vectors = await _vectors(conn, said, {no: head.title for no, head in heads.items()}, {})
    rows = {
        no: f"{words} {mark('s', no >> store.BLOCK)} {mark('c', heads[no].client_id)}"
        for no, words in vectors.items()
    }
    await store.add_words(conn, rows, anew=True)


async def _vectors(
    conn: Conn, said: dict[int, list[Passage]], titles: dict[int, str], sizes: dict[int, int]
) -> dict[int, str]:
    """The tsvectors (as text) of these requests; `sizes` are the bytes that they have already."""
    # Two turns in the thread for all of them: one for each request would cost more than its words.
    cut, words = await _aside.run(_cut, said, titles)
    stems = await stems_of(conn, words)
    return await _aside.run(_vectors_of, cut, stems, sizes)


Cut = tuple[list[TextToken], Passage | None]


def _cut(
    said: dict[int, list[Passage]], titles: dict[int, str]
) -> tuple[dict[int, list[Cut]], set[str]]:
    """The words of each request, title first; and those of them that have to be stemmed."""
    cut: dict[int, list[Cut]] = {
        no: [
            *([(list(tokens(titles[no])), None)] if no in titles else []),
            *((list(tokens(one.body)), one) for one in passages),
        ]
        for no, passages in said.items()
    }
    return cut, to_stem(token for parts in cut.values() for found, _ in parts for token in found)


def _vectors_of(cut: dict[int, list[Cut]], stems: Stems, sizes: dict[int, int]) -> dict[int, str]:
    return {no: vector(parts, stems, MOST_BYTES - sizes.get(no, 0)) for no, parts in cut.items()}


def group_by_matter(items: Iterable[Item]) -> dict[int, list[Item]]:
    """Items by their matter."""
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.matter, []).append(item)
    return groups


def author_marks(passages: Iterable[Passage]) -> set[str]:
    """Who wrote these passages, as the index knows it."""
    kinds = {"staff": "b", "client": "p"}
    return {
        mark(kinds[one.side], one.by_id)
        for one in passages
        if one.by_id is not None and one.side in kinds
    }


def vector(parts: Iterable[Cut], stems: Stems, room: int = MOST_BYTES) -> str:
    """The tsvector (as text) of the parts of a request, in order, of at most `room` bytes."""
    words, marks = VectorWords(room), set[str]()
    for found, passage in parts:
        words.add(found, stems, STAFF if passage is not None and passage.noted else "")
        marks |= author_marks([passage] if passage is not None else [])
    return " ".join([*words.parts(), *marks])
