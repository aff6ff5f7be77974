"""Rules that the desk does not carry out itself are answered: another value, another answer."""

from typing import Any

import pytest

from firstline.policy import load, policy_ask, policy_due

BASE = """
policy: {version: 1, timezone: Europe/Kyiv, languages: [en, uk]}
calendars:
  work: {mon-fri: ["09:00-18:00"]}
sites: {pl: {timezone: Europe/Warsaw, languages: [en]}}
plans: {silver: {}, gold: {languages: [en]}}
channels:
  - {id: ticket, status: official, calendar: always, auth: login}
  - {id: phone, status: official, calendar: work, countries: [UA], opens_after: 4h}
topics: [web, mail]
scope: {in: [web, mail, backup], out: [code], refer: {code: Ask the developer.},
  only_if: [contract], needs: {backup: [vps]}}
targets:
  - {channel: ticket, country: PL, ack: 15m, first: 2h, update: 4h, start: 1h, fix: 1d}
  - {channel: ticket, ack: 30m, first: 1h, next: none, update: 8h, start: 3h, fix: 2d}
complaints: {channels: [ticket], must: [essence], calendar: work, within: {invoice: 1mo},
  counted_from: acknowledgement, stages: [{id: one, ack: 1bd, reply: 3bd}]}
request: {must: [what_happens], one_issue: true, scheduled_notice: 2d}
credits: [{basis: availability, bands: {"<99.9": 10%}}]
identity: {login: full, pin: {valid: 24h, tries: 3, not_for: [delete]}}
paid:
  {model: time, unit: 15m, price: 20 EUR, per: unit, included: 15m,
   expires: 6mo, refund_when: late, surcharges: [{when: urgent, percent: 50}]}
maintenance: {lead: 3d, must: [time]}
history: {visible_to: [owner], keep: 5y, download: [text]}
stats: [{id: first, measure: on_time(first), claim: 90, period: 1mo}]
"""
MONDAY = "2027-03-08T10:00:00+02:00"
SITUATIONS: dict[str, dict[str, Any]] = {
    "paid": {"minutes": 40, "facts": ["urgent"]},
    "maintenance": {},
    "complaints": {"at": MONDAY, "has": ["essence"]},
    "pin": {"proof": "pin", "act": "delete"},
    "site": {"at": MONDAY, "country": "PL", "channel": "ticket", "site": "pl", "language": "uk"},
    "phone": {"at": MONDAY, "country": "PL", "channel": "phone", "age": "1h"},
    "plan": {"plan": "gold", "language": "uk", "channel": "ticket"},
    "measures": {"at": MONDAY, "channel": "ticket", "topic": "web"},
    "history": {},
    "one": {"topic": "web"},
    "condition": {"code": "backup"},
    "invoice": {"at": MONDAY, "subject": "invoice"},
    "late": {"minutes": 40, "facts": ["late"]},
    "scheduled": {"work_at": MONDAY},
    "credit": {"availability": 99.5},
}


def answer(text: str, situation: str) -> Any:
    policy, given = load(text), SITUATIONS[situation]
    return [policy_ask(policy, given), policy_due(policy, given) if "at" in given else None]


@pytest.mark.parametrize(
    ("situation", "old", "new"),
    [
        ("paid", "unit: 15m", "unit: 30m"),
        ("paid", "price: 20 EUR", "price: 30 EUR"),
        ("paid", "included: 15m", "included: 30m"),
        ("paid", "percent: 50", "percent: 100"),
        ("maintenance", "lead: 3d", "lead: 7d"),
        ("maintenance", "must: [time]", "must: [time, duration]"),
        ("complaints", "reply: 3bd", "reply: 5bd"),
        ("complaints", "must: [essence]", "must: [essence, name]"),
        ("complaints", "{channels: [ticket]", "{channels: [phone]"),
        ("pin", "not_for: [delete]", "not_for: []"),
        ("site", "first: 2h", "first: 3h"),
        ("site", "languages: [en]}}", "languages: [en, uk]}}"),
        ("phone", "countries: [UA]", "countries: [UA, PL]"),
        ("phone", "opens_after: 4h", "opens_after: 1h"),
        ("plan", "gold: {languages: [en]}", "gold: {languages: [uk]}"),
        ("measures", "ack: 30m", "ack: 45m"),
        ("measures", "update: 8h", "update: 9h"),
        ("measures", "start: 3h", "start: 2h"),
        ("measures", "fix: 2d", "fix: 3d"),
        ("history", "keep: 5y", "keep: 6y"),
        ("history", "visible_to: [owner]", "visible_to: [owner, contacts]"),
        ("history", "download: [text]", "download: [text, json]"),
        ("one", "one_issue: true", "one_issue: false"),
        ("condition", "backup: [vps]", "backup: [panel]"),
        ("condition", "only_if: [contract]", "only_if: []"),
        ("measures", "next: none", "next: 2h"),
        ("complaints", "counted_from: acknowledgement", "counted_from: submission"),
        ("invoice", "invoice: 1mo", "invoice: 2mo"),
        ("late", "refund_when: late", "refund_when: never"),
        ("late", "expires: 6mo", "expires: 12mo"),
        ("scheduled", "scheduled_notice: 2d", "scheduled_notice: 3d"),
        ("credit", "10%", "20%"),
    ],
)
def test_another_value_is_another_answer(situation: str, old: str, new: str) -> None:
    assert old in BASE
    assert answer(BASE, situation) != answer(BASE.replace(old, new), situation)
