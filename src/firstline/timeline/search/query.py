"""What a search asks for, and where its words stand in a text: pure.

A query is words that must all be found in the same request, "words in quotes" that must stand
together, and hosts, addresses, codes and numbers that must be there exactly as written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from firstline.timeline.search.words import Compound, TextToken, compounds, fold_text, tokens

Stems = Mapping[str, tuple[str, ...]]
Segment = tuple[str, bool]  # words, and whether they are what was searched for
MOST_TERMS = 12
LONGEST_QUERY = 400
_QUOTED = re.compile(r'["«“„]([^"»”“]*)["»”“]')
_NUMBER = re.compile(r"\s*[#№]?\s*(\d{1,18})\s*")


@dataclass(frozen=True, slots=True)
class PhraseStep:
    """Any of `lexemes`, `gap` places after the step before it."""

    gap: int
    lexemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found: a word, or steps that follow each other."""

    steps: tuple[PhraseStep, ...]

    def tsquery(self, *, staff: bool) -> str:
        """The term for PostgreSQL; staff also find it among words that only staff may see."""
        said = " ".join(
            (f"<{step.gap}> " if i else "") + _any(step.lexemes, "")
            for i, step in enumerate(self.steps)
        )
        if not staff:
            return f"({said})"
        noted = " ".join(
            (f"<{step.gap}> " if i else "") + _any(step.lexemes, "~")
            for i, step in enumerate(self.steps)
        )
        return f"({said} | {noted})"


@dataclass(frozen=True, slots=True)
class Query:
    """A search as understood: its terms, and the request's number if it is nothing but one."""

    terms: tuple[Term, ...]
    number: int | None

    def tsquery(self, *, staff: bool) -> str:
        """All terms, for PostgreSQL."""
        return " & ".join(term.tsquery(staff=staff) for term in self.terms)


def quote(lexeme: str) -> str:
    """`lexeme` as it is written in a tsvector or tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def mark(kind: str, value: object) -> str:
    """A lexeme that is no word of a text: "=" stands in none, so nobody can search for it.

    `s`: the block of the request's number; `c`: its client; `b`: a member of staff who wrote in it.
    """
    return quote(f"={kind}{value}")


def _any(lexemes: tuple[str, ...], prefix: str) -> str:
    return "(" + " | ".join(quote(prefix + lexeme) for lexeme in lexemes) + ")"


def to_stem(found: Iterable[TextToken]) -> set[str]:
    """The words that have to be stemmed before they can be compared."""
    return {token.text for token in found if not token.exact}


def lexemes_of(token: TextToken, stems: Stems) -> tuple[str, ...]:
    """What a token is found by; nothing for a word too common to be searched for."""
    if token.exact:
        return (token.text,)
    return stems.get(token.text, (token.text,))


def understand(text: str, stems: Stems) -> Query:
    """Read a query; beyond `LONGEST_QUERY` characters or `MOST_TERMS` terms it is cut."""
    text = text[:LONGEST_QUERY]
    number = _NUMBER.fullmatch(text)
    terms = list(_terms(text, stems))
    return Query(tuple(dict.fromkeys(terms))[:MOST_TERMS], int(number[1]) if number else None)


def _terms(text: str, stems: Stems) -> Iterator[Term]:
    rest = 0
    for match in _QUOTED.finditer(text):
        yield from _words(text[rest : match.start()], stems)
        pieces = [piece for compound in compounds(match[1]) for piece in compound.pieces]
        yield from _phrase(pieces, stems)
        rest = match.end()
    yield from _words(text[rest:], stems)


def _words(text: str, stems: Stems) -> Iterator[Term]:
    for compound in compounds(text):
        if len(compound.pieces) == 1 or compound.plain:
            yield from _phrase(compound.pieces, stems)
        else:
            yield _whole(compound)


def _whole(compound: Compound) -> Term:
    return Term((PhraseStep(0, (compound.text,)),))


def _phrase(pieces: Iterable[TextToken], stems: Stems) -> Iterator[Term]:
    steps: list[PhraseStep] = []
    last = 0
    for piece in pieces:
        if lexemes := lexemes_of(piece, stems):
            steps.append(PhraseStep(piece.position - last if steps else 0, lexemes))
            last = piece.position
    if steps:
        yield Term(tuple(steps))


class Text:
    """A text to be compared with terms; of its words only those that might be in them are kept."""

    def __init__(self, text: str, terms: Sequence[Term]) -> None:
        initials = {x[0] for term in terms for step in term.steps for x in step.lexemes}
        self.text = text
        self.tokens = [t for t in tokens(text) if t.text[0] in initials]

    def spans(self, terms: Sequence[Term], stems: Stems) -> list[list[tuple[int, int]]]:
        """Where each of the terms stands, as (start, end) of characters."""
        places: dict[int, list[tuple[TextToken, tuple[str, ...]]]] = {}
        for token in self.tokens:
            places.setdefault(token.position, []).append((token, lexemes_of(token, stems)))
        return [
            [span for start in places for span in _standing(term, start, places)] for term in terms
        ]


def _standing(
    term: Term, position: int, places: Mapping[int, list[tuple[TextToken, tuple[str, ...]]]]
) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for step in term.steps:
        position += step.gap
        here = [t for t, found in places.get(position, ()) if any(x in step.lexemes for x in found)]
        if not here:
            return []
        spans.append((min(t.start for t in here), max(t.end for t in here)))
    return spans


def likeness(terms: Sequence[Term], text: str) -> int:
    """How many of the terms may stand in a text: a quick look, right when it says 0, as a stem and
    its word begin alike, short ones apart."""
    folded = fold_text(text)
    return sum(
        any(x[: max(1, min(3, len(x) - 2))] in folded for x in term.steps[0].lexemes)
        for term in terms
    )


def segments(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Segment, ...]:
    """Cut `text` into what was searched for and what stands between."""
    parts: list[Segment] = []
    at = 0
    for start, end in sorted(set(spans)):
        if end <= at:
            continue
        start = max(start, at)
        if start > at:
            parts.append((text[at:start], False))
        parts.append((text[start:end], True))
        at = end
    if at < len(text):
        parts.append((text[at:], False))
    return tuple(parts)


def snippet(text: str, spans: list[tuple[int, int]], *, width: int = 180) -> tuple[Segment, ...]:
    """The part of `text`, about `width` characters long, that holds the first span, cut in
    segments; line breaks become spaces."""
    first = min(spans)[0] if spans else 0
    start = 0 if first < width // 2 else _word_start(text, first - width // 3)
    end = start + width
    if end < len(text):
        end = max(text.rfind(" ", start + width // 2, end), first + 1)
    inside = [(max(a - start, 0), min(b, end) - start) for a, b in spans if a < end and b > start]
    excerpt = re.sub(r"\s", " ", text[start:end])
    parts = list(segments(excerpt, inside))
    if start > 0:
        parts.insert(0, ("… ", False))
    if end < len(text):
        parts.append((" …", False))
    return tuple(parts)


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return space + 1 if space >= 0 else at
