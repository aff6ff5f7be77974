"""Offering help for money, and what the client says to it. Both are words of the thread."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext, speaking
from firstline.kit.ids import uuid7
from firstline.paid import store
from firstline.paid.model import MOST_MINUTES, HelpNamed, Offer, PricedHelp, about, sold_help
from firstline.paid.statements import minutes_left
from firstline.policy import Policy, Situation
from firstline.policy.page.money import help_words
from firstline.policy.rules.labels import code_label
from firstline.policy.rules.prices import Price, price
from firstline.policy.text.wording import money_words
from firstline.requests import Words, say
from firstline.timeline import Call, Entry, Request, seen_request, situation_of

# Whoever opens such a request has agreed, or is not asked again.
AGREED = ("opening", "none")


@dataclass(frozen=True, slots=True)
class OfferWish:
    """What an operator offers: a word or an item of the price table, the most minutes that it may
    take, and words of their own that go before the terms.
    """

    purpose: str = ""
    item: str = ""
    minutes: int | None = None
    words: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What of the price table is offered, the terms of its row, and the most that it costs."""

    help: PricedHelp
    minutes: int | None
    terms: Price
    amount: Decimal
    currency: str

    @property
    def total(self) -> str:
        """The sum as the price table writes it."""
        return f"{self.amount} {self.currency}"


async def offer_help(call: Call, no: int, wish: OfferWish) -> tuple[Offer, bool]:
    """Offer help at its price, in an answer: the client owes a word now.

    Returns the offer, and whether the key had made it before. Raises as `say` does, and `Invalid`
    for what the price table does not sell.
    """
    if not call.who.is_staff:
        raise Missing(_("There is nothing here."))
    async with call.db.connection() as conn:
        request = await seen_request(conn, call.who, no)
        policy = call.policy_of(request)
        made = quote(policy, situation_of(request)._replace(received=call.now), wish)
        free = await minutes_left(conn, call.policies, request, call.now) if made.minutes else None
    id = uuid7()
    body = _offer_words(policy, made, wish, request.language, free)

    async def keep(tx: Tx, entry: Entry) -> None:
        await store.add_offer(tx.conn, _offer(call, request, made, id, entry.no))

    entry, again = await say(call, no, Words(body, wish.key, data={"offer": str(id)}), keep)
    async with call.db.connection() as conn:
        offer = await store.offer_at(conn, no, entry.no)
    if offer is None:
        raise Invalid(
            _("This key was already used for another message; use a new key for a new message."),
            field="key",
        )
    return offer, again


def quote(policy: Policy, situation: Situation, wish: OfferWish) -> Quote:
    """The price of a wish, asked of the policy. Raises `Invalid` for what it does not sell."""
    sold = {(one.purpose, one.item): one for one in sold_help(policy, situation)}
    help = sold.get((wish.purpose, wish.item))
    if help is None:
        raise Invalid(_not_sold(list(sold.values())), field="purpose")
    minutes = _minutes(wish.minutes) if help.is_timed else None
    terms = price(policy, about(situation, help, minutes))
    if terms is None or terms.amount is None or not terms.currency:
        raise Invalid(
            _("The regulations state no price for it, so it cannot be offered."), field="purpose"
        )
    return Quote(help, minutes, terms, terms.amount, terms.currency)


def _not_sold(sold: list[PricedHelp]) -> str:
    known = ", ".join(one.name for one in sold if one.name)
    if not sold:
        return _("Nothing is sold for this request at this hour.")
    if not known:
        return _("Only help in general is sold; leave out what it is for.")
    if all(one.name for one in sold):
        text = _("The price list does not have it; choose one of: %(known)s.")
    else:
        text = _("The price list does not have it; choose one of: %(known)s, or none for any help.")
    return text % {"known": known}


def _free(included: Fraction, prepaid: Fraction) -> Iterator[str]:
    """What comes off first. Full minutes: of a part of one the statement tells."""
    if included >= 1:
        yield ngettext(
            "%(num)d minute is still included in your plan and comes off first.",
            "%(num)d minutes are still included in your plan and come off first.",
            int(included),
        ) % {"num": int(included)}
    if prepaid >= 1:
        yield ngettext(
            "%(num)d minute that you paid in advance comes off before you pay.",
            "%(num)d minutes that you paid in advance come off before you pay.",
            int(prepaid),
        ) % {"num": int(prepaid)}


def _minutes(minutes: int | None) -> int:
    if minutes is None or not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(
            _("Write how many minutes it may take at most, as a whole number."),
            field="minutes",
        )
    return minutes


def _offer(call: Call, request: Request, made: Quote, id: UUID, entry_no: int) -> Offer:
    agreed = made.terms.consent in AGREED
    return Offer(
        id=id,
        request_no=request.no,
        client_id=request.client_id,
        entry_no=entry_no,
        purpose=made.help.purpose,
        item=made.help.item,
        minutes=made.minutes,
        rule=made.terms.rule,
        model=made.help.model,
        amount=made.amount,
        currency=made.currency,
        vat=made.terms.vat,
        state="agreed" if agreed else "open",
        by_id=call.who.id,
        by_name=call.who.name,
        at=call.now,
        decided_by=None,
        decided_at=call.now if agreed else None,
    )


def _offer_words(
    policy: Policy, made: Quote, wish: OfferWish, lang: str, free: tuple[Fraction, Fraction] | None
) -> str:
    """The offer as its client reads it: what, on which terms, the most that it costs, and what is
    free of it.
    """
    terms = " ".join(help_words(policy, made.terms.rule, lang))
    with speaking(lang):
        lines = [_("Offer: %(what)s.") % {"what": help_name(policy, made.help, lang)}, terms]
        lines.append(_most(made, lang))
        lines += _free(*free) if free else []
        if made.terms.consent not in AGREED:
            lines.append(_("Nothing is done or charged before you agree."))
    return "\n".join(line for line in (wish.words.strip() and f"{wish.words}\n", *lines) if line)


def _most(made: Quote, lang: str) -> str:
    total = _money(made.amount, made.currency, lang)
    if made.minutes is None:
        return _("Price: %(total)s.") % {"total": total}
    return ngettext(
        "At most %(num)d minute, %(total)s; more only after another offer.",
        "At most %(num)d minutes, %(total)s; more only after another offer.",
        made.minutes,
    ) % {"num": made.minutes, "total": total}


def help_name(policy: Policy, help: HelpNamed, lang: str) -> str:
    """What is sold, in the words of the regulations, else in those that are known for its code."""
    name = help.item or help.purpose
    if name:
        return code_label(policy.source, name, lang, "paid")
    with speaking(lang):
        return _("paid help")


def paid_words(policy: Policy) -> dict[str, Any]:
    """How templates put paid help: `help_name(one, lang)`, and `money(amount, currency, lang)`."""
    return {"help_name": partial(help_name, policy), "money": _money}


def _money(amount: Decimal, currency: str, lang: str) -> str:
    return money_words(f"{amount} {currency}", lang)


async def decide(call: Call, no: int, id: UUID, *, agree: bool, key: str | None) -> Offer:
    """What the client says to an offer, as words of the thread. Raises as `say` does, `Missing`
    for no such offer, `Conflict` for one that is no longer open.
    """
    if call.who.is_staff:
        raise Missing(_("Only the client agrees to an offer."))
    async with call.db.connection() as conn:
        request = await seen_request(conn, call.who, no)
        offers = {one.id: one for one in await store.offers_of(conn, no)}
    offer = offers.get(id)
    if offer is None:
        raise Missing(_("There is no such offer here."))
    words = _decision(call.policy_of(request), offer, call.who.language, agree=agree)

    async def keep(tx: Tx, _entry: Entry) -> None:
        found = await store.lock_offer(tx.conn, no, id)
        _refuse_unless_open(found)
        state = "agreed" if agree else "declined"
        await store.set_state(tx.conn, id, state, call.who.id, call.now)

    data = {"offer": str(id), "agreed": agree}
    await say(call, no, Words(words, key, data=data), keep)
    return await _anew(call, offer)


def _decision(policy: Policy, offer: Offer, lang: str, *, agree: bool) -> str:
    what = _name_and_sum(policy, offer, lang)
    with speaking(lang):
        if agree:
            return _("I agree: %(what)s, at most %(total)s.") % what
        return _("I do not want this: %(what)s, %(total)s.") % what


def _name_and_sum(policy: Policy, offer: Offer, lang: str) -> dict[str, str]:
    """Which of several offers is meant: by what it is and what it costs."""
    total = _money(offer.amount, offer.currency, lang)
    return {"what": help_name(policy, offer, lang), "total": total}


async def withdraw(call: Call, no: int, id: UUID, key: str | None) -> Offer:
    """Take back an offer on which nobody has worked, agreed to or not; the client is told. Raises
    as `decide` does.
    """
    if not call.who.is_staff:
        raise Missing(_("There is nothing here."))
    async with call.db.connection() as conn:
        request = await seen_request(conn, call.who, no)
        offers = {one.id: one for one in await store.offers_of(conn, no)}
    offer = offers.get(id)
    if offer is None:
        raise Missing(_("There is no such offer here."))
    with speaking(request.language):
        words = _("The offer no longer stands: %(what)s, %(total)s.") % _name_and_sum(
            call.policy_of(request), offer, request.language
        )

    async def keep(tx: Tx, _entry: Entry) -> None:
        found = await store.lock_offer(tx.conn, no, id)
        if found is None or found.state != "agreed" or found.is_prepaid:
            _refuse_unless_open(found)
        elif await store.is_worked_on(tx.conn, id):
            raise Conflict(_("Time was spent on this offer; correct the time instead."))
        await store.set_state(tx.conn, id, "withdrawn", call.who.id, call.now)

    await say(call, no, Words(words, key, turn="us", data={"offer": str(id)}), keep)
    return await _anew(call, offer)


def _refuse_unless_open(offer: Offer | None) -> None:
    if offer is None or offer.state != "open":
        raise Conflict(
            _("This offer is no longer open; look at the request again."),
            state=offer.state if offer else "",
        )


async def _anew(call: Call, offer: Offer) -> Offer:
    async with call.db.connection() as conn:
        found = await store.offer_at(conn, offer.request_no, offer.entry_no)
    return found or replace(offer)
