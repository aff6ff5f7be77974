"""In which language somebody writes, and whether in Latin letters what is said in Cyrillic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from math import log

from firstline.coach.model import CoachLanguage, coach_language
from firstline.coach.reading.spelling import sound
from firstline.coach.reading.tokens import WordToken
from firstline.coach.words import sections_of

MOST_WORDS = 60  # of a message that tell its language
SHORT = 3  # letters of a word that may be one of several languages
OPEN = 1.0  # a lead that is smaller decides nothing
UNSEEN = 0.5  # how often letters count that follow one another in no word
_UKRAINIAN, _RUSSIAN = frozenset("іїєґ"), frozenset("ыэъё")


MANY = 2  # words beside which one in the other script is a slip


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(word for label, _, word in sections_of(language) if label == "language")


@cache
def _common_sounds(language: str) -> frozenset[str]:
    return frozenset(sound(word) for word in _common(language) if len(word) > 1)


@cache
def _cyrillic_sounds() -> frozenset[str]:
    return _common_sounds("uk") | _common_sounds("ru")


def spells_cyrillic(tokens: Sequence[WordToken]) -> bool:
    """Whether most of the common words of a message are Ukrainian or Russian in Latin letters."""
    english, spelled, strange = 0, set[str](), 0
    for at, token in enumerate(tokens):
        if token.kind == "word" and not token.fold.isascii():
            strange += 1
            if strange > 1:
                return False
            continue  # one word in which a letter of the other script stands
        if token.kind != "word" or [one.fold for one in tokens[at + 1 : at + 3]] == [":", ":"]:
            continue  # of `NET::ERR_…`, too
        if token.fold in _common("en"):
            english += 1
        elif (heard := sound(token.fold)) in _cyrillic_sounds():
            spelled.add(heard)
    if strange:
        return len(spelled) > english + MANY
    if len(spelled) == english + 1:
        return not _is_english(tokens)
    return len(spelled) > english or (len(spelled) == english == 0 and _sounds_known(tokens))


def _is_english(tokens: Sequence[WordToken]) -> bool:
    """Whether the coach knows a longer word as English, and by its sound as nothing else."""
    words = [token.fold for token in tokens[:MOST_WORDS] if token.kind == "word"]
    long = [word for word in words if len(word) > SHORT and is_word_of("en", False, word)]
    return any(not (is_word_of("uk", True, one) or is_word_of("ru", True, one)) for one in long)


def _sounds_known(tokens: Sequence[WordToken]) -> bool:
    """Whether a word of a few is one of ours by its sound, and none in English."""
    words = [token.fold for token in tokens[:MOST_WORDS] if token.kind == "word"]
    long = [word for word in words if len(word) > 5 and not is_word_of("en", False, word)]
    return any(is_word_of(language, True, word) for word in long for language in ("uk", "ru"))


def language_of(
    asked: str | None, reader: str | None, tokens: Sequence[WordToken], spelled: bool
) -> CoachLanguage:
    """The language that was asked for where it is one of the coach's, else that of the words; the
    reader's where these may be Ukrainian as well as Russian.
    """
    if (wanted := coach_language(asked)) is not None:
        return wanted
    words = [token.fold for token in tokens if token.kind == "word"]
    cyrillic = [word for word in words if not word.isascii()]
    if not spelled and len(cyrillic) * 10 <= len(words):
        return "en"
    lead = _lead(words[:MOST_WORDS] if spelled else cyrillic, spelled)
    if abs(lead) < OPEN and reader in ("uk", "ru"):
        return "uk" if reader == "uk" else "ru"
    return "uk" if lead >= 0 else "ru"


def _lead(words: Sequence[str], spelled: bool) -> float:
    """How much is Ukrainian rather than Russian, by letters of one of them and words that only one
    has; where these leave it open, by how words of either are built.
    """
    lead = sum(_lead_of_word(word, spelled) for word in words[:MOST_WORDS])
    lead += 2.0 * sum(
        (not _UKRAINIAN.isdisjoint(word)) - (not _RUSSIAN.isdisjoint(word)) for word in words
    )
    if lead == 0 and not spelled:
        lead = sum(_lead_of_letters(word) for word in words[:MOST_WORDS])
    return lead


def _lead_of_word(word: str, spelled: bool) -> int:
    """1 where a word is Ukrainian and not Russian, -1 where it is the other way round; common
    words count twice.
    """
    heard, own = (_common_sounds, sound(word)) if spelled else (_common, word)
    lead = is_word_of("uk", spelled, word) - is_word_of("ru", spelled, word)
    return lead + (own in heard("uk")) - (own in heard("ru"))


@lru_cache(20_000)
def _lead_of_letters(word: str) -> float:
    """How much likelier the triples of letters in a word are in Ukrainian than in Russian."""
    ours, theirs = _triples("uk"), _triples("ru")
    sizes = log(ours.total()) - log(theirs.total())
    return sum(
        log(ours[one] + UNSEEN) - log(theirs[one] + UNSEEN) - sizes
        for one in _triples_of(f"^{word}$")
    )


@cache
def _triples(language: str) -> Counter[str]:
    """How often three letters follow one another in the words that the coach knows."""
    words = {word for _, _, phrase in sections_of(language) for word in phrase.split()}
    forms = {form for word in words for form in word.split("|")}
    whole = (f"^{form[:-1]}" if form.endswith("*") else f"^{form}$" for form in sorted(forms))
    return Counter(one for form in whole for one in _triples_of(form))


def _triples_of(word: str) -> list[str]:
    return [word[at : at + 3] for at in range(len(word) - 2)]


def is_word_of(language: str, spelled: bool, word: str) -> bool:
    """Whether the coach knows a folded word in a language, by its sound where it is spelled."""
    whole, stems = _vocabulary(language, spelled)
    word = sound(word) if spelled else word
    return word in whole or word.startswith(stems)


@cache
def _vocabulary(language: str, spelled: bool) -> tuple[frozenset[str], tuple[str, ...]]:
    """All words of a language that the coach knows: those known whole, and beginnings."""
    files = (language, "shared") if language == "en" else (language,)  # names of programs, too
    words = {word for one in files for _, _, phrase in sections_of(one) for word in phrase.split()}
    forms = {form for word in words for form in word.split("|")}
    if spelled:
        forms = {sound(form.rstrip("*")) + "*" * form.endswith("*") for form in forms}
    stems = tuple(form[:-1] for form in forms if form.endswith("*") and len(form) > 4)
    return frozenset(forms), stems
