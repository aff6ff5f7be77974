"""Which articles may answer what somebody writes: over the articles of a language in memory.

`search_articles` proposes what fits words as they are written, and is silent rather than wrong;
`find_articles` answers whoever looks for something: parts of words, codes, and slips count too.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from firstline.kit.aside import Aside
from firstline.kit.db import Conn
from firstline.kit.folding import CHARACTER, WORD, fold, fold_text
from firstline.kit.slips import SHORTEST, near_words
from firstline.wiki import store
from firstline.wiki.files import shipped_articles
from firstline.wiki.memory import WikiMemory
from firstline.wiki.model import AUDIENCES, Article, AudienceName

TITLE, SUMMARY, BODY = 6.0, 3.0, 1.0
LEAST = 1.25  # in words that stand in the body of one article alone
SHORTEST_HALF = 3
LONGEST_SLIP = 20
MOST_WORDS = 100
MOST_SLIPS = 3
MOST_SHELVES = 6
_WORD = re.compile(f"{CHARACTER}|{WORD}")
_TARGET = re.compile(r"(?<=])\([^)\s]*\)")  # where a link of Markdown leads
_LETTER = re.compile(r"\b(\w)-(?=\w)")  # of "e-mail", which many write as one word


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
    audiences: Sequence[AudienceName] = ("public",),
    limit: int = 5,
) -> list[Found]:
    """Articles that fit `text`, the best first; those of `topic` are preferred, not required.

    Rare words count more than common ones; of a long text the first 100 different words count.
    """
    shelf = await _shelf(conn, language)
    found = await _aside.run(_rank, shelf, text, topic)
    return [one for one in found if one.article.audience in audiences][:limit]


def search_shipped(text: str, language: str, topic: str | None, *, limit: int = 5) -> list[Found]:
    """The same among the articles of the package, where there is no desk."""
    return _rank(_shipped_shelf(language), text, topic)[:limit]


@cache
def _shipped_shelf(language: str) -> "Shelf":
    best = {one.slug: one for one in shipped_articles()}
    best |= {one.slug: one for one in shipped_articles() if one.language == "en"}
    best |= {one.slug: one for one in shipped_articles() if one.language == language}
    return Shelf([one for one in best.values() if one.audience == "public"])


def _rank(shelf: "Shelf", text: str, topic: str | None) -> list[Found]:
    weights = [
        shelf.weights(word, alike) for word in list(dict.fromkeys(_words(text)))[:MOST_WORDS]
    ]
    scores = map(sum, zip(*_by_rarity(weights), strict=True))
    least = LEAST * math.log(len(shelf.articles) + 1)
    found = [
        Found(one, score * (1.5 if topic in one.topics else 1.0))
        for one, score in zip(shelf.articles, scores, strict=False)
        if score >= least
    ]
    return sorted(found, key=lambda f: (-f.score, f.article.title))


async def find_articles(
    conn: Conn,
    text: str,
    language: str,
    *,
    audiences: Sequence[AudienceName] = ("public",),
    limit: int = 20,
) -> list[Article]:
    """Articles in which most of what was typed stands, whole or as the beginning of a word, those
    with all of it first; where that finds nothing, words one slip away, then other languages.

    What was found in another language is shown in `language` where it is translated.
    """
    own = await _shelf(conn, language)
    others = [other for other in await store.languages(conn) if other != language]
    for shelf_language in (language, *others):
        slugs = await _aside.run(_find_slugs, text, await _shelf(conn, shelf_language))
        found = (own.by_slug.get(slug) for slug in slugs)
        readable = [one for one in found if one is not None and one.audience in audiences]
        if readable:
            return readable[:limit]
    return []


async def find_in_all_languages(
    conn: Conn, text: str, language: str, audiences: Sequence[AudienceName]
) -> list[Article]:
    """The same in every language, each article as it was found: in `language` before others."""
    found: dict[str, Article] = {}
    others = [other for other in await store.languages(conn) if other != language]
    for one in (language, *others):
        shelf = await _shelf(conn, one)
        for slug in await _aside.run(_find_slugs, text, shelf):
            found.setdefault(slug, shelf.by_slug[slug])
    return [one for one in found.values() if one.audience in audiences]


def _find_slugs(text: str, shelf: "Shelf") -> list[str]:
    weights: list[Sequence[float]] = []
    slips = MOST_SLIPS
    for chunk in dict.fromkeys(text.split()[:MOST_WORDS]):
        row = _typed_weights(chunk, shelf)
        if not any(row) and slips > 0 and len(chunk) >= SHORTEST:
            slips, row = slips - 1, shelf.near_weights(fold(chunk)) or row
        weights += [row] if row else []
    ranks = [
        (sum(map(bool, column)), sum(column), one.title, one.slug)
        for column, one in zip(zip(*_by_rarity(weights), strict=True), shelf.articles, strict=False)
    ]
    best = sorted(ranks, key=lambda rank: (-rank[0], -rank[1], rank[2]))
    return [slug for count, _, _, slug in best if count and count * 2 >= len(weights)]


def _typed_weights(chunk: str, shelf: "Shelf") -> Sequence[float]:
    """How well each article fits a chunk between spaces; empty where there is no word in it."""
    words = [word for match in _WORD.finditer(chunk) if (word := fold(match.group()))]
    if len(words) < 2:
        return shelf.weights(words[0], _may_mean) if words else ()
    folded = fold_text(chunk).strip('.,;:!?()[]<>«»“”"')
    written = shelf.text_weights(lambda text: folded in text)
    if any(written):
        return written
    return shelf.text_weights(lambda text: all(word in text for word in words))


def _may_mean(word: str, other: str) -> bool:
    """Whether a word that was typed, whole or in part, may be that of an article."""
    return (len(word) >= SHORTEST_HALF and other.startswith(word)) or alike(word, other)


def alike(one: str, other: str) -> bool:
    """Whether two folded words are likely forms of one: they differ in a short ending only."""
    if one == other:
        return True
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 4 or longer - shorter > 4 or not (one.isalpha() and other.isalpha()):
        return False
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return same >= max(4, shorter - 2) and longer - same <= 4


Weights = tuple[float, ...]  # how well a word fits each article of a shelf


class Shelf:
    """The articles of a language, and which words stand in them how weightily."""

    def __init__(self, found: Sequence[Article]) -> None:
        self.articles = found
        self.by_slug = {one.slug: one for one in found}
        self._texts = [tuple(map(fold_text, (a.title, a.summary, _prose(a)))) for a in found]
        self._words: dict[str, list[float]] = {}
        for place, one in enumerate(found):
            for text, weight in ((_prose(one), BODY), (one.summary, SUMMARY), (one.title, TITLE)):
                for word in _words(text):
                    self._words.setdefault(word, [0.0] * len(found))[place] = weight
        # Words that are compared begin alike: only few are looked at for each that is typed.
        self._beginnings: dict[str, list[str]] = {}
        for word in self._words:
            self._beginnings.setdefault(word[:SHORTEST_HALF], []).append(word)

    def weights(self, word: str, fits: Callable[[str, str], bool]) -> Weights:
        """How well each article fits a word: by the weightiest place of a word that it may be."""
        likely = self._beginnings.get(word[:SHORTEST_HALF], ())
        return self._most(other for other in likely if other == word or fits(word, other))

    def near_weights(self, word: str) -> Weights:
        """The same for words that begin with one a slip away; empty where none does."""
        near = near_words(word) if len(word) <= LONGEST_SLIP else set[str]()
        sizes = [len(word) + by for by in (-1, 0, 1)]
        found = [w for w in self._words if near and any(w[:size] in near for size in sizes)]
        return self._most(found) if found else ()

    def text_weights(self, fits: Callable[[str], bool]) -> Weights:
        """How well each article fits: by its weightiest text that does."""
        return tuple(
            next(
                (w for w, text in zip((TITLE, SUMMARY, BODY), texts, strict=True) if fits(text)),
                0.0,
            )
            for texts in self._texts
        )

    def _most(self, words: Iterable[str]) -> Weights:
        rows = [self._words[word] for word in words]
        return tuple(map(max, zip(*rows, strict=True))) if rows else (0.0,) * len(self.articles)


_aside = Aside("wiki")
_shelves: WikiMemory[Shelf] = WikiMemory(MOST_SHELVES)


async def _shelf(conn: Conn, language: str) -> Shelf:
    """The articles as they are read now; made anew after a change."""

    async def make() -> Shelf:
        return await _aside.run(Shelf, await store.best_articles(conn, language, AUDIENCES))

    return await _shelves.get(conn, language, make)


def _by_rarity(weights: Iterable[Sequence[float]]) -> list[list[float]]:
    """The same, words that few articles have counting more."""
    result: list[list[float]] = []
    for row in weights:
        rarity = math.log((len(row) + 1) / max(1, sum(map(bool, row))))
        result.append([weight * rarity for weight in row])
    return result


def _prose(one: Article) -> str:
    """The body without the addresses of its links: they are no words of its language."""
    return _TARGET.sub("", one.body)


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(_LETTER.sub(r"\1", text)):
        word = fold(match.group())
        if len(word) > 1 or not word.isascii():
            yield word
