"""The policy file as a model: set-up, planned work, history, figures, published words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firstline.policy.file.fields import Ref, Says
from firstline.policy.file.parts import Duration, Names, Part, PlainClock, Texts


class Provision(Part):
    """Setting up what was ordered."""

    within: Duration = Field(description="Time for it.")
    clock: PlainClock = Field(default="always", description="Calendar in which it is counted.")
    counted_from: Literal["order", "order_and_payment"] = Field(
        default="order_and_payment", description="Where counting starts."
    )


class Maintenance(Part):
    """Planned work and its notices."""

    notify: bool = Field(default=True, description="Clients are told.")
    lead: Annotated[Duration | None, Says("The notice comes at least {time:a} before.")] = Field(
        default=None, description="How long before."
    )
    must: Annotated[Names, Says("The notice says: {names}")] = Field(
        default=[], description="What the notice says: time, duration, servers."
    )
    to: Annotated[Names, Says("The notice goes to: {names}")] = Field(
        default=[], description="Who gets it: affected, owner, technical_contacts."
    )
    by: Annotated[
        Names, Ref("code", group="maintenance_by"), Says("The notice comes by: {names:and}")
    ] = Field(default=[], description="How: email, page.")
    acknowledge: Annotated[bool, Says("Clients confirm that they have read it.")] = Field(
        default=False, description="Clients acknowledge it."
    )
    acknowledge_within: Annotated[Duration | None, Says("They confirm it {time:within}.")] = Field(
        default=None, description="Time clients have for it."
    )
    updates: Annotated[
        Duration | None, Says("While it lasts, there is an update at least every {time:a}.")
    ] = Field(default=None, description="How often news come while a fault or the work lasts.")
    window: Annotated[Texts, Says("Usual window: {words}")] = Field(
        default={}, description="Usual window."
    )
    unplanned: Annotated[Texts, Says("In case of a fault: {words}")] = Field(
        default={}, description="What is told about faults."
    )
    words: Annotated[Texts, Says("{words}")] = Field(default={}, description="Words for the page.")


class History(Part):
    """History of requests."""

    saved: Annotated[
        bool,
        Says(
            {
                True: "All requests are kept and can be read later.",
                False: "Requests are not kept.",
            }
        ),
    ] = Field(default=True, description="All requests are kept.")
    visible_to: Annotated[Names, Says("Who sees requests: {names}")] = Field(
        default=[], description="Who sees it."
    )
    keep: Annotated[Duration | None, Says("Requests are kept for {time:a}.")] = Field(
        default=None, description="How long it is kept."
    )
    download: Annotated[Names, Says("Requests may be downloaded as: {names}")] = Field(
        default=[], description="Forms of download: text, pdf, json."
    )
    where: Annotated[Texts, Says("Where requests are seen: {words}")] = Field(
        default={}, description="Where it is seen."
    )


class Stat(Part):
    """A published figure."""

    id: str | None = Field(default=None, description="Name, also of its clause.")
    measure: str = Field(
        description="What is measured: solved_by(first), on_time(first), average(first), "
        "availability."
    )
    claim: float | str | None = Field(default=None, description="What the company claims.")
    publish: Literal["computed", "claim", "both", "no"] = Field(
        default="computed", description="What the page shows."
    )
    period: Annotated[Duration | None, Says("Period: {time}")] = Field(
        default=None, description="Period it is computed over."
    )
    within_days: Annotated[
        int | None,
        Says(
            "A request that is reopened within {number} day is not counted as solved.",
            many="A request that is reopened within {number} days is not counted as solved.",
        ),
    ] = Field(default=None, description="A request reopened within so many days was not solved.")


class SectionSpec(Part):
    """A section of the published page."""

    id: str = Field(description="Name.")
    title: Texts = Field(default={}, description="Heading.")


class ClauseSpec(Part):
    """A clause of the published page. Without `rule` it is published and marked as not executed
    by Firstline.
    """

    id: str = Field(description="Its name everywhere.")
    section: Annotated[str, Ref("section")] | None = Field(
        default=None, description="Section it stands in."
    )
    title: Texts = Field(default={}, description="Heading.")
    words: Texts = Field(
        default={},
        description="Its words; {path} puts in the value of a rule, for example "
        "{targets.answer.first}.",
    )
    rule: Names = Field(
        default=[],
        description="Paths of the rules that execute it, for example targets.answer; "
        "`built-in` for what Firstline always does.",
    )
