"""The policy file as a model, part one: time, people, promises. Part two (`rules.py`) has the rules about what and how.

Every key is described here once; `docs/policy.md` and the JSON Schema are generated from these descriptions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from .parts import DayTime, DayWindow, Duration, Local, Names, Part, Vocabulary, Words, Zone
from .rules import Clause, Close, Complaints, Conduct, Credit, History, Identity, Maintenance, Paid, Provision, Quota, Request, Scope, Section, Stat
from .values import is_days

FORMAT = 1
FORCE = Literal["guarantee", "max", "target", "typical"]
MEASURES = ("ack", "first", "next", "update", "start", "fix")
STATUSES = Literal["official", "advisory", "limited", "emergency_only", "self_help", "refused"]
RESTARTS = Literal["client_word", "hand_over", "hand_over_after_answer", "reopen", "delay_notice"]


class Head(Part):
    """Which text this is: its company, version, zone and languages."""

    version: int = Field(1, ge=1, description="Number of this version; a request is judged by the version in force when it arrived.")
    effective: Local | None = Field(None, description="Date from which the version holds.")
    supersedes: int | None = Field(None, description="Number of the version it replaces.")
    company: Words = Field(default={}, description="Name of the company, as clients know it.")
    title: Words = Field(default={}, description="Title of the published page.")
    timezone: Zone | None = Field(None, description="IANA zone of every hour in the file that names no other.")
    languages: list[str] = Field(default=["en"], min_length=1, description="Languages of the page and of the words, the first is used where one is missing.")
    business: str | None = Field(None, description="Calendar that counts bh and bd where a rule names no other.")


class Holidays(Part):
    """Days off of a calendar, from the law of a country and corrected by hand."""

    country: str | None = Field(None, pattern="^[A-Za-z]{2}$", description="Country whose public holidays are days off (ISO 3166 code).")
    region: str | None = Field(None, description="Region of the country (ISO 3166-2 without the country), for example NW.")
    years: list[int] = Field(default=[], description="Only these years; empty means every year.")
    add: list[str] = Field(default=[], description="Further days off: 2026-12-31 once, or 12-31 every year.")
    remove: list[str] = Field(default=[], description="Days of the country's list that are worked: 2026-01-01 or 01-01.")


def _holidays(value: object) -> object:
    """`ua` or `ua-2026` or `de-nw` is short for a country, a year, a region."""
    if not isinstance(value, str):
        return value
    country, _, rest = value.partition("-")
    if rest.isdigit():
        return {"country": country, "years": [int(rest)]}
    return {"country": country, "region": rest.upper() or None}


class CalendarSpec(Part):
    """Open hours under a name. `24x7` is short for the whole week; day classes (mon-fri, sat, every-day) may stand directly in it."""

    days: dict[str, list[DayWindow]] = Field(default={}, description="Windows of each day class; a window may end past midnight: 09:00-25:00.")
    timezone: Zone | None = Field(None, description="Zone of these hours, where it is not the policy's.")
    holidays: Annotated[Holidays, BeforeValidator(_holidays)] | None = Field(None, description="Days off: a country (ua), country and region (de-nw), or the table below.")
    holiday_as: Literal["closed", "sunday", "open"] | None = Field(None, description="What a holiday is: closed, like a Sunday, or an ordinary day.")
    day_ends: Literal["closing", "midnight", "same_time"] = Field("closing", description="When a counted working day is over.")
    title: Words = Field(default={}, description="Words for these hours on the page, instead of computed ones.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str):
            if value.strip() not in ("24x7", "24/7", "always"):
                raise ValueError(f"'{value[:40]}' is not a calendar; write 24x7, or day classes with windows: {{mon-fri: [\"09:00-18:00\"]}}")
            return {"days": {"every-day": ["00:00-24:00"]}}
        if not isinstance(value, dict):
            return value
        table = cast(dict[str, Any], value)
        days = {k: _windows(v) for k, v in table.items() if is_days(k)}
        rest = {k: v for k, v in table.items() if not is_days(k)}
        return {**rest, "days": {**cast(dict[str, Any], rest.get("days") or {}), **days}} if days else rest


def _windows(value: object) -> object:
    if value is None or value == "closed":
        return []
    return ["00:00-24:00" if item == "24h" else item for item in cast(list[object], value if isinstance(value, list) else [value])]


class ExceptionSpec(Part):
    """A dated exception to a calendar, with the words clients are told."""

    calendar: Names = Field(description="Calendars it changes.")
    start: Local = Field(alias="from", description="First date, or local date and time.")
    end: Local = Field(alias="to", description="Last date (included), or the local date and time it ends.")
    closed: bool = Field(False, description="Closed from start to end.")
    open: bool = Field(False, description="Open from start to end without a break.")
    hours: list[DayWindow] | None = Field(None, description="Windows of each of these days instead of the usual ones.")
    tell: Words = Field(default={}, description="Words for clients.")


class LineSpec(Part):
    """A line of support."""

    id: str = Field(description="Name used in rules, pages and the API.")
    title: Words = Field(default={}, description="Name clients and staff read.")
    calendar: str = Field("always", description="Calendar in which the line works.")
    come_from: str | None = Field(None, alias="from", description="The line below, from which requests are handed over.")
    parallel: bool = Field(False, description="Stands beside the ladder of lines; requests are not handed over to it.")
    when: Words = Field(default={}, description="When a request goes to this line.")
    own_time: Duration | None = Field(None, description="The line's own due time, for staff figures only.")
    own_clock: str = Field("always", description="Calendar in which own_time is counted.")
    on_call: str | None = Field(None, description="Calendar in which somebody can be called, outside the line's hours.")
    languages: list[str] = Field(default=[], description="Languages the line answers in; empty means all.")
    covers: list[str] = Field(default=[], description="Topics or tasks of this line; empty means all.")


class Variant(Part):
    """What is different in a channel for some plans, countries or sites; the first that fits is used."""

    plan: Names = Field(default=[], description="Plans it is about.")
    country: Names = Field(default=[], description="Countries it is about.")
    site: Names = Field(default=[], description="Sites it is about.")
    status: STATUSES | None = Field(None, description="Status there.")
    calendar: str | None = Field(None, description="Calendar there.")
    languages: list[str] = Field(default=[], description="Languages there.")
    queue: int | None = Field(None, description="Rank of the queue, 1 served first.")


class ChannelSpec(Part):
    """A way to reach the company."""

    id: str = Field(description="Name used in rules, pages and the API.")
    title: Words = Field(default={}, description="Name clients and staff read.")
    status: STATUSES = Field("official", description="What words by this channel are worth.")
    calendar: str | None = Field(None, description="Calendar in which it is answered; none means no hours are promised.")
    auth: Names = Field(default=[], description="Proof of who writes: login, registered_email, pin, one_time_code, none.")
    line: str | None = Field(None, description="Line that answers it.")
    door_of: str | None = Field(None, description="The channel this is another door of; its rules hold here too.")
    becomes: str | None = Field(None, description="What a request from here turns into when it is handed over: ticket.")
    opened_by: Literal["client", "staff"] = Field("client", description="Who opens a request here.")
    covers: Names = Field(default=[], description="What is dealt with here; empty means everything in scope.")
    never: Names = Field(default=[], description="What is never dealt with here.")
    beyond: str | None = Field(None, description="What happens to anything else: refer(chat).")
    reply: str | None = Field(None, description="What a refused channel answers: use(ticket).")
    purpose: Names = Field(default=[], description="Purposes: technical, sales, billing, complaints.")
    plans: Names = Field(default=[], description="Plans that have it; empty means all.")
    countries: Names = Field(default=[], description="Countries that have it; empty means all.")
    sites: Names = Field(default=[], description="Sites that have it; empty means all.")
    languages: list[str] = Field(default=[], description="Languages answered here; empty means all.")
    opens_after: Duration | None = Field(None, description="Age a request must have before this channel may be used.")
    opens_from: str | None = Field(None, description="Spend from which it may be used, for example 500 EUR.")
    fallback: str | None = Field(None, description="Channel to use when this one is down.")
    reached_through: str | None = Field(None, description="Channel one must go through to get here.")
    address: str | None = Field(None, description="Number or address.")
    outside: Words = Field(default={}, description="Words for clients outside the hours.")
    priority: str | None = Field(None, description="Priority of what arrives here.")
    words: Words = Field(default={}, description="Further words for the page.")
    variants: list[Variant] = Field(default=[], description="Differences by plan, country or site.")


class Target(Part):
    """One row of the table of due times. The first row that fits is used; a key that is missing fits everything."""

    id: str | None = Field(None, description="Name of the row, shown with every due time it made.")
    plan: Names = Field(default=[], description="Plans it fits.")
    priority: Names = Field(default=[], description="Priorities it fits.")
    channel: Names = Field(default=[], description="Channels it fits; a channel that is a door of one of them fits too.")
    topic: Names = Field(default=[], description="Topics it fits.")
    line: Names = Field(default=[], description="Lines it fits.")
    service: Names = Field(default=[], description="Kinds of service it fits.")
    requester: Names = Field(default=[], description="Who asks: client, monitoring.")
    country: Names = Field(default=[], description="Countries it fits.")
    site: Names = Field(default=[], description="Sites it fits.")
    received: Names = Field(default=[], description="When it arrived: a day class (sat-sun), windows (mon-fri 09:00-18:00), holiday, or the name of a calendar; `not NAME` is outside of it.")
    received_before: DayTime | None = Field(None, description="Cut-off: the row's times hold for arrivals on a working day before this time.")
    otherwise: Duration | None = Field(None, alias="else", description="Time of every measure of the row after the cut-off or on a day that is not worked.")
    ack: Duration | None = Field(None, description="Acknowledgement, which is not an answer.")
    first: Duration | None = Field(None, description="First answer.")
    next: Duration | None = Field(None, description="Each further answer; where it is missing, `first` holds again.")
    update: Duration | None = Field(None, description="Longest gap between words while the work lasts.")
    start: Duration | None = Field(None, description="Start of the work.")
    fix: Duration | None = Field(None, description="Solution or workaround.")
    clock: str = Field("always", description="What is counted: always (elapsed), channel, line, or the name of a calendar.")
    force: FORCE = Field("max", description="How strong it is: guarantee, max, target, typical.")
    remedy: Words = Field(default={}, description="What the client gets when a guarantee is missed.")
    counted_from: Literal["arrival", "latest_client_word", "order_and_payment"] = Field("arrival", description="Where counting starts.")
    pauses: list[Literal["with_client", "with_third_party", "closed"]] = Field(default=[], description="States in which the clock of start, update and fix stands still.")
    must: Names = Field(default=[], description="What the answer must contain.")
    document: str | None = Field(None, description="Published text the row comes from.")
    clause: str | None = Field(None, description="Clause that promises it.")
    words: Words = Field(default={}, description="Words instead of a number.")


class Alarms(Part):
    """When staff are warned about a promise."""

    chat_waits: Duration | None = Field(None, description="A chat that nobody took for so long raises an alarm.")
    warnings: list[Duration] | None = Field(None, description="How long before an answer is due staff are warned.")
    delay_warnings: list[Duration] | None = Field(None, description="How long before the time given in a delay notice staff are warned.")
    every: Duration | None = Field(None, description="An alarm is repeated so often until somebody takes it.")


class Desk(Part):
    """How the desk works."""

    chats_per_operator: int | None = Field(None, ge=1, description="Chats one operator may hold at a time; chats that wait for the client do not count.")
    skip_pause: Duration | None = Field(None, description="A skipped request is not offered to the same operator for so long.")
    presence_grace: Duration | None = Field(None, description="An operator unseen for so long is absent, and their chats that owe a word go back to the queue.")
    edit_window: Duration | None = Field(None, description="Words may be corrected by their writer for so long.")
    open_requests_per_client: int | None = Field(None, ge=1, description="Open requests a client may have.")


class Priorities(Part):
    """Priorities, who sets them and what staff may do."""

    levels: Vocabulary = Field(default={}, description="Levels, the most urgent first.")
    set_by: Names = Field(default=[], description="Who sets it: client, staff, plan, topic, subject_tag.")
    default: str | None = Field(None, description="Level where nobody says one.")
    staff_may: list[Literal["lower", "raise"]] = Field(default=[], description="What staff may do to it.")
    lower_when: Names = Field(default=[], description="Reasons for lowering it.")
    misuse: Words = Field(default={}, description="What follows misuse.")
    by_topic: dict[str, str] = Field(default={}, description="Priority of a topic.")


class Plan(Part):
    """A support plan."""

    title: Words = Field(default={}, description="Name clients read.")
    support: bool = Field(True, description="False when the plan has no support.")
    calendar: str | None = Field(None, description="Calendar that `plan` as a clock means.")
    languages: list[str] = Field(default=[], description="Languages of the plan; empty means all.")
    queue: int | None = Field(None, description="Rank of its queue, 1 served first.")
    ends: Local | None = Field(None, description="Date on which a legacy plan ends.")
    words: Words = Field(default={}, description="Further words for the page.")


class Delay(Part):
    """The delay notice: why an answer comes later and when."""

    send_before: str | None = Field(None, description="When it must be sent: deadline, first_answer, or a time before the deadline such as 10m.")
    must: list[Literal["reason", "new_time", "progress"]] = Field(default=["reason", "new_time"], description="What it must contain.")
    reasons: Vocabulary | None = Field(None, description="Reasons to choose from.")
    repeat: Literal["each_new_time", "once", "never"] = Field("each_new_time", description="Whether a further notice may follow.")
    longest: Duration | None = Field(None, description="Furthest time a notice may name, from when it is sent.")
    second_miss: Words = Field(default={}, description="What a missed second time means.")
    overload: Words = Field(default={}, description="Words for times of overload.")


class Site(Part):
    """A site or country office with its own zone and languages."""

    timezone: Zone | None = Field(None, description="Zone of its hours.")
    country: str | None = Field(None, description="Country.")
    languages: list[str] = Field(default=[], description="Languages answered there.")


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class PolicyFile(Part):
    """A company's support regulations."""

    format: int = Field(FORMAT, description="Format of the file; this version of Firstline reads 1.")
    policy: Head = Field(default=Head(), description="Which text this is.")
    calendars: dict[str, CalendarSpec] = Field(default={}, description="Open hours by name; `always` exists by itself. `exceptions` may stand in it too.")
    exceptions: list[ExceptionSpec] = Field(default=[], description="Dated exceptions to calendars.")
    sites: dict[str, Site] = Field(default={}, description="Sites by name.")
    lines: list[LineSpec] = Field(default=[], description="Lines of support, the first contact first.")
    channels: list[ChannelSpec] = Field(default=[], description="Ways to reach the company.")
    topics: Vocabulary | None = Field(None, description="Topics of requests.")
    outcomes: Vocabulary | None = Field(None, description="Outcomes of closed requests.")
    states: Vocabulary = Field(default={}, description="Words for the states of a request.")
    priorities: Priorities = Field(default=Priorities(), description="Priorities.")
    plans: Annotated[dict[str, Plan], BeforeValidator(lambda v: {k: {} for k in v} if isinstance(v, list) else v)] = Field(default={}, description="Support plans by name.")
    targets: list[Target] = Field(default=[], description="Due times, first fitting row wins.")
    restart_on: list[RESTARTS] = Field(default=[], description="What starts a new promise by the rule that then fits.")
    alarms: Alarms = Field(default=Alarms(), description="Alarms for staff.")
    desk: Desk = Field(default=Desk(), description="How the desk works.")
    order: Names = Field(default=["fifo"], description="Order of work: fifo, or a list such as [priority, plan, arrival], last_client_word, one_at_a_time_per_client, hardware_first.")
    delay: Delay = Field(default=Delay(), description="Delay notices.")
    complaints: Complaints | None = Field(None, description="Complaints.")
    scope: Scope = Field(default=Scope(), description="What support does and does not do.")
    request: Request = Field(default=Request(), description="What a good request has.")
    close: Close = Field(default=Close(), description="Reminding, closing, reopening.")
    conduct: Conduct = Field(default=Conduct(), description="Conduct of clients.")
    refuse: Vocabulary = Field(default={}, description="Further reasons for refusing.")
    identity: Identity = Field(default=Identity(), description="Who may ask and how they prove it.")
    paid: Annotated[list[Paid], BeforeValidator(_one_or_many)] = Field(default=[], description="Paid help; the first fitting row is used.")
    quota: Annotated[list[Quota], BeforeValidator(_one_or_many)] = Field(default=[], description="Included amounts.")
    credits: Annotated[list[Credit], BeforeValidator(_one_or_many)] = Field(default=[], description="Credits for missed guarantees.")
    provision: Provision | None = Field(None, description="Setting up what was ordered.")
    maintenance: Maintenance | None = Field(None, description="Planned work.")
    history: History | None = Field(None, description="History of requests.")
    stats: list[Stat] = Field(default=[], description="Published figures.")
    sections: Annotated[list[Section], BeforeValidator(lambda v: [{"id": k, "title": t} for k, t in v.items()] if isinstance(v, dict) else v)] = Field(default=[], description="Sections of the published page, in order.")
    clauses: list[Clause] = Field(default=[], description="Words of the published page, clause by clause.")

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: object) -> object:
        """Exceptions may be written inside `calendars`, where people look for them."""
        if isinstance(value, dict) and isinstance(calendars := cast(dict[str, Any], value).get("calendars"), dict):
            inner = cast(dict[str, Any], calendars)
            if isinstance(inner.get("exceptions"), list):
                rest = {k: v for k, v in inner.items() if k != "exceptions"}
                both = [*cast(list[Any], inner["exceptions"]), *(cast(list[Any], cast(dict[str, Any], value).get("exceptions")) or [])]
                return {**cast(dict[str, Any], value), "calendars": rest, "exceptions": both}
        return cast(object, value)


