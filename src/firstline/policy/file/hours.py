"""The policy file as a model: which text it is, its calendars, lines and channels."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from firstline.policy.file.fields import Ref
from firstline.policy.file.parts import (
    AnyChannel,
    CalendarName,
    Calendars,
    ChannelName,
    Countries,
    DayOff,
    DayWindow,
    Duration,
    Language,
    LineClock,
    LineName,
    Local,
    Money,
    Names,
    Part,
    Plans,
    PriorityName,
    SiteName,
    Sites,
    WayOut,
    Words,
    YearDay,
    Zone,
)
from firstline.policy.text.values import is_days

STATUSES = Literal["official", "advisory", "limited", "emergency_only", "self_help", "refused"]


class Head(Part):
    """Which text this is: its company, version, zone and languages."""

    version: int = Field(
        default=1,
        ge=1,
        le=999_999,
        description="Number of this version; a request is judged by the version in force "
        "when it arrived.",
    )
    effective: Local | None = Field(default=None, description="Date from which the version holds.")
    supersedes: int | None = Field(default=None, description="Number of the version it replaces.")
    company: Words = Field(default={}, description="Name of the company, as clients know it.")
    title: Words = Field(default={}, description="Title of the published page.")
    timezone: Zone | None = Field(
        default=None, description="IANA zone of every hour in the file that names no other."
    )
    languages: list[Language] = Field(
        default=["en"],
        min_length=1,
        description="Languages of the page and of the words, the first is used where one is "
        "missing.",
    )
    business: CalendarName | None = Field(
        default=None, description="Calendar that counts bh and bd where a rule names no other."
    )


def _country(value: object) -> str:
    if not re.fullmatch("[A-Za-z]{2}", str(value)):
        raise ValueError(
            f"'{str(value)[:40]}' is not the code of a country; write two letters such as DE"
        )
    return str(value)


class Holidays(Part):
    """Days off of a calendar, from the law of a country and corrected by hand."""

    country: Annotated[str, BeforeValidator(_country)] | None = Field(
        default=None,
        description="Country whose public holidays are days off (ISO 3166 code).",
    )
    region: str | None = Field(
        default=None,
        description="Region of the country (ISO 3166-2 without the country), for example NW.",
    )
    years: list[int] = Field(default=[], description="Only these years; empty means every year.")
    add: list[DayOff] = Field(
        default=[], description="Further days off: 2026-12-31 once, or 12-31 every year."
    )
    remove: list[DayOff] = Field(
        default=[], description="Days of the country's list that are worked: 2026-01-01 or 01-01."
    )


def _holidays(value: object) -> object:
    """`ua` or `ua-2026` or `de-nw` is short for a country, a year, a region."""
    if not isinstance(value, str):
        return value
    country, _, rest = value.partition("-")
    if rest.isdigit():
        return {"country": country, "years": [int(rest)]}
    return {"country": country, "region": rest.upper() or None}


def _with_days(value: object) -> object:
    """Day classes may stand beside the other keys; they are the table `days`."""
    if not isinstance(value, dict):
        return value
    table = cast("dict[str, Any]", value)
    days = {k: _windows(v) for k, v in table.items() if is_days(k)}
    rest = {k: v for k, v in table.items() if not is_days(k)}
    return (
        {**rest, "days": {**cast("dict[str, Any]", rest.get("days") or {}), **days}}
        if days
        else rest
    )


class Season(Part):
    """Part of every year in which a calendar has other hours: summer, the days before New Year. Day
    classes stand directly in it.
    """

    start: YearDay = Field(alias="from", description="First day: 06-01.")
    end: YearDay = Field(
        alias="to", description="Last day, included: 08-31; may lie in the next year."
    )
    days: dict[str, list[DayWindow]] = Field(
        default={}, description="Windows of each day class then; none means closed."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return _with_days(value)


def _whole(value: object) -> object:
    return None if value is None else _windows(value)


class CalendarSpec(Part):
    """Open hours under a name. `24x7` is short for the whole week; day classes (mon-fri, sat,
    every-day) may stand directly in it.
    """

    days: dict[str, list[DayWindow]] = Field(
        default={},
        description="Windows of each day class; a window may end past midnight: 09:00-25:00.",
    )
    timezone: Zone | None = Field(
        default=None, description="Zone of these hours, where it is not the policy's."
    )
    holidays: Annotated[Holidays, BeforeValidator(_holidays)] | None = Field(
        default=None,
        description="Days off: a country (ua), country and region (de-nw), or the table below.",
    )
    site: SiteName | None = Field(
        default=None, description="Site whose zone these hours have, where `timezone` says none."
    )
    holiday_as: Literal["closed", "saturday", "sunday", "open"] | None = Field(
        default=None,
        description="What a holiday is: closed, like a Saturday or Sunday, or an ordinary day.",
    )
    on_holidays: Annotated[list[DayWindow] | None, BeforeValidator(_whole)] = Field(
        default=None, description="Windows of a holiday, instead of `holiday_as`; 24h for all day."
    )
    seasons: list[Season] = Field(
        default=[], max_length=50, description="Parts of every year with other hours."
    )
    day_ends: Literal["closing", "midnight", "same_time"] = Field(
        default="closing",
        description="When a counted working day is over; `same_time` is the hour of arrival, and "
        "midnight for what arrives on a day that is not worked.",
    )
    title: Words = Field(
        default={}, description="Words for these hours on the page, instead of computed ones."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str):
            if value.strip() not in ("24x7", "24/7", "always"):
                raise ValueError(
                    f"'{value[:40]}' is not a calendar; write 24x7, or day classes with "
                    'windows: {mon-fri: ["09:00-18:00"]}'
                )
            return {"days": {"every-day": ["00:00-24:00"]}}
        return _with_days(value)


def _windows(value: object) -> object:
    if value is None or value == "closed":
        return []
    return [
        "00:00-24:00" if item in ("24h", "all-day") else item
        for item in cast("list[object]", value if isinstance(value, list) else [value])
    ]


class ExceptionSpec(Part):
    """A dated exception to a calendar, with the words clients are told."""

    calendar: Calendars = Field(description="Calendars it changes.")
    start: Local = Field(alias="from", description="First date, or local date and time.")
    end: Local = Field(
        alias="to", description="Last date (included), or the local date and time it ends."
    )
    closed: bool = Field(default=False, description="Closed from start to end.")
    open: bool = Field(default=False, description="Open from start to end without a break.")
    hours: Annotated[list[DayWindow] | None, BeforeValidator(_whole)] = Field(
        default=None, description="Windows of each of these days instead of the usual ones."
    )
    tell: Words = Field(default={}, description="Words for clients.")

    @model_validator(mode="after")
    def _of_days(self) -> ExceptionSpec:
        """Hours hold for whole days, so that a time of day beside them would say nothing."""
        if self.hours is not None and (":" in self.start or ":" in self.end):
            raise ValueError(
                "hours hold for whole days; write from and to as dates without a time of day"
            )
        return self


class LineSpec(Part):
    """A line of support."""

    id: str = Field(description="Name used in rules, pages and the API.")
    title: Words = Field(default={}, description="Name clients and staff read.")
    calendar: CalendarName = Field(
        default="always", description="Calendar in which the line works."
    )
    come_from: LineName | None = Field(
        default=None,
        alias="from",
        description="The line below, from which requests are handed over.",
    )
    parallel: bool = Field(
        default=False,
        description="Stands beside the ladder of lines; requests are not handed over to it.",
    )
    when: Words = Field(default={}, description="When a request goes to this line.")
    own_time: Duration | None = Field(
        default=None, description="The line's own due time, for staff figures only."
    )
    own_clock: LineClock = Field(
        default="always", description="Calendar in which own_time is counted."
    )
    on_call: CalendarName | None = Field(
        default=None,
        description="Calendar in which somebody can be called, outside the line's hours.",
    )
    languages: list[Language] = Field(
        default=[], description="Languages the line answers in; empty means all."
    )
    covers: list[str] = Field(
        default=[], description="Topics or tasks of this line; empty means all."
    )


class Variant(Part):
    """What is different in a channel for some plans, countries or sites; the first that fits is
    used.
    """

    plan: Plans = Field(default=[], description="Plans it is about.")
    country: Countries = Field(default=[], description="Countries it is about.")
    site: Sites = Field(default=[], description="Sites it is about.")
    status: STATUSES | None = Field(default=None, description="Status there.")
    calendar: CalendarName | None = Field(default=None, description="Calendar there.")
    languages: list[Language] = Field(default=[], description="Languages there.")
    covers: Names = Field(default=[], description="What is dealt with there.")
    address: str | None = Field(default=None, description="Number or address there.")
    queue: int | None = Field(default=None, description="Rank of the queue, 1 served first.")


class LineAt(Part):
    """The line that answers a channel at certain hours."""

    when: Annotated[Names, Ref("hours")] = Field(
        description="Hours: a calendar, a day class, windows, holiday, `not NAME`."
    )
    line: LineName = Field(description="Line that answers then.")


class ChannelSpec(Part):
    """A way to reach the company."""

    id: str = Field(description="Name used in rules, pages and the API.")
    title: Words = Field(default={}, description="Name clients and staff read.")
    status: STATUSES = Field(
        default="official", description="What words by this channel are worth."
    )
    calendar: CalendarName | None = Field(
        default=None,
        description="Calendar in which it is answered; none means no hours are promised.",
    )
    auth: Names = Field(
        default=[],
        description="Proof of who writes: login, registered_email, pin, one_time_code, none.",
    )
    line: LineName | None = Field(default=None, description="Line that answers it.")
    lines: list[LineAt] = Field(
        default=[],
        description="Lines that answer it at certain hours, the first that fits; else `line`.",
    )
    door_of: ChannelName | None = Field(
        default=None, description="The channel this is another door of; its rules hold here too."
    )
    becomes: AnyChannel | None = Field(
        default=None,
        description="What a request from here turns into when it is handed over: ticket.",
    )
    opened_by: Literal["client", "staff"] = Field(
        default="client", description="Who opens a request here."
    )
    covers: Names = Field(
        default=[], description="What is dealt with here; empty means everything in scope."
    )
    never: Names = Field(default=[], description="What is never dealt with here.")
    beyond: WayOut | None = Field(
        default=None, description="What happens to anything else: refer(chat)."
    )
    reply: WayOut | None = Field(
        default=None, description="What a refused channel answers: use(ticket)."
    )
    purpose: Names = Field(
        default=[], description="Purposes: technical, sales, billing, complaints."
    )
    who: Names = Field(
        default=[],
        description="Kinds of contacts who may use it: owner, contacts; empty means all.",
    )
    best_effort: CalendarName | None = Field(
        default=None,
        description="Calendar in which an answer may come outside the hours, and is not owed.",
    )
    plans: Plans = Field(default=[], description="Plans that have it; empty means all.")
    countries: Countries = Field(default=[], description="Countries that have it; empty means all.")
    sites: Sites = Field(default=[], description="Sites that have it; empty means all.")
    languages: list[Language] = Field(
        default=[], description="Languages answered here; empty means all."
    )
    opens_after: Duration | None = Field(
        default=None, description="Age a request must have before this channel may be used."
    )
    opens_from: Money | None = Field(
        default=None, description="Monthly spend from which it may be used, for example 500 EUR."
    )
    fallback: ChannelName | None = Field(
        default=None, description="Channel to use when this one is down."
    )
    reached_through: ChannelName | None = Field(
        default=None, description="Channel one must go through to get here."
    )
    address: str | None = Field(default=None, description="Number or address.")
    outside: Words = Field(default={}, description="Words for clients outside the hours.")
    outside_hours: Literal["accept", "refuse"] | None = Field(
        default=None,
        description="Whether requests are taken outside the hours, to be answered later. Where it "
        "is missing, a telephone or a live chat takes none unless it `becomes` a ticket, for "
        "nobody records them; a mail or a ticket waits.",
    )
    priority: PriorityName | None = Field(
        default=None, description="Priority of what arrives here."
    )
    words: Words = Field(default={}, description="Further words for the page.")
    variants: list[Variant] = Field(default=[], description="Differences by plan, country or site.")


class Site(Part):
    """A site or country office with its own zone and languages."""

    timezone: Zone | None = Field(default=None, description="Zone of its hours.")
    country: str | None = Field(default=None, description="Country.")
    languages: list[Language] = Field(default=[], description="Languages answered there.")
