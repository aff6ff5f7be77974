"""The articles that have words: what somebody looks for, and what may answer a message.

`search_articles` proposes what fits words as they are written, and is silent rather than wrong;
`find_articles` answers whoever looks for something: parts of words, codes, and slips count too.
What PostgreSQL looks through for either is bounded, however many articles there are: of words that
many have, the titles.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from firstline.kit.db import Conn
from firstline.kit.search.query import (
    LONGEST_QUERY,
    Query,
    Stems,
    Term,
    quote,
    to_stem,
    understand,
)
from firstline.kit.search.slips import may_be_slip, near_lexemes, with_lexemes
from firstline.kit.search.stems import stems_of
from firstline.kit.search.words import tokens
from firstline.wiki.finding import store
from firstline.wiki.finding.layouts import other_layouts
from firstline.wiki.finding.ranking import (
    FITTING_TOPIC,
    MOST_WORDS,
    least_score,
    rarity,
    sum_scores,
)
from firstline.wiki.finding.store import Key, Readers, TermQueries, WeighedText
from firstline.wiki.finding.synonyms import Together, synonyms, typed_words
from firstline.wiki.model import Article, AudienceName

LONGEST_TEXT = 4_000  # characters of a message that are looked at
MOST_RARE, MOST_COMMON = 40, 8
MOST_WEIGHED = 1_000  # times that the rare words of a message stand in some text
MOST_CANDIDATES = 100
MOST_GUESSED = 3
PUBLIC: tuple[AudienceName, ...] = ("public",)
Frequencies = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """An article and how well it fits; scores compare within one search only."""

    article: Article
    score: float


async def search_articles(
    conn: Conn,
    text: str,
    language: str,
    topic: str | None = None,
    *,
    audiences: Sequence[AudienceName] = PUBLIC,
    limit: int = 5,
) -> list[Found]:
    """Articles that fit `text`, the best first; those of `topic` are preferred, not required.

    Rare words count more than common ones; of a long text the first 100 different words count.
    """
    words = await _message_words(conn, text)
    frequent = await store.frequencies(conn, {one for word in words for one in word.every})
    every = _count_in(frequent, ("",), language)
    rare, common = _by_frequency(words, frequent)
    if not rare and not common:
        return []
    readers = Readers(language, audiences)
    weights, fitting = await store.weigh_words(
        conn, [one.query for one in rare], [one.query for one in common], readers, topic
    )
    counts = [one.count(lambda few: _count_in(frequent, few, language)) for one in (*rare, *common)]
    telling = [rarity(count, every) for count in counts]
    scores = sum_scores(zip(telling, weights, strict=True))
    best = _best(scores, fitting, least_score(every))[:limit]
    articles = await store.articles_of(conn, [key for key, _ in best])
    return [Found(articles[key], score) for key, score in best if key in articles]


class MessageWord(NamedTuple):
    """A word or a phrase of a message as what finds it: any of its lexemes, or of phrases that
    mean the same."""

    lexemes: tuple[str, ...]
    phrases: tuple[Together, ...] = ()

    @property
    def query(self) -> str:
        """For PostgreSQL."""
        words = map(quote, dict.fromkeys(self.lexemes))
        return " | ".join([*words, *(f"({one.query})" for one in self.phrases)])

    @property
    def every(self) -> list[str]:
        """All lexemes."""
        return [*self.lexemes, *(x for one in self.phrases for word in one.words for x in word)]

    def count(self, count: Callable[[Sequence[str]], int]) -> int:
        """How many texts may have it, by how many have any of some lexemes: of a phrase as many
        as have its rarest word."""
        phrases = (min(map(count, one.words)) for one in self.phrases)
        return max((count(self.lexemes), *phrases))


async def _message_words(conn: Conn, text: str) -> list[MessageWord]:
    """The first different words of a text, and its phrases for which there are others."""
    text = text[:LONGEST_TEXT]
    found = list(dict.fromkeys((one.text, one.exact) for one in tokens(text)))
    plain = {word for word, exact in found if not exact}
    stems = await stems_of(conn, plain)
    known = await synonyms(conn)
    words: list[MessageWord] = []
    for word, exact in found[:MOST_WORDS]:
        lexemes = (word,) if exact else _plain_lexemes(word, stems)
        if lexemes and (len(word) > 1 or not word.isascii()):
            others = known.others(lexemes)
            words.append(MessageWord((*lexemes, *sorted(others.lexemes)), others.phrases))
    phrases = known.phrases_in(typed_words(text, stems))
    groups = dict.fromkeys(phrase.group for phrase in phrases)
    return [*words, *(MessageWord(tuple(sorted(one.lexemes)), one.phrases) for one in groups)]


def _plain_lexemes(word: str, stems: Stems) -> tuple[str, ...]:
    found = stems.get(word, (word,))
    return (word, *(stem for stem in found if stem != word)) if found else ()


def _count_in(frequent: Frequencies, lexemes: Sequence[str], language: str) -> int:
    """How many texts of a reader's language have a word; of another, where only those have it."""
    return max(
        (counts.get(language) or max(counts.values()) for counts in _some(frequent, lexemes)),
        default=0,
    )


def _some(frequent: Frequencies, lexemes: Sequence[str]) -> list[Mapping[str, int]]:
    return [frequent[one] for one in lexemes if one in frequent]


def _by_frequency(
    words: Sequence[MessageWord], frequent: Frequencies
) -> tuple[list[MessageWord], list[MessageWord]]:
    """The rarest words, as far as all texts that have them may be weighed; and the next ones."""

    def total(lexemes: Sequence[str]) -> int:
        return sum(sum(one.values()) for one in _some(frequent, lexemes))

    counts = {word: word.count(total) for word in words}
    present = sorted((word for word in counts if counts[word]), key=lambda word: counts[word])
    left, rare = MOST_WEIGHED, list[MessageWord]()
    for word in present[:MOST_RARE]:
        left -= counts[word]
        if left < 0:
            break
        rare.append(word)
    return rare, present[len(rare) :][:MOST_COMMON]


def _best(scores: Mapping[Key, float], fitting: set[Key], least: float) -> list[tuple[Key, float]]:
    """What fits well enough, the best first, of each article one text."""
    found = {
        key: score * (FITTING_TOPIC if key in fitting else 1.0)
        for key, score in scores.items()
        if score >= least
    }
    best: dict[str, tuple[Key, float]] = {}
    for key, score in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        best.setdefault(key[0], (key, score))
    return list(best.values())


# -- what somebody looks for ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """Texts that were found, the best first, by what was looked for in the end; `retyped` is what
    the same keys write on another layout, where that was found."""

    keys: list[Key]
    understood: "Understood"
    retyped: str = ""


async def find_articles(
    conn: Conn,
    text: str,
    language: str,
    *,
    audiences: Sequence[AudienceName] = PUBLIC,
    limit: int = 20,
) -> list[Article]:
    """Articles in which most of what was typed stands, whole or as the beginning of a word, those
    with all of it first; where that finds nothing, other languages.

    What was found in another language is shown in `language` where it is translated.
    """
    found = await find_texts(conn, text, Readers(language, audiences), limit)
    articles = await read_texts(conn, found.keys, language)
    return articles[:limit]


async def find_in_all_languages(
    conn: Conn, text: str, language: str, audiences: Sequence[AudienceName], *, limit: int = 200
) -> list[Article]:
    """The same in every language, each article as it was found: in `language` before others."""
    readers = Readers(language, audiences, everywhere=True)
    found = await find_texts(conn, text, readers, limit)
    own = [key for key in found.keys if key[1] == language]
    best = {key[0]: key for key in reversed([*own, *found.keys])}
    in_order = [best[slug] for slug in dict.fromkeys(slug for slug, _ in found.keys)]
    articles = await store.articles_of(conn, in_order)
    return [articles[key] for key in in_order if key in articles]


async def find_texts(conn: Conn, text: str, readers: Readers, limit: int) -> FoundTexts:
    """What `readers` find, in other languages where theirs has nothing; then by what the same keys
    write on another layout."""
    found = await _find_as_typed(conn, text, readers, limit)
    for other in other_layouts(text[:LONGEST_QUERY]) if not found.keys else ():
        retyped = await _find_as_typed(conn, other, readers, limit)
        if retyped.keys and not retyped.understood.guessed:
            return replace(retyped, retyped=other)
    return found


async def _find_as_typed(conn: Conn, text: str, readers: Readers, limit: int) -> FoundTexts:
    wanted = await _understand(conn, text)
    found = await _find(conn, wanted, readers, limit)
    if found.keys or not wanted.query.terms or readers.everywhere:
        return found
    return await _find(conn, wanted, replace(readers, everywhere=True), limit)


async def read_texts(conn: Conn, keys: Sequence[Key], language: str) -> list[Article]:
    """The articles of these texts in order, each once, in `language` where they have it."""
    own = [(slug, language) for slug in dict.fromkeys(slug for slug, _ in keys)]
    articles = await store.articles_of(conn, [*own, *keys])
    best = {key[0]: one for key in (*reversed(keys), *own) if (one := articles.get(key))}
    return [best[slug] for slug, _ in own if slug in best]


@dataclass(frozen=True, slots=True)
class Understood:
    """What is looked for, with synonyms. `words` are its words one by one, to be marked where they
    stand, `typed` those without synonyms; in place of those in `guessed`, which stand in no
    article, words that differ by a slip are looked for."""

    query: Query
    typed: tuple[Term, ...]
    words: tuple[Term, ...]
    guessed: tuple[str, ...] = ()


async def _understand(conn: Conn, text: str) -> Understood:
    text = text[:LONGEST_QUERY]
    stems = await stems_of(conn, to_stem(tokens(text)))
    wanted = understand(text, stems)
    known = await synonyms(conn)
    terms = [known.widen(term) for term in wanted.terms]
    guessed: list[str] = []
    for i in await _slips(conn, terms):
        frequent = await store.frequencies(conn, near_lexemes(terms[i]))
        if near := [one for one in frequent if one]:
            guessed.append(terms[i].text)
            terms[i] = known.widen(with_lexemes(terms[i], near))
    joined = known.join(terms, typed_words(text, stems))
    query = replace(wanted, terms=tuple(joined))
    return Understood(query, wanted.terms, tuple(terms), tuple(guessed))


async def _slips(conn: Conn, terms: Sequence[Term]) -> list[int]:
    """Which terms stand nowhere, not as the beginning of a word either, and may be mistyped."""
    likely = {i: term for i, term in enumerate(terms) if may_be_slip(term)}
    halves = {i: term.ways[0][0].half for i, term in likely.items()}
    lexemes = {i: term.ways[0][0].lexemes for i, term in likely.items()}
    begun = await store.begun_words(conn, list(halves.values())) if halves else set[str]()
    unclear = [i for i, half in halves.items() if half not in begun]
    present = await store.frequencies(conn, {one for i in unclear for one in lexemes[i]})
    return [i for i in unclear if present.keys().isdisjoint(lexemes[i])][:MOST_GUESSED]


async def _find(conn: Conn, wanted: Understood, readers: Readers, limit: int) -> FoundTexts:
    terms = wanted.query.terms
    if not terms:
        return FoundTexts([], wanted)
    frequent = await store.frequencies(conn, {one for term in terms for one in _lexemes(term)})
    counts = [_count_of(term, frequent, readers.language) for term in terms]
    every = _count_in(frequent, ("",), readers.language)
    found = await _candidates(conn, wanted, counts, readers, limit)
    telling = [rarity(count, every) for count in counts]
    return FoundTexts(_in_order(found, telling, limit), wanted)


async def _candidates(
    conn: Conn, wanted: Understood, counts: Sequence[int], readers: Readers, limit: int
) -> list[WeighedText]:
    """Texts with all the terms in their titles; where these fill no page, with all of them
    anywhere; then with half of them."""
    each = [term.tsquery() for term in wanted.query.terms]
    queries = TermQueries(
        each,
        [term.tsquery(halves=False) for term in wanted.typed],
        " & ".join(term.tsquery() for term in wanted.typed),
    )
    every = " & ".join(each)
    found = await store.title_candidates(conn, every, queries, readers, MOST_CANDIDATES)
    if len(found) < limit:
        found += await store.word_candidates(conn, every, queries, readers, MOST_CANDIDATES)
    if len(found) < limit and len(each) > 1:
        some = _enough_of(each, counts)
        found += await store.title_candidates(conn, some, queries, readers, MOST_CANDIDATES)
        found += await store.word_candidates(conn, some, queries, readers, MOST_CANDIDATES)
    return found


def _enough_of(terms: Sequence[str], counts: Sequence[int]) -> str:
    """A query for all that may have half of the terms: what has none of the rarest has not."""
    rarest = sorted(range(len(terms)), key=lambda i: counts[i])[: len(terms) // 2 + 1]
    return " | ".join(terms[i] for i in rarest)


def _in_order(found: Sequence[WeighedText], telling: Sequence[float], limit: int) -> list[Key]:
    """Texts with half of the terms at least: those with most of them first, then by weight, then
    those with whole words in their titles, and those that speak of it most."""
    ranks: dict[Key, tuple[float, ...]] = {}
    for one in found:
        count = sum(weight > 0 for weight in one.weights)
        score = sum(w * rare for w, rare in zip(one.weights, telling, strict=True))
        if count * 2 >= len(telling):
            rank = (-count, -score, -one.whole, -one.often, len(one.title))
            ranks[one.slug, one.language] = min(rank, ranks.get((one.slug, one.language), rank))
    keys = sorted(ranks, key=lambda key: ranks[key])
    slugs = set(list(dict.fromkeys(slug for slug, _ in keys))[:limit])
    return [key for key in keys if key[0] in slugs]


def _lexemes(term: Term) -> list[str]:
    return [one for way in term.ways for step in way for one in step.lexemes]


def _count_of(term: Term, frequent: Frequencies, language: str) -> int:
    """How many texts may have a term: as many as have the rarest step of one of its ways."""
    return max(
        (min(_count_in(frequent, step.lexemes, language) for step in way) for way in term.ways),
        default=0,
    )
