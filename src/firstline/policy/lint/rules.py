"""Findings about prices, proofs, closing and other rules beyond those that the texts suggest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from firstline.policy.file.doors import ONE_EACH, SORTED_BY
from firstline.policy.file.fields import uses
from firstline.policy.file.matters import ScopeSpec
from firstline.policy.file.money import Paid
from firstline.policy.lint.base import Lint, Rule, row_name
from firstline.policy.rules.closing import reopening
from firstline.policy.rules.periods import is_past
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Both, remark
from firstline.policy.text.spoken import Length, LocalDate
from firstline.policy.text.values import Span, parse_local, parse_money

# Words of `order` that are published as they are.
ORDER_WORDS = frozenset({*SORTED_BY, *ONE_EACH, "hardware_first", "department", "random"})
# Pairs of rows are compared, so that a longer table is compared only so far.
MOST_ROWS = 300
PRICED = ("price", "fixed", "share")
MONEY = ("price", "fixed", "minimum", "maximum", "opens_from")


def _prices(lint: Lint) -> Iterator[Finding]:
    """Paid help without a price."""
    for i, row in enumerate(lint.file.paid):
        if all(getattr(row, key) is None for key in PRICED) and not row.items and not row.words:
            yield lint.warning(
                "price-open",
                ("paid", i),
                remark(
                    "nothing says what this costs; write price: 70 EUR, or words if it is "
                    "agreed each time, or leave it if your text says no more"
                ),
            )


def _later_prices(lint: Lint) -> Iterator[Finding]:
    """A row of prices that an earlier one always hides."""
    rows = lint.file.paid[:MOST_ROWS]
    for j, later in enumerate(rows):
        hidden = next((n for n, row in enumerate(rows[:j]) if _hides(row, later)), None)
        if hidden is not None:
            yield lint.warning(
                "price-unreachable",
                ("paid", j),
                remark(
                    "this row is never used, because {row} fits wherever it fits; move it up, "
                    "or tell them apart by for, plan or when",
                    row=row_name(rows[hidden], hidden),
                ),
            )


def _hides(earlier: Paid, later: Paid) -> bool:
    monthly = ("share_of_spend", "subscription")
    if (earlier.model in monthly) != (later.model in monthly) or earlier.when:
        return False
    if earlier.since or earlier.until:
        return False
    for key in ("covers", "plan"):
        wide, narrow = set(getattr(earlier, key)), set(getattr(later, key))
        if wide and (not narrow or not narrow <= wide):
            return False
    return True


def _currencies(lint: Lint) -> Iterator[Finding]:
    """One row of prices in two currencies."""
    for i, row in enumerate(lint.file.paid):
        written = [text for key in MONEY if (text := getattr(row, key, None))]
        written += [item.amount for item in row.surcharges if item.amount]
        written += row.items.values()
        found = {parse_money(text)[1] for text in written if " " in text}
        if len(found) > 1:
            yield lint.warning(
                "currency-mixed",
                ("paid", i),
                remark(
                    "this row counts in {currencies}, which cannot be added; write one "
                    "currency, or a row for each",
                    currencies=Both(tuple(sorted(found))),
                ),
            )


def _quota(lint: Lint) -> Iterator[Finding]:
    for i, row in enumerate(lint.file.quota):
        if row.amount is None and row.time is None:
            yield lint.warning(
                "quota-open",
                ("quota", i),
                remark(
                    "nothing says how much is included; write amount: 5, or time: 3h, or leave "
                    "it if your text says no more"
                ),
            )


def _pin(lint: Lint) -> Iterator[Finding]:
    pin = lint.file.identity.pin
    if pin is None:
        return
    if pin.valid is None and not pin.permanent:
        yield lint.warning(
            "pin-open",
            ("identity", "pin"),
            remark(
                "nothing says how long a PIN is good for; write valid: 24h, or permanent: "
                "true, or leave it if your text says no more"
            ),
        )
    if pin.tries is None:
        yield lint.info(
            "pin-open",
            ("identity", "pin"),
            remark(
                "nothing says after how many wrong tries a PIN is barred; write tries: 3, "
                "or leave it if your text says no more"
            ),
        )


def _notice(lint: Lint) -> Iterator[Finding]:
    rules = lint.file.maintenance
    if rules is not None and rules.notify and rules.lead is None:
        yield lint.info(
            "open-lead",
            ("maintenance",),
            remark(
                "nothing says how long before planned work clients are notified; write lead: "
                "3d, or leave it if your text says no more"
            ),
        )


def _retention(lint: Lint) -> Iterator[Finding]:
    history, rule = lint.file.history, reopening(lint.policy)
    if history is None or history.keep is None or rule is None:
        return
    if rule.span is None or history.keep.rough_seconds < rule.span.rough_seconds:
        often = (
            remark("at any time")
            if rule.span is None
            else remark("for {span}", span=Length(rule.span))
        )
        yield lint.warning(
            "retention-short",
            ("history", "keep"),
            remark(
                "a request is kept {keep}, yet it may be reopened {often}; keep it longer, "
                "or write fewer close.reopen_days",
                keep=Length(history.keep),
                often=often,
            ),
        )


def _closing(lint: Lint) -> Iterator[Finding]:
    close = lint.file.close
    last = [span for span in (close.resolve, close.close) if span]
    total = sum(span.rough_seconds for span in last)
    if close.remind and last and close.remind.rough_seconds >= total:
        yield lint.warning(
            "reminder-late",
            ("close", "remind"),
            remark(
                "the client is reminded after {remind}, when the request is closed already; "
                "write a shorter time",
                remind=Length(close.remind),
            ),
        )
    if close.silence == "accepted" and close.accept_within is None:
        yield lint.warning(
            "silence-open",
            ("close", "silence"),
            remark(
                "silence accepts the work, and nothing says after how long; write "
                "accept_within: 12h, or leave it if your text says no more"
            ),
        )
    for i, row in enumerate(lint.file.targets):
        if row.first and row.fix and _is_longer(row.first, row.fix):
            yield lint.warning(
                "times-reversed",
                ("targets", i, "fix"),
                remark(
                    "the solution ({fix}) is due before the first answer ({first}); swap the "
                    "two, or leave one out",
                    fix=Length(row.fix),
                    first=Length(row.first),
                ),
            )


def _is_longer(first: Span, second: Span) -> bool:
    """True when the first span surely lasts longer; a range is taken at its longer end."""
    return first.unit == second.unit and first.rough_seconds > second.rough_seconds


def _order(lint: Lint) -> Iterator[Finding]:
    for i, word in enumerate(lint.file.order):
        if word not in ORDER_WORDS:
            yield lint.warning(
                "order-unknown",
                ("order", i),
                remark(
                    "Firstline knows no order '{word}'; write one of {words}, or say it "
                    "in a clause",
                    word=word[:40],
                    words=", ".join(sorted(ORDER_WORDS)),
                ),
            )


def _plans(lint: Lint) -> Iterator[Finding]:
    today = lint.now.astimezone(lint.policy.zone).date()
    for name, plan in lint.file.plans.items():
        if plan.ends and parse_local(plan.ends).date() < today:
            yield lint.warning(
                "plan-ended",
                ("plans", name, "ends"),
                remark(
                    "plan {name} ended on {ends}; delete it with its rows, or correct the date",
                    name=name,
                    ends=LocalDate(plan.ends),
                ),
            )
        after = lint.file.plans.get(plan.then or "")
        if plan.ends and after and after.ends and _ends_by(after.ends, plan.ends, today):
            message = remark(
                "plan {then} takes the place of plan {name}, and itself ends on {ends}; "
                "name a plan that goes on, or correct a date",
                then=plan.then or "",
                name=name,
                ends=LocalDate(after.ends),
            )
            yield lint.warning("plan-ended", ("plans", name, "then"), message)


def _ended_plans(lint: Lint) -> Iterator[Finding]:
    """A plan that has ended, named elsewhere as if it had not."""
    for use in uses(lint.file):
        plan = lint.file.plans.get(use.text) if use.ref.kind == "plan" else None
        if (
            plan
            and plan.ends
            and use.path[0] != "plans"
            and is_past(plan.ends, lint.now, lint.policy.zone)
        ):
            message = remark(
                "plan {text} ended on {ends}, and is named here; delete it here, name the "
                "plan that takes its place, or correct the date",
                text=use.text,
                ends=LocalDate(plan.ends),
            )
            yield lint.warning("plan-ended", use.path, message)


def _ends_by(ends: str, other: str, today: date) -> bool:
    """Whether a plan has ended, or will have when another one does."""
    return parse_local(ends) <= parse_local(other) or parse_local(ends).date() < today


def _codes_in_scope(scope: ScopeSpec) -> set[str]:
    """Codes that are in scope, for any plan."""
    return {*scope.include, *(code for plan in scope.by_plan.values() for code in plan.include)}


def _unlisted_code(lint: Lint, code: str, *path: str | int) -> Finding:
    return lint.warning(
        "scope-unlisted",
        ("scope", *path),
        remark(
            "scope.{path} is about '{code}', which scope.in does not have; add it "
            "there, or correct it",
            path=path[0],
            code=code[:40],
        ),
    )


def _scope_when(lint: Lint) -> Iterator[Finding]:
    scope = lint.file.scope
    codes = _codes_in_scope(scope) | scope.out.keys()
    for i, rule in enumerate(scope.when):
        if rule.paid and not rule.only:
            yield lint.warning(
                "scope-paid-open",
                ("scope", "when", i),
                remark(
                    "this rule is about paid work and names no codes; list under in what costs "
                    "money at these hours"
                ),
            )
        for code in (*rule.only, *rule.out):
            if codes and code not in codes:
                yield _unlisted_code(lint, code, "when", i)


def _scope_needs(lint: Lint) -> Iterator[Finding]:
    """Conditions for a code that is never in scope."""
    scope = lint.file.scope
    codes = _codes_in_scope(scope)
    for code in scope.needs:
        if code not in codes:
            yield _unlisted_code(lint, code, "needs", code)


def _limited_channels(lint: Lint) -> Iterator[Finding]:
    """A channel for certain matters only, without these."""
    for i, channel in enumerate(lint.file.channels):
        said = channel.covers or channel.never or channel.purpose or channel.words
        if channel.status == "limited" and not (said or any(v.covers for v in channel.variants)):
            yield lint.warning(
                "limited-open",
                ("channels", i, "status"),
                remark(
                    "channel {channel} is limited, and nothing says to what; write covers: "
                    "[billing], or leave it if your text says no more",
                    channel=channel.id,
                ),
            )


def _empty_notice(lint: Lint) -> Iterator[Finding]:
    """A delay notice that names neither a reason nor a new time."""
    delay = lint.file.delay
    if "must" in delay.model_fields_set and not {"reason", "new_time"} & set(delay.must):
        yield lint.info(
            "delay-notice-bare",
            ("delay", "must"),
            remark(
                "the notice says neither why an answer takes longer nor until when; write "
                "must: [reason, new_time], or leave it if your text says no more"
            ),
        )


def _reopening(lint: Lint) -> Iterator[Finding]:
    """Words of the client reopen a closed request by one key, and do not by another."""
    close, request = lint.file.close, lint.file.request
    written = {
        "close.reopen": close.reopen == "reply" if "reopen" in close.model_fields_set else None,
        "close.reopen_days": None if close.reopen_days is None else close.reopen_days != 0,
        "request.after_closing": request.after_closing == "reopen"
        if "after_closing" in request.model_fields_set
        else None,
    }
    yes, no = (
        [key for key, reopens in written.items() if reopens is says] for says in (True, False)
    )
    if yes and no:
        yield lint.warning(
            "reopen-contradiction",
            tuple(no[0].split(".")),
            remark(
                "by {yes} a message from the client reopens a closed request, and by {no} it "
                "does not, which holds; delete one of the two",
                yes=yes[0],
                no=no[0],
            ),
        )


RULES: tuple[Rule, ...] = (
    _prices, _later_prices, _currencies, _quota, _pin, _notice, _retention, _closing, _order,
    _plans, _ended_plans, _scope_when, _scope_needs, _limited_channels, _empty_notice, _reopening,
)  # fmt: skip
