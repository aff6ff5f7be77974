"""Every finding of the linter, with a file that has it and one that has not: those of its page."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstline.policy import check, default_text

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
PAGES = {path.stem: path.read_text("utf-8") for path in (ROOT / "docs" / "findings").glob("*.md")}
# Bytes, sizes and versions: no example fits on a page. test_reading and test_versions have them.
BARE = {"character", "encoding", "too-large", "too-many", "version-number"}
FINDS = re.compile(r'(?:lint\.\w+|Finding|_refusal|_error|_note)\(\s*"([a-z-]+)"')
PAIRS = [
    pytest.param(code, wrong, right, id=f"{code} {number}")
    for code, text in sorted(PAGES.items())
    for number, (wrong, right) in enumerate(
        re.findall(
            r"Wrong:\n\n```yaml\n(.*?)\n```\n\nMended:\n\n```yaml\n(.*?)\n```", text, re.DOTALL
        ),
        1,
    )
]


def codes() -> set[str]:
    """Every code that the source can give."""
    package = ROOT / "src" / "firstline"
    paths = [*package.glob("policy/**/*.py"), *package.glob("regulations/*.py")]
    source = "\n".join(path.read_text("utf-8") for path in paths)
    kinds = ("calendar", "line", "channel", "plan", "priority", "topic", "site", "section")
    named = set(re.findall(r'"((?:bad|unknown)-[a-z]+)"', source))
    return {*FINDS.findall(source), *named, *(f"unknown-{kind}" for kind in kinds), "newer-format"}


def found(text: str) -> dict[str, str]:
    return {f.code: f.severity for f in check(text, NOW)}


def test_every_finding_has_its_page_and_every_page_its_finding() -> None:
    assert set(PAGES) == codes()
    assert len(PAGES) > 80
    for code, text in PAGES.items():
        assert text.startswith(f"# {code}\n\n**"), code


def test_every_page_shows_what_is_wrong_and_how_it_is_mended() -> None:
    shown = {param.values[0] for param in PAIRS}
    assert set(PAGES) - shown == BARE


@pytest.mark.parametrize(("code", "wrong", "right"), PAIRS)
def test_the_linter_finds_what_is_wrong_and_nothing_when_it_is_mended(
    code: str, wrong: str, right: str
) -> None:
    severity = PAGES[code].split("**")[1]
    finding = next(f for f in check(wrong, NOW) if f.code == code)
    assert finding.severity == severity
    assert finding.line >= 1
    assert finding.column >= 1
    assert code not in found(right)
    assert "error" not in found(right).values()


def test_every_finding_stands_at_its_line_and_says_how_to_mend() -> None:
    text = "policy: {timezone: UTC}\nscope:\n  in: [web]\n  out: [web]\n"
    (finding,) = [f for f in check(text, NOW) if f.severity == "error"]
    assert (finding.line, finding.column) == (4, 8)
    for param in PAIRS:
        for item in check(str(param.values[1]), NOW):
            assert any(mark in item.message for mark in (";", ",", "write", "name")), item.message


def test_the_shipped_policy_has_no_finding() -> None:
    assert check(default_text(), NOW) == []


def test_a_contradiction_shows_both_numbers() -> None:
    (finding,) = [
        f
        for f in check("targets: [{first: 4h, document: SLA}, {first: 20m}]", NOW)
        if f.code == "two-numbers"
    ]
    assert "4h" in finding.message
    assert "20m" in finding.message


def test_a_hole_in_the_week_is_named() -> None:
    text = """\
policy: {timezone: Europe/Kyiv}
calendars: {work: {mon-fri: ["09:00-18:00"]}, night: {every-day: ["18:00-33:00"]}}
scope: {in: [web], when: [{calendar: work, in: [web]}, {calendar: night, in: [web]}]}
"""
    (finding,) = [f for f in check(text, NOW) if f.code == "hours-uncovered"]
    assert "Sat 09:00 to 18:00" in finding.message


def test_a_row_with_an_id_is_called_by_it() -> None:
    (finding,) = [
        f
        for f in check("targets: [{id: sla, first: 4h}, {id: rules, first: 1h}]", NOW)
        if f.code == "two-numbers"
    ]
    assert "row 'sla' and 1h in row 'rules'" in finding.message


def test_what_is_remarked_of_a_full_file_can_be_read_at_a_glance() -> None:
    text = default_text()
    for cut in range(0, len(text), 1500):
        assert len(check(text[:cut], NOW)) <= 200


WEEK = """policy: {timezone: Europe/Berlin}
calendars:
  {day: {daily: 08:00-20:00}, same: {daily: 08:00-20:00}, night: {daily: 20:00-32:00},
   short: {daily: 09:00-12:00}, work: {mon-fri: 08:00-20:00}, weekend: {sat-sun: 00:00-24:00},
   early: {sat: 00:00-08:00}}
"""
LEVELS = "priorities: {levels: [high, low]}\nplans: [basic, gold]\ntopics: [outage, other]\n"


@pytest.mark.parametrize(
    "row",
    [
        "topic: outage", "channel: phone", "line: second", "service: vps", "country: de",
        "site: kyiv", "requester: monitoring", "plan: gold",
    ],
)  # fmt: skip
def test_a_row_for_some_of_a_priority_fills_no_cell_of_the_others(row: str) -> None:
    text = f"{LEVELS}targets: [{{priority: high, first: 1h}}, {{{row}, first: 30m}}]"
    assert "empty-cell" in found(text)
    assert "empty-cell" not in found(
        text.replace("]\ntargets", "]\ntargets").replace(row + ",", "")
    )


def test_a_cell_that_is_empty_in_one_topic_only_is_named_with_it() -> None:
    rows = "{topic: outage, priority: high, first: 1h}, {topic: other, first: 2h}"
    text = f"{LEVELS}targets: [{rows}]"
    (finding,) = [f for f in check(text, NOW) if f.code == "empty-cell"]
    assert "priority low (topic outage)" in finding.message


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("{plan: gold, topic: outage, first: 1h}, {plan: basic, first: 2h}", "plan gold; add"),
        ("{plan: gold, first: 1h}", None),
        ("{plan: gold, topic: outage, first: 1h}, {plan: basic, topic: other, first: 2h}", None),
        ("{plan: gold, first: 1h}, {first: 2h}", None),
        (
            "{priority: high, topic: outage, first: 1h}, {priority: low, TWO, first: 2h}",
            "priority high (topic other); add",
        ),
        (
            "{priority: high, TWO, first: 1h}, {priority: low, TWO, first: 2h}",
            None,
        ),
    ],
)
def test_an_empty_cell_is_named_by_what_alone_has_no_time(rows: str, named: str | None) -> None:
    text = f"{LEVELS}targets: [{rows.replace('TWO', 'topic: [outage, other]')}]"
    messages = [f.message for f in check(text, NOW) if f.code == "empty-cell"]
    assert [f"no row gives a time for {named} one"] * bool(named) == messages


@pytest.mark.parametrize("hours", ["night", "not day", "mon-sun 20:00-32:00"])
@pytest.mark.parametrize("row", ["first: 1h", "channel: mail, first: 1h"])
def test_lines_that_take_turns_in_a_channel_are_seen_together(hours: str, row: str) -> None:
    lines = "lines: [{id: a, calendar: day}, {id: b, calendar: night, from: a}]\n"
    channel = f"channels: [{{id: mail, line: a, lines: [{{when: {hours}, line: b}}]}}]\n"
    assert "target-before-opening" not in found(f"{WEEK}{lines}{channel}targets: [{{{row}}}]")
    alone = channel.replace("line: b", "line: a")
    assert "target-before-opening" in found(f"{WEEK}{lines}{alone}targets: [{{{row}}}]")


def test_a_line_that_a_channel_leads_to_at_certain_hours_is_reached() -> None:
    lines = "lines: [{id: a, calendar: day}, {id: b, calendar: night}]\n"
    channel = "channels: [{id: mail, line: a, lines: [{when: night, line: b}]}]"
    assert "line-unreached" not in found(WEEK + lines + channel)
    assert "line-unreached" in found(WEEK + lines + channel.replace("line: b", "line: a"))


@pytest.mark.parametrize(
    ("rules", "never"),
    [
        ("{calendar: not day, in: web}, {calendar: day, out: mail}", True),
        ("{calendar: not day, out: mail}, {calendar: day, out: mail}", True),
        ("{calendar: always, in: web}", True),
        ("{calendar: day, out: mail}", False),
        ("{calendar: not day, in: web}, {calendar: day, in: mail, paid: true}", False),
    ],
)
def test_a_code_that_is_dealt_with_at_no_hour_is_found(rules: str, never: bool) -> None:
    codes = found(f"{WEEK}scope: {{in: [web, mail], when: [{rules}]}}")
    assert ("scope-never" in codes) is never


@pytest.mark.parametrize(
    ("gold", "ended"),
    [("{}", False), ("{ends: 2091-01-01}", False), ("{ends: 2090-01-01}", True),
     ("{ends: 2089-01-01}", True)],
)  # fmt: skip
def test_a_plan_must_be_followed_by_one_that_goes_on(gold: str, ended: bool) -> None:
    plans = f"plans: {{old: {{ends: 2090-01-01, then: gold}}, gold: {gold}}}"
    assert ("plan-ended" in found(plans)) is ended
    assert "plan-ended" not in found(plans.replace("ends: 2090-01-01, then", "then"))


def test_a_follower_that_is_over_is_found_beside_the_plan_that_is() -> None:
    plans = "plans: {old: {ends: 2020-01-01, then: gold}, gold: {ends: 2021-01-01}}"
    messages = [f.message for f in check(plans, NOW) if f.code == "plan-ended"]
    assert len(messages) == 3
    assert any("takes the place of plan old" in message for message in messages)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("channels: [{id: a, line: frist}]", "unknown-line"),
        ("targets: [{line: secnd, first: 1h}]", "unknown-line"),
        ("channels: [{id: a, line: level_one}]", None),
        ("channels: [{id: a, line: first}]", None),
        ("channels: [{id: a, who: ownr}]", "unknown-name"),
        ("channels: [{id: a, who: resellr}]\nidentity: {contacts: [reseller]}", "unknown-name"),
        ("channels: [{id: a, who: [owner, contacts, reseller]}]", None),
    ],
)
def test_a_slip_in_a_name_that_the_file_does_not_define_is_found(
    text: str, code: str | None
) -> None:
    assert code in {*found(text), None}
    if code is None:
        assert not {"unknown-line", "unknown-name"} & set(found(text))
    else:
        assert "did you mean" in next(f.message for f in check(text, NOW) if f.code == code)


def test_a_refused_channel_has_no_advisory_deadline() -> None:
    refused = "channels: [{id: phone, status: refused}, {id: chat}]\n"
    assert "advisory-deadline" not in found(refused + "targets: [{first: 1h}]")
    named = found(refused + "targets: [{channel: [phone, chat], first: 1h}]")
    assert "refused-deadline" in named
    assert "advisory-deadline" not in named


@pytest.mark.parametrize(
    ("rules", "uncovered"),
    [
        ("{calendar: day, in: [web]}, {calendar: day, in: [mail], paid: true}", False),
        ("{calendar: day, in: [web]}, {calendar: same, in: [mail], paid: true}", False),
        ("{calendar: day, in: [web]}, {calendar: not day, in: [mail]}", False),
        ("{calendar: day, in: [web]}, {calendar: night, in: [mail]}", False),
        ("{calendar: day, in: [web], only_then: true}, {calendar: short, in: [mail]}", False),
        ("{calendar: day, in: [web]}, {calendar: short, in: [mail]}", False),
        ("{calendar: short, in: [web]}, {calendar: not day, in: [mail]}", False),
        ("{calendar: night, in: [web]}, {calendar: not work, out: [mail]}", False),
        ("{calendar: weekend, in: [web]}, {calendar: night, out: [mail]}", False),
        ("{calendar: work, in: [web]}, {calendar: night, out: [mail]}", True),
        ("{calendar: not weekend, in: [web]}, {calendar: early, out: [mail]}", False),
        ("{calendar: early, in: [web]}, {calendar: not early, out: [mail]}", False),
    ],
)
def test_hours_without_a_rule_are_told_where_rules_take_turns_over_a_day(
    rules: str, uncovered: bool
) -> None:
    codes = found(f"{WEEK}scope: {{in: [web, mail], when: [{rules}]}}")
    assert ("hours-uncovered" in codes) is uncovered


TURNS = "[{id: a, calendar: day}, {id: b, calendar: night}]"


@pytest.mark.parametrize(
    ("lines", "row", "early"),
    [
        (TURNS, "first: 1h", False),
        (TURNS, "line: [a, b], first: 1h", False),
        (TURNS, "channel: [mail, chat], first: 1h", False),
        ("[{id: a, calendar: day, on_call: night}]", "first: 1h", False),
        (TURNS, "line: b, first: 1h", True),
        (TURNS, "channel: mail, first: 1h", True),
        ("[{id: a, calendar: day, on_call: day}]", "first: 1h", True),
        (TURNS.replace("night", "night, parallel: true"), "first: 1h", True),
        ("[{id: a, calendar: day}, {id: b, calendar: always, from: a}]", "first: 1h", True),
    ],
)
def test_lines_that_work_in_turn_leave_nobody_waiting(lines: str, row: str, early: bool) -> None:
    channels = "channels: [{id: mail, line: a}, {id: chat, line: b}]"
    text = f"{WEEK}{channels if 'channel' in row else ''}\nlines: {lines}\ntargets: [{{{row}}}]"
    assert ("target-before-opening" in found(text)) is early


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("channels: [{id: chat, covers: [bilink]}]", "warning"),
        ("channels: [{id: chat, never: [accounting]}]", "warning"),
        ("channels: [{id: chat, variants: [{plan: gold, covers: [accounting]}]}]", "warning"),
        ("scope: {in: [accounting]}", "info"),
        ("scope: {out: [accounting]}", "info"),
        ("scope: {by_plan: {gold: {in: [accounting]}}}", "info"),
        ("channels: [{id: chat, covers: [billing]}]", None),
        ("scope: {in: [accounting]}\nclauses: [{id: accounting, words: Bills.}]", None),
    ],
)
def test_a_code_that_is_no_topic_is_found(text: str, severity: str | None) -> None:
    """Also where the file has no topics: those of the shipped file hold then."""
    assert found(text).get("code-without-topic") == severity
    assert found(f"topics: [billing, other]\n{text}").get("code-without-topic") == severity


def test_the_topic_that_a_code_most_likely_means_is_named() -> None:
    findings = check("channels: [{id: chat, covers: [biling]}]", NOW)
    assert any("write billing if it is meant" in f.message for f in findings)


@pytest.mark.parametrize(
    ("close", "told"),
    [
        ("{close: 30d, reopen: reply}", True),
        ("{}", True),
        ("{close: 30d, reopen: reply, reopen_days: 5}", False),
        ("{close: 30d, reopen: reply, reopen_days: unlimited}", False),
        ("{close: 30d, reopen: new_request}", False),
        ("{close: 30d, reopen_days: 0}", False),
    ],
)
def test_the_shipped_limit_of_reopening_is_told(close: str, told: bool) -> None:
    assert ("open-reopening" in found(f"close: {close}")) is told


def test_what_restarts_a_time_by_the_shipped_file_alone_is_told() -> None:
    for rows in ("{first: 1h}", "{words: Soon., next: 1h}"):
        (finding,) = [f for f in check(f"targets: [{rows}]", NOW) if f.code == "open-restart"]
        assert "client_word and hand_over_after_answer of the shipped file do" in finding.message
    assert "open-restart" not in found("targets: [{fix: 1d}]")
    assert "open-restart" not in found("targets: [{first: 1h}]\nrestart_on: []")


def test_a_row_after_which_nothing_promises_the_next_word_is_told() -> None:
    assert "open-next" in found("targets: [{first: 1h}]")
    assert "open-next" in found("targets: [{topic: web, first: 1h, next: 1h}, {first: 4h}]")
    for rows in ("{first: 1h, next: 2h}", "{first: 1h, next: none}", "{fix: 1d}"):
        assert "open-next" not in found(f"targets: [{rows}]")
    assert "open-next" not in found("targets: [{topic: web, first: 1h}, {first: 4h, next: 4h}]")


def test_hours_outside_of_a_calendar_are_seen_as_hours_everywhere() -> None:
    """`not NAME` for a line, its call, a channel."""
    row = "targets: [{first: 1h}]"
    for lines, early in (
        ("[{id: a, calendar: not day}]", True),
        ("[{id: a, calendar: not day, on_call: day}]", False),
        ("[{id: a, calendar: day, on_call: not day}]", False),
        ("[{id: a, calendar: day}, {id: b, calendar: not day}]", False),
    ):
        assert ("target-before-opening" in found(f"{WEEK}lines: {lines}\n{row}")) is early
    through = "channels: [{id: a, calendar: day}, {id: b, calendar: not day, reached_through: a}]"
    assert "channel-unreachable" in found(WEEK + through)
    both = "channels: [{id: a, calendar: day}, {id: b, calendar: not day}]"
    assert "hours-uncovered" not in found(f"{WEEK}{both}\n{row}")
