"""A message as tokens: words, numbers, signs, and addresses of every kind, each with its place."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from firstline.coach.reading.shapes import Shape, shape_of
from firstline.coach.reading.spelling import fold

Kind = Literal["word", "sign", "line"] | Shape

# What never stands inside an address, a path or a name, but may touch one.
_PIECE = re.compile(r"[^\s<>\"«»“”„()\[\]{},;|*`…!?]+|[^\s]")
_PART = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*|\d+|.", re.DOTALL)
_URL_END = re.compile(r"[\s<>\"«»“”„|`]")
# A piece longer than any address, name or path that people write is looked at word by word.
LONGEST = 200
# How much of a long text is read, in characters and in tokens.
HEAD, TAIL = 7_000, 3_500
HEAD_TOKENS, TAIL_TOKENS = 1_050, 450
LONGEST_URL = 2000
_EDGES = ".:'’-—–=/\\#№~^&+$%"


class WordToken(NamedTuple):
    """One token: `fold` is how its word is compared, the place counts code points."""

    kind: Kind
    start: int
    end: int
    fold: str


def tokens_of(text: str) -> list[WordToken]:
    """The tokens of a text, in order. Of a long one those of its beginning and of its end: what
    stands between is a log that somebody pasted, and the writer speaks before and after it.
    """
    if len(text) <= HEAD + TAIL:
        found = list(islice(_tokens_in(text, 0, len(text)), HEAD_TOKENS + TAIL_TOKENS + 1))
        if len(found) <= HEAD_TOKENS + TAIL_TOKENS:
            return found
    head = list(islice(_tokens_in(text, 0, min(HEAD, len(text))), HEAD_TOKENS))
    start = max(len(text) - TAIL, head[-1].end if head else 0)
    while start < len(text) and not text[start].isspace():
        start += 1  # no word is read from its middle on
    tail = deque(_tokens_in(text, start, len(text)), maxlen=TAIL_TOKENS)
    return [*head, WordToken("line", start, start, "\n"), *tail]


def _tokens_in(text: str, at: int, size: int) -> Iterator[WordToken]:
    while at < size:
        match = _PIECE.search(text, at, size)
        if match is None:
            break
        start, end = match.span()
        yield from _line_breaks(text, at, start)
        if _is_address(text, start, end):
            end = _url_end(text, start)
            yield from _url_tokens(text, start, end)
        else:
            yield from _tokens_of_piece(text, start, end)
        at = end


def _is_address(text: str, start: int, end: int) -> bool:
    """Whether a piece has a scheme, or is the path of a host that a question mark goes on."""
    if text.find("://", start, end) >= 0:
        return True
    return (
        text[end : end + 1] == "?" and "/" in text[start:end] and text[end + 1 : end + 2].isalnum()
    )


def _line_breaks(text: str, start: int, end: int) -> Iterator[WordToken]:
    if (at := text.find("\n", start, end)) >= 0:
        yield WordToken("line", at, end, "\n\n" if text.count("\n", start, end) > 1 else "\n")


def _url_end(text: str, start: int) -> int:
    """Where an address that holds brackets, commas and the like comes to its end."""
    match = _URL_END.search(text, start)
    end = match.start() if match else len(text)
    while end > start and text[end - 1] in ".,;:!?'’*_…)]}":
        closing = text[end - 1]
        opening = {")": "(", "]": "[", "}": "{"}.get(closing)
        if opening and end - start < LONGEST and opening in text[start:end]:
            break
        end -= 1
    return end


def _url_tokens(text: str, start: int, end: int) -> Iterator[WordToken]:
    """An address that may hold all but spaces and quotes, after words that touch it."""
    scheme = text.find("://", start, end)
    begin = start if scheme < 0 else scheme
    while begin > start and text[begin - 1].isascii() and text[begin - 1].isalpha():
        begin -= 1
    yield from _words(text, start, begin)
    if begin == scheme or end - begin > LONGEST_URL:
        yield from _words(text, begin, end)
    else:
        kind: Kind = "path" if scheme < 0 and text[begin] in "/~." else "url"
        yield WordToken(kind, begin, end, text[begin:end].lower())


def _tokens_of_piece(text: str, start: int, end: int) -> Iterator[WordToken]:
    piece = text[start:end]
    if piece.isalpha():
        yield WordToken("word", start, end, fold(piece))
    elif end - start == 1 or end - start > LONGEST:
        yield from _words(text, start, end)
    else:
        yield from _shaped(text, start, end)


def _shaped(text: str, start: int, end: int) -> Iterator[WordToken]:
    """A piece as an address, name or the like, without signs at its edges; else its words."""
    first, last = start, end
    if text[last - 2 : last] in ("'s", "’s"):
        last -= 2  # `root@192.0.2.1's key`
    while last > first and text[last - 1] in _EDGES and not _is_slash_of_path(text, first, last):
        last -= 1
    while first < last and text[first] in _EDGES and text[first] not in "/~":
        first += 1
    # A hidden file begins with its dot, as `.htaccess` does.
    if first > start and text[first - 1] == "." and text[first:last].isalpha() and last - first > 2:
        first -= 1
    kind = shape_of(text[first:last])
    if kind is not None:
        last = _without_port(kind, text, first, last)
        yield from _words(text, start, first)
        yield WordToken(kind, first, last, text[first:last].lower())
        yield from _words(text, last, end)
    else:
        yield from _divided(text, start, end)


def _divided(text: str, start: int, end: int) -> Iterator[WordToken]:
    """A piece as `label:value` or `key=value`, each part for itself; else its words."""
    cuts = [at for at in range(start, end) if text[at] in "=:"]
    if not cuts:
        yield from _words(text, start, end)
        return
    first = cuts[0]
    whole = shape_of(text[first + 1 : end].rstrip(_EDGES)) is not None
    for at in cuts[:1] if whole else cuts:
        yield from _part(text, start, at)
        yield from _words(text, at, at + 1)
        start = at + 1
    yield from _part(text, start, end)


def _part(text: str, start: int, end: int) -> Iterator[WordToken]:
    last = end
    while last > start and text[last - 1] in _EDGES:
        last -= 1
    kind = shape_of(text[start:last]) if last > start else None
    if kind is None:
        yield from _words(text, start, end)
    else:
        last = _without_port(kind, text, start, last)
        yield WordToken(kind, start, last, text[start:last].lower())
        yield from _words(text, last, end)


def _without_port(kind: Kind, text: str, first: int, last: int) -> int:
    """Where a host or an address of one ends, before its port or the size of its network."""
    if kind not in ("host", "ip"):
        return last
    signs = "/" if text.count(":", first, last) > 1 else ":/"
    ends = [at for sign in signs if (at := text.find(sign, first, last)) > 0]
    return min(ends, default=last)


def _is_slash_of_path(text: str, first: int, last: int) -> bool:
    return (text[last - 1] == "/" and text.find("/", first, last - 1) >= 0) or (
        text[last - 1] == "/" and "." in text[first:last]
    )


def _words(text: str, start: int, end: int) -> Iterator[WordToken]:
    for match in _PART.finditer(text, start, end):
        part = match.group()
        first = part[0]
        if first.isalpha():
            yield WordToken("word", match.start(), match.end(), fold(part))
        elif first.isdigit():
            yield WordToken("number", match.start(), match.end(), part)
        elif not first.isspace():
            yield WordToken("sign", match.start(), match.end(), first)
