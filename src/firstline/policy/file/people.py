"""The policy file as a model: who may ask, complaints, conduct."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firstline.policy.file.fields import Ref, Says
from firstline.policy.file.parts import (
    FORCE,
    Act,
    AnyChannel,
    CalendarName,
    Channels,
    Duration,
    LimitSpan,
    Musts,
    Names,
    Part,
    Proofs,
    Texts,
    Vocabulary,
)


class Stage(Part):
    """One stage of a complaint."""

    id: str | None = Field(default=None, description="Name of the stage.")
    by: Annotated[str | None, Ref("code"), Says("Answered by: {names}")] = Field(
        default=None, description="Who answers: management, manager, director."
    )
    how: Annotated[Channels, Says("Channel: {names:or}")] = Field(
        default=[], description="Channels of this stage."
    )
    ack: Annotated[Duration | None, Says("Acknowledgement {time:within}.")] = Field(
        default=None, description="Acknowledgement."
    )
    reply: Duration | None = Field(default=None, description="Answer.")
    force: FORCE = Field(
        default="max", description="How strong it is: guarantee, max, target, typical."
    )
    if_longer: Annotated[Texts, Says("When it takes longer: {words}")] = Field(
        default={}, description="What the client is told when it takes longer."
    )


class Complaints(Part):
    """Complaints about support."""

    channels: Annotated[Channels, Says("Complaints come by: {names:or}")] = Field(
        default=[], description="Channels complaints come by."
    )
    address: Annotated[str | None, Says("Address: {address}")] = Field(
        default=None, description="Address complaints are written to."
    )
    told_apart: Annotated[
        Names, Says("A complaint differs from an ordinary e-mail by: {names:or}")
    ] = Field(
        default=[],
        description="How a complaint is told from ordinary mail: form, address, request_number.",
    )
    must: Annotated[Musts, Says("A complaint contains: {names}")] = Field(
        default=[], description="What it must contain: essence, request_number, name, address."
    )
    without_number: Annotated[
        Literal["ask", "refuse", "accept"] | None,
        Says(
            {
                "ask": "If the number of the request is missing, we ask for it.",
                "refuse": "A complaint without the number of a request is not considered.",
                "accept": "A complaint without the number of a request is considered too.",
            }
        ),
    ] = Field(default=None, description="What happens to a complaint without a request number.")
    stages: list[Stage] = Field(default=[], description="Stages in order.")
    calendar: Annotated[CalendarName | None, Says("Working time: {hours}")] = Field(
        default=None, description="Calendar that counts its working days."
    )
    counted_from: Annotated[
        Literal["submission", "acknowledgement"],
        Says({"acknowledgement": "Time is counted from the acknowledgement."}),
    ] = Field(default="submission", description="Where counting starts.")
    not_by: Annotated[Names, Says("A complaint is never handled by: {names}")] = Field(
        default=[], description="Who never handles it: person_complained_about."
    )
    within: Annotated[
        dict[Annotated[str, Ref("code")], Duration],
        Says("Time limit for a complaint about {subject}: {time}"),
    ] = Field(default={}, description="Latest time for a complaint by subject: invoices: 1mo.")
    outside: Annotated[list[Texts], Says("Afterwards you may turn to: {names:or}")] = Field(
        default=[], description="Bodies to turn to afterwards."
    )


class Conduct(Part):
    """Conduct of clients and what follows."""

    triggers: Vocabulary = Field(default={}, description="What counts.")
    steps: Annotated[
        list[Literal["warn", "refuse", "close", "lowest_priority", "ban", "ignore"]],
        Says(
            "What follows: {names}",
            many="What follows, step by step: {names}",
        ),
    ] = Field(default=[], description="What follows, step by step.")
    lapse: Annotated[Duration | None, Says("After {time} a step no longer counts.")] = Field(
        default=None, description="How long a step counts; for good where it is missing."
    )
    words: Annotated[Texts, Says("{words}")] = Field(default={}, description="Words for the page.")


class Pin(Part):
    """A number or one-time code by which a caller proves who they are."""

    valid: LimitSpan | None = Field(
        default=None, description="How long it is good for; unlimited where it never ends."
    )
    tries: Annotated[
        int | None,
        Says(
            "It is barred after {number} wrong try.",
            many="It is barred after {number} wrong tries.",
        ),
    ] = Field(default=None, ge=1, description="Wrong tries before it is barred.")
    permanent: Annotated[bool, Says("The client may choose one that never ends.")] = Field(
        default=False, description="The client may choose one that never ends."
    )
    starts: Literal["viewing", "making"] = Field(
        default="making", description="When its time starts."
    )
    third_parties: Annotated[
        bool, Says("It may be given to others, who then ask on behalf of the client.")
    ] = Field(default=False, description="May be given to others to ask for the client.")
    not_for: Annotated[Names, Ref("code", group="act"), Says("It is not enough for: {names}")] = (
        Field(default=[], description="What it is not enough for: delete.")
    )
    sent_to: Annotated[Names, Says("It is sent to: {names:or}")] = Field(
        default=[], description="Where a one-time code is sent."
    )


class Identity(Part):
    """Who may ask and how they prove it."""

    who: Annotated[Names, Says("Who may ask for help: {names}")] = Field(
        default=[],
        description="Who may ask: owner, contacts, representative, organisation_members.",
    )
    never: Annotated[Names, Says("Not served: {names}")] = Field(
        default=[],
        description="Who may not: not_clients, clients_of_clients, services_from_elsewhere.",
    )
    newcomers: Annotated[Texts, Says("{words}")] = Field(
        default={},
        description="Where people who are not clients become clients, told wherever they come; "
        "an address in it is a link.",
    )
    contacts: Annotated[Vocabulary, Ref("code", group="contact"), Says("{kind}: {words}")] = Field(
        default={}, description="Kinds of added contacts and what they may do."
    )
    login: Annotated[
        Literal["full", "limited", "none"] | None,
        Says(
            {
                "full": "Whoever signs in may ask for everything.",
                "limited": "Whoever signs in may ask for some things, not for all.",
                "none": "Signing in is not enough.",
            }
        ),
    ] = Field(default=None, description="What signing in allows.")
    registered_email: Annotated[
        Literal["full", "limited", "none"] | None,
        Says(
            {
                "full": "Mail from a registered address may ask for everything.",
                "limited": "Mail from a registered address may ask for some things, not for all.",
                "none": "Mail from a registered address is not enough.",
            }
        ),
    ] = Field(default=None, description="What mail from a registered address allows.")
    pin: Pin | None = Field(default=None, description="Number or one-time code.")
    password: Annotated[list[AnyChannel], Says("Where a spoken password is asked for: {names}")] = (
        Field(default=[], description="Channels with a spoken password.")
    )
    only: Annotated[dict[Act, Proofs], Says("{act}: only with {names:or}", clause="acts")] = Field(
        default={},
        description="Acts that need certain proof: data_change: [contact_address, panel].",
    )
    documents: Annotated[
        dict[Act, Names], Says("{act}: these documents are needed: {names:and}", clause="acts")
    ] = Field(
        default={}, description="Acts that need papers: owner_change: [application, passport_copy]."
    )
