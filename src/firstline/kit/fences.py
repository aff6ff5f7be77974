"""Fenced code in people's words: which lines are code, and which are text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A fence stands alone on its line, after it at most the name of a language. Backticks beside or
# within words are words.
_OPENING = re.compile(r"\s*(`{3,})[ \t]*([\w.#+-]{0,20})\s*")


@dataclass(frozen=True, slots=True)
class FencedPart:
    """Lines in a row that are all code, or all text. `language` is what stood beside the fence."""

    code: bool
    lines: tuple[str, ...]
    language: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def split_fences(words: str) -> Iterator[FencedPart]:
    """The words in pieces, in their order; only lines that are fences are left out.

    A fence is closed by a line of as many backticks at least. One that is never closed is code to
    the end; one with nothing within is text.
    """
    lines = words.split("\n")
    text: list[str] = []
    at = 0
    while at < len(lines):
        opening = _OPENING.fullmatch(lines[at])
        end = _closing(lines, at, opening[1]) if opening else at
        code = tuple(lines[at + 1 : end])
        if opening is None or not "".join(code).strip():
            text += lines[at : end + 1]
        else:
            yield FencedPart(False, tuple(text))
            yield FencedPart(True, code, opening[2])
            text = []
        at = end + 1
    yield FencedPart(False, tuple(text))


def _closing(lines: list[str], opening: int, fence: str) -> int:
    """The number of the line that closes a fence; beyond the last where none does."""
    for at in range(opening + 1, len(lines)):
        line = lines[at].strip()
        if len(line) >= len(fence) and line == "`" * len(line):
            return at
    return len(lines)
