"""Sentences of the page with the rules they tell, and those that the fields of the file say of
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from firstline.policy.file.fields import FieldOf, Says, fields_of, places_of
from firstline.policy.file.parts import Part
from firstline.policy.page.words import Listing, Wording
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import DAY_UNITS, Span
from firstline.policy.text.wording import capital

ENDS = (".", "!", "?", "…", ":", ";")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a clause and the paths of the values it tells: the first is what it is about.
    Words that the file itself gives for reading, and what nothing acts by, are not `executed`.
    """

    text: str
    paths: tuple[str, ...]
    executed: bool = True


@dataclass(frozen=True)
class ClauseDraft:
    """A clause as Firstline writes it."""

    id: str
    section: str
    title: str
    sentences: tuple[Sentence, ...]


def sentence(template: str, *paths: str, **values: object) -> Sentence:
    """A sentence of a translated template; begins with a capital and ends as a sentence does."""
    return Sentence(with_end(template.format(**values)), paths)


def own_words(words: str, *paths: str) -> Sentence:
    """Words of the file as they are: read, not executed."""
    return Sentence(with_end(words), paths, executed=False)


def with_end(text: str) -> str:
    """With a capital first letter, and a full stop unless it has an end."""
    text = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
    quoted = text.rstrip("”»\"')")
    end = "" if quoted.endswith(ENDS) else "."
    return capital(text) + end


def sentences(
    say: Wording,
    part: Part,
    path: str,
    clause: str = "",
    by_hand: Mapping[str, Iterable[Sentence]] | None = None,
    **values: object,
) -> Iterator[Sentence]:
    """What the fields of a part say of themselves in a clause, in the order of the model; those
    `by_hand` are said otherwise. `values` fill further places of their texts.
    """
    for field in fields_of(type(part)):
        if by_hand and field.name in by_hand:
            yield from by_hand[field.name]
        elif field.says and field.says.clause == clause and field.name in part.model_fields_set:
            at, value = f"{path}.{field.key}".lstrip("."), getattr(part, field.name)
            for said in _of_field(say, field, field.says, value, at, values):
                own = field.says.is_own_words or not field.says.executed
                yield Sentence(said.text, said.paths, said.executed and not own)


def _of_field(
    say: Wording, field: FieldOf, says: Says, value: object, path: str, values: Mapping[str, object]
) -> Iterator[Sentence]:
    places = places_of(says.text) if isinstance(says.text, str) else []
    if _is_empty(value):
        return
    if text := says.choice(value):
        yield sentence(_(text), path, **values)
    elif says.is_own_words and _is(value, list):
        for index, words in enumerate(cast("list[dict[str, str]]", value)):
            yield own_words(say.pick(words), f"{path}.{index}")
    elif len(places) == 2 and _is(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            pair = (say.key(field, key), _apart(says, say.value(field, item)))
            yield sentence(
                _(str(says.text)), f"{path}.{key}", **dict(zip(places, pair, strict=True))
            )
    elif (place := next((name for name in places if name not in values), "")) and (
        words := say.value(field, value)
    ) is not None:
        text = _one_or_many(says, value, words)
        yield sentence(text, path, **{place: _apart(says, words)}, **values)
    elif place:
        yield own_words(str(value), path)


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind)


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value == [] or value == {}


def field_sentence(say: Wording, field: FieldOf, value: object) -> str:
    """What a field says of a value for itself; '' where it says nothing, or nothing alone."""
    says = field.says
    if says is None or says.is_own_words or (isinstance(says.text, str) and "{where}" in says.text):
        return ""
    return " ".join(one.text for one in _of_field(say, field, says, value, "", {}))


def _one_or_many(says: Says, value: object, words: object) -> str:
    """The text for one or for several."""
    one = str(says.text)
    if not says.many:
        return _(one)
    number = words.some if isinstance(words, Listing) else value
    return ngettext(one, says.many, cast("int", number))


def _apart(says: Says, words: object) -> object:
    return "; ".join(words.items) if says.apart and isinstance(words, Listing) else words


def clock_sentences(
    say: Wording, clock: str, spans: Iterable[Span], path: str
) -> Iterator[Sentence]:
    """Which hours are counted; what is measured in days runs on in all others."""
    days = [span.unit in DAY_UNITS for span in spans]
    if (days and all(days)) or say.open_days(clock) is None:
        yield sentence(_("The time is counted around the clock."), path)
        return
    yield sentence(_("Only these hours are counted: {hours}"), path, hours=say.hours(clock))
    if any(days):
        yield sentence(_("Days, weeks and months run around the clock."), path)
