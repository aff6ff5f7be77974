"""Names of people and clients as they are searched for: pure."""

import re
import unicodedata

from firstline.kit.search.query import SHORTEST_HALF, quote

LONGEST_NAME = 200  # letters; PostgreSQL refuses to look for far longer words
_PARTS = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")


def name_query(text: str) -> str:
    """A tsquery (as text) for a name or an address as it was typed, whole or in part, of which
    each part is a word; nothing where there is none. As `name_words` of the database has them."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    parts = _PARTS.findall(_ACCENTS.sub("", decomposed))
    if not 2 <= len("".join(parts)) <= LONGEST_NAME:
        return ""
    half = ":*" if len(parts[-1]) >= SHORTEST_HALF else ""
    return " & ".join([*map(quote, parts[:-1]), quote(parts[-1]) + half])
