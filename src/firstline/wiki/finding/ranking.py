"""How well articles fit words: pure, one rule for the desk's articles and for those of the package.

A word counts by the weightiest place where it stands, and more where few articles have it.
"""

import math
from collections.abc import Iterable, Mapping
from typing import TypeVar

TITLE, SUMMARY, BODY = 6.0, 3.0, 1.0
LEAST = 1.25  # in words that stand in the body of one article alone
FITTING_TOPIC = 1.5
MOST_WORDS = 100  # of a text, that are looked for

Key = TypeVar("Key")


def rarity(having: int, every: int) -> float:
    """How much a word tells that `having` of `every` articles have."""
    return math.log((every + 1) / max(1, min(having, every)))


def least_score(every: int) -> float:
    """What an article must reach to be proposed: silence is better than a wrong article."""
    return LEAST * math.log(every + 1)


def sum_scores(rows: Iterable[tuple[float, Mapping[Key, float]]]) -> dict[Key, float]:
    """The score of each article: `rows` are words, each with its rarity and its weights."""
    scores: dict[Key, float] = {}
    for telling, weights in rows:
        for key, weight in weights.items():
            scores[key] = scores.get(key, 0.0) + weight * telling
    return scores
