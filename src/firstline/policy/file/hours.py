"""The policy file as a model: which text it is, its calendars, lines and channels."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from firstline.policy.file.parts import (
    CalendarName,
    Calendars,
    DayOff,
    DayWindow,
    Language,
    Local,
    Part,
    SiteName,
    Texts,
    YearDay,
    Zone,
)
from firstline.policy.text.remark import remark
from firstline.policy.text.values import is_days


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
    company: Texts = Field(default={}, description="Name of the company, as clients know it.")
    title: Texts = Field(default={}, description="Title of the published page.")
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
            remark(
                "'{value}' is not the code of a country; write two letters such as DE",
                value=str(value)[:40],
            )
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


class SeasonSpec(Part):
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
    seasons: list[SeasonSpec] = Field(
        default=[], max_length=50, description="Parts of every year with other hours."
    )
    day_ends: Literal["closing", "midnight", "same_time"] = Field(
        default="closing",
        description="When a counted working day is over; `same_time` is the hour of arrival, and "
        "midnight for what arrives on a day that is not worked.",
    )
    title: Texts = Field(
        default={}, description="Words for these hours on the page, instead of computed ones."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str):
            if value.strip() not in ("24x7", "24/7", "always"):
                raise ValueError(
                    remark(
                        "'{value}' is not a calendar; write 24x7, or day classes with windows: "
                        '{{mon-fri: ["09:00-18:00"]}}',
                        value=value[:40],
                    )
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
    tell: Texts = Field(default={}, description="Words for clients.")

    @model_validator(mode="after")
    def _of_days(self) -> ExceptionSpec:
        """Hours hold for whole days, so that a time of day beside them would say nothing."""
        if self.hours is not None and (":" in self.start or ":" in self.end):
            raise ValueError(
                remark(
                    "hours hold for whole days; write from and to as dates without a time of day"
                )
            )
        return self
