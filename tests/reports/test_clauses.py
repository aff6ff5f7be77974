"""Each clause against stories told by hand: what was kept, what was broken, and by when."""

from datetime import timedelta

from firstline.kit.db import Conn
from firstline.reports import read_on
from firstline.requests.actions import closing, moves
from firstline.requests.actions.delays import delay
from tests.reports.telling import figures, in_force, let_pass, solved, told, verdicts
from tests.requests.hands import Hands


async def answered(hands: Hands, after: int) -> int:
    """A request of Vera's that Anna answers after so many minutes."""
    no = await hands.open()
    hands.clock.pass_by(minutes=after)
    await hands.take("anna")
    await hands.say("anna", no)
    return no


async def put_off(hands: Hands, no: int, minutes: int) -> None:
    until = hands.now + timedelta(minutes=minutes)
    await hands.act(delay, "anna", no, "overload", until, "Many write")


async def test_an_answer_is_kept_late_or_still_owed(hands: Hands) -> None:
    await answered(hands, 20)
    late = await answered(hands, 90)
    waits = await hands.open()
    owed = (await figures(hands, "answer.hour"))["answers"]
    assert (owed.whole.kept, owed.whole.broken, owed.whole.open, owed.whole.aside) == (1, 1, 1, 0)
    assert owed.whole.rate == 50.0
    assert owed.whole.seconds["kept"] == 20 * 60
    assert owed.whole.worst["broken"] == 30 * 60
    assert await told(hands, "answer.hour", "answers", "broken") == [late]
    await let_pass(hands, minutes=61)
    assert await verdicts(hands, "answer.hour") == {"answers": (1, 2, 0, 0)}
    assert await told(hands, "answer.hour", "answers", "broken") == [late, waits]


async def test_first_and_later_answers_stand_apart_and_by_their_line_and_operator(
    hands: Hands,
) -> None:
    no = await answered(hands, 5)
    await hands.say("vera", no)
    hands.clock.pass_by(minutes=70)
    await hands.act(moves.hand_over, "anna", no, "What was tried")
    await hands.take("boris", "second")
    await hands.say("boris", no)
    found = (await figures(hands, "answer.hour"))["answers"].by
    parts = {name: (one.kept, one.broken) for name, one in found["part"].items()}
    assert parts == {"first": (1, 0), "later": (0, 1)}
    lines = {name: (one.kept, one.broken) for name, one in found["line"].items()}
    assert lines == {"first": (1, 0), "second": (0, 1)}
    people = {name: (one.kept, one.broken) for name, one in found["person"].items()}
    anna, boris = (str(hands.world[name].id) for name in ("anna", "boris"))
    assert people == {anna: (1, 0), boris: (0, 1)}


async def test_a_delay_notice_in_time_excuses_and_its_own_time_is_judged_apart(
    hands: Hands,
) -> None:
    kept, missed = await hands.open(), await hands.open()
    await hands.take("anna")
    await hands.take("anna")
    hands.clock.pass_by(minutes=30)
    await put_off(hands, kept, 180)
    await put_off(hands, missed, 60)
    hands.clock.pass_by(minutes=120)
    await hands.say("anna", kept)
    await hands.say("anna", missed)
    assert await verdicts(hands, "answer.hour") == {"answers": (0, 0, 0, 2)}
    assert await verdicts(hands, "answer.delay") == {
        "notices": (2, 0, 0, 0),
        "second": (1, 1, 0, 0),
    }
    assert await told(hands, "answer.delay", "second", "broken") == [missed]
    reasons = (await figures(hands, "answer.delay"))["notices"].by["part"]
    assert set(reasons) == {"overload"}


async def test_a_notice_after_the_due_time_breaks_both_clauses(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    hands.clock.pass_by(minutes=70)
    await put_off(hands, no, 60)
    await hands.say("anna", no)
    assert await verdicts(hands, "answer.hour") == {"answers": (0, 1, 0, 0)}
    assert await verdicts(hands, "answer.delay") == {
        "notices": (0, 1, 0, 0),
        "second": (1, 0, 0, 0),
    }


async def test_a_notice_is_sent_as_early_as_the_policy_says(hands: Hands) -> None:
    await in_force(hands, "send_before: deadline", "send_before: 45m")
    no = await hands.open()
    await hands.take("anna")
    hands.clock.pass_by(minutes=30)
    await put_off(hands, no, 60)
    assert (await verdicts(hands, "answer.delay"))["notices"] == (0, 1, 0, 0)


async def test_each_request_is_judged_by_the_version_of_its_arrival(hands: Hands) -> None:
    await answered(hands, 40)
    await in_force(hands, "first: 1h, next: 1h", "first: 30m, next: 1h")
    late = await answered(hands, 40)
    assert await verdicts(hands, "answer.hour") == {"answers": (1, 1, 0, 0)}
    assert await told(hands, "answer.hour", "answers", "broken") == [late]


async def test_what_the_client_withdraws_in_time_is_set_aside(hands: Hands) -> None:
    no = await hands.open()
    await hands.act(closing.close, "vera", no, "withdrawn", "Found it")
    assert await verdicts(hands, "answer.hour") == {"answers": (0, 0, 0, 1)}
    assert await verdicts(hands, "lines.85") == {"solved": (0, 0, 0, 1)}


async def test_a_departure_from_the_order_is_seen_and_a_take_in_order_too(hands: Hands) -> None:
    first, second = await hands.open(), await hands.open()
    await hands.act(moves.take, "anna", second, "It is down")
    await hands.take("anna")
    assert await verdicts(hands, "order.arrival") == {"order": (1, 1, 0, 0)}
    assert await told(hands, "order.arrival", "order", "broken") == [second]
    assert await told(hands, "order.arrival", "order", "kept") == [first]
    kinds = (await figures(hands, "order.arrival"))["order"].by["part"]
    assert kinds["out_of_order"].broken == 1


async def test_requests_begin_as_chats_on_the_first_line_and_go_up_by_hand_over(
    hands: Hands,
) -> None:
    fine, poor = await answered(hands, 1), await answered(hands, 1)
    for no in (fine, poor):
        await hands.act(moves.hand_over, "anna", no, "What was tried")
        await hands.take("boris", "second")
    await hands.act(moves.send_back, "boris", poor, "Tried?")
    assert await verdicts(hands, "lines.first") == {"began": (2, 0, 0, 0)}
    assert await verdicts(hands, "lines.chat-first") == {"chat_first": (2, 0, 0, 0)}
    assert await verdicts(hands, "lines.second") == {"handed_on": (1, 1, 0, 0)}
    assert await told(hands, "lines.second", "handed_on", "broken") == [poor]


async def test_the_first_line_solved_what_never_went_up_nor_was_reopened(hands: Hands) -> None:
    solo, again, later, up, twin = [await answered(hands, 1) for _ in range(5)]
    await hands.act(moves.hand_over, "anna", up, "Tried")
    await hands.take("boris", "second")
    await solved(hands, up, by="boris")
    for no in (solo, again, later):
        await solved(hands, no)
    await solved(hands, twin, "duplicate")
    assert await verdicts(hands, "lines.85") == {"solved": (0, 0, 4, 1)}
    hands.clock.pass_by(days=3)
    await hands.say("vera", again)
    hands.clock.pass_by(days=5)
    await hands.say("vera", later)
    assert await verdicts(hands, "lines.85") == {"solved": (2, 2, 0, 1)}
    assert set(await told(hands, "lines.85", "solved", "broken")) == {up, again}
    by = (await figures(hands, "lines.85"))["solved"].by
    assert {name: (one.kept, one.broken) for name, one in by["part"].items()} == {
        "first": (2, 1),
        "second": (0, 1),
    }
    assert not by.keys() & {"line", "person"}


async def test_the_days_of_a_reopening_are_the_policys(hands: Hands) -> None:
    no = await answered(hands, 1)
    await solved(hands, no)
    hands.clock.pass_by(days=8)
    await hands.say("vera", no)
    assert await verdicts(hands, "lines.85") == {"solved": (1, 0, 0, 0)}
    await in_force(hands, "within_days: 7", "within_days: 9")
    hands.clock.pass_by(days=1)
    assert await verdicts(hands, "lines.85") == {"solved": (0, 1, 0, 0)}


async def test_silence_is_reminded_and_closed_at_the_policys_times(hands: Hands) -> None:
    await answered(hands, 1)
    await let_pass(hands, hours=80)
    assert await verdicts(hands, "close.waiting") == {"silence": (2, 0, 0, 0)}
    late = await answered(hands, 1)
    hands.clock.pass_by(hours=60)
    await let_pass(hands, hours=20)
    assert await verdicts(hands, "close.waiting") == {"silence": (3, 1, 0, 0)}
    assert await told(hands, "close.waiting", "silence", "broken") == [late]


async def test_a_history_with_a_changed_or_missing_entry_is_not_whole(
    hands: Hands, conn: Conn
) -> None:
    whole, changed, missing = [await answered(hands, 1) for _ in range(3)]
    await conn.execute("update entries set body = 'else' where matter = %s and no = 3", (changed,))
    await conn.execute("delete from entries where matter = %s and no = 2", (missing,))
    assert await verdicts(hands, "history.saved") == {"whole": (1, 2, 0, 0)}
    assert await told(hands, "history.saved", "whole", "kept") == [whole]


async def test_what_happens_later_is_read_anew_and_nothing_twice(hands: Hands) -> None:
    no = await hands.open()
    assert await verdicts(hands, "answer.hour") == {"answers": (0, 0, 1, 0)}
    assert await read_on(hands.desk.db, hands.desk.policies, hands.now) == 0
    await hands.take("anna")
    await hands.say("anna", no)
    assert await verdicts(hands, "answer.hour") == {"answers": (1, 0, 0, 0)}
