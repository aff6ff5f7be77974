"""Words for what a policy file names, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from firstline.policy.file.channels import Variant
from firstline.policy.file.fields import FieldOf
from firstline.policy.file.parts import Part
from firstline.policy.page.hours import calendar_words, names_hours
from firstline.policy.rules.labels import HEADINGS, code_label, code_texts
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.views import vocabulary
from firstline.policy.text.dates import babel_locale, date_words
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import Span, is_days, parse_window, pick
from firstline.policy.text.wording import (
    Time,
    capital,
    code_phrase,
    code_words,
    days_words,
    language_words,
    money_words,
    percent_words,
    phrase,
    window_words,
)


@dataclass(frozen=True)
class Listing:
    """Several names in a sentence: `{names}` with commas, `{names:and}`, `{names:or}`. Names that
    have commas themselves stand between semicolons.
    """

    items: tuple[str, ...]

    @property
    def some(self) -> int:
        """1 or 2, for a sentence that reads otherwise for one than for several."""
        return min(len(self.items), 2)

    def __format__(self, form: str) -> str:
        between = "; " if any("," in item for item in self.items) else ", "
        if form == "" or len(self.items) < 2:
            return between.join(self.items)
        last = {"and": _("{first} and {last}"), "or": _("{first} or {last}")}[form]
        return last.format(first=between.join(self.items[:-1]), last=self.items[-1])


@dataclass(frozen=True)
class Wording:
    """Words for the names of one policy in one language. `taken` are paths that clauses of the
    file tell; Firstline does not tell them again. `clock` is the calendar that counts times,
    `page` the language of the page, where Firstline's own sentences stand in another, and `ended`
    the plans that are over.
    """

    policy: Policy
    lang: str
    taken: frozenset[str] = frozenset()
    clock: str = ""
    page: str = ""
    ended: frozenset[str] = frozenset()

    def free(self, path: str) -> bool:
        """Whether no clause of the file tells this value, or a part that it stands in."""
        parts = path.split(".")
        return not any(".".join(parts[:size]) in self.taken for size in range(1, len(parts) + 1))

    def label(self, kind: str, name: str) -> str:
        """The title of a line, channel, plan, topic, priority … as a heading or in quotes."""
        found = self._title_or_code(kind, name)
        return capital(found) if kind in HEADINGS else found

    def labels(self, kind: str, names: Iterable[str]) -> Listing:
        """Titles of several, as they stand in a sentence."""
        return Listing(tuple(self._title_or_code(kind, name) for name in names))

    def _title_or_code(self, kind: str, name: str) -> str:
        if kind == "topic":
            return self.code(name)
        if own := vocabulary(self.policy.source, kind).get(name):
            return self.pick(own)
        found = self.policy.label(kind, name, self.lang)
        # What is no title begins with a capital which only a name keeps: API.
        plain = kind in ("line", "channel") and not (found[1:2].isupper() or name[:1].isupper())
        return found[:1].lower() + found[1:] if plain else found

    def code(self, code: str, group: str = "") -> str:
        """A code in words: the file's own, else those that Firstline knows."""
        own = self.pick(code_texts(self.policy.source, code)).rstrip(".")
        return own or code_label(self.policy.source, code, self.lang, group)

    def codes(self, codes: Iterable[str], group: str = "") -> Listing:
        """Several codes in words."""
        return Listing(tuple(self.code(code, group) for code in codes))

    def pick(self, words: dict[str, str]) -> str:
        """Words of the file in this language."""
        lang = self.page if self.page in words else self.lang
        return pick(words, lang, self.policy.languages)

    def value(self, field: FieldOf, value: object) -> object:
        """A value of a field as a sentence puts it in; None for words that name nothing."""
        if isinstance(value, Span):
            return self.time(value)
        if isinstance(value, float):
            return self.percent(value)
        if isinstance(value, dict):
            return self.pick(cast("dict[str, str]", value))
        if isinstance(value, list):
            return self._names(field, cast("list[str]", value))
        return self._name(field, value) if isinstance(value, str) else value

    def _names(self, field: FieldOf, names: list[str]) -> Listing:
        ref, read_as = field.ref, field.read_as
        if read_as == "language code":
            return self.languages(names)
        if read_as == "words":
            return Listing(tuple(self.pick(cast("Any", words)) for words in names))
        kind = ref.kind if ref else "code"
        if kind in ("country", "site"):
            return self.countries(names) if kind == "country" else self.sites(names)
        return (
            self.codes(names, ref.group if ref else "")
            if kind == "code"
            else self.labels(kind, names)
        )

    def _name(self, field: FieldOf, text: str) -> object:
        ref = field.ref
        if ref is None:
            if field.read_as == "language code":
                return self.languages([text])
            words = {
                "price": self.money,
                "price, or unstated": self.money,
                "date or time": self.date,
            }.get(field.read_as)
            return words(text) if words else text
        name = ref.name_in(text)
        if ref.kind == "calendar":
            return self.hours(text)
        if name is None:
            return None
        if ref.kind == "country":
            return self.countries([name])
        return self.code(name, ref.group) if ref.kind == "code" else self.label(ref.kind, name)

    def key(self, field: FieldOf, key: str) -> str:
        """A key of a table in words."""
        ref = field.key_ref or field.ref
        kind, group = (ref.kind, ref.group) if ref else ("code", "")
        return self.code(key, group) if kind == "code" else self.label(kind, key)

    def time(self, span: Span) -> Time:
        """A span for a sentence."""
        return Time(span, self.lang, self.open_days(self.clock))

    def counting_by(self, clock: str | None) -> Wording:
        """The same words, with times that a calendar counts."""
        return replace(self, clock=clock or "")

    def open_days(self, calendar: str) -> frozenset[int] | None:
        """The days of the week on which a calendar opens; None for one that never closes."""
        known = self.policy.calendars.get(calendar)
        if known is None or known.always:
            return None
        return frozenset(day for day, windows in enumerate(known.week) if windows)

    def money(self, amount: str) -> str:
        """A sum as this language writes it."""
        return money_words(amount, self.lang)

    def percent(self, number: float) -> str:
        """A share of a hundred as this language writes it."""
        return percent_words(number, self.lang)

    def hours(self, calendar: str) -> str:
        """Hours of a calendar, on one line; the zone only where it is not that of the page."""
        if calendar.startswith("not "):
            return phrase(self.lang, "outside {words}").format(words=self.hours(calendar[4:]))
        said = calendar_words(self.policy, calendar, self.lang, self.page)
        return said.removesuffix(f" ({self.policy.zone.key})")

    def calendar(self, name: str) -> str:
        """The name of a calendar: its title, the words that are known for it, or whose hours it
        keeps; '' where it has none but its id. A topic of the same name is something else.
        """
        if name.startswith("not "):
            return _("outside {words}").format(words=self.calendar(name[4:]))
        spec = self.policy.source.calendars.get(name)
        title = self.pick(spec.title) if spec else ""
        if title and not names_hours(title):
            return title
        return code_phrase(f"calendar/{name}", self.lang) or f"{self._keepers(name)}"

    def _keepers(self, name: str) -> Listing:
        file = self.policy.source
        kept = [self._title_or_code("channel", c.id) for c in file.channels if c.calendar == name]
        for channel in file.channels:
            of = self._title_or_code("channel", channel.id)
            kept += [
                f"{of} ({', '.join(variant_conditions(self, variant))})"
                for variant in channel.variants
                if variant.calendar == name
            ]
        kept += [
            self._title_or_code("line", line.id) for line in file.lines if line.calendar == name
        ]
        return Listing(tuple(kept))

    def calendar_hours(self, name: str) -> str:
        """The name of a calendar with its hours."""
        spec = self.policy.source.calendars.get(name)
        if spec and spec.title:
            return self.hours(name)
        called = self.calendar(name)
        return f"{called}, {self.hours(name)}" if called else self.hours(name)

    def date(self, local: str) -> str:
        """A date of the file, with its time of day where it has one."""
        return date_words(local, self.lang)

    def days(self, first: str, last: str) -> str:
        """“25–26 December 2026”; each end in full where a month or a time of day lies between."""
        if first == last:
            return self.date(first)
        if len(first) == len(last) == 10 and first[:7] == last[:7]:
            return f"{int(first[8:])}–{self.date(last)}"
        return f"{self.date(first)} – {self.date(last)}"

    def period(self, first: str | None, last: str | None) -> str:
        """“from 1 July 2026”, “until 31 July 2026”, or both ends; '' where there is none."""
        if first and last:
            return self.days(first, last)
        if first:
            return _("from {date}").format(date=self.date(first))
        return _("until {date}").format(date=self.date(last)) if last else ""

    def day(self, month_day: str) -> str:
        """`12-31` as “31 December”, `2026-12-31` with its year."""
        from babel.dates import format_date

        if len(month_day) > 5:
            return self.date(month_day)
        moment = datetime.fromisoformat(f"2024-{month_day}")
        return format_date(moment, "d MMMM", locale=babel_locale(self.lang))

    def languages(self, codes: Iterable[str]) -> Listing:
        """Languages by name."""
        return Listing(tuple(language_words(code, self.lang) for code in codes))

    def countries(self, codes: Iterable[str]) -> Listing:
        """Countries by name."""
        names = babel_locale(self.lang).territories
        return Listing(tuple(names.get(code.upper(), code) for code in codes))

    def sites(self, names: Iterable[str]) -> Listing:
        """Sites by name; a code of a country in capitals."""
        found = (code_words(name, self.lang, "site") for name in names)
        return Listing(tuple(name.upper() if len(name) < 4 else capital(name) for name in found))


def conditions(say: Wording, part: Part) -> list[str]:
    """For whom and what a row holds: “plan Gold”, “priority high”, “country: Poland”."""
    names = {
        kind: list[str](getattr(part, kind, []) or [])
        for kind in ("plan", "priority", "channel", "topic", "line", "service", "requester")
    }
    names["plan"] = [name for name in names["plan"] if name not in say.ended]
    return [
        *_name_conditions(say, names),
        *(_condition(_("country: {names}"), say.countries(getattr(part, "country", [])))),
        *(_condition(_("site {names}"), say.sites(getattr(part, "site", [])))),
    ]


def variant_conditions(say: Wording, variant: Variant) -> list[str]:
    """For whom, about what and when a difference of a channel holds."""
    time = say.period(variant.since, variant.until)
    return [*conditions(say, variant), *([time] if time else [])]


def _name_conditions(say: Wording, names: dict[str, list[str]]) -> Iterator[str]:
    labelled = ("plan", "priority", "channel", "topic", "line")
    found = {kind: say.labels(kind, names[kind]) for kind in labelled}
    many = {kind: len(listed) for kind, listed in names.items()}
    plan, priority = many["plan"], many["priority"]
    yield from _condition(ngettext("plan {names}", "plans {names}", plan or 1), found["plan"])
    yield from _condition(
        ngettext("priority: {names}", "priorities: {names}", priority or 1), found["priority"]
    )
    yield from _condition("{names}", found["channel"])
    yield from _condition(_("topic: {names}"), found["topic"])
    yield from _condition("{names}", found["line"])
    yield from _condition(_("service: {names}"), say.codes(names["service"]))
    yield from _condition(_("asked by: {names:or}"), say.codes(names["requester"]))


def _condition(template: str, names: Listing) -> list[str]:
    return [template.format(names=names)] if names.items else []


def hours_words(say: Wording, word: str) -> str:
    """When something is: a calendar, a day class, windows, holidays, outside of one, or a fact; and
    all of several: `urgent and night`.
    """
    both = word.split(" and ")
    if len(both) > 1:
        return f"{Listing(tuple(hours_words(say, one) for one in both)):and}"
    if word.startswith("not "):
        outside = _("outside {words}") if word[4:] in say.policy.calendars else _("except {words}")
        return outside.format(words=hours_words(say, word[4:]))
    if word in say.policy.calendars:
        return say.calendar_hours(word)
    if is_days(word):
        return days_words(word, say.lang)
    days, _space, hours = word.rpartition(" ")
    if ":" not in hours:
        return say.code(word, "fact")
    window = window_words(parse_window(hours))
    return f"{days_words(days, say.lang)} {window}" if days else window


def measure_names() -> dict[str, str]:
    """What a due time is about, by its key in a row."""
    return {
        "ack": _("the acknowledgement"),
        "first": _("the first answer"),
        "next": _("further answers"),
        "update": _("updates while the work lasts"),
        "start": _("the start of the work"),
        "fix": _("the solution"),
    }
