"""Remarks about a policy file: the message and its values, put into words when somebody reads
them, so that one finding is read in every language and programs read it in English.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from firstline.policy.text.speech import LOCALES, translations


class Worded(Protocol):
    """A value that each language writes in its own way."""

    def in_language(self, lang: str) -> object:
        """What `format` puts into a sentence of this language."""
        ...


RemarkValue = str | int | float | Worded


@dataclass(frozen=True)
class Remark:
    """A message with `{name}` for each of its values; `many` is its form for other numbers than
    one, chosen by `number`.
    """

    text: str
    values: tuple[tuple[str, RemarkValue], ...] = ()
    many: str = ""
    number: int = 0

    def in_language(self, lang: str) -> str:
        """The sentence in a language; in English where nobody has translated it."""
        words = translations(LOCALES, "policy", lang)
        text = (
            words.ngettext(self.text, self.many, self.number)
            if self.many
            else words.gettext(self.text)
        )
        return text.format(**{name: _value_in(value, lang) for name, value in self.values})

    def __str__(self) -> str:
        return self.in_language("en")

    def with_values(self, **values: RemarkValue) -> Remark:
        """The same remark about these values."""
        return replace(self, values=tuple(values.items()))


def _value_in(value: RemarkValue, lang: str) -> object:
    return value if isinstance(value, (str, int, float)) else value.in_language(lang)


def remark(text: str, /, **values: RemarkValue) -> Remark:
    """A remark of one form. The text is a constant, which catalogs translate."""
    return Remark(text, tuple(values.items()))


def counting_remark(one: str, many: str, number: int, /, **values: RemarkValue) -> Remark:
    """A remark whose words agree with `{number}`."""
    return Remark(one, (("number", number), *values.items()), many, number)


def guess(word: str) -> Remark:
    """What was meant, as a question."""
    return remark("did you mean {word}?", word=word)


@dataclass(frozen=True)
class _Statement:
    """A remark without its question mark, which another part of the sentence takes."""

    asked: Remark

    def in_language(self, lang: str) -> str:
        return self.asked.in_language(lang).removesuffix("?")


def with_choice(problem: ValueError, choice: Remark) -> ValueError:
    """The same error with one more way to mend it."""
    found = remark_of(problem)
    if str(found).endswith("?"):
        asked = remark("{problem}, or {choice}?", problem=_Statement(found), choice=choice)
        return ValueError(asked)
    return ValueError(remark("{problem}, or {choice}", problem=found, choice=choice))


def remark_of(problem: ValueError) -> Remark:
    """The remark that an error was raised with."""
    (found,) = problem.args
    assert isinstance(found, Remark), found
    return found


@dataclass(frozen=True)
class Foreign:
    """Words of a library that speaks English alone; other languages say something general."""

    english: str
    general: Remark

    def in_language(self, lang: str) -> str:
        """Its own words, or the general ones."""
        return self.english if lang == "en" else self.general.in_language(lang)


@dataclass(frozen=True)
class Listed:
    """Names and remarks with commas between them."""

    items: tuple[RemarkValue, ...]

    def in_language(self, lang: str) -> str:
        """`a, b`."""
        return ", ".join(str(_value_in(item, lang)) for item in self.items)


@dataclass(frozen=True)
class Both:
    """Names joined by the word “and”."""

    names: tuple[str, ...]

    def in_language(self, lang: str) -> str:
        """`a and b`, `a і b`."""
        return f" {remark('and').in_language(lang)} ".join(self.names)
