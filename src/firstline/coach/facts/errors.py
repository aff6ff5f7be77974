"""The errors of a message, as programs write them, each once and whole."""

from __future__ import annotations

from firstline.coach.facts.extents import TokenRange, has_enhanced_code, with_function
from firstline.coach.facts.logs import log_lines
from firstline.coach.facts.replies import codes, replies
from firstline.coach.facts.texts import foreign_runs, objects, quotations, texts
from firstline.coach.reading.reading import Reading


def error_stretches(reading: Reading, times: set[int]) -> list[TokenRange]:
    """The errors of a message as stretches of tokens, in order, none inside another."""
    lines = list(log_lines(reading))
    logged = {reading.line_starts[first] for first, _ in lines}
    found = [
        *codes(reading, times),
        *replies(reading, times),
        *texts(reading, times),
        *quotations(reading),
        *foreign_runs(reading),
        *objects(reading),
    ]
    apart = (one for one in found if reading.line_starts[one[0]] not in logged)
    begun = (*((with_function(reading, first), last) for first, last in apart), *lines)
    stretches = _outermost([_bare(reading, *one) for one in begun])
    replies_of_mail = [one for one in stretches if has_enhanced_code(reading, *one)]
    worth = [one for one in stretches if _is_worth(reading, *one)]
    joined = _join_errors(reading, worth)
    return replies_of_mail or _outermost([_whole_speech(reading, *one) for one in joined])


def _whole_speech(reading: Reading, first: int, last: int) -> TokenRange:
    """An error with the sentence behind it, where both are in Latin letters and the writer's own
    words are not: the program speaks on.
    """
    if reading.language == "en" or reading.is_latin or reading.words[last : last + 1] != ["."]:
        return first, last
    if last + 1 >= len(reading.tokens) or not reading.words[first].isascii():
        return first, last
    end = reading.sentence_ends[reading.sentences[last + 1]]
    words = [at for at in range(last + 1, end) if reading.tokens[at].kind == "word"]
    latin = all(reading.words[at].isascii() for at in words)
    big = reading.text[reading.tokens[last + 1].start].isupper()
    if not (words and latin and big):
        return first, last
    return _bare(reading, first, end)


def _is_worth(reading: Reading, first: int, last: int) -> bool:
    """`Wrong password` is what people say, too."""
    words = [word for word in reading.words[first:last] if word[0].isalnum()]
    return len(words) > 3 or not any(word.startswith(("парол", "passw")) for word in words)


def _join_errors(reading: Reading, stretches: list[TokenRange]) -> list[TokenRange]:
    """Errors of which one follows another with a full stop or colon between are one text."""
    texts: list[TokenRange] = []
    for first, last in stretches:
        if texts and first - texts[-1][1] == 1 and reading.words[first - 1] in ".:":
            texts[-1] = (texts[-1][0], last)
        else:
            texts.append((first, last))
    return texts


def _outermost(stretches: list[TokenRange]) -> list[TokenRange]:
    """Stretches without those that stand in others; such that overlap become one."""
    kept: list[TokenRange] = []
    for first, last in sorted(set(stretches), key=lambda one: (one[0], -one[1])):
        if first >= last:
            continue
        if kept and first < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(last, kept[-1][1]))
        else:
            kept.append((first, last))
    return kept


def _after_time(reading: Reading, first: int, last: int) -> int:
    """Where a line of a log goes on behind its time in brackets."""
    if reading.words[first] != "[":
        return first
    closing = next(
        (at for at in range(first, min(last, first + 12)) if reading.words[at] == "]"), first
    )
    timed = any(token.kind in ("clock", "date") for token in reading.tokens[first:closing])
    return closing + 1 if timed else first


def _after_level(reading: Reading, first: int, last: int) -> int:
    """Where a line of a log goes on behind the level that stands after its time."""
    timed = first > 0 and (
        reading.words[first - 1] == "]" or reading.tokens[first - 1].kind == "clock"
    )
    leveled = timed and reading.words[first] in _LEVELS and first + 1 < last
    return first + 1 if leveled and reading.tokens[first + 1].kind == "word" else first


_LEVELS = ("error", "fatal", "critical", "warning")


def _closing(reading: Reading, first: int, last: int) -> int:
    """The bracket that closes the one that a stretch begins with."""
    depth = 0
    for at in range(first, last):
        depth += {"(": 1, ")": -1}.get(reading.words[at], 0)
        if depth == 0:
            return at
    return last


def _bare(reading: Reading, first: int, last: int) -> TokenRange:
    """A stretch without signs at its end, but for brackets and quotes that it opened."""
    pairs = {")": "(", "]": "[", "}": "{", "'": "'", '"': '"', "»": "«", "”": "“", ">": "<"}
    if first < last:
        first = _after_level(reading, _after_time(reading, first, last), last)
    while (
        first < last
        and reading.tokens[first].kind in ("sign", "line")
        and (reading.tokens[first].fold not in "#*<[({")
    ):
        first += 1
    while reading.tokens[first].fold == "(" and _closing(reading, first, last) == last - 1:
        first, last = first + 1, last - 1
    while last > first:
        token = reading.tokens[last - 1]
        if token.kind not in ("sign", "line"):
            break
        opening = pairs.get(token.fold)
        signs = [one.fold for one in reading.tokens[first:last] if one.kind == "sign"]
        if opening and (
            signs.count(token.fold) % 2 == 0
            if opening == token.fold
            else signs.count(opening) >= signs.count(token.fold)
        ):
            break
        last -= 1
    return first, last
