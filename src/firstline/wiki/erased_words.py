"""Which lines of an article were made of words that are erased. Pure."""

import re

from firstline.kit.folding import WORD, fold

# Most of a line's words, without what stands in a draft in place of names and addresses: by them it
# is known whose line it was.
TELLING = 0.9
PLACEHOLDER = re.compile(r"\[[^\]\n]*\]|\S*example\.\S*|\baccount\d*\b|192\.0\.2\.\d+|\+00[ \d]*")
FEWEST = 2
GONE = "…"
_WORD = re.compile(WORD)


def without_lines(text: str, erased: frozenset[str]) -> str:
    """The text without lines whose words are mostly these."""
    return "\n".join(line for line in text.split("\n") if not is_of(line, erased))


def is_of(line: str, erased: frozenset[str]) -> bool:
    """Whether a line was made of these words."""
    words = set(words_of(PLACEHOLDER.sub(" ", line)))
    return len(words) >= FEWEST and sum(word in erased for word in words) >= TELLING * len(words)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return [fold(match.group()) for match in _WORD.finditer(text)]
