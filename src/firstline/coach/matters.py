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
    items = max([items, *_announcements(reading)])
    return min(items if items > 1 else 1 + _openings(reading), MOST)


def _announcements(reading: Reading) -> list[int]:
    """The numbers that are told before: `two questions`, `три питання`."""
    return [number for number in (2, 3, 4) if reading.marks.get(f"matters.{number}")]


def _openings(reading: Reading) -> int:
    """The sentences that a word like `also` opens, at the head of a clause, with a matter."""
    sentences = {
        reading.sentences[mark.first]
        for mark in reading.marks.get("more", ())
        if mark.first > 0
        and _is_head(reading, mark.first)
        and _tells(reading, mark.first, reading.sentence_ends[reading.sentences[mark.first]])
    }
    return max(len(sentences), _ordinals(reading))


def _ordinals(reading: Reading) -> int:
    """How many of `second`, `third`, `fourth` open a clause, where the first matter has none or
    `first`.
    """
    return len(
        {
            label
            for label in ("matters.second", "matters.third", "matters.fourth")
            for mark in reading.marks.get(label, ())
            if mark.first > 0 and _is_head(reading, mark.first)
        }
    )


def _is_head(reading: Reading, at: int) -> bool:
    """Whether a token opens its clause, a conjunction before it left out."""
    if at > 1 and reading.words[at - 1] in ("and", "а", "і", "и", "та", "но", "але", "but"):
        at -= 1
    return at == 0 or reading.clauses[at - 1] != reading.clauses[at]


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
