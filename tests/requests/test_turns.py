"""Turns let pass: alarms, the visible miss, the letter, the reminder, closing by silence."""

from datetime import timedelta
from typing import Any

from firstline.kit.due import DueTime
from firstline.requests.actions import moves, presence
from firstline.requests.actions.delays import delay
from firstline.requests.due import handlers

from .hands import Hands


async def armed(hands: Hands, no: int) -> DueTime | None:
    async with hands.desk.db.connection() as conn:
        cursor = await conn.execute(
            "select matter, kind, due_at, generation, state, stage, lease_until, attempts "
            "from due_times where matter = %s and state = 'armed'",
            (no,),
        )
        row: Any = await cursor.fetchone()
    return DueTime(*row) if row else None


async def let_pass(hands: Hands, no: int) -> list[str]:
    """Let every turn of the request pass, one after the other; the stages in order."""
    stages: list[str] = []
    fire = handlers(hands.desk.policies, lambda what, language: f"{what} {language}")["turn"]
    while (due := await armed(hands, no)) is not None and len(stages) < 20:
        hands.clock.now = max(hands.now, due.due_at)
        async with hands.desk.db.transaction() as tx:
            await tx.conn.execute("update due_times set state = 'done' where matter = %s", (no,))
            await fire(tx, due, hands.now)
        stages.append(due.stage)
    return stages


async def test_an_unanswered_chat_alarms_then_misses_in_sight_of_the_client(hands: Hands) -> None:
    no = await hands.open()
    stages = await let_pass(hands, no)
    assert stages[0] == "chat_waits"
    assert stages[-1] == "missed"
    missed = (await hands.entries(no))[-1]
    assert (missed.kind, missed.audience, missed.side) == ("promise_missed", "all", "system")
    request = await hands.request(no)
    assert request.promise is not None, "a missed promise is still owed"


async def test_automatic_words_do_not_meet_a_promise_and_an_answer_does(hands: Hands) -> None:
    no = await hands.open()
    await let_pass(hands, no)
    await hands.take("anna")
    await hands.say("anna", no, "Sorry, here we are")
    assert (await hands.request(no)).promise is None


async def test_a_silent_client_gets_a_letter_a_reminder_and_a_closing(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "Which page?")
    assert await let_pass(hands, no) == ["letter", "remind", "close"]
    request = await hands.request(no)
    assert request.closed
    assert (await hands.kinds(no))[-2:] == ["said", "closed"]


async def test_the_clients_word_ends_the_wait_for_them(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "Which page?")
    hands.clock.pass_by(minutes=1)
    await hands.say("vera", no, "The front page")
    due = await armed(hands, no)
    assert due is not None
    assert due.stage == "chat_waits"
    request = await hands.request(no)
    assert request.promise is not None
    assert request.promise.due_at == hands.now + timedelta(hours=1)


async def test_further_words_do_not_move_the_promise(hands: Hands) -> None:
    no = await hands.open()
    due_at = (await hands.request(no)).promise_due_at
    hands.clock.pass_by(minutes=30)
    await hands.say("vera", no, "Are you there?")
    assert (await hands.request(no)).promise_due_at == due_at


async def test_only_a_delay_notice_moves_a_promise_and_a_second_miss_is_told_apart(
    hands: Hands,
) -> None:
    no = await hands.open()
    await hands.take("anna")
    until = hands.now + timedelta(hours=5)
    await hands.act(delay, "anna", no, "overload", until, "Many requests")
    request = await hands.request(no)
    assert (request.promise_kind, request.promise_due_at) == ("delay", until)
    stages = await let_pass(hands, no)
    assert stages[-1] == "missed"
    assert "chat_waits" not in stages
    assert (await hands.entries(no))[-1].data["promise"] == "delay"


async def test_waiting_for_a_third_party_is_a_state_of_its_own(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    until = hands.now + timedelta(hours=5)
    anna = hands.world["anna"]
    await hands.act(delay, anna, no, "third-party", until, "The registry is silent")
    assert (await hands.request(no)).state == "with_third_party"


async def test_a_holder_who_is_gone_loses_chats_that_owe_a_word(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    request = await hands.run(moves.requeue, no)
    assert request is not None
    assert (request.state, request.holder) == ("waiting", None)
    await hands.take("anna")
    await hands.say("anna", no)
    assert await hands.run(moves.requeue, no) is None, "nothing is owed: it stays where it is"


async def test_the_sweep_finds_only_chats_of_holders_who_were_here_and_left(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    desk = hands.desk
    hands.clock.pass_by(hours=1)
    assert await presence.sweep(desk.db, desk.policies, now=hands.now) == 0, "never seen yet"
    async with desk.db.connection() as conn:
        await conn.execute(
            "update operators set seen_at = %s where person_id = %s",
            (hands.now, hands.world["anna"].id),
        )
    assert await presence.sweep(desk.db, desk.policies, now=hands.now) == 0, "here just now"
    hands.clock.pass_by(minutes=10)
    assert await presence.sweep(desk.db, desk.policies, now=hands.now) == 1
    assert (await hands.request(no)).state == "waiting"
