"""What a search shows: articles with the words that were looked for marked in title and excerpt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.kit.aside import Aside
from firstline.kit.db import Conn, Db
from firstline.kit.search.places import Text, best_pieces, segments, snippet
from firstline.kit.search.query import Segment, Stems, Term, to_stem
from firstline.kit.search.stems import stems_of
from firstline.wiki.finding.index import prose
from firstline.wiki.finding.search import PUBLIC, find_texts, read_texts
from firstline.wiki.finding.store import Readers
from firstline.wiki.finding.unfound import note_unfound
from firstline.wiki.model import Article, AudienceName

LONGEST_BODY = 20_000  # characters of a body in which words are sought for the excerpt
_SIGNS = re.compile(r"^[-:| ]+$|[*`#|>]+|(?<!\w)_|_(?!\w)|[\[\]]", re.MULTILINE)
_aside = Aside("wiki")


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article with its title and the piece of it that shows why, in marked segments."""

    article: Article
    title: tuple[Segment, ...]
    excerpt: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """Hits, the best first; `unused` are words that cannot be looked for, in place of those in
    `guessed`, which stand nowhere, words that differ by a letter were found; `retyped` is
    what the same keys write on another layout, found in place of what was typed."""

    items: list[ArticleHit]
    unused: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    retyped: str = ""


async def find_hits(
    conn: Conn,
    text: str,
    language: str,
    *,
    audiences: Sequence[AudienceName] = PUBLIC,
    limit: int = 20,
) -> FoundArticles:
    """As `find_articles`, ready to be shown."""
    found = await find_texts(conn, text, Readers(language, audiences), limit)
    articles = (await read_texts(conn, found.keys, language))[:limit]
    understood = found.understood
    terms = understood.words
    texts = await _aside.run(_texts, articles, terms)
    stems = await stems_of(conn, to_stem(t for some in texts for one in some for t in one.tokens))
    hits = await _aside.run(_hits, articles, texts, terms, stems)
    guessed = understood.guessed if hits else ()
    return FoundArticles(hits, understood.query.unused, guessed, found.retyped)


async def note_search(db: Db, text: str, language: str, reader: str, now: datetime) -> bool:
    """Look for what everybody may read; what finds nothing is counted. Whether it did."""
    async with db.connection() as conn:
        found = await find_hits(conn, text, language)
    if not found.items:
        await note_unfound(db, text, language, reader, now)
    return not found.items


def _texts(articles: Sequence[Article], terms: Sequence[Term]) -> list[list[Text]]:
    """Of each article title, summary, and the pieces of its body that fit best."""
    return [
        [Text(one.title, terms), Text(one.summary, terms), *_pieces(one.body, terms)]
        for one in articles
    ]


def _pieces(body: str, terms: Sequence[Term]) -> list[Text]:
    return [Text(piece, terms) for _, piece in best_pieces([plain_words(body)], terms)]


def plain_words(body: str) -> str:
    """The beginning of a body without the signs of Markdown."""
    return _SIGNS.sub("", prose(body[:LONGEST_BODY]))


def _hits(
    articles: Sequence[Article],
    texts: Sequence[Sequence[Text]],
    terms: Sequence[Term],
    stems: Stems,
) -> list[ArticleHit]:
    return [_hit(one, some, terms, stems) for one, some in zip(articles, texts, strict=True)]


def _hit(
    article: Article, texts: Sequence[Text], terms: Sequence[Term], stems: Stems
) -> ArticleHit:
    """The summary shows why, unless a piece of the body has more of the words."""
    title, *rest = [one.spans(terms, stems) for one in texts]
    best = max(range(len(rest)), key=lambda i: (sum(1 for at in rest[i] if at), -i))
    marked = [span for at in rest[best] for span in at]
    words = texts[best + 1].text
    excerpt = segments(words, marked) if best == 0 else snippet(words, marked)
    return ArticleHit(article, segments(article.title, [s for at in title for s in at]), excerpt)
