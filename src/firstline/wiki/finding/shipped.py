"""Which articles of the package may answer a message, where there is no desk: pure."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from firstline.kit.folding import CHARACTER, WORD, fold
from firstline.wiki.files import ORIGINAL, shipped_articles
from firstline.wiki.finding.index import prose
from firstline.wiki.finding.ranking import (
    BODY,
    FITTING_TOPIC,
    MOST_WORDS,
    SUMMARY,
    TITLE,
    least_score,
    rarity,
    sum_scores,
)
from firstline.wiki.finding.search import Found
from firstline.wiki.model import Article

BEGINNING = 3
_WORD = re.compile(f"{CHARACTER}|{WORD}")
_LETTER = re.compile(r"\b(\w)-(?=\w)")  # of "e-mail", which many write as one word


def search_shipped(text: str, language: str, topic: str | None, *, limit: int = 5) -> list[Found]:
    """As `search_articles`; forms of a word are told by how they begin, as there is no database
    that knows stems."""
    shelf = _shelf(language)
    words = list(dict.fromkeys(_words(text)))[:MOST_WORDS]
    rows = [(rarity(len(one), len(shelf.articles)), one) for one in map(shelf.weights, words)]
    scores = sum_scores(rows)
    found = [
        Found(shelf.articles[i], score * (FITTING_TOPIC if topic in _topics(shelf, i) else 1.0))
        for i, score in scores.items()
        if score >= least_score(len(shelf.articles))
    ]
    return sorted(found, key=lambda one: (-one.score, one.article.title))[:limit]


def shipped_titles(language: str) -> dict[str, str]:
    """The titles of the public articles of the package by their slugs."""
    return {one.slug: one.title for one in _shelf(language).articles}


def _topics(shelf: "Shelf", place: int) -> tuple[str, ...]:
    return shelf.articles[place].topics


@cache
def _shelf(language: str) -> "Shelf":
    best = {one.slug: one for one in shipped_articles()}
    best |= {one.slug: one for one in shipped_articles() if one.language == ORIGINAL}
    best |= {one.slug: one for one in shipped_articles() if one.language == language}
    return Shelf([one for one in best.values() if one.audience == "public"])


def alike(one: str, other: str) -> bool:
    """Whether two folded words are likely forms of one: they differ in a short ending only."""
    if one == other:
        return True
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 4 or longer - shorter > 4 or not (one.isalpha() and other.isalpha()):
        return False
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return same >= max(4, shorter - 2) and longer - same <= 4


class Shelf:
    """The articles of a language, and which words stand in them how weightily."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self._words: dict[str, dict[int, float]] = {}
        for place, one in enumerate(articles):
            parts = ((prose(one.body), BODY), (one.summary, SUMMARY), (one.title, TITLE))
            for text, weight in parts:
                for word in _words(text):
                    self._words.setdefault(word, {})[place] = weight
        # Words that are compared begin alike: only few are looked at for each that is typed.
        self._beginnings: dict[str, list[str]] = {}
        for word in self._words:
            self._beginnings.setdefault(word[:BEGINNING], []).append(word)

    def weights(self, word: str) -> dict[int, float]:
        """How well articles, by their places, fit a word: by its weightiest form in each."""
        best: dict[int, float] = {}
        for other in self._beginnings.get(word[:BEGINNING], ()):
            if alike(word, other):
                for place, weight in self._words[other].items():
                    best[place] = max(weight, best.get(place, 0.0))
        return best


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(_LETTER.sub(r"\1", text)):
        word = fold(match.group())
        if len(word) > 1 or not word.isascii():
            yield word
