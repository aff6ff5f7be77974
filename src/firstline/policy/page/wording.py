"""Values of the policy in words: spans of time with plural forms, calendars, lists. English,
Ukrainian, Russian; others through Babel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast

import yaml

from firstline.policy.file.hours import CalendarSpec
from firstline.policy.file.matters import Stage
from firstline.policy.file.model import Target
from firstline.policy.file.parts import Part
from firstline.policy.rules.policy import Policy
from firstline.policy.text.dates import babel_locale
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import speaking
from firstline.policy.text.values import (
    EVERY_DAY,
    MINUTES_A_DAY,
    Span,
    Window,
    parse_days,
    parse_span,
    pick,
)

# One, few (2-4), many, part of one. English has one and many.
FORMS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "en": {
        "s": ("second", "seconds", "seconds", "seconds"),
        "m": ("minute", "minutes", "minutes", "minutes"),
        "h": ("hour", "hours", "hours", "hours"),
        "d": ("day", "days", "days", "days"),
        "w": ("week", "weeks", "weeks", "weeks"),
        "mo": ("month", "months", "months", "months"),
        "y": ("year", "years", "years", "years"),
        "bh": ("working hour", "working hours", "working hours", "working hours"),
        "bd": ("working day", "working days", "working days", "working days"),
    },
    "uk": {
        "s": ("секунда", "секунди", "секунд", "секунди"),
        "m": ("хвилина", "хвилини", "хвилин", "хвилини"),
        "h": ("година", "години", "годин", "години"),
        "d": ("день", "дні", "днів", "дня"),
        "w": ("тиждень", "тижні", "тижнів", "тижня"),
        "mo": ("місяць", "місяці", "місяців", "місяця"),
        "y": ("рік", "роки", "років", "року"),
        "bh": ("робоча година", "робочі години", "робочих годин", "робочої години"),
        "bd": ("робочий день", "робочі дні", "робочих днів", "робочого дня"),
    },
    "ru": {
        "s": ("секунда", "секунды", "секунд", "секунды"),
        "m": ("минута", "минуты", "минут", "минуты"),
        "h": ("час", "часа", "часов", "часа"),
        "d": ("день", "дня", "дней", "дня"),
        "w": ("неделя", "недели", "недель", "недели"),
        "mo": ("месяц", "месяца", "месяцев", "месяца"),
        "y": ("год", "года", "лет", "года"),
        "bh": ("рабочий час", "рабочих часа", "рабочих часов", "рабочего часа"),
        "bd": ("рабочий день", "рабочих дня", "рабочих дней", "рабочего дня"),
    },
}
# Feminine words have an accusative of their own.
ACCUSATIVE = {
    "uk": {"s": "секунду", "m": "хвилину", "h": "годину", "bh": "робочу годину"},
    "ru": {"s": "секунду", "m": "минуту", "w": "неделю"},
}
PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "same_business_day": "the same working day",
        "next_business_day": "the next working day",
        "24x7": "around the clock",
        "daily": "every day",
        "closed": "closed",
        "yes": "yes",
        "no": "no",
        "on": "on ",
        "at_once": "at once",
        "within": "within",
        "between": "within {low} to {high}",
        "after": "after",
    },
    "uk": {
        "same_business_day": "того самого робочого дня",
        "next_business_day": "наступного робочого дня",
        "24x7": "цілодобово",
        "daily": "щодня",
        "closed": "зачинено",
        "yes": "так",
        "no": "ні",
        "on": "",
        "at_once": "одразу",
        "within": "протягом",
        "between": "у межах від {low} до {high}",
        "after": "через",
    },
    "ru": {
        "same_business_day": "в тот же рабочий день",
        "next_business_day": "на следующий рабочий день",
        "24x7": "круглосуточно",
        "daily": "ежедневно",
        "closed": "закрыто",
        "yes": "да",
        "no": "нет",
        "on": "",
        "at_once": "сразу",
        "within": "в течение",
        "between": "в пределах от {low} до {high}",
        "after": "через",
    },
}
BABEL_UNITS = {
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "y": "year",
}


def plural(number: float, lang: str) -> int:
    """Index of the form for a number: 0 one, 1 few, 2 many, 3 a part."""
    if number != int(number):
        return 3
    count = int(number)
    if lang == "en":
        return 0 if count == 1 else 2
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


def span_words(span: Span, lang: str, case: str = "") -> str:
    """`1h` as “1 hour”, “1 година”, “1 час”; ranges with both ends; the two day words as phrases.

    `case` is "" for the nominative, "g" for the genitive, "a" for the accusative.
    """
    if span.unit in PHRASES["en"]:
        return PHRASES.get(lang, PHRASES["en"])[span.unit]
    if span.low is None:
        return f"{_number(float(span.amount), lang)} {_unit(span, lang, case)}"
    low = parse_span(span.low)
    if low.unit == span.unit:
        first = _number(float(low.amount), lang)
        return f"{first}–{_number(float(span.amount), lang)} {_unit(span, lang, case)}"
    return " – ".join(span_words(replace(end, low=None), lang, case) for end in (low, span))


def _number(number: float, lang: str) -> str:
    shown = f"{number:.6f}".rstrip("0").rstrip(".")
    return shown if lang == "en" else shown.replace(".", ",")


@cache
def money_words(amount: str, lang: str) -> str:
    """`25000 BDT` as “25,000 BDT”, “25\u00a0000 BDT”; words that are no sum as they are."""
    from babel.numbers import format_decimal

    number, _space, currency = amount.partition(" ")
    if not currency or not number.replace(".", "", 1).isdigit():
        return amount
    cents = "0" * len(number.partition(".")[2])
    pattern = f"#,##0.{cents}" if cents else "#,##0"
    shown = format_decimal(number, pattern, locale=babel_locale(lang))
    return f"{shown} {currency}"


def percent_words(number: float, lang: str) -> str:
    """`93.5` as “93.5%”, “93,5 %”."""
    return f"{_number(number, lang)}%" if lang == "en" else f"{_number(number, lang)} %"


def _unit(span: Span, lang: str, case: str) -> str:
    number = float(span.amount)
    if lang not in FORMS and span.unit in BABEL_UNITS:
        from babel.units import format_unit

        said = format_unit(number, f"duration-{BABEL_UNITS[span.unit]}", locale=babel_locale(lang))
        return said.rpartition(" ")[2]
    own = lang if lang in FORMS else "en"
    form, forms = plural(number, own), FORMS[own][span.unit]
    # The form of a part is the genitive singular; from two on the genitive is the form of many.
    if case == "g" and own != "en":
        return forms[3 if form in (0, 3) else 2]
    if case == "a" and form == 0:
        return ACCUSATIVE.get(own, {}).get(span.unit, forms[0])
    return forms[form]


@dataclass(frozen=True)
class Time:
    """A span for a sentence, which says in which form it needs it: `{time}`, `{time:g}` genitive,
    `{time:a}` accusative, `{time:within}` “within 1 hour”, `{time:after}` “after 1 hour”.
    """

    span: Span
    lang: str

    def __format__(self, form: str) -> str:
        if form not in ("within", "after"):
            return span_words(self.span, self.lang, form)
        phrases = PHRASES.get(self.lang, PHRASES["en"])
        if self.span.unit in PHRASES["en"]:
            return phrases["on"] + phrases[self.span.unit]
        if not self.span.amount:
            return phrases["at_once"]
        low = parse_span(self.span.low) if self.span.low else self.span
        if form == "within" and low.unit != self.span.unit:
            ends = [span_words(replace(e, low=None), self.lang, "g") for e in (low, self.span)]
            return phrases["between"].format(low=ends[0], high=ends[1])
        case = "g" if form == "within" else "a"
        return f"{phrases[form]} {span_words(self.span, self.lang, case)}"


def window_words(window: Window) -> str:
    """`09:00–01:00` for a window that ends past midnight."""
    end = window.end if window.end <= MINUTES_A_DAY else window.end - MINUTES_A_DAY
    return f"{window.start // 60:02}:{window.start % 60:02}–{end // 60:02}:{end % 60:02}"


def calendar_words(policy: Policy, name: str, lang: str) -> str:
    """Hours of a calendar on one line, with its zone unless it never closes. A title that names
    the hours stands in their place; one that names none stands before them.
    """
    if name.startswith("not "):
        with speaking(lang):
            return _("outside {words}").format(words=calendar_words(policy, name[4:], lang))
    spec = policy.source.calendars.get(name)
    title = pick(spec.title, lang, policy.languages) if spec else ""
    if title and names_hours(title):
        return title
    hours = _computed(policy, name, lang)
    return f"{title}, {hours}" if title else hours


def names_hours(title: str) -> bool:
    """Whether the title of a calendar says its hours itself: “Mon–Fri from 9 to 18”."""
    return any(letter.isdigit() for letter in title)


def _computed(policy: Policy, name: str, lang: str) -> str:
    spec = policy.source.calendars.get(name)
    phrases = PHRASES.get(lang, PHRASES["en"])
    compiled = policy.calendars[name]
    if spec is None or all(day == (Window(0, MINUTES_A_DAY),) for day in compiled.week):
        return phrases["24x7"]
    return f"{week_words(spec.days, lang)} ({compiled.zone.key})"


def week_words(days: dict[str, list[Window]], lang: str) -> str:
    """Hours of the day classes: “Mon–Fri 09:00–18:00; Sat closed”."""
    found = [
        f"{days_words(text, lang)} {windows_words(windows, lang)}" for text, windows in days.items()
    ]
    return "; ".join(found) or windows_words([], lang)


def windows_words(windows: list[Window], lang: str) -> str:
    """Windows of a day on one line; “around the clock” or “closed” where that is what they are."""
    phrases = PHRASES.get(lang, PHRASES["en"])
    if windows == [Window(0, MINUTES_A_DAY)]:
        return phrases["24x7"]
    return ", ".join(map(window_words, windows)) or phrases["closed"]


def days_words(text: str, lang: str) -> str:
    """`mon-fri` as “Mon–Fri”, “пн–пт”."""
    days = parse_days(text)
    if days == EVERY_DAY:
        return PHRASES.get(lang, PHRASES["en"])["daily"]
    names = babel_locale(lang).days["stand-alone"]["abbreviated"]
    first, dash, last = text.partition("-")
    if dash and "," not in text:
        ends = [names[min(parse_days(end))] for end in (first, last)]
        return "–".join(ends)
    return ", ".join(names[day] for day in sorted(days))


@lru_cache(1)
def _codes() -> dict[str, list[str]]:
    text = files(__package__ or "firstline.policy.page").joinpath("codes.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def code_words(code: str, lang: str, group: str = "") -> str:
    """A code such as `exact_error` in words; one that nobody knows with spaces for underscores."""
    found = known_words(f"{group}/{code}", lang) or known_words(code, lang)
    return found or code.replace("_", " ")


def known_words(code: str, lang: str) -> str:
    """A code, or one of a group such as `calendar/office`, in words; '' where nobody knows it."""
    found = _codes().get(code)
    return found[{"uk": 1, "ru": 2}.get(lang, 0)] if found else ""


def value_words(policy: Policy, value: object, lang: str) -> str:
    """Any value of the file in words."""
    if isinstance(value, Span):
        return span_words(value, lang)
    if isinstance(value, Window):
        return window_words(value)
    if isinstance(value, bool):
        return PHRASES.get(lang, PHRASES["en"])["yes" if value else "no"]
    if isinstance(value, CalendarSpec):
        name = next(name for name, spec in policy.source.calendars.items() if spec is value)
        return calendar_words(policy, name, lang)
    if isinstance(value, (Target, Stage)):
        spans = [
            (key, item)
            for key in type(value).model_fields
            if isinstance(item := getattr(value, key), Span)
        ]
        return ", ".join(f"{key} {span_words(item, lang)}" for key, item in spans)
    if isinstance(value, dict):
        words = cast("dict[str, Any]", value)
        return (
            pick(words, lang, policy.languages)
            if all(isinstance(v, str) for v in words.values())
            else ", ".join(words)
        )
    if isinstance(value, list):
        return ", ".join(value_words(policy, item, lang) for item in cast("list[object]", value))
    if isinstance(value, Part):
        return str(getattr(value, "id", ""))
    if isinstance(value, str) and value in _codes():
        return code_words(value, lang)
    return _number(value, lang) if isinstance(value, float) else str(value)
