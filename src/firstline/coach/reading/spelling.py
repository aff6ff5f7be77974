"""How words are compared: case, apostrophes, look-alike letters, and Cyrillic in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = str.maketrans({"'": None, "’": None, "ʼ": None, "`": None, "‘": None, "ё": "е", "ґ": "г"})
_LATIN, _CYRILLIC = "aceiopxykmhtb", "асеіорхукмнтв"
_LOOKALIKE = str.maketrans(_LATIN, _CYRILLIC)
_HAS_CYRILLIC = re.compile("[а-яіїєґ]")
_PLAIN_CYRILLIC = re.compile("[а-яіїєґ-]+")

# Sounds, not letters: people write я as ya, ja and ia, х as kh, h and x.
_SOUNDS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c",
    "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_TO_SOUNDS = str.maketrans(_SOUNDS)
_SPELLINGS = (
    ("shch", "sh"), ("sch", "sh"), ("kh", "h"), ("ts", "c"), ("g", "h"), ("x", "h"),
    ("w", "v"), ("y", "i"), ("j", "i"), ("ii", "i"), ("ii", "i"),
)  # fmt: skip


@lru_cache(50_000)
def fold(word: str) -> str:
    """A word as it is compared; Latin letters in a Cyrillic word are what they look like."""
    word = word.lower()
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word)
    word = word.translate(_SIGNS)
    if not word.isascii() and _HAS_CYRILLIC.search(word) and not _PLAIN_CYRILLIC.fullmatch(word):
        return word.translate(_LOOKALIKE)
    return word


@lru_cache(50_000)
def sound(word: str) -> str:
    """How a folded word sounds in Latin letters: the same for `сайт`, `sait`, `sayt`, `sajt`."""
    word = word.translate(_TO_SOUNDS).replace("'", "")
    for spelling, letters in _SPELLINGS:
        word = word.replace(spelling, letters)
    return word


# Vowels that sound alike unstressed, and letters that people mix up between the two languages.
_ALIKE = str.maketrans("оеєиіїйыэщ", "аииииииииш", "ьъ")


@lru_cache(50_000)
def skeleton(word: str) -> str:
    """How a folded Cyrillic word may be heard: the same for `почта` and `пачта`."""
    return word.replace("сч", "щ").translate(_ALIKE)
