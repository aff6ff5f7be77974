"""Field types of the policy model: each takes what a person writes and gives a value, or says how
to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from firstline.policy.file.fields import Ref, Says, fields_of
from firstline.policy.text.languages import language
from firstline.policy.text.remark import remark, remark_of, with_choice
from firstline.policy.text.spoken import LocalDate
from firstline.policy.text.values import (
    UNLIMITED,
    UNSTATED,
    Span,
    Window,
    parse_clock,
    parse_day_off,
    parse_local,
    parse_money,
    parse_span,
    parse_window,
    parse_zone,
)

MOST_DAYS = 3650
# How strong a promise of a time is.
FORCE = Literal["guarantee", "max", "target", "typical"]


class Part(BaseModel):
    """A part of the policy file: immutable, and a key it does not know is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        populate_by_name=True,
        defer_build=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _wrap_single(cls, value: object) -> object:
        """One value where a list is meant is a list of one; 24x7 is the calendar `always`."""
        if not isinstance(value, dict):
            return value
        lists, hours = _lists(cls), _hours(cls)
        return {
            key: [item]
            if key in lists and _single(item, lists[key])
            else "always"
            if key in hours and item in ("24x7", "24/7")
            else item
            for key, item in cast("dict[object, object]", value).items()
        }


_NO_KEYS = frozenset[str]()


@cache
def _lists(model: type[Part]) -> dict[object, frozenset[str]]:
    """The keys of a part that have lists, each with the keys of its items if these are parts."""
    found: dict[object, frozenset[str]] = {}
    for field in fields_of(model):
        annotation = field.info.annotation
        union = get_origin(annotation) in (Union, UnionType)
        kinds = [get_origin(one) for one in (get_args(annotation) if union else (annotation,))]
        if list in kinds:
            keys = frozenset(one.key for one in fields_of(field.part)) if field.part else _NO_KEYS
            found[field.key] = found[field.name] = keys
    return found


def _single(item: object, keys: frozenset[str]) -> bool:
    """Whether this stands for a list of one; a table of tables by id does not."""
    if item is None or isinstance(item, list):
        return False
    if isinstance(item, dict) and keys:
        return not keys.isdisjoint(cast("dict[str, object]", item))
    return not keys


@cache
def _hours(model: type[Part]) -> frozenset[object]:
    """The keys of a part that name a calendar."""
    return frozenset(f.key for f in fields_of(model) if f.ref and f.ref.kind == "calendar")


class Read:
    """How a value is read from what a person writes: by a function that gives `made`; `read_as` are
    the words of the reference for it, `text` the pattern and an example of a value that is kept as
    no text. One schema serves all uses of a type, for every process builds the model's anew.
    """

    def __init__(
        self,
        read: Callable[[object], object],
        made: CoreSchema,
        read_as: str = "",
        text: tuple[str, str] | None = None,
    ) -> None:
        self.schema = core_schema.no_info_before_validator_function(read, made)
        self.read_as, self.text = read_as, text

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return self.schema.copy()

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        if self.text is None:
            return handler(schema)
        pattern, example = self.text
        return {"type": "string", "pattern": pattern, "examples": [example]}


def _span(value: object) -> Span:
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - pydantic only reports ValueError
            remark(
                "{value} is not a length of time without its unit; write for example 30m, "
                "1h or 3bd",
                value=str(value)[:40],
            )
        )
    return parse_span(value)


def _limit(value: object) -> Span | str:
    """A length of time, or the word for none."""
    if value in (UNLIMITED, "never", "forever"):
        return UNLIMITED
    try:
        return _span(value)
    except ValueError as problem:
        raise with_choice(problem, remark("unlimited where it never ends")) from None


def _days(value: object) -> object:
    """A number of days, or the word for no limit."""
    if value in (UNLIMITED, "never", "forever"):
        return UNLIMITED
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_DAYS:
        raise ValueError(
            remark(
                "'{value}' is not a number of days; write one from 0 to {last}, or {word}",
                value=str(value)[:40],
                last=MOST_DAYS,
                word=UNLIMITED,
            )
        )
    return value


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


def _day_off(value: object) -> str:
    parse_day_off(str(value))
    return str(value)


def _year_day(value: object) -> str:
    if parse_day_off(str(value))[0] is not None:
        raise ValueError(
            remark(
                "'{value}' is not a date of every year; write 12-31, and what holds in one "
                "year only under exceptions",
                value=str(value)[:40],
            )
        )
    return str(value)


def _money(value: object) -> str:
    amount, currency = parse_money(str(value))
    return f"{amount} {currency}"


def _fee(value: object) -> str:
    return UNSTATED if value in (UNSTATED, "unknown") else _money(value)


def _words(value: object) -> object:
    if isinstance(value, (str, int, float)):
        return {"*": str(value)}
    if isinstance(value, list):
        raise ValueError(  # noqa: TRY004 - pydantic only reports ValueError
            remark("words belong here and no list; write one text, or {{en: words, de: words}}")
        )
    if isinstance(value, dict):
        for lang in cast("dict[str, object]", value):
            try:
                _ = lang == "*" or language(lang)
            except ValueError as problem:
                raise ValueError(
                    remark(
                        "{problem}; put words that have a comma or a colon in quotes",
                        problem=remark_of(problem),
                    )
                ) from None
    return cast("object", value)


def _many(value: object) -> object:
    """One value where a list is meant is a list of one."""
    return cast("object", value) if isinstance(value, list) or value is None else [value]


def _vocabulary(value: object) -> object:
    """A plain list of ids is a vocabulary whose words are the ids."""
    if isinstance(value, str):
        return {value: dict[str, str]()}
    if isinstance(value, list):
        return {str(item): dict[str, str]() for item in cast("list[object]", value)}
    if isinstance(value, dict):
        table = cast("dict[object, object]", value)
        return {str(k): dict[str, str]() if v is None else v for k, v in table.items()}
    return value


def _address(value: object) -> object:
    """An address of a page: of the web, or of this desk from its `/` on."""
    if isinstance(value, str) and not _ADDRESS.fullmatch(value):
        raise ValueError(
            remark(
                "{value} is no address of a page; write for example https://www.example.com/vps "
                "or /wiki/name",
                value=value[:40],
            )
        )
    return value


_ADDRESS = re.compile(r"(?:https?://[^\s/\"'<>\\]+|/(?![/\\]))[^\s\"'<>\\]*")
_STR = core_schema.str_schema()
_AS_TEXT = core_schema.to_string_ser_schema()
_SPAN = r"\d+(\.\d+)?(s|mo|m|bh|bd|h|d|w|y)"
_WORDS = Read(_words, core_schema.dict_schema(_STR, _STR), "words")
Duration = Annotated[
    Span,
    Read(
        _span,
        core_schema.is_instance_schema(Span, serialization=_AS_TEXT),
        text=(rf"^({_SPAN}(-{_SPAN})?|same_business_day|next_business_day)$", "1h"),
    ),
]
# The word is read before the length of time, whose error would hide behind it.
LimitSpan = Annotated[Duration | Literal["unlimited"], BeforeValidator(_limit)]
Days = Annotated[int | Literal["unlimited"], BeforeValidator(_days)]
DayWindow = Annotated[
    Window,
    Read(
        _window,
        core_schema.is_instance_schema(Window, serialization=_AS_TEXT),
        text=(r"^\d\d?:[0-5]\d-\d\d?:[0-5]\d$", "09:00-18:00"),
    ),
]
DayTime = Annotated[str, Read(_day_time, _STR, "time of day")]
Language = Annotated[str, Read(language, _STR, "language code")]
Zone = Annotated[str, Read(_zone, _STR, "zone")]
Local = Annotated[str, Read(_local, _STR, "date or time")]
Texts = Annotated[dict[str, str], _WORDS]
Names = Annotated[list[str], Read(_many, core_schema.list_schema(_STR))]
Vocabulary = Annotated[
    dict[str, Texts],
    Read(
        _vocabulary,
        core_schema.dict_schema(_STR, _WORDS.schema),
        "list of names, or table of words",
    ),
]
DayOff = Annotated[str, Read(_day_off, _STR, "day")]
YearDay = Annotated[str, Read(_year_day, _STR, "day of every year")]
Money = Annotated[
    str,
    Read(_money, _STR, "price", (r"^\d+([.,]\d+)? ?\S.*$|^\D+ ?\d+([.,]\d+)?$", "70 EUR")),
]
Fee = Annotated[
    str,
    Read(
        _fee,
        _STR,
        "price, or unstated",
        (rf"^{UNSTATED}$|^\d+([.,]\d+)? ?\S.*$|^\D+ ?\d+([.,]\d+)?$", "70 EUR"),
    ),
]
PageAddress = Annotated[
    str, Read(_address, _STR, "address of a page", (r"^(https?://|/)\S*$", "/wiki/name"))
]
Share = Annotated[float, Field(ge=0, le=100)]
ELAPSED = ("always", "elapsed")
CalendarName = Annotated[str, Ref("calendar", form="not NAME")]
# A clock may be more than a calendar: in the table of times, for the time of a line, elsewhere.
Clock = Annotated[str, Ref("calendar", also=(*ELAPSED, "channel", "line", "plan"), form="not NAME")]
LineClock = Annotated[str, Ref("calendar", also=(*ELAPSED, "line"), form="not NAME")]
PlainClock = Annotated[str, Ref("calendar", also=ELAPSED, form="not NAME")]
LineName = Annotated[str, Ref("line")]
ChannelName = Annotated[str, Ref("channel")]
PlanName = Annotated[str, Ref("plan")]
PriorityName = Annotated[str, Ref("priority")]
TopicName = Annotated[str, Ref("topic")]
SiteName = Annotated[str, Ref("site")]
Musts = Annotated[Names, Ref("code", group="must")]
Proofs = Annotated[Names, Ref("code", group="proof")]
Act = Annotated[str, Ref("code", group="act")]
# Where a company may also name a way that is no channel of the file.
AnyChannel = Annotated[str, Ref("channel", checked=False)]
WAY_OUT = Ref("channel", form="refer(NAME)")
WayOut = Annotated[str, WAY_OUT]
Calendars = Annotated[Names, Ref("calendar")]
Lines = Annotated[Names, Ref("line")]
Channels = Annotated[Names, Ref("channel")]
Plans = Annotated[Names, Ref("plan")]
PriorityNames = Annotated[Names, Ref("priority")]
Topics = Annotated[Names, Ref("topic")]
Sites = Annotated[Names, Ref("site")]
Countries = Annotated[Names, Ref("country")]


class DatedRule(Part):
    """A rule that holds for a time only: `from` its first day or moment `to` its last."""

    since: Annotated[Local | None, Says("It applies from {date}.", clause="period")] = Field(
        default=None, alias="from", description="First date on which it holds, or local time."
    )
    until: Annotated[Local | None, Says("It applies until {date}.", clause="period")] = Field(
        default=None,
        alias="to",
        description="Last date (included), or the local date and time at which it ends.",
    )

    @property
    def is_dated(self) -> bool:
        """Whether it has a first or a last day at all."""
        return self.since is not None or self.until is not None

    @model_validator(mode="after")
    def _in_order(self) -> DatedRule:
        """A period that ends before it begins would never hold."""
        if self.since and self.until and parse_local(self.since) > parse_local(self.until):
            raise ValueError(
                remark(
                    "it ends ({until}) before it begins ({since}); swap the two",
                    until=LocalDate(self.until),
                    since=LocalDate(self.since),
                )
            )
        return self
