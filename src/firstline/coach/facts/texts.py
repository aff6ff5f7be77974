"""Texts of errors: known ones, quoted ones, and such as stand in another script."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.extents import (
    LONGEST,
    TokenRange,
    ends_sentence,
    has_enhanced_code,
    is_status,
    line_or_sentence_end,
)
from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

_VOCABULARY = word_set("errors.words")


_PRESSED = word_set("errors.pressed")


def texts(reading: Reading, times: set[int]) -> Iterator[TokenRange]:
    """Texts that are known as such, whole or from their beginning on."""
    for mark in reading.marks.get("error.whole", ()):
        if not _is_own_words(reading, mark.first):
            numbered = mark.first > 0 and _is_number_of_text(reading, mark.first - 1)
            yield mark.first - numbered, _with_brackets(reading, mark.last)
    for mark in reading.marks.get("error.begin", ()):
        at = mark.first
        if (
            reading.words[at] == "error"
            and mark.last - mark.first == 2
            and at > 0
            and (reading.tokens[at - 1].kind == "number")
        ):
            continue
        if (
            mark.last - at == 2
            and reading.words[at : at + 2] == ["error", ":"]
            and (reading.line_starts[at] == at and {"response", "command"} & reading.vocabulary)
        ):
            continue  # a label of FileZilla, as `Response:` is
        last = line_or_sentence_end(reading, at, times)
        yield _with_number(reading, at), _end_of_error(reading, at, last)
        if at and _is_mysql_number(reading, at - 1):
            yield at - 1, last
    for at, word in enumerate(reading.words):
        if word == "connect" and _is_try_to_connect(reading, at):
            yield at, line_or_sentence_end(reading, at, times)
        if (
            _begins_saying(reading, at)
            or _is_numbered_error(reading, at, word)
            or _is_told_error(reading, at)
        ):
            yield at, line_or_sentence_end(reading, at, times)


def _is_try_to_connect(reading: Reading, at: int) -> bool:
    """`connect to mx.example[192.0.2.1]:25: Connection refused`, as mail servers write it."""
    words, tokens = reading.words[at : at + 6], reading.tokens[at : at + 6]
    return words[1:2] == ["to"] and [one.kind for one in tokens[2:6]] == [
        "host",
        "sign",
        "ip",
        "sign",
    ]


def _is_own_words(reading: Reading, at: int) -> bool:
    """`The certificate has expired`: what somebody says in a sentence of their own."""
    before = reading.words[at - 1] if at else ""
    return before in ("the", "our", "my", "a", "its", "their") and at not in reading.quote_ends


def _is_mysql_number(reading: Reading, at: int) -> bool:
    """`1213 Deadlock found`: the number of an error directly before its text."""
    token = reading.tokens[at]
    return token.kind == "number" and len(token.fold) == 4 and token.fold[0] in "12"


def _is_number_of_text(reading: Reading, at: int) -> bool:
    """`535 authentication failed`, `1213 Deadlock found`."""
    return _is_mysql_number(reading, at) or is_status(reading, at)


def _with_brackets(reading: Reading, last: int) -> int:
    """Where an error ends that goes on with a number in brackets: `… has gone away (2006)`."""
    words = reading.words[last : last + 3]
    return last + 3 if words[:1] == ["("] and words[2:] == [")"] else last


def _with_number(reading: Reading, at: int) -> int:
    """Where the text of an error begins that has its number before it."""
    tokens = reading.tokens
    numbered = at > 2 and tokens[at - 2].kind == "number" and len(tokens[at - 2].fold) < 6
    if numbered and tokens[at - 1].fold in "-:":
        return at - 3 if tokens[at - 3].fold in ("#", "error") else at - 2
    if at > 2 and tokens[at - 1].fold == "*" and tokens[at - 2].fold == "*":
        return at - 2
    return at


def _begins_saying(reading: Reading, at: int) -> bool:
    """`пише Сесію завершено`: a big letter behind `says`, in the writer's own script."""
    token = reading.tokens[at]
    if at == 0 or token.kind != "word" or not reading.text[token.start].isupper():
        return False
    if at + 2 > len(reading.tokens) or not _is_behind_speaker(reading, at):
        return False
    if any(mark.first == at for mark in reading.marks.get("error.whole", ())):
        return False  # a text that is known whole ends where it ends
    words = reading.text[token.start : token.start + 60].split()
    small = len(words) > 1 and words[1][0].islower() and "_" not in words[0]
    return small and (not token.fold.isascii() or reading.language == "en")


_SAYS = word_set("errors.says")


def _is_behind_speaker(reading: Reading, at: int) -> bool:
    """Whether `says`, or the name of a program and a colon, or `Помилка:` stands before."""
    before, speaker = reading.words[at - 1], reading.words[at - 2] if at > 1 else ""
    if before == ":":
        return speaker in _SAYS or speaker in _PROGRAMS or speaker.startswith(("помилк", "ошибк"))
    return before in _SAYS


_PROGRAMS = word_set("errors.programs")


def _is_told_error(reading: Reading, at: int) -> bool:
    """`— Ошибка 0x15: …`: the writer's own language, but the program's words."""
    token, tokens = reading.tokens[at], reading.tokens
    if token.fold not in ("ошибка", "помилка") or at == 0 or at + 2 >= len(tokens):
        return False
    said = tokens[at - 1].fold in "—–-:" or tokens[at - 1].fold in _SAYS
    big = reading.text[token.start].isupper() and said
    return big and tokens[at + 1].kind in ("number", "code", "name") and tokens[at + 2].fold == ":"


def _is_numbered_error(reading: Reading, at: int, word: str) -> bool:
    """`ERROR 1045 (28000): …`, `#1146 - Table …`."""
    after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    if after is None or after.kind != "number" or len(after.fold) != 4:
        return False
    follows = reading.tokens[at + 2].fold if at + 2 < len(reading.tokens) else ""
    return (word == "error" and follows in ("(", "-", ":")) or (
        word == "#" and follows in ("-", "–")
    )


def quotations(reading: Reading) -> Iterator[TokenRange]:
    """What somebody quotes after `says`, `пише` or the like, or what reads as an error."""
    for first, last in reading.quotes:
        if (
            reading.tokens[first].start - reading.tokens[first - 1].end > 1
            or last - first > LONGEST
        ):
            continue
        before = set(reading.words[max(0, first - 4) : first - 1])
        said = reading.has("error", first - 2) or reading.words[first - 2] in _SAYS
        if (before & _PRESSED and not said) or reading.words[first - 2] in _PEOPLE:
            continue
        words = {w for w in reading.words[first:last] if w[0].isalpha()}
        tells = len(words) > 1 and (
            not words.isdisjoint(_VOCABULARY)
            or any(word.startswith(_ADVERSE_STEMS) for word in words)
        )
        tells = tells or (len(words) > 2 and ("не" in words or reading.words[first - 2] == ":"))
        if tells or (len(words) > 1 and _is_said(reading, first - 1)):
            yield first, last


_PEOPLE = ("he", "she", "they", "it", "we", "він", "вона", "вони", "он", "она", "они")
_ADVERSE_STEMS = tuple(word_set("errors.stems"))


def _is_said(reading: Reading, at: int) -> bool:
    return any(
        reading.has("error", place) and reading.words[place] not in ("get", "with", "see", "text")
        for place in range(max(0, at - 3), at)
    )


def foreign_runs(reading: Reading) -> Iterator[TokenRange]:
    """Words of a program in Latin letters, in a message in Cyrillic ones."""
    if reading.language == "en" or reading.is_latin or reading.is_spelled:
        return
    at = 0
    while at < len(reading.tokens):
        last = _end_of_run(reading, at)
        if last > at and _reads_as_error(reading, at, last):
            first = _start_of_error(reading, at, last)
            end = _end_of_error(reading, at, last)
            yield first, min(end, reading.quote_ends.get(first, end))
        at = max(last, at + 1)


def _end_of_run(reading: Reading, at: int) -> int:
    first = at
    if reading.words[at] == "{":
        return at  # what an object says of an error is looked for apart
    while at < len(reading.tokens) and at - first < LONGEST:
        token = reading.tokens[at]
        if token.kind == "line" or (token.kind == "word" and not token.fold.isascii()):
            break
        if ends_sentence(reading, at) or (token.fold in '«»“”"' and at == first):
            return at if at > first else at + 1
        at += 1
    return at


def _reads_as_error(reading: Reading, first: int, last: int) -> bool:
    words = [reading.words[at] for at in range(first, last) if reading.tokens[at].kind == "word"]
    if len(words) < 3 or _VOCABULARY.isdisjoint(words):
        return False
    return reading.words[first] not in (
        "from",
        "to",
        "subject",
        "date",
        "received",
        "status",
        "command",
    )


def _end_of_error(reading: Reading, first: int, last: int) -> int:
    """Where the program ends: before hosts and names that a comma parts from it."""
    while True:
        cut = next((at for at in range(last - 1, first, -1) if reading.words[at] == ","), first)
        kinds = {token.kind for token in reading.tokens[cut + 1 : last]}
        if cut == first or not kinds <= {"host", "name", "ip", "email", "url", "sign"}:
            return last
        last = cut


_ADDRESSES = ("email", "host", "ip", "url")


def _start_of_error(reading: Reading, first: int, last: int) -> int:
    """Where the program speaks: after `server:` or `FileZilla:`, not after `550 5.7.1 <…>:`."""
    if (
        first < last - 2
        and reading.tokens[first].kind in _ADDRESSES
        and reading.words[first + 1] in "-–—:"
    ):
        return first + 2  # `user@host - Host key verification failed`
    for at in range(first, last - 1):
        if is_status(reading, at) and has_enhanced_code(reading, at + 1, at + 2):
            return at
    for at in range(first, min(last - 1, first + 8)):
        said = first > 0 and reading.has("error", first - 1)
        if (
            reading.words[at] == ","
            and not said
            and _VOCABULARY.isdisjoint(reading.words[first:at])
        ):
            first = at + 1
    for at in range(first, last - 1):
        token = reading.tokens[at]
        if token.kind in ("number", "code", "version") or token.fold in (
            "error",
            "fatal",
            "warning",
        ):
            return (
                first
                if at == first
                else first
                if reading.tokens[at].fold in ("error", "fatal")
                else at
            )
        if token.fold in ":—–" and at - first <= 3:
            return at + 1
    return first


def objects(reading: Reading) -> Iterator[TokenRange]:
    """`{"error": "…", "code": 1503}`: an answer of a program as JSON."""
    for at, word in enumerate(reading.words):
        if word == "{" and reading.words[at + 1 : at + 2] == ['"']:
            last = next(
                (
                    p + 1
                    for p in range(at, min(at + 2 * LONGEST, len(reading.words)))
                    if reading.words[p] == "}"
                ),
                at,
            )
            words = reading.words[at:last]
            if not _LOG_KEYS.isdisjoint(words):
                yield from _messages(reading, at, last)
            elif not _KEYS.isdisjoint(words):
                yield at, last


def _messages(reading: Reading, first: int, last: int) -> Iterator[TokenRange]:
    """The message of a line of a log that is an object, without time, level and the like."""
    for start, end in reading.quotes:
        if (
            first < start < last
            and reading.words[start - 4 : start - 3]
            and (reading.words[start - 2] == ":" and reading.words[start - 4] in ("msg", "message"))
        ):
            yield start, end


_LOG_KEYS = frozenset(("ts", "lvl", "level", "severity", "timestamp"))


_KEYS = frozenset(("error", "errors", "exception", "fault", "error_code", "error_message", "err"))
