"""What the words of a message tell of its topic and of the scope, as learnt from labelled messages.

Whoever lists words knows those that they thought of; these weights know what words stood beside
in messages of each kind. `python -m tests.coach.learning` finds them and writes `stems.txt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from math import exp, sqrt

from firstline.coach.reading.reading import Reading
from firstline.coach.reading.spelling import sound

IN_EACH = "*"  # what stands in every message
SIZES = (3, 4, 5, 6)  # letters of a beginning
LONGEST = 9  # letters that tell one word from another
INFLECTED = 5  # letters of a word whose ending tells who does what
MOST = 300  # different features of a message
NONE = "none"  # what is wished is part of support, or nothing is wished


def features(reading: Reading) -> dict[str, float]:
    """The words of a message by their sound, whole, as beginnings and by their endings, and its
    kinds of addresses; all of them weigh the same in a long message as in a short one.
    """
    found = {IN_EACH}
    for token in reading.tokens:
        if token.kind == "word":
            found.update(_of_word(token.fold))
        elif token.kind not in ("sign", "line"):
            found.add(f"<{token.kind}>")
        elif token.fold == "?":
            found.add("?")
        if len(found) > MOST:
            break
    share = 2 / sqrt(len(found))
    return dict.fromkeys(sorted(found), share)


def _of_word(fold: str) -> Iterator[str]:
    word = fold if fold.isascii() else sound(fold)
    yield word[:LONGEST]
    yield from (f"{word[:size]}-" for size in SIZES if len(word) > size)
    if word is not fold and len(fold) >= INFLECTED:
        yield f"-{sound(fold[-3:])}"


class LearntWeights:
    """What the words of one message tell for or against each label, 0 on the average."""

    def __init__(self, reading: Reading) -> None:
        self.sums = dict[str, float]()
        for feature, value in features(reading).items():
            for label, weight in _stems().get(feature, ()):
                self.sums[label] = self.sums.get(label, 0.0) + weight * value

    def topics(self) -> dict[str, float]:
        """The sums of topics."""
        return {label: one for label, one in self.sums.items() if not _is_of_scope(label)}

    def clause(self) -> tuple[str, float]:
        """The clause of the scope that is likeliest, or `NONE`, and how likely it is."""
        powers = {label: exp(one) for label, one in self.sums.items() if _is_of_scope(label)}
        best = max(powers, key=lambda label: powers[label], default=NONE)
        return best, powers.get(best, 0.0) / (sum(powers.values()) or 1.0)


def _is_of_scope(label: str) -> bool:
    return label == NONE or label.startswith("not.")


@cache
def _stems() -> dict[str, tuple[tuple[str, float], ...]]:
    """Weights by feature; a line of the file holds a feature, then labels and hundredths."""
    text = files("firstline.coach.words").joinpath("stems.txt").read_text("utf-8")
    lines = (line.split() for line in text.splitlines() if line[0] != "!")
    return {
        feature: tuple(
            (label, int(weight) / 100)
            for label, _, weight in (pair.rpartition(":") for pair in pairs)
        )
        for feature, *pairs in lines
    }
