"""Lines of logs, without their time, level and process."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.extents import TokenRange, line_end
from firstline.coach.reading.reading import Reading

_LEVELS = frozenset("error crit emerg alert err critical fatal warn".split())


def log_lines(reading: Reading) -> Iterator[TokenRange]:
    """Lines of logs: from the words of the error on, without time, level, process and client."""
    if "\n" not in reading.text and "[" not in reading.text:
        return
    for at, token in enumerate(reading.tokens):
        if token.fold not in _LEVELS or not _is_level(reading, at) or not _is_log(reading, at):
            continue
        first = at + 1
        last = line_end(reading, first)
        closing = [p for p in range(first, min(last, first + 24)) if reading.tokens[p].fold == "]"]
        if closing:
            first = closing[-1] + 1 if _is_prefix(reading, first, closing[-1]) else closing[0] + 1
        while first < last and reading.tokens[first].kind not in ("word", "code", "name"):
            first += 1
        if first < last:
            yield first, _before_client(reading, first, last)


def _is_level(reading: Reading, at: int) -> bool:
    """`[error]`, `[php:error]`, `[:error]`."""
    tokens = reading.tokens
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].fold == "]"
        and at > 0
        and tokens[at - 1].fold in "[:"
    )


def _is_log(reading: Reading, at: int) -> bool:
    """Whether its line begins with a time or in brackets, as a log's does."""
    first = reading.line_starts[at]
    head = reading.tokens[first : first + 6]
    return head[0].fold == "[" or any(token.kind in ("date", "clock") for token in head)


def _is_prefix(reading: Reading, first: int, closing: int) -> bool:
    return any(reading.words[at] in ("pid", "client", "tid") for at in range(first, closing))


def _before_client(reading: Reading, first: int, last: int) -> int:
    for at in range(first, last - 2):
        if reading.tokens[at].fold == "," and reading.words[at + 1] in (
            "client",
            "referer",
            "server",
            "request",
        ):
            return at
    return last
