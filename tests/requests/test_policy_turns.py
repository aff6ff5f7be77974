"""Whose turn it is, until when, and what follows: each value of the policy moves the desk."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.kit.due import DueTime
from firstline.kit.errors import Conflict, Invalid, Refused
from firstline.policy import default_text
from firstline.requests.actions import closing, moves
from firstline.requests.actions.delays import delay
from firstline.requests.due import handlers

from .hands import Hands

RESTART = "restart_on: [client_word, hand_over_after_answer]"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def but(*changes: tuple[str, str]) -> str:
    """The shipped file with some values changed."""
    text = default_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


async def armed(hands: Hands, no: int) -> DueTime | None:
    async with hands.desk.db.connection() as conn:
        cursor = await conn.execute(
            "select matter, kind, due_at, generation, state, stage, lease_until, attempts "
            "from due_times where matter = %s and state = 'armed'",
            (no,),
        )
        row: Any = await cursor.fetchone()
    return DueTime(*row) if row else None


async def let_pass(hands: Hands, no: int, span: timedelta) -> list[tuple[str, timedelta]]:
    """Time goes by; what the worker did to the request, and how long after the beginning."""
    began, until = hands.now, hands.now + span
    fire = handlers(hands.desk.policies, lambda what, language: what)
    done: list[tuple[str, timedelta]] = []
    while (due := await armed(hands, no)) is not None and due.due_at <= until:
        hands.clock.now = max(hands.now, due.due_at)
        async with hands.desk.db.transaction() as tx:
            await tx.conn.execute("update due_times set state = 'done' where matter = %s", (no,))
            await fire["turn"](tx, due, hands.now)
        done.append((due.stage, hands.now - began))
    hands.clock.now = until
    return done


async def opened(hands: Hands, *, answered: bool = True) -> int:
    no = await hands.open()
    await hands.take("anna")
    if answered:
        await hands.say("anna", no)
    return no


@pytest.mark.parametrize(
    ("said", "owed"), [("[client_word, hand_over_after_answer]", True), ("[reopen]", False)]
)
async def test_the_clients_next_word_is_owed_an_answer_where_the_policy_says_so(
    hands: Hands, said: str, owed: bool
) -> None:
    await hands.govern(but((RESTART, f"restart_on: {said}")))
    no = await opened(hands)
    await hands.say("vera", no)
    assert await hands.promised(no) == (hands.now + HOUR if owed else None)


async def test_no_further_answer_is_owed_where_the_policy_promises_no_time(hands: Hands) -> None:
    await hands.govern(but(("next: 1h, clock", "next: none, clock")))
    no = await opened(hands, answered=False)
    assert await hands.promised(no) == hands.now + HOUR
    await hands.say("anna", no)
    await hands.say("vera", no)
    assert await hands.promised(no) is None
    assert (await hands.request(no)).state == "with_us"


@pytest.mark.parametrize(
    ("said", "answered", "anew"),
    [
        ("[client_word, hand_over_after_answer]", True, True),
        ("[client_word, hand_over_after_answer]", False, False),
        ("[client_word, hand_over]", False, True),
        ("[client_word]", True, False),
    ],
)
async def test_a_hand_over_starts_the_time_again_where_the_policy_says_so(
    hands: Hands, said: str, answered: bool, anew: bool
) -> None:
    await hands.govern(but((RESTART, f"restart_on: {said}")))
    no = await opened(hands, answered=answered)
    before = await hands.promised(no)
    hands.clock.pass_by(minutes=7)
    await hands.act(moves.hand_over, "anna", no, "What was tried")
    assert await hands.promised(no) == (hands.now + HOUR if anew else before)


@pytest.mark.parametrize("counted", ["arrival", "latest_client_word"])
async def test_the_time_counts_from_the_word_that_the_policy_names(
    hands: Hands, counted: str
) -> None:
    await hands.govern(but(("next: 1h, clock", f"next: 1h, counted_from: {counted}, clock")))
    no = await hands.open()
    first = await hands.promised(no)
    hands.clock.pass_by(minutes=20)
    await hands.say("vera", no)
    assert await hands.promised(no) == (first if counted == "arrival" else hands.now + HOUR)


@pytest.mark.parametrize(
    ("said", "owed"), [("[client_word]", False), ("[client_word, reopen]", True)]
)
async def test_what_the_staff_reopens_is_owed_a_word_where_the_policy_says_so(
    hands: Hands, said: str, owed: bool
) -> None:
    await hands.govern(but((RESTART, f"restart_on: {said}")))
    no = await opened(hands)
    anna = hands.world["anna"]
    await hands.act(closing.close, anna, no, "solved", "It works again")
    await hands.act(closing.reopen, anna, no)
    assert (await hands.promised(no) is not None) == owed


@pytest.mark.parametrize("said", ["[client_word]", "[reopen]"])
@pytest.mark.parametrize("words", [True, False])
async def test_what_the_client_reopens_is_owed_an_answer_whatever_the_policy_says(
    hands: Hands, said: str, words: bool
) -> None:
    await hands.govern(but((RESTART, f"restart_on: {said}")))
    no = await opened(hands)
    anna, vera = hands.world["anna"], hands.world["vera"]
    await hands.act(closing.close, anna, no, "solved", "It works again")
    hands.clock.pass_by(minutes=3)
    if words:
        await hands.say("vera", no)
    else:
        await hands.act(closing.reopen, vera, no)
    assert await hands.promised(no) == hands.now + HOUR


async def notice(hands: Hands, no: int, reason: str = "overload", hours: float = 2) -> None:
    until = hands.now + timedelta(hours=hours)
    anna = hands.world["anna"]
    await hands.act(delay, anna, no, reason, until, "Many write today")


@pytest.mark.parametrize(("repeat", "most"), [("each_new_time", 4), ("once", 2), ("never", 1)])
async def test_delay_notices_follow_each_other_as_often_as_the_policy_lets_them(
    hands: Hands, repeat: str, most: int
) -> None:
    await hands.govern(but(("repeat: each_new_time", f"repeat: {repeat}")))
    no = await opened(hands, answered=False)
    for _ in range(most):
        await notice(hands, no)
    if repeat != "each_new_time":
        with pytest.raises(Conflict, match="no further delay notice"):
            await notice(hands, no)
    await hands.say("anna", no)
    await hands.say("vera", no)
    await notice(hands, no)


async def test_a_delay_notice_names_a_time_and_a_reason_of_the_policys(hands: Hands) -> None:
    await hands.govern(but(("longest: 7d", "longest: 3h"), ("    overload: {", "    crowd: {")))
    no = await opened(hands, answered=False)
    for refused in ({"hours": 4, "reason": "crowd"}, {"reason": "overload"}, {"reason": ""}):
        with pytest.raises(Invalid):
            await notice(hands, no, **refused)  # type: ignore[arg-type]
    await notice(hands, no, reason="crowd", hours=3)
    await hands.govern(but(("must: [reason, new_time]", "must: [new_time]")))
    await notice(hands, await opened(hands, answered=False), reason="")


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("deadline", [3, 40, 55, 60]),
        ("10m", [3, 40, 50, 55, 60]),
    ],
)
async def test_staff_are_warned_when_a_notice_has_to_be_sent_at_the_latest(
    hands: Hands, said: str, minutes: list[int]
) -> None:
    await hands.govern(but(("send_before: deadline", f"send_before: {said}")))
    no = await hands.open()
    passed = await let_pass(hands, no, timedelta(hours=2))
    assert [span for _stage, span in passed] == [timedelta(minutes=m) for m in minutes]
    assert passed[-1][0] == "missed"


async def test_alarms_come_when_the_policy_says(hands: Hands) -> None:
    alarms = ("chat_waits: 3m", "chat_waits: 4m"), ("warnings: [20m, 5m]", "warnings: [30m]")
    await hands.govern(but(*alarms, ("delay_warnings: [15m]", "delay_warnings: [45m]")))
    no = await opened(hands, answered=False)
    passed = await let_pass(hands, no, timedelta(minutes=35))
    assert passed == [("chat_waits", timedelta(minutes=4)), ("warning", timedelta(minutes=30))]
    await notice(hands, no)
    assert await let_pass(hands, no, 2 * HOUR) == [
        ("warning", timedelta(minutes=75)), ("missed", 2 * HOUR),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "steps", "outcome"),
    [
        ((), [("remind", 2 * DAY), ("close", 3 * DAY)], "advised"),
        ((("remind: 48h", "remind: 24h"),), [("remind", DAY), ("close", 3 * DAY)], "advised"),
        ((("  close: 72h", "  close: 4d"),), [("remind", 2 * DAY), ("close", 4 * DAY)], "advised"),
        (
            (("  close: 72h", "  resolve: 72h\n  close: 24h"),),
            [("remind", 2 * DAY), ("close", 4 * DAY)],
            "solved",
        ),
        (
            (("  close: 72h", "  close: 72h\n  silence: accepted"),),
            [("remind", 2 * DAY), ("close", 3 * DAY)],
            "solved",
        ),
    ],
)
async def test_silence_is_reminded_and_closed_in_the_steps_of_the_policy(
    hands: Hands,
    changes: tuple[tuple[str, str], ...],
    steps: list[tuple[str, timedelta]],
    outcome: str,
) -> None:
    await hands.govern(but(*changes))
    no = await opened(hands)
    passed = await let_pass(hands, no, 9 * DAY)
    assert [step for step in passed if step[0] != "letter"] == steps
    assert (await hands.request(no)).outcome == outcome


async def test_silence_is_counted_by_the_policys_clock(hands: Hands) -> None:
    hands.clock.pass_by(days=-hands.now.isoweekday() % 7 + 5)  # a Friday
    hands.clock.now = hands.now.replace(hour=12, minute=0, second=0)
    closing = ("  close: 72h\n  clock: always", "  close: 2bh\n  clock: work")
    await hands.govern(but(closing))
    hands.clock.now = hands.now.replace(hour=14, minute=30)  # work in Kyiv ends soon
    no = await opened(hands)
    passed = await let_pass(hands, no, 9 * DAY)
    closed = (await hands.request(no)).closed_at
    assert passed[-1][0] == "close"
    assert closed is not None
    assert closed.isoweekday() == 1, "on Monday"


@pytest.mark.parametrize(
    ("changes", "days", "reopens"),
    [
        ((), 13, True),
        ((), 15, False),
        ((("reopen_days: 14", "reopen_days: 20"),), 15, True),
        ((("reopen_days: 14", "reopen_days: unlimited"),), 900, True),
        ((("reopen_days: 14", "reopen_days: 0"),), 0, False),
        ((("reopen: reply", "reopen: new_request"),), 1, False),
        ((("request:\n", "request:\n  after_closing: new_request\n"),), 1, False),
    ],
)
async def test_words_reopen_a_request_as_long_as_the_policy_says(
    hands: Hands, changes: tuple[tuple[str, str], ...], days: int, reopens: bool
) -> None:
    await hands.govern(but(*changes))
    no = await opened(hands)
    anna = hands.world["anna"]
    await hands.act(closing.close, anna, no, "solved", "It works again")
    hands.clock.pass_by(days=days)
    if reopens:
        await hands.say("vera", no)
        assert not (await hands.request(no)).closed
    else:
        with pytest.raises(Refused):
            await hands.say("vera", no)


async def test_an_operator_holds_as_many_chats_as_the_policy_says(hands: Hands) -> None:
    await hands.govern(but(("chats_per_operator: 5", "chats_per_operator: 2")))
    for _ in range(3):
        await hands.open()
    assert await hands.take("anna")
    assert await hands.take("anna")
    with pytest.raises(Conflict):
        await hands.take("anna")


async def test_a_client_has_as_many_open_requests_as_the_policy_says(hands: Hands) -> None:
    await hands.govern(but(("open_requests_per_client: 50", "open_requests_per_client: 2")))
    await hands.open()
    await hands.open()
    with pytest.raises(Conflict):
        await hands.open()


async def test_words_are_mended_as_long_as_the_policy_says(hands: Hands) -> None:
    from firstline.requests.actions import changes

    await hands.govern(but(("edit_window: 5m", "edit_window: 30m")))
    no = await hands.open()
    hands.clock.pass_by(minutes=29)
    await hands.act(changes.edit, "vera", no, 1, "Better words")
    hands.clock.pass_by(minutes=2)
    with pytest.raises(Conflict):
        await hands.act(changes.edit, "vera", no, 1, "Too late")


async def test_a_skipped_request_comes_back_after_the_policys_pause(hands: Hands) -> None:
    await hands.govern(but(("skip_pause: 10m", "skip_pause: 2m")))
    no = await hands.open()
    async with hands.desk.db.connection() as conn:
        await conn.execute("update operators set present = true, seen_at = %s", (hands.now,))
    await hands.take("anna")
    await hands.act(moves.skip, "anna", no, "Lunch")
    assert await hands.take("anna") is None
    hands.clock.pass_by(minutes=2, seconds=1)
    taken = await hands.take("anna")
    assert taken is not None
    assert taken.no == no


async def test_an_operator_unseen_for_the_policys_grace_loses_their_chats(hands: Hands) -> None:
    from firstline.requests.actions.presence import sweep

    await hands.govern(but(("presence_grace: 3m", "presence_grace: 9m")))
    no = await opened(hands, answered=False)
    async with hands.desk.db.connection() as conn:
        await conn.execute("update operators set present = true, seen_at = %s", (hands.now,))
    hands.clock.pass_by(minutes=8)
    assert await sweep(hands.desk.db, hands.desk.policies, now=hands.now) == 0
    hands.clock.pass_by(minutes=2)
    assert await sweep(hands.desk.db, hands.desk.policies, now=hands.now) == 1
    assert (await hands.request(no)).holder is None


async def test_requests_go_up_the_lines_of_the_policy(hands: Hands) -> None:
    lines = ("id: second\n", "id: experts\n"), ("from: second\n", "from: experts\n")
    channel = ("    line: second\n", "    line: experts\n")
    clause = ("rule: [lines.second, lines", "rule: [lines.experts, lines")
    await hands.govern(but(*lines, channel, clause))
    no = await opened(hands)
    await hands.act(moves.hand_over, "anna", no, "What was tried")
    assert (await hands.request(no)).line == "experts"


async def test_the_lines_own_time_is_the_policys(hands: Hands) -> None:
    await hands.govern(but(("own_time: 1h", "own_time: 90m")))
    request = await hands.request(await hands.open())
    assert request.line_due_at == hands.now + timedelta(minutes=90)
