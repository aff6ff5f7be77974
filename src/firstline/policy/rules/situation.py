"""The `given` of a question: read strictly, so that a slip of the pen is told and not answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, cast

from firstline.policy.file.doors import supported, variant
from firstline.policy.file.model import PolicyFile
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.targets import KEYS
from firstline.policy.text.values import Span, parse_local, parse_span
from firstline.policy.time.calendars import Interval

Given = Mapping[str, Any]
# `received` is the name that the documentation uses; the others are what people try.
START_WORDS = (
    "received", "start", "at", "received_at", "arrived_at", "arrived", "arrival", "time", "now",
)  # fmt: skip
TIMES = (*START_WORDS, "last_word", "work_at", "closed")
WORDS = (*KEYS, "language", "code", "for", "item", "subject", "proof", "act", "mode")
NUMBERS = ("minutes", "spend", "used", "tries", "availability")
SPANS = ("age", "proof_age")
LISTS = ("paused", "escalated", "facts", "has", "down")
KNOWN = ("received", *WORDS, *NUMBERS, *SPANS, *LISTS, "last_word", "work_at", "closed")
# What a policy may have none of, in the plural.
UNNAMED = {
    "channel": "channels", "plan": "plans", "priority": "priorities", "site": "sites",
    "country": "countries",
}  # fmt: skip
EARLIEST, LATEST = 1970, 2200
LARGEST = 10**12


class GivenError(ValueError):
    """The `given` of a question lacks something or has a value that cannot be read; the text
    says what to write.
    """


def plain(policy: Policy, given: Given) -> dict[str, Any]:
    """The same `given` without what is null: every key known, every value of its kind, every name
    one of the policy's; else GivenError.
    """
    read: dict[str, Any] = {}
    for key, value in given.items():
        if key not in KNOWN and key not in TIMES:
            raise GivenError(_unknown(str(key)))
        if value is not None:
            read[key] = _value(key, value)
    if len({str(read[word]) for word in START_WORDS if word in read}) > 1:
        raise GivenError("given has two different times of arrival; write only received")
    _names(policy, read)
    for word in TIMES:
        if word in read:
            moment(policy, read[word], word)
    pauses(policy, read)
    moments(policy, read, "escalated")
    return read


def _names(policy: Policy, read: Given) -> None:
    """GivenError for a name that the policy does not have, where it names any of the kind."""
    names = defined(policy)
    for kind, known in names.items():
        if known and kind in read and read[kind] not in known:
            raise GivenError(f"the policy has no {kind} {_near(read[kind], known)}")
    for name in sorted(words_of(read, "down")):
        if names["channel"] and name not in names["channel"]:
            near = _near(name, names["channel"])
            raise GivenError(f"down: the policy has no channel {near}")


def _unknown(key: str) -> str:
    near = get_close_matches(key, KNOWN, 1, 0.6)
    mend = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KNOWN)}"
    return f"'{key[:40]}' is not a key of given; {mend}"


def _near(value: str, names: list[str]) -> str:
    near = get_close_matches(value, names, 1, 0.6)
    mend = f"did you mean {near[0]}?" if near else f"it has {', '.join(names[:12])}"
    return f"'{value[:40]}'; {mend}"


def _value(key: str, value: object) -> object:
    if key in LISTS:
        if not isinstance(value, list):
            raise GivenError(f"{key} must be a list: [...]")
        return cast("list[object]", value)
    if isinstance(value, (dict, list, bool)):
        kind = "a number" if key in NUMBERS else "a word in quotes"
        raise GivenError(f"{key} must be {kind}, not a list, an object, true or false")
    if key in NUMBERS:
        return number(value, key)
    if key in SPANS:
        return _span(key, value)
    if key in TIMES and not isinstance(value, str):
        raise GivenError(f"{key}: write a time in quotes, as in 2026-03-02T10:00:00+02:00")
    if key == "mode" and value not in ("chat", "ticket"):
        raise GivenError("mode must be chat or ticket")
    return str(value)


def _span(key: str, value: object) -> Span:
    try:
        return value if isinstance(value, Span) else parse_span(str(value))
    except ValueError as problem:
        raise GivenError(f"{key}: {problem}") from None


def number(value: object, word: str) -> Fraction:
    """A number that is not below zero; GivenError otherwise."""
    try:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError
        read = value if isinstance(value, Fraction) else Fraction(str(value)[:40])
    except (ValueError, ZeroDivisionError):
        raise GivenError(f"{word}: '{str(value)[:40]}' is not a number; write digits") from None
    if not 0 <= read <= LARGEST:
        raise GivenError(f"{word}: write a number from 0 to a million millions")
    if word in ("tries", "used") and read.denominator != 1:
        raise GivenError(f"{word}: write a whole number")
    if word == "availability" and read > 100:
        raise GivenError(f"{word}: write per cent from 0 to 100")
    return read


def defined(policy: Policy) -> dict[str, list[str]]:
    """Names by kind; an empty list where the policy defines none, and any may be asked about."""
    file = policy.source
    topics = [name for row in file.targets for name in row.topic]
    topics += [name for part in (*file.channels, *file.lines) for name in part.covers]
    codes = sorted(codes_of(file))
    levels = [name for row in file.targets for name in row.priority]
    return {
        "channel": list(policy.doors) if file.channels else [],
        "line": [line.id for line in file.lines],
        "plan": list(file.plans),
        "priority": [*file.priorities.levels, *levels] if file.priorities.levels else [],
        "topic": [*file.topics, *topics, *codes] if file.topics else [],
        "site": list(file.sites),
    }


def is_timed(given: Given) -> bool:
    """Whether a question says when."""
    return any(given.get(word) is not None for word in START_WORDS)


def start_of(policy: Policy, given: Given) -> datetime:
    """The moment asked about, in the policy's zone; GivenError when it is missing or unreadable."""
    for word in START_WORDS:
        if given.get(word) is not None:
            return moment(policy, given[word], word)
    raise GivenError(
        'given lacks the time of arrival; write {"received": "2026-03-02T10:00:00+02:00"}'
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
    # By way of UTC: a local time that the change of the clocks skips is the moment after it.
    aware = at if at.tzinfo else at.replace(tzinfo=policy.zone)
    return aware.astimezone(UTC).astimezone(policy.zone)


def support(policy: Policy, given: Given) -> bool:
    """False for a plan without support, and for one that has ended by the time asked about."""
    plan = policy.source.plans.get(str(given.get("plan", "")))
    if plan is not None and plan.ends and is_timed(given):
        local = start_of(policy, given).replace(tzinfo=None)
        last = parse_local(plan.ends) + timedelta(days="T" not in plan.ends)
        if local >= last:
            return False
    return supported(policy.source, str(given.get("plan", "")))


def unpromised(policy: Policy, given: Given) -> str:
    """Why no row of the table is asked: the plan has no support, or the channel is refused; empty
    where one is.
    """
    if not support(policy, given):
        return f"the plan '{str(given['plan'])[:40]}' has no support, so nothing is promised"
    spec = policy.doors.get(str(given.get("channel", "")))
    status = spec and (variant(spec, given, "status") or spec).status
    if spec and status == "refused":
        return f"requests by {spec.id} are refused, so nothing is promised"
    return ""


def pauses(policy: Policy, given: Given) -> tuple[Interval, ...]:
    """Stretches of time that do not count, in UTC, in order."""
    found: list[Interval] = []
    for pair in cast("list[Any]", given.get("paused") or []):
        if not isinstance(pair, (list, tuple)) or len(cast("list[Any]", pair)) != 2:
            raise GivenError(
                'paused must be pairs of times: [["2026-03-02T10:00:00+02:00", '
                '"2026-03-02T11:00:00+02:00"]]'
            )
        begin, end = (
            moment(policy, value, "paused").astimezone(UTC) for value in cast("list[Any]", pair)
        )
        if end < begin:
            raise GivenError("paused: a pause ends before it begins; swap its two times")
        found.append((begin, end))
    return tuple(sorted(found))


def moments(policy: Policy, given: Given, word: str) -> tuple[datetime, ...]:
    """A list of times, each not before the one it follows."""
    found = tuple(moment(policy, value, word) for value in cast("list[Any]", given.get(word) or []))
    if list(found) != sorted(found, key=lambda at: at.astimezone(UTC)):
        raise GivenError(f"{word}: write the times in their order")
    return found


def words_of(given: Given, key: str) -> set[str]:
    """A list of `given` as a set of words."""
    return {str(item) for item in cast("list[Any]", given.get(key) or [])}


def notes(policy: Policy, given: Given) -> list[str]:
    """What of `given` changes nothing, because the policy does not know it."""
    file, named = policy.source, defined(policy)
    named["country"] = sorted(_countries(file))
    said = [
        *(item.when for row in file.paid for item in row.surcharges),
        *(word for row in file.paid for word in (*row.free_when, *row.refund_when, *row.covers)),
    ]
    facts = {word for text in said for word in text.split(" and ")}
    remarks = [
        f"the policy has no rule about the fact '{fact[:40]}'"
        for fact in sorted(words_of(given, "facts") - facts)
    ]
    remarks += _unheard(policy, given)
    remarks += [
        f"the policy names no {many}, so '{str(given[kind])[:40]}' changes nothing"
        for kind, many in UNNAMED.items()
        if given.get(kind) is not None and not named.get(kind)
    ]
    if reason := unpromised(policy, given):
        remarks.append(reason)
    remarks += _odd_times(policy, given)
    requesters = {name for row in file.targets for name in row.requester}
    requesters |= {"client", *file.identity.who, *file.identity.never, *file.identity.contacts}
    if given.get("requester") and given["requester"] not in requesters:
        remarks.append(f"the policy says nothing about the requester '{given['requester'][:40]}'")
    return remarks


def _odd_times(policy: Policy, given: Given) -> list[str]:
    """Local times of arrival that the change of the clocks skips or repeats."""
    said = next((str(given[word]) for word in START_WORDS if given.get(word) is not None), None)
    local = said and datetime.fromisoformat(said)
    if not local or local.tzinfo:
        return []
    early, late = (local.replace(tzinfo=policy.zone, fold=fold).utcoffset() for fold in (0, 1))
    if early == late:
        return []
    read = start_of(policy, given).isoformat()
    if read[:16] != local.isoformat()[:16]:
        return [
            f"{said} does not exist in {policy.zone.key}, where the clocks skip it: read as {read}"
        ]
    return [f"{said} comes twice in {policy.zone.key}, where the clocks go back: read as {read}"]


def codes_of(file: PolicyFile) -> set[str]:
    """Every code a verdict can be given on: those of scope, of any plan, and of prices."""
    rules = file.scope
    plans = {code for plan in rules.by_plan.values() for code in (*plan.include, *plan.out)}
    return {*rules.include, *rules.out, *plans, *(word for row in file.paid for word in row.covers)}


def _countries(file: PolicyFile) -> set[str]:
    """Every country of which a row of times or a channel speaks."""
    rows = [*file.targets, *(other for part in file.channels for other in part.variants)]
    named = {name for row in rows for name in row.country}
    return named | {name for part in file.channels for name in part.countries}


def _unheard(policy: Policy, given: Given) -> list[str]:
    """Words about which the policy says nothing, each with the nearest about which it does."""
    file, rules = policy.source, policy.source.identity
    covered = {name for part in (*file.channels, *file.lines) for name in part.covers}
    rows = {key: {name for row in file.targets for name in getattr(row, key)} for key in KEYS}
    matters = codes_of(file)
    known: dict[str, set[str]] = {
        "code": matters | set(file.topics or ()),
        "for": matters | set(file.topics or ()),
        "topic": {*matters, *policy.topics, *covered, *rows["topic"], *file.request.by_topic},
        "act": {*rules.only, *rules.documents, *(rules.pin.not_for if rules.pin else ())},
        "subject": set(file.complaints.within if file.complaints else ()),
        "service": rows["service"],
        "country": _countries(file),
    }
    return [
        f"the policy says nothing about the {kind} {_near(str(given[kind]), sorted(names))}"
        for kind, names in known.items()
        if names and kind in given and given[kind] not in names
    ]
