"""What a search asks for: pure.

A query is words that must all be found in the same request, whole or as the beginning of a longer
word, "words in quotes" that must stand together, and hosts, addresses, codes and numbers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from firstline.kit.addresses import ascii_host, readable_host
from firstline.kit.search.words import LONGEST, Compound, TextToken, compounds, short

Stems = Mapping[str, tuple[str, ...]]
PLAIN = ("",)  # words as they are: an index may keep some apart by a prefix
Segment = tuple[str, bool]  # words, and whether they are what was searched for
MOST_TERMS = 12
MOST_STEPS = 32  # of a phrase or compound: so many words in a row stand nowhere else
LONGEST_QUERY = 2_000
SHOWN_OF_REST = 20  # characters of what is too long
SHORTEST_HALF = 3  # letters; fewer are the beginning of too many words
SHORTEST_HALF_KOREAN = 2
SHORTEST_HALF_COMPOUND = 5
_KOREAN = re.compile("[\uac00-\ud7a3]")
_QUOTED = re.compile(r'["«“„]([^"»”“]*)["»”“]')
_NUMBER = re.compile(r"\s*[#№]?\s*(\d{1,18})\s*")


@dataclass(frozen=True, slots=True)
class PhraseStep:
    """Any of `lexemes`, `gap` places after the step before it; or, where `half` is something, a
    longer word that begins with it."""

    gap: int
    lexemes: tuple[str, ...]
    half: str = ""

    def tsquery(self, prefix: str, *, halves: bool) -> str:
        found = [quote(prefix + lexeme) for lexeme in dict.fromkeys(self.lexemes)]
        if halves and self.half:
            found.append(quote(prefix + self.half) + ":*")
        return f"({' | '.join(found)})"


Way = tuple[PhraseStep, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found, as it was typed: in any of `ways`, each of which is steps that
    follow each other, or by any of `marks`."""

    text: str
    ways: tuple[Way, ...]
    marks: tuple[str, ...] = ()

    def tsquery(self, prefixes: Sequence[str] = PLAIN, *, halves: bool = True) -> str:
        """The term for PostgreSQL, among words that bear any of the prefixes. Without `halves`,
        words that go on beyond what was typed are not looked for."""
        ways = [_in_order(way, one, halves=halves) for one in prefixes for way in self.ways]
        return f"({' | '.join([*ways, *self.marks])})"

    @property
    def halves(self) -> bool:
        """Whether a longer word may be meant."""
        return any(step.half for way in self.ways for step in way)


def _in_order(way: Way, prefix: str, *, halves: bool) -> str:
    return " ".join(
        (f"<{step.gap}> " if i else "") + step.tsquery(prefix, halves=halves)
        for i, step in enumerate(way)
    )


@dataclass(frozen=True, slots=True)
class Query:
    """A search as understood: its terms, the request's number if it is nothing but one, and words
    of it that cannot be looked for, which whoever asked must be told."""

    terms: tuple[Term, ...]
    number: int | None
    unused: tuple[str, ...] = ()

    def tsquery(self, prefixes: Sequence[str] = PLAIN, *, halves: bool = True) -> str:
        """All terms, for PostgreSQL."""
        return " & ".join(term.tsquery(prefixes, halves=halves) for term in self.terms)

    @property
    def halves(self) -> bool:
        """Whether one of the terms may mean a longer word."""
        return any(term.halves for term in self.terms)


def quote(lexeme: str) -> str:
    """`lexeme` as it is written in a tsvector or tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def to_stem(found: Iterable[TextToken]) -> set[str]:
    """The words that have to be stemmed before they can be compared."""
    return {token.text for token in found if not token.exact}


def lexemes_of(token: TextToken, stems: Stems) -> tuple[str, ...]:
    """What a token of a text is found by, itself before its stems; nothing for a word too common
    to be searched for."""
    found = _stems_of(token, stems)
    return (token.text, *(stem for stem in found if stem != token.text)) if found else ()


def _stems_of(token: TextToken, stems: Stems) -> tuple[str, ...]:
    return (token.text,) if token.exact else stems.get(token.text, (token.text,))


def understand(text: str, stems: Stems) -> Query:
    """Read a query; what stands beyond `LONGEST_QUERY` characters or `MOST_TERMS` terms is named
    as unused, with words too common to be searched for and signs that are no words."""
    text, beyond = text[:LONGEST_QUERY], text[LONGEST_QUERY:].strip()
    number = _NUMBER.fullmatch(text)
    unused = [chunk for chunk in text.split() if chunk.strip('"«»“”„') and not _has_word(chunk)]
    terms: list[Term] = []
    for term in _terms(text, stems):
        usable = term.ways and (term in terms or len(terms) < MOST_TERMS)
        if not usable:
            unused.append(_beginning(term.text))
        elif term not in terms:
            terms.append(term)
    unused += [beyond[:SHOWN_OF_REST] + "…"] if beyond else []
    return Query(tuple(terms), int(number[1]) if number else None, tuple(dict.fromkeys(unused)))


def _beginning(words: str) -> str:
    return words if len(words) <= LONGEST else words[:SHOWN_OF_REST] + "…"


def _has_word(chunk: str) -> bool:
    return next(compounds(chunk), None) is not None


def _terms(text: str, stems: Stems) -> Iterator[Term]:
    """All terms; one without any way is a word that cannot be looked for."""
    rest = 0
    for match in _QUOTED.finditer(text):
        yield from _words(text[rest : match.start()], stems)
        pieces = [piece for compound in compounds(match[1]) for piece in compound.pieces]
        if pieces:
            yield Term(match[1], _some(_phrase(pieces[:MOST_STEPS], stems)))
            yield from _rest(text, pieces, match.start(1), match.end(1))
        rest = match.end()
    yield from _words(text[rest:], stems)


def _words(text: str, stems: Stems) -> Iterator[Term]:
    for compound in compounds(text):
        typed = text[compound.start : compound.end]
        few = compound._replace(pieces=compound.pieces[:MOST_STEPS])
        yield Term(typed, (*_ways(few, stems), *_other_spellings(typed, compound)))
        yield from _rest(text, compound.pieces, 0, compound.end)


def _rest(text: str, pieces: Sequence[TextToken], start: int, end: int) -> Iterator[Term]:
    """What of a long row of words is not looked for; its pieces count from `start` of the text."""
    if len(pieces) > MOST_STEPS:
        yield Term(text[start + pieces[MOST_STEPS].start : end], ())


def _other_spellings(typed: str, compound: Compound) -> Iterator[Way]:
    """A host, or one behind an `@`, as people read it and as the network knows it: whoever wrote
    may have used either."""
    local, at, host = typed.rpartition("@")
    if "." not in host:
        return
    for spelling in (readable_host(host.lower()), ascii_host(host)):
        word = short(f"{local}{at}{spelling}")
        if word != compound.text:
            yield (PhraseStep(0, (word,)),)


def _ways(compound: Compound, stems: Stems) -> Iterator[Way]:
    """How a compound may stand in a text: its pieces in order, within a longer one too; written as
    one; with all signs as they were typed. A piece that cannot be looked for leaves no hole at an
    end, which would find more than was asked for."""
    phrase = _phrase(compound.pieces, stems, half=not compound.separate)
    single = len(compound.pieces) == 1 or compound.separate
    whole = len(phrase) == len(compound.pieces)
    if phrase and (single or whole or (compound.plain and len(phrase) > 1)):
        yield phrase
    if single:
        return
    if compound.plain:
        yield from _some(_way(compound.joined, stems.get(compound.joined, (compound.joined,))))
    else:
        half = compound.text if len(compound.text) >= SHORTEST_HALF_COMPOUND else ""
        yield (PhraseStep(0, (compound.text,), half if half[-1:].isalpha() else ""),)


def _way(word: str, lexemes: tuple[str, ...]) -> Way:
    return (PhraseStep(0, lexemes, word),) if lexemes else ()


def _some(way: Way) -> tuple[Way, ...]:
    return (way,) if way else ()


def _phrase(pieces: Iterable[TextToken], stems: Stems, *, half: bool = False) -> Way:
    steps: list[PhraseStep] = []
    last, piece = 0, None
    for piece in pieces:
        if lexemes := _stems_of(piece, stems):
            steps.append(PhraseStep(piece.position - last if steps else 0, lexemes))
            last = piece.position
    if half and piece is not None and last == piece.position and _may_go_on(piece):
        steps[-1] = PhraseStep(steps[-1].gap, steps[-1].lexemes, piece.text)
    return tuple(steps)


def _may_go_on(piece: TextToken) -> bool:
    """Numbers and codes are meant as they stand, words may have been typed in part. A Korean
    syllable is as much as two or three letters, and what follows a noun is written with it."""
    least = SHORTEST_HALF_KOREAN if _KOREAN.match(piece.text) else SHORTEST_HALF
    return len(piece.text) >= least and not any(sign.isdigit() for sign in piece.text)
