"""Which texts of people are alike, by the words that are rare among them. Pure.

Each text joins the group whose first text it is most like, or begins one: one pass, and a text is
compared with those alone that share one of its weightiest words.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from firstline.kit.folding import CHARACTER, WORD, fold

Bag = frozenset[str]
MOST_STEMS = 40
TELLING_STEMS = 12
SHORTEST = 3
STEM = 6  # letters that the forms of a word mostly share
_WORD = re.compile(f"{CHARACTER}|{WORD}")
# Whose it is tells nothing of what is asked.
_OWN = re.compile(r"\S*@\S+|\w+://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}\S*|\d[\d.:/-]*\d[\d.:/-]{3,}")


def group_alike(texts: Sequence[str], least: float) -> list[list[int]]:
    """Places of the texts that are alike, group by group; the first of a group leads it.

    `least` is how much of their weight two texts share, from 0 to 1.
    """
    bags, weights = _weigh([frozenset(_stems(text)) for text in texts])
    groups: list[list[int]] = []
    leaders: defaultdict[str, list[int]] = defaultdict(list)
    for place, bag in enumerate(bags):
        telling = sorted(bag, key=lambda stem: (-weights[stem], stem))[:TELLING_STEMS]
        near = {group for stem in telling for group in leaders[stem]}
        likeness = {group: _likeness(bag, bags[groups[group][0]], weights) for group in near}
        best = max(sorted(likeness), key=lambda group: likeness[group], default=None)
        if best is not None and likeness[best] >= least:
            groups[best].append(place)
            continue
        for stem in telling:
            leaders[stem].append(len(groups))
        groups.append([place])
    return groups


def _weigh(bags: Sequence[Bag]) -> tuple[list[Bag], Mapping[str, float]]:
    """The weightiest words of each text, and how weighty each word is: rarer than others, and
    still in more than one text.
    """
    counts = Counter(stem for bag in bags for stem in bag)
    weights = {stem: math.log(1 + len(bags) / count) for stem, count in counts.items()}
    heavy = [sorted(bag, key=lambda stem: (-min(2, counts[stem]), -weights[stem])) for bag in bags]
    return [frozenset(bag[:MOST_STEMS]) for bag in heavy], weights


def _likeness(one: Bag, other: Bag, weights: Mapping[str, float]) -> float:
    """How much of their weight two texts share, from 0 to 1; the longer one counts as well."""
    both, first, second = (sum(weights[s] for s in bag) for bag in (one & other, one, other))
    return both / math.sqrt(first * second) if both else 0.0


def _stems(text: str) -> Iterable[str]:
    for match in _WORD.finditer(_OWN.sub(" ", text)):
        word = fold(match.group())
        if len(word) >= SHORTEST or not word.isascii():
            yield word[:STEM]
