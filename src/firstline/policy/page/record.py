"""Clauses about what is done and kept beside requests: set-up, planned work, history, figures."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.policy.file.record import Maintenance, Stat
from firstline.policy.page.sentences import (
    ClauseDraft,
    Sentence,
    clock_sentences,
    sentence,
    sentences,
)
from firstline.policy.page.words import Wording, measure_names
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import parse_span
from firstline.policy.text.wording import Time, capital


def record(say: Wording) -> Iterator[ClauseDraft]:
    """Setting up, planned work, history, figures."""
    file = say.policy.source
    yield ClauseDraft(
        "provision", "upkeep", _("Setting up what was ordered"), tuple(_provision(say))
    )
    if file.maintenance:
        words = tuple(_maintenance(say, file.maintenance))
        yield ClauseDraft("maintenance", "upkeep", _("Planned work"), words)
    if file.history:
        words = tuple(sentences(say, file.history, "history"))
        yield ClauseDraft("history", "record", _("History of requests"), words)
    for index, stat in enumerate(file.stats):
        if stat.publish != "no":
            words = tuple(_stat(say, stat, f"stats.{stat.id or index}"))
            title = _measure_words(say, stat.measure)
            name = stat.id or str(index + 1)
            yield ClauseDraft(f"stat.{name}", "record", capital(title), words)


def _provision(say: Wording) -> Iterator[Sentence]:
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
    yield sentence(text, *paths, time=say.counting_by(rules.clock).time(rules.within))
    if rules.clock not in ("always", "elapsed"):
        yield from clock_sentences(say, rules.clock, [rules.within], "provision.clock")


def _maintenance(say: Wording, rules: Maintenance) -> Iterator[Sentence]:
    text = (
        _("Clients are notified of planned work.")
        if rules.notify
        else _("Clients are not notified of planned work.")
    )
    # The file's own words say it where the file gives nothing else about the notice.
    if "notify" in rules.model_fields_set or not rules.words or rules.lead:
        yield sentence(text, "maintenance.notify")
    yield from sentences(say, rules, "maintenance")


def _measure_words(say: Wording, measure: str) -> str:
    """`solved_by(first)` in words."""
    name, _open, inner = measure.removesuffix(")").partition("(")
    what = measure_names().get(inner, inner)
    texts = {
        "solved_by": _("Solved by the line “{line}”").format(line=say.label("line", inner)),
        "on_time": _("On time: {what}").format(what=what),
        "average": _("Average time: {what}").format(what=what),
    }
    return texts.get(name) or say.code(measure)


def _stat(say: Wording, stat: Stat, path: str) -> Iterator[Sentence]:
    if stat.claim is not None and stat.publish in ("claim", "both"):
        yield sentence(_("We claim: {claim}"), f"{path}.claim", claim=_claim(say, stat))
    if stat.publish in ("computed", "both"):
        text = _("The figure is computed from the log of requests.")
        yield sentence(text, f"{path}.publish", f"{path}.measure")
    yield from sentences(say, stat, path)


def _claim(say: Wording, stat: Stat) -> str:
    """A share in per cent, or a time."""
    if isinstance(stat.claim, float):
        return say.percent(stat.claim)
    try:
        return f"{Time(parse_span(str(stat.claim)), say.lang)}"
    except ValueError:
        return str(stat.claim)
