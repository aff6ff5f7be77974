"""What else a term may mean: a word from which it differs by a slip of the finger."""

from collections.abc import Iterable
from dataclasses import replace

from firstline.kit.search.query import PhraseStep, Term
from firstline.kit.slips import near_words

LONGEST_SLIP = 20


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
