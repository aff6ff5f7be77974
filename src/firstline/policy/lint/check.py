"""The linter: what in a policy file is missing, contradictory or cannot be reached. Codes are
stable.

The numbers in the docstrings are those of the fifteen findings the published texts suggest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.reading import MOST_FINDINGS, parse
from firstline.policy.lint.base import Lint, Rule
from firstline.policy.lint.hours import RULES as HOURS
from firstline.policy.lint.open_points import RULES as OPEN_POINTS
from firstline.policy.lint.rules import RULES as OTHERS
from firstline.policy.lint.targets import RULES as TARGETS
from firstline.policy.lint.topics import RULES as TOPICS
from firstline.policy.lint.words import RULES as WORDS
from firstline.policy.page.published import BUILT_IN, PLACEHOLDER, exists
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.scope import Scope, scope
from firstline.policy.rules.situation import Situation
from firstline.policy.text.countries import EMPTY_FROM
from firstline.policy.text.finding import Finding, PolicyError
from firstline.policy.text.values import MINUTES_A_DAY, parse_local
from firstline.policy.time.weekly import hole_words, holes, missing_pieces

NEVER = 9999
COMPUTABLE = ("solved_by", "on_time", "average", "answered")


def check(text: str, now: datetime) -> list[Finding]:
    """Every finding about a policy text in the order of its lines: errors first read, then the
    linter's. Never raises.
    """
    try:
        file, document = parse(text)
    except PolicyError as problem:
        return problem.findings
    lint = Lint(file, document, Policy(file), now)
    found = {finding for rule in RULES for finding in rule(lint)}
    in_order = sorted(found, key=lambda f: (f.line, f.column, f.code))
    if len(found) > MOST_FINDINGS:
        in_order.sort(key=lambda f: f.severity != "error")
    return in_order[:MOST_FINDINGS]


def _zones(lint: Lint) -> Iterator[Finding]:
    """1. A window without a time zone."""
    if lint.file.policy.timezone:
        return
    for name, spec in lint.file.calendars.items():
        site = lint.file.sites.get(spec.site or "")
        if spec.timezone or (site and site.timezone):
            continue
        if (spec.days or spec.seasons) and not lint.policy.calendars[name].always:
            message = (
                f"calendar {name} has windows but nothing says in which time zone; "
                "write policy.timezone, for example Europe/Kyiv"
            )
            yield lint.error("window-without-zone", ("calendars", name), message)


def _scope(lint: Lint) -> Iterator[Finding]:
    """8. A scope code both in and out."""
    rules = lint.file.scope
    for code in rules.include:
        if code in rules.out:
            yield lint.error(
                "scope-both",
                ("scope", "out"),
                f"'{code}' is both in scope.in and in scope.out; delete it from one of them",
            )
    for plan, rule in rules.by_plan.items():
        for code in set(rule.include) & set(rule.out):
            yield lint.error(
                "scope-both",
                ("scope", "by_plan", plan),
                f"'{code}' is both in and out for plan {plan}; delete it from one of them",
            )
    for code in rules.refer:
        if code not in rules.out and code not in rules.include:
            yield lint.warning(
                "refer-unused",
                ("scope", "refer", code),
                f"scope.refer has a way out for '{code}', which scope.out does not have; add "
                "it to scope.out or delete it",
            )


def _scope_hours(lint: Lint) -> Iterator[Finding]:
    """3, for scope by hour: hours in which no rule of scope.when holds, where rules take turns over
    a whole day. Else everything in scope is dealt with at all other hours, as the file says.
    """
    # Rules with only_then are about their own codes, and leave all other hours as they are.
    names = {rule.calendar for rule in lint.file.scope.when if not rule.only_then}
    if (gaps := holes(lint.open_pieces(names))) and _take_turns(lint, names):
        message = (
            f"scope.when says nothing about {hole_words(gaps)}; add a rule for "
            "these hours or widen a calendar"
        )
        yield lint.warning("hours-uncovered", ("scope", "when"), message)


def _scope_never(lint: Lint) -> Iterator[Finding]:
    """A code of scope that the rules by hour shut out at every hour together."""
    for code in lint.file.scope.include if lint.file.scope.when else ():
        found = scope(lint.policy, Situation(code=code, received=lint.now))
        if isinstance(found, Scope) and found.verdict == "later" and found.from_ is None:
            message = (
                f"'{code[:40]}' is in scope, and the rules of scope.when together shut it out at "
                "every hour; name it under in of one of them, or move it to scope.out"
            )
            yield lint.warning("scope-never", ("scope", "when"), message)


def _take_turns(lint: Lint, names: set[str]) -> bool:
    """Whether some day of the week is full by all of these hours, and by none of them alone."""
    days = [(day * MINUTES_A_DAY, (day + 1) * MINUTES_A_DAY) for day in range(7)]
    full = {day for day in days if not missing_pieces([day], lint.open_pieces(names))}
    alone = {d for d in days for n in names if not missing_pieces([d], lint.open_pieces([n]))}
    return bool(full - alone)


def _complaint_number(lint: Lint) -> Iterator[Finding]:
    """9. A complaint must hold a number that an advisory channel does not give."""
    rules = lint.file.complaints
    if (
        rules is None
        or rules.without_number
        or not {"request_number", "ticket_number"} & set(rules.must)
    ):
        return
    advisory = [c.id for c in lint.file.channels if c.status == "advisory"]
    if advisory:
        message = (
            "a complaint must hold a request number, but channels that are "
            f"advisory ({', '.join(advisory)}) give none; write "
            "complaints.without_number: ask"
        )
        yield lint.warning("complaint-number", ("complaints", "must"), message)


def _free_time(lint: Lint) -> Iterator[Finding]:
    """10. Free minutes without what happens beyond them."""
    for i, row in enumerate(lint.file.paid):
        if row.included and (row.price is None or row.included_applies is None):
            lacks = (
                "price" if row.price is None else "included_applies: always or only_if_not_exceeded"
            )
            yield lint.warning(
                "free-time-beyond",
                ("paid", i, "included"),
                f"{row.included} are free, but nothing says what longer work costs; write {lacks}",
            )
    for i, quota in enumerate(lint.file.quota):
        if quota.beyond is None and not lint.file.paid:
            yield lint.warning(
                "free-time-beyond",
                ("quota", i),
                "an amount is included, but nothing says what happens beyond it; write beyond: "
                "paid, refused or next_period",
            )


def _delay(lint: Lint) -> Iterator[Finding]:
    """11. A delay notice with no due time."""
    delay = lint.file.delay
    if "delay" in lint.file.model_fields_set and delay.send_before is None:
        yield lint.warning(
            "delay-without-due",
            ("delay",),
            "nothing says when a delay notice must be sent; write delay.send_before: deadline, or "
            "leave it if your text says no more",
        )


def _exceptions(lint: Lint) -> Iterator[Finding]:
    """13. Exception dates in the past, and exceptions that say nothing."""
    today = lint.now.astimezone(lint.policy.zone).replace(tzinfo=None)
    for i, item in enumerate(lint.file.exceptions):
        end, start = parse_local(item.end), parse_local(item.start)
        if end.date() < today.date():
            yield lint.warning(
                "exception-past",
                ("exceptions", i, "to"),
                f"this exception ended on {item.end}; delete it or write the next dates",
            )
        if end < start:
            yield lint.error(
                "exception-order",
                ("exceptions", i, "to"),
                "this exception ends before it starts; swap from and to",
            )
        if item.closed + item.open + (item.hours is not None) != 1:
            yield lint.error(
                "exception-empty",
                ("exceptions", i),
                "an exception needs exactly one of closed: true, open: true, hours: [...]; "
                "write one",
            )


def _reach(lint: Lint) -> Iterator[Finding]:
    """14. A channel reached only through, or referring to, a channel that is closed."""
    channels = {c.id: c for c in lint.file.channels}
    for i, channel in enumerate(lint.file.channels):
        for key in ("reached_through", "beyond", "reply", "fallback", "door_of"):
            text: str = getattr(channel, key) or ""
            other = channels.get(text[text.index("(") + 1 : -1] if "(" in text else text)
            if other is None:
                continue
            path = ("channels", i, key)
            if other.status == "refused":
                yield lint.warning(
                    "channel-unreachable",
                    path,
                    f"{channel.id} leads through {other.id}, which is refused; name a channel "
                    "that is open",
                )
            elif key == "reached_through" and channel.opened_by == "client" and other.calendar:
                wanted = lint.open_pieces([channel.calendar or "always"])
                gaps = missing_pieces(wanted, lint.open_pieces([other.calendar]))
                if gaps:
                    message = (
                        f"{channel.id} is reached only through {other.id}, which is closed "
                        f"{hole_words(gaps)}; widen its calendar or give another way"
                    )
                    yield lint.warning("channel-unreachable", path, message)


def _statistics(lint: Lint) -> Iterator[Finding]:
    """15. A figure typed by hand although Firstline computes it."""
    for i, stat in enumerate(lint.file.stats):
        if stat.publish == "claim" and stat.measure.startswith(COMPUTABLE):
            message = (
                f"{stat.measure} is published as it was typed ({stat.claim}); Firstline "
                "computes it, so write publish: computed or publish: both"
            )
            yield lint.warning("statistic-typed", ("stats", i, "publish"), message)


def _holidays(lint: Lint) -> Iterator[Finding]:
    """A country's list of holidays that is empty this year or the next, with nothing added by
    hand.
    """
    for name, spec in lint.file.calendars.items():
        holidays = spec.holidays
        if holidays is None or holidays.country is None or "add" in holidays.model_fields_set:
            continue
        path = ("calendars", name, "holidays")
        for year in (lint.now.year, lint.now.year + 1):
            if holidays.years and year not in holidays.years:
                yield lint.info(
                    "holidays-end",
                    path,
                    f"holidays of calendar {name} are listed only for "
                    f"{', '.join(map(str, holidays.years))}; add {year}, or leave the year out",
                )
            elif year >= EMPTY_FROM.get(holidays.country.upper(), NEVER):
                message = (
                    f"the public holidays of {holidays.country.upper()} are empty for "
                    f"{year}, so every weekday of calendar {name} counts; write the days "
                    "under add, or add: [] if it is meant"
                )
                yield lint.info("holidays-empty", path, message)


def _clauses(lint: Lint) -> Iterator[Finding]:
    """Clauses that name rules or values the file does not have, and clauses that nothing
    executes.
    """
    for i, clause in enumerate(lint.file.clauses):
        for path in clause.rule:
            if path != BUILT_IN and not exists(lint.file, path):
                yield lint.error(
                    "clause-rule-missing",
                    ("clauses", i, "rule"),
                    f"clause {clause.id} names the rule {path[:80]}, which the file does not "
                    "have; correct the path or delete it",
                )
        if not clause.rule:
            yield lint.info(
                "clause-not-executed",
                ("clauses", i),
                f"clause {clause.id} is published and marked as not executed; name its rule "
                "if the file has one",
            )
        for lang, words in clause.words.items():
            for path in dict.fromkeys(PLACEHOLDER.findall(words)):
                if not exists(lint.file, path):
                    yield lint.error(
                        "clause-value-missing",
                        ("clauses", i, "words", lang),
                        f"clause {clause.id} shows {{{path[:80]}}}, which the file does not "
                        "have; correct the path",
                    )


def _languages(lint: Lint) -> Iterator[Finding]:
    """Words that lack one of the policy's languages."""
    wanted = set(lint.policy.languages)
    for path, words in _texts(lint.file):
        lacking = sorted(wanted - set(words)) if words and "*" not in words else []
        if lacking:
            yield lint.warning(
                "language-missing",
                path,
                f"{'.'.join(map(str, path))} has no words in {', '.join(lacking)}; add them",
            )
        extra = sorted(set(words) - wanted - {"*"})
        if extra:
            yield lint.warning(
                "language-extra",
                path,
                f"{'.'.join(map(str, path))} has words in {', '.join(extra)}, which nobody is "
                "shown; add the language to policy.languages, or delete them",
            )


def _texts(file: PolicyFile) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    tables = {"topics": file.topics or {}, "outcomes": file.outcomes or {}, "states": file.states}
    for key, table in tables.items():
        yield from (((key, name), words) for name, words in table.items())
    yield from (
        (("delay", "reasons", name), words) for name, words in (file.delay.reasons or {}).items()
    )
    for key in ("lines", "channels", "clauses", "sections"):
        for i, item in enumerate(getattr(file, key)):
            yield (key, i, "title"), item.title
            if key == "clauses":
                yield (key, i, "words"), item.words


RULES: tuple[Rule, ...] = (
    _zones, _scope, _scope_hours, _complaint_number, _free_time, _delay, _exceptions,
    _reach, _scope_never, _statistics, _holidays, _clauses, _languages,
    *TARGETS, *HOURS, *TOPICS, *OTHERS, *WORDS, *OPEN_POINTS,
)  # fmt: skip
