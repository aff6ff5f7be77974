"""Words and phrases that mean the same to whoever searches the wiki, as editors keep them.

A phrase is looked for as its words, which may stand apart: what has them all is found without a
look at the texts themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from firstline.kit.db import Conn
from firstline.kit.search.query import PhraseStep, Stems, Term, lexemes_of, quote, to_stem
from firstline.kit.search.stems import stems_of
from firstline.kit.search.words import Compound, TextToken, compounds
from firstline.wiki.finding import synonyms_store as store
from firstline.wiki.memory import WikiMemory

MOST_WORDS = 4  # of a phrase


class Together(NamedTuple):
    """Words that stand in one text, each in any of its forms."""

    words: tuple[tuple[str, ...], ...]

    @property
    def query(self) -> str:
        """For PostgreSQL."""
        each = (" | ".join(map(quote, lexemes)) for lexemes in self.words)
        return " & ".join(f"({one})" for one in each)


class TypedWord(NamedTuple):
    """A word as it was typed, and by what it is known: its forms, or itself where it is too common
    to be looked for."""

    text: str
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """What else is looked for in place of each member: lexemes of its words, phrases."""

    lexemes: frozenset[str]
    phrases: tuple[Together, ...]


@dataclass(frozen=True, slots=True)
class FoundPhrase:
    """A phrase of a group in what was typed."""

    words: Sequence[TypedWord]
    group: Group


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The groups by the lexemes of their words, and by their phrases' first words."""

    by_lexeme: dict[str, list[Group]] = field(default_factory=dict[str, list[Group]])
    by_phrase: dict[str, list[tuple[tuple[frozenset[str], ...], Group]]] = field(
        default_factory=dict[str, list[tuple[tuple[frozenset[str], ...], Group]]]
    )

    def others(self, lexemes: Iterable[str]) -> Group:
        """What else any of the lexemes may be found by."""
        own = set(lexemes)
        groups = [group for one in own for group in self.by_lexeme.get(one, ())]
        found = {one for group in groups for one in group.lexemes}
        phrases = dict.fromkeys(phrase for group in groups for phrase in group.phrases)
        return Group(frozenset(found - own), tuple(phrases))

    def widen(self, term: Term) -> Term:
        """The term, also found by synonyms of the one word that it is."""
        group = self.others(one for way in term.ways if len(way) == 1 for one in way[0].lexemes)
        return replace(
            term,
            ways=(*term.ways, *_way(group)),
            marks=(*term.marks, *(f"({one.query})" for one in group.phrases)),
        )

    def phrases_in(self, words: Sequence[TypedWord]) -> Iterator[FoundPhrase]:
        """The phrases that stand in a row of words, of those that begin together the longest."""
        after = 0
        for place, word in enumerate(words):
            fitting = [
                (len(phrase), group)
                for form in word.forms
                for phrase, group in self.by_phrase.get(form, ())
                if place >= after and _stands_at(phrase, words, place)
            ]
            if fitting:
                length, group = max(fitting, key=lambda one: one[0])
                yield FoundPhrase(words[place : place + length], group)
                after = place + length

    def join(self, terms: Sequence[Term], words: Sequence[TypedWord]) -> list[Term]:
        """The terms with one in place of those that are a phrase: found by all of them, or by what
        means the same."""
        joined = list(terms)
        for found in self.phrases_in(words):
            parts = [one for one in joined if one.text in {word.text for word in found.words}]
            if parts:
                together = " & ".join(part.tsquery() for part in parts)
                marks = (f"({together})", *(f"({one.query})" for one in found.group.phrases))
                text = " ".join(part.text for part in parts)
                joined[joined.index(parts[0])] = Term(text, _way(found.group), marks)
                joined = [one for one in joined if one not in parts]
        return joined


def _way(group: Group) -> tuple[tuple[PhraseStep, ...], ...]:
    return ((PhraseStep(0, tuple(sorted(group.lexemes))),),) if group.lexemes else ()


def _stands_at(phrase: Sequence[frozenset[str]], words: Sequence[TypedWord], place: int) -> bool:
    row = words[place : place + len(phrase)]
    return len(row) == len(phrase) and all(
        forms & word.forms for forms, word in zip(phrase, row, strict=True)
    )


_remembered: WikiMemory[Synonyms] = WikiMemory(4)


async def synonyms(conn: Conn) -> Synonyms:
    """Those that hold now."""

    async def make() -> Synonyms:
        return await _read(conn)

    return await _remembered.get(conn, (), make)


async def _read(conn: Conn) -> Synonyms:
    groups = [[pieces_of(phrase) for phrase in one.words] for one in await store.groups(conn)]
    every = (token for group in groups for phrase in group for token in phrase)
    stems = await stems_of(conn, to_stem(every))
    found = Synonyms()
    for phrases in groups:
        _add_group(found, phrases, stems)
    return found


def _add_group(found: Synonyms, phrases: Sequence[Sequence[TextToken]], stems: Stems) -> None:
    """A phrase of which but one word may be looked for stands for the others, none for it: that
    word alone tells something else."""
    single = [lexemes_of(one[0], stems) for one in phrases if len(one) == 1]
    several = [phrase for phrase in phrases if len(phrase) > 1]
    together = [
        tuple(lexemes for token in phrase if (lexemes := lexemes_of(token, stems)))
        for phrase in several
    ]
    group = Group(
        frozenset(one for lexemes in single for one in lexemes),
        tuple(Together(words) for words in together if len(words) > 1),
    )
    for one in group.lexemes:
        found.by_lexeme.setdefault(one, []).append(group)
    for phrase in several:
        forms = tuple(_forms(token, stems) for token in phrase)
        for form in forms[0]:
            found.by_phrase.setdefault(form, []).append((forms, group))


def typed_words(text: str, stems: Stems) -> list[TypedWord]:
    """A text as it is looked through for phrases."""
    return [
        TypedWord(text[one.start : one.end], _forms(token, stems))
        for one in compounds(text)
        for token in (one.pieces if len(one.pieces) == 1 else (_as_one(one),))
    ]


def _forms(token: TextToken, stems: Stems) -> frozenset[str]:
    return frozenset(lexemes_of(token, stems) or (token.text,))


def pieces_of(phrase: str) -> list[TextToken]:
    """A member of a group, each of its words as one, however it is written ("e-mail"). Raises
    ValueError for what has no words, or more than `MOST_WORDS`."""
    found = [one.pieces[0] if len(one.pieces) == 1 else _as_one(one) for one in compounds(phrase)]
    if not 1 <= len(found) <= MOST_WORDS:
        raise ValueError(phrase)
    return found


def _as_one(compound: Compound) -> TextToken:
    written = compound.joined if compound.plain else compound.text
    return TextToken(written, compound.start, compound.end, 1, not compound.plain)


def members(group: Sequence[str]) -> str:
    """A group as it is listed: its words with strokes between."""
    return " / ".join(group)
