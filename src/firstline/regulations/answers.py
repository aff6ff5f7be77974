"""`policy due` and `policy ask`: what the policy says in a given situation, and how it got there.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from .calendars import Calendar, Interval
from .counting import Due, due_at, stamp, steps
from .model import MEASURES, Target
from .policy import Policy
from .targets import KEYS
from .values import Span, parse_span

Given = Mapping[str, Any]
START_WORDS = (
    "start",
    "at",
    "arrived_at",
    "arrived",
    "arrival",
    "received_at",
    "received",
    "time",
    "now",
)
KNOWN = (*START_WORDS, *KEYS, "paused", "mode")
EARLIEST, LATEST = 1970, 2200


class GivenError(ValueError):
    """The `given` of a question lacks something or has a value that cannot be read; the text
    says what to write.
    """


def due(policy: Policy, measure: str, start: datetime, given: Given) -> Due | None:
    """When a measure is due, by which rule and through which calendar steps; None when the
    policy promises nothing.

    `measure` is ack, first (or answer), next, update, start, fix, line (the line's own time),
    provision, remind, close,
    reopen, or complaint.STAGE and complaint.STAGE.ack. `given` may have plan, priority,
    channel, topic, line, service,
    requester, country, site, and `paused`, pairs of times that do not count for start, update
    and fix.
    ValueError for an unknown measure.
    """
    name = "first" if measure == "answer" else measure
    start = start.astimezone(policy.zone)
    if name in MEASURES:
        return _target(policy, name, start, given)
    if name.startswith("complaint."):
        return _complaint(policy, name, start)
    if name in ("line", "provision", "remind", "close", "reopen"):
        return _other(policy, name, start, given)
    raise ValueError(
        f"'{measure[:40]}' is not a measure; the measures are {', '.join(measures(policy))}"
    )


def measures(policy: Policy) -> tuple[str, ...]:
    """Every measure this policy could have, in the order of `policy due`."""
    rules = policy.source.complaints
    stages = [s.id or str(n) for n, s in enumerate(rules.stages if rules else [], 1)]
    complaints = [f"complaint.{stage}{end}" for stage in stages for end in (".ack", "")]
    return (*MEASURES, "line", "provision", *complaints, "remind", "close", "reopen")


def _facts(given: Given) -> dict[str, str | None]:
    return {key: str(given[key]) for key in KEYS if given.get(key) is not None}


def _target(policy: Policy, measure: str, start: datetime, given: Given) -> Due | None:
    fit = policy.fit(measure, start, _facts(given))
    if fit is None:
        return None
    pauses = (
        _pauses(policy, given) if measure in ("update", "start", "fix") and fit.row.pauses else ()
    )
    rule = {
        "rule": _name(fit.row, fit.index),
        "measure": measure,
        "span": str(fit.span),
        "clock": fit.calendar.name,
        "force": fit.row.force,
    }
    rule |= {
        key: value
        for key in ("clause", "document", "remedy", "must")
        if (value := getattr(fit.row, key))
    }
    return _made(policy, fit.span, start, fit.calendar, rule, pauses)


def _name(row: Target, index: int) -> str:
    return f"targets.{row.id if row.id is not None else index}"


def _made(
    policy: Policy,
    span: Span,
    start: datetime,
    calendar: Calendar,
    rule: dict[str, Any],
    pauses: tuple[Interval, ...] = (),
) -> Due | None:
    at = due_at(span, start, calendar, policy.zone, pauses)
    return None if at is None else Due(at, rule, steps(span, start, calendar, policy.zone, pauses))


def _complaint(policy: Policy, measure: str, start: datetime) -> Due | None:
    rules = policy.source.complaints
    for number, stage in enumerate(rules.stages if rules else [], 1):
        stage_id = stage.id or str(number)
        calendar_name = (rules and rules.calendar) or "always"
        for name, span in (
            (f"complaint.{stage_id}.ack", stage.ack),
            (f"complaint.{stage_id}", stage.reply),
        ):
            if name == measure:
                calendar = policy.table.clock(calendar_name, {}, span)
                rule = {
                    "rule": f"complaints.stages.{stage_id}",
                    "span": str(span),
                    "clock": calendar.name,
                    "by": stage.by,
                }
                return _made(policy, span, start, calendar, rule) if span else None
        if stage.reply:
            start = (
                due_at(
                    stage.reply,
                    start,
                    policy.table.clock(calendar_name, {}, stage.reply),
                    policy.zone,
                )
                or start
            )
    return None


def _other(policy: Policy, measure: str, start: datetime, given: Given) -> Due | None:
    file = policy.source
    if measure == "line":
        spec = next((s for s in file.lines if s.id == given.get("line", policy.first_line)), None)
        span, clock, rule = (
            (spec.own_time, spec.own_clock, f"lines.{spec.id}.own_time")
            if spec
            else (None, "always", "")
        )
    elif measure == "provision":
        span, clock, rule = (
            (file.provision.within, file.provision.clock, "provision")
            if file.provision
            else (None, "always", "")
        )
    elif measure == "reopen":
        reopens = file.close.reopen == "reply"
        span, clock, rule = (
            parse_span(f"{policy.closing.reopen_days}d") if reopens else None,
            "always",
            "close.reopen_days",
        )
    else:
        return _closing(policy, measure, start)
    if span is None:
        return None
    calendar = policy.table.clock(clock, _facts(given), span)
    return _made(
        policy, span, start, calendar, {"rule": rule, "span": str(span), "clock": calendar.name}
    )


def _closing(policy: Policy, measure: str, start: datetime) -> Due | None:
    close, rows = policy.source.close, list[dict[str, Any]]()
    spans = (close.remind,) if measure == "remind" else (close.resolve, close.close)
    calendar, at, used = (
        policy.table.clock(close.clock, {}),
        start,
        [span for span in spans if span],
    )
    for span in used:
        rows += steps(span, at, calendar, policy.zone)
        at = due_at(span, at, calendar, policy.zone) or at
    rule = {
        "rule": f"close.{measure}",
        "span": " + ".join(str(span) for span in used),
        "clock": calendar.name,
    }
    return Due(at, rule, rows) if used else None


def policy_due(policy: Policy, given: Given) -> dict[str, Any]:
    """Every measure with its time in the policy's offset, its rule and its calendar steps; null
    where nothing is promised.

    GivenError when the start is missing or a time cannot be read. A time without offset is
    local time of the policy.
    """
    given = {**_door(policy), **given}
    start = start_of(policy, plain(given))
    found = {name: due(policy, name, start, given) for name in measures(policy)}
    first = found["first"]
    alarms = (
        policy.stages(start, first.at, kind="answer", mode=str(given.get("mode", "chat")))
        if first
        else ()
    )
    return {
        "policy": {
            "version": policy.version,
            "company": policy.company,
            "timezone": policy.zone.key,
        },
        "start": stamp(start, policy.zone),
        "measures": {name: _shown(policy, item) for name, item in found.items()},
        "alarms": [{"alarm": name, "at": stamp(at, policy.zone)} for name, at in alarms],
        "notes": notes(policy, given, KNOWN),
    }


def _door(policy: Policy) -> dict[str, Any]:
    """The channel of a situation that names none: the first official one, where requests begin."""
    official = [id for id, channel in policy.channels.items() if channel.status == "official"]
    return {"channel": official[0]} if official else {}


def _shown(policy: Policy, item: Due | None) -> dict[str, Any] | None:
    return (
        None
        if item is None
        else {"due_at": stamp(item.at, policy.zone), "rule": item.rule, "steps": item.steps}
    )


def notes(policy: Policy, given: Given, known: tuple[str, ...]) -> list[str]:
    """What of `given` was not used: keys nobody reads, names the policy does not define."""
    remarks = [
        f"'{str(key)[:40]}' is not used; the keys are {', '.join(known)}"
        for key in given
        if key not in known
    ]
    file = policy.source
    defined = {
        "channel": [c.id for c in file.channels],
        "line": [line.id for line in policy.lines],
        "plan": list(file.plans),
        "priority": list(file.priorities.levels),
        "topic": list(policy.topics),
        "site": list(file.sites),
    }
    for kind, names in defined.items():
        value = given.get(kind)
        if value is not None and names and value not in names:
            remarks.append(
                f"the policy defines no {kind} '{str(value)[:40]}'; it has {', '.join(names)}"
            )
    return remarks


LISTS = ("paused", "facts", "has")


def plain(given: Given) -> Given:
    """The same `given`, its values seen to be words, numbers and, where meant, lists; else
    GivenError.
    """
    for key, value in given.items():
        if key in LISTS and value is not None and not isinstance(value, list):
            raise GivenError(f"{key} must be a list: [...]")
        if key not in LISTS and isinstance(value, (dict, list)):
            raise GivenError(f"{str(key)[:40]} must be a word or a number, not a list or an object")
    return given


def is_timed(given: Given) -> bool:
    """Whether a question says when."""
    return any(given.get(word) is not None for word in START_WORDS)


def start_of(policy: Policy, given: Given) -> datetime:
    """The moment asked about, in the policy's zone; GivenError when it is missing or unreadable."""
    for word in START_WORDS:
        if given.get(word) is not None:
            return moment(policy, given[word], word)
    raise GivenError(
        'given lacks the time of arrival; write {"start": "2026-03-02T10:00:00+02:00"}'
    )


def moment(policy: Policy, value: object, word: str) -> datetime:
    """An RFC 3339 time; without an offset it is local time of the policy."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise GivenError(
            f"{word}: '{str(value)[:40]}' is not a time; write 2026-03-02T10:00:00+02:00"
        ) from None
    if not EARLIEST <= at.year <= LATEST:
        raise GivenError(f"{word}: the year must lie between {EARLIEST} and {LATEST}")
    return (at if at.tzinfo else at.replace(tzinfo=policy.zone)).astimezone(policy.zone)


def _pauses(policy: Policy, given: Given) -> tuple[Interval, ...]:
    pauses: list[Interval] = []
    for pair in cast("list[Any]", given.get("paused") or []):
        if not isinstance(pair, (list, tuple)) or len(cast("list[Any]", pair)) != 2:
            raise GivenError(
                'paused must be pairs of times: [["2026-03-02T10:00:00+02:00", '
                '"2026-03-02T11:00:00+02:00"]]'
            )
        begin, end = (
            moment(policy, value, "paused").astimezone(UTC) for value in cast("list[Any]", pair)
        )
        pauses.append((begin, end))
    return tuple(sorted(pauses))
