"""What one request proves: its log and the policy of its arrival give pieces of evidence. Pure.

Each measure is a function here; `words.py` says the same to people. Whoever changes what one of
them means moves `DEFINITION`, and everything is read anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest

from firstline.policy import Policy
from firstline.policy.rules.closing import closing_steps
from firstline.policy.text.values import parse_span
from firstline.promises import Obligation, first_line_of, obligations
from firstline.reports.links import link_evidence
from firstline.reports.model import Evidence, Verdict
from firstline.requests import REFUSED, TAKEN_BACK
from firstline.timeline import Entry, Request, holds_seal, read_erasures

DEFINITION = 8
# Neither solved nor passed on: nobody can tell by them what a line can do.
NOT_SOLVED = frozenset({"duplicate", "withdrawn", REFUSED})
# An automatic closing is on time when it comes within this of its due time.
PROMPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A request with its whole log, and the policy it is judged by."""

    policy: Policy
    request: Request
    entries: Sequence[Entry]


def judge(policy: Policy, request: Request, entries: Sequence[Entry]) -> list[Evidence]:
    """Every piece of evidence in a request, measure by measure."""
    case = Case(policy, request, entries)
    if not entries:
        return [_whole(case)]
    promises = obligations(policy, request, entries)
    return [
        *_answers(case, promises),
        *_notices(case, promises),
        *_second(case, promises),
        *_order(case),
        *_beginning(case),
        *_handed_on(case),
        *_solved_evidence(case),
        *_silence(case),
        *link_evidence(case.policy, list(_with_line(case))),
        *_refusals(case),
        *_conduct(case),
        *_served(case),
        _whole(case),
    ]


def _of_promise(
    case: Case, promise: Obligation, measure: str, verdict: Verdict, part: str, rule: str = ""
) -> Evidence:
    return Evidence(
        measure, case.request.no, promise.no, promise.line, promise.by_id, promise.due_at,
        verdict, part, rule, promise.since, promise.ended_no, promise.ended_at,
    )  # fmt: skip


def _in_time(promise: Obligation) -> bool:
    return promise.ended_at is not None and promise.ended_at <= promise.due_at


def _verdict(promise: Obligation) -> Verdict:
    """Told in time that it takes longer, or not wanted any more: neither kept nor broken."""
    if promise.ending is None:
        return "open"
    if not _in_time(promise):
        return "broken"
    return "kept" if promise.ending in ("answered", "closed") else "aside"


def _answers(case: Case, promises: list[Obligation]) -> Iterator[Evidence]:
    door = case.policy.doors.get(case.request.channel)
    for promise in promises:
        if promise.kind != "answer":
            continue
        verdict = _verdict(promise)
        part = "first" if promise.first else "later"
        yield _of_promise(case, promise, "answers", verdict, part, promise.rule)
        if promise.no == 1 and door is not None:
            main = door.door_of or door.id
            yield _of_promise(case, promise, "attended", verdict, part, main)


def _notices(case: Case, promises: list[Obligation]) -> Iterator[Evidence]:
    """Answers that needed more time: was the client told so before, with reason and new time?"""
    reasons = {e.no: e.data.get("reason", "") for e in case.entries if e.kind == "delay_notice"}
    early = _before(case.policy)
    for promise in promises:
        if promise.kind != "answer" or (promise.ending != "notice" and _in_time(promise)):
            continue
        verdict: Verdict = "broken"
        if promise.ending is None:
            verdict = "open"
        elif promise.ending == "notice" and promise.ended_at is not None:
            verdict = "kept" if promise.ended_at <= promise.due_at - early else "broken"
        reason = reasons.get(promise.ended_no or 0, "")
        yield _of_promise(case, promise, "notices", verdict, reason, promise.rule)


def _before(policy: Policy) -> timedelta:
    """How long before the due time the notice must be sent; other words mean until then."""
    try:
        span = parse_span(policy.source.delay.send_before or "")
    except ValueError:
        return timedelta()
    return timedelta(seconds=span.rough_seconds)


def _second(case: Case, promises: list[Obligation]) -> Iterator[Evidence]:
    for promise in promises:
        if promise.kind == "delay":
            yield _of_promise(case, promise, "second", _verdict(promise), "")


def _at(
    case: Case, entry: Entry, line: str, measure: str, kept: bool, part: str = "", rule: str = ""
) -> Evidence:
    verdict: Verdict = "kept" if kept else "broken"
    return Evidence(
        measure, case.request.no, entry.no, line, entry.by_id, entry.at, verdict, part, rule
    )


def _with_line(case: Case) -> Iterator[tuple[Entry, str]]:
    """Each entry with the line in which the request stood before it."""
    line = first_line_of(case.request, case.entries)
    for entry in case.entries:
        yield entry, line
        if entry.kind in ("handed_over", "sent_back"):
            line = entry.data["line"]


def _order(case: Case) -> Iterator[Evidence]:
    for entry, line in _with_line(case):
        if entry.kind == "taken":
            departed = bool(entry.data.get("passed"))
            part = entry.data.get("departure", "") if departed else ""
            yield _at(case, entry, line, "order", not departed, part)


def _beginning(case: Case) -> Iterator[Evidence]:
    if "of" in case.entries[0].data:
        return  # it was split off from another, which tells where it began
    first, line = case.entries[0], first_line_of(case.request, case.entries)
    channel = case.request.channel
    entrance = case.policy.entry_line(channel, first.at)
    yield _at(case, first, line, "began", line == entrance, rule=channel)
    passed_on = any(entry.kind == "handed_over" for entry in case.entries)
    as_chat = case.request.mode == "chat" or passed_on
    yield _at(case, first, line, "chat_first", as_chat, rule=channel)


def _handed_on(case: Case) -> Iterator[Evidence]:
    """One line up, with words about what was tried, and not sent back as a poor hand-over."""
    moves = [e for e in case.entries if e.kind in ("handed_over", "sent_back")]
    for entry, following in zip_longest(moves, moves[1:]):
        if entry.kind != "handed_over":
            continue
        below = entry.data["line_from"]
        poor = following is not None and following.kind == "sent_back"
        right = entry.data["line"] == case.policy.next_line(below) and bool(entry.body.strip())
        part = "sent_back" if poor else "" if right else "not_the_way"
        yield _at(case, entry, below, "handed_on", right and not poor, part)


def _solved_evidence(case: Case) -> Iterator[Evidence]:
    """The first closing: by which highest line, and when it was reopened. The figure's own line
    and days are looked at when it is counted, for they may be changed in the policy.
    """
    rank = {line: place for place, line in enumerate(_upwards(case.policy))}
    highest = first_line_of(case.request, case.entries)
    closed: tuple[Entry, str] | None = None
    again: Entry | None = None
    for entry, line in _with_line(case):
        if closed is None:
            highest = max(highest, line, key=lambda one: rank.get(one, -1))
            closed = (entry, line) if entry.kind == "closed" else None
        elif entry.kind == "reopened":
            again = again or entry
    if closed is not None:
        last, line = closed
        aside = last.data.get("outcome") in NOT_SOLVED
        yield Evidence(
            "solved", case.request.no, last.no, line, last.by_id, last.at,
            "aside" if aside else "kept", highest, last.data.get("outcome", ""),
            case.request.arrived_at, again and again.no, again and again.at,
        )  # fmt: skip


def _refusals(case: Case) -> Iterator[Evidence]:
    """Every refusal by the staff: did it stand, did the client dispute it, or did we take it back?

    What comes first after it counts: words of the client, or a reopening by the staff.
    """
    refusal: Evidence | None = None
    for entry, line in _with_line(case):
        if entry.side == "staff" and entry.data.get("outcome") == REFUSED:
            yield from [refusal] if refusal else []
            rule = entry.data.get("code") or ""
            refusal = _at(case, entry, line, "refused", kept=True, rule=rule)
        elif (
            refusal is not None and refusal.ended_no is None and entry.kind in ("said", "reopened")
        ):
            refusal = _after_refusal(refusal, entry)
    yield from [refusal] if refusal else []


def _after_refusal(refusal: Evidence, entry: Entry) -> Evidence:
    if entry.side == "client":
        verdict, part = "broken", "disputed"
    elif entry.side == "staff" and entry.kind == "reopened":
        verdict, part = "aside", "taken_back"
    else:
        return refusal
    return replace(refusal, verdict=verdict, part=part, ended_no=entry.no, ended_at=entry.at)


def _conduct(case: Case) -> Iterator[Evidence]:
    """Every step by a rule of conduct: does it stand, or was it taken back?"""
    found: dict[int, Evidence] = {}
    for entry, line in _with_line(case):
        step, rule = entry.data.get("conduct", ""), entry.data.get("code", "")
        if step == TAKEN_BACK:
            taken = found[entry.data["takes_back"]]
            found[taken.no] = replace(taken, verdict="broken", ended_no=entry.no, ended_at=entry.at)
        elif step:
            found[entry.no] = _at(case, entry, line, "conduct", kept=True, part=step, rule=rule)
    yield from found.values()


def _served(case: Case) -> Iterator[Evidence]:
    """The first closing: was the matter dealt with by a person, and not refused without a rule?"""
    answered = False
    for entry, line in _with_line(case):
        words = entry.side == "staff" and entry.audience == "all" and bool(entry.body.strip())
        answered = answered or (words and entry.kind in ("said", "closed"))
        if entry.kind == "closed":
            outcome = entry.data.get("outcome", "")
            evidence = _at(case, entry, line, "served", answered, outcome, case.request.topic)
            if outcome == REFUSED and not entry.data.get("code"):
                evidence = replace(evidence, verdict="broken")
            elif outcome in NOT_SOLVED:
                evidence = replace(evidence, verdict="aside")
            yield evidence
            return


def _upwards(policy: Policy) -> list[str]:
    """The ladder from the first line up, whatever the order in the file."""
    found: list[str] = []
    name: str | None = policy.first_line
    while name is not None and name not in found:
        found.append(name)
        name = policy.next_line(name)
    return found


def _silence(case: Case) -> Iterator[Evidence]:
    """Reminders and closings by the desk itself: at the policy's times after our last word."""
    since, reminded = case.entries[0], False
    for entry, line in _with_line(case):
        if entry.side == "system" and entry.kind in ("said", "closed"):
            stage = "remind" if entry.kind == "said" else "close"
            due = dict(closing_steps(case.policy, since.at))
            due_at = due.get(stage)
            prompt = due_at is not None and due_at <= entry.at <= due_at + PROMPT
            prompt = prompt and (stage == "remind" or reminded or "remind" not in due)
            prompt = prompt and since.data.get("turn") != "us"
            yield _at(case, entry, line, "silence", prompt, stage)
            reminded = stage == "remind"
        elif entry.kind in ("said", "opened") and entry.audience == "all":
            since, reminded = entry, False


def _whole(case: Case) -> Evidence:
    whole = is_whole(case.request, case.entries)
    first = case.entries[0] if case.entries else None
    return Evidence(
        "whole", case.request.no, 1, case.request.line, first.by_id if first else None,
        case.request.arrived_at, "kept" if whole else "broken",
    )  # fmt: skip


def is_whole(request: Request, entries: Sequence[Entry]) -> bool:
    """Numbered without gaps up to the head, each entry with the seal it was written with.

    Entries may have been added since the request was read.
    """
    numbers = [entry.no for entry in entries]
    erased = read_erasures([entry.data for entry in entries if entry.kind == "redacted"])
    return (
        len(numbers) >= request.head
        and numbers == list(range(1, len(numbers) + 1))
        and all(holds_seal(entry, erased) for entry in entries)
    )
