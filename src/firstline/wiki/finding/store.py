"""SQL of the wiki's search: words of articles, how common they are, and what has them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from firstline.kit.db import Conn
from firstline.wiki import store as wiki_store
from firstline.wiki.finding.ranking import BODY, SUMMARY, TITLE
from firstline.wiki.model import Article, AudienceName

MOST_TEXTS, MOST_TITLES = 1_000, 100  # that one word of a message is looked for in
Key = tuple[str, str]  # slug and language of a text

# Of each article the text in the reader's language; all others where it has none.
_OWN: LiteralString = (
    "(w.language = %(language)s or not exists (select from article_texts t"
    " where t.article_id = w.article_id and t.language = %(language)s))"
)
_READABLE: LiteralString = "a.archived_at is null and a.audience = any(%(audiences)s)"


@dataclass(frozen=True, slots=True)
class Readers:
    """Whose articles are searched: those for `audiences`, in `language` where they have it;
    `everywhere`: in every language."""

    language: str
    audiences: Sequence[AudienceName]
    everywhere: bool = False

    @property
    def values(self) -> dict[str, Any]:
        return {"language": self.language, "audiences": list(self.audiences)}

    @property
    def sql(self) -> LiteralString:
        return _READABLE if self.everywhere else f"{_READABLE} and {_OWN}"


# -- the words of articles --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnreadText:
    """A text of which the words are not written down."""

    article_id: UUID
    language: str
    revision: int
    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class IndexRow:
    """The words of a text, as tsvectors."""

    article_id: UUID
    language: str
    revision: int
    title: str
    summary: str
    words: str


async def lock_words(conn: Conn) -> None:
    """One at a time writes words: the counts of the vocabulary are everybody's."""
    await conn.execute("select from wiki_state for update")


async def unread_texts(
    conn: Conn, form: int, ids: Collection[UUID] | None, limit: int
) -> list[UnreadText]:
    """Texts that are read now, of these articles or of all, whose words are not written down."""
    async with conn.cursor(row_factory=class_row(UnreadText)) as cursor:
        await cursor.execute(
            "select t.article_id, t.language, t.revision, r.title, r.summary, r.body"
            " from article_texts t join article_revisions r on r.article_id = t.article_id"
            " and r.language = t.language and r.revision = t.revision"
            " left join article_words w on w.article_id = t.article_id and w.language = t.language"
            " where (w.revision is distinct from t.revision or w.form <> %(form)s)"
            " and (%(ids)s::uuid[] is null or t.article_id = any(%(ids)s)) limit %(limit)s",
            {"form": form, "ids": None if ids is None else list(ids), "limit": limit},
        )
        return await cursor.fetchall()


async def write_words(conn: Conn, form: int, rows: Sequence[IndexRow]) -> None:
    """Put the words of texts in place of those that were written down of them before."""
    keys = [one.article_id for one in rows], [one.language for one in rows]
    await _count_words(conn, keys, -1)
    await conn.execute(
        "insert into article_words (article_id, language, revision, form, title, summary, words)"
        " select id, language, revision, %s, title::tsvector, summary::tsvector, words::tsvector"
        " from unnest(%s::uuid[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[])"
        " as t(id, language, revision, title, summary, words)"
        " on conflict (article_id, language) do update set revision = excluded.revision,"
        " form = excluded.form, title = excluded.title, summary = excluded.summary,"
        " words = excluded.words",
        (
            form,
            *keys,
            [one.revision for one in rows],
            [one.title for one in rows],
            [one.summary for one in rows],
            [one.words for one in rows],
        ),
    )
    await _count_words(conn, keys, 1)


async def _count_words(conn: Conn, keys: tuple[list[UUID], list[str]], by: int) -> None:
    await conn.execute(
        "insert into article_vocabulary as v (lexeme, language, articles)"
        " select l.lexeme, w.language, %s * count(*) from article_words w"
        " join unnest(%s::uuid[], %s::text[]) as k(id, language)"
        " on k.id = w.article_id and k.language = w.language"
        " cross join lateral unnest(array_prepend(''::text, tsvector_to_array(w.words)))"
        " as l(lexeme)"
        " group by 1, 2 on conflict (lexeme, language)"
        " do update set articles = v.articles + excluded.articles",
        (by, *keys),
    )


# -- how common words are ---------------------------------------------------------------------


async def frequencies(conn: Conn, lexemes: Collection[str]) -> dict[str, dict[str, int]]:
    """How many texts of each language have these words; the word '' for all texts."""
    cursor = await conn.execute(
        "select lexeme, language, articles from article_vocabulary"
        " where lexeme = any(%s) and articles > 0",
        (["", *lexemes],),
    )
    found: dict[str, dict[str, int]] = {}
    for lexeme, language, articles in await cursor.fetchall():
        found.setdefault(lexeme, {})[language] = articles
    return found


async def begun_words(conn: Conn, halves: Sequence[str]) -> set[str]:
    """Those with which a word of the vocabulary begins."""
    cursor = await conn.execute(
        "select half from unnest(%s::text[]) as h(half) where exists (select from"
        " article_vocabulary where lexeme >= half and lexeme < half || chr(1114111)"
        " and articles > 0)",
        (list(halves),),
    )
    return {half for (half,) in await cursor.fetchall()}


# -- what has words ---------------------------------------------------------------------------

_WEIGHT: LiteralString = (
    "case when w.title @@ q.query then %(in_title)s::float8"
    " when w.summary @@ q.query then %(in_summary)s::float8"
)
_WEIGHTS = {"in_title": TITLE, "in_summary": SUMMARY, "in_body": BODY}


async def weigh_words(
    conn: Conn, rare: Sequence[str], common: Sequence[str], readers: Readers, topic: str | None
) -> tuple[list[dict[Key, float]], set[Key]]:
    """For each of the words (tsqueries), first the rare ones, what has it and how weightily:
    common ones are looked for in titles alone. And which of all these are about `topic`."""
    weights: list[dict[Key, float]] = [{} for _ in (*rare, *common)]
    fitting: set[Key] = set()
    cursor = await conn.execute(
        "select q.place, f.slug, f.language, f.weight, f.fits"
        " from unnest(%(rare)s::tsquery[]) with ordinality as q(query, place)"
        " cross join lateral (select a.slug, w.language, a.topics @> array[%(topic)s]::text[]"
        f" as fits, {_WEIGHT} else %(in_body)s::float8 end as weight"
        " from article_words w join articles a on a.id = w.article_id"
        f" where w.words @@ q.query and {readers.sql} limit %(most)s) f"
        " union all select q.place + %(after)s, f.slug, f.language, %(in_title)s::float8, f.fits"
        " from unnest(%(common)s::tsquery[]) with ordinality as q(query, place)"
        " cross join lateral (select a.slug, w.language, a.topics @> array[%(topic)s]::text[]"
        " as fits from article_words w join articles a on a.id = w.article_id"
        f" where w.title @@ q.query and {readers.sql} limit %(few)s) f",
        {
            **readers.values,
            "rare": list(rare),
            "common": list(common),
            "after": len(rare),
            "topic": topic or "",
            **_WEIGHTS,
            "most": MOST_TEXTS,
            "few": MOST_TITLES,
        },
    )
    for place, slug, language, weight, fits in await cursor.fetchall():
        weights[place - 1][slug, language] = weight
        if fits:
            fitting.add((slug, language))
    return weights, fitting


@dataclass(frozen=True, slots=True)
class WeighedText:
    """A text with how weightily each term of a search stands in it, 0 where it does not; `whole`
    says of how many terms the title has all of a word, `often` how often it speaks of them."""

    slug: str
    language: str
    title: str
    weights: list[float]
    whole: int
    often: float


@dataclass(frozen=True, slots=True)
class TermQueries:
    """The terms of a search as tsqueries; `typed` are all of them without synonyms, in `whole`
    each of these without longer words that begin with it."""

    each: Sequence[str]
    whole: Sequence[str]
    typed: str


async def title_candidates(
    conn: Conn, query: str, terms: TermQueries, readers: Readers, limit: int
) -> list[WeighedText]:
    """Texts that fit `query` by their titles, weighed by `terms`."""
    return await _candidates(conn, "w.title @@ %(query)s::tsquery", query, terms, readers, limit)


async def word_candidates(
    conn: Conn, query: str, terms: TermQueries, readers: Readers, limit: int
) -> list[WeighedText]:
    """Texts that fit `query` by any of their words, weighed by `terms`."""
    return await _candidates(conn, "w.words @@ %(query)s::tsquery", query, terms, readers, limit)


async def _candidates(
    conn: Conn,
    fits: LiteralString,
    query: str,
    terms: TermQueries,
    readers: Readers,
    limit: int,
) -> list[WeighedText]:
    async with conn.cursor(row_factory=class_row(WeighedText)) as cursor:
        await cursor.execute(
            "with found as materialized (select w.article_id, w.language, a.slug"
            " from article_words w join articles a on a.id = w.article_id"
            f" where {fits} and {readers.sql} limit %(limit)s)"
            " select found.slug, w.language, r.title,"
            f" array(select {_WEIGHT} when w.words @@ q.query then %(in_body)s::float8 else 0 end"
            " from unnest(%(each)s::tsquery[]) as q(query)) as weights,"
            " (select count(*) filter (where w.title @@ q.query)"
            " from unnest(%(whole)s::tsquery[]) as q(query)) as whole,"
            " ts_rank(w.words, %(typed)s::tsquery) as often"
            " from found join article_words w using (article_id, language)"
            " join article_revisions r on r.article_id = w.article_id and r.language = w.language"
            " and r.revision = w.revision",
            {
                **readers.values,
                **_WEIGHTS,
                "query": query,
                "typed": terms.typed,
                "each": list(terms.each),
                "whole": list(terms.whole),
                "limit": limit,
            },
            prepare=False,  # the best plan depends on how common the words are
        )
        return await cursor.fetchall()


async def articles_of(conn: Conn, keys: Sequence[Key]) -> dict[Key, Article]:
    """These texts, each with its article."""
    async with conn.cursor(row_factory=kwargs_row(wiki_store.make_article)) as cursor:
        await cursor.execute(
            f"select {wiki_store.COLUMNS} {wiki_store.READ}"
            " join unnest(%s::text[], %s::text[]) as k(slug, language)"
            " on k.slug = a.slug and k.language = t.language",
            ([slug for slug, _ in keys], [language for _, language in keys]),
        )
        return {(one.slug, one.language): one for one in await cursor.fetchall()}
