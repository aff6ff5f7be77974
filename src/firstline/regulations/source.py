"""Reading a policy file's YAML safely, with the place of every key and value.

Times such as 16:00 stay text (YAML 1.1 would make 960 of them), `no` stays text, and a hostile file
is refused
within a second: size, depth, number of values and of repeated aliases are limited.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from .finding import Finding, PolicyError

LARGEST = 512 * 1024
MOST_VALUES = 20_000
DEEPEST = 24
Path = tuple[str | int, ...]
_NUMBER = re.compile(r"^[-+]?\d{1,15}$")
_FRACTION = re.compile(r"^[-+]?\d{1,15}\.\d{1,10}$")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_parse: Callable[..., Iterator[Any]] = cast("Any", yaml).parse


@dataclass
class Document:
    """Plain values of a file and where each stands: `keys` and `values` map a path to (line,
    column), both from 1.
    """

    value: Any = None
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict[Path, tuple[int, int]])
    values: dict[Path, tuple[int, int]] = field(default_factory=dict[Path, tuple[int, int]])

    def place(self, path: Path, key: bool = False) -> tuple[int, int]:
        """Where a path stands, or the nearest part of it that is written; parts the file
        does not write are skipped.
        """
        best, known = self.values.get((), (1, 1)), ()
        for part in path:
            for step in ((*known, part), (*known, "calendars", part)):
                if step in self.values:
                    known = step
                    best = self.keys.get(step, self.values[step])
                    break
        return best if key or not known else self.values.get(known, best)


def decode(data: bytes) -> str:
    """Text of a file's bytes; PolicyError in one sentence when it is too large or not UTF-8."""
    if len(data) > LARGEST:
        raise _refused(
            "too-large",
            f"the file has {len(data) // 1024} KB; a policy has at most {LARGEST // 1024} KB, "
            "so shorten it or check that it is the right file",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:200]:
        raise _refused("encoding", "the file is written in UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise _refused(
            "encoding",
            "the file is not written in UTF-8 (it may be windows-1251 or latin-1); save it "
            "as UTF-8",
            line,
        ) from None


def read(text: str) -> Document:
    """The document of a text; PolicyError with one finding when it is not plain, bounded YAML."""
    if len(text) > LARGEST:
        raise _refused(
            "too-large",
            f"the text has {len(text) // 1024} thousand characters; a policy has at most "
            f"{LARGEST // 1024} KB, so shorten it or check that it is the right file",
        )
    text = text.removeprefix("\ufeff")
    try:
        return _Reader(text).document()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise _refused(
            *_sentence(problem, text), *((mark.line + 1, mark.column + 1) if mark else (1, 1))
        ) from None
    except (yaml.YAMLError, UnicodeError) as problem:
        position = getattr(problem, "position", 0) or 0
        raise _refused(
            "character",
            "the file has a character that text must not have; delete it",
            text.count("\n", 0, position) + 1,
        ) from None


def _place(event: Any) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refused(code: str, message: str, line: int = 1, column: int = 1) -> PolicyError:
    return PolicyError([Finding(code, line, column, "error", message)])


def _sentence(problem: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    mark = problem.problem_mark
    lines = text.splitlines()
    here = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in here and (
        "token" in str(problem.problem) or "\t" in here[: len(here) - len(here.lstrip())]
    ):
        return "tab", "a tab stands where only spaces may indent; replace tabs by spaces"
    what = str(problem.problem or "it cannot be read").replace("\n", " ")
    return "yaml", f"this is not YAML: {what}; check indentation, quotes and brackets at this place"


class _Reader:
    """Builds values from events, counting as it goes. Aliases are expanded, and what they
    repeat is counted again.
    """

    def __init__(self, text: str) -> None:
        self._events = _parse(text, Loader=_LOADER)
        self._made = Document()
        self._anchors: dict[str, list[Any]] = {}
        self._recording: list[list[Any]] = []
        self._seen = 0

    def document(self) -> Document:
        stream = self._next()
        assert isinstance(stream, yaml.StreamStartEvent)
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise _refused("empty", "the file is empty; start from `firstline policy show`")
        self._made.value = self._node(self._next(), (), 0)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._error(
                "documents",
                "the file has a second document after ---; keep one policy in one file",
                after,
            )
        if not isinstance(self._made.value, dict):
            raise _refused(
                "not-a-table", "the file is not a table of keys; start from `firstline policy show`"
            )
        return self._made

    def _next(self) -> Any:
        event = next(self._events)
        for record in self._recording:
            record.append(event)
            if len(record) > MOST_VALUES:
                raise self._error("too-many", f"the file has more than {MOST_VALUES} values", event)
        return event

    def _error(self, code: str, message: str, event: Any) -> PolicyError:
        return _refused(code, message, *_place(event))

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        self._seen += 1
        if self._seen > MOST_VALUES:
            raise self._error(
                "too-many",
                f"the file has more than {MOST_VALUES} values, aliases (*name) counted each "
                "time; write fewer",
                event,
            )
        if depth > DEEPEST:
            raise self._error(
                "too-deep",
                f"brackets or tables are nested deeper than {DEEPEST}; no policy needs that",
                event,
            )
        self._made.values[path] = _place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, depth)
        if (
            event.tag is not None
            and event.tag != "!"
            and not event.tag.startswith("tag:yaml.org,2002:str")
        ):
            raise self._error(
                "tag", f"the tag {event.tag[:40]} is not allowed; write the plain value", event
            )
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._recording.append([event])
        value = self._plain(event, path, depth)
        if anchor:
            self._anchors[anchor] = self._recording.pop()
        return value

    def _alias(self, event: Any, path: Path, depth: int) -> Any:
        events = self._anchors.get(event.anchor)
        if events is None:
            raise self._error(
                "alias",
                f"the alias *{event.anchor[:40]} stands for nothing; define it before with "
                f"&{event.anchor[:40]}",
                event,
            )
        outer, recording = self._events, self._recording
        self._events, self._recording = iter(events), []
        value = self._node(self._bare(next(self._events)), path, depth)
        self._events, self._recording = outer, recording
        return value

    @staticmethod
    def _bare(event: Any) -> Any:
        """The event without its anchor, so that repeating it does not define it again."""
        bare = copy.copy(event)
        bare.anchor = None
        return bare

    def _plain(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(
                    "key",
                    "a key must be a plain word; put it on a line of its own before a colon",
                    event,
                )
            key = str(event.value)
            if key in table:
                raise self._error(
                    "duplicate-key",
                    f"the key '{key[:40]}' stands here a second time; keep one of the two",
                    event,
                )
            inner = (*path, key)
            self._made.keys[inner] = _place(event)
            table[key] = None
            table[key] = self._node(self._next(), inner, depth + 1)
        return table


def _scalar(event: Any) -> Any:
    text = str(event.value)
    # The C parser calls the plain style "", the Python one None.
    if event.style or event.tag is not None:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.match(text):
        return int(text)
    return float(text) if _FRACTION.match(text) else text
