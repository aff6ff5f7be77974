"""How many separate matters a message holds."""

from __future__ import annotations

from firstline.coach.reading.reading import Reading

MOST = 20
JOINING = ("and", "а", "і", "и", "та", "но", "але", "but")
_WITH_WEIGHT = ("fault", "wish", "question")


def count_matters(reading: Reading, topic: str | None) -> int:
    """0 where no matter can be seen; else the items of a list that each tell a fault, wish or
    question, or the first matter and each that a word like `also` opens with one of these.
    """
    if topic is None:
        return 0
    items = max([len(telling_items(reading)), *announcements(reading)])
    return min(items if items > 1 else 1 + len(openings(reading)), MOST)


def announcements(reading: Reading) -> list[int]:
    """The numbers that are told before: `two questions`, `три питання`."""
    return [number for number in (2, 3, 4) if reading.marks.get(f"matters.{number}")]


def openings(reading: Reading) -> list[int]:
    """The tokens that open a further matter at the head of a clause: one in each sentence of words
    like `also` with a matter, or the ordinals where there are more of these.
    """
    found = dict[int, int]()
    for mark in sorted(reading.marks.get("more", ()), key=lambda one: one.first):
        sentence = reading.sentences[mark.first]
        if (
            mark.first > 0
            and _is_head(reading, mark.first)
            and _tells(reading, mark.first, reading.sentence_ends[sentence])
        ):
            found.setdefault(sentence, mark.first)
    return max(list(found.values()), _ordinals(reading), _numbered(reading), key=len)


def _numbered(reading: Reading) -> list[int]:
    """Where `2)`, `3.` or `(b)` stand that follow a `1` or `a`, but for the steps of something."""
    if reading.marks.get("repeat.steps"):
        return []
    return max((_count_up(reading, signs) for signs in ("123456789", "abcdef")), key=len)


def _count_up(reading: Reading, signs: str) -> list[int]:
    found = list[int]()
    for at in range(len(reading.words) - 1):
        if len(found) == len(signs) or reading.words[at] != signs[len(found)]:
            continue
        closed = reading.words[at + 1] == ")" or (reading.words[at + 1] == "." and signs[0] == "1")
        if closed and (at == 0 or reading.tokens[at - 1].kind in ("sign", "line")):
            found.append(at)
    return found[1:]


def _ordinals(reading: Reading) -> list[int]:
    """The first of each of `second`, `third`, `fourth` that opens a clause, where the first matter
    has none or `first`.
    """
    found = dict[str, int]()
    for label in ("matters.second", "matters.third", "matters.fourth"):
        for mark in reading.marks.get(label, ()):
            if mark.first > 0 and _is_head(reading, mark.first):
                found[label] = min(mark.first, found.get(label, mark.first))
    return sorted(found.values())


def telling_items(reading: Reading) -> list[tuple[int, int]]:
    """The items of a list that each tell a fault, wish or question, as stretches of tokens."""
    return [span for span in _items(reading) if _tells(reading, *span)]


def _is_head(reading: Reading, at: int) -> bool:
    """Whether a token opens its clause, a conjunction before it left out."""
    if at > 1 and reading.words[at - 1] in JOINING:
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
