"""Clauses about people and money: identity, paid help, quotas, credits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from firstline.policy.file.money import Credit, Paid, Quota, Surcharge
from firstline.policy.file.people import Pin
from firstline.policy.page.sentences import ClauseDraft, Sentence, sentence, sentences
from firstline.policy.page.words import Listing, Wording, conditions, hours_words, measure_names
from firstline.policy.rules.policy import Policy
from firstline.policy.text.bands import parse_band
from firstline.policy.text.speech import LANGUAGES, ngettext, speaking
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import UNLIMITED, UNSTATED, Span, parse_money, parse_span
from firstline.policy.text.wording import Time, code_phrase

# What a price is for where the file does not say it: an hour is meant of time alone.
PER = {
    "per_request": "request",
    "subscription": "month",
    "share_of_spend": "month",
    "price_list": "",
    "prepaid": "",
}
MONTHLY = ("subscription", "share_of_spend")


def people(say: Wording) -> Iterator[ClauseDraft]:
    """Who may ask and how they prove it."""
    rules = say.policy.source.identity
    words = tuple(sentences(say, rules, "identity"))
    yield ClauseDraft("identity", "identity", _("Who may ask"), words)
    if rules.pin:
        yield ClauseDraft("identity.pin", "identity", _("PIN"), tuple(_pin(say, rules.pin)))
    words = tuple(sentences(say, rules, "identity", "acts"))
    yield ClauseDraft("identity.acts", "identity", _("Proof for certain acts"), words)


def money(say: Wording) -> Iterator[ClauseDraft]:
    """Paid help, included amounts, credits."""
    file = say.policy.source
    for index, row in enumerate(file.paid):
        name, path = row.id or str(index + 1), f"paid.{row.id or index}"
        hours = (hours_words(say, word) for word in row.when)
        about = (*conditions(say, row), *say.codes(row.covers, "paid").items, *hours)
        title = " · ".join((_("Free help") if _is_free(row) else _("Paid help"), *about))
        one = "paid" if len(file.paid) == 1 else f"paid.{name}"
        yield ClauseDraft(one, "money", title, tuple(_help_sentences(say, row, path)))
    for index, quota in enumerate(file.quota):
        one = "quota" if len(file.quota) == 1 else f"quota.{index + 1}"
        words = tuple(_quota(say, quota, f"quota.{index}"))
        yield ClauseDraft(one, "money", _("Included help"), words)
    for index, credit in enumerate(file.credits):
        one = "credits" if len(file.credits) == 1 else f"credits.{index + 1}"
        words = tuple(_credit(say, credit, f"credits.{index}"))
        yield ClauseDraft(one, "money", _("Credits"), words)


def _pin(say: Wording, pin: Pin) -> Iterator[Sentence]:
    if pin.valid == UNLIMITED:
        yield sentence(_("The PIN never ends."), "identity.pin.valid")
    elif isinstance(pin.valid, Span):
        text = {
            "viewing": _("The PIN is good for {time:a} from when it is first seen."),
            "making": _("The PIN is good for {time:a} from when it is made."),
            "": _("The PIN is good for {time:a}."),
        }[pin.starts if "starts" in pin.model_fields_set else ""]
        paths = ("identity.pin.valid", "identity.pin.starts")
        yield sentence(text, *paths, time=say.time(pin.valid))
    yield from sentences(say, pin, "identity.pin")
    if not pin.model_fields_set:
        yield sentence(_("A PIN proves who calls."), "identity.pin")


def help_words(policy: Policy, rule: str, lang: str) -> list[str]:
    """What a row of the price table says, in the words of the page; `rule` is its path, paid.N."""
    rows = {f"paid.{row.id or index}": row for index, row in enumerate(policy.source.paid)}
    tongue = lang if lang in LANGUAGES else "en"
    with speaking(tongue):
        return [said.text for said in _help_sentences(Wording(policy, tongue), rows[rule], rule)]


def _help_sentences(say: Wording, row: Paid, path: str) -> Iterator[Sentence]:
    yield from sentences(say, row, path, "period")
    if _is_free(row):
        yield sentence(_("This help is free of charge."), f"{path}.price", f"{path}.for")
        yield from _reasons(say, row, path)
        yield from sentences(say, row, path, "end")
        return
    if "model" not in row.model_fields_set and not row.price:
        yield sentence(_("This help is charged for."), path)
    for model in sentences(say, row, path, "model"):
        yield replace(model, paths=(*model.paths, f"{path}.for"))
    by_hand = {
        "price": _price(say, row, path),
        "unit": _unit(say, row, path),
        "minimum": _least(say, row, path),
        "included": _free_time(say, row, path),
        "surcharges": (
            _surcharge(say, extra, f"{path}.surcharges.{i}")
            for i, extra in enumerate(row.surcharges)
        ),
    }
    yield from sentences(say, row, path, by_hand=by_hand)
    yield from _reasons(say, row, path)
    yield from sentences(say, row, path, "end")


def _unit(say: Wording, row: Paid, path: str) -> Iterator[Sentence]:
    if row.unit:
        text = {
            True: _("Unit of account: {time}; a started unit counts as a whole one."),
            False: _("Unit of account: {time}; only full units count."),
            None: _("Unit of account: {time}"),
        }[row.started_counts if "started_counts" in row.model_fields_set else None]
        paths = (f"{path}.unit", f"{path}.started_counts")
        yield sentence(text, *paths, time=say.time(row.unit))


def _reasons(say: Wording, row: Paid, path: str) -> Iterator[Sentence]:
    if names := _reason(say, row.free_if, row.free_when):
        paths = (f"{path}.free_if", f"{path}.free_when")
        yield sentence(_("It costs nothing if: {names:or}"), *paths, names=names)
    if names := _reason(say, row.refund_if, row.refund_when):
        paths = (f"{path}.refund_if", f"{path}.refund_when")
        yield sentence(_("The price is given back if: {names:or}"), *paths, names=names)


def _reason(say: Wording, words: dict[str, str], facts: list[str]) -> Listing | None:
    """The file's words for a reason, then the facts; words stand for a fact that has none."""
    said = [say.pick(words).rstrip(".")] if words else []
    said += [say.code(fact) for fact in facts if not words or code_phrase(fact, say.lang)]
    return Listing(tuple(said)) if said else None


def _is_free(row: Paid) -> bool:
    """Whether the row says that help costs nothing."""
    costs = [sum_ for sum_ in (row.price, row.fixed, *row.items.values()) if sum_]
    return bool(costs) and not row.share and all(c != UNSTATED and _is_nothing(c) for c in costs)


def _is_nothing(amount: str) -> bool:
    return not parse_money(amount)[0].strip("0.")


def _price(say: Wording, row: Paid, path: str) -> Iterator[Sentence]:
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
        yield sentence(text, *paths, amount=say.money(row.price), vat=vat)
    share = say.percent(row.share or 0)
    if row.fixed == UNSTATED:
        yield sentence(_("A fixed fee is charged too; its amount is agreed."), f"{path}.fixed")
    if row.fixed and row.fixed != UNSTATED and row.share is not None:
        text = (
            _("{fixed} a month or {share} of the spend, whichever is more{vat}")
            if row.larger_of
            else _("{fixed} a month and {share} of the spend{vat}")
        )
        paths = (f"{path}.fixed", f"{path}.share", f"{path}.larger_of")
        yield sentence(text, *paths, fixed=say.money(row.fixed), share=share, vat=vat)
    elif row.fixed and row.fixed != UNSTATED:
        text = (
            _("Fixed fee per month: {amount}{vat}")
            if row.model in MONTHLY
            else _("Fixed fee, charged once: {amount}{vat}")
        )
        yield sentence(text, f"{path}.fixed", amount=say.money(row.fixed), vat=vat)
    elif row.share is not None:
        text = _("{share} of the spend of a month{vat}")
        yield sentence(text, f"{path}.share", share=share, vat=vat)


def _least(say: Wording, row: Paid, path: str) -> Iterator[Sentence]:
    """An amount of money as it is written, or a length of time in words."""
    if row.minimum is None:
        return
    try:
        amount = f"{Time(parse_span(row.minimum), say.lang)}"
    except ValueError:
        amount = say.money(row.minimum)
    yield sentence(_("At least: {amount}"), f"{path}.minimum", amount=amount)


def _free_time(say: Wording, row: Paid, path: str) -> Iterator[Sentence]:
    if row.included:
        text = {
            "always": _("Free: {time}; only what goes beyond is charged."),
            "only_if_not_exceeded": _(
                "Free: {time}; work that lasts longer is charged as a whole."
            ),
            "": _("Free: {time}"),
        }[row.included_applies or ""]
        yield sentence(text, f"{path}.included", time=say.time(row.included))


def _surcharge(say: Wording, extra: Surcharge, path: str) -> Sentence:
    amount = say.money(extra.amount) if extra.amount else say.percent(extra.percent)
    text = (
        _("Surcharge ({when}): {amount}")
        if extra.adds or extra.amount
        else _("Surcharge ({when}): {amount}, on top of the other surcharges")
    )
    return sentence(text, path, when=hours_words(say, extra.when), amount=amount)


def _quota(say: Wording, row: Quota, path: str) -> Iterator[Sentence]:
    yield from sentences(say, row, path, "period")
    yield from sentences(say, row, path, by_hand={"unit": (_amount(say, row, path),)})


def _amount(say: Wording, row: Quota, path: str) -> Sentence:
    per = {
        "month": _("a month"),
        "year": _("a year"),
        "billing_cycle": _("a billing cycle"),
    }[row.per]
    if row.time:
        text, time = _("Included: {time} {per}"), say.time(row.time)
        return sentence(text, f"{path}.time", f"{path}.per", time=time, per=per)
    if row.amount is not None:
        text = ngettext(
            "Included: {number} incident {per}",
            "Included: {number} incidents {per}",
            row.amount,
        )
        return sentence(text, f"{path}.amount", f"{path}.per", number=row.amount, per=per)
    text = (
        _("A number of incidents {per} is included; the plan says how many.")
        if row.unit == "incidents"
        else _("An amount of time {per} is included; the plan says how much.")
    )
    return sentence(text, f"{path}.unit", f"{path}.per", per=per)


def _credit(say: Wording, row: Credit, path: str) -> Iterator[Sentence]:
    basis = measure_names().get(row.basis) or say.code(row.basis)
    text = _("When a guarantee is missed, the client gets a credit. It is judged by: {basis}")
    yield sentence(text, f"{path}.basis", basis=basis)
    for band, amount in row.bands.items():
        words = {"band": _band(say, band), "amount": _part(say, amount)}
        yield sentence("{band}: {amount}", f"{path}.bands.{band}", **words)
    if row.amount:
        yield sentence(_("Credit: {amount}"), f"{path}.amount", amount=_part(say, row.amount))
    yield from sentences(say, row, path)


def _band(say: Wording, band: str) -> str:
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


def _part(say: Wording, amount: str) -> str:
    """A share of a hundred as the language writes it; other words, a sum or a code, as they are."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", amount)
    return say.percent(float(found[1])) if found else say.money(say.code(amount))
