"""The index: a reader of the log that keeps the words of each request, a step behind it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from firstline.kit.db import Conn, Db
from firstline.matters import Entry
from firstline.timeline.search import store
from firstline.timeline.search.query import Stems, lexemes_of, mark, quote, to_stem
from firstline.timeline.search.words import (
    UKRAINIAN_STOP_WORDS,
    TextToken,
    languages_of,
    tokens,
    ukrainian_stem,
)
from firstline.timeline.visibility import INTERNAL_WORDS

TURN = 15
MOST_KNOWN = 200_000
APART = 9  # places between a passage and the one before it, here or in an earlier pass
LAST_POSITION = 16_383  # of a tsvector; farther words are found, but not as a part of a phrase
_known: dict[str, tuple[str, ...]] = {}


class OfMatter(Protocol):
    """Something that hangs on a matter."""

    @property
    def matter(self) -> int: ...


T = TypeVar("T")
Item = TypeVar("Item", bound=OfMatter)


async def stems_of(conn: Conn, words: Iterable[str]) -> Stems:
    """The stems of folded words, asked of PostgreSQL once a process and word."""
    new = [word for word in words if word not in _known]
    if len(_known) + len(new) > MOST_KNOWN:
        _known.clear()
    if new:
        by = {word: languages_of(word) for word in new}
        english = [word for word in new if "english" in by[word]]
        russian = [word for word in new if "russian" in by[word]]
        found = await store.stems(conn, english, russian) if english or russian else {}
        for word in new:
            _known[word] = _stems(word, by[word], found)
    return _known


def _stems(word: str, languages: tuple[str, ...], found: Stems) -> tuple[str, ...]:
    if word in UKRAINIAN_STOP_WORDS or (word in found and not found[word]):
        return ()
    stems = found.get(word, ())
    return (*stems, ukrainian_stem(word)) if "ukrainian" in languages else stems


async def index_unread(db: Db) -> int:
    """Read the oldest of the log's batches; returns how many entries, 0 when none is left.

    Run by the worker, again and again; two of them wait for each other.
    """
    async with db.derived() as tx:
        batches, entries = await store.take_unread(tx.conn)
        if batches:
            await _index(tx.conn, entries)
            await store.delete_unread(tx.conn, batches)
        return len(entries)


async def _index(conn: Conn, entries: Sequence[Entry]) -> None:
    # An edit or a redaction takes words away, and the title counts as it is now: both read anew.
    anew = {e.matter for e in entries if e.kind in store.MENDING or e.no == 1}
    added = [entry for entry in entries if entry.matter not in anew]
    if added:
        passages = [Passage.of(entry) async for entry in _take_turns(added)]
        stems = await stems_of(conn, to_stem(token for one in passages for token in one.tokens))
        rows = {
            no: vector(of, stems) async for no, of in _take_turns(group_by_matter(passages).items())
        }
        await store.add_words(conn, rows, anew=False)
    if anew:
        await write_anew(conn, anew)


async def _take_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """The items, with a turn for everybody else now and then: cutting words takes long."""
    for n, item in enumerate(items):
        yield item
        if n % TURN == TURN - 1:
            await asyncio.sleep(0)


async def write_anew(conn: Conn, numbers: Collection[int]) -> None:
    """Read these requests from their first entry and put what they say in place of their rows."""
    heads = await store.title_rows(conn, numbers)
    passages = [Passage(head.no, list(tokens(head.title)), "", None) for head in heads]
    whole_requests = await store.whole_requests(conn, numbers)
    passages += [Passage.of(entry) async for entry in _take_turns(whole_requests)]
    stems = await stems_of(conn, to_stem(token for one in passages for token in one.tokens))
    whole = group_by_matter(passages)
    rows = {
        head.no: f"{vector(whole[head.no], stems)} "
        f"{mark('s', head.no >> store.BLOCK)} {mark('c', head.client_id)}"
        for head in heads
    }
    await store.add_words(conn, rows, anew=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a title or an entry; `prefix` is "~" where they are between members of staff."""

    matter: int
    tokens: list[TextToken]
    prefix: str
    author: UUID | None

    @classmethod
    def of(cls, entry: Entry) -> "Passage":
        author = entry.by_id if entry.side == "staff" else None
        prefix = "~" if is_noted(entry) else ""
        return cls(entry.matter, list(tokens(entry.body)), prefix, author)


def group_by_matter(items: Iterable[Item]) -> dict[int, list[Item]]:
    """Items by their matter."""
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.matter, []).append(item)
    return groups


def is_noted(entry: Entry) -> bool:
    """Whether the entry's words are between members of staff."""
    return entry.audience != "all" or entry.kind in INTERNAL_WORDS


def vector(passages: Iterable[Passage], stems: Stems) -> str:
    """The tsvector (as text) of the passages, in order.

    Entries stand apart, so that no phrase runs from one into the next.
    """
    places: dict[str, list[int]] = {}
    marks: set[str] = set()
    offset = APART
    for one in passages:
        last = offset
        for token in one.tokens:
            last = offset + token.position
            for lexeme in lexemes_of(token, stems):
                places.setdefault(one.prefix + lexeme, []).append(min(last, LAST_POSITION))
        offset = last + APART
        if one.author is not None:
            marks.add(mark("b", one.author))
    words = [f"{quote(word)}:{','.join(map(str, at[:255]))}" for word, at in places.items()]
    return " ".join([*words, *marks])
