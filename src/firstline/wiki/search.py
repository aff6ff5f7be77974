"""Which articles may answer what somebody writes: pure, over the few articles in memory."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from firstline.wiki.files import articles
from firstline.wiki.model import Article

TITLE, SUMMARY, BODY = 6.0, 3.0, 1.0
LEAST = 3.0
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """An article and how well it fits; scores compare within one search only."""

    article: Article
    score: float


def search_articles(
    text: str, language: str, topic: str | None = None, *, limit: int = 5
) -> list[Found]:
    """Articles that fit `text`, the best first; those of `topic` are preferred, not required.

    Rare words count more than common ones; of a long text the first 100 different words count.
    """
    words = list(dict.fromkeys(_words(text)))[:100]
    shelf = _shelf(language)
    scores = dict.fromkeys(range(len(shelf)), 0.0)
    for word in words:
        weights = [_weight(word, fields) for _, fields in shelf]
        holders = sum(1 for weight in weights if weight)
        if holders:
            rarity = math.log((len(shelf) + 1) / holders)
            for i, weight in enumerate(weights):
                scores[i] += weight * rarity
    found = [
        Found(article, scores[i] * (1.5 if topic in article.topics else 1.0))
        for i, (article, _) in enumerate(shelf)
        if scores[i] >= LEAST
    ]
    return sorted(found, key=lambda f: (-f.score, f.article.title))[:limit]


def alike(one: str, other: str) -> bool:
    """Whether two folded words are likely forms of one: they differ in a short ending only."""
    if one == other:
        return True
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 4 or longer - shorter > 4 or not (one.isalpha() and other.isalpha()):
        return False
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return same >= max(4, shorter - 2) and longer - same <= 4


Fields = tuple[frozenset[str], frozenset[str], frozenset[str]]


@cache
def _shelf(language: str) -> list[tuple[Article, Fields]]:
    return [
        (a, (frozenset(_words(a.title)), frozenset(_words(a.summary)), frozenset(_words(a.body))))
        for a in articles(language)
    ]


def _weight(word: str, fields: Fields) -> float:
    for weight, words in zip((TITLE, SUMMARY, BODY), fields, strict=True):
        if word in words or any(alike(word, other) for other in words):
            return weight
    return 0.0


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text.casefold().replace("ё", "е")):
        if len(match.group()) > 1:
            yield match.group()
