"""The policy file as a model, part two: complaints, scope, closing, history, published words. What
costs money is in `money.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firstline.policy.file.fields import Ref
from firstline.policy.file.parts import (
    FORCE,
    AnyChannel,
    CalendarName,
    Channels,
    Days,
    Duration,
    Language,
    Limit,
    Names,
    Part,
    PlainClock,
    PlanName,
    TopicName,
    Vocabulary,
    Words,
)


class Stage(Part):
    """One stage of a complaint."""

    id: str | None = Field(default=None, description="Name of the stage.")
    by: str | None = Field(default=None, description="Who answers: management, manager, director.")
    ack: Duration | None = Field(default=None, description="Acknowledgement.")
    reply: Duration | None = Field(default=None, description="Answer.")
    force: FORCE = Field(
        default="max", description="How strong it is: guarantee, max, target, typical."
    )
    how: Channels = Field(default=[], description="Channels of this stage.")
    if_longer: Words = Field(
        default={}, description="What the client is told when it takes longer."
    )


class Complaints(Part):
    """Complaints about support."""

    channels: Channels = Field(default=[], description="Channels complaints come by.")
    address: str | None = Field(default=None, description="Address complaints are written to.")
    told_apart: Names = Field(
        default=[],
        description="How a complaint is told from ordinary mail: form, address, request_number.",
    )
    must: Names = Field(
        default=[], description="What it must contain: essence, request_number, name, address."
    )
    without_number: Literal["ask", "refuse", "accept"] | None = Field(
        default=None, description="What happens to a complaint without a request number."
    )
    stages: list[Stage] = Field(default=[], description="Stages in order.")
    calendar: CalendarName | None = Field(
        default=None, description="Calendar that counts its working days."
    )
    counted_from: Literal["submission", "acknowledgement"] = Field(
        default="submission", description="Where counting starts."
    )
    not_by: Names = Field(default=[], description="Who never handles it: person_complained_about.")
    outside: list[Words] = Field(default=[], description="Bodies to turn to afterwards.")
    within: dict[str, Duration] = Field(
        default={}, description="Latest time for a complaint by subject: invoices: 1mo."
    )


class ScopeWhen(Part):
    """What is different at certain hours. At hours that no rule is about everything in scope is
    dealt with.
    """

    calendar: CalendarName = Field(
        description="Calendar of these hours, or `not NAME` for all others."
    )
    only: Names = Field(
        default=[],
        alias="in",
        description="Codes dealt with at these hours, and, without `only_then`, no others then.",
    )
    out: Names = Field(default=[], description="Codes not dealt with at these hours.")
    paid: bool = Field(
        default=False, description="The codes of `in` are dealt with then for money only."
    )
    only_then: bool = Field(
        default=False,
        description="The codes of `in` are dealt with at no other hours; all others are as always.",
    )


class ScopePlan(Part):
    """Scope of one plan, beside the common one."""

    include: Names = Field(default=[], alias="in", description="Codes this plan adds.")
    out: Names = Field(default=[], description="Codes this plan does not have.")


class Scope(Part):
    """What support does and what it does not do, by codes whose words are clauses, topics or
    plain words.
    """

    include: Vocabulary = Field(default={}, alias="in", description="Codes of what support does.")
    out: Vocabulary = Field(default={}, description="Codes of what it does not do.")
    by_plan: dict[PlanName, ScopePlan] = Field(default={}, description="Differences by plan.")
    when: list[ScopeWhen] = Field(default=[], description="Differences by hour.")
    refer: dict[str, Words] = Field(
        default={}, description="The way out for a code that is refused."
    )
    only_if: Names = Field(default=[], description="Conditions for anything in scope.")
    needs: dict[str, Names] = Field(
        default={},
        description="Further conditions for one code of `in`: tuning: [vps_order, panel].",
    )


class Request(Part):
    """What a request should have."""

    must: Names = Field(default=[], description="What every request should say.")
    by_topic: dict[TopicName, Names] = Field(default={}, description="What a topic needs besides.")
    should: Names = Field(default=[], description="What helps and may be left out: screenshots.")
    one_issue: bool = Field(default=False, description="One matter in one request.")
    list_from: int | None = Field(
        default=None, description="So many tasks may be one numbered list."
    )
    additions: Literal["same_request", "new_request"] = Field(
        default="same_request", description="What later additions are."
    )
    after_closing: Literal["reopen", "new_request"] = Field(
        default="reopen",
        description="What words after closing are; `close.reopen` says the same.",
    )
    grouped: Literal["kept", "split"] = Field(
        default="kept", description="What happens to several matters in one request."
    )
    kb_first: Literal["no", "suggest", "before_contact", "charged"] = Field(
        default="suggest",
        description="The wiki before contact: suggested, shown before the door, or charged "
        "if ignored.",
    )
    link_similar: bool = Field(
        default=False, description="The client links the article that was nearly right."
    )
    duplicates: Words = Field(default={}, description="What happens to duplicates.")
    client_words: Literal["keep_place", "to_end"] = Field(
        default="keep_place",
        description="Whether words of the client move the request to the end of the queue.",
    )
    chase_after: Duration | None = Field(
        default=None, description="Asking again sooner than this is not answered."
    )
    good: Words = Field(default={}, description="Example of a good request.")
    bad: Words = Field(default={}, description="Example of a bad one.")
    attachments: int | None = Field(default=None, description="Most files of one message.")
    attachment_kinds: Names = Field(default=[], description="Kinds of files.")
    languages: list[Language] = Field(
        default=[],
        description="Languages requests may be written in; empty means those of the policy.",
    )
    scheduled_notice: Duration | None = Field(
        default=None, description="How long before work the client wants scheduled they say so."
    )
    scheduled_window: Duration | None = Field(
        default=None, description="Window in which scheduled work starts."
    )
    cancel_until: Words = Field(default={}, description="Until when the client may cancel work.")
    client_must: list[Words] = Field(default=[], description="Further conditions for the client.")


class Close(Part):
    """Reminding, closing and reopening of what waits for the client."""

    remind: Duration | None = Field(
        default=None, description="The client is reminded after so long without a word."
    )
    resolve: Duration | None = Field(
        default=None, description="It counts as solved after so long without a word."
    )
    close: Duration | None = Field(
        default=None,
        description="It is closed after so long: from `resolve` where given, else from the "
        "last word.",
    )
    clock: PlainClock = Field(default="always", description="Calendar in which these are counted.")
    reopen: Literal["reply", "new_request"] = Field(
        default="reply", description="What the client's words on a closed request do."
    )
    reopen_days: Days | None = Field(
        default=None,
        description="Days after closing in which they do so, or unlimited; where it is missing, "
        "those of the shipped file.",
    )
    by_article: Literal["as_always", "at_once"] = Field(
        default="as_always",
        description="Whether a request that an article answers is closed with the answer.",
    )
    silence: Literal["nothing", "accepted"] = Field(
        default="nothing", description="Whether silence accepts the work."
    )
    accept_within: Duration | None = Field(
        default=None, description="How long the client may take to confirm."
    )
    staff_must: Names = Field(
        default=[],
        description="What staff do when the work is done: describe_work, ask_to_confirm.",
    )
    rework: Words = Field(default={}, description="When rework is free.")


class Conduct(Part):
    """Conduct of clients and what follows."""

    triggers: Vocabulary = Field(default={}, description="What counts.")
    steps: list[Literal["warn", "refuse", "close", "lowest_priority", "ban", "ignore"]] = Field(
        default=[], description="What follows, step by step."
    )
    words: Words = Field(default={}, description="Words for the page.")


class Pin(Part):
    """A number or one-time code by which a caller proves who they are."""

    valid: Limit | None = Field(
        default=None, description="How long it is good for; unlimited where it never ends."
    )
    tries: int | None = Field(default=None, ge=1, description="Wrong tries before it is barred.")
    permanent: bool = Field(default=False, description="The client may choose one that never ends.")
    starts: Literal["viewing", "making"] = Field(
        default="making", description="When its time starts."
    )
    third_parties: bool = Field(
        default=False, description="May be given to others to ask for the client."
    )
    not_for: Names = Field(default=[], description="What it is not enough for: delete.")
    sent_to: Names = Field(default=[], description="Where a one-time code is sent.")


class Identity(Part):
    """Who may ask and how they prove it."""

    login: Literal["full", "limited", "none"] | None = Field(
        default=None, description="What signing in allows."
    )
    registered_email: Literal["full", "limited", "none"] | None = Field(
        default=None, description="What mail from a registered address allows."
    )
    pin: Pin | None = Field(default=None, description="Number or one-time code.")
    password: list[AnyChannel] = Field(default=[], description="Channels with a spoken password.")
    contacts: Vocabulary = Field(
        default={}, description="Kinds of added contacts and what they may do."
    )
    who: Names = Field(
        default=[],
        description="Who may ask: owner, contacts, representative, organisation_members.",
    )
    never: Names = Field(
        default=[],
        description="Who may not: not_clients, clients_of_clients, services_from_elsewhere.",
    )
    only: dict[str, Names] = Field(
        default={},
        description="Acts that need certain proof: data_change: [contact_address, panel].",
    )
    documents: dict[str, Names] = Field(
        default={}, description="Acts that need papers: owner_change: [application, passport_copy]."
    )


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
    lead: Duration | None = Field(default=None, description="How long before.")
    must: Names = Field(default=[], description="What the notice says: time, duration, servers.")
    to: Names = Field(default=[], description="Who gets it: affected, owner, technical_contacts.")
    by: Names = Field(default=[], description="How: email, page.")
    window: Words = Field(default={}, description="Usual window.")
    acknowledge: bool = Field(default=False, description="Clients acknowledge it.")
    acknowledge_within: Duration | None = Field(
        default=None, description="Time clients have for it."
    )
    updates: Duration | None = Field(
        default=None, description="How often news come while a fault or the work lasts."
    )
    unplanned: Words = Field(default={}, description="What is told about faults.")
    words: Words = Field(default={}, description="Words for the page.")


class History(Part):
    """History of requests."""

    saved: bool = Field(default=True, description="All requests are kept.")
    visible_to: Names = Field(default=[], description="Who sees it.")
    keep: Duration | None = Field(default=None, description="How long it is kept.")
    download: Names = Field(default=[], description="Forms of download: text, pdf, json.")
    where: Words = Field(default={}, description="Where it is seen.")


class Stat(Part):
    """A published figure."""

    id: str | None = Field(default=None, description="Name, also of its clause.")
    measure: str = Field(
        description="What is measured: solved_by(first), on_time(first), average(first), "
        "availability."
    )
    claim: float | str | None = Field(default=None, description="What the company claims.")
    period: Duration | None = Field(default=None, description="Period it is computed over.")
    publish: Literal["computed", "claim", "both", "no"] = Field(
        default="computed", description="What the page shows."
    )
    within_days: int | None = Field(
        default=None, description="A request reopened within so many days was not solved."
    )


class Section(Part):
    """A section of the published page."""

    id: str = Field(description="Name.")
    title: Words = Field(default={}, description="Heading.")


class Clause(Part):
    """A clause of the published page. Without `rule` it is published and marked as not executed
    by Firstline.
    """

    id: str = Field(description="Its name everywhere.")
    section: Annotated[str, Ref("section")] | None = Field(
        default=None, description="Section it stands in."
    )
    title: Words = Field(default={}, description="Heading.")
    words: Words = Field(
        default={},
        description="Its words; {path} puts in the value of a rule, for example "
        "{targets.answer.first}.",
    )
    rule: Names = Field(
        default=[],
        description="Paths of the rules that execute it, for example targets.answer; "
        "`built-in` for what Firstline always does.",
    )
