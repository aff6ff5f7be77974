"""Words that mean the same to whoever searches the wiki, as editors keep them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from firstline.kit.db import Conn
from firstline.kit.search.query import PhraseStep, Term, lexemes_of, to_stem
from firstline.kit.search.stems import stems_of
from firstline.kit.search.words import TextToken, compounds
from firstline.wiki.finding import synonyms_store as store
from firstline.wiki.memory import WikiMemory


@dataclass(frozen=True, slots=True)
class Synonyms:
    """For each lexeme what else is looked for in its place."""

    others: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def lexemes_for(self, lexemes: Iterable[str]) -> list[str]:
        """What else any of the lexemes may be found by."""
        given = list(lexemes)
        found = {other for one in given for other in self.others.get(one, ())}
        return sorted(found - set(given))

    def widen(self, term: Term) -> Term:
        """The term, also found by synonyms of the one word that it is."""
        others = self.lexemes_for(
            one for way in term.ways if len(way) == 1 for one in way[0].lexemes
        )
        if not others:
            return term
        return replace(term, ways=(*term.ways, (PhraseStep(0, tuple(others)),)))


_remembered: WikiMemory[Synonyms] = WikiMemory(4)


async def synonyms(conn: Conn) -> Synonyms:
    """Those that hold now."""

    async def make() -> Synonyms:
        return await _read(conn)

    return await _remembered.get(conn, (), make)


async def _read(conn: Conn) -> Synonyms:
    groups = [[whole(word) for word in one.words] for one in await store.groups(conn)]
    stems = await stems_of(conn, to_stem(token for group in groups for token in group))
    others: dict[str, frozenset[str]] = {}
    for group in groups:
        every = frozenset(one for token in group for one in lexemes_of(token, stems))
        for one in every:
            others[one] = others.get(one, frozenset()) | every
    return Synonyms(others)


def whole(word: str) -> TextToken:
    """A member of a group as one word, however it is written ("e-mail"). Raises ValueError for
    what is none, or more than one."""
    (compound,) = compounds(word)
    if len(compound.pieces) == 1:
        return compound.pieces[0]
    written = compound.joined if compound.plain else compound.text
    return TextToken(written, compound.start, compound.end, 1, not compound.plain)


def members(group: Sequence[str]) -> str:
    """A group as it is listed: its words with strokes between."""
    return " / ".join(group)
