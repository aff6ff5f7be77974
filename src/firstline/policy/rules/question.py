"""A question in JSON or YAML read as a situation: strictly, so that a slip of the pen is named and
not answered.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, cast

from firstline.policy.file.fields import uses
from firstline.policy.file.model import PolicyFile
from firstline.policy.rules.closing import BY_ARTICLE
from firstline.policy.rules.identity import CODES
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.scope import codes
from firstline.policy.rules.situation import KEYS, GivenError, Situation
from firstline.policy.text.values import Span, parse_span
from firstline.policy.time.calendars import Interval

Given = Mapping[str, object]
# `received` is the name that the documentation uses; the others are what people try.
START_WORDS = (
    "received", "start", "at", "received_at", "arrived_at", "arrived", "arrival", "time", "now",
)  # fmt: skip
TIMES = (*START_WORDS, "last_word", "work_at", "closed", "bought")
WORDS = (*KEYS, "language", "contact", "code", "for", "item", "subject", "proof", "act", "mode")
NUMBERS = ("minutes", "spend", "used", "balance", "tries", "availability")
SPANS = ("age", "proof_age")
LISTS = ("paused", "escalated", "facts", "has", "down")
KNOWN = ("received", *WORDS, *NUMBERS, *SPANS, *LISTS, "last_word", "work_at", "closed", "bought")
# Fields that have a name of their own in code.
FIELDS = {"for": "purpose", **dict.fromkeys(START_WORDS, "received")}
# What a policy may have none of, in the plural.
UNNAMED = {
    "channel": "channels", "plan": "plans", "priority": "priorities", "site": "sites",
    "country": "countries",
}  # fmt: skip
EARLIEST, LATEST = 1970, 2200
LARGEST = 10**12
# A control character, or half a character: no name of a policy holds one, nor can it be printed.
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def parse_situation(policy: Policy, given: Given) -> Situation:
    """The situation that a question describes: every key known, every value of its kind, every name
    one of the policy's; else GivenError. What is null is not said.
    """
    _check_characters(given)
    fields: dict[str, Any] = {}
    for key, value in given.items():
        if key not in KNOWN and key not in START_WORDS:
            raise GivenError(_unknown(str(key)))
        if value is None:
            continue
        field, parsed = FIELDS.get(key, key), _value(policy, key, value)
        if field == "received" and fields.setdefault(field, parsed) != parsed:
            raise GivenError("given has two different times of arrival; write only received")
        fields[field] = parsed
    _check_names(policy, fields)
    _check_stages(policy, fields)
    return Situation(**fields, reader=fields.get("language", policy.languages[0]))


def require_received(situation: Situation) -> datetime:
    """The moment asked about; GivenError when the question does not say when."""
    if situation.received is None:
        raise GivenError(
            'given lacks the time of arrival; write {"received": "2026-03-02T10:00:00+02:00"}'
        )
    return situation.received


def _check_characters(given: Given) -> None:
    """GivenError for a word, at whatever depth, that nobody could print."""
    rest: list[object] = [given]
    while rest:
        one = rest.pop()
        if isinstance(one, (list, tuple)):
            rest += cast("list[object]", one)  # a list of JSON may hold anything
        elif isinstance(one, Mapping):
            rest += [part for pair in cast("Given", one).items() for part in pair]
        elif isinstance(one, str) and UNWRITABLE.search(one):
            raise GivenError(
                f"{one[:40]!a} holds a control character or half a character; leave it out"
            )


def _check_names(policy: Policy, fields: Mapping[str, Any]) -> None:
    """GivenError for a name that the policy does not have, where it names any of the kind."""
    names = _names(policy)
    for kind, listed in names.items():
        # No plan at all is written as an empty one: what is left out is not known.
        absent = kind == "plan" and not fields.get(kind)
        if listed and kind in fields and not absent and fields[kind] not in listed:
            raise GivenError(f"the policy has no {kind} {_near(fields[kind], listed)}")
    for name in sorted(fields.get("down", ())):
        if names["channel"] and name not in names["channel"]:
            near = _near(name, names["channel"])
            raise GivenError(f"down: the policy has no channel {near}")


def _check_stages(policy: Policy, fields: Mapping[str, Any]) -> None:
    """GivenError for a complaint that went further before it came, or past the last stage."""
    turned, received = fields.get("escalated", ()), fields.get("received")
    rules = policy.source.complaints
    if turned and received and turned[0].astimezone(UTC) < received.astimezone(UTC):
        raise GivenError("escalated: a complaint goes further after it is received")
    if rules and len(turned) >= max(1, len(rules.stages)):
        further = max(0, len(rules.stages) - 1)
        raise GivenError(f"escalated: the policy has {further} further stages; write no more times")


def _unknown(key: str) -> str:
    near = get_close_matches(key, KNOWN, 1, 0.6)
    mend = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KNOWN)}"
    return f"'{key[:40]}' is not a key of given; {mend}"


def _near(value: str, names: list[str]) -> str:
    near = get_close_matches(value, names, 1, 0.6)
    mend = f"did you mean {near[0]}?" if near else f"it has {', '.join(names[:12])}"
    return f"'{value[:40]}'; {mend}"


def _value(policy: Policy, key: str, value: object) -> object:
    if key in LISTS:
        return _list(policy, key, value)
    if isinstance(value, (dict, list, bool)):
        kind = "a number" if key in NUMBERS else "a word in quotes"
        raise GivenError(f"{key} must be {kind}, not a list, an object, true or false")
    if key in NUMBERS:
        return _number(value, key)
    if key in SPANS:
        return _span(key, value)
    if key in TIMES:
        if not isinstance(value, str):
            raise GivenError(f"{key}: write a time in quotes, as in 2026-03-02T10:00:00+02:00")
        return _moment(policy, value, key)
    if key == "mode" and value not in ("chat", "ticket"):
        raise GivenError("mode must be chat or ticket")
    return str(value)


def _list(policy: Policy, key: str, value: object) -> object:
    if not isinstance(value, list):
        raise GivenError(f"{key} must be a list: [...]")
    items = cast("list[object]", value)  # a list of JSON may hold anything
    if key == "escalated":
        return _moments(policy, items, key)
    return _pauses(policy, items) if key == "paused" else frozenset(map(str, items))


def _span(key: str, value: object) -> Span:
    try:
        return value if isinstance(value, Span) else parse_span(str(value))
    except ValueError as problem:
        raise GivenError(f"{key}: {problem}") from None


def _number(value: object, word: str) -> Fraction:
    """A number that is not below zero; GivenError otherwise."""
    try:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError
        number = value if isinstance(value, Fraction) else Fraction(str(value)[:40])
    except (ValueError, ZeroDivisionError):
        raise GivenError(f"{word}: '{str(value)[:40]}' is not a number; write digits") from None
    if not 0 <= number <= LARGEST:
        raise GivenError(f"{word}: write a number from 0 to a million millions")
    if word in ("tries", "used") and number.denominator != 1:
        raise GivenError(f"{word}: write a whole number")
    if word == "availability" and number > 100:
        raise GivenError(f"{word}: write per cent from 0 to 100")
    return number


def _moment(policy: Policy, value: object, word: str) -> datetime:
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


def _moments(policy: Policy, times: list[object], word: str) -> tuple[datetime, ...]:
    """A list of times, each not before the one it follows."""
    found = tuple(_moment(policy, value, word) for value in times)
    if list(found) != sorted(found, key=lambda at: at.astimezone(UTC)):
        raise GivenError(f"{word}: write the times in their order")
    return found


def _pauses(policy: Policy, pairs: list[object]) -> tuple[Interval, ...]:
    """Stretches of time that do not count, in UTC, in order."""
    found: list[Interval] = []
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(cast("list[object]", pair)) != 2:
            raise GivenError(
                'paused must be pairs of times: [["2026-03-02T10:00:00+02:00", '
                '"2026-03-02T11:00:00+02:00"]]'
            )
        times = cast("list[object]", pair)  # the same: what stands in JSON has no type
        begin, end = (_moment(policy, value, "paused").astimezone(UTC) for value in times)
        if end < begin:
            raise GivenError("paused: a pause ends before it begins; swap its two times")
        found.append((begin, end))
    return tuple(sorted(found))


def _names(policy: Policy) -> dict[str, list[str]]:
    """Names by kind; an empty list where the policy defines none, and any may be asked about."""
    file = policy.source
    topics = [name for row in file.targets for name in row.topic]
    topics += [name for part in (*file.channels, *file.lines) for name in part.covers]
    topics += [name for part in file.channels for one in part.variants for name in one.topic]
    levels = [name for row in file.targets for name in row.priority]
    return {
        "channel": list(policy.doors) if file.channels else [],
        "line": [line.id for line in policy.lines],
        "plan": list(file.plans),
        "priority": [*file.priorities.levels, *levels] if file.priorities.levels else [],
        "topic": [*file.topics, *topics, *sorted(codes(file))] if file.topics else [],
        "site": list(file.sites),
    }


def notes(policy: Policy, given: Given, situation: Situation) -> list[str]:
    """What of a question changes nothing, because the policy does not know it."""
    file, names = policy.source, {**_names(policy), "country": sorted(_countries(policy.source))}
    remarks = [
        f"the policy has no rule about the fact '{fact[:40]}'"
        for fact in sorted(situation.facts - _facts(file))
    ]
    remarks += _unknown_words(policy, situation)
    remarks += [
        f"the policy names no {many}, so '{value[:40]}' changes nothing"
        for kind, many in UNNAMED.items()
        if (value := getattr(situation, kind)) is not None and not names.get(kind)
    ]
    remarks += _odd_times(policy, given, situation)
    requesters = {name for row in file.targets for name in row.requester}
    requesters |= {"client", *file.identity.who, *file.identity.never, *file.identity.contacts}
    if situation.requester and situation.requester not in requesters:
        remarks.append(f"the policy says nothing about the requester '{situation.requester[:40]}'")
    return remarks


def _facts(file: PolicyFile) -> set[str]:
    """Every fact of which the prices and the closing speak."""
    said = [
        *(item.when for row in file.paid for item in row.surcharges),
        *(word for row in file.paid for word in (*row.free_when, *row.refund_when, *row.covers)),
    ]
    article = {BY_ARTICLE} if file.close.by_article == "at_once" else set[str]()
    return article | {word for text in said for word in text.split(" and ")}


def _odd_times(policy: Policy, given: Given, situation: Situation) -> list[str]:
    """Local times of arrival that the change of the clocks skips or repeats."""
    text = next((str(given[word]) for word in START_WORDS if given.get(word) is not None), None)
    local = text and datetime.fromisoformat(text)
    if not local or local.tzinfo or situation.received is None:
        return []
    early, late = (local.replace(tzinfo=policy.zone, fold=fold).utcoffset() for fold in (0, 1))
    if early == late:
        return []
    read, zone = situation.received.isoformat(), policy.zone.key
    if read[:16] != local.isoformat()[:16]:
        return [f"{text} does not exist in {zone}, where the clocks skip it: read as {read}"]
    return [f"{text} comes twice in {zone}, where the clocks go back: read as {read}"]


def _proofs(file: PolicyFile) -> set[str]:
    """Every proof of which the policy speaks, those that it always does included."""
    found = {use.text for use in uses(file) if use.ref.group == "proof"}
    return found | {"login", "registered_email", "password", *CODES}


def _countries(file: PolicyFile) -> set[str]:
    """Every country of which a row of times or a channel speaks."""
    rows = [*file.targets, *(other for part in file.channels for other in part.variants)]
    named = {name for row in rows for name in row.country}
    return named | {name for part in file.channels for name in part.countries}


def _unknown_words(policy: Policy, situation: Situation) -> list[str]:
    """Words about which the policy says nothing, each with the nearest about which it does."""
    file, rules = policy.source, policy.source.identity
    covered = {name for part in (*file.channels, *file.lines) for name in part.covers}
    rows = {key: {name for row in file.targets for name in getattr(row, key)} for key in KEYS}
    matters = codes(file) | set(file.topics or ())
    topics = {*matters, *policy.topics, *covered, *rows["topic"], *file.request.by_topic}
    words: list[tuple[str, str | None, set[str]]] = [
        ("code", situation.code, matters),
        ("for", situation.purpose, matters),
        ("topic", situation.topic, topics),
        ("act", situation.act,
         {*rules.only, *rules.documents, *(rules.pin.not_for if rules.pin else ())}),
        ("proof", situation.proof, _proofs(file) if situation.proof else set()),
        ("subject", situation.subject, set(file.complaints.within if file.complaints else ())),
        ("service", situation.service, rows["service"]),
        ("contact", situation.contact, {*rules.contacts, *rules.who} and
         {"owner", *rules.contacts, *rules.who, *rules.never}),
        ("country", situation.country, _countries(file)),
    ]  # fmt: skip
    return [
        f"the policy says nothing about the {kind} {_near(value, sorted(names))}"
        for kind, value, names in words
        if names and value is not None and value not in names
    ]
