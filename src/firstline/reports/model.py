"""Which clause is measured by what, read from the paths of its rules: any company's file works.

A view is a measure narrowed to what the clause speaks of; a clause without any cannot be proved
from the log, and has no page of evidence.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID

from firstline.policy import Policy
from firstline.policy.file.doors import DOORS, ONE_EACH, SORTED_BY, ways
from firstline.policy.page.published import BUILT_IN
from firstline.policy.page.writing import drafts_of
from firstline.policy.rules.closing import closing_steps, reopening
from firstline.policy.rules.conduct import has_conduct

MEASURES = (
    "answers attended notices second order began chat_first handed_on solved silence whole linked "
    "opened votes needless refused conduct served asked_back facts_read"
).split()
Verdict = Literal["kept", "broken", "open", "aside"]
VERDICTS: tuple[Verdict, ...] = ("kept", "broken", "open", "aside")
ON_TIME = re.compile(r"on_time(?:\((first|next|answer)?\))?")
AVERAGE = re.compile(r"average\((first|answer)\)")
SOLVED_BY = re.compile(r"solved_by\((.+)\)")


@dataclass(frozen=True, slots=True)
class View:
    """One measure as a clause means it.

    `rules` narrow it to rows of the table or to channels, `part` to first or later answers. For
    `solved`: by which line; for it and `linked`: in how many days a reopening takes it back.
    """

    measure: str
    rules: tuple[str, ...] = ()
    part: str | None = None
    solver: str | None = None
    within: timedelta | None = None

    @property
    def source(self) -> str:
        """The measure of the evidence that is looked at: links tell whether they were opened."""
        return "linked" if self.measure == "opened" else self.measure

    @property
    def by_article(self) -> bool:
        """Whether its parts are articles."""
        return self.measure in ("linked", "opened", "votes", "needless")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One time that a clause applied, told by an entry of a request.

    It counts at `at`: for what has a due time that time, else when it happened. `open` turns into
    broken at `at`. `ended_at` is when it was done; for `solved`, when it was reopened.
    """

    measure: str
    request_no: int
    no: int
    line: str
    person: UUID | None
    at: datetime
    verdict: Verdict
    part: str = ""
    rule: str = ""
    since: datetime | None = None
    ended_no: int | None = None
    ended_at: datetime | None = None


# A version of the policy never changes, and writing its clauses takes milliseconds.
@lru_cache(64)
def views(policy: Policy, *, published: bool = False) -> dict[str, tuple[View, ...]]:
    """The measures of every clause that has any, by the clause's id.

    `published` leaves out figures that the policy does not want computed for clients.
    """
    found: dict[str, tuple[View, ...]] = {}
    for name, paths in _clauses(policy):
        merged: dict[str, View] = {}
        for view in (view for path in paths for view in _views(policy, path, published)):
            known = merged.get(view.measure, view)
            merged[view.measure] = replace(known, rules=_both(known.rules, view.rules))
        if merged:
            found[name] = tuple(merged.values())
    return found


def _clauses(policy: Policy) -> Iterator[tuple[str, Iterable[str]]]:
    """Ids and paths of the rules of all clauses: the file's own, and those that are written from
    its rules.
    """
    for clause in policy.source.clauses:
        yield clause.id, [f"{p}.{clause.id}" if p == BUILT_IN else p for p in clause.rule]
    for draft in drafts_of(policy, policy.languages[0]):
        yield draft.id, [path for sentence in draft.sentences for path in sentence.paths]


@lru_cache(64)
def stats_of_clauses(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Ids of the published figures that each clause tells, by the clause's id."""
    names = [stat.id or str(i) for i, stat in enumerate(policy.source.stats)]
    found: dict[str, tuple[str, ...]] = {}
    for clause, paths in _clauses(policy):
        heads = [path.removeprefix("stats.") for path in paths if path.startswith("stats.")]
        stats = [n for n in names if any(h == n or h.startswith(f"{n}.") for h in heads)]
        if stats:
            found[clause] = tuple(stats)
    return found


def provable(policy: Policy) -> frozenset[str]:
    """Ids of the clauses that can be kept or broken, and have a page of evidence for it."""
    return frozenset(views(policy, published=True))


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """No rules at all are all rules."""
    return tuple(dict.fromkeys((*one, *other))) if one and other else ()


def _views(policy: Policy, path: str, published: bool) -> Iterator[View]:
    head, _, rest = path.partition(".")
    yield from _of_wiki(policy, path)
    by_head = {"targets": _targets, "lines": _lines, "channels": _channels, "scope": _scope,
               "request": _request}  # fmt: skip
    if head in by_head:
        yield from by_head[head](policy, rest)
    elif head == "stats":
        yield from _stats(policy, rest, published)
    elif path == "order":
        # Whoever sorts by what the desk does not know cannot be proved by it.
        yield from [View("order")] if {*policy.source.order} <= SORTED_BY.keys() | ONE_EACH else []
    elif head == "delay":
        yield from _delay(rest)
    elif path in ("close", "close.remind", "close.resolve", "close.close"):
        yield from [View("silence")] if closing_steps(policy, _ANY_TIME) else []
    elif path in ("history", "history.saved"):
        yield View("whole")
    elif path == "refuse" and policy.source.refuse:
        yield View("refused", rules=tuple(policy.source.refuse))
    elif head == "conduct" and has_conduct(policy):
        yield View("conduct", rules=tuple(policy.source.conduct.triggers))


def _request(policy: Policy, rest: str) -> Iterator[View]:
    if rest.partition(".")[0] in ("must", "by_topic"):
        yield from (View("asked_back"), View("facts_read"))
    elif rest == "kb_first" and policy.source.request.kb_first != "no":
        yield View("needless")


def _of_wiki(policy: Policy, path: str) -> Iterator[View]:
    if path in (f"{BUILT_IN}.answer.wiki", "close.by_article"):
        yield from link_views(policy)
    elif path == f"{BUILT_IN}.wiki.helpful":
        yield View("votes")


def link_views(policy: Policy) -> tuple[View, View]:
    """What links to articles did, and whether they were opened."""
    return View("linked", within=reopening_days(policy)), View("opened")


def reopening_days(policy: Policy) -> timedelta:
    """How long after a closing words of the client open the request again; then it stays as it is.
    Nothing where that has no limit: nobody waits for what may never end.
    """
    limit = reopening(policy)
    span = limit.span if limit else None
    return timedelta(seconds=span.rough_seconds) if span else timedelta()


_ANY_TIME = datetime.fromisoformat("2026-01-05T12:00:00+00:00")


def _targets(policy: Policy, rest: str) -> Iterator[View]:
    for i, row in enumerate(policy.source.targets):
        names = dict.fromkeys((row.id or str(i), str(i)))
        paths = {f"{name}{field}" for name in names for field in ("", ".first", ".next", ".clock")}
        if (row.first or row.next) and (rest == "" or rest in paths):
            yield View("answers", rules=(row.id or str(i),))


def _stats(policy: Policy, rest: str, published: bool) -> Iterator[View]:
    for i, stat in enumerate(policy.source.stats):
        name = stat.id or str(i)
        named = rest in ("", name) or rest.startswith(f"{name}.")
        if named and (stat.publish in ("computed", "both") or not published):
            view = view_of(policy, stat.measure, stat.within_days)
            yield from [view] if view else []


def view_of(policy: Policy, measure: str, within_days: int | None = None) -> View | None:
    """The view of a published figure such as solved_by(first); None when the log has no such."""
    days = policy.first_line_days if within_days is None else within_days
    if (found := SOLVED_BY.fullmatch(measure)) and found[1] in {line.id for line in policy.lines}:
        return View("solved", solver=found[1], within=timedelta(days=days))
    if found := ON_TIME.fullmatch(measure):
        part = {"first": "first", "next": "later"}.get(found[1] or "")
        return View("answers", part=part)
    return None


def _lines(policy: Policy, rest: str) -> Iterator[View]:
    line = next((line for line in policy.lines if line.id == rest.removesuffix(".from")), None)
    if rest == "" or (line and line.id == policy.first_line):
        yield View("began")
    elif line and not line.parallel:
        yield View("handed_on")


def _channels(policy: Policy, rest: str) -> Iterator[View]:
    for channel in policy.source.channels:
        own = channel.status == "official"
        if rest == f"{channel.id}.line" and own and channel.opened_by == "client":
            yield View("began", rules=_ways(policy, channel.id))
        elif rest in (f"{channel.id}.becomes", f"{channel.id}.opened_by"):
            if channel.becomes == "ticket" or channel.opened_by == "staff":
                yield View("chat_first")
        elif rest == f"{channel.id}.calendar" and own and channel.id in _doors(policy):
            yield View("attended", rules=(channel.id,))


def _ways(policy: Policy, channel: str) -> tuple[str, ...]:
    """The channel itself, and those that are doors of it."""
    doors = (name for name in policy.doors if channel in ways(policy.doors, name))
    return tuple(dict.fromkeys((channel, *doors)))


def _doors(policy: Policy) -> set[str]:
    """The channels by which requests come in at this desk; the others are doors of these."""
    specs = (policy.doors[name] for name in DOORS if name in policy.doors)
    return {spec.door_of or spec.id for spec in specs}


def _scope(policy: Policy, rest: str) -> Iterator[View]:
    """What is refused by its codes; what is part of support by the topics of its requests."""
    rules = policy.source.scope
    head, _, code = rest.partition(".")
    refused = [name for name in rules.out if rest in ("out", f"out.{name}")]
    for plan, own in rules.by_plan.items():
        refused += own.out if rest in ("by_plan", f"by_plan.{plan}", f"by_plan.{plan}.out") else []
    for index, row in enumerate(rules.when):
        named = rest in ("when", f"when.{index}.in", f"when.{index}.out")
        refused += [*row.only, *row.out] if named else []
    if refused:
        yield View("refused", rules=tuple(dict.fromkeys(refused)))
    if head in ("in", "topics") and code:
        topics = rules.topics.get(code) or [name for name in policy.topics if name == code]
        yield from [View("served", rules=tuple(topics))] if topics else []


def _delay(rest: str) -> Iterator[View]:
    if rest in ("", "send_before", "must", "reasons", "repeat", "longest"):
        yield View("notices")
        yield View("second")
    elif rest == "second_miss":
        yield View("second")
