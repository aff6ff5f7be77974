"""How many separate matters a message holds."""

from __future__ import annotations

from firstline.coach.reading.reading import Reading

MOST = 20
_WITH_WEIGHT = ("fault", "wish", "question")


def count_matters(reading: Reading, topic: str | None) -> int:
    """0 where no matter can be seen; else the items of a list that each tell a fault, wish or
    question, or the first matter and each that a word like `also` opens with one of these.
    """
    if topic is None:
        return 0
    items = sum(_tells(reading, first, last) for first, last in _items(reading))
    opened = 0
    last_sentence = -1
    for mark in sorted(reading.marks.get("more", ()), key=lambda one: one.first):
        sentence = reading.sentences[mark.first]
        if (
            mark.first > 0
            and sentence != last_sentence
            and _tells(reading, mark.first, reading.sentence_ends[sentence])
        ):
            opened, last_sentence = opened + 1, sentence
    return min(max(items, 1 + opened if items < 2 else items), MOST)


def _items(reading: Reading) -> list[tuple[int, int]]:
    """The numbered or dashed lines of a message, as stretches of tokens."""
    starts = [
        at
        for at in range(len(reading.tokens) - 1)
        if reading.line_starts[at] == at and _is_bullet(reading, at)
    ]
    return [(at, min(_line_end(reading, at), len(reading.tokens))) for at in starts]


def _is_bullet(reading: Reading, at: int) -> bool:
    token, after = reading.tokens[at], reading.tokens[at + 1]
    if token.kind == "number":
        return len(token.fold) < 3 and after.fold in ".)"
    return token.fold in "-–—•*" and token.kind == "sign" and after.start > token.end


def _line_end(reading: Reading, at: int) -> int:
    while at < len(reading.tokens) and reading.tokens[at].kind != "line":
        at += 1
    return at


def _tells(reading: Reading, first: int, last: int) -> bool:
    return "?" in reading.words[first:last] or any(
        not reading.places.get(label, frozenset[int]()).isdisjoint(range(first, last))
        for label in _WITH_WEIGHT
    )
