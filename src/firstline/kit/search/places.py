"""Where the words of a query stand in a text, and how they are shown there: pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from firstline.kit.folding import fold_text
from firstline.kit.search.query import PhraseStep, Segment, Stems, Term, lexemes_of
from firstline.kit.search.words import TextToken, tokens

PIECE = 2_000
MOST_PIECES = 2  # of a matter are cut into words to find the one to be shown
Places = dict[int, tuple[int, int]]  # start and end, in characters, by position
Key = tuple[tuple[str, ...], str]


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
        places = _places(self.tokens, terms, stems)
        return [[span for way in term.ways for span in _standing(way, places)] for term in terms]


def _steps(terms: Iterable[Term]) -> Iterator[PhraseStep]:
    return (step for term in terms for way in term.ways for step in way)


def _key(step: PhraseStep) -> Key:
    return step.lexemes, step.half


def _places(found: Iterable[TextToken], terms: Iterable[Term], stems: Stems) -> dict[Key, Places]:
    """Where each step of the terms stands by itself; a word is compared once, however often it
    stands in the text."""
    places: dict[Key, Places] = {_key(step): {} for step in _steps(terms)}
    by_lexeme: dict[str, list[Places]] = {}
    for (lexemes, _), here in places.items():
        for lexeme in lexemes:
            by_lexeme.setdefault(lexeme, []).append(here)
    halves = [(half, here) for (_, half), here in places.items()]
    met: dict[tuple[str, bool], list[Places]] = {}
    for token in found:
        word = (token.text, token.exact)
        if word not in met:
            lexemes = lexemes_of(token, stems)
            met[word] = [here for lexeme in lexemes for here in by_lexeme.get(lexeme, ())]
            met[word] += [here for half, here in halves if _goes_on(lexemes, half)]
        for here in met[word]:
            start, end = here.get(token.position, (token.start, token.end))
            here[token.position] = (min(start, token.start), max(end, token.end))
    return places


def _standing(way: Sequence[PhraseStep], places: Mapping[Key, Places]) -> list[tuple[int, int]]:
    """The words of a way wherever its steps follow each other: in as many passes as it has steps,
    whatever text begins the same way everywhere."""
    offset, starts = 0, set(places[_key(way[0])])
    steps: list[tuple[int, Places]] = []
    for step in way:
        offset += step.gap
        here = places[_key(step)]
        starts = {start for start in starts if start + offset in here}
        steps.append((offset, here))
    return sorted({here[start + offset] for offset, here in steps for start in starts})


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


def best_pieces(bodies: Sequence[str], terms: Sequence[Term]) -> list[tuple[int, str]]:
    """The pieces in which most of the terms may stand, in order, each with the index of its body;
    the first piece where none has any."""
    pieces = [(i, piece) for i, body in enumerate(bodies) for piece in pieces_of(body)]
    counts = [likeness(terms, piece) for _, piece in pieces]
    # The first is shown where no term stands in any, and costs nothing to be kept for that.
    likely = [i for i in range(len(pieces)) if counts[i]] or [0][: len(pieces)]
    best = sorted(likely, key=lambda i: (-counts[i], i))[:MOST_PIECES]
    return [pieces[i] for i in sorted(best)]


def pieces_of(body: str) -> Iterator[str]:
    """The body in pieces of about `PIECE` characters, cut between words where there are any."""
    while len(body) > PIECE:
        at = body.rfind(" ", PIECE // 2, PIECE) + 1 or PIECE
        yield body[:at]
        body = body[at:]
    if body:
        yield body


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
