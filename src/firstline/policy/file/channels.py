"""The policy file as a model: lines, channels and sites."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firstline.policy.file.fields import Ref, Says
from firstline.policy.file.parts import (
    AnyChannel,
    CalendarName,
    ChannelName,
    Countries,
    DatedRule,
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
    Proofs,
    Sites,
    Texts,
    Topics,
    WayOut,
    Zone,
)

SPOKEN = Says("Language: {names}", many="Languages: {names}")
WORTH = Says(
    {
        "official": "An official channel for requests.",
        "advisory": "Answers here are advice; they are not official.",
        "limited": "Not every matter is dealt with here.",
        "emergency_only": "For emergencies only.",
        "self_help": "Here clients help each other; an answer of support is not promised.",
        "refused": "Requests are not accepted here.",
    }
)
OUTSIDE_HOURS = Says(
    {
        "accept": "Outside the hours requests are taken, and answered later.",
        "refuse": "Outside the hours requests are not taken.",
    }
)
STATUSES = Literal["official", "advisory", "limited", "emergency_only", "self_help", "refused"]


class LineSpec(Part):
    """A line of support."""

    id: str = Field(description="Name used in rules, pages and the API.")
    title: Texts = Field(default={}, description="Name clients and staff read.")
    parallel: Annotated[
        bool, Says("It is separate from the other lines; requests are not handed over to it.")
    ] = Field(
        default=False,
        description="Stands beside the ladder of lines; requests are not handed over to it.",
    )
    come_from: Annotated[
        LineName | None, Says("It takes over requests from the line “{line}”.")
    ] = Field(
        default=None,
        alias="from",
        description="The line below, from which requests are handed over.",
    )
    when: Annotated[Texts, Says("When: {words}")] = Field(
        default={}, description="When a request goes to this line."
    )
    calendar: Annotated[CalendarName, Says("Hours: {hours}")] = Field(
        default="always", description="Calendar in which the line works."
    )
    own_time: Duration | None = Field(
        default=None, description="The line's own due time, for staff figures only."
    )
    own_clock: LineClock = Field(
        default="always", description="Calendar in which own_time is counted."
    )
    on_call: Annotated[
        CalendarName | None, Says("Outside its hours somebody can be called: {hours}")
    ] = Field(
        default=None,
        description="Calendar in which somebody can be called, outside the line's hours.",
    )
    covers: Annotated[list[str], Says("It deals with: {names}")] = Field(
        default=[], description="Topics or tasks of this line; empty means all."
    )


_THERE = Says("{where} — {words}")


class Variant(DatedRule):
    """What is different in a channel for some plans, countries, sites or topics, or for a time; the
    first that fits is used.
    """

    plan: Plans = Field(default=[], description="Plans it is about.")
    country: Countries = Field(default=[], description="Countries it is about.")
    site: Sites = Field(default=[], description="Sites it is about.")
    topic: Topics = Field(default=[], description="Topics it is about.")
    status: STATUSES | None = Field(default=None, description="Status there.")
    calendar: Annotated[CalendarName | None, _THERE] = Field(
        default=None, description="Calendar there."
    )
    languages: Annotated[list[Language], _THERE] = Field(default=[], description="Languages there.")
    covers: Annotated[Names, _THERE] = Field(default=[], description="What is dealt with there.")
    address: Annotated[str | None, _THERE] = Field(
        default=None, description="Number or address there."
    )
    queue: Annotated[int | None, Says("{where} — queue {rank}; queue 1 is served first.")] = Field(
        default=None, description="Rank of the queue, 1 served first."
    )


class LineAt(Part):
    """The line that answers a channel at certain hours."""

    when: Annotated[Names, Ref("hours")] = Field(
        description="Hours: a calendar, a day class, windows, holiday, `not NAME`."
    )
    line: LineName = Field(description="Line that answers then.")


class ChannelSpec(DatedRule):
    """A way to reach the company."""

    since: Annotated[Local | None, Says("It may be used from {date} on.")] = Field(
        default=None, alias="from", description="First date on which it is there, or local time."
    )
    until: Annotated[Local | None, Says("It may be used until {date}.")] = Field(
        default=None,
        alias="to",
        description="Last date (included), or the local date and time at which it ends.",
    )
    id: str = Field(description="Name used in rules, pages and the API.")
    title: Texts = Field(default={}, description="Name clients and staff read.")
    door_of: Annotated[
        ChannelName | None, Says("Another way into “{channel}”; the same rules apply.")
    ] = Field(
        default=None, description="The channel this is another door of; its rules hold here too."
    )
    status: Annotated[STATUSES, WORTH] = Field(
        default="official", description="What words by this channel are worth."
    )
    reply: Annotated[WayOut | None, Says("Use “{channel}” instead.")] = Field(
        default=None, description="What a refused channel answers: use(ticket)."
    )
    purpose: Annotated[Names, Says("It is for: {names}")] = Field(
        default=[], description="Purposes: technical, sales, billing, complaints."
    )
    opened_by: Annotated[
        Literal["client", "staff"], Says({"staff": "Only support opens requests here."})
    ] = Field(default="client", description="Who opens a request here.")
    reached_through: Annotated[
        ChannelName | None, Says("It is reached only through “{channel}”.")
    ] = Field(default=None, description="Channel one must go through to get here.")
    calendar: Annotated[CalendarName | None, Says("Hours: {hours}")] = Field(
        default=None,
        description="Calendar in which it is answered; none means no hours are promised.",
    )
    outside: Annotated[Texts, Says("Outside the hours: “{words}”")] = Field(
        default={}, description="Words for clients outside the hours."
    )
    live: bool | None = Field(
        default=None,
        description="Whether somebody has to be there to be spoken with, as by telephone or in a "
        "live chat. Where it is missing, a name such as phone, tel, hotline, call or chat says so.",
    )
    outside_hours: Annotated[Literal["accept", "refuse"] | None, OUTSIDE_HOURS] = Field(
        default=None,
        description="Whether requests are taken outside the hours, to be answered later. Where it "
        "is missing, what is `live` takes none unless it `becomes` a ticket, for nobody records "
        "it; a mail or a ticket waits.",
    )
    address: Annotated[str | None, Says("Address: {address}")] = Field(
        default=None, description="Number or address."
    )
    languages: Annotated[list[Language], SPOKEN] = Field(
        default=[], description="Languages answered here; empty means all."
    )
    auth: Annotated[Proofs, Says("Proof of identity: {names:or}")] = Field(
        default=[],
        description="Proof of who writes: login, registered_email, pin, one_time_code, none.",
    )
    covers: Annotated[Names, Says("Dealt with here: {names}")] = Field(
        default=[], description="What is dealt with here; empty means everything in scope."
    )
    never: Annotated[Names, Says("Not dealt with here: {names}")] = Field(
        default=[], description="What is never dealt with here."
    )
    beyond: Annotated[WayOut | None, Says("For anything else, use “{channel}”.")] = Field(
        default=None, description="What happens to anything else: refer(chat)."
    )
    plans: Annotated[Plans, Says("For this plan: {names}", many="For these plans: {names}")] = (
        Field(default=[], description="Plans that have it; empty means all.")
    )
    countries: Annotated[
        Countries, Says("For this country: {names}", many="For these countries: {names}")
    ] = Field(default=[], description="Countries that have it; empty means all.")
    sites: Annotated[Sites, Says("For this site: {names}", many="For these sites: {names}")] = (
        Field(default=[], description="Sites that have it; empty means all.")
    )
    who: Annotated[Names, Ref("code", group="contact"), Says("For these contacts: {names}")] = (
        Field(
            default=[],
            description="Kinds of contacts who may use it: owner, contacts; empty means all.",
        )
    )
    best_effort: Annotated[
        CalendarName | None,
        Says("An answer may come at other hours too, but is not guaranteed: {hours}"),
    ] = Field(
        default=None,
        description="Calendar in which an answer may come outside the hours, and is not owed.",
    )
    opens_after: Annotated[
        Duration | None, Says("It may be used once a request is {time} old.")
    ] = Field(default=None, description="Age a request must have before this channel may be used.")
    opens_from: Annotated[
        Money | None, Says("It may be used from a monthly spend of {amount} on.")
    ] = Field(
        default=None, description="Monthly spend from which it may be used, for example 500 EUR."
    )
    line: Annotated[LineName | None, Says("Answered by: {line}")] = Field(
        default=None, description="Line that answers it."
    )
    lines: list[LineAt] = Field(
        default=[],
        description="Lines that answer it at certain hours, the first that fits; else `line`.",
    )
    becomes: Annotated[
        AnyChannel | None, Says("A request that is handed over goes on as “{channel}”.")
    ] = Field(
        default=None,
        description="What a request from here turns into when it is handed over: ticket.",
    )
    priority: Annotated[PriorityName | None, Says("Priority of requests from here: {name}")] = (
        Field(default=None, description="Priority of what arrives here.")
    )
    fallback: Annotated[ChannelName | None, Says("When it is down, use “{channel}”.")] = Field(
        default=None, description="Channel to use when this one is down."
    )
    variants: list[Variant] = Field(
        default=[], description="Differences by plan, country, site or topic, or for a time."
    )
    words: Annotated[Texts, Says("{words}")] = Field(
        default={}, description="Further words for the page."
    )


class Site(Part):
    """A site or country office with its own zone and languages."""

    country: Annotated[str | None, Ref("country"), Says("Country: {names}")] = Field(
        default=None, description="Country."
    )
    timezone: Annotated[Zone | None, Says("Time zone: {zone}")] = Field(
        default=None, description="Zone of its hours."
    )
    languages: Annotated[list[Language], SPOKEN] = Field(
        default=[], description="Languages answered there."
    )
