"""Clauses about people and money: identity, paid help, quotas, credits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from firstline.policy.file.matters import Identity, Pin
from firstline.policy.file.model import Credit, Paid, Quota
from firstline.policy.page.wording import Time, known_words
from firstline.policy.page.words import (
    Draft,
    Listing,
    Say,
    Sentence,
    conditions,
    for_plans,
    given,
    hours_words,
    measure_names,
    period,
    told,
)
from firstline.policy.text.bands import parse_band
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import UNLIMITED, UNSTATED, Span, parse_money, parse_span

# What a price is for where the file does not say it: an hour is meant of time alone.
PER = {
    "per_request": "request",
    "subscription": "month",
    "share_of_spend": "month",
    "price_list": "",
    "prepaid": "",
}
MONTHLY = ("subscription", "share_of_spend")


def people(say: Say) -> Iterator[Draft]:
    """Who may ask and how they prove it."""
    rules = say.policy.source.identity
    yield Draft("identity", "identity", _("Who may ask"), tuple(_who(say, rules)))
    if rules.pin:
        yield Draft("identity.pin", "identity", _("PIN"), tuple(_pin(say, rules.pin)))
    yield Draft("identity.acts", "identity", _("Proof for certain acts"), tuple(_acts(say, rules)))


def money(say: Say) -> Iterator[Draft]:
    """Paid help, included amounts, credits."""
    file = say.policy.source
    for index, row in enumerate(file.paid):
        name, path = row.id or str(index + 1), f"paid.{row.id or index}"
        hours = (hours_words(say, word) for word in row.when)
        about = (*conditions(say, row), *say.codes(row.covers, "paid").items, *hours)
        title = " · ".join((_("Free help") if _free(row) else _("Paid help"), *about))
        one = "paid" if len(file.paid) == 1 else f"paid.{name}"
        words = (*period(say, row, path), *_paid(say, row, path))
        yield Draft(one, "money", title, words)
    for index, quota in enumerate(file.quota):
        one = "quota" if len(file.quota) == 1 else f"quota.{index + 1}"
        path = f"quota.{index}"
        words = (*period(say, quota, path), *_quota(say, quota, path))
        yield Draft(one, "money", _("Included help"), words)
    for index, credit in enumerate(file.credits):
        one = "credits" if len(file.credits) == 1 else f"credits.{index + 1}"
        words = tuple(_credit(say, credit, f"credits.{index}"))
        yield Draft(one, "money", _("Credits"), words)


def _who(say: Say, rules: Identity) -> Iterator[Sentence]:
    if rules.who:
        text, names = _("Who may ask for help: {names}"), say.codes(rules.who)
        yield told(text, "identity.who", names=names)
    if rules.never:
        text, names = _("Not served: {names}"), say.codes(rules.never)
        yield told(text, "identity.never", names=names)
    for kind, words in rules.contacts.items():
        text = "{kind}: {words}"
        path = f"identity.contacts.{kind}"
        yield told(text, path, kind=say.code(kind, "contact"), words=say.pick(words))
    proofs = {"login": rules.login, "registered_email": rules.registered_email}
    for proof, right in proofs.items():
        if right:
            yield told(_allowed(proof, right), f"identity.{proof}")
    if rules.password:
        names = say.labels("channel", rules.password)
        text = _("Where a spoken password is asked for: {names}")
        yield told(text, "identity.password", names=names)


def _allowed(proof: str, right: str) -> str:
    return {
        ("login", "full"): _("Whoever signs in may ask for everything."),
        ("login", "limited"): _("Whoever signs in may ask for some things, not for all."),
        ("login", "none"): _("Signing in is not enough."),
        ("registered_email", "full"): _("Mail from a registered address may ask for everything."),
        ("registered_email", "limited"): _(
            "Mail from a registered address may ask for some things, not for all."
        ),
        ("registered_email", "none"): _("Mail from a registered address is not enough."),
    }[proof, right]


def _pin(say: Say, pin: Pin) -> Iterator[Sentence]:
    if pin.valid == UNLIMITED:
        yield told(_("The PIN never ends."), "identity.pin.valid")
    elif isinstance(pin.valid, Span):
        text = {
            "viewing": _("The PIN is good for {time:a} from when it is first seen."),
            "making": _("The PIN is good for {time:a} from when it is made."),
            "": _("The PIN is good for {time:a}."),
        }[pin.starts if "starts" in pin.model_fields_set else ""]
        paths = ("identity.pin.valid", "identity.pin.starts")
        yield told(text, *paths, time=say.time(pin.valid))
    if pin.tries:
        text = ngettext(
            "It is barred after {number} wrong try.",
            "It is barred after {number} wrong tries.",
            pin.tries,
        )
        yield told(text, "identity.pin.tries", number=pin.tries)
    if pin.permanent:
        text = _("The client may choose one that never ends.")
        yield told(text, "identity.pin.permanent")
    if pin.third_parties:
        text = _("It may be given to others, who then ask for the client.")
        yield told(text, "identity.pin.third_parties")
    if pin.not_for:
        names = say.codes(pin.not_for, "act")
        yield told(_("It is not enough for: {names}"), "identity.pin.not_for", names=names)
    if pin.sent_to:
        names = say.codes(pin.sent_to)
        yield told(_("It is sent to: {names:or}"), "identity.pin.sent_to", names=names)
    if not pin.model_fields_set:
        yield told(_("A PIN proves who calls."), "identity.pin")


def _acts(say: Say, rules: Identity) -> Iterator[Sentence]:
    for act, proofs in rules.only.items():
        text, path = _("{act}: only with {names:or}"), f"identity.only.{act}"
        yield told(text, path, act=say.code(act, "act"), names=say.codes(proofs, "proof"))
    for act, papers in rules.documents.items():
        text, path = (
            _("{act}: these documents are needed: {names:and}"),
            f"identity.documents.{act}",
        )
        yield told(text, path, act=say.code(act, "act"), names=say.codes(papers))


def _paid(say: Say, row: Paid, path: str) -> Iterator[Sentence]:
    if _free(row):
        yield told(_("This help is free of charge."), f"{path}.price", f"{path}.for")
        yield from _ends(say, row, path)
        return
    if "model" in row.model_fields_set:
        yield told(_models()[row.model], f"{path}.model", f"{path}.for")
    elif not row.price:
        yield told(_("This help is charged for."), path)
    yield from _price(say, row, path)
    for name, amount in row.items.items():
        text = "{name}: {amount}"
        sum_ = say.money(amount)
        yield told(text, f"{path}.items.{name}", name=say.code(name), amount=sum_)
    if row.unit:
        text = {
            True: _("Unit of account: {time}; a started unit counts as a whole one."),
            False: _("Unit of account: {time}; only full units count."),
            None: _("Unit of account: {time}"),
        }[row.started_counts if "started_counts" in row.model_fields_set else None]
        yield told(text, f"{path}.unit", f"{path}.started_counts", time=say.time(row.unit))
    if row.minimum:
        yield told(_("At least: {amount}"), f"{path}.minimum", amount=_least(say, row.minimum))
    if row.maximum:
        yield told(_("At most: {amount}"), f"{path}.maximum", amount=say.money(row.maximum))
    if row.included:
        yield told(_included(row), f"{path}.included", time=say.time(row.included))
    for index in range(len(row.surcharges)):
        yield _surcharge(say, row, index, f"{path}.surcharges.{index}")
    yield from _consent(row, path)
    yield from _ends(say, row, path)


def _consent(row: Paid, path: str) -> Iterator[Sentence]:
    if row.consent:
        text = {
            "before": _("The client agrees to the price before the work begins."),
            "opening": _("Whoever opens such a request agrees to the price."),
            "none": _("The client is not asked for consent again."),
        }[row.consent]
        yield told(text, f"{path}.consent")


def _ends(say: Say, row: Paid, path: str) -> Iterator[Sentence]:
    if names := _reasons(say, row.free_if, row.free_when):
        paths = (f"{path}.free_if", f"{path}.free_when")
        yield told(_("It costs nothing if: {names:or}"), *paths, names=names)
    if names := _reasons(say, row.refund_if, row.refund_when):
        paths = (f"{path}.refund_if", f"{path}.refund_when")
        yield told(_("The price is given back if: {names:or}"), *paths, names=names)
    if row.expires == UNLIMITED:
        yield told(_("Prepaid time never ends."), f"{path}.expires")
    elif isinstance(row.expires, Span):
        text = _("Prepaid time ends {time:after}.")
        yield told(text, f"{path}.expires", time=say.time(row.expires))
    if row.words:
        yield given(say.pick(row.words), f"{path}.words")


def _reasons(say: Say, words: dict[str, str], facts: list[str]) -> Listing | None:
    """The file's words for a reason, then the facts; words stand for a fact that has none."""
    said = [say.pick(words).rstrip(".")] if words else []
    said += [say.code(fact) for fact in facts if not words or known_words(fact, say.lang)]
    return Listing(tuple(said)) if said else None


def _free(row: Paid) -> bool:
    """Whether the row says that help costs nothing."""
    costs = [sum_ for sum_ in (row.price, row.fixed, *row.items.values()) if sum_]
    return bool(costs) and not row.share and all(c != UNSTATED and _nothing(c) for c in costs)


def _nothing(amount: str) -> bool:
    return not parse_money(amount)[0].strip("0.")


def _models() -> dict[str, str]:
    return {
        "time": _("It is charged by the time it takes."),
        "per_request": _("Each request is charged."),
        "subscription": _("It is a subscription."),
        "share_of_spend": _("It is a share of what the client spends in a month."),
        "price_list": _("It is charged by a price list."),
        "credits": _("It is charged in credits."),
        "prepaid": _("Time is paid in advance."),
    }


def _price(say: Say, row: Paid, path: str) -> Iterator[Sentence]:
    vat = {"incl": _(", VAT included"), "excl": _(", without VAT")}.get(row.vat or "", "")
    if row.price:
        text = {
            "unit": _("Price per unit: {amount}{vat}"),
            "hour": _("Price per hour: {amount}{vat}"),
            "request": _("Price per request: {amount}{vat}"),
            "month": _("Price per month: {amount}{vat}"),
            "": _("Price: {amount}{vat}"),
        }[row.per if "per" in row.model_fields_set else PER.get(row.model, row.per)]
        paths = (f"{path}.price", f"{path}.per", f"{path}.vat", f"{path}.for")
        yield told(text, *paths, amount=say.money(row.price), vat=vat)
    if row.time:
        yield told(_("Bought at once: {time}"), f"{path}.time", time=say.time(row.time))
    share = say.percent(row.share or 0)
    if row.fixed == UNSTATED:
        yield told(_("A fixed fee is charged too; its amount is agreed."), f"{path}.fixed")
    if row.fixed and row.fixed != UNSTATED and row.share is not None:
        text = (
            _("{fixed} a month or {share} of the spend, whichever is more{vat}")
            if row.larger_of
            else _("{fixed} a month and {share} of the spend{vat}")
        )
        paths = (f"{path}.fixed", f"{path}.share", f"{path}.larger_of")
        yield told(text, *paths, fixed=say.money(row.fixed), share=share, vat=vat)
    elif row.fixed and row.fixed != UNSTATED:
        text = (
            _("Fixed fee per month: {amount}{vat}")
            if row.model in MONTHLY
            else _("Fixed fee, charged once: {amount}{vat}")
        )
        yield told(text, f"{path}.fixed", amount=say.money(row.fixed), vat=vat)
    elif row.share is not None:
        text = _("{share} of the spend of a month{vat}")
        yield told(text, f"{path}.share", share=share, vat=vat)


def _least(say: Say, minimum: str) -> str:
    """An amount of money as it is written, or a length of time in words."""
    try:
        return f"{Time(parse_span(minimum), say.lang)}"
    except ValueError:
        return say.money(minimum)


def _included(row: Paid) -> str:
    return {
        "always": _("Free: {time}; only what goes beyond is charged."),
        "only_if_not_exceeded": _("Free: {time}; work that lasts longer is charged as a whole."),
    }.get(row.included_applies or "", _("Free: {time}"))


def _surcharge(say: Say, row: Paid, index: int, path: str) -> Sentence:
    extra = row.surcharges[index]
    when = hours_words(say, extra.when)
    if extra.amount:
        text = _("Surcharge ({when}): {amount}")
        return told(text, path, when=when, amount=say.money(extra.amount))
    text = (
        _("Surcharge ({when}): {amount}")
        if extra.adds
        else _("Surcharge ({when}): {amount}, on top of the other surcharges")
    )
    return told(text, path, when=when, amount=say.percent(extra.percent))


def _quota(say: Say, row: Quota, path: str) -> Iterator[Sentence]:
    per = {
        "month": _("a month"),
        "year": _("a year"),
        "billing_cycle": _("a billing cycle"),
    }[row.per]
    if row.plan:
        names = say.labels("plan", row.plan)
        yield told(for_plans(names), f"{path}.plan", names=names)
    if row.time:
        text, time = _("Included: {time} {per}"), say.time(row.time)
        yield told(text, f"{path}.time", f"{path}.per", time=time, per=per)
    elif row.amount is not None:
        text = ngettext(
            "Included: {number} incident {per}",
            "Included: {number} incidents {per}",
            row.amount,
        )
        yield told(text, f"{path}.amount", f"{path}.per", number=row.amount, per=per)
    else:
        text = (
            _("A number of incidents {per} is included; the plan says how many.")
            if row.unit == "incidents"
            else _("An amount of time {per} is included; the plan says how much.")
        )
        yield told(text, f"{path}.unit", f"{path}.per", per=per)
    if row.per_service:
        yield told(_("It is counted for each service."), f"{path}.per_service")
    yield from _left(row, path)


def _left(row: Quota, path: str) -> Iterator[Sentence]:
    written = row.model_fields_set
    if "rollover" in written:
        text = (
            _("What is left is carried over.")
            if row.rollover
            else _("What is left is not carried over.")
        )
        yield told(text, f"{path}.rollover")
    if "transfer" in written:
        text = (
            _("It may be used for another service.")
            if row.transfer
            else _("It may not be used for another service.")
        )
        yield told(text, f"{path}.transfer")
    if row.beyond:
        text = {
            "paid": _("More than that is paid for."),
            "refused": _("More than that is refused."),
            "next_period": _("More than that is done in the next period."),
        }[row.beyond]
        yield told(text, f"{path}.beyond")
    if row.average_over:
        text = ngettext(
            "It is averaged over {number} period.",
            "It is averaged over {number} periods.",
            row.average_over,
        )
        yield told(text, f"{path}.average_over", number=row.average_over)


def _credit(say: Say, row: Credit, path: str) -> Iterator[Sentence]:
    basis = measure_names().get(row.basis) or say.code(row.basis)
    text = _("When a guarantee is missed, the client gets a credit. It is judged by: {basis}")
    yield told(text, f"{path}.basis", basis=basis)
    for band, amount in row.bands.items():
        paths = (f"{path}.bands",)
        yield told("{band}: {amount}", *paths, band=_band(say, band), amount=_part(say, amount))
    if row.amount:
        yield told(_("Credit: {amount}"), f"{path}.amount", amount=_part(say, row.amount))
    if row.cap:
        text = _("Limit: {words}")
        yield told(text, f"{path}.cap", words=say.pick(row.cap))


def _band(say: Say, band: str) -> str:
    """`<99.9` as “below 99.9%”, `95%-99%` as “95–99%”."""
    held = parse_band(band)
    low, high = ("" if end is None else say.percent(float(end)) for end in (held.low, held.high))
    if low and high:
        return f"{low.rstrip('%').rstrip()}–{high}"
    text = {
        (False, False): _("below {amount}"),
        (False, True): _("{amount} or less"),
        (True, False): _("above {amount}"),
        (True, True): _("{amount} or more"),
    }[bool(low), held.holds[0] if low else held.holds[1]]
    return text.format(amount=low or high)


def _part(say: Say, amount: str) -> str:
    """A share of a hundred as the language writes it; other words, a sum or a code, as they are."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", amount)
    return say.percent(float(found[1])) if found else say.money(say.code(amount))
