"""What else a term may mean: a slip of the finger, or somebody's name."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from firstline.kit.slips import near_words
from firstline.timeline.search.query import SHORTEST_HALF, PhraseStep, Term, quote

LONGEST_SLIP = 20
LONGEST_NAME = 200  # letters; PostgreSQL refuses to look for far longer words
_PARTS = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")


def may_be_slip(term: Term) -> bool:
    """Whether a term is one plain word, long enough to be mistyped and still be known."""
    steps = [step for way in term.ways for step in way]
    return len(steps) == 1 and bool(_near(steps[0]))


def near_lexemes(term: Term) -> tuple[str, ...]:
    """What words one slip away are found by."""
    return tuple(sorted(_near(term.ways[0][0])))


def with_lexemes(term: Term, lexemes: Iterable[str]) -> Term:
    """The term with these in place of its own; itself where there is none."""
    found = tuple(lexemes)
    return replace(term, ways=((PhraseStep(0, found),),)) if found else term


def _near(step: PhraseStep) -> set[str]:
    """By stems, so that all forms of the word that was meant are found."""
    found: set[str] = set()
    for lexeme in step.lexemes if len(step.half) <= LONGEST_SLIP and step.half else ():
        found |= near_words(lexeme)
    return found


def name_query(text: str) -> str:
    """A tsquery (as text) for a name or an address as it was typed, whole or in part, of which
    each part is a word; nothing where there is none. As `name_words` of the database has them."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    parts = _PARTS.findall(_ACCENTS.sub("", decomposed))
    if not 2 <= len("".join(parts)) <= LONGEST_NAME:
        return ""
    half = ":*" if len(parts[-1]) >= SHORTEST_HALF else ""
    return " & ".join([*map(quote, parts[:-1]), quote(parts[-1]) + half])
