"""The facade: every number comes from the file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

import pytest

from firstline.policy import Policy, Situation, default_text, due, load
from firstline.policy.rules.channels import door
from firstline.policy.rules.closing import closing_steps, reopening
from firstline.policy.rules.complaints import complaint_stages
from firstline.policy.rules.hours import OpeningState

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 10:00 in Kyiv
FRIDAY = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
FIRST = Situation(line="first", channel="chat")


def answer_due(
    policy: Policy, at: datetime, situation: Situation = FIRST, measure: str = "first"
) -> datetime | None:
    found = due(policy, measure, at, situation)
    return found and found.at


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(default_text())


def test_the_default_has_the_fixed_vocabulary(policy: Policy) -> None:
    assert policy.zone == ZoneInfo("Europe/Kyiv")
    assert policy.languages == ("en", "uk", "ru")
    assert " ".join(policy.topics) == "web mysql ftp ssh mail domain ssl panel billing other"
    assert " ".join(policy.outcomes) == "solved advised refused duplicate withdrawn"
    assert policy.delay_reasons == (
        "third-party", "investigation", "overload", "maintenance", "other",
    )  # fmt: skip


def test_lines_go_up_one_by_one_and_consulting_stands_beside(policy: Policy) -> None:
    assert policy.first_line == "first"
    assert [line.id for line in policy.lines] == ["first", "second", "administrators", "consulting"]
    assert policy.next_line("first") == "second"
    assert policy.next_line("second") == "administrators"
    assert policy.next_line("administrators") is None
    assert policy.lines[-1].parallel
    assert policy.next_line("consulting") is None


def test_an_answer_is_due_within_the_hour_at_any_time(policy: Policy) -> None:
    midnight = datetime(2026, 1, 1, 0, 0, tzinfo=policy.zone)
    promise = answer_due(policy, midnight)
    assert promise is not None
    assert promise == midnight + timedelta(hours=1)
    assert promise.tzinfo == policy.zone


def test_a_door_of_the_chat_has_the_promise_of_the_chat(policy: Policy) -> None:
    assert answer_due(policy, MONDAY, Situation(line="first", channel="widget")) is not None
    assert answer_due(policy, MONDAY, Situation(line="first", channel="api")) is not None


def test_an_advisory_channel_promises_nothing(policy: Policy) -> None:
    assert answer_due(policy, MONDAY, Situation(line="first", channel="email")) is None
    assert answer_due(policy, MONDAY, Situation(line="consulting", channel="phone")) is None


def test_labels_fall_back_to_the_first_language_then_to_the_id(policy: Policy) -> None:
    assert policy.label("topic", "mail", "uk") == "Пошта"
    assert policy.label("topic", "mail", "pl") == "Mail"
    assert policy.label("topic", "rockets", "uk") == "rockets"
    assert policy.label("state", "with_client", "ru") == "Ждём клиента"
    assert policy.label("line", "second", "en") == "Second line"


def test_alarms_come_in_order_and_only_an_answer_to_a_chat_can_wait(policy: Policy) -> None:
    due_at = MONDAY + timedelta(hours=1)
    chat = policy.stages(MONDAY, due_at, kind="answer", mode="chat")
    assert [name for name, _ in chat] == ["chat_waits", "warning", "warning", "missed"]
    assert [at for _, at in chat] == sorted(at for _, at in chat)
    ticket = policy.stages(MONDAY, due_at, kind="answer", mode="ticket")
    assert [name for name, _ in ticket] == ["warning", "warning", "missed"]
    delay = policy.stages(MONDAY, due_at, kind="delay", mode="chat")
    assert [name for name, _ in delay] == ["warning", "missed"]


def test_a_warning_before_the_start_is_left_out(policy: Policy) -> None:
    soon = policy.stages(MONDAY, MONDAY + timedelta(minutes=10), kind="answer", mode="ticket")
    assert [name for name, _ in soon] == ["warning", "missed"]


def test_three_working_days_of_a_complaint_skip_the_weekend(policy: Policy) -> None:
    (stage,) = complaint_stages(policy, FRIDAY)
    assert stage.by == "management"
    assert stage.due_at == datetime(2026, 3, 11, 18, tzinfo=policy.zone)


def test_the_phone_opens_in_the_morning(policy: Policy) -> None:
    night = datetime(2026, 3, 2, 22, tzinfo=policy.zone)
    phone, chat = opening(policy, "phone", night), opening(policy, "chat", night)
    assert phone.open is False
    assert phone.opens_at == datetime(2026, 3, 3, 9, tzinfo=policy.zone)
    assert chat.open
    assert door(policy, Situation(channel="fax", received=night)) is None


def test_a_short_file_takes_desk_and_words_from_the_shipped_policy(policy: Policy) -> None:
    short = load("targets: [{first: 2h}]")
    assert short.chats_per_operator == policy.chats_per_operator
    assert short.alarm_every == policy.alarm_every
    assert short.topics == policy.topics
    assert short.first_line == "first"
    assert closing_steps(short, MONDAY) == ()
    assert answer_due(short, MONDAY) == MONDAY + timedelta(hours=2)


def test_a_policy_that_promises_no_answer_has_no_promise() -> None:
    assert answer_due(load("policy: {version: 2}"), MONDAY) is None


def steps(policy: Policy) -> dict[str, datetime]:
    return dict(closing_steps(policy, MONDAY))


def complaint_due(policy: Policy) -> datetime | None:
    return complaint_stages(policy, FRIDAY)[0].due_at


def alarms(policy: Policy, kind: str = "answer") -> tuple[tuple[str, datetime], ...]:
    return policy.stages(MONDAY, MONDAY + timedelta(hours=2), kind=kind, mode="chat")


def opening(policy: Policy, channel: str, at: datetime) -> OpeningState:
    found = door(policy, Situation(channel=channel, received=at))
    assert found is not None
    return found.opening


def phone_opens(policy: Policy) -> datetime | None:
    return opening(policy, "phone", MONDAY.replace(hour=19)).opens_at


def night_promise(policy: Policy) -> datetime | None:
    return answer_due(policy, MONDAY.replace(hour=1))


# Each value of the shipped file: what is written, what it is changed to, what must then answer
# otherwise.
CHANGES: list[tuple[str, str, Callable[[Policy], object]]] = [
    ("version: 1", "version: 7", lambda p: p.version),
    ("company: Firstline Hosting", "company: Acme", lambda p: p.company),
    ("timezone: Europe/Kyiv", "timezone: Europe/Lisbon", complaint_due),
    ("languages: [en, uk, ru]", "languages: [uk, en, ru]", lambda p: p.languages),
    ('"09:00-21:00"', '"08:00-20:00"', phone_opens),
    ('mon-fri: ["09:00-18:00"]', 'mon-fri: ["09:00-17:00"]', complaint_due),
    ('mon-fri: ["09:00-18:00"]', 'mon-sat: ["09:00-18:00"]', complaint_due),
    ("holidays: {add: []}", "holidays: {add: [03-09]}", complaint_due),
    ("day_ends: closing", "day_ends: midnight", complaint_due),
    ("own_time: 1h", "own_time: 2h", lambda p: p.line_share(MONDAY, line="first")),
    ("own_time: 4h", "own_time: 5h", lambda p: p.line_share(MONDAY, line="second")),
    ("own_time: 8h", "own_time: 9h", lambda p: p.line_share(MONDAY, line="administrators")),
    ("from: second", "from: first", lambda p: p.next_line("second")),
    ("first: 1h", "first: 30m", lambda p: answer_due(p, MONDAY)),
    ("next: 1h", "next: 2h", lambda p: answer_due(p, MONDAY, measure="next")),
    ("clock: always, force", "clock: work, force", night_promise),
    ("channel: [chat, ticket]", "channel: [ticket]", lambda p: answer_due(p, MONDAY)),
    ("[client_word, hand_over_after_answer]", "[client_word]", lambda p: p.restart_on),
    ("chat_waits: 3m", "chat_waits: 4m", alarms),
    ("\n  warnings: [20m, 5m]", "\n  warnings: [10m]", alarms),
    ("delay_warnings: [15m]", "delay_warnings: [25m]", lambda p: alarms(p, "delay")),
    ("every: 5m", "every: 6m", lambda p: p.alarm_every),
    ("chats_per_operator: 5", "chats_per_operator: 3", lambda p: p.chats_per_operator),
    ("skip_pause: 10m", "skip_pause: 20m", lambda p: p.skip_pause),
    ("presence_grace: 3m", "presence_grace: 90s", lambda p: p.presence_grace),
    ("edit_window: 5m", "edit_window: 15m", lambda p: p.edit_window),
    ("per_client: 50", "per_client: 9", attrgetter("open_requests_per_client")),
    ("longest: 7d", "longest: 2d", lambda p: p.delay_longest),
    ("reply: 3bd", "reply: 5bd", complaint_due),
    ("calendar: work\n  counted", "calendar: calls\n  counted", complaint_due),
    ("remind: 48h", "remind: 24h", lambda p: steps(p)["remind"]),
    ("close: 72h", "close: 96h", lambda p: steps(p)["close"]),
    ("close: 72h\n  clock: always", "close: 72h\n  clock: work", lambda p: steps(p)["close"]),
    ("reopen_days: 14", "reopen_days: 3", reopening),
    ("reopen: reply", "reopen: new_request", reopening),
    ("within_days: 7", "within_days: 30", lambda p: p.first_line_days),
    ("en: Solved,", "en: Done,", lambda p: p.label("outcome", "solved", "en")),
    ("  billing: {en:", "  money: {en:", lambda p: p.topics),
]  # fmt: skip


@pytest.mark.parametrize(("written", "changed", "ask"), CHANGES, ids=[c[1][:40] for c in CHANGES])
def test_changing_a_value_of_the_file_changes_the_answer(
    policy: Policy, written: str, changed: str, ask: Callable[[Policy], object]
) -> None:
    text = default_text()
    assert written in text
    if written.startswith("  billing"):
        text = text.replace("    billing: [document]\n", "")
    assert ask(load(text.replace(written, changed, 1))) != ask(policy)


def test_due_names_its_rule_and_its_steps(policy: Policy) -> None:
    found = due(policy, "answer", MONDAY, Situation(channel="chat"))
    assert found is not None
    assert found.rule["rule"] == "targets.answer"
    assert found.rule["clause"] == "answer.hour"
    assert [step["minutes"] for step in found.steps] == [60]
    complaint = due(policy, "complaint.management", FRIDAY, Situation())
    assert complaint is not None
    assert [step["what"] for step in complaint.steps] == [
        "day received, not counted",
        "closed",
        "closed",
        "working day 1",
        "working day 2",
        "working day 3",
    ]
    with pytest.raises(ValueError, match="not a measure"):
        due(policy, "lunch", MONDAY, Situation())
