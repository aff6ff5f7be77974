"""What people write who have seen other formats, and how the policy file writes it: lengths of
time, hours, money, choices. Each gives the end of a finding's sentence, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from firstline.policy.text.remark import Remark, guess, remark

LEAVE_OUT = remark(
    "where the text gives no number, leave the key out and write words: "
    "{{en: as soon as we can}}, here or in a clause"
)
_SAME_DAY = """same day, sameday, today, eod, end of day, same working day, same workday, cob, eob,
close of business, end of business day"""
_NEXT_DAY = "next day, tomorrow, nbd, next working day, next workday, next morning, following day"
_NO_NUMBER = """asap, as soon as possible, immediately, immediate, instant, instantly, at once, now,
soon, promptly, right away, without delay, n/a, na, tbd, tba, unknown, varies, none, no, never, best
effort, on request, on demand, by agreement, flexible, individually, depends, -, ?"""
_ALWAYS = (
    "24/7, 24x7, 24h, 24 hours, 24 hours a day, always, around the clock, round the clock, all day"
)
_CLOSED = "off, none, no, never, n/a, na, -, holiday, false"
_FREE = "free, free of charge, gratis, included, no charge, nothing"
_NUMBERS = {
    word: number
    for number, words in (
        ("0.5", "half a, half an, half"), ("1", "a, an, one"), ("2", "two, couple of"),
        ("3", "three"), ("4", "four"), ("5", "five"), ("6", "six"), ("7", "seven"), ("8", "eight"),
        ("10", "ten"), ("12", "twelve"), ("24", "twenty four"), ("48", "forty eight"),
    )
    for word in words.split(", ")
}  # fmt: skip
_UNITS = (
    ("bh", r"b ?hs?|(business|working|work|office) (hours?|hrs?)"),
    ("bd", r"b ?ds?|(business|working|work|week) ?days?"),
    ("s", r"s|secs?|seconds?"),
    ("m", r"m|mins?|minutes?"),
    ("h", r"h|hrs?|hours?"),
    ("d", r"d|(calendar )?days?"),
    ("w", r"w|wks?|weeks?"),
    ("mo", r"mo|mos|mths?|months?"),
    ("y", r"y|yrs?|years?"),
)
_AMOUNT = rf"\d+(?:[.,]\d+)?|(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?![a-z])"
_PIECE = re.compile(rf"({_AMOUNT}) ?([a-z][a-z ]*?)\.?(?= ?(?:,|and )? ?(?:{_AMOUNT})|$)")
_RANGE = re.compile(rf"({_AMOUNT})(?: ?[a-z ]+?)?(?: ?[-–] ?| to | or )(?=\d|[a-z])")
_PERIODS = {
    "hourly": "1h", "daily": "1d", "overnight": "next_business_day", "weekly": "1w",
    "fortnight": "2w", "a fortnight": "2w", "monthly": "1mo", "quarterly": "3mo", "quarter": "3mo",
    "yearly": "1y", "annually": "1y",
}  # fmt: skip
_MINUTES = {"m": 1, "h": 60}
_MANY_DIGITS = re.compile(r"\d{7}|\.\d{4}")
_ISO = re.compile(r"p(?:(\d+)([dwmy])|t(\d+)([hms]))")
_EACH = re.compile(r"(.*\S) ?(?:/|per | an? )\s?(?:h|hr|hour|min|minute|request|month|mo)")
_THOUSANDS = re.compile(r"([^\d\s]*) ?(\d{1,3}(?:[ .,']\d{3})+)([.,]\d{1,2})? ?([^\d\s]*)")
_HOUR = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?h? ?([ap])?\.?m?\.?")
_CURRENCIES = {
    "EUR": "euro, euros", "USD": "dollar, dollars, buck, bucks", "GBP": "pound, pounds",
    "UAH": "hryvnia, hryvnias, hryvnya", "PLN": "zloty, zlotys", "CHF": "franc, francs",
    "JPY": "yen", "RUB": "ruble, rubles, rouble, roubles", "CZK": "koruna, korunas",
}  # fmt: skip
_CHOICES = {
    "official": "open, active, available, main, primary, supported, enabled, on, yes, normal",
    "refused": "closed, disabled, off, unsupported, unavailable, none, no, never, n/a, rejected",
    "emergency_only": "emergency, emergencies, urgent, urgent_only, critical_only, critical",
    "limited": "restricted, partial, some",
    "advisory": "informal, unofficial, best_effort, informational, not_binding, tbd",
    "self_help": "faq, kb, wiki, forum, community, docs, self_service, knowledge_base",
    "guarantee": "guaranteed, sla, binding, hard, committed, commitment, must, promise, promised",
    "max": "maximum, at_most, limit, up_to, not_later_than, latest",
    "target": "goal, objective, aim, slo, soft, intended, best_effort",
    "typical": "average, usual, usually, typically, median, normal, normally, mean, tbd",
    "closed": "off, no, none, n/a, day_off",
    "saturday": "sat",
    "sunday": "sun, weekend",
    "open": "work, workday, ordinary, normal, yes, 24/7",
    "accept": "yes, take, queue, open",
    "refuse": "no, reject, closed",
    "reply": "yes, reopen, true, always",
    "new_request": "no, never, new_ticket, false",
    "true": "always, enabled, ja, oui, si, так, да",
    "false": "never, disabled, none, n/a, nein, non, ні, нет",
}


def _is_one_of(word: str, listed: str) -> bool:
    return word in (part.strip() for part in listed.replace("\n", " ").split(", "))


def _plain(text: str) -> str:
    """In small letters, words apart by one space."""
    return re.sub(r"[\s_]+|(?<=[a-z])-(?=[a-z])", " ", text.strip().lower()).strip()


def length_meant(text: str) -> Remark | None:
    """How a length of time is written that was meant by `1 week`, `half an hour`, `asap`."""
    word = _plain(text).removeprefix("within ").removeprefix("in ").removeprefix("up to ")
    for day, listed in (("same_business_day", _SAME_DAY), ("next_business_day", _NEXT_DAY)):
        if _is_one_of(word, listed):
            return guess(day)
    if _is_one_of(word, _NO_NUMBER):
        return LEAVE_OUT
    if _is_one_of(word, _ALWAYS):
        return remark(
            "hours are written in a calendar (24x7) or as clock: always; write here how long"
        )
    if word.isdigit():
        return remark(
            "write its unit, such as {word}m, {word}h, {word}d or {word}bd (working days)",
            word=word,
        )
    found = _PERIODS.get(word) or _length(word)
    if found and _MANY_DIGITS.search(found):
        return remark("its number is too long; write at most six digits, and three after the point")
    return guess(found) if found else None


def _length(word: str) -> str | None:
    if found := _ISO.fullmatch(word):
        unit = found[2] or found[4]
        return f"{found[1] or found[3]}{'mo' if found[2] == 'm' else unit}"
    low = _RANGE.match(word)
    pieces = _pieces(word[low.end() :] if low else word)
    if len(pieces) == 1:
        amount, unit = pieces[0]
        return f"{_number(low[1]) + unit + '-' if low else ''}{amount}{unit}"
    if low or not pieces or any(unit not in _MINUTES for _, unit in pieces):
        return None
    minutes = sum(Fraction(amount) * _MINUTES[unit] for amount, unit in pieces)
    return f"{minutes}m"


def _pieces(word: str) -> list[tuple[str, str]]:
    """Amounts with their units; none where a part of the word is neither."""
    found = list[tuple[str, str]]()
    rest = re.sub(r",? (and |& )?(?=\d)", " ", word).strip()
    for piece in _PIECE.finditer(rest):
        unit = next((u for u, words in _UNITS if re.fullmatch(words, piece[2].strip())), None)
        if unit is None:
            return []
        half = unit == "h" and _number(piece[1]) == "0.5"
        found.append(("30", "m") if half else (_number(piece[1]), unit))
    return found if not _PIECE.sub("", rest).strip(" ,.") else []


def _number(text: str) -> str:
    return _NUMBERS.get(text, text.replace(",", "."))


def window_meant(text: str) -> Remark | None:
    """How a window is written that was meant by `9am-6pm`, `0900-1800`, `9 to 18`."""
    word = _plain(text).replace("–", "-")
    if _is_one_of(word, _ALWAYS):
        return remark("write 00:00-24:00")
    if _is_one_of(word, _CLOSED):
        return remark("write closed for the whole day, as in sat: closed")
    ends = [_time(part) for part in re.split(r" ?(?:-| to | till | until ) ?", word)]
    both = len(ends) == 2 and all(ends)
    return guess(f"{ends[0]}-{ends[1]}") if both else None


def _time(text: str) -> str | None:
    found = _HOUR.fullmatch(text.strip())
    if found is None:
        return {"noon": "12:00", "midnight": "24:00"}.get(text.strip())
    hour, half = int(found[1]), found[3]
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{hour:02}:{found[2] or '00'}" if hour <= 48 else None


def money_meant(text: str) -> Remark | None:
    """How an amount is written that was meant by `70 EUR/h`, `1 000 EUR`, `free`."""
    word = _plain(text)
    if _is_one_of(word, _FREE):
        return remark("write 0 and the currency, for example 0 EUR")
    if _is_one_of(word, _NO_NUMBER):
        return LEAVE_OUT
    if found := _EACH.fullmatch(word):
        return remark("write {price}, and what it is for under per or unit", price=found[1].upper())
    if found := _THOUSANDS.fullmatch(word):
        amount = re.sub("[ .,']", "", found[2]) + (found[3] or "").replace(",", ".")
        return guess(f"{amount} {(found[1] or found[4] or 'EUR').upper()}")
    return None


def currency_meant(word: str) -> str | None:
    """The code of a currency that is written by its name: EUR for euros."""
    return next((c for c, names in _CURRENCIES.items() if _is_one_of(word.lower(), names)), None)


def choice_meant(written: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was meant by another one: refused by `closed`, max by `up to`."""
    word = re.sub(r"[\s-]+", "_", written.strip().lower()) if len(written) > 1 else written
    near = (one for one in allowed if word == one or _is_one_of(word, _CHOICES.get(one, "")))
    return next(near, None)
