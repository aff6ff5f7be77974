"""The linter: what in a policy file is missing, contradictory or cannot be reached. Codes are
stable.

The numbers in the docstrings are those of the fifteen findings the published texts suggest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from firstline.policy.file.reading import MOST_FINDINGS, parse
from firstline.policy.lint.base import Lint, Rule
from firstline.policy.lint.gaps import RULES as GAPS
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
from firstline.policy.text.remark import remark
from firstline.policy.text.spoken import Length, LocalDate
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
    in_order = sorted(found, key=lambda f: (f.line, f.column, f.code, f.message))
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
            message = remark(
                "calendar {name} has windows but nothing says in which time zone; write "
                "policy.timezone, for example Europe/Kyiv",
                name=name,
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
                remark(
                    "'{code}' is both in scope.in and in scope.out; delete it from one of them",
                    code=code,
                ),
            )
    for plan, rule in rules.by_plan.items():
        for code in set(rule.include) & set(rule.out):
            yield lint.error(
                "scope-both",
                ("scope", "by_plan", plan),
                remark(
                    "'{code}' is both in and out for plan {plan}; delete it from one of them",
                    code=code,
                    plan=plan,
                ),
            )
    for code in rules.refer:
        if code not in rules.out and code not in rules.include:
            yield lint.warning(
                "refer-unused",
                ("scope", "refer", code),
                remark(
                    "scope.refer has a way out for '{code}', which scope.out does not have; add "
                    "it to scope.out or delete it",
                    code=code,
                ),
            )


def _scope_hours(lint: Lint) -> Iterator[Finding]:
    """3, for scope by hour: hours in which no rule of scope.when holds, where rules take turns over
    a whole day. Else everything in scope is dealt with at all other hours, as the file says.
    """
    # Rules with only_then are about their own codes, and leave all other hours as they are.
    names = {rule.calendar for rule in lint.file.scope.when if not rule.only_then}
    if (gaps := holes(lint.open_pieces(names))) and _take_turns(lint, names):
        message = remark(
            "scope.when says nothing about {holes}; add a rule for these hours or widen a calendar",
            holes=hole_words(gaps),
        )
        yield lint.warning("hours-uncovered", ("scope", "when"), message)


def _scope_never(lint: Lint) -> Iterator[Finding]:
    """A code of scope that the rules by hour shut out at every hour together."""
    for code in lint.file.scope.include if lint.file.scope.when else ():
        found = scope(lint.policy, Situation(code=code, received=lint.now))
        if isinstance(found, Scope) and found.verdict == "later" and found.from_ is None:
            message = remark(
                "'{code}' is in scope, and the rules of scope.when together shut it out at "
                "every hour; name it under in of one of them, or move it to scope.out",
                code=code[:40],
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
        message = remark(
            "a complaint must hold a request number, but channels that are advisory "
            "({advisory}) give none; write complaints.without_number: ask",
            advisory=", ".join(advisory),
        )
        yield lint.warning("complaint-number", ("complaints", "must"), message)


def _free_time(lint: Lint) -> Iterator[Finding]:
    """10. Free minutes without what happens beyond them."""
    for i, row in enumerate(lint.file.paid):
        if row.included and (row.price is None or row.included_applies is None):
            lacks = (
                "price"
                if row.price is None
                else remark("included_applies: always or only_if_not_exceeded")
            )
            yield lint.warning(
                "free-time-beyond",
                ("paid", i, "included"),
                remark(
                    "{included} are free, but nothing says what longer work costs; write {lacks}",
                    included=Length(row.included),
                    lacks=lacks,
                ),
            )
    for i, quota in enumerate(lint.file.quota):
        if quota.beyond is None and not lint.file.paid:
            yield lint.warning(
                "free-time-beyond",
                ("quota", i),
                remark(
                    "an amount is included, but nothing says what happens beyond it; write "
                    "beyond: paid, refused or next_period"
                ),
            )


def _delay(lint: Lint) -> Iterator[Finding]:
    """11. A delay notice with no due time."""
    delay = lint.file.delay
    if "delay" in lint.file.model_fields_set and delay.send_before is None:
        yield lint.warning(
            "delay-without-due",
            ("delay",),
            remark(
                "nothing says when a delay notice must be sent; write delay.send_before: "
                "deadline, or leave it if your text says no more"
            ),
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
                remark(
                    "this exception ended on {end}; delete it or write the next dates",
                    end=LocalDate(item.end),
                ),
            )
        if end < start:
            yield lint.error(
                "exception-order",
                ("exceptions", i, "to"),
                remark("this exception ends before it starts; swap from and to"),
            )
        if item.closed + item.open + (item.hours is not None) != 1:
            yield lint.error(
                "exception-empty",
                ("exceptions", i),
                remark(
                    "an exception needs exactly one of closed: true, open: true, hours: [...]; "
                    "write one"
                ),
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
                    remark(
                        "{channel} leads through {other}, which is refused; name a channel that is "
                        "open",
                        channel=channel.id,
                        other=other.id,
                    ),
                )
            elif key == "reached_through" and channel.opened_by == "client" and other.calendar:
                wanted = lint.open_pieces([channel.calendar or "always"])
                gaps = missing_pieces(wanted, lint.open_pieces([other.calendar]))
                if gaps:
                    message = remark(
                        "{channel} is reached only through {other}, which is closed {holes}; "
                        "widen its calendar or give another way",
                        channel=channel.id,
                        other=other.id,
                        holes=hole_words(gaps),
                    )
                    yield lint.warning("channel-unreachable", path, message)


def _statistics(lint: Lint) -> Iterator[Finding]:
    """15. A figure typed by hand although Firstline computes it."""
    for i, stat in enumerate(lint.file.stats):
        if stat.publish == "claim" and stat.measure.startswith(COMPUTABLE):
            message = remark(
                "{measure} is published as it was typed ({claim}); Firstline computes it, "
                "so write publish: computed or publish: both",
                measure=stat.measure,
                claim=str(stat.claim),
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
                    remark(
                        "holidays of calendar {name} are listed only for {years}; add {year}, or "
                        "leave the year out",
                        name=name,
                        years=", ".join(map(str, holidays.years)),
                        year=str(year),
                    ),
                )
            elif year >= EMPTY_FROM.get(holidays.country.upper(), NEVER):
                message = remark(
                    "the public holidays of {country} are empty for {year}, so every weekday of "
                    "calendar {name} counts; write the days under add, or add: [] if it is "
                    "meant",
                    country=holidays.country.upper(),
                    year=str(year),
                    name=name,
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
                    remark(
                        "clause {clause} names the rule {path}, which the file does not have; "
                        "correct the path or delete it",
                        clause=clause.id,
                        path=path[:80],
                    ),
                )
        if not clause.rule:
            yield lint.info(
                "clause-not-executed",
                ("clauses", i),
                remark(
                    "clause {clause} is published and marked as not executed; name its rule if "
                    "the file has one",
                    clause=clause.id,
                ),
            )
        for lang, words in clause.words.items():
            for path in dict.fromkeys(PLACEHOLDER.findall(words)):
                if not exists(lint.file, path):
                    yield lint.error(
                        "clause-value-missing",
                        ("clauses", i, "words", lang),
                        remark(
                            "clause {clause} shows {{{path}}}, which the file does not have; "
                            "correct the path",
                            clause=clause.id,
                            path=path[:80],
                        ),
                    )


RULES: tuple[Rule, ...] = (
    _zones, _scope, _scope_hours, _complaint_number, _free_time, _delay, _exceptions,
    _reach, _scope_never, _statistics, _holidays, _clauses,
    *TARGETS, *GAPS, *HOURS, *TOPICS, *OTHERS, *WORDS, *OPEN_POINTS,
)  # fmt: skip
