"""What somebody typed in Cyrillic while the keyboard was set to English: `cfqn` is `сайт`."""

from __future__ import annotations

import re

from firstline.coach.reading.language import is_word_of
from firstline.coach.reading.shapes import shape_of
from firstline.coach.reading.spelling import fold

MOST = 600  # characters of a message that somebody types without looking at the screen
_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю'"
_LAYOUTS = tuple(
    (language, str.maketrans(_KEYS + _KEYS.upper(), letters + letters.upper()))
    for language, letters in (("ru", _RUSSIAN), ("uk", _UKRAINIAN))
)
_ADDRESS = frozenset("@/\\:_0123456789")


def as_typed(text: str) -> str:
    """A text as its keys would have written it on the other layout, of the same length; the text
    itself where that makes no more words of it.
    """
    if len(text) > MOST or not text.isascii() or _is_english(text):
        return text
    tries = ((_hits(other, language), other) for language, other in _others(text))
    hits, other = max(tries)
    return other if hits * 2 >= len(text.split()) and hits > 0 else text


def _others(text: str) -> list[tuple[str, str]]:
    pieces = re.split(r"(\s+)", text)
    return [
        (language, "".join(_retype(one, keys) for one in pieces)) for language, keys in _LAYOUTS
    ]


def _retype(piece: str, keys: dict[int, int]) -> str:
    """A piece on the other layout, but for an address, a code or the like."""
    if not _ADDRESS.isdisjoint(piece) or shape_of(piece) is not None:
        return piece
    return piece.translate(keys)


def _is_english(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower())
    return not words or any(is_word_of("en", False, word) for word in words if len(word) > 1)


def _hits(text: str, language: str) -> int:
    """How many words of a text belong to a language."""
    words = (fold(word) for word in re.findall(r"[^\W\d_]{2,}", text))
    return sum(not word.isascii() and is_word_of(language, False, word) for word in words)
