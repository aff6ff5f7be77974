"""In which language somebody writes, and whether in Latin letters what is said in Cyrillic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from firstline.coach.model import CoachLanguage
from firstline.coach.reading.lexicon import LANGUAGES
from firstline.coach.reading.spelling import sound
from firstline.coach.reading.tokens import WordToken
from firstline.coach.words import sections_of

MOST_WORDS = 60  # of a message whose common words leave it open
_UKRAINIAN, _RUSSIAN = frozenset("іїєґ"), frozenset("ыэъё")


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(word for label, _, word in sections_of(language) if label == "language")


@cache
def _common_sounds(language: str) -> frozenset[str]:
    return frozenset(sound(word) for word in _common(language) if len(word) > 1)


def spells_cyrillic(tokens: Sequence[WordToken]) -> bool:
    """Whether most of the common words of a message are Ukrainian or Russian in Latin letters."""
    english = spelled = 0
    for token in tokens:
        if token.kind == "word" and token.fold.isascii():
            if token.fold in _common("en"):
                english += 1
            else:
                heard = sound(token.fold)
                spelled += heard in _common_sounds("uk") or heard in _common_sounds("ru")
        elif token.kind == "word":
            return False
    return spelled > english or (spelled == english == 0 and _sounds_known(tokens))


def _sounds_known(tokens: Sequence[WordToken]) -> bool:
    """Whether a word of a few is one of ours by its sound, and none in English."""
    words = [token.fold for token in tokens[:MOST_WORDS] if token.kind == "word"]
    long = [word for word in words if len(word) > 5 and not is_word_of("en", False, word)]
    return any(is_word_of(language, True, word) for word in long for language in ("uk", "ru"))


def language_of(asked: str | None, tokens: Sequence[WordToken], spelled: bool) -> CoachLanguage:
    """The language that was asked for where it is one of the coach's, else that of the words."""
    if asked in LANGUAGES:
        return asked
    words = [token.fold for token in tokens if token.kind == "word"]
    cyrillic = sum(not word.isascii() for word in words)
    if not spelled and cyrillic * 10 <= len(words):
        return "en"
    heard = _common_sounds if spelled else _common
    votes = {"uk": 0.0, "ru": 0.0}
    for word in words:
        own = sound(word) if spelled else word
        for language in votes:
            votes[language] += own in heard(language)
        votes["uk"] += 2.0 * (not _UKRAINIAN.isdisjoint(word))
        votes["ru"] += 2.0 * (not _RUSSIAN.isdisjoint(word))
    # Ukrainian has one of its own letters in almost every second word.
    if not spelled and cyrillic > 3 and not any(not _UKRAINIAN.isdisjoint(word) for word in words):
        votes["ru"] += 1.5
    if votes["uk"] == votes["ru"]:
        for language in votes:
            votes[language] += sum(
                is_word_of(language, spelled, word) for word in words[:MOST_WORDS]
            )
    return "uk" if votes["uk"] >= votes["ru"] else "ru"


def is_word_of(language: str, spelled: bool, word: str) -> bool:
    """Whether the coach knows a folded word in a language, by its sound where it is spelled."""
    whole, stems = _vocabulary(language, spelled)
    word = sound(word) if spelled else word
    return word in whole or word.startswith(stems)


@cache
def _vocabulary(language: str, spelled: bool) -> tuple[frozenset[str], tuple[str, ...]]:
    """All words of a language that the coach knows: those known whole, and beginnings."""
    words = {word for _, _, phrase in sections_of(language) for word in phrase.split()}
    forms = {form for word in words for form in word.split("|")}
    if spelled:
        forms = {sound(form.rstrip("*")) + "*" * form.endswith("*") for form in forms}
    stems = tuple(form[:-1] for form in forms if form.endswith("*") and len(form) > 4)
    return frozenset(forms), stems
