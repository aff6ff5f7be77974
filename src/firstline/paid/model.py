"""Offers of paid help, the time spent on them, and what of the price table can be offered."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol
from uuid import UUID

from firstline.policy import Policy, Situation
from firstline.policy.rules.prices import MONTHLY, TIMED, Price, price
from firstline.policy.rules.quotas import PREPAID

OfferState = Literal["open", "agreed", "declined", "withdrawn"]
# Minutes of one record: what is longer was forgotten, not worked.
LONGEST = timedelta(hours=24)
MOST_MINUTES = 60 * 200


class HelpNamed(Protocol):
    """Whatever names a thing of the price table."""

    @property
    def purpose(self) -> str: ...
    @property
    def item(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """Help for money, as an answer offered it. `minutes` and `amount` are the most that it may
    cost; without `minutes` the price is the same however long it takes.
    """

    id: UUID
    request_no: int
    client_id: UUID
    entry_no: int
    purpose: str
    item: str
    minutes: int | None
    rule: str
    model: str
    amount: Decimal
    currency: str
    vat: str | None
    state: OfferState
    by_id: UUID
    by_name: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @property
    def is_timed(self) -> bool:
        return self.minutes is not None

    @property
    def is_prepaid(self) -> bool:
        return self.model == PREPAID


@dataclass(frozen=True, slots=True)
class TimeRecord:
    """Time that an operator spent on an offer; `corrects` the record whose place it takes, and
    `void` leaves nothing in that place. `stopped_at` None: still at it.
    """

    id: UUID
    offer_id: UUID
    request_no: int
    operator_id: UUID
    operator: str
    started_at: datetime
    stopped_at: datetime | None
    corrects: UUID | None
    void: bool
    entry_no: int | None
    at: datetime

    @property
    def minutes(self) -> Fraction:
        """How long it took; nothing while it runs."""
        if self.stopped_at is None:
            return Fraction(0)
        return Fraction(
            (self.stopped_at - self.started_at) // timedelta(microseconds=1), 60_000_000
        )


@dataclass(frozen=True, slots=True)
class PricedHelp:
    """One thing that the price table sells: the word or the item to ask its price with."""

    purpose: str
    item: str
    model: str
    price: str | None

    @property
    def is_timed(self) -> bool:
        return self.model in TIMED

    @property
    def name(self) -> str:
        """What the table calls it; nothing for a row about any help."""
        return self.item or self.purpose

    @property
    def value(self) -> str:
        """As a form names it."""
        return f"{self.purpose}/{self.item}"


def sold_help(policy: Policy, situation: Situation) -> list[PricedHelp]:
    """What can be offered in a situation: each word and each item of the price table that has a
    price then. What is paid by the month is between the client and billing, not for a request.
    """
    found: dict[tuple[str, str], PricedHelp] = {}
    for row in policy.source.paid:
        if row.model in MONTHLY:
            continue
        items = [("", item) for item in row.items]
        words = [(word, "") for word in row.covers or [""]]
        for purpose, item in items or words:
            one = PricedHelp(purpose, item, row.model, None)
            terms = _terms(policy, situation, one)
            if terms and (purpose, item) not in found:
                # The row that fits may be another than this one, of other hours.
                found[purpose, item] = replace(one, price=terms.items.get(item) or terms.price)
    return list(found.values())


def _terms(policy: Policy, situation: Situation, one: PricedHelp) -> Price | None:
    """By which row it is sold, if at all."""
    found = price(policy, about(situation, one, 60 if one.is_timed else None))
    sold = found is not None and found.model == one.model and found.amount is not None
    return found if sold else None


def about(situation: Situation, help: HelpNamed, minutes: int | None = None) -> Situation:
    """The situation as the price table is asked about this help."""
    return situation._replace(
        # A topic that the table has a word for would fit a row before the one that is meant.
        topic=None,
        purpose=help.purpose or None,
        item=help.item or None,
        minutes=None if minutes is None else Fraction(minutes),
    )
