"""`policy due`: when everything is due in a given situation, and how it got there. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from firstline.policy.file.doors import ways
from firstline.policy.file.targets import MEASURES, Target
from firstline.policy.rules.closing import closes_at_once, reopening, silence
from firstline.policy.rules.compile import ALWAYS
from firstline.policy.rules.complaints import complaint_stages
from firstline.policy.rules.door import against_promise, complaint_refusal, complete, refusals
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.question import Given, notes, parse_situation, require_received
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.targets import Fit
from firstline.policy.rules.verdict import NotUsable
from firstline.policy.rules.views import Stretch, elapsed
from firstline.policy.text.speech import speaking
from firstline.policy.text.values import Span, parse_local, parse_span
from firstline.policy.time.calendars import Calendar, Interval
from firstline.policy.time.counting import Due, due_at, stamp, steps

# What an answer about due times may take from the shipped file.
SHIPPED = ("alarms.chat_waits", "alarms.warnings", "close.reopen", "close.reopen_days")

# What is promised to whoever is let in.
AT_DOOR = (*MEASURES, "delay", "line")


def due(policy: Policy, measure: str, start: datetime, situation: Situation) -> Due | None:
    """When a measure is due, by which rule and through which calendar steps; None when the
    policy promises nothing.

    `measure` is ack, first (or answer), next, update, start, fix, line (the line's own time),
    delay (the delay notice), provision, remind, resolve, close, accept (silence accepts the work),
    reopen, or complaint.STAGE and complaint.STAGE.ack. ValueError for an unknown measure.
    """
    name = "first" if measure == "answer" else measure
    refusal = None
    if name in AT_DOOR:
        refusal = against_promise(refusals(policy, situation))
    elif name.startswith("complaint."):
        refusal = complaint_refusal(policy, situation)
    start, count = start.astimezone(policy.zone), _counter(policy, name)
    return None if refusal else count(policy, name, start, situation)


Counter = Callable[[Policy, str, datetime, Situation], Due | None]


def _counter(policy: Policy, name: str) -> Counter:
    """What counts a measure for a situation that is not refused, from a moment in the policy's
    zone; ValueError for an unknown measure.
    """
    if name in MEASURES:
        return _target
    if name.startswith("complaint."):
        return _complaint
    if name in OTHERS:
        return OTHERS[name]
    raise ValueError(
        f"'{name[:40]}' is not a measure; the measures are {', '.join(measures(policy))}"
    )


def shipped_paths(policy: Policy, *paths: str) -> list[str]:
    """Which of these paths are the shipped file's, since this one does not say them."""
    return [path for path in paths if not _is_written(policy, path)]


def _is_written(policy: Policy, path: str) -> bool:
    """Whether the file itself says what stands at a path; what follows from it need not be said."""
    file = policy.source
    close, request = file.close.model_fields_set, file.request.model_fields_set
    if path == "close.reopen":
        return bool({"reopen", "reopen_days"} & close or "after_closing" in request)
    if path == "close.reopen_days":
        return file.close.reopen_days is not None or reopening(policy) is None
    if path == "lines":
        return bool(file.lines)
    part, _, key = path.partition(".")
    value = getattr(file, part)
    return part in file.model_fields_set and (not key or getattr(value, key) is not None)


def version_at(policy: Policy, at: datetime | None) -> dict[str, Any]:
    """Which version answers, and whether it was `in_force` at a moment: null where the file does
    not say from when, or the question not about when.
    """
    effective = policy.source.policy.effective
    local = at and at.astimezone(policy.zone).replace(tzinfo=None)
    return {
        "version": policy.version,
        "company": policy.company,
        "timezone": policy.zone.key,
        "effective": effective,
        "in_force": local >= parse_local(effective) if effective and local else None,
    }


def untimely(policy: Policy, at: datetime | None) -> list[str]:
    """That the version did not hold yet at the moment asked about."""
    if version_at(policy, at)["in_force"] is not False:
        return []
    since = policy.source.policy.effective
    return [f"version {policy.version} holds from {since}, later than the moment asked about"]


def measures(policy: Policy) -> tuple[str, ...]:
    """Every measure this policy could have, in the order of `policy due`."""
    closing = ("remind", "resolve", "close", "accept", "reopen")
    return (*MEASURES, "delay", "line", "provision", *_stages(policy), *closing)


def _stages(policy: Policy) -> tuple[str, ...]:
    """The measures of complaints."""
    rules = policy.source.complaints
    names = [s.id or str(n) for n, s in enumerate(rules.stages if rules else [], 1)]
    return tuple(f"complaint.{name}{end}" for name in names for end in (".ack", ""))


def _target(policy: Policy, measure: str, start: datetime, situation: Situation) -> Due | None:
    fit = policy.table.fit(measure, start, situation)
    return None if fit is None else _by_row(policy, measure, fit, start, situation)


def _by_row(
    policy: Policy, measure: str, fit: Fit, start: datetime, situation: Situation
) -> Due | None:
    """What the row of the table that fits makes due."""
    pausing = measure in ("update", "start", "fix") and fit.row.pauses
    stopped = situation.paused if pausing else ()
    if fit.row.counted_from == "latest_client_word" and situation.last_word:
        start = situation.last_word
    rule = {
        "rule": _name(fit.row, fit.index),
        "measure": measure,
        "span": str(fit.span),
        "clock": fit.calendar.name,
        "force": fit.row.force,
    }
    rule |= {
        key: value
        for key in ("clause", "document", "share", "remedy", "must")
        if (value := getattr(fit.row, key))
    }
    return _due_after(policy, fit.span, start, fit.calendar, rule, stopped)


def _name(row: Target, index: int) -> str:
    return f"targets.{row.id if row.id is not None else index}"


def _due_after(
    policy: Policy,
    span: Span,
    start: datetime,
    calendar: Calendar,
    rule: dict[str, Any],
    stopped: tuple[Interval, ...] = (),
) -> Due | None:
    at = due_at(span, start, calendar, policy.zone, stopped)
    return None if at is None else Due(at, rule, steps(span, start, calendar, policy.zone, stopped))


def _complaint(
    policy: Policy, measure: str, submitted: datetime, situation: Situation
) -> Due | None:
    for stage in complaint_stages(policy, submitted, situation.escalated):
        for name, one in ((f"complaint.{stage.id}.ack", stage.ack),
                          (f"complaint.{stage.id}", stage.reply)):  # fmt: skip
            if name == measure and one:
                rule = {"rule": f"complaints.stages.{stage.id}", "by": stage.by or None}
                return _due_at_end(policy, (one,), {**rule, "force": stage.force})
    return None


def _line(policy: Policy, _measure: str, start: datetime, situation: Situation) -> Due | None:
    name = situation.line or policy.first_line
    spec = next((spec for spec in policy.source.lines if spec.id == name), None)
    if spec is None:
        return None
    return _plainly(
        policy, f"lines.{name}.own_time", spec.own_time, spec.own_clock, start, situation
    )


def _provision(policy: Policy, _measure: str, start: datetime, situation: Situation) -> Due | None:
    rules = policy.source.provision
    if rules is None:
        return None
    return _plainly(policy, "provision", rules.within, rules.clock, start, situation)


def _accept(policy: Policy, _measure: str, start: datetime, situation: Situation) -> Due | None:
    """When silence accepts the work."""
    close = policy.source.close
    span = close.accept_within if close.silence == "accepted" else None
    return _plainly(policy, "close.accept_within", span, close.clock, start, situation)


def _plainly(
    policy: Policy, rule: str, span: Span | None, clock: str, start: datetime, situation: Situation
) -> Due | None:
    """A length of time by a clock, and nothing else."""
    if span is None:
        return None
    calendar = policy.table.clock(clock, situation, span)
    how = {"rule": rule, "span": str(span), "clock": calendar.name}
    return _due_after(policy, span, start, calendar, how)


def _delay(policy: Policy, _measure: str, start: datetime, situation: Situation) -> Due | None:
    """When a delay notice must have been sent: by the time of the first answer, or so long before
    it.
    """
    word = policy.source.delay.send_before
    fit = policy.table.fit("first", start, situation) if word else None
    if fit is None or word is None:
        return None
    first = _by_row(policy, "first", fit, start, situation)
    if first is None:
        return None
    early = timedelta() if word in ("deadline", "first_answer") else elapsed(parse_span(word))
    at = max(first.at.astimezone(UTC) - early, start.astimezone(UTC)).astimezone(policy.zone)
    rule = {"rule": "delay.send_before", "span": word, "clock": first.rule["clock"]}
    return Due(at, {**rule, "before": first.rule["rule"]}, first.steps)


def _reopen(policy: Policy, _measure: str, start: datetime, situation: Situation) -> Due | None:
    """Until when words of the client open the request again, counted from its closing: the one of
    the question, else the one that silence since `start` brings.
    """
    rule, steps = reopening(policy), silence(policy, "close", start)
    by_itself = start if closes_at_once(policy, situation) else steps[-1].end if steps else None
    closed = situation.closed or by_itself
    if rule is None or rule.span is None or closed is None:
        return None
    name = {"rule": "close.reopen_days", "shipped": rule.shipped}
    return _due_after(policy, rule.span, closed, policy.calendars[ALWAYS], name)


def _silence(policy: Policy, measure: str, start: datetime, situation: Situation) -> Due | None:
    """What silence of the client brings, a reminder and the closing, which an article that answers
    may bring at once.
    """
    if measure == "close" and closes_at_once(policy, situation):
        return Due(start, {"rule": "close.by_article", "span": "0m", "clock": ALWAYS})
    found = silence(policy, measure, start)
    return _due_at_end(policy, found, {"rule": f"close.{measure}"}) if found else None


# What is neither of the table of targets nor of complaints.
OTHERS: dict[str, Counter] = {
    "delay": _delay,
    "line": _line,
    "provision": _provision,
    "remind": _silence,
    "resolve": _silence,
    "close": _silence,
    "accept": _accept,
    "reopen": _reopen,
}


def _due_at_end(policy: Policy, stretches: tuple[Stretch, ...], rule: dict[str, Any]) -> Due | None:
    """What is due at the end of stretches of time that follow each other."""
    rows = [
        row for one in stretches for row in steps(one.span, one.begin, one.calendar, policy.zone)
    ]
    said = {
        "span": " + ".join(str(one.span) for one in stretches),
        "clock": stretches[-1].calendar.name,
    }
    return Due(stretches[-1].end, {**rule, **said}, rows)


def policy_due(policy: Policy, given: Given) -> dict[str, Any]:
    """Every measure with its time in the policy's offset, its rule and its calendar steps; null
    where nothing is promised.

    GivenError when the time of arrival is missing, or something is not known or cannot be read. A
    time without offset is local time of the policy.
    """
    asked = parse_situation(policy, given)
    start, situation = require_received(asked), complete(policy, asked)
    with speaking(asked.reader or policy.languages[0]):
        against = list(refusals(policy, situation))
        of_complaint = complaint_refusal(policy, asked)
    unpromised = against_promise(against)
    refused = {**dict.fromkeys(AT_DOOR, unpromised), **dict.fromkeys(_stages(policy), of_complaint)}
    found = {
        name: None if refused.get(name) else _counter(policy, name)(policy, name, start, situation)
        for name in measures(policy)
    }
    first = found["first"]
    mode = situation.mode or _mode(policy, situation)
    alarms = policy.stages(start, first.at, kind="answer", mode=mode) if first else ()
    why = dict.fromkeys(one.sentence for one in (unpromised, of_complaint) if one)
    return {
        "policy": version_at(policy, start),
        "received": stamp(start, policy.zone),
        "refused": refused_json(next(iter(against), None)),
        "measures": {name: _to_json(policy, item) for name, item in found.items()},
        "alarms": [{"alarm": name, "at": stamp(at, policy.zone)} for name, at in alarms],
        "shipped": shipped_paths(policy, *SHIPPED),
        "notes": [
            *untimely(policy, start),
            *notes(policy, given, situation),
            *why,
            *([] if first or unpromised else _no_row(policy, situation)),
        ],
    }


def refused_json(refusal: NotUsable | None) -> dict[str, Any] | None:
    """A refusal as programs read it."""
    if refusal is None:
        return None
    return {"code": refusal.code, "reason": refusal.reason, "way_out": refusal.way_out or None}


def _no_row(policy: Policy, situation: Situation) -> list[str]:
    """That no row of the table speaks of what is not refused."""
    spec = policy.doors.get(situation.channel or "")
    standing = f"; {spec.id} is {spec.status}" if spec and spec.status != "official" else ""
    return [f"no row of targets promises a first answer in this situation{standing}"]


def _mode(policy: Policy, situation: Situation) -> str:
    """Whether a request by this channel begins as a talk or as a letter."""
    name = situation.channel or ""
    live = name not in policy.doors or "chat" in ways(policy.doors, name)
    return "chat" if live else "ticket"


def _to_json(policy: Policy, item: Due | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {"due_at": stamp(item.at, policy.zone), "rule": item.rule, "steps": item.steps}
