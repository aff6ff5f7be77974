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
MOST_COMPARED = 20
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
    sizes = [sum(weights[stem] for stem in bag) for bag in bags]
    groups: list[list[int]] = []
    leaders: defaultdict[str, list[int]] = defaultdict(list)
    for place, bag in enumerate(bags):
        telling = sorted(bag, key=lambda stem: (-weights[stem], stem))[:TELLING_STEMS]
        near = Counter(group for stem in telling for group in leaders[stem])
        best, likeness = None, 0.0
        for group, _ in near.most_common(MOST_COMPARED):
            leader = groups[group][0]
            both = sum(weights[stem] for stem in bag & bags[leader])
            # How much of their weight they share; the longer one counts as well.
            found = both / math.sqrt(sizes[place] * sizes[leader]) if both else 0.0
            best, likeness = (group, found) if found > likeness else (best, likeness)
        if best is not None and likeness >= least:
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


def _stems(text: str) -> Iterable[str]:
    for match in _WORD.finditer(_OWN.sub(" ", text)):
        word = fold(match.group())
        if len(word) >= SHORTEST or not word.isascii():
            yield word[:STEM]
