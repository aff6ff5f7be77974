"""Phrases of words, found in tokens in one pass.

In a phrase `stem*` fits every ending, `a|b` either word, `~` up to three words of the same
sentence. What is written in Latin letters is also found by its sound (`sait ne rabotaet`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from firstline.coach.model import LANGUAGES
from firstline.coach.reading.spelling import fold, skeleton, sound
from firstline.coach.reading.tokens import WordToken
from firstline.coach.words import sections_of

GAP = 4
WEIGHTY = 3  # a word that tells so much of the topic may be misspelt
SHORTEST_HEARD = 4  # letters of a stem that may be heard otherwise
SHORTEST_SLIP = 5  # letters of a stem that may be misspelt


class Element(NamedTuple):
    """One place of a phrase: the words that fit whole, and those that fit as a beginning."""

    words: frozenset[str]
    stems: tuple[str, ...]
    gap: bool = False

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


class Phrase(NamedTuple):
    label: str
    weight: float
    rest: tuple[Element, ...]


class PhraseMark(NamedTuple):
    """A phrase where it stands: tokens from `first` up to, not with, `last`."""

    label: str
    weight: float
    first: int
    last: int


class Followers:
    """The phrases that begin with one word, by how they go on."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.alone: list[Phrase] = []
        self.gapped: list[Phrase] = []
        self._whole: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            self._add(phrase)
        self._sizes = sorted({len(stem) for stem in self._stems})

    def _add(self, phrase: Phrase) -> None:
        if not phrase.rest:
            self.alone.append(phrase)
        elif phrase.rest[0].gap:
            self.gapped.append(phrase)
        else:
            for word in phrase.rest[0].words:
                self._whole.setdefault(word, []).append(phrase)
            for stem in phrase.rest[0].stems:
                self._stems.setdefault(stem, []).append(phrase)

    def going_on(self, word: str) -> Iterator[Phrase]:
        """The phrases whose second word this is."""
        yield from self._whole.get(word, ())
        for size in self._sizes:
            yield from self._stems.get(word[:size], ()) if len(word) >= size else ()


class Lexicon:
    """Phrases by how they begin."""

    def __init__(self, entries: Iterable[tuple[str, float, str]], spell: bool = False) -> None:
        self._spell = spell
        self._whole: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        for label, weight, text in entries:
            first, *rest = (self._element(one) for one in _elements(text))
            phrase = Phrase(label, weight, tuple(rest))
            for word in first.words:
                self._whole.setdefault(word, []).append(phrase)
            for stem in first.stems:
                self._stems.setdefault(stem, []).append(phrase)
        self._sizes = sorted({len(stem) for stem in self._stems})
        self._slips = self._slip_index()
        self._heard = self._heard_index()
        self._seen: dict[str, Followers | None] = {}

    def _element(self, text: str) -> Element:
        if text == "~":
            return Element(frozenset(), (), gap=True)
        forms = [self._form(one) for one in text.split("|")]
        whole = frozenset(form for form in forms if not form.endswith("*"))
        return Element(whole, tuple(form[:-1] for form in forms if form.endswith("*")))

    def _form(self, text: str) -> str:
        if len(text) == 1 and not text.isalnum():
            return text  # a sign is a token of its own
        stem, star = text.removesuffix("*"), "*" if text.endswith("*") else ""
        return (sound(fold(stem)) if self._spell else fold(stem)) + star

    def phrases(self, word: str) -> Followers | None:
        """The phrases that begin with a word, if any."""
        if word not in self._seen:
            if len(self._seen) > 50_000:
                self._seen.clear()
            found = self._look_up(word)
            self._seen[word] = Followers(found) if found else None
        return self._seen[word]

    def _look_up(self, word: str) -> list[Phrase]:
        phrases = list(self._whole.get(word, ()))
        size = len(word)
        for length in self._sizes:
            if length > size:
                break
            phrases += self._stems.get(word[:length], ())
        return phrases

    def near_phrases(self, word: str) -> tuple[Phrase, ...]:
        """Phrases of a single word that is one slip of the finger away."""
        for length in range(SHORTEST_SLIP, min(len(word), 12) + 1):
            if length == SHORTEST_SLIP and len(word) > length + 1:
                continue  # so short a beginning is near to too many words
            for form in _shorten(word[:length]):
                phrases = self._slips.get(form)
                if phrases is not None:
                    return phrases
        return ()

    def heard_phrases(self, word: str) -> tuple[Phrase, ...]:
        """Phrases of a single Cyrillic word that may sound as this one does."""
        heard = skeleton(word)
        for length in range(len(heard), SHORTEST_HEARD - 1, -1):
            phrases = self._heard.get(heard[:length])
            if phrases is not None:
                return phrases
        return ()

    def _heard_index(self) -> dict[str, tuple[Phrase, ...]]:
        index: dict[str, tuple[Phrase, ...]] = {}
        for word, phrases in [*self._stems.items(), *self._whole.items()]:
            alone = _weighty(phrases)
            if alone and len(word) >= SHORTEST_HEARD and word.isalpha() and not word.isascii():
                index.setdefault(skeleton(word), alone)
        return index

    def _slip_index(self) -> dict[str, tuple[Phrase, ...]]:
        index: dict[str, tuple[Phrase, ...]] = {}
        for word, phrases in [*self._stems.items(), *self._whole.items()]:
            alone = _weighty(phrases)
            if len(word) >= SHORTEST_SLIP and alone and word.isalpha():
                for form in _shorten(word):
                    index.setdefault(form, alone)
        return index


def _weighty(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """Those of a single word that tell much of the topic."""
    return tuple(
        one
        for one in phrases
        if not one.rest and one.label[:5] == "topic" and one.weight >= WEIGHTY
    )


def _elements(text: str) -> Iterable[str]:
    """The elements of a phrase; a colon is a token of its own."""
    for one in text.split():
        if one.endswith(":") and len(one) > 1:
            yield from (one[:-1], ":")
        else:
            yield one


def _shorten(word: str) -> list[str]:
    """A word, and the word without each of its letters but the first."""
    return [word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))]


def find_marks(
    lexicon: Lexicon, tokens: Sequence[WordToken], words: Sequence[str]
) -> list[PhraseMark]:
    """All phrases of a lexicon in tokens; `words` are the tokens as the lexicon spells them."""
    marks: list[PhraseMark] = []
    for at, word in enumerate(words):
        phrases = lexicon.phrases(word)
        if phrases is None:
            continue
        marks += [PhraseMark(one.label, one.weight, at, at + 1) for one in phrases.alone]
        for phrase in phrases.gapped:
            if last := _end(phrase.rest, tokens, words, at + 1):
                marks.append(PhraseMark(phrase.label, phrase.weight, at, last))
        for phrase in phrases.going_on(words[at + 1]) if at + 1 < len(words) else ():
            rest = phrase.rest[1:]
            if last := _end(rest, tokens, words, at + 2) if rest else at + 2:
                marks.append(PhraseMark(phrase.label, phrase.weight, at, last))
    return marks


def _end(
    rest: tuple[Element, ...], tokens: Sequence[WordToken], words: Sequence[str], at: int
) -> int:
    """Where a phrase ends whose further elements must follow from `at` on; 0 where they do not."""
    room = 0
    for element in rest:
        if element.gap:
            room = GAP
            continue
        while at < len(words) and not element.fits(words[at]):
            if room == 0 or (tokens[at].kind == "sign" and tokens[at].fold in ".!?;:"):
                return 0
            room, at = room - 1, at + 1
        if at >= len(words):
            return 0
        room, at = 0, at + 1
    return at


@cache
def lexicon() -> Lexicon:
    """Every word of every language, as it is written."""
    return Lexicon(
        entry
        for file in ("shared", "errors", "wishes", "leads", *LANGUAGES)
        for entry in sections_of(file)
    )


@cache
def spelled_lexicon() -> Lexicon:
    """The Ukrainian and Russian words by their sound, for messages in Latin letters."""
    return Lexicon(
        (entry for file in ("uk", "ru", "wishes", "leads") for entry in sections_of(file)),
        spell=True,
    )
