"""The policy file as a model: the table of due times."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from firstline.policy.file.fields import Ref, Says
from firstline.policy.file.parts import (
    FORCE,
    CalendarName,
    Channels,
    Clock,
    Countries,
    DatedRule,
    DayTime,
    Duration,
    Lines,
    Names,
    Plans,
    PriorityNames,
    Share,
    Sites,
    Texts,
    Topics,
)
from firstline.policy.text.remark import remark, with_choice
from firstline.policy.text.values import Span, parse_span

MEASURES = ("ack", "first", "next", "update", "start", "fix")


def _next(value: object) -> Span | str:
    if isinstance(value, Span):
        return value
    if value == "none":
        return "none"
    try:
        return parse_span(str(value))
    except ValueError as problem:
        raise with_choice(problem, remark("none where no time is promised")) from None


# The word for no promise is read before the length of time, whose error would hide behind it.
NextTime = Annotated[Duration | Literal["none"], BeforeValidator(_next)]


class Target(DatedRule):
    """One row of the table of due times. The first row that fits is used; a key that is missing
    fits everything.
    """

    id: str | None = Field(
        default=None, description="Name of the row, shown with every due time it made."
    )
    plan: Plans = Field(default=[], description="Plans it fits.")
    priority: PriorityNames = Field(default=[], description="Priorities it fits.")
    channel: Channels = Field(
        default=[],
        description="Channels it fits; a channel that is a door of one of them fits too.",
    )
    topic: Topics = Field(default=[], description="Topics it fits.")
    line: Lines = Field(default=[], description="Lines it fits.")
    service: Names = Field(default=[], description="Kinds of service it fits.")
    requester: Names = Field(default=[], description="Who asks: client, monitoring.")
    country: Countries = Field(default=[], description="Countries it fits.")
    site: Sites = Field(default=[], description="Sites it fits.")
    received: Annotated[Names, Ref("arrival")] = Field(
        default=[],
        description="When it arrived: a day class (sat-sun), windows (mon-fri 09:00-18:00), "
        "holiday, or the name of a calendar; `not NAME` is outside of it. Days "
        "and windows are those of the site in question.",
    )
    received_before: DayTime | None = Field(
        default=None,
        description="Cut-off: the row's times hold for arrivals on a working day before this time.",
    )
    workdays: CalendarName | None = Field(
        default=None,
        description="Calendar that says which days are worked, for the cut-off; else the clock's.",
    )
    otherwise: Duration | None = Field(
        default=None,
        alias="else",
        description="Time of every measure of the row after the cut-off or on a day that is "
        "not worked.",
    )
    ack: Duration | None = Field(
        default=None, description="Acknowledgement, which is not an answer."
    )
    first: Duration | None = Field(default=None, description="First answer.")
    next: NextTime | None = Field(
        default=None,
        description="Each further answer; where it is missing, `first` holds again; `none` "
        "promises no time.",
    )
    update: Duration | None = Field(
        default=None, description="Longest gap between words while the work lasts."
    )
    start: Duration | None = Field(default=None, description="Start of the work.")
    fix: Duration | None = Field(default=None, description="Solution or workaround.")
    clock: Clock = Field(
        default="always",
        description="What is counted: always (elapsed), channel, line, or the name of a calendar.",
    )
    force: FORCE = Field(
        default="max", description="How strong it is: guarantee, max, target, typical."
    )
    share: Annotated[Share | None, Says("It is kept in {share} of all cases.")] = Field(
        default=None, description="In how many of 100 cases it is kept, where the text says so."
    )
    counted_from: Annotated[
        Literal["arrival", "latest_client_word", "order_and_payment"],
        Says(
            {
                "latest_client_word": "Time is counted from the client’s latest message.",
                "order_and_payment": "Time is counted from order and payment.",
            },
            clause="besides",
        ),
    ] = Field(default="arrival", description="Where counting starts.")
    pauses: Annotated[
        list[Literal["with_client", "with_third_party", "closed"]],
        Ref("code", group="pause"),
        Says("The time of the work is not counted while {names:or}.", clause="besides"),
    ] = Field(
        default=[], description="States in which the clock of start, update and fix stands still."
    )
    must: Annotated[Names, Says("The answer contains: {names}", clause="besides")] = Field(
        default=[], description="What the answer must contain."
    )
    remedy: Annotated[Texts, Says("If we miss this time: {words}", clause="besides")] = Field(
        default={}, description="What the client gets when a guarantee is missed."
    )
    document: Annotated[
        str | None, Says("It comes from this document: {name}", clause="besides")
    ] = Field(default=None, description="Published text the row comes from.")
    clause: str | None = Field(default=None, description="Clause that promises it.")
    words: Annotated[Texts, Says("{words}", clause="besides")] = Field(
        default={}, description="Words instead of a number."
    )
