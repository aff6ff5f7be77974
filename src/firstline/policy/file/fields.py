"""What a field of the policy file is: its key, what it refers to, and the sentence that tells it.

The model says all of it once, on the field; the checks of names, the page, the reference and the
differences of two versions walk over what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from firstline.policy.text.source import Path
from firstline.policy.text.values import UNLIMITED


@dataclass(frozen=True)
class Ref:
    """What a text, or each text of a list, refers to: the `kind` is calendar, line, channel, plan,
    priority, topic, site or section, which the file itself defines; hours; or code, country and the
    like, which it does not. `also` are words that stand for themselves beside such names.

    `form` is how it is written: `refer(NAME)`, or `not NAME` as well as the bare name; codes of
    one `group` have words of their own. What is not `checked` may also be defined nowhere.
    """

    kind: str
    also: tuple[str, ...] = ()
    form: str = ""
    group: str = ""
    checked: bool = True

    def name_in(self, text: str) -> str | None:
        """The name that a text of this form holds; None for words that hold none."""
        if self.form == "refer(NAME)":
            _verb, opened, name = text.partition("(")
            return name[:-1] if opened and name.endswith(")") else None
        other = text.removeprefix("not ") if self.form == "not NAME" else text
        # `not` stands before a calendar, and not before a word such as `channel`.
        return text if other in self.also else other


@dataclass(frozen=True, eq=False)
class Says:
    """The sentence that tells a field on the page, with one place for the value: an English text,
    which the catalogs translate, or one for each value of a choice. `many` is the text for several,
    `unlimited` the one for what has no limit.

    It stands in the clause of its part, or in the `clause` that is named; several names stand
    `apart`, between semicolons; nothing in Firstline acts by a field that is not `executed`. A text
    with two places tells a table, each key with its value.
    """

    text: str | Mapping[object, str]
    many: str = ""
    unlimited: str = ""
    clause: str = ""
    apart: bool = False
    executed: bool = True

    @property
    def messages(self) -> tuple[tuple[str, ...], ...]:
        """What catalogs translate of it: texts, or one and many; not what has places only."""
        texts = [self.text] if isinstance(self.text, str) else list(self.text.values())
        texts += [self.unlimited] if self.unlimited else []
        whole = [text for text in texts if re.search(r"\w", _PLACE.sub("", text))]
        return tuple((text, self.many) if self.many else (text,) for text in whole)

    def choice(self, value: object) -> str:
        """The text that a value of a choice, or a bare fact, has for itself; else ''."""
        if isinstance(self.text, str):
            return self.text if value is True else self.unlimited if value == UNLIMITED else ""
        return self.text.get(value, "") if isinstance(value, (str, bool)) else ""

    @property
    def is_own_words(self) -> bool:
        """Whether it is nothing but the words of the file."""
        return self.text == "{words}"


_PLACE = re.compile(r"\{(\w+)[^}]*\}")


def places_of(text: str) -> list[str]:
    """The names of the places in a text, in their order."""
    return _PLACE.findall(text)


@dataclass(frozen=True)
class FieldOf:
    """A field of a part: `key` is its name in the file, `ref` and `key_ref` are what its values and
    the keys of its table refer to, `part` is the model inside it, `read_as` the kind of its text.
    """

    name: str
    key: str
    info: FieldInfo
    ref: Ref | None
    key_ref: Ref | None
    says: Says | None
    part: type[BaseModel] | None
    read_as: str


@cache
def fields_of(model: type[BaseModel]) -> tuple[FieldOf, ...]:
    """The fields of a part in the order in which it lists them."""
    return tuple(_field(name, info) for name, info in model.model_fields.items())


def _field(name: str, info: FieldInfo) -> FieldOf:
    notes = list(_notes(info.annotation))
    keys = [note for inside, note in notes if inside]
    values = [*info.metadata, *(note for inside, note in notes if not inside)]
    return FieldOf(
        name,
        info.alias or name,
        info,
        next((note for note in values if isinstance(note, Ref)), None),
        next((note for note in keys if isinstance(note, Ref)), None),
        next((note for note in values if isinstance(note, Says)), None),
        part_inside(info.annotation),
        next((kind for note in values if (kind := getattr(note, "read_as", ""))), ""),
    )


def _notes(annotation: Any, in_key: bool = False) -> Iterator[tuple[bool, object]]:
    """The metadata anywhere in a type, each with whether it stands in the key of a table."""
    for note in getattr(annotation, "__metadata__", ()):
        yield in_key, note
    inner = get_args(annotation)
    for place, argument in enumerate(inner[:1] if hasattr(annotation, "__metadata__") else inner):
        yield from _notes(argument, in_key or (get_origin(annotation) is dict and place == 0))


def part_inside(annotation: Any) -> type[BaseModel] | None:
    """The model inside list[…], dict[str, …], … | None, Annotated[…]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is not None or isinstance(annotation, UnionType):
        found = (part_inside(argument) for argument in get_args(annotation))
        return next((part for part in found if part is not None), None)
    return None


def parts_of(root: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every part of a model once, depth first, with the path at which it stands."""
    found: dict[type[BaseModel], str] = {}

    def walk(path: str, model: type[BaseModel]) -> None:
        if model not in found:
            found[model] = path
            for field in fields_of(model):
                if field.part is not None:
                    walk(f"{path}.{field.key}".lstrip("."), field.part)

    walk("", root)
    return ((path, model) for model, path in found.items())


def part_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The part that stands at a path: names lead into fields, indexes and free names into what
    is inside them.
    """
    model: type[BaseModel] | None = root
    for step in path:
        if model is None:
            return None
        model = next((field.part for field in fields_of(model) if field.key == step), model)
    return model


@dataclass(frozen=True)
class Use:
    """A text of the file that refers to something, and where it stands."""

    path: Path
    ref: Ref
    text: str


def uses(part: BaseModel, path: Path = ()) -> Iterator[Use]:
    """Every text of the file that refers to something, in the order of the model."""
    for field in fields_of(type(part)):
        yield from _uses(field, getattr(part, field.name), (*path, field.key))


def _uses(field: FieldOf, value: object, path: Path) -> Iterator[Use]:
    if isinstance(value, BaseModel):
        yield from uses(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            yield from _uses(field, item, (*path, index))
    elif isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            if field.key_ref:
                yield Use((*path, key), field.key_ref, key)
            yield from _uses(field, item, (*path, key))
    elif isinstance(value, str) and field.ref:
        yield Use(path, field.ref, value)
