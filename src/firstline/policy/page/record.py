"""Clauses about what is done and kept beside requests: set-up, planned work, history, figures."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.policy.file.matters import History, Maintenance, Stat
from firstline.policy.page.wording import Time
from firstline.policy.page.words import (
    Draft,
    Say,
    Sentence,
    capital,
    counted_in,
    given,
    measure_names,
    told,
)
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.speech import ngettext
from firstline.policy.text.values import parse_span


def record(say: Say) -> Iterator[Draft]:
    """Setting up, planned work, history, figures."""
    file = say.policy.source
    yield Draft("provision", "upkeep", _("Setting up what was ordered"), tuple(_provision(say)))
    if file.maintenance:
        words = tuple(_maintenance(say, file.maintenance))
        yield Draft("maintenance", "upkeep", _("Planned work"), words)
    if file.history:
        words = tuple(_history(say, file.history))
        yield Draft("history", "record", _("History of requests"), words)
    for index, stat in enumerate(file.stats):
        if stat.publish != "no":
            words = tuple(_stat(say, stat, f"stats.{stat.id or index}"))
            title = _measured(say, stat.measure)
            name = stat.id or str(index + 1)
            yield Draft(f"stat.{name}", "record", capital(title), words)


def _provision(say: Say) -> Iterator[Sentence]:
    rules = say.policy.source.provision
    if rules is None:
        return
    text = {
        "order": _("What was ordered is set up {time:within}, counted from the order."),
        "order_and_payment": _(
            "What was ordered is set up {time:within}, counted from order and payment."
        ),
        "": _("What was ordered is set up {time:within}."),
    }[rules.counted_from if "counted_from" in rules.model_fields_set else ""]
    paths = ("provision.within", "provision.counted_from")
    yield told(text, *paths, time=say.time(rules.within))
    if rules.clock not in ("always", "elapsed"):
        yield from counted_in(say, rules.clock, [rules.within], "provision.clock")


def _maintenance(say: Say, rules: Maintenance) -> Iterator[Sentence]:
    text = (
        _("Clients are told of planned work.")
        if rules.notify
        else _("Clients are not told of planned work.")
    )
    # The file's own words say it where the file gives nothing else about the notice.
    if "notify" in rules.model_fields_set or not rules.words or rules.lead:
        yield told(text, "maintenance.notify")
    if rules.lead:
        text = _("The notice comes at least {time:a} before.")
        yield told(text, "maintenance.lead", time=say.time(rules.lead))
    if rules.must:
        names = say.codes(rules.must)
        yield told(_("The notice says: {names}"), "maintenance.must", names=names)
    if rules.to:
        names = say.codes(rules.to)
        yield told(_("The notice goes to: {names}"), "maintenance.to", names=names)
    if rules.by:
        names = say.codes(rules.by, "maintenance_by")
        yield told(_("The notice comes by: {names:and}"), "maintenance.by", names=names)
    yield from _around(say, rules)


def _around(say: Say, rules: Maintenance) -> Iterator[Sentence]:
    if rules.acknowledge:
        yield told(_("Clients confirm that they have read it."), "maintenance.acknowledge")
    if rules.acknowledge_within:
        text, path = _("They confirm it {time:within}."), "maintenance.acknowledge_within"
        yield told(text, path, time=say.time(rules.acknowledge_within))
    if rules.updates:
        text = _("While it lasts, there is news at least every {time:a}.")
        yield told(text, "maintenance.updates", time=say.time(rules.updates))
    if rules.window:
        text = _("Usual window: {words}")
        yield told(text, "maintenance.window", words=say.pick(rules.window))
    if rules.unplanned:
        text = _("In case of a fault: {words}")
        yield told(text, "maintenance.unplanned", words=say.pick(rules.unplanned))
    if rules.words:
        yield given(say.pick(rules.words), "maintenance.words")


def _history(say: Say, rules: History) -> Iterator[Sentence]:
    text = (
        _("All requests are kept and can be read later.")
        if rules.saved
        else _("Requests are not kept.")
    )
    if "saved" in rules.model_fields_set:
        yield told(text, "history.saved")
    if rules.visible_to:
        names = say.codes(rules.visible_to)
        yield told(_("Who sees requests: {names}"), "history.visible_to", names=names)
    if rules.keep:
        text = _("Requests are kept for {time:a}.")
        yield told(text, "history.keep", time=say.time(rules.keep))
    if rules.download:
        names = say.codes(rules.download)
        yield told(_("Requests may be downloaded as: {names}"), "history.download", names=names)
    if rules.where:
        text = _("Where requests are seen: {words}")
        yield told(text, "history.where", words=say.pick(rules.where))


def _measured(say: Say, measure: str) -> str:
    """`solved_by(first)` in words."""
    name, _open, inner = measure.removesuffix(")").partition("(")
    what = measure_names().get(inner, inner)
    texts = {
        "solved_by": _("Solved by the line “{line}”").format(line=say.label("line", inner)),
        "on_time": _("On time: {what}").format(what=what),
        "average": _("Average time: {what}").format(what=what),
    }
    return texts.get(name) or say.code(measure)


def _stat(say: Say, stat: Stat, path: str) -> Iterator[Sentence]:
    if stat.claim is not None and stat.publish in ("claim", "both"):
        yield told(_("We claim: {claim}"), f"{path}.claim", claim=_claim(say, stat))
    if stat.publish in ("computed", "both"):
        text = _("The figure is computed from the log of requests.")
        yield told(text, f"{path}.publish", f"{path}.measure")
    if stat.period:
        yield told(_("Period: {time}"), f"{path}.period", time=say.time(stat.period))
    if stat.within_days is not None:
        text = ngettext(
            "A request that is reopened within {number} day is not counted as solved.",
            "A request that is reopened within {number} days is not counted as solved.",
            stat.within_days,
        )
        yield told(text, f"{path}.within_days", number=stat.within_days)


def _claim(say: Say, stat: Stat) -> str:
    """A share in per cent, or a time."""
    if isinstance(stat.claim, float):
        return say.percent(stat.claim)
    try:
        return f"{Time(parse_span(str(stat.claim)), say.lang)}"
    except ValueError:
        return str(stat.claim)
