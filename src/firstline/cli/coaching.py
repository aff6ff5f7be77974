"""`firstline coach [FILE]`: what stands in first messages and what is missing; needs no desk."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec

from firstline.coach import ArticleLink, CoachAdvice, FirstMessage, advise
from firstline.policy import Policy, default_text, load
from firstline.wiki import search_articles

LONGEST = 1_000_000  # bytes of a line
ARTICLES = 3
WELL, USAGE = 0, 2


class MessageLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the input."""

    id: str | int
    text: str
    language: str | None = None
    topic: str | None = None
    services: list[str] = []


def coach(asked: Namespace) -> int:
    """Answer each line; one that cannot be read is named on stderr, and the others are done."""
    policy, code = load(default_text()), WELL
    for number, raw in enumerate(_lines(asked.file), 1):
        if not raw.strip():
            continue
        try:
            line = _read(raw, policy)
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
            sys.stderr.write(f"firstline coach: line {number}: {_reason(error)}\n")
            code = USAGE
            continue
        sys.stdout.buffer.write(msgspec.json.encode(to_json(line, policy)) + b"\n")
    sys.stdout.flush()
    return code


def _lines(file: Path | None) -> Iterator[bytes]:
    if file is None or str(file) == "-":
        yield from sys.stdin.buffer
        return
    with file.open("rb") as source:
        yield from source


def _read(raw: bytes, policy: Policy) -> MessageLine:
    if len(raw) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST:,} bytes; shorten the text")
    line = msgspec.json.decode(raw, type=MessageLine)
    if line.topic is not None and line.topic not in policy.topics:
        raise ValueError(f"no topic {line.topic!r}; there are {', '.join(policy.topics)}")
    return line


def _reason(error: Exception) -> str:
    """One line that says what to mend."""
    words = " ".join(str(error).split())
    if isinstance(error, msgspec.ValidationError):
        return f"{words}; write {{id, text, language?, topic?, services?: [names]}}"
    if isinstance(error, msgspec.DecodeError | UnicodeDecodeError):
        return f"this is not JSON in UTF-8: {words}"
    return words


def to_json(line: MessageLine, policy: Policy) -> dict[str, Any]:
    """The answer to a line, as `POST /api/v1/coach` gives it, with its `id`."""
    message = FirstMessage(line.text, line.language, line.topic, tuple(line.services))
    advice = with_articles(advise(policy, message), line.text)
    answer = cast("dict[str, Any]", msgspec.to_builtins(advice))  # a dataclass becomes an object
    del answer["language"]
    answer["known"] = [one._asdict() for one in advice.known]
    return {"id": line.id, **answer}


def with_articles(advice: CoachAdvice, text: str) -> CoachAdvice:
    """An advice with articles of the shipped wiki that may answer already."""
    found = search_articles(text, advice.language, advice.topic, limit=ARTICLES)
    links = tuple(ArticleLink(one.article.slug, one.article.title) for one in found)
    return replace(advice, articles=links)
