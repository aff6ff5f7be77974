"""Paid help of a request, as its pages and programs show it."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from firstline.kit.db import Conn
from firstline.paid import store
from firstline.paid.model import Offer, PricedHelp, TimeRecord, sold_help
from firstline.timeline import Call, Request, situation_of


@dataclass(frozen=True, slots=True)
class PaidHelp:
    """What is sold, what was offered, and the time spent; the latter and what is sold are the
    staff's. `running` is what the reader is at, in whatever request.
    """

    sold: list[PricedHelp]
    offers: list[Offer]
    times: list[TimeRecord]
    running: TimeRecord | None = None

    def minutes_spent(self, offer: UUID) -> Fraction:
        """Minutes that were spent on an offer."""
        return sum((one.minutes for one in self.times if one.offer_id == offer), Fraction(0))

    @property
    def open_offers(self) -> list[Offer]:
        """What the client is asked about."""
        return [one for one in self.offers if one.state == "open"]

    @property
    def workable(self) -> list[Offer]:
        """What time can be spent on."""
        return [one for one in self.offers if one.state == "agreed" and not one.is_prepaid]


async def paid_help(conn: Conn, call: Call, request: Request) -> PaidHelp | None:
    """The paid help of a request; None, and no question to the database, where the regulations
    sell none.
    """
    policy = call.policy_of(request)
    if not policy.source.paid:
        return None
    offers = await store.offers_of(conn, request.no)
    if not call.who.is_staff:
        return PaidHelp([], offers, [])
    asked = situation_of(request)._replace(received=call.now)
    times = await store.times_of(conn, request.no) if offers else []
    running = await store.running_time(conn, call.who.id)
    return PaidHelp(sold_help(policy, asked), offers, times, running)
