"""How many separate matters a message holds."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.reading.reading import Reading

MOST = 20
FEW, SHORT = 4, 16  # words of an addition, tokens of a message with two faults in one sentence
PLAIN = 2  # what a word weighs that names its service
_AND = ("and", "і", "и", "й", "та")
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
            and (
                _tells(reading, mark.first, reading.sentence_ends[sentence])
                or _names_service(reading, mark.first, reading.sentence_ends[sentence])
            )
        ):
            found.setdefault(sentence, mark.first)
    if found:
        found |= dict(_additions(reading, min(found)))
    several = (
        sorted(found.values()),
        _ordinals(reading),
        _numbered(reading),
        _faults_behind_and(reading),
    )
    return max(several, key=len)


def _additions(reading: Reading, sentence: int) -> Iterator[tuple[int, int]]:
    """`… And the invoice`: short sentences behind one with `also` that name a service, each with
    its number.
    """
    for at, word in enumerate(reading.words[1:], 1):
        number = reading.sentences[at]
        opens = word in JOINING and reading.sentences[at - 1] != number > sentence
        if opens and _names_service(reading, at, reading.sentence_ends[number]):
            yield number, at


def _names_service(reading: Reading, first: int, last: int) -> bool:
    """Whether a few words are hardly more than the name of a service."""
    tokens = [one for one in reading.tokens[first:last] if one.kind not in ("sign", "line")]
    plain = len(tokens) <= FEW and all(one.kind == "word" for one in tokens)
    return plain and bool(_topics(reading, first, last))


def _faults_behind_and(reading: Reading) -> list[int]:
    """`Mail does not work and the site is down`: a fault of another service behind `and`, where
    the whole message is no longer than that.
    """
    if len(reading.words) > SHORT:
        return []
    found = list[int]()
    for at in (one for one, word in enumerate(reading.words) if word in _AND):
        begin = found[-1] if found else 0
        sides = ((begin, at), (at + 1, reading.sentence_ends[reading.sentences[at]]))
        here, there = (_topics(reading, *side) for side in sides)
        apart = not here & there and not here | there <= _OF_A_SITE
        if here and there and apart and all(_is_fault(reading, *side) for side in sides):
            found.append(at + 1)
    return found


_OF_A_SITE = frozenset(("topic.web", "topic.mysql", "topic.domain"))  # one of these stops another


def _topics(reading: Reading, first: int, last: int) -> set[str]:
    return {
        label
        for label, marks in reading.marks.items()
        if label.startswith("topic.")
        and any(one.weight >= PLAIN and first <= one.first < last for one in marks)
    }


def _is_fault(reading: Reading, first: int, last: int) -> bool:
    return not reading.places.get("fault", frozenset[int]()).isdisjoint(range(first, last))


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
        if closed and (_begins(reading, at) or (found and reading.sentences[found[0]] == 0)):
            found.append(at)
    return found[1:]


def _begins(reading: Reading, at: int) -> bool:
    return at == 0 or reading.tokens[at - 1].kind in ("sign", "line")


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
