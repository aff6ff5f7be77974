"""Times as people write them in three languages: stretches of words of time."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.extents import TokenRange, is_status
from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

LONGEST = 14  # tokens of one telling


def time_spans(reading: Reading) -> Iterator[TokenRange]:
    """Stretches of words of time that hold a moment or a length of time."""
    at, size = 0, len(reading.tokens)
    while at < size:
        last = at
        while last < min(size, at + LONGEST) and _may_stand(reading, last, at):
            last += 1
        if last > at:
            first, end = _bare(reading, at, last)
            if first < end and _is_time(reading, first, end):
                yield first, end
        at = max(last, at + 1)


def _may_stand(reading: Reading, at: int, first: int) -> bool:
    token = reading.tokens[at]
    if token.kind == "version" and reading.near("cue.version", at, 4):
        return False
    if token.kind in ("date", "clock", "version"):
        return token.kind != "version" or _is_day_and_month(token.fold)
    if token.kind == "number":
        return not (_is_of_something_else(reading, at) or _is_age(reading, at))
    if token.kind == "sign":
        return token.fold in ",-–.:" and at > first and _goes_on(reading, at)
    if token.kind == "name":
        return _is_ordinal(token.fold) and not _is_school_class(reading, at)
    return token.kind == "word" and at in reading.time_words


def _is_school_class(reading: Reading, at: int) -> bool:
    """`7-Б`: an ordinal has a small letter, or one of its ending."""
    raw = reading.text[reading.tokens[at].start : reading.tokens[at].end]
    return raw[-2] in "-–" and raw[-1] in "АБВГД"


def _is_age(reading: Reading, at: int) -> bool:
    """`81 год`, `78 лет`, `81 years old`: of people, or too many to count hours."""
    after = reading.words[at + 1] if at + 1 < len(reading.tokens) else ""
    old = reading.words[at + 2] if at + 2 < len(reading.tokens) else ""
    if not after.startswith(_YEARS):
        return False
    return old in _AGED or (after in ("год", "годов") and reading.tokens[at].fold > "24")


_YEARS = ("год", "лет", "рок", "year")
_AGED = ("old", "віку", "возраста")


def _is_day_and_month(fold: str) -> bool:
    day, _, month = fold.partition(".")
    return day.isdigit() and month.isdigit() and 0 < int(day[:3]) < 32 and 0 < int(month[:3]) < 13


def _is_ordinal(fold: str) -> bool:
    """`25th`, `26-го`, `11-й`."""
    digits = fold.rstrip("stndrhабвгдежзийклмнопрстуфхцчшщъыьэюяіїє-")
    ending = fold[len(digits) :]
    return (
        fold != "1с"
        and (not ending.isascii() or ending in ("st", "nd", "rd", "th"))
        and digits.isdigit()
        and len(digits) < 3
        and len(fold) - len(digits) < 5
    )


def _is_of_something_else(reading: Reading, at: int) -> bool:
    """Whether a number counts no time: it is long, or what it counts follows."""
    if len(reading.tokens[at].fold) > 4:
        return True
    return at + 1 < len(reading.tokens) and (
        reading.has("cue.version", at + 1) and not reading.has("when.unit", at + 1)
    )


def _goes_on(reading: Reading, at: int) -> bool:
    """Whether a sign stands inside a telling: `Wednesday, 25 November`, `26-го`, `24 Nov.`"""
    if at + 1 >= len(reading.tokens):
        return False
    after = reading.tokens[at + 1]
    sign = reading.tokens[at].fold
    if sign == ",":
        before = at - 1
        if _ends(reading, before) and (
            reading.has("when.since", at + 1) or reading.has("when.at", at + 1)
        ):
            return any(
                _is_core(reading, place)
                for place in range(at + 1, min(at + 5, len(reading.tokens)))
            )
        return after.kind in ("number", "date", "clock") and (
            reading.has("when.weekday", before) or reading.has("when.rel", before)
        )
    if sign == ".":
        return reading.words[at - 1] in ("г", "р", "nov", "dec", "oct", "sep") and _may_stand(
            reading, at + 1, at + 1
        )
    touches = after.start == reading.tokens[at].end
    return sign in "-–" and touches and after.kind == "word" and len(after.fold) < 4


def _is_core(reading: Reading, at: int) -> bool:
    return reading.tokens[at].kind in ("clock", "date") or reading.has("when.part", at)


def _bare(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """A stretch without words at its edges that tell no time alone, from `and now for` on."""
    first = next(
        (at + 1 for at in range(first, last - 1) if reading.words[at : at + 2] in _GOES_ON), first
    )
    while first < last and not _begins(reading, first, last):
        first += 1
    while last > first and not _ends(reading, last - 1):
        last -= 1
    return _from_since(reading, first, last), last


_GOES_ON = (["and", "now"], ["and", "for"], ["and", "since"], ["і", "вже"], ["и", "уже"])


def _from_since(reading: Reading, first: int, last: int) -> int:
    """Where a telling begins that has `since` inside: `300 a day since Monday`."""
    since = next((at for at in range(first, last) if reading.has("when.since", at)), first)
    before = range(first, since)
    loose = any(
        reading.tokens[at].kind == "number"
        or reading.has("when.unit", at)
        or reading.has("when.part", at)
        for at in before
    )
    dated = any(
        reading.has("when.month", at)
        or reading.has("when.rel", at)
        or reading.has("when.weekday", at)
        for at in before
    )
    return since if loose and not dated else first


def _begins(reading: Reading, at: int, last: int) -> bool:
    token = reading.tokens[at]
    if token.fold in ("already", "вже", "уже") and at + 2 < last:
        return reading.has("when.last", at + 1) and reading.has("when.unit", at + 2)
    if token.fold in ("already", "вже", "уже", "after", "под", "під", ",") or token.kind == "sign":
        return (
            token.fold == "after"
            and at + 1 < last
            and (reading.has("when.rel", at + 1) or reading.has("when.part", at + 1))
        )
    if token.fold in ("in", "on", "at", "в", "у", "на") and at + 1 < last:
        after = at + 1
        if reading.words[after] in ("for", "since") or reading.has("when.since", after):
            return False
    return token.fold not in _NO_BEGINNING


_NO_BEGINNING = word_set("times.no_beginning")


def _ends(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    if token.kind in ("number", "date", "clock", "version", "name"):
        return not is_status(reading, at)
    if reading.has("when.number", at) and at and reading.has("when.unit", at - 1):
        return True
    if at and reading.has("when.number", at) and reading.words[at - 1] in ("past", "to"):
        return True  # `half past one`
    if at and reading.words[at - 1] in ("під", "during"):
        return False
    return (
        token.kind == "word"
        and any(
            reading.has(f"when.{one}", at)
            for one in ("rel", "weekday", "month", "unit", "ago", "part", "feast")
        )
        and token.fold not in ("now", "already")
    )


def _is_time(reading: Reading, first: int, last: int) -> bool:
    tokens = range(first, last)
    if _names_day(reading, first, last):
        return True
    kinds = {reading.tokens[at].kind for at in tokens}
    numbers = "number" in kinds or "name" in kinds
    if any(reading.has("when.month", at) for at in tokens) and numbers:
        return True
    if kinds & {"clock", "version"}:
        return any(
            reading.has(f"when.{one}", at) for one in ("since", "at", "rel") for at in tokens
        )
    if any(reading.has("when.month", at) for at in tokens):
        return any(reading.has("when.since", at) for at in tokens)
    return _counts_units(reading, first, last, numbers)


def _names_day(reading: Reading, first: int, last: int) -> bool:
    """`Yesterday`, `on Monday`, `since Easter`, `on the 14th`, a date, a clock by itself."""
    tokens = range(first, last)
    if any(reading.has(f"when.{one}", at) for one in ("rel", "weekday") for at in tokens):
        return True
    if reading.has("when.since", first) and any(reading.has("when.feast", at) for at in tokens):
        return True
    kinds = {reading.tokens[at].kind for at in tokens}
    if reading.words[first : first + 2] == ["on", "the"] and "name" in kinds:
        return True
    return "date" in kinds or _is_clock_alone(reading, first, last)


def _counts_units(reading: Reading, first: int, last: int, numbers: bool) -> bool:
    """`Two days`, `since the morning`, `from half past one`: what is counted, or a part of a day;
    `numbers` says whether a number in digits is there.
    """
    tokens = range(first, last)
    counts = numbers or any(
        reading.has(f"when.{one}", at) for one in ("number", "last", "for") for at in tokens
    )
    if reading.words[first:last] == ["час"]:
        return first > 0 and reading.words[first - 1] in _AN_HOUR
    if any(reading.has("when.unit", at) for at in tokens):
        return counts
    if any(reading.has("when.part", at) for at in tokens):
        return numbers or any(reading.has("when.since", at) for at in tokens)
    return (
        counts
        and (reading.has("when.since", first) or reading.words[first] in _ABOUT)
        and (last - first > 1 and _is_hour(reading, last - 1))
    )


_AN_HOUR = ("уже", "почти", "целый", "весь", "битый")  # before `час`, else a Ukrainian `time`
_ABOUT = ("близько", "коло", "біля", "около")


def _is_clock_alone(reading: Reading, first: int, last: int) -> bool:
    """`21:52.`: a clock that is a sentence of its own."""
    if last - first > 1 or reading.tokens[first].kind != "clock":
        return False
    number = reading.sentences[first]
    words = (first - 1, last + 1)  # a full stop behind it is of the sentence
    return reading.sentence_sizes[number] <= 2 and all(
        not 0 <= at < len(reading.tokens) or reading.sentences[at] != number for at in words
    )


def _is_hour(reading: Reading, at: int) -> bool:
    """`З 9-ї`, `from half past one`."""
    token = reading.tokens[at]
    if reading.has("when.number", at) and reading.words[at - 1] in ("past", "to"):
        return True
    return token.kind == "name" and _is_ordinal(token.fold)
