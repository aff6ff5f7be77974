"""The policy file as a model: what costs money, what is included, what is given back."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from firstline.policy.file.fields import Ref, Says
from firstline.policy.file.parts import (
    DatedRule,
    Duration,
    Fee,
    LimitSpan,
    Money,
    Names,
    Part,
    Plans,
    Share,
    Texts,
)
from firstline.policy.text.remark import remark
from firstline.policy.text.values import parse_money, parse_span


def _least(value: object) -> str:
    text = str(value)
    try:
        span = parse_span(text)
    except ValueError:
        # 1h30m is meant as a time, and its message says how to write one.
        if re.match(r"\d+ ?(h|m)(\d|\s|in|our|$)", text):
            raise
        amount, currency = parse_money(text)
        return f"{amount} {currency}"
    if span.seconds is None:
        raise ValueError(
            remark("'{text}' is no least time; write minutes or hours such as 90m", text=text[:40])
        )
    return str(span)


class Surcharge(Part):
    """What makes paid help dearer."""

    when: Annotated[str, Ref("hours")] = Field(
        description="A calendar, a day class, holiday, `not NAME` outside of it, or a fact such as "
        "urgent; `urgent and night` when all must hold."
    )
    percent: Annotated[float, Field(ge=0, le=100_000)] = Field(
        default=0, description="Per cent on top."
    )
    amount: Money | None = Field(default=None, description="An amount on top, once.")
    adds: bool = Field(
        default=True, description="True: added to other surcharges; false: multiplied with them."
    )


class Paid(DatedRule):
    """Paid help."""

    id: str | None = Field(default=None, description="Name of the row.")
    covers: Names = Field(
        default=[],
        alias="for",
        description="What it is about: beyond_scope, urgent_ticket, after_hours. The row fits when "
        "`for`, `code`, `topic`, `channel` or `facts` of the question has one of these words.",
    )
    plan: Plans = Field(default=[], description="Plans it is about.")
    when: Annotated[Names, Ref("hours")] = Field(
        default=[],
        description="Hours at which the row fits: a calendar, a day class, holiday, `not NAME`; "
        "or a fact.",
    )
    model: Annotated[
        Literal[
            "time",
            "per_request",
            "subscription",
            "share_of_spend",
            "price_list",
            "credits",
            "prepaid",
        ],
        Says(
            {
                "time": "It is charged by the time it takes.",
                "per_request": "Each request is charged.",
                "subscription": "It is a subscription.",
                "share_of_spend": "It is a share of what the client spends in a month.",
                "price_list": "It is charged by a price list.",
                "credits": "It is charged in credits.",
                "prepaid": "Time is paid for in advance.",
            },
            clause="model",
        ),
    ] = Field(default="time", description="How it is charged.")
    price: Money | None = Field(
        default=None, description="Price with currency, for example 70 EUR."
    )
    time: Annotated[Duration | None, Says("Bought at once: {time}")] = Field(
        default=None, description="How much time is bought at once, of the model `prepaid`."
    )
    per: Literal["unit", "hour", "request", "month"] = Field(
        default="hour", description="What the price is for."
    )
    vat: Literal["incl", "excl"] | None = Field(default=None, description="Value-added tax.")
    fixed: Fee | None = Field(
        default=None,
        description="Fixed fee: once for the request beside its time, each month of a subscription "
        "or a share of spend; unstated where there is one and the text does not say how much.",
    )
    share: Share | None = Field(default=None, description="Share of spend in per cent.")
    larger_of: bool = Field(default=False, description="The larger of fixed fee and share.")
    items: Annotated[dict[Annotated[str, Ref("code")], Money], Says("{name}: {amount}")] = Field(
        default={}, description="Prices by name, of a price list: migration: 50 EUR."
    )
    unit: Duration | None = Field(default=None, description="Unit that is charged; else an hour.")
    started_counts: bool = Field(default=True, description="A started unit counts as a whole one.")
    minimum: Annotated[str, BeforeValidator(_least)] | None = Field(
        default=None, description="Least price (25 EUR), or least time (30m)."
    )
    maximum: Annotated[Money | None, Says("At most: {amount}")] = Field(
        default=None, description="Highest price."
    )
    included: Duration | None = Field(default=None, description="Free time.")
    included_applies: Literal["always", "only_if_not_exceeded"] | None = Field(
        default=None, description="Whether the free time is taken off longer work too."
    )
    surcharges: list[Surcharge] = Field(default=[], description="What makes it dearer.")
    consent: Annotated[
        Literal["before", "opening", "none"] | None,
        Says(
            {
                "before": "The client agrees to the price before the work begins.",
                "opening": "Whoever opens such a request agrees to the price.",
                "none": "The client is not asked for consent again.",
            }
        ),
    ] = Field(default=None, description="When the client agrees to the price.")
    free_if: Texts = Field(default={}, description="When it costs nothing, in words.")
    free_when: Names = Field(
        default=[], description="Facts of which one makes it cost nothing: our_fault."
    )
    refund_if: Texts = Field(default={}, description="When the price is given back, in words.")
    refund_when: Names = Field(
        default=[], description="Facts of which one gives the price back: late_answer."
    )
    expires: Annotated[
        LimitSpan | None,
        Says("Prepaid time ends {time:after}.", unlimited="Prepaid time never ends.", clause="end"),
    ] = Field(default=None, description="When prepaid time ends; unlimited where it never does.")
    words: Annotated[Texts, Says("{words}", clause="end")] = Field(
        default={}, description="Words for the page."
    )


class Quota(DatedRule):
    """An included amount of help."""

    plan: Annotated[Plans, Says("For this plan: {names}", many="For these plans: {names}")] = Field(
        default=[], description="Plans it is about."
    )
    unit: Literal["incidents", "time"] = Field(default="incidents", description="What is counted.")
    amount: int | None = Field(default=None, ge=0, description="How many incidents.")
    time: Duration | None = Field(default=None, description="How much time.")
    per: Literal["month", "year", "billing_cycle"] = Field(default="month", description="Period.")
    per_service: Annotated[bool, Says("It is counted for each service.")] = Field(
        default=False, description="Counted for each service."
    )
    rollover: Annotated[
        bool,
        Says({True: "What is left is carried over.", False: "What is left is not carried over."}),
    ] = Field(default=False, description="What is left is carried over.")
    transfer: Annotated[
        bool,
        Says(
            {
                True: "It may be used for another service.",
                False: "It may not be used for another service.",
            }
        ),
    ] = Field(default=False, description="May be used for another service.")
    beyond: Annotated[
        Literal["paid", "refused", "next_period"] | None,
        Says(
            {
                "paid": "More than that is paid for.",
                "refused": "More than that is refused.",
                "next_period": "More than that is done in the next period.",
            }
        ),
    ] = Field(
        default=None, description="What happens to more: paid for, refused, or done next period."
    )
    average_over: Annotated[
        int | None,
        Says("It is averaged over {number} period.", many="It is averaged over {number} periods."),
    ] = Field(
        default=None,
        ge=2,
        le=60,
        description="Averaged over so many periods, with the present one.",
    )


class Credit(Part):
    """What a client gets for a missed guarantee."""

    basis: str = Field(description="What is judged: first, fix, availability.")
    bands: dict[str, str] = Field(
        default={}, description="Credit by band of availability: '<99.9': 10%, '99-99.9', '>=99'."
    )
    amount: str | None = Field(default=None, description="Credit.")
    cap: Annotated[Texts, Says("Limit: {words}")] = Field(default={}, description="Its limit.")
