"""The policy file as a model, part one: people and promises. Part two (`matters.py`) has the rules
about what and how.

Every key is described here once; `docs/policy.md` and the JSON Schema are generated from these
descriptions.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from firstline.policy.file.channels import SPOKEN, ChannelSpec, LineSpec, Site
from firstline.policy.file.fields import Says
from firstline.policy.file.hours import CalendarSpec, ExceptionSpec, Head
from firstline.policy.file.matters import Close, RequestSpec, ScopeSpec
from firstline.policy.file.money import Credit, Paid, Quota
from firstline.policy.file.parts import (
    CalendarName,
    Duration,
    Language,
    Local,
    Names,
    Part,
    PlanName,
    PriorityName,
    Texts,
    TopicName,
    Vocabulary,
)
from firstline.policy.file.people import Complaints, Conduct, Identity
from firstline.policy.file.record import (
    ClauseSpec,
    History,
    Maintenance,
    Provision,
    SectionSpec,
    Stat,
)
from firstline.policy.file.targets import Target
from firstline.policy.text.remark import guess, remark
from firstline.policy.text.values import parse_span

FORMAT = 1
# What other texts call it.
_SAME = {"customer_reply": "client_word", "client_reply": "client_word", "line_change": "hand_over"}


RESTARTS = Annotated[
    Literal["client_word", "hand_over", "hand_over_after_answer", "reopen", "delay_notice"],
    BeforeValidator(lambda word: _SAME.get(word, word) if isinstance(word, str) else word),
]


class Alarms(Part):
    """When staff are warned about a promise."""

    chat_waits: Duration | None = Field(
        default=None, description="A chat that nobody took for so long raises an alarm."
    )
    warnings: list[Duration] | None = Field(
        default=None, description="How long before an answer is due staff are warned."
    )
    delay_warnings: list[Duration] | None = Field(
        default=None,
        description="How long before the time given in a delay notice staff are warned.",
    )
    every: Duration | None = Field(
        default=None, description="An alarm is repeated so often until somebody takes it."
    )


class DeskSpec(Part):
    """How the desk works."""

    chats_per_operator: int | None = Field(
        default=None,
        ge=1,
        description="Chats one operator may hold at a time; chats that wait for the client "
        "do not count.",
    )
    skip_pause: Duration | None = Field(
        default=None,
        description="A skipped request is not offered to the same operator for so long.",
    )
    presence_grace: Duration | None = Field(
        default=None,
        description="An operator unseen for so long is absent, and their chats that owe a "
        "word go back to the queue.",
    )
    open_requests_per_client: Annotated[
        int | None,
        Says(
            "A client may have at most {number} open request at a time.",
            many="A client may have at most {number} open requests at a time.",
        ),
    ] = Field(default=None, ge=1, description="Open requests a client may have.")
    edit_window: Annotated[
        Duration | None, Says("A message that was sent may be corrected {time:within}.")
    ] = Field(default=None, description="Words may be corrected by their writer for so long.")


class Priorities(Part):
    """Priorities, who sets them and what staff may do."""

    levels: Vocabulary = Field(default={}, description="Levels, the most urgent first.")
    set_by: Annotated[Names, Says("The priority is set by: {names:or}")] = Field(
        default=[], description="Who sets it: client, staff, plan, topic, subject_tag."
    )
    default: Annotated[PriorityName | None, Says("Where nobody sets a priority: {name}")] = Field(
        default=None, description="Level where nobody says one."
    )
    by_topic: Annotated[dict[TopicName, PriorityName], Says("Topic “{topic}”: {name}")] = Field(
        default={}, description="Priority of a topic."
    )
    by_plan: Annotated[dict[PlanName, PriorityName], Says("Plan “{plan}”: {name}")] = Field(
        default={}, description="Priority of a plan's requests, where their topic has none."
    )
    staff_may: list[Literal["lower", "raise"]] = Field(
        default=[], description="What staff may do to it."
    )


class Plan(Part):
    """A support plan."""

    title: Texts = Field(default={}, description="Name clients read.")
    support: Annotated[bool, Says({False: "This plan has no support."})] = Field(
        default=True, description="False when the plan has no support."
    )
    calendar: Annotated[CalendarName | None, Says("Hours: {hours}")] = Field(
        default=None, description="Calendar that `plan` as a clock means."
    )
    languages: Annotated[list[Language], SPOKEN] = Field(
        default=[], description="Languages of the plan; empty means all."
    )
    queue: Annotated[
        int | None, Says("Its requests wait in queue {rank}; queue 1 is served first.")
    ] = Field(default=None, description="Rank of its queue, 1 served first.")
    ends: Annotated[Local | None, Says("It ends on {date}.")] = Field(
        default=None, description="Date on which a legacy plan ends."
    )
    then: Annotated[PlanName | None, Says("Then the plan {name} takes its place.")] = Field(
        default=None, description="Plan that takes its place then."
    )


def _send_before(value: object) -> str:
    words = ("deadline", "first_answer")
    if value in words:
        return str(value)
    if near := get_close_matches(str(value), words, 1, 0.6):
        raise ValueError(
            remark(
                "'{text}' is not a length of time; {mend}",
                text=str(value)[:40],
                mend=guess(near[0]),
            )
        )
    return str(parse_span(str(value)))


class Delay(Part):
    """The delay notice: why an answer comes later and when."""

    send_before: Annotated[str, BeforeValidator(_send_before)] | None = Field(
        default=None,
        description="When it must be sent: deadline, first_answer, or a time before the "
        "deadline such as 10m.",
    )
    must: Annotated[
        list[Literal["reason", "new_time", "progress"]], Says("A delay notice says: {names}")
    ] = Field(default=["reason", "new_time"], description="What it must contain.")
    repeat: Annotated[
        Literal["each_new_time", "once", "never"],
        Says(
            {
                "each_new_time": "Each further delay is announced in the same way.",
                "once": "An answer may be put off once.",
                "never": "The time that was named is not put off again.",
            }
        ),
    ] = Field(default="each_new_time", description="Whether a further notice may follow.")
    longest: Annotated[Duration | None, Says("The new time is at most {time} away.")] = Field(
        default=None, description="Furthest time a notice may name, from when it is sent."
    )
    reasons: Vocabulary | None = Field(default=None, description="Reasons to choose from.")
    second_miss: Annotated[Texts, Says("{words}")] = Field(
        default={}, description="What a missed second time means."
    )


def _plain_names(value: object) -> object:
    if not isinstance(value, list):
        return value
    return {str(name): dict[str, Any]() for name in cast("list[object]", value)}


def _titles(value: object) -> object:
    """A table of ids and titles is short for a list of sections."""
    if not isinstance(value, dict):
        return value
    return [{"id": k, "title": t} for k, t in cast("dict[str, object]", value).items()]


def _part(description: str) -> Any:
    """A part that is there also where the file does not write it. It is made from an empty table
    by the file's own schema; a factory would have each part build one for itself.
    """
    return Field(default_factory=dict, validate_default=True, description=description)


class PolicyFile(Part):
    """A company's support regulations."""

    format: int = Field(
        default=FORMAT, description="Format of the file; this version of Firstline reads 1."
    )
    policy: Head = _part("Which text this is.")
    calendars: dict[str, CalendarSpec] = Field(
        default={},
        description="Open hours by name; `always` exists by itself. `exceptions` may stand "
        "in it too.",
    )
    exceptions: list[ExceptionSpec] = Field(
        default=[], max_length=500, description="Dated exceptions to calendars."
    )
    sites: dict[str, Site] = Field(default={}, description="Sites by name.")
    lines: list[LineSpec] = Field(
        default=[], max_length=100, description="Lines of support, the first contact first."
    )
    channels: list[ChannelSpec] = Field(
        default=[], max_length=200, description="Ways to reach the company."
    )
    topics: Vocabulary | None = Field(default=None, description="Topics of requests.")
    outcomes: Vocabulary | None = Field(default=None, description="Outcomes of closed requests.")
    states: Vocabulary = Field(default={}, description="Words for the states of a request.")
    priorities: Priorities = _part("Priorities.")
    plans: Annotated[dict[str, Plan], BeforeValidator(_plain_names)] = Field(
        default={}, description="Support plans by name."
    )
    targets: list[Target] = Field(
        default=[], max_length=1000, description="Due times, first fitting row wins."
    )
    restart_on: Annotated[
        list[RESTARTS],
        Says("The time of an answer starts again: {names}", clause="restart", apart=True),
    ] = Field(default=[], description="What starts a new promise by the rule that then fits.")
    alarms: Alarms = _part("Alarms for staff.")
    desk: DeskSpec = _part("How the desk works.")
    order: Names = Field(
        default=["fifo"],
        description="Order of work: fifo, or a list such as [priority, plan, arrival], "
        "last_client_word, one_at_a_time_per_client, hardware_first.",
    )
    delay: Delay = _part("Delay notices.")
    complaints: Complaints | None = Field(default=None, description="Complaints.")
    scope: ScopeSpec = _part("What support does and does not do.")
    request: RequestSpec = _part("What a good request has.")
    close: Close = _part("Reminding, closing, reopening.")
    conduct: Conduct = _part("Conduct of clients.")
    refuse: Vocabulary = Field(default={}, description="Further reasons for refusing.")
    identity: Identity = _part("Who may ask and how they prove it.")
    paid: list[Paid] = Field(default=[], description="Paid help; the first fitting row is used.")
    quota: list[Quota] = Field(default=[], description="Included amounts.")
    credits: list[Credit] = Field(default=[], description="Credits for missed guarantees.")
    provision: Provision | None = Field(default=None, description="Setting up what was ordered.")
    maintenance: Maintenance | None = Field(default=None, description="Planned work.")
    history: History | None = Field(default=None, description="History of requests.")
    stats: list[Stat] = Field(default=[], description="Published figures.")
    sections: Annotated[
        list[SectionSpec],
        BeforeValidator(_titles),
    ] = Field(default=[], description="Sections of the published page, in order.")
    clauses: list[ClauseSpec] = Field(
        default=[], description="Words of the published page, clause by clause."
    )

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: object) -> object:
        """Exceptions may be written inside `calendars`, where people look for them.

        A key with nothing after it is as good as not written.
        """
        if isinstance(value, dict):
            keys = {info.alias or name for name, info in cls.model_fields.items()}
            table = cast("dict[str, Any]", value)
            value = {k: v for k, v in table.items() if v is not None or k not in keys}
        if isinstance(value, dict) and isinstance(
            calendars := cast("dict[str, Any]", value).get("calendars"), dict
        ):
            inner = cast("dict[str, Any]", calendars)
            if isinstance(inner.get("exceptions"), list):
                rest = {k: v for k, v in inner.items() if k != "exceptions"}
                both = [
                    *cast("list[Any]", inner["exceptions"]),
                    *(cast("list[Any]", cast("dict[str, Any]", value).get("exceptions")) or []),
                ]
                return {**cast("dict[str, Any]", value), "calendars": rest, "exceptions": both}
        return cast("object", value)
