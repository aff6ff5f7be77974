"""Clauses that tell the beginning of trouble by what happened: `since I came back`, `it still
worked on Monday`, `the last run was at noon`, `since then`.
"""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

LONGEST = 16  # tokens of a clause
RUNS_ON = 12  # tokens from which a clause says more than when
_DID = word_set("since.did")
_PEOPLE = word_set("since.people")
_PAST_ENDINGS = tuple(word_set("since.past_endings"))


def start_clauses(reading: Reading, times: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of tokens that tell the beginning as a clause."""
    for mark in reading.marks.get("since.then", ()):
        yield mark.first, mark.last
    for mark in reading.marks.get("since.head", ()):
        last = _event_end(reading, mark.first, mark.last)
        dated = [end for start, end in times if mark.last < start and end < last]
        if last:
            yield mark.first, max(dated, default=last)
    for mark in reading.marks.get("since.event", ()):
        if mark.first and reading.words[mark.first - 1] in _FROM:
            yield mark.first - 1, _complement_end(reading, mark.last)
    for first, _ in times:
        if _tells_that_it_worked(reading, first):
            yield shortest_telling(reading, *_whole(reading, first), first)


def _complement_end(reading: Reading, at: int) -> int:
    """Where an event ends with what it led to: `С переезда на PHP 8.4`, `на новий сервер`."""
    if at == len(reading.tokens) or reading.words[at] not in ("на", "до", "к"):
        return at
    last = at + 1
    while last < len(reading.tokens) and last < at + 5 and _names_version(reading, last):
        last += 1
    if last > at + 1:
        return last
    while last < len(reading.tokens) and reading.words[last].endswith(_ADJECTIVES):
        last += 1
    return min(last + 1, len(reading.tokens))


def _names_version(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    named = token.kind == "word" and token.fold.isascii()
    return named or token.kind in ("version", "number", "name", "clock", "date")


_FROM = frozenset("з із зі с со c від от".split())
_ADJECTIVES = ("ий", "ый", "ой", "ую", "ій", "ваші", "ваши")


def _event_end(reading: Reading, first: int, at: int) -> int:
    """Where a clause behind `since` ends that tells what somebody did; 0 where it tells something
    else: a change, a payment, or no event at all.
    """
    number, last = reading.clauses[first], at
    while last < min(len(reading.tokens), first + LONGEST) and reading.clauses[last] == number:
        if reading.words[last] in _CONTRASTS or _speaks_again(reading, at, last):
            break
        if (reading.has("fault", last) and last > at + 2) or reading.tokens[last].kind in (
            "host",
            "url",
            "email",
        ):
            break
        last += 1
    covered = range(at, last)
    if any(reading.has("when.not", one) for one in covered):
        return 0
    changed = any(reading.has("change", one) for one in covered)
    changed = changed or (reading.words[at : at + 1] == ["the"] and last - at < 5)
    happened = any(_is_past(reading, one) for one in covered)
    while last > at and reading.tokens[last - 1].kind in ("sign", "line"):
        last -= 1
    return last if changed or (happened and _has_person(reading, at)) else 0


def _speaks_again(reading: Reading, first: int, at: int) -> bool:
    """`Since the clocks went back | they get …`: whether a person follows an event, no object."""
    if at < first + 2 or reading.words[at] not in _SUBJECTS:
        return False
    return any(_is_past(reading, one) or reading.has("change", one) for one in range(first, at))


_SUBJECTS = frozenset("i we they he she nobody nothing everything я ми мы вони они".split())


def _has_person(reading: Reading, at: int) -> bool:
    word = reading.words[at] if at < len(reading.words) else ""
    return not word.isascii() or word in _PEOPLE


def _is_past(reading: Reading, at: int) -> bool:
    word = reading.words[at]
    if word.isascii() and not reading.is_spelled:
        return word in _DID
    return len(word) > 2 and word.endswith(_PAST_ENDINGS)


def _tells_that_it_worked(reading: Reading, at: int) -> bool:
    """`Still on Friday it opened`: a word for until then, something done, and nothing wrong."""
    if not _tells_until(reading, at) or reading.in_clause("fault", at):
        return False
    if reading.in_clause("change", at):
        return False
    first, last = _whole(reading, at)
    words = reading.words[first:last]
    if (
        "не" in words
        or "not" in words
        or any(_is_of_else(reading, one) for one in range(first, last))
    ):
        return False
    return any(_is_past(reading, one) or reading.has("when.did", one) for one in range(first, last))


def _tells_until(reading: Reading, at: int) -> bool:
    """Whether a word for until then stands in the clause, `to` just before the time, or how well
    it went.
    """
    untils = reading.marks.get("when.until", ())
    clause = reading.clauses[at]
    if any(
        reading.clauses[mark.first] == clause
        and (reading.words[mark.first] not in _TO or at - 3 < mark.first <= at)
        for mark in untils
    ):
        return True
    return reading.in_clause("when.fine", at)


_TO = ("до", "to")


def _is_of_else(reading: Reading, at: int) -> bool:
    """A payment, a term or the like; the short words of that list stand anywhere."""
    if reading.has("when.until", at):
        return False
    return reading.has("when.not", at) and len(reading.words[at]) > 3


def _whole(reading: Reading, at: int) -> tuple[int, int]:
    """The clause of a token, without signs and conjunctions at its edges."""
    number, first, last = reading.clauses[at], at, at
    while first > 0 and reading.clauses[first - 1] == number:
        first -= 1
    while last < len(reading.tokens) and reading.clauses[last] == number:
        if last > at and reading.words[last] in _CONTRASTS:
            break
        last += 1
    while last > first and reading.tokens[last - 1].kind in ("sign", "line"):
        last -= 1
    while first < last and (
        reading.tokens[first].kind == "sign" or reading.words[first] in _CONJUNCTIONS
    ):
        first += 1
    return first, last


def shortest_telling(reading: Reading, first: int, last: int, time: int) -> tuple[int, int]:
    """Of a clause that runs on the part that tells how it was at a time."""
    if last - first <= RUNS_ON:
        return first, last
    near = range(max(first, time - RUNS_ON), min(last, time + RUNS_ON))
    covered = {at for at in near if any(reading.has(label, at) for label in _AS_IT_WAS)}
    if not covered:
        return first, last
    nearest = min(covered, key=lambda at: abs(at - time))
    begin, end = min(nearest, time), max(nearest, time) + 1
    while begin > first and (begin - 1 in covered or reading.words[begin - 1] in _BEFORE_TIME):
        begin -= 1
    while end < last and (end in covered or end in reading.time_words):
        end += 1
    return begin, end


_AS_IT_WAS = ("when.still", "when.fine", "when.until")
_BEFORE_TIME = word_set("since.subjects")
_CONTRASTS = frozenset("а але но but зато".split())
_CONJUNCTIONS = frozenset("а but now але но and і и хоча хотя though although".split())
