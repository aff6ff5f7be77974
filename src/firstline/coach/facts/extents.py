"""How far an error goes that begins somewhere: to the end of its sentence or line."""

from __future__ import annotations

from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

TokenRange = tuple[int, int]


LONGEST = 60  # tokens of an error


_STOPS = word_set("errors.stops")


def is_status(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    if token.kind == "name" and token.fold[:3].isdecimal() and token.fold[3:4] == "-":
        return _is_code_number(token.fold[:3]) and token.fold[4:].isalpha()
    return token.kind == "number" and _is_code_number(token.fold)


def _is_code_number(fold: str) -> bool:
    return len(fold) == 3 and fold.isascii() and "400" <= fold < "600"


def has_enhanced_code(reading: Reading, first: int, last: int) -> bool:
    """Whether it is a reply of a mail server, beside which a bounce says nothing more exact."""
    if reading.tokens[first].kind == "code" and reading.words[first][3:4] == "-":
        return True
    return any(
        token.kind == "version" and token.fold[0] in "245" and token.fold.count(".") == 2
        for token in reading.tokens[first : min(last, first + 4)]
    )


def line_end(reading: Reading, at: int) -> int:
    while at < len(reading.tokens) and reading.tokens[at].kind != "line":
        at += 1
    return at


def line_or_sentence_end(reading: Reading, at: int, times: set[int]) -> int:
    """Where an error that begins at a token ends: with its sentence or line, or where the writer
    speaks again.
    """
    first = at
    inside = reading.quote_ends.get(first)
    latin = reading.words[first].isascii()
    coded = has_enhanced_code(reading, first, first + 3)  # a server speaks to the end of its line
    at += 1
    while at < len(reading.tokens) and at - first < LONGEST:
        token = reading.tokens[at]
        if token.kind == "line" or at == inside or ends_sentence(reading, at):
            break
        if token.fold == "," and (_goes_on_with(reading, at + 1) or at + 1 in times):
            break
        if token.fold in ("in", "on", "at") and _is_place(reading, at + 1):
            break
        if token.fold == "(" and reading.words[at + 1 : at + 3] == ["in", "reply"]:
            break
        if token.fold == ">" and "<" not in reading.words[first:at]:
            break
        if latin and token.kind == "word" and not token.fold.isascii():
            break
        if (token.fold in _STOPS and not coded) or (at in times and reading.has("when.since", at)):
            break
        at += 1
    return at


def _is_place(reading: Reading, at: int) -> bool:
    """Whether it is said where an error is seen: `in the console`, `in webmail`."""
    return not _PLACES.isdisjoint(reading.words[at : at + 2])


_PLACES = word_set("errors.places")
_ADVERSE = word_set("errors.adverse")


def _goes_on_with(reading: Reading, at: int) -> bool:
    return at < len(reading.words) and reading.words[at] in _ADVERSE


def ends_sentence(reading: Reading, at: int) -> bool:
    """Whether a token ends a sentence: a point inside a number or name does not."""
    token = reading.tokens[at]
    if token.kind != "sign" or token.fold not in ".!?;…":
        return False
    if at + 1 == len(reading.tokens) or token.fold in "!?":
        return True
    return token.fold != ";" and reading.tokens[at + 1].start > token.end


def _is_system_code(reading: Reading, at: int) -> bool:
    """`ENOSPC`, `ECONNRESET`."""
    raw = reading.text[reading.tokens[at].start : reading.tokens[at].end]
    return raw[:1] == "E" and len(raw) > 4 and raw.isupper() and raw.isalpha()


_FUNCTIONS = ("kex_", "ssh_", "client_", "packet_", "send_", "recv_", "sign_", "mysqli_", "pg_")


_CALLERS = frozenset("ssh scp sftp rsync curl read write send recv bash".split())


def _calls(reading: Reading, at: int) -> bool:
    """Whether a word before a colon is what called: a program, a function, a code of a module."""
    word = reading.words[at]
    touches = reading.tokens[at].end == reading.tokens[at + 1].start
    return touches and (
        word in _CALLERS
        or word.startswith(_FUNCTIONS)
        or _is_system_code(reading, at)
        or (word.startswith("ah0") and word[2:].isdecimal())
    )


def _with_class(reading: Reading, at: int) -> int:
    """Where the call of a function begins that has its class before it: `mysqli::connect()`."""
    while at > 0 and reading.words[at - 1] == "_":
        at -= 1
    if at > 2 and reading.words[at - 2 : at] == [":", ":"]:
        return at - 3
    return at


def with_function(reading: Reading, first: int) -> int:
    """Where an error begins with what called it: `mysqli_connect(): (HY000/2002): …`."""
    while first > 1 and reading.words[first - 1] == ":":
        place = first - 2
        if reading.words[place] == ")":
            near = range(place - 1, max(-1, place - 8), -1)
            place = next((at for at in near if reading.words[at] == "("), -1)
            touches = place > 0 and reading.tokens[place - 1].end == reading.tokens[place].start
            place -= touches and reading.tokens[place - 1].kind in ("name", "word")
            place = _with_class(reading, place)
        elif not _calls(reading, place):
            return first
        if place < 0:
            return first
        first = place
    return first
