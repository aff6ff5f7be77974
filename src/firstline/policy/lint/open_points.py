"""Questions that a policy text leaves open and its owner should settle. All of them are remarks
(info).
"""

from __future__ import annotations

from collections.abc import Iterator

from firstline.policy.lint.base import Lint, Rule
from firstline.policy.rules.closing import reopening
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Both, remark
from firstline.policy.text.spoken import Length
from firstline.policy.text.values import UNLIMITED

STRANGERS = "not_clients"


def _holidays(lint: Lint) -> Iterator[Finding]:
    for name, spec in lint.file.calendars.items():
        if (
            spec.days
            and spec.holidays is None
            and spec.holiday_as is None
            and not lint.policy.calendars[name].always
        ):
            message = remark(
                "calendar {name} does not say whether it holds on public holidays; write "
                "holidays with a country and holiday_as, or holiday_as: open",
                name=name,
            )
            yield lint.info("open-holidays", ("calendars", name), message)


def _restart(lint: Lint) -> Iterator[Finding]:
    timed = any(row.first or row.next for row in lint.file.targets)
    if timed and "restart_on" not in lint.file.model_fields_set:
        message = remark(
            "nothing says what starts the time of an answer again, so {events} of "
            "the shipped file do; write restart_on, also if it is []",
            events=Both(tuple(sorted(lint.policy.restart_on))),
        )
        yield lint.info("open-restart", ("targets",), message)


def _second_miss(lint: Lint) -> Iterator[Finding]:
    delay = lint.file.delay
    if "delay" in lint.file.model_fields_set and delay.repeat != "never" and not delay.second_miss:
        yield lint.info(
            "open-second-miss",
            ("delay",),
            remark(
                "nothing says what it means when the new time is missed too; write "
                "delay.second_miss, or leave it if your text says no more"
            ),
        )


def _ticket_door(lint: Lint) -> Iterator[Finding]:
    chat = next((c for c in lint.file.channels if c.becomes == "ticket"), None)
    if chat and not any(c.id == "ticket" for c in lint.file.channels):
        message = remark(
            "a chat becomes a ticket, but nothing says whether a client may open a "
            "ticket directly; add a channel ticket with opened_by: staff or client"
        )
        yield lint.info("open-ticket-door", ("channels",), message)


def _complaint_door(lint: Lint) -> Iterator[Finding]:
    rules = lint.file.complaints
    if rules and "email" in rules.channels and not rules.told_apart:
        message = remark(
            "nothing says how a complaint is told apart from ordinary mail; write "
            "complaints.told_apart, for example [form, address]"
        )
        yield lint.info("open-complaint-door", ("complaints",), message)


def _period(lint: Lint) -> Iterator[Finding]:
    for i, stat in enumerate(lint.file.stats):
        if stat.period is None:
            yield lint.info(
                "open-period",
                ("stats", i),
                remark(
                    "the figure {measure} has no period; write period, for example 3mo, or "
                    "leave it if your text says no more",
                    measure=stat.measure,
                ),
            )


def _reopening(lint: Lint) -> Iterator[Finding]:
    """The limit in force is that of the shipped file, which the company never wrote."""
    rule = reopening(lint.policy)
    if rule is not None and rule.shipped:
        span = Length(rule.span) if rule.span else UNLIMITED
        message = remark(
            "nothing says how long a message from the client reopens a closed request, so "
            "the {span} of the shipped file hold and are published; write "
            "close.reopen_days, a number or unlimited",
            span=span,
        )
        yield lint.info("open-reopening", ("close",), message)


def _conduct(lint: Lint) -> Iterator[Finding]:
    """Rules of conduct of which a half is missing: the desk does nothing with the other."""
    rules = lint.file.conduct
    if rules.steps and not rules.triggers:
        message = remark(
            "steps are named, and nothing says what they are for, so that the desk offers none; "
            "write conduct.triggers, for example [insult_to_employee]"
        )
        yield lint.warning("conduct-half", ("conduct",), message)
    if (rules.triggers or rules.lapse) and not rules.steps:
        message = remark(
            "nothing says what follows from bad conduct, so that the desk offers nothing; write "
            "conduct.steps, for example [warn, refuse]"
        )
        yield lint.warning("conduct-half", ("conduct",), message)


def _newcomers(lint: Lint) -> Iterator[Finding]:
    """People who are not clients are turned away, and not told what to do."""
    rules = lint.file.identity
    if STRANGERS in rules.never and not rules.newcomers:
        message = remark(
            "nothing says where people who are not clients become clients, so that they are told "
            "nothing of it; write identity.newcomers"
        )
        yield lint.info("open-newcomers", ("identity", "never"), message)


def _rest(lint: Lint) -> Iterator[Finding]:
    written = lint.file.model_fields_set
    if lint.file.history is None or lint.file.history.keep is None:
        yield lint.info(
            "open-retention",
            ("history",),
            remark(
                "nothing says how long requests are kept; write history.keep, for example "
                "5y, or leave it if your text says no more"
            ),
        )
    if "conduct" not in written:
        yield lint.info(
            "open-conduct",
            (),
            remark(
                "nothing is said about conduct; write conduct with its triggers and steps, "
                "or conduct: {{}} if there is no rule"
            ),
        )
    if "close" not in written:
        yield lint.info(
            "open-closing",
            (),
            remark(
                "nothing says what happens when the client does not answer; write close, or "
                "close: {{}} if nothing does"
            ),
        )


RULES: tuple[Rule, ...] = (
    _holidays, _restart, _second_miss, _ticket_door, _complaint_door, _period, _reopening,
    _conduct, _newcomers, _rest,
)  # fmt: skip
