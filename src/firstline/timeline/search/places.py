"""Where the words of a query stand in a text, and how they are shown there: pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from firstline.kit.folding import fold_text
from firstline.timeline.search.query import PhraseStep, Segment, Stems, Term, lexemes_of
from firstline.timeline.search.words import TextToken, tokens

Places = Mapping[int, Sequence[tuple[TextToken, tuple[str, ...]]]]


class Text:
    """A text to be compared with terms; of its words only those that might be in them are kept."""

    def __init__(self, text: str, terms: Sequence[Term]) -> None:
        initials = {
            word[0] for step in _steps(terms) for word in (*step.lexemes, step.half) if word
        }
        self.text = text
        self.tokens = [t for t in tokens(text) if t.text[0] in initials]

    def spans(self, terms: Sequence[Term], stems: Stems) -> list[list[tuple[int, int]]]:
        """Where each of the terms stands, as (start, end) of characters."""
        places: dict[int, list[tuple[TextToken, tuple[str, ...]]]] = {}
        for token in self.tokens:
            places.setdefault(token.position, []).append((token, lexemes_of(token, stems)))
        wanted = {step: frozenset(step.lexemes) for step in _steps(terms)}
        return [
            [
                span
                for way in term.ways
                for start in places
                for span in _standing([(step, wanted[step]) for step in way], start, places)
            ]
            for term in terms
        ]


def _steps(terms: Iterable[Term]) -> Iterator[PhraseStep]:
    return (step for term in terms for way in term.ways for step in way)


def _standing(
    way: Sequence[tuple[PhraseStep, frozenset[str]]], position: int, places: Places
) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for step, lexemes in way:
        position += step.gap
        here = [
            token
            for token, found in places.get(position, ())
            if not lexemes.isdisjoint(found) or _goes_on(found, step.half)
        ]
        if not here:
            return []
        spans.append((min(t.start for t in here), max(t.end for t in here)))
    return spans


def _goes_on(lexemes: Iterable[str], half: str) -> bool:
    return half != "" and any(lexeme.startswith(half) for lexeme in lexemes)


def likeness(terms: Sequence[Term], text: str) -> int:
    """How many of the terms may stand in a text: a quick look, right when it says 0, as a stem and
    its word begin alike, short ones apart."""
    folded = fold_text(text)
    return sum(any(root in folded for root in roots_of(term)) for term in terms)


def roots_of(term: Term) -> set[str]:
    """How the words by which a term begins all begin."""
    first = [way[0] for way in term.ways]
    words = {word for step in first for word in (*step.lexemes, step.half) if word}
    return {word[: max(1, min(3, len(word) - 2))] for word in words}


def segments(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Segment, ...]:
    """Cut `text` into what was searched for and what stands between."""
    parts: list[Segment] = []
    at = 0
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
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
