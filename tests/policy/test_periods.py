"""Rules that hold for a time: targets, prices, quotas; and what a page of a date leaves out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.cli import policy_files as cli
from firstline.policy import PolicyError, check, load, page, policy_ask, policy_due

FILE = """
policy: {timezone: Europe/Berlin, languages: [en, uk, ru]}
calendars:
  work: {mon-fri: 09:00-18:00}
  exceptions:
    - {calendar: work, from: 2026-03-02, to: 2026-03-03, closed: true, tell: We move.}
    - {calendar: work, from: 2026-12-24, to: 2026-12-24, closed: true, tell: Christmas.}
channels:
  - {id: ticket, calendar: work}
targets:
  - {id: spring, to: 2026-03-31, first: 4h}
  - {id: noon, from: 2026-04-01, to: "2026-04-01T12:00", first: 3h}
  - {id: summer, from: 2026-07-01, to: 2026-08-31, first: 2h}
  - {id: usual, first: 1h}
paid: [{id: sale, from: 2026-05-01, to: 2026-05-31, price: 30 EUR}, {id: full, price: 60 EUR}]
quota: [{unit: time, time: 60m, to: 2026-06-30, beyond: paid}, {unit: time, time: 30m, beyond: paid}]
"""  # noqa: E501 - a policy file
POLICY = load(FILE)


@pytest.mark.parametrize(
    ("received", "rule"),
    [
        ("2026-03-31T23:59", "spring"),
        ("2026-04-01T00:00", "noon"),
        ("2026-04-01T11:59", "noon"),
        ("2026-04-01T12:00", "usual"),
        ("2026-06-30T23:59", "usual"),
        ("2026-07-01T00:00", "summer"),
        ("2026-08-31T23:59", "summer"),
        ("2026-09-01T00:00", "usual"),
        ("2026-08-31T22:30Z", "usual"),
    ],
)
def test_a_row_holds_in_its_period_only(received: str, rule: str) -> None:
    found = policy_due(POLICY, {"received": received})["measures"]["first"]["rule"]
    assert found["rule"] == f"targets.{rule}"


def ask(received: str | None, **given: Any) -> Any:
    return policy_ask(POLICY, {"received": received, **given})


def test_prices_and_quotas_hold_in_their_period_and_not_where_nobody_says_when() -> None:
    for received, amount in (("2026-04-30T10:00", "60.00"), ("2026-05-01T10:00", "30.00"),
                             ("2026-05-31T23:00", "30.00"), (None, "60.00")):  # fmt: skip
        assert ask(received, minutes=60)["price"]["amount"] == amount, received
    assert [row["included"] for row in ask("2026-06-30T10:00")["quota"]] == [60.0, 30.0]
    assert [row["included"] for row in ask("2026-07-01T10:00")["quota"]] == [30.0]


def text(at: str | None, lang: str = "en") -> str:
    when = None if at is None else datetime.fromisoformat(at).replace(tzinfo=POLICY.zone)
    parts = page(POLICY, lang, when)["sections"]
    return "\n".join(clause["words"] for part in parts for clause in part["clauses"])


def test_the_page_of_a_date_leaves_out_what_is_over() -> None:
    whole = text(None)
    for words in ("We move", "Christmas", "4 hours", "It applies until 31 March 2026."):
        assert words in whole
    assert "It applies from 1 May 2026." in whole
    assert "Діє до 31 березня 2026 року включно." in text(None, "uk")
    assert "Действует по 31 марта 2026 года включительно." in text(None, "ru")
    assert "We move" in text("2026-03-03T23:59")
    late = text("2026-04-02")
    for words in ("We move", "4 hours"):
        assert words not in late
    assert "Christmas" in late
    assert "Christmas" not in text("2026-12-25")
    assert "1 hour" in text("2030-01-01")


def test_the_command_takes_a_date(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(FILE, "utf-8")
    assert cli.run_policy(["page", str(file), "--at", "2026-03-01"]) == 0
    assert "We move" in capsys.readouterr().out
    assert cli.run_policy(["page", str(file), "--at", "2026-03-04"]) == 0
    assert "We move" not in capsys.readouterr().out
    assert cli.run_policy(["page", str(file), "--at", "soon"]) == 2
    assert "--at: 'soon' is not a date" in capsys.readouterr().err


def test_rows_of_different_periods_do_not_hide_each_other() -> None:
    codes = [found.code for found in check(FILE, datetime(2026, 1, 1, tzinfo=UTC))]
    assert not {"two-numbers", "row-unreachable", "price-unreachable"} & set(codes)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PolicyError, match="before it begins"):
        load("targets: [{from: 2026-05-01, to: 2026-04-01, first: 1h}]")


def test_the_priority_of_a_plan_is_that_of_its_requests() -> None:
    policy = load(
        "plans: [basic, gold]\ntopics: [web, mail]\n"
        "priorities: {levels: [high, low], default: low, by_topic: {mail: low},"
        " by_plan: {gold: high}}\n"
        "targets: [{priority: high, first: 1h}, {first: 8h}]"
    )
    for given, hours in (({"plan": "gold"}, "11"), ({"plan": "basic"}, "18"),
                         ({"plan": "gold", "topic": "mail"}, "18"),
                         ({"plan": "gold", "priority": "low"}, "18")):  # fmt: skip
        found = policy_due(policy, {"received": "2026-03-02T10:00Z", **given})["measures"]
        assert found["first"]["due_at"][11:13] == hours, given


def test_what_helps_may_be_left_out() -> None:
    policy = load("request: {must: [url], should: [screenshots, logs]}")
    found = policy_ask(policy, {"has": ["logs"]})["request"]
    assert (found["lacks"], found["should"]) == (["url"], ["screenshots"])


def test_what_an_article_answers_is_closed_with_the_answer() -> None:
    policy = load("close: {close: 72h, by_article: at_once, reopen_days: 7}")
    usual = policy_due(policy, {"received": "2026-03-02T10:00Z"})["measures"]
    assert usual["close"]["due_at"] == "2026-03-05T10:00:00+00:00"
    asked = {"received": "2026-03-02T10:00Z", "facts": ["by_article"]}
    found = policy_due(policy, asked)
    assert found["measures"]["close"]["due_at"] == "2026-03-02T10:00:00+00:00"
    assert found["measures"]["reopen"]["due_at"] == "2026-03-09T10:00:00+00:00"
    assert "the policy has no rule about the fact 'by_article'" not in found["notes"]
    other = load("close: {close: 72h}")
    assert policy_due(other, asked)["measures"]["close"]["due_at"] == "2026-03-05T10:00:00+00:00"
