"""Search over everything said, and the history of requests: newest first, within one's rights.

The index is a step behind the log, so every search also looks through what the index has not
read yet: a word is found as soon as it is said (clause history.saved).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from firstline.kit.db import Conn
from firstline.matters import Entry
from firstline.people import Who
from firstline.timeline.model import Request
from firstline.timeline.search import store
from firstline.timeline.search.index import group_by_matter, is_noted, stems_of
from firstline.timeline.search.model import ANY, Filters, HistoryPage, Hit, SearchPage
from firstline.timeline.search.query import (
    LONGEST_QUERY,
    Query,
    Stems,
    Term,
    Text,
    segments,
    snippet,
    to_stem,
    understand,
)
from firstline.timeline.search.words import tokens

TAIL = 2_000
MOST = 100


async def search_requests(
    conn: Conn,
    who: Who,
    query: str,
    filters: Filters = ANY,
    *,
    after: int | None = None,
    limit: int = 20,
) -> SearchPage:
    """Requests that `who` may see and in which every word of `query` stands, newest first.

    `after` is that of the page before; `limit` is clamped to 1 … 100. A request whose number is
    the whole query comes first. Raises Forbidden for a filter that is not for clients.
    """
    limit = max(1, min(limit, MOST))
    within = store.search_scope(who, filters)
    wanted = understand(query, await stems_of(conn, to_stem(tokens(query[:LONGEST_QUERY]))))
    jump = await store.requests_within(conn, [wanted.number or 0], store.search_scope(who, ANY))
    numbers = await _matching(conn, who, wanted, within, below=after, limit=limit + 1)
    numbers = [no for no in numbers if no not in jump]
    page = numbers[:limit]
    found = await store.requests_within(conn, page, within)
    ordered = [found[no] for no in page if no in found]
    first = [] if after is not None else list(jump.values())
    hits = await _hits(conn, who, wanted, [*first, *ordered], jumps=set(jump))
    return SearchPage(hits, page[-1] if len(numbers) > limit else None)


async def list_requests(
    conn: Conn,
    who: Who,
    filters: Filters = ANY,
    *,
    after: int | None = None,
    limit: int = 20,
) -> HistoryPage:
    """Requests that `who` may see, newest first; parameters and refusals as those of `search`."""
    limit = max(1, min(limit, MOST))
    within = store.search_scope(who, filters)
    items = await store.newest_requests(conn, within, below=after, limit=limit + 1)
    more = items[limit - 1].no if len(items) > limit else None
    return HistoryPage(list(items[:limit]), more)


async def _matching(
    conn: Conn, who: Who, wanted: Query, within: store.SearchScope, *, below: int | None, limit: int
) -> list[int]:
    if not wanted.terms:
        return []
    # The tail first: what the index reads meanwhile is then found twice rather than not at all.
    fresh, mending = await _in_tail(conn, who, wanted)
    words = wanted.tsquery(staff=who.is_staff)
    old = await store.find(conn, words, within, below=below, limit=limit + len(mending))
    numbers = {no for no in old if no not in mending}
    newer = [no for no in fresh if below is None or no < below]
    numbers.update(await store.requests_within(conn, newer, within))
    return sorted(numbers, reverse=True)[:limit]


async def _in_tail(conn: Conn, who: Who, wanted: Query) -> tuple[set[int], set[int]]:
    """Requests in which the words stand with the help of what is not indexed yet, and requests of
    which the index must not be believed, as something in them was mended since."""
    tail = group_by_matter(await store.unread_tail(conn, TAIL))
    anew = {no for no, said in tail.items() if any(e.kind in store.MENDING for e in said)}
    anew |= {no for no, said in tail.items() if any(e.no == 1 for e in said)}
    if anew:
        tail |= group_by_matter(await store.whole_requests(conn, anew))
    titles = {head.no: head.title for head in await store.title_rows(conn, anew)} if anew else {}
    texts = {
        no: [titles.get(no, ""), *(e.body for e in said if who.is_staff or not is_noted(e))]
        for no, said in tail.items()
    }
    terms_of = await _terms_in(conn, wanted.terms, texts)
    others = [no for no, terms in terms_of.items() if terms and no not in anew]
    queries = [term.tsquery(staff=who.is_staff) for term in wanted.terms]
    known = await store.terms_in_index(conn, others, queries) if others else {}
    fresh: set[int] = set()
    for no, terms in terms_of.items():
        if no not in anew:
            terms |= {i for i, has in enumerate(known.get(no, [])) if has}
        if terms and len(terms) == len(wanted.terms):
            fresh.add(no)
    return fresh, anew


async def _terms_in(
    conn: Conn, terms: Sequence[Term], texts: dict[int, list[str]]
) -> dict[int, set[int]]:
    """For each number, which terms (by index) stand in one of its texts."""
    read = {no: [Text(text, terms) for text in said] for no, said in texts.items()}
    stems = await stems_of(conn, _to_stem(text for said in read.values() for text in said))
    return {
        no: {i for text in said for i, at in enumerate(text.spans(terms, stems)) if at}
        for no, said in read.items()
    }


def _to_stem(texts: Iterable[Text]) -> set[str]:
    return to_stem(token for text in texts for token in text.tokens)


async def _hits(
    conn: Conn, who: Who, wanted: Query, found: Sequence[Request], *, jumps: Collection[int]
) -> list[Hit]:
    if not found:
        return []
    numbers = [request.no for request in found]
    terms = wanted.terms
    titles = [Text(request.title, terms) for request in found]
    said = [
        EntryText(entry, Text(entry.body, terms))
        for entry in await store.all_entries(conn, numbers, staff=who.is_staff)
        if entry.body and (who.is_staff or not is_noted(entry))
    ]
    stems = await stems_of(conn, _to_stem([*titles, *(one.text for one in said)]))
    by_request = group_by_matter(said)
    return [
        _hit(wanted, request, title, by_request.get(request.no, []), stems, request.no in jumps)
        for request, title in zip(found, titles, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry with its words made ready."""

    entry: Entry
    text: Text

    @property
    def matter(self) -> int:
        return self.entry.matter


def _hit(
    wanted: Query, request: Request, title: Text, said: list[EntryText], stems: Stems, jump: bool
) -> Hit:
    """Show the entry in which most of the terms stand; the first words if none has any."""
    in_title = [span for at in title.spans(wanted.terms, stems) for span in at]
    headline = segments(request.title, in_title)
    each = [one.text.spans(wanted.terms, stems) for one in said]
    if not each:
        return Hit(request, headline, None, "", "", request.arrived_at, (), jump)
    best = max(range(len(each)), key=lambda i: (sum(1 for at in each[i] if at), -i))
    entry = said[best].entry
    excerpt = snippet(entry.body, [span for at in each[best] for span in at])
    return Hit(request, headline, entry.no, entry.by_name, entry.side, entry.at, excerpt, jump)
