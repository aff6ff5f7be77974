"""Reading a policy file's YAML safely, with the place of every key and value.

Times such as 16:00 stay text (YAML 1.1 would make 960 of them), `no` stays text, and a hostile file
is refused within a second: size, depth, number of values and of repeated aliases are limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from firstline.policy.text.finding import Finding, PolicyError
from firstline.policy.text.remark import Foreign, Remark, counting_remark, remark

LARGEST = 512 * 1024
MOST_VALUES = 20_000
DEEPEST = 24
Path = tuple[str | int, ...]
# 007 stays text: somebody wrote a number to be read as it stands.
_NUMBER = re.compile(r"^[-+]?(0|[1-9]\d{0,14})$")
_FRACTION = re.compile(r"^[-+]?\d{1,15}\.\d{1,10}$")
# What text may hold (YAML 1.1, chapter 5), without a byte order mark in its middle.
_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# A key after a no-break space, which looks like an indented one.
_HARD_SPACE = re.compile("^[ -]*[\xa0\u202f][\xa0\u202f ]*[\\w-]+:( |$)", re.MULTILINE)
# What the parser says of the usual slips, and how a person mends them.
_SLIPS = {
    "mapping values are not allowed": remark(
        "a second colon stands in this line; put the value in quotes"
    ),
    "did not find expected key": remark(
        "this line is indented unlike those above it, or a quote before "
        "it is not closed; indent the keys of one table alike"
    ),
    "did not find expected '-'": remark(
        "this line is indented unlike the items of its list; indent them alike"
    ),
    "did not find expected ',' or": remark(
        "a bracket is not closed, or a comma is missing; close it before this place"
    ),
    "found unexpected end of stream": remark(
        "a quote or a bracket is opened here and never closed; close it"
    ),
    "could not find expected ':'": remark("a colon is missing; write key: value"),
    "cannot start any token": remark(
        "a value must not begin with this character; put it in quotes"
    ),
    "did not find expected alphabetic": remark(
        "& and * name anchors in YAML; put the value in quotes"
    ),
    "found unexpected ':'": remark("a colon stands inside brackets; put the value in quotes"),
    "sequence entries are not allowed": remark(
        "an item of a list must not stand here; begin its list on a new line"
    ),
    "unknown escape": remark(
        "a backslash in double quotes means something else; use single quotes"
    ),
    "invalid Unicode": remark("this code stands for no character; write the character itself"),
    "did not find expected node": remark(
        "a value is missing between the commas; write it, or delete one"
    ),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Document:
    """Plain values of a file and where each stands: `keys` and `values` map a path to (line,
    column), both from 1. `copies` maps the path of an alias to that of its anchor. `wrong` has what
    is no reason to stop reading.
    """

    value: Any = None
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict[Path, tuple[int, int]])
    values: dict[Path, tuple[int, int]] = field(default_factory=dict[Path, tuple[int, int]])
    copies: dict[Path, Path] = field(default_factory=dict[Path, Path])
    wrong: list[Finding] = field(default_factory=list[Finding])

    def place(self, path: Path, key: bool = False) -> tuple[int, int]:
        """Where a path stands, or the nearest part of it that is written; parts the file
        does not write are skipped.
        """
        best, known = self.values.get((), (1, 1)), ()
        for part in path:
            for step in ((*known, part), (*known, "calendars", part)):
                if step in self.values:
                    known = self.copies.get(step, step)
                    best = self.keys.get(step, self.values[step])
                    break
        return best if key or not known else self.values.get(known, best)


def decode(data: bytes) -> str:
    """Text of a file's bytes; PolicyError in one sentence when it is too large or not UTF-8."""
    if len(data) > LARGEST:
        raise _too_large()
    wide = data[1:400:2].count(0), data[0:400:2].count(0)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or max(wide) * 4 > len(data[:400]):
        raise _refusal(
            "encoding", remark("the file is written in UTF-16 or UTF-32; save it as UTF-8")
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        column = problem.start - data.rfind(b"\n", 0, problem.start)
        what = (
            remark("the file is not text; name a policy file")
            if b"\0" in data
            else remark(
                "the file is not written in UTF-8 (it may be windows-1251 or latin-1); save "
                "it as UTF-8"
            )
        )
        raise _refusal("encoding", what, line, column) from None


def _too_large() -> PolicyError:
    return _refusal(
        "too-large",
        remark(
            "the file has more than {largest} KB, which no policy needs; shorten it, or "
            "check that it is the right file",
            largest=LARGEST // 1024,
        ),
    )


def read(text: str) -> Document:
    """The document of a text; PolicyError with one finding when it is not plain, bounded YAML."""
    if len(text) > LARGEST:
        raise _too_large()
    text = text.removeprefix("\ufeff")
    if found := _UNREADABLE.search(text):
        line, column = _position(text, found.start())
        raise _refusal(
            "character",
            remark(
                "the character U+{code} cannot stand in a text; delete it",
                code=f"{ord(found[0]):04X}",
            ),
            line,
            column,
        )
    if found := _HARD_SPACE.search(text):
        what = remark("a no-break space stands where a plain one belongs; type the space again")
        raise _refusal("character", what, *_position(text, found.start()))
    try:
        return _Reader(text).document()
    except yaml.MarkedYAMLError as problem:
        raise _slip(problem, text) from None


def _too_many() -> Remark:
    return counting_remark(
        "the file has more than {number} value, aliases (*name) counted each time; write fewer",
        "the file has more than {number} values, aliases (*name) counted each time; write fewer",
        MOST_VALUES,
    )


def _position(text: str, at: int) -> tuple[int, int]:
    """Line and column of a place in a text, from 1."""
    before = text[:at].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _place(event: Any) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refusal(code: str, message: Remark, line: int = 1, column: int = 1) -> PolicyError:
    return PolicyError([Finding(code, line, column, "error", message)])


def _slip(problem: yaml.MarkedYAMLError, text: str) -> PolicyError:
    """What the parser stumbled over, in one sentence at the place where it is mended."""
    said = str(problem.problem or "it cannot be read").replace("\n", " ")
    mark = problem.problem_mark or problem.context_mark
    if "end of stream" in said:
        mark = problem.context_mark or mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if "mapping values" in said and _is_deeper(lines, line):
        what = remark(
            "this line is indented deeper than the key above it, which has its value already; "
            "indent the keys of one table alike"
        )
        return _refusal("yaml", what, line, column)
    if "\t" in here and ("token" in said or "\t" in here[: len(here) - len(here.lstrip())]):
        return _refusal(
            "tab",
            remark("a tab stands where only spaces may indent; replace tabs by spaces"),
            line,
            here.index("\t") + 1,
        )
    plain = next((mend for slip, mend in _SLIPS.items() if slip in said), None)
    general = Foreign(said, remark("the line cannot be read"))
    other = remark("this is not YAML: {said}; correct it", said=general)
    return _refusal("yaml", plain or other, line, column)


def _is_deeper(lines: list[str], line: int) -> bool:
    """Whether a line stands deeper than the one above, which is a key with its value."""
    above = next((x for x in reversed(lines[: line - 1]) if x.strip()), "")
    here = lines[line - 1] if line <= len(lines) else ""
    keys = [re.match(r"^[ -]*(?=[\w-]+: ?)", text) for text in (above, here)]
    if keys[0] is None or keys[1] is None or here.count(": ") + here.endswith(":") != 1:
        return False
    return keys[1].end() > keys[0].end() and not above.rstrip().endswith(":")


@dataclass(frozen=True)
class _Anchor:
    """What an alias repeats: the value at `path`, of so many values, so many levels deep."""

    path: Path
    value: Any
    size: int
    depth: int


class _Reader:
    """Builds values from events, counting as it goes; what an alias repeats is counted again.

    Not from composed nodes: the C library composes them by recursion, and a file of 100,000 opening
    brackets ends the process.
    """

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(_LOADER(text).get_event, None)
        self._made = Document()
        self._anchors: dict[str, _Anchor] = {}
        self._seen = 0

    def document(self) -> Document:
        stream = next(self._events)
        assert isinstance(stream, yaml.StreamStartEvent)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise _refusal("empty", remark("the file is empty; start from `firstline policy show`"))
        self._made.value = self._node(next(self._events), (), 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._error(
                "documents",
                remark("the file has a second document after ---; keep one policy in one file"),
                after,
            )
        if not isinstance(self._made.value, dict):
            raise _refusal(
                "not-a-table",
                remark("the file is not a table of keys; start from `firstline policy show`"),
            )
        return self._made

    def _error(self, code: str, message: Remark, event: Any) -> PolicyError:
        return _refusal(code, message, *_place(event))

    def _note(self, code: str, message: Remark, event: Any) -> None:
        self._made.wrong.append(Finding(code, *_place(event), "error", message))

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        before = self._seen
        self._count(1, depth, event)
        self._made.values[path] = _place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, depth)
        tag = event.tag or "!"
        if tag != "!" and not tag.startswith("tag:yaml.org,2002:str"):
            word = tag.removeprefix("tag:yaml.org,2002:").lstrip("!")[:40]
            self._note(
                "tag",
                remark("the tag !{word} is not allowed; write the plain value", word=word),
                event,
            )
        value = self._plain(event, path, depth)
        if event.anchor:
            size = self._seen - before
            self._anchors[event.anchor] = _Anchor(path, value, size, _depth(value))
        return value

    def _count(self, values: int, depth: int, event: Any) -> None:
        self._seen += values
        if self._seen > MOST_VALUES:
            raise self._error("too-many", _too_many(), event)
        if depth > DEEPEST:
            what = remark(
                "brackets or tables are nested deeper than {deepest}; no policy needs that",
                deepest=DEEPEST,
            )
            raise self._error("too-deep", what, event)

    def _alias(self, event: Any, path: Path, depth: int) -> Any:
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            name = event.anchor[:40]
            what = remark(
                "the alias *{name} stands for nothing; define it before with &{name}", name=name
            )
            raise self._error("alias", what, event)
        self._count(anchor.size, depth + anchor.depth, event)
        self._made.copies[path] = anchor.path
        return anchor.value

    def _plain(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            if event.style and not str(event.value).strip():
                what = remark(
                    "nothing stands between the quotes; write the value, or delete the key"
                )
                self._note("bad-value", what, event)
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(
                    "key",
                    remark(
                        "a key must be a plain word; put it on a line of its own before a colon"
                    ),
                    event,
                )
            key = str(event.value)
            if not key.strip():
                self._note("key", remark("a key has no name; write it, or delete the key"), event)
            if key == "<<":
                self._note(
                    "key", remark("tables are not merged by <<; write their keys out"), event
                )
                self._node(next(self._events), (*path, key), depth + 1)
                continue
            if key in table:
                line, _ = self._made.keys[*path, key]
                what = remark(
                    "the key '{key}' is already in line {line}; keep one of the two",
                    key=key[:40],
                    line=line,
                )
                self._note("duplicate-key", what, event)
            inner = (*path, key)
            self._made.keys[inner] = _place(event)
            table[key] = None
            table[key] = self._node(next(self._events), inner, depth + 1)
        return table


def _depth(value: Any) -> int:
    """How many levels of lists and tables are nested in a value."""
    inner: Iterable[Any] = (
        cast("dict[str, Any]", value).values()
        if isinstance(value, dict)
        else cast("list[Any]", value)
        if isinstance(value, list)
        else ()
    )
    return max((1 + _depth(item) for item in inner), default=0)


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
