"""The small words of a policy file: spans of time, windows of a day, day classes, texts in several
languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from firstline.policy.text.meant import currency_meant, length_meant, money_meant, window_meant
from firstline.policy.text.remark import Remark, guess, remark

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
MINUTES_A_DAY = 24 * 60
_SPAN = re.compile(r"^(\d{1,6}(?:\.\d{1,3})?) ?(s|mo|m|bh|bd|h|d|w|y)$")
_DAY_OFF = re.compile(r"^(\d{4}-)?(\d{2})-(\d{2})$")
_MONEY = re.compile(r"^(\d{1,12}(?:[.,]\d{1,4})?) ?([^\d\s]{1,12})$")
# 1,000 is a thousand to some readers and one to others; these currencies have three decimals.
_THOUSAND = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_MONEY_BEHIND = re.compile(r"^([^\d\s]{1,12}) ?(\d{1,12}(?:[.,]\d{1,4})?)$")
_STRICT_WINDOW = re.compile(r"^\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "bh": 3600}
LONGEST = 50 * 31536000
# How else people write the days of a calendar.
_DAY_NAME = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(s|nes|r|rs|ur)?(days?)?")
_OTHER_DAYS = {
    **dict.fromkeys(
        ("workdays", "workday", "weekday", "business-days", "working-days"), "weekdays"
    ),
    **dict.fromkeys(("weekends", "week-end"), "weekend"),
    **dict.fromkeys(("m-f", "mo-fr", "workweek"), "mon-fri"),
    **dict.fromkeys(("sa-su", "sa-so"), "sat-sun"),
    **dict.fromkeys(("everyday", "all-days", "always"), "every-day"),
}
DAY_CLASSES = ("weekdays", "weekend", "every-day", "daily", "mon-fri", "mon-sat", "sat-sun")
EVERY = ("every-day", "everyday", "daily", "mon-sun")
# What is written for a time that never ends.
UNLIMITED = "unlimited"
# And for a fee that is asked for, and whose amount nobody says.
UNSTATED = "unstated"
DAY_WORDS = ("same_business_day", "next_business_day")
# Units of the calendar on the wall, which no hours of work interrupt.
DAY_UNITS = frozenset({"d", "w", "mo", "y"})


@dataclass(frozen=True)
class Span:
    """A length of time as the file writes it: `amount` of `unit`; `low` is the lower end of a
    range such as 5m-2h.

    Units: s m h elapsed, bh working hours, d calendar days, bd working days, w weeks, mo
    months, y years;
    `same_business_day` and `next_business_day` are units of their own with amount 1.
    """

    amount: Fraction
    unit: str
    low: str | None = None

    def __str__(self) -> str:
        if self.unit in DAY_WORDS:
            return self.unit
        number = str(self.amount) if self.amount.denominator == 1 else f"{float(self.amount):g}"
        return f"{self.low + '-' if self.low else ''}{number}{self.unit}"

    @property
    def working(self) -> bool:
        """True when the span only makes sense inside a working calendar."""
        return self.unit in ("bh", "bd", *DAY_WORDS)

    @property
    def seconds(self) -> int | None:
        """Length in seconds, or None when it depends on a calendar (days, months, working days)."""
        factor = _SECONDS.get(self.unit)
        return None if factor is None else round(self.amount * factor)

    @property
    def rough_seconds(self) -> int:
        """Seconds for comparing two spans in the linter: a day is 24 h, a working day 8 h,
        a month 30 days.
        """
        rough = {"d": 86400, "w": 604800, "mo": 2592000, "y": 31536000, "bd": 28800}
        return self.seconds or round(
            self.amount * rough.get(self.unit, 28800 if self.unit in DAY_WORDS else 0)
        )


@lru_cache(maxsize=512)
def parse_span(text: str) -> Span:
    """`30m`, `1h`, `3bd`, `0.5h`, a range `5m-2h` (the upper end counts), `same_business_day`;
    ValueError says how to write it.
    """
    word = text.strip()
    if word in DAY_WORDS:
        return Span(Fraction(1), word)
    low, _, high = word.partition("-")
    found = _SPAN.match(high or low)
    if found and low.strip().isdigit() and high:
        one_unit = remark(
            "'{text}' is a length of time with one unit for both its ends; write "
            "{low}{unit}-{high}",
            text=text[:40],
            low=low.strip(),
            unit=found[2],
            high=high.strip(),
        )
        raise ValueError(one_unit)
    if found is None or (high and not _SPAN.match(low)):
        mend = _span_meant(word)
        raise ValueError(
            remark("'{text}' is not a length of time; {mend}", text=text[:40], mend=mend)
        )
    low_span = parse_span(low) if high else None
    return _checked_range(text, Span(Fraction(found[1]), found[2], str(low_span or "") or None))


def _span_meant(word: str) -> Remark:
    """How to write the length of time that was meant."""
    if near := get_close_matches(word, DAY_WORDS, 1, 0.75):
        return guess(near[0])
    return length_meant(word) or remark(
        "write for example 30m, 1h, 8bh (working hours), 3d, 3bd (working days) or 6mo"
    )


def _checked_range(text: str, span: Span) -> Span:
    if span.rough_seconds > LONGEST:
        raise ValueError(
            remark(
                "'{text}' is a length of time beyond fifty years; write a shorter one",
                text=text[:40],
            )
        )
    if span.low and parse_span(span.low).rough_seconds > span.rough_seconds:
        raise ValueError(
            remark(
                "'{text}' is a range whose first end is the longer one; write the shorter end "
                "first",
                text=text[:40],
            )
        )
    return span


def parse_clock(text: str, latest: int = 48 * 60) -> int:
    """Minutes since midnight of `HH:MM`; hours past 24 mean the next day. ValueError for 09:77
    and the like.
    """
    found = _CLOCK.match(text.strip())
    if found and int(found[2]) <= 59 and int(found[1]) * 60 + int(found[2]) > latest:
        text, end = text[:20], f"{latest // 60:02}:{latest % 60:02}"
        if latest <= MINUTES_A_DAY:
            raise ValueError(
                remark(
                    "'{text}' is not a time of day; the latest here is {end}", text=text, end=end
                )
            )
        raise ValueError(
            remark(
                "'{text}' is not a time of day; the latest here is {end} (25:00 is 01:00 of the "
                "next day)",
                text=text,
                end=end,
            )
        )
    if found is None or int(found[2]) > 59:
        raise ValueError(
            remark(
                "'{text}' is not a time of day; write HH:MM with minutes 00 to 59, for "
                "example 09:30 (25:00 is 01:00 of the next day)",
                text=text[:20],
            )
        )
    return int(found[1]) * 60 + int(found[2])


@dataclass(frozen=True, order=True)
class Window:
    """Opening window in minutes since local midnight of its day; `end` may pass 1440 (the next
    day).
    """

    start: int
    end: int

    def __str__(self) -> str:
        return "-".join(f"{m // 60:02}:{m % 60:02}" for m in (self.start, self.end))


@lru_cache(maxsize=512)
def parse_window(text: str) -> Window:
    """`09:00-21:00`, past midnight `09:00-25:00`; ValueError says how to mend it."""
    first, dash, last = text.partition("-")
    if wrong := re.search("[\u2010-\u2015\u2212]", text):
        raise ValueError(
            remark(
                "'{text}' is not a window: its dash is not the one of the keyboard "
                "(U+{code}); write {plain}",
                text=text[:40],
                code=f"{ord(wrong[0]):04X}",
                plain=text.replace(wrong[0], "-")[:40],
            )
        )
    if (mend := window_meant(text)) and not _STRICT_WINDOW.match(text.strip()):
        raise ValueError(remark("'{text}' is not a window; {mend}", text=text[:40], mend=mend))
    if not dash or not first.strip() or not last.strip():
        raise ValueError(
            remark(
                "'{text}' is not a window; write a start and an end, for example 09:00-18:00",
                text=text[:40],
            )
        )
    return _checked_window(text.strip()[:40], parse_clock(first, MINUTES_A_DAY - 1), last)


def _checked_window(text: str, start: int, last: str) -> Window:
    end = parse_clock(last)
    if end <= start:
        raise ValueError(
            remark(
                "window {text} ends before it starts; if it ends on the next day write "
                "{first}-{later}",
                text=text,
                first=text.partition("-")[0].strip(),
                later=f"{end // 60 + 24:02}:{end % 60:02}",
            )
        )
    if end - start > MINUTES_A_DAY:
        raise ValueError(
            remark(
                "window {text} is longer than a day; write 00:00-24:00 for a whole day", text=text
            )
        )
    return Window(start, end)


@lru_cache(maxsize=256)
def parse_days(text: str) -> frozenset[int]:
    """Weekdays (0 = Monday) of a day class: `mon-fri`, `sat`, `mon,wed,fri`, `fri-mon`,
    `every-day`; ValueError otherwise.
    """
    if text in EVERY:
        return EVERY_DAY
    text = {"weekdays": "mon-fri", "weekend": "sat-sun"}.get(text, text)
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(
                remark(
                    "'{text}' is not a day class; write mon-fri, sat-sun, sat, mon,wed,fri or "
                    "every-day",
                    text=text[:40],
                )
            )
        start, end = DAYS.index(first), DAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def is_days(text: str) -> bool:
    """True when the text is a day class."""
    try:
        parse_days(text)
    except ValueError:
        return False
    return True


def day_meant(text: str) -> str | None:
    """The day class that `Monday`, `mon–fri` or `weekends` most likely means; None for no such."""
    word = text.strip().lower().replace("–", "-").replace("_", "-").replace(" ", "-")
    word = re.sub("-(to|through|till)-", "-", word).replace("-and-", ",")
    parts = re.split("([-,])", _OTHER_DAYS.get(word, word))
    short = "".join(found[1] if (found := _DAY_NAME.fullmatch(p)) else p for p in parts)
    return short if is_days(short) and short != text else None


@lru_cache(maxsize=256)
def parse_zone(text: str) -> ZoneInfo:
    """IANA zone by name; ValueError for an unknown one (abbreviations such as EST lose daylight
    saving and are refused).
    """
    name = text.strip()
    try:
        if "/" not in name and name != "UTC":
            raise ValueError
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(
            remark(
                "'{text}' is not a known time zone; {mend}",
                text=text[:40],
                mend=_zone_meant(name),
            )
        ) from None


def _zone_meant(name: str) -> Remark:
    """How to write the zone that was meant."""
    if re.fullmatch(r"(UTC|GMT)?[+-]\d{1,2}(:?\d{2})?|[A-Z]{2,5}", name):
        return remark(
            "an offset or a short name has no summer time; write the place, such as "
            "Europe/Kyiv, Europe/Berlin or America/New_York, or UTC"
        )
    known = {zone.lower(): zone for zone in available_timezones() if "/" in zone}
    near = get_close_matches(name.lower(), known, 1, 0.75)
    if near:
        return guess(known[near[0]])
    return remark("write an IANA name such as Europe/Kyiv, Europe/Berlin or UTC")


def parse_local(text: str) -> datetime:
    """Local date or date and time without offset, `2026-12-31` or `2026-12-31T18:00`;
    ValueError otherwise.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            remark("'{text}' is not a date; write 2026-12-31 or 2026-12-31T18:00", text=text[:40])
        ) from None
    if moment.tzinfo is not None:
        raise ValueError(
            remark(
                "'{text}' carries an offset; write local time of the calendar, for example "
                "2026-12-31T18:00",
                text=text[:40],
            )
        )
    if not 1970 <= moment.year <= 2200:
        raise ValueError(
            remark("'{text}' is not a date between 1970 and 2200; correct the year", text=text[:40])
        )
    return moment


def parse_day_off(text: str) -> tuple[int | None, int, int]:
    """Year (None for every year), month, day of `2026-12-31` or `12-31`; ValueError otherwise."""
    found = _DAY_OFF.match(text.strip())
    try:
        if found is None:
            raise ValueError
        year = int(found[1][:4]) if found[1] else None
        # 29 February stands for itself in the years that have it.
        day = datetime(year or 2024, int(found[2]), int(found[3]))  # noqa: DTZ001 - a date
    except ValueError:
        raise ValueError(
            remark("'{text}' is not a date; write 12-31 (every year) or 2026-12-31", text=text[:40])
        ) from None
    return year, day.month, day.day


def parse_money(text: str) -> tuple[str, str]:
    """Amount in digits and currency of `70 EUR`, `19,90 EUR`, `€70`; ValueError otherwise."""
    word = text.strip()
    found = _MONEY.match(word) or _MONEY_BEHIND.match(word)
    if found is None or "/" in word:
        mend = money_meant(word) or (
            remark("write a number and its currency, without spaces between digits: 70 EUR")
        )
        raise ValueError(
            remark("'{text}' is not an amount of money; {mend}", text=text[:40], mend=mend)
        )
    amount, currency = sorted((found[1], found[2]), key=lambda part: not part[0].isdigit())
    currency = currency_meant(currency) or currency
    if re.fullmatch("[A-Za-z]{3}", currency):
        currency = currency.upper()
    if _THOUSAND.match(amount) and currency not in _THREE_DECIMALS:
        whole, _, rest = amount.replace(",", ".").partition(".")
        raise ValueError(
            remark(
                "'{text}' may be {whole}{rest} or {whole}; write {whole}{rest} {currency}, "
                "or {whole}.{cents} {currency}",
                text=text[:40],
                whole=whole,
                rest=rest,
                currency=currency,
                cents=rest[:2],
            )
        )
    return amount.replace(",", "."), currency


def pick(words: dict[str, str], lang: str, languages: tuple[str, ...] = ()) -> str:
    """The text for `lang`, else for the first policy language that has one, else any; '' when
    there is none.
    """
    for key in (lang, "*", *languages):
        if key in words:
            return words[key]
    return next(iter(words.values()), "")
