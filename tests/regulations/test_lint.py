"""Every finding of the linter, with a file that has it and one that has not."""

from datetime import UTC, datetime

import pytest

from firstline.regulations import check, default_text

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KYIV = "policy: {timezone: Europe/Kyiv}\n"
WORK = 'work: {mon-fri: ["09:00-18:00"]}'
PLANS = "plans: [basic, gold]\npriorities: {levels: [high, low]}\n"
STAT = "stats: [{measure: solved_by(first), claim: 85, period: 3mo, publish: %s}]"
CHAT = "channels: [{id: chat, calendar: %s, becomes: ticket}%s]\n"

# code, severity, a file that has the finding, a file that has it no more
FINDINGS: dict[str, tuple[str, str, str, str]] = {
    "1 a window without time zone": (
        "window-without-zone",
        "error",
        f"calendars: {{{WORK}}}",
        f"{KYIV}calendars: {{{WORK}}}",
    ),
    "2 working days without a calendar": (
        "working-time-without-calendar",
        "error",
        f"{KYIV}complaints: {{stages: [{{reply: 3bd}}]}}",
        f"{KYIV}calendars: {{{WORK}}}\ncomplaints: {{calendar: work, stages: [{{reply: 3bd}}]}}",
    ),
    "2 working hours without a calendar": (
        "working-time-without-calendar",
        "error",
        f"{KYIV}targets: [{{first: 8bh}}]",
        (
            f"policy: {{timezone: UTC, business: work}}\ncalendars: {{{WORK}}}\ntargets: "
            "[{first: 8bh}]"
        ),
    ),
    "3 hours that no channel covers under a promise at any hour": (
        "hours-uncovered",
        "warning",
        (
            f"{KYIV}calendars: {{{WORK}}}\nchannels: [{{id: chat, calendar: work}}]\ntargets: "
            "[{first: 1h}]"
        ),
        (
            f"{KYIV}calendars: {{{WORK}}}\nchannels: [{{id: chat, calendar: work}}, {{id: sos, "
            "calendar: always}]\n"
            "targets: [{first: 1h}]"
        ),
    ),
    "3 hours without a rule of scope": (
        "hours-uncovered",
        "warning",
        (
            f'{KYIV}calendars: {{{WORK}, night: {{every-day: ["18:00-33:00"]}}}}\n'
            "scope: {in: [web], when: [{calendar: work, in: [web]}, {calendar: night, in: [web]}]}"
        ),
        (
            f'{KYIV}calendars: {{day: {{every-day: ["09:00-18:00"]}}, night: {{every-day: '
            '["18:00-33:00"]}}\n'
            "scope: {in: [web], when: [{calendar: day, in: [web]}, {calendar: night, in: [web]}]}"
        ),
    ),
    "4 two numbers for one situation": (
        "two-numbers",
        "warning",
        "targets: [{first: 4h, document: SLA}, {first: 20m, document: regulations}]",
        "targets: [{first: 4h, priority: low}, {first: 20m}]",
    ),
    "4 a row that is never used": (
        "row-unreachable",
        "warning",
        "targets: [{first: 4h}, {first: 4h, topic: web}]",
        "targets: [{first: 2h, topic: web}, {first: 4h}]",
    ),
    "5 a time shorter than the wait for the line": (
        "target-before-opening",
        "warning",
        (
            f"{KYIV}calendars: {{{WORK}}}\nlines: [{{id: a, calendar: work}}]\ntargets: [{{first: "
            "1h}]"
        ),
        (
            f"{KYIV}calendars: {{{WORK}}}\nlines: [{{id: a, calendar: work}}]\ntargets: [{{first: "
            "1h, clock: line}]"
        ),
    ),
    "6 an advisory channel with a deadline": (
        "advisory-deadline",
        "warning",
        "channels: [{id: phone, status: advisory}]\ntargets: [{channel: phone, first: 1h}]",
        "channels: [{id: phone, status: official}]\ntargets: [{channel: phone, first: 1h}]",
    ),
    "7 an empty cell of plan and priority": (
        "empty-cell",
        "warning",
        PLANS + "targets: [{plan: basic, priority: high, first: 1h}, {plan: gold, first: 1h}]",
        PLANS
        + "targets: [{plan: basic, first: 1h}, {plan: gold, priority: [high, low], first: 1h}]",
    ),
    "8 a code both in and out": (
        "scope-both",
        "error",
        "scope: {in: [web], out: [web]}",
        "scope: {in: [web], out: [pc]}",
    ),
    "9 a number that an advisory channel does not give": (
        "complaint-number",
        "warning",
        "channels: [{id: phone, status: advisory}]\ncomplaints: {must: [request_number]}",
        (
            "channels: [{id: phone, status: advisory}]\ncomplaints: {must: [request_number], "
            "without_number: ask}"
        ),
    ),
    "10 free minutes with nothing said beyond them": (
        "free-time-beyond",
        "warning",
        "paid: {unit: 15m, included: 15m}",
        "paid: {unit: 15m, included: 15m, included_applies: always, price: 21 EUR}",
    ),
    "11 a delay notice without a due time": (
        "delay-without-due",
        "warning",
        "delay: {must: [reason]}",
        "delay: {must: [reason], send_before: deadline}",
    ),
    "12 a guarantee without remedy": (
        "guarantee-without-remedy",
        "warning",
        "targets: [{first: 1h, force: guarantee}]",
        "targets: [{first: 1h, force: guarantee, remedy: the month is free}]",
    ),
    "13 an exception in the past": (
        "exception-past",
        "warning",
        "exceptions: [{calendar: always, from: 2026-01-01, to: 2026-01-02, closed: true}]",
        "exceptions: [{calendar: always, from: 2026-01-01, to: 2026-12-02, closed: true}]",
    ),
    "14 a channel behind a closed one": (
        "channel-unreachable",
        "warning",
        f"{KYIV}calendars: {{{WORK}}}\n"
        + CHAT % ("work", ", {id: ticket, calendar: always, reached_through: chat}"),
        CHAT % ("always", ", {id: ticket, calendar: always, reached_through: chat}"),
    ),
    "14 a channel that leads to a refused one": (
        "channel-unreachable",
        "warning",
        "channels: [{id: phone, beyond: refer(chat)}, {id: chat, status: refused}]",
        "channels: [{id: phone, beyond: refer(chat)}, {id: chat}]",
    ),
    "15 a figure typed by hand": (
        "statistic-typed",
        "warning",
        STAT % "claim",
        STAT % "both",
    ),
    "an exception that ends before it starts": (
        "exception-order",
        "error",
        "exceptions: [{calendar: always, from: 2027-01-02, to: 2027-01-01, closed: true}]",
        "exceptions: [{calendar: always, from: 2027-01-01, to: 2027-01-02, closed: true}]",
    ),
    "an exception that changes nothing": (
        "exception-empty",
        "error",
        "exceptions: [{calendar: always, from: 2027-01-02, to: 2027-01-03}]",
        "exceptions: [{calendar: always, from: 2027-01-02, to: 2027-01-03, closed: true}]",
    ),
    "a way out for a code that is not refused": (
        "refer-unused",
        "warning",
        "scope: {refer: {pc: ask a friend}}",
        "scope: {out: [pc], refer: {pc: ask a friend}}",
    ),
    "a list of holidays that is empty": (
        "holidays-empty",
        "info",
        f'{KYIV}calendars: {{work: {{mon-fri: ["09:00-18:00"], holidays: ua}}}}',
        (
            f'{KYIV}calendars: {{work: {{mon-fri: ["09:00-18:00"], holidays: {{country: ua, add: '
            "[]}}}"
        ),
    ),
    "a list of holidays that ends": (
        "holidays-end",
        "info",
        f'{KYIV}calendars: {{work: {{mon-fri: ["09:00-18:00"], holidays: de-2026}}}}',
        f'{KYIV}calendars: {{work: {{mon-fri: ["09:00-18:00"], holidays: de}}}}',
    ),
    "a clause of a rule that is not there": (
        "clause-rule-missing",
        "error",
        "clauses: [{id: a, words: x, rule: targets.answer}]",
        "clauses: [{id: a, words: x, rule: targets.answer}]\ntargets: [{id: answer, first: 1h}]",
    ),
    "a clause that shows a value that is not there": (
        "clause-value-missing",
        "error",
        'clauses: [{id: a, words: "in {targets.answer.first}", rule: order}]',
        (
            'clauses: [{id: a, words: "in {targets.answer.first}", rule: order}]\n'
            "targets: [{id: answer, first: 1h}]"
        ),
    ),
    "a clause that nothing executes": (
        "clause-not-executed",
        "info",
        "clauses: [{id: a, words: x}]",
        "clauses: [{id: a, words: x, rule: order}]",
    ),
    "words that lack a language": (
        "language-missing",
        "warning",
        "policy: {languages: [en, uk]}\ntopics: {web: {en: Sites}}",
        "policy: {languages: [en, uk]}\ntopics: {web: {en: Sites, uk: Сайти}}",
    ),
    "a row that says nothing": (
        "row-empty",
        "warning",
        "targets: [{channel: chat}]",
        "targets: [{channel: chat, words: as soon as we can}]",
    ),
    "a cut-off with nothing after it": (
        "cut-off-open",
        "warning",
        "targets: [{received_before: 16:00, first: 2h}]",
        "targets: [{received_before: 16:00, first: 2h, else: 1d}]",
    ),
    "hours that say nothing about holidays": (
        "open-holidays",
        "info",
        f"{KYIV}calendars: {{{WORK}}}",
        f'{KYIV}calendars: {{work: {{mon-fri: ["09:00-18:00"], holiday_as: open}}}}',
    ),
    "a clock that may or may not start again": (
        "open-restart",
        "info",
        "targets: [{first: 1h}]",
        "targets: [{first: 1h}]\nrestart_on: []",
    ),
    "a second time that may be missed": (
        "open-second-miss",
        "info",
        "delay: {send_before: deadline}",
        "delay: {send_before: deadline, second_miss: the management is told}",
    ),
    "a ticket with or without a door": (
        "open-ticket-door",
        "info",
        CHAT % ("always", ""),
        CHAT % ("always", ", {id: ticket, opened_by: staff}"),
    ),
    "complaints among ordinary mail": (
        "open-complaint-door",
        "info",
        "channels: [{id: email}]\ncomplaints: {channels: email}",
        "channels: [{id: email}]\ncomplaints: {channels: email, told_apart: address}",
    ),
    "a figure without its period": (
        "open-period",
        "info",
        "stats: [{measure: solved_by(first)}]",
        "stats: [{measure: solved_by(first), period: 1mo}]",
    ),
    "nothing about how long requests are kept": (
        "open-retention",
        "info",
        "order: fifo",
        "history: {keep: 5y}",
    ),
    "nothing about conduct": ("open-conduct", "info", "order: fifo", "conduct: {}"),
    "nothing about closing": ("open-closing", "info", "order: fifo", "close: {}"),
}


def found(text: str) -> dict[str, str]:
    return {f.code: f.severity for f in check(text, NOW)}


@pytest.mark.parametrize("name", FINDINGS)
def test_the_linter_finds(name: str) -> None:
    code, severity, wrong, right = FINDINGS[name]
    assert found(wrong).get(code) == severity
    assert code not in found(right)
    assert "error" not in found(right).values()


def test_every_finding_stands_at_its_line_and_says_how_to_mend() -> None:
    text = "policy: {timezone: UTC}\nscope:\n  in: [web]\n  out: [web]\n"
    (finding,) = [f for f in check(text, NOW) if f.severity == "error"]
    assert (finding.line, finding.column) == (4, 8)
    for name in FINDINGS.values():
        for item in check(name[2], NOW):
            assert any(mark in item.message for mark in (";", ",", "write", "name")), item.message


def test_the_shipped_policy_has_no_finding() -> None:
    assert check(default_text(), NOW) == []


def test_a_contradiction_shows_both_numbers() -> None:
    (finding,) = [
        f
        for f in check(FINDINGS["4 two numbers for one situation"][2], NOW)
        if f.code == "two-numbers"
    ]
    assert "4h" in finding.message
    assert "20m" in finding.message


def test_a_hole_in_the_week_is_named() -> None:
    (finding,) = [
        f
        for f in check(FINDINGS["3 hours without a rule of scope"][2], NOW)
        if f.code == "hours-uncovered"
    ]
    assert "Sat 09:00 to 18:00" in finding.message
