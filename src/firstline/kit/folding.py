"""How words of any script are found in a text and made alike, the same when writing and asking.

What people cannot see or do not type alike is taken away: case, composed and decomposed forms
(UAX #15), invisible characters, kinds of apostrophes and hyphens, accents of Latin and Greek
letters, points of Arabic and Hebrew, and letters of the other alphabet that look the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_APOSTROPHES = "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\uff07"
HYPHENS = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"  # as in a class of characters
# Soft hyphen, joiners, fillers, directions, selectors of variants: no word differs by them.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
# Written without spaces: each character is a word of its own, and a run of them is a phrase.
_SINGLE = (
    "\u0e01-\u0e3a\u0e40-\u0e5b\u0e81-\u0edf\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3"
    "\u3005-\u3007\u3040-\u3098\u309b-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)


_ALL = "".join(chr(code) for code in (*range(0x80, 0x1F000), *range(0xE0000, 0xE1000)))


def _ranges(signs: Iterable[str]) -> str:
    """Characters as ranges of a class of characters."""
    spans: list[list[int]] = []
    for code in map(ord, signs):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in spans)


# `\w` knows no marks: vowel signs of Indic scripts, accents that stand beside their letter.
_MARKS = _ranges(sign for sign in _ALL if unicodedata.category(sign)[0] == "M")
_BESIDE = f"[{_MARKS}{INVISIBLE}]"
_LETTERS = f"[^\\W_{_SINGLE}{INVISIBLE}]+"
WORD = f"{_LETTERS}(?:{_BESIDE}+(?:{_LETTERS})?|[{_APOSTROPHES}]+{_LETTERS})*"
CHARACTER = f"[{_SINGLE}]{_BESIDE}*"

_SIGNS: dict[int, str | None] = {
    **{ord(sign): None for sign in (*_APOSTROPHES, *re.findall(f"[{INVISIBLE}]", _ALL))},
    **{ord(sign): "-" for sign in re.findall(f"[{HYPHENS}]", _ALL)},
    0x640: None,  # the stroke that lengthens an Arabic word
}


def _without_spaces(sign: str) -> str | None:
    """The letters of a sign that normalization would tear apart with a space (U+037A, U+FDFA):
    a word stays one. None for every other sign."""
    normal = unicodedata.normalize("NFKC", sign.casefold())
    if sign.isspace() or not any(part.isspace() for part in normal):
        return None
    return "".join(part for part in normal if unicodedata.category(part)[0] == "L")


_UNSPACED = {
    sign: letters
    for sign in re.findall(f"[\\w{_SINGLE}]", _ALL)
    if (letters := _without_spaces(sign)) is not None
}
_SPACED = re.compile(f"[{_ranges(_UNSPACED)}]")
_LETTER = str.maketrans(
    {"ё": "е", "ґ": "г", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
    | {"ı": "i", "ς": "σ"}
)
_MARKED = re.compile("[\u00df-\u024f\u0300-\u036f\u0370-\u03ff\u0590-\u06ff\u1e00-\u1fff]")
_ACCENT = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+|[\u0591-\u05c7\u064b-\u065f\u0670]")
_LATIN, _CYRILLIC = "aceiopxykmhtb", "асеіорхукмнтв"
_LOOKALIKE = str.maketrans(_LATIN, _CYRILLIC)
_MIXED = re.compile(
    f"(?=.*[\u0400-\u04ff])[{_LATIN}\u0400-\u04ff]*[{_LATIN}][{_LATIN}\u0400-\u04ff]*"
)


# Blank where a font has them at all, though their category says otherwise: blank Braille, a note
# without a head, the place of an object, what Unicode keeps for no character.
_BLANK = re.compile(f"[{INVISIBLE}\u2800\ufdd0-\ufdef\ufff0-\ufffc\ufffe\uffff\U0001d159]")
_UNSEEN_KINDS = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Mc", "Me"))


def has_visible(text: str) -> bool:
    """Whether somebody who reads it sees anything: a letter, a digit, a sign, an emoji; not spaces,
    controls, fillers, or marks that stand on nothing.
    """
    return any(
        unicodedata.category(sign) not in _UNSEEN_KINDS and _BLANK.match(sign) is None
        for sign in text
    )


def fold_text(text: str) -> str:
    """A text of any length as words are compared; of signs alone ("ʼ") nothing is left."""
    text = _SPACED.sub(lambda sign: _UNSPACED[sign.group()], text)
    text = text.casefold().translate(_SIGNS)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTER)
    if _MARKED.search(text) is not None:
        decomposed = _ACCENT.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", decomposed).translate(_LETTER)
    return text


@lru_cache(50_000)
def fold(word: str) -> str:
    """A word as words are compared; Latin letters in a Cyrillic word are what they look like."""
    word = fold_text(word)
    if not word.isascii() and _MIXED.fullmatch(word) is not None:
        return word.translate(_LOOKALIKE)
    return word
