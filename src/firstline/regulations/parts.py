"""Field types of the policy model: each takes what a person writes and gives a value, or says how
to write it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
)

from .values import Span, Window, parse_clock, parse_local, parse_span, parse_window, parse_zone

_LANGUAGE = re.compile(r"^([a-z]{2,3}([-_][A-Za-z]{2,4})?|\*)$")


class Part(BaseModel):
    """A part of the policy file: immutable, and a key it does not know is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        populate_by_name=True,
        defer_build=True,
    )


class _Text:
    """Tells the JSON Schema that a parsed value is written as text."""

    def __init__(self, pattern: str, example: str) -> None:
        self.pattern, self.example = pattern, example

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": self.pattern, "examples": [self.example]}


def _span(value: object) -> Span:
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - pydantic only reports ValueError
            f"{str(value)[:40]} is not a length of time without its unit; write for example "
            "30m, 1h or 3bd"
        )
    return parse_span(value)


def _window(value: object) -> Window:
    return value if isinstance(value, Window) else parse_window(str(value))


def _day_time(value: object) -> str:
    parse_clock(str(value), 24 * 60)
    return str(value)


def _zone(value: object) -> str:
    return parse_zone(str(value)).key


def _local(value: object) -> str:
    parse_local(str(value))
    return str(value)


def _words(value: object) -> object:
    if isinstance(value, (str, int, float)):
        return {"*": str(value)}
    if isinstance(value, dict):
        for lang in cast("dict[str, object]", value):
            if not _LANGUAGE.match(str(lang)):
                raise ValueError(
                    f"'{str(lang)[:40]}' is not a language code; write {{en: words}}, and put "
                    "words that have a comma or a colon in quotes"
                )
    return cast("object", value)


def _many(value: object) -> object:
    """One value where a list is meant is a list of one."""
    return cast("object", value) if isinstance(value, list) or value is None else [value]


def _vocabulary(value: object) -> object:
    """A plain list of ids is a vocabulary whose words are the ids."""
    if isinstance(value, list):
        return {str(item): dict[str, str]() for item in cast("list[object]", value)}
    if isinstance(value, dict):
        table = cast("dict[object, object]", value)
        return {str(k): dict[str, str]() if v is None else v for k, v in table.items()}
    return value


Duration = Annotated[
    Span,
    BeforeValidator(_span),
    PlainSerializer(str),
    _Text(
        r"^(\d+(\.\d+)?(s|mo|m|bh|bd|h|d|w|y)(-\d+(\.\d+)?(s|mo|m|bh|bd|h|d|w|y))?|same_business_day|next_business_day)$",
        "1h",
    ),
]
DayWindow = Annotated[
    Window,
    BeforeValidator(_window),
    PlainSerializer(str),
    _Text(r"^\d\d?:[0-5]\d-\d\d?:[0-5]\d$", "09:00-18:00"),
]
DayTime = Annotated[str, BeforeValidator(_day_time)]
Zone = Annotated[str, BeforeValidator(_zone)]
Local = Annotated[str, BeforeValidator(_local)]
Words = Annotated[dict[str, str], BeforeValidator(_words)]
Names = Annotated[list[str], BeforeValidator(_many)]
Vocabulary = Annotated[dict[str, Words], BeforeValidator(_vocabulary)]
Share = Annotated[float, Field(ge=0, le=100)]
