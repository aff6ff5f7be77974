"""Values of the policy in words: lengths of time with their forms, hours, days, sums, codes. What
Babel does not know of a language stands in its catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from gettext import NullTranslations
from importlib.resources import files

import yaml

from firstline.policy.text.dates import babel_locale
from firstline.policy.text.speech import LOCALES, translations
from firstline.policy.text.values import (
    DAY_WORDS,
    EVERY_DAY,
    MINUTES_A_DAY,
    Span,
    Window,
    parse_days,
    parse_span,
)

# How Babel calls the units; it does not know the last two.
UNITS = {
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "y": "year",
    "bh": "working hour",
    "bd": "working day",
}
WORKING = ("bh", "bd")
CASES = {"g": "genitive", "a": "accusative"}
ALL_DAY = Window(0, MINUTES_A_DAY)
REST = frozenset({5, 6})


def catalog(lang: str) -> NullTranslations:
    """The translations of a language, or of that without its region; else English."""
    return translations(LOCALES, "policy", lang[:3].rstrip("-_"))


def phrase(lang: str, text: str) -> str:
    """A text in a language, whichever is spoken at the moment."""
    return catalog(lang).gettext(text)


def messages() -> Iterator[tuple[str, ...]]:
    """What catalogs translate of codes and of lengths of time; a context stands before \\4."""
    yield from ((text,) for text in _codes().values())
    for unit in UNITS:
        one, many = _forms(unit)
        yield from ((f"{case}\4{one}", many) for case in CASES.values())
    for unit in WORKING:
        yield from (_forms(unit), (f"part\4{_forms(unit)[1]}",))


def _forms(unit: str) -> tuple[str, str]:
    return f"{{number}} {UNITS[unit]}", f"{{number}} {UNITS[unit]}s"


def span_words(span: Span, lang: str, case: str = "") -> str:
    """`1h` as “1 hour”, “1 година”, “1 час”; ranges with both ends; the two day words as phrases.

    `case` is "" for the nominative, "g" for the genitive, "a" for the accusative.
    """
    if span.unit in DAY_WORDS:
        if span.unit == "same_business_day":
            return phrase(lang, "the same working day")
        return phrase(lang, "the next working day")
    number = number_words(float(span.amount), lang)
    if span.low is None:
        return _unit_pattern(span, lang, case).format(number=number)
    low = parse_span(span.low)
    if low.unit == span.unit:
        number = f"{number_words(float(low.amount), lang)}–{number}"
        return _unit_pattern(span, lang, case).format(number=number)
    return " – ".join(span_words(replace(end, low=None), lang, case) for end in (low, span))


def _unit_pattern(span: Span, lang: str, case: str) -> str:
    """The unit of a span in the form that its number needs, with a place for the number."""
    (one, many), number, words = _forms(span.unit), float(span.amount), catalog(lang)
    whole = number == int(number)
    if case and whole:
        return words.npgettext(CASES[case], one, many, int(number))
    if span.unit in WORKING:
        return words.ngettext(one, many, int(number)) if whole else words.pgettext("part", many)
    from babel.units import format_unit

    unit = f"duration-{UNITS[span.unit]}"
    said = format_unit(number, unit, locale=babel_locale(lang))
    return said.replace(number_words(number, lang), "{number}")


def number_words(number: float, lang: str) -> str:
    """A number as the language writes it."""
    from babel.numbers import format_decimal

    return format_decimal(number, "#,##0.######", locale=babel_locale(lang))


def money_words(amount: str, lang: str) -> str:
    """`25000 BDT` as “25,000 BDT”, “25\u00a0000 BDT”; words that are no sum as they are."""
    from babel.numbers import format_decimal

    number, _space, currency = amount.partition(" ")
    if not currency or not number.replace(".", "", 1).isdigit():
        return amount
    cents = "0" * len(number.partition(".")[2])
    pattern = f"#,##0.{cents}" if cents else "#,##0"
    figure = format_decimal(number, pattern, locale=babel_locale(lang))
    return f"{figure} {currency}"


def percent_words(number: float, lang: str) -> str:
    """`93.5` as “93.5%”, “93,5 %”."""
    return f"{number_words(number, lang)}{'' if lang == 'en' else ' '}%"


@dataclass(frozen=True)
class Time:
    """A span for a sentence, which says in which form it needs it: `{time}`, `{time:g}` genitive,
    `{time:a}` accusative, `{time:within}` “within 1 hour”, `{time:after}` “after 1 hour”.

    `open_days` are those of the calendar that counts it, where one does that closes.
    """

    span: Span
    lang: str
    open_days: frozenset[int] | None = None

    def __format__(self, form: str) -> str:
        if form not in ("within", "after"):
            return span_words(self.span, self.lang, form)
        if self.span.unit in DAY_WORDS:
            return self._day()
        if not self.span.amount:
            if self.span.unit == "bd":
                return phrase(self.lang, "by the end of the day of opening")
            if self.span.unit in WORKING or self.open_days is not None:
                return phrase(self.lang, "at once, or when the calendar opens")
            return phrase(self.lang, "at once")
        low = parse_span(self.span.low) if self.span.low else self.span
        if form == "within" and low.unit != self.span.unit:
            ends = [span_words(replace(e, low=None), self.lang, "g") for e in (low, self.span)]
            return phrase(self.lang, "within {low} to {high}").format(low=ends[0], high=ends[1])
        if form == "within":
            time = span_words(self.span, self.lang, "g")
            return phrase(self.lang, "within {time}").format(time=time)
        time = span_words(self.span, self.lang, "a")
        return phrase(self.lang, "after {time}").format(time=time)

    def _day(self) -> str:
        """The same or the next working day; a calendar may work on the days of rest, too."""
        days, same = self.open_days or frozenset[int](), self.span.unit == "same_business_day"
        lang = self.lang
        if days == EVERY_DAY:
            return phrase(lang, "on the same day") if same else phrase(lang, "on the next day")
        if days & REST and same:
            return phrase(lang, "on the same day of opening")
        if days & REST:
            return phrase(lang, "on the next day of opening")
        if same:
            return phrase(lang, "on the same working day")
        return phrase(lang, "on the next working day")


def window_words(window: Window) -> str:
    """`09:00–01:00` for a window that ends past midnight."""
    end = window.end if window.end <= MINUTES_A_DAY else window.end - MINUTES_A_DAY
    return f"{window.start // 60:02}:{window.start % 60:02}–{end // 60:02}:{end % 60:02}"


def week_words(days: dict[str, list[Window]], lang: str) -> str:
    """Hours of the day classes: “Mon–Fri 09:00–18:00; Sat closed”."""
    found = [
        f"{days_words(text, lang)} {windows_words(windows, lang)}" for text, windows in days.items()
    ]
    return "; ".join(found) or windows_words([], lang)


def windows_words(windows: list[Window], lang: str) -> str:
    """Windows of a day on one line; “around the clock” or “closed” where that is what they are."""
    if windows == [ALL_DAY]:
        return phrase(lang, "around the clock")
    return ", ".join(map(window_words, windows)) or phrase(lang, "closed")


def days_words(text: str, lang: str) -> str:
    """`mon-fri` as “Mon–Fri”, “пн–пт”."""
    days = parse_days(text)
    if days == EVERY_DAY:
        return phrase(lang, "every day")
    names = babel_locale(lang).days["stand-alone"]["abbreviated"]
    first, dash, last = text.partition("-")
    if dash and "," not in text:
        ends = [names[min(parse_days(end))] for end in (first, last)]
        return "–".join(ends)
    return ", ".join(names[day] for day in sorted(days))


def clock_words(word: str, lang: str) -> str:
    """A clock that is no calendar."""
    return {
        "channel": phrase(lang, "the hours of the channel"),
        "line": phrase(lang, "the hours of the line"),
        "plan": phrase(lang, "the hours of the plan"),
    }.get(word) or phrase(lang, "around the clock")


def force_words(force: str, lang: str) -> str:
    """How strong a promise is."""
    return {
        "guarantee": phrase(lang, "guaranteed"),
        "target": phrase(lang, "our aim"),
        "typical": phrase(lang, "usually"),
    }.get(force) or phrase(lang, "at most")


def truth_words(value: bool, lang: str) -> str:
    """Yes or no."""
    return phrase(lang, "yes") if value else phrase(lang, "no")


def language_words(code: str, lang: str) -> str:
    """A language by name."""
    return babel_locale(lang).languages.get(code.split("-")[0], code)


def capital(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


@cache
def _codes() -> dict[str, str]:
    text = files(__package__ or "firstline.policy.text").joinpath("codes.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def code_words(code: str, lang: str, group: str = "") -> str:
    """A code such as `exact_error` in words; one that nobody knows with spaces for underscores."""
    found = code_phrase(f"{group}/{code}", lang) or code_phrase(code, lang)
    return found or code.replace("_", " ")


def code_phrase(code: str, lang: str) -> str:
    """A code, or one of a group such as `calendar/office`, in words; '' where nobody knows it."""
    found = _codes().get(code)
    return phrase(lang, found) if found else ""
