"""Search over everything said, and the history of requests: newest first, within one's rights.

The index is a step behind the log, so every search also looks through what the index has not
read yet: a word is found as soon as it is said (clause history.saved). How much is read for one
search is bounded in bytes, and words are compared in a thread of their own: whatever anybody has
written, others are answered meanwhile.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from firstline.kit.aside import Aside
from firstline.kit.db import Conn
from firstline.kit.search.query import (
    LONGEST_QUERY,
    Query,
    to_stem,
    understand,
)
from firstline.kit.search.slips import may_be_slip, near_lexemes, with_lexemes
from firstline.kit.search.stems import stems_of
from firstline.kit.search.words import tokens
from firstline.people import Who
from firstline.timeline.model import Request
from firstline.timeline.search import store
from firstline.timeline.search.excerpts import (
    Excerpt,
    best_excerpts,
    hit_of,
    likely_texts,
    terms_of,
    words_to_stem,
)
from firstline.timeline.search.index import author_marks, group_by_matter
from firstline.timeline.search.marks import mark, prefixes
from firstline.timeline.search.model import ANY, Filters, HistoryPage, Hit, Passage, SearchPage
from firstline.timeline.search.names import name_query

MOST = 100
# Bytes of words that one search reads: of what the index has not read yet, in all and of one
# request; of a request in which something was mended since; and for the snippets of a page.
TAIL = 2_000
TAIL_BYTES = 1_000_000
TAIL_SHARE = 100_000
MENDED = 10
SNIPPETS_BYTES = 2_000_000
SNIPPET_SHARE = 100_000
LATEST = 200
MOST_GUESSED = 3
_aside = Aside("search")


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
    wanted = await _understand(conn, who, query)
    jump = await store.requests_within(conn, [wanted.number or 0], store.search_scope(who, ANY))
    numbers = await _matching(conn, who, wanted, within, below=after, limit=limit + 1)
    guessed: tuple[str, ...] = ()
    if not (numbers or jump) and after is None:
        guess, known, guessed = await _guess(conn, who, wanted, within)
        if guessed:
            numbers = await _matching(
                conn, who, guess, within, below=None, limit=limit + 1, known=known
            )
            wanted = guess
    numbers = [no for no in numbers if no not in jump]
    page = numbers[:limit]
    found = await store.requests_within(conn, page, within)
    first = [] if after is not None else list(jump.values())
    in_order = [*first, *(found[no] for no in page if no in found)]
    hits = await _hits(conn, who, wanted, in_order, jumps=set(jump))
    more = page[-1] if len(numbers) > limit else None
    return SearchPage(hits, more, wanted.unused, guessed if hits else ())


async def _understand(conn: Conn, who: Who, query: str) -> Query:
    """The query with its words, and with the people and clients whom one of them may name."""
    wanted = understand(query, await stems_of(conn, to_stem(tokens(query[:LONGEST_QUERY]))))
    names = [name_query(term.text) for term in wanted.terms]
    if not any(names):
        return wanted
    marks = await store.marks_of_names(conn, who, names)
    terms = [replace(t, marks=tuple(marks.get(i, ()))) for i, t in enumerate(wanted.terms)]
    return replace(wanted, terms=tuple(terms))


async def _guess(
    conn: Conn, who: Who, wanted: Query, within: store.SearchScope
) -> tuple[Query, Query, tuple[str, ...]]:
    """The query with words that differ by a letter in place of those that stand nowhere; the same
    with those of them alone that the index has; and which words these stand for."""
    terms, known = list(wanted.terms), list(wanted.terms)
    guessed: list[str] = []
    for i, term in enumerate(wanted.terms):
        if len(guessed) < MOST_GUESSED and may_be_slip(term):
            alone = replace(wanted, terms=(term,))
            if alone == wanted or not await _matching(
                conn, who, alone, within, below=None, limit=1
            ):
                near = near_lexemes(term)
                terms[i] = with_lexemes(term, near)
                known[i] = with_lexemes(term, await store.present_words(conn, who, near))
                guessed.append(term.text)
    return replace(wanted, terms=tuple(terms)), replace(wanted, terms=tuple(known)), tuple(guessed)


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
    conn: Conn,
    who: Who,
    wanted: Query,
    within: store.SearchScope,
    *,
    below: int | None,
    limit: int,
    known: Query | None = None,
) -> list[int]:
    """Numbers of requests, the newest first; `known` is what the index is asked for instead."""
    if not wanted.terms:
        return []
    # The tail first: what the index reads meanwhile is then found twice rather than not at all.
    fresh, mending = await _in_tail(conn, who, wanted)
    old = await _in_index(
        conn, who, known or wanted, within, below=below, limit=limit + len(mending)
    )
    numbers = {no for no in old if no not in mending}
    newer = [no for no in fresh if below is None or no < below]
    numbers.update(await store.requests_within(conn, newer, within))
    return sorted(numbers, reverse=True)[:limit]


async def _in_index(
    conn: Conn, who: Who, wanted: Query, within: store.SearchScope, *, below: int | None, limit: int
) -> list[int]:
    """Longer words than those typed are looked for where these alone fill no page: the beginning
    of common words stands in nearly every request."""
    sides = prefixes(staff=who.is_staff)
    whole = wanted.tsquery(sides, halves=False)
    found = await store.find(conn, whole, within, below=below, limit=limit)
    if len(found) >= limit or not wanted.halves:
        return found
    return await store.find(conn, wanted.tsquery(sides), within, below=below, limit=limit)


async def _in_tail(conn: Conn, who: Who, wanted: Query) -> tuple[set[int], set[int]]:
    """Requests in which the words stand with the help of what is not indexed yet, and requests of
    which the index must not be believed, as something in them was mended since."""
    unread = await store.unread_tail(conn, TAIL, share=TAIL_SHARE, most=TAIL_BYTES)
    tail = group_by_matter(unread)
    mended = {one.matter for one in unread if one.kind in store.MENDING}
    anew = mended | {one.matter for one in unread if one.no == 1}
    tail |= {no: list[Passage]() for no in mended}
    tail |= group_by_matter(await _whole(conn, who, sorted(mended, reverse=True)[:MENDED]))
    heads = await store.title_rows(conn, tail) if tail else []
    titles = {head.no: head.title for head in heads if head.no in anew}
    matched = await _terms_in(conn, who, wanted, tail, titles)
    for head in heads:
        marks = {mark("c", head.client_id), *author_marks(tail[head.no])}
        matched[head.no] |= {
            i for i, term in enumerate(wanted.terms) if not marks.isdisjoint(term.marks)
        }
    others = [no for no, terms in matched.items() if terms and no not in anew]
    sides = prefixes(staff=who.is_staff)
    queries = [term.tsquery(sides) for term in wanted.terms]
    indexed_terms = await store.terms_in_index(conn, others, queries) if others else {}
    fresh: set[int] = set()
    for no, terms in matched.items():
        if no not in anew:
            terms |= {i for i, has in enumerate(indexed_terms.get(no, [])) if has}
        if terms and len(terms) == len(wanted.terms):
            fresh.add(no)
    return fresh, anew


async def _whole(conn: Conn, who: Who, numbers: Collection[int]) -> list[Passage]:
    if not numbers:
        return []
    share = TAIL_BYTES // len(numbers)
    return await store.passages_of(conn, numbers, staff=who.is_staff, most=None, share=share)


async def _terms_in(
    conn: Conn, who: Who, wanted: Query, tail: dict[int, list[Passage]], titles: dict[int, str]
) -> dict[int, set[int]]:
    """For each number, which terms (by index) stand in its title or in one of its passages."""
    said = {
        no: [titles.get(no, ""), *(one.body for one in tail[no] if who.is_staff or not one.noted)]
        for no in tail
    }
    texts = await _aside.run(likely_texts, said, wanted.terms)
    stems = await stems_of(conn, words_to_stem(texts))
    return await _aside.run(terms_of, texts, wanted.terms, stems)


async def _hits(
    conn: Conn, who: Who, wanted: Query, found: Sequence[Request], *, jumps: Collection[int]
) -> list[Hit]:
    if not found:
        return []
    numbers = [request.no for request in found]
    share = min(SNIPPETS_BYTES // len(numbers), SNIPPET_SHARE)
    passages = [
        one
        for one in await store.passages_of(
            conn, numbers, staff=who.is_staff, most=LATEST, share=share
        )
        if who.is_staff or not one.noted
    ]
    by_request: dict[int, list[Excerpt]] = await _aside.run(
        best_excerpts, found, group_by_matter(passages), wanted.terms
    )
    texts = {no: [one.text for one in excerpts] for no, excerpts in by_request.items()}
    stems = await stems_of(conn, words_to_stem(texts))
    return [
        hit_of(wanted.terms, request, by_request[request.no], stems, jump=request.no in jumps)
        for request in found
    ]
