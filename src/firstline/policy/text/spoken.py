"""Values of remarks that each language writes its own way. English writes them as the file does,
so that whoever reads it can look for them there.
"""

from __future__ import annotations

from dataclasses import dataclass

from firstline.policy.text.dates import date_words
from firstline.policy.text.values import DAYS, Span
from firstline.policy.text.wording import Time, days_words


@dataclass(frozen=True)
class Length:
    """A length of time: `1h`, “1 година”; a sentence may ask for a case as of `Time`."""

    span: Span

    def in_language(self, lang: str) -> object:
        """Text in English, else what takes a case."""
        return str(self.span) if lang == "en" else Time(self.span, lang)


@dataclass(frozen=True)
class LocalDate:
    """A date of the file, with its time of day where it has one."""

    text: str

    def in_language(self, lang: str) -> str:
        """`2026-12-31`, “31 грудня 2026 року”."""
        return self.text if lang == "en" else date_words(self.text, lang)


@dataclass(frozen=True)
class Weekday:
    """A day of the week, 0 for Monday."""

    day: int

    def in_language(self, lang: str) -> str:
        """`Mon`, “пн”."""
        name = DAYS[self.day]
        return name.capitalize() if lang == "en" else days_words(name, lang)


@dataclass(frozen=True)
class DayClass:
    """Days as the file names them: `mon-fri`, “пн–пт”."""

    text: str

    def in_language(self, lang: str) -> str:
        """The word of the file, or the days."""
        return self.text if lang == "en" else days_words(self.text, lang)
