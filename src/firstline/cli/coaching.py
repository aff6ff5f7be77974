"""`firstline coach [FILE]`: what stands in first messages and what is missing; needs no desk."""

import sys
from argparse import Namespace
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

import msgspec

from firstline.cli import USAGE, WELL
from firstline.coach import LANGUAGES, FirstMessage
from firstline.coaching import answer_without_desk
from firstline.policy import Policy, default_text, load

LONGEST = 1_000_000  # bytes of a line


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
        except ValueError as error:
            sys.stderr.write(f"firstline coach: line {number}: {_reason(error)}\n")
            code = USAGE
            continue
        sys.stdout.buffer.write(to_json(line, policy) + b"\n")
    sys.stdout.flush()
    return code


def _lines(file: Path | None) -> Iterator[bytes]:
    if file is None or str(file) == "-":
        yield from sys.stdin.buffer
        return
    with file.open("rb") as source:
        yield from source


def _read(raw: bytes, policy: Policy) -> MessageLine:
    raw = raw.removeprefix(BOM_UTF8)  # editors on Windows begin a file with it
    if len(raw) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST:,} bytes; shorten the text")
    line = msgspec.json.decode(raw, type=MessageLine)
    if line.topic is not None and line.topic not in policy.topics:
        raise ValueError(f"no topic {line.topic!r}; there are {', '.join(policy.topics)}")
    if line.language is not None and line.language not in LANGUAGES:
        raise ValueError(f"no language {line.language!r}; there are {', '.join(LANGUAGES)}")
    return line


def _reason(error: Exception) -> str:
    """One line that says what to mend."""
    words = " ".join(str(error).split())
    if isinstance(error, msgspec.ValidationError):
        return f"{words}; write {{id, text, language?, topic?, services?: [names]}}"
    if isinstance(error, msgspec.DecodeError | UnicodeDecodeError):
        return f"this is not JSON in UTF-8: {words}"
    return words


def to_json(line: MessageLine, policy: Policy) -> bytes:
    """The answer to a line, as `POST /api/v1/coach` gives it, with its `id`."""
    message = FirstMessage(line.text, line.language, line.topic, tuple(line.services))
    answer = msgspec.structs.asdict(answer_without_desk(policy, message))
    return msgspec.json.encode({"id": line.id, **answer})
