"""Dates of the file as a language writes them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from firstline.policy.text.values import parse_local

DATES = {"uk": "d MMMM y 'року'", "ru": "d MMMM y 'года'"}


def babel_locale(lang: str) -> Any:
    """How a language writes numbers, dates and names: that of its region, its own, else English."""
    from babel import Locale, UnknownLocaleError

    for code in (lang.replace("-", "_"), lang[:3].rstrip("-_"), "en"):
        with suppress(UnknownLocaleError, ValueError):
            return Locale.parse(code)
    raise LookupError(lang)


def moment_words(at: datetime, zone: ZoneInfo, lang: str) -> str:
    """A moment as a language writes it, by the clock of a zone."""
    return date_words(at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"), lang)


def date_words(local: str, lang: str) -> str:
    """A date of the file as a language writes it, with its time of day where it has one."""
    from babel.dates import format_date, format_time

    moment, locale = parse_local(local), babel_locale(lang)
    day = format_date(moment, DATES.get(lang, "d MMMM y"), locale=locale)
    if "T" in local or " " in local.strip():
        return f"{day}, {format_time(moment, 'HH:mm', locale=locale)}"
    return day
