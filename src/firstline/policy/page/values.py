"""Values of the file by their paths, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from firstline.policy.file.fields import FieldOf, fields_of
from firstline.policy.file.hours import CalendarSpec
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.parts import ELAPSED, Part
from firstline.policy.file.targets import Target
from firstline.policy.page.hours import calendar_words
from firstline.policy.page.words import Wording
from firstline.policy.text.values import DAY_WORDS, UNLIMITED, UNSTATED, Span, Window
from firstline.policy.text.wording import (
    clock_words,
    force_words,
    number_words,
    span_words,
    truth_words,
    window_words,
)

CODE = re.compile("[a-z][a-z_]*")


@dataclass(frozen=True)
class Value:
    """A value of the file with the field it stands in, and the part that has the field."""

    value: object
    field: FieldOf | None = None
    part: Part | None = None

    def inside(self) -> Iterator[tuple[str, Value]]:
        """What is inside of it by name: the fields of a part, the items of a table or list. An
        item of a list goes by its id, else by its place.
        """
        value = self.value
        if isinstance(value, Part):
            for field in fields_of(type(value)):
                yield field.key, Value(getattr(value, field.name), field, value)
        elif isinstance(value, dict):
            for key, item in cast("dict[str, object]", value).items():
                yield key, Value(item, self.field, self.part)
        elif isinstance(value, list):
            for place, item in enumerate(cast("list[object]", value)):
                name = getattr(item, "id", None) or str(place)
                yield name, Value(item, self.field, self.part)

    def by_other_names(self) -> Iterator[tuple[str, Value]]:
        """The items of a list by their places and by their texts."""
        if isinstance(self.value, list):
            for place, (_name, inner) in enumerate(self.inside()):
                yield str(place), inner
                if isinstance(inner.value, (str, Span, Window)):
                    yield str(inner.value), inner

    @property
    def is_set(self) -> bool:
        """Whether the file writes the field it stands in."""
        return not (self.part and self.field) or self.field.name in self.part.model_fields_set

    @property
    def is_words(self) -> bool:
        """Whether it is a text in several languages."""
        value = self.value
        if not isinstance(value, dict) or self.field is None or "words" not in self.field.read_as:
            return False
        return all(isinstance(text, str) for text in cast("dict[str, object]", value).values())


def find(file: PolicyFile, path: str) -> Value | None:
    """The value at a dotted path; None where the file has none. Ids may have dots themselves:
    stats.lines.85.claim is the claim of the stat lines.85.
    """
    return _find(Value(file), path)


def _find(here: Value, path: str) -> Value | None:
    if not path:
        return here
    for name, inner in (*here.inside(), *here.by_other_names()):
        rest = path.removeprefix(name)
        leads = inner.value is not None and rest != path and rest[:1] in ("", ".")
        if leads and (found := _find(inner, rest[1:])):
            return found
    return None


def value_words(say: Wording, at: Value) -> str:
    """A value of the file in words."""
    value, field = at.value, at.field
    if isinstance(value, Part):
        return _part_words(say, value)
    if isinstance(value, dict):
        table = cast("dict[str, str]", value)
        return say.pick(table) if at.is_words else ", ".join(table)
    if isinstance(value, list):
        return ", ".join(value_words(say, inner) for _name, inner in at.inside())
    if isinstance(value, str) and field:
        return _text_words(say, at, field, value)
    return _plain_words(say, value)


def _part_words(say: Wording, part: Part) -> str:
    """A calendar with its hours, a row with its times, anything else by its id."""
    if isinstance(part, CalendarSpec):
        calendars = say.policy.source.calendars
        name = next(name for name, spec in calendars.items() if spec is part)
        return calendar_words(say.policy, name, say.lang)
    spans = ((key, span) for key, span in part if isinstance(span, Span))
    times = ", ".join(f"{key} {span_words(span, say.lang)}" for key, span in spans)
    return times or str(getattr(part, "id", ""))


def _text_words(say: Wording, at: Value, field: FieldOf, text: str) -> str:
    if text in (UNLIMITED, UNSTATED):
        return say.code(text)
    if field.name == "force":
        return force_words(text, say.lang)
    if field.ref and field.ref.kind == "calendar":
        return _hours_words(say, at, text)
    if field.ref is None and not field.read_as:
        return say.code(text, field.name) if CODE.fullmatch(text) else text
    if field.ref and field.ref.kind in ("line", "channel") and field.ref.name_in(text) == text:
        return f"{say.labels(field.ref.kind, [text])}"
    named = say.value(field, text)
    return text if named is None else f"{named}"


def _hours_words(say: Wording, at: Value, name: str) -> str:
    """The hours of a calendar, or of a clock, which counts working time by the calendar for it."""
    file = say.policy.source
    if name.startswith("not "):
        return say.hours(name)
    if name in ELAPSED:
        spans = [span for _key, span in at.part or () if isinstance(span, Span)]
        works = isinstance(at.part, Target) and any(span.working for span in spans)
        name = (file.policy.business or name) if works else name
    return say.hours(name) if name in say.policy.calendars else clock_words(name, say.lang)


def _span_words(say: Wording, span: Span) -> str:
    """A length of time; none at all says when that is."""
    now = not span.amount and span.unit not in DAY_WORDS
    return f"{say.time(span):within}" if now else span_words(span, say.lang)


def _plain_words(say: Wording, value: object) -> str:
    if isinstance(value, bool):
        return truth_words(value, say.lang)
    if isinstance(value, Span):
        return _span_words(say, value)
    if isinstance(value, Window):
        return window_words(value)
    return number_words(value, say.lang) if isinstance(value, float) else str(value)
