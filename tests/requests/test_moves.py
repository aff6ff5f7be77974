"""How work moves: nobody who arrived later is served first, unless somebody says why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from firstline.desk.store import departures
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.requests.actions import closing, moves

from .hands import Hands


async def test_taking_names_the_holder_and_ends_the_wait(hands: Hands) -> None:
    no = await hands.open()
    request = await hands.take("anna")
    assert request is not None
    assert (request.no, request.holder, request.state) == (no, hands.world["anna"].id, "with_us")
    assert await hands.kinds(no) == ["opened", "taken"]


async def test_a_skipped_request_keeps_its_place_and_goes_to_a_colleague(hands: Hands) -> None:
    first, second = await hands.open(), await hands.open("pavel")
    for name in ("anna", "ivan"):
        await present(hands, name)
    await hands.take("anna")
    await hands.act(moves.skip, "anna", first, "My own server")
    taken = await hands.take("anna")
    assert taken is not None
    assert taken.no == second, "not offered to the same operator for ten minutes"
    departure = (await hands.entries(second))[-1]
    assert departure.data["departure"] == "skipped"
    assert departure.data["passed"] == [first]
    colleague = await hands.take("ivan")
    assert colleague is not None
    assert colleague.no == first


async def present(hands: Hands, name: str) -> None:
    async with hands.desk.db.connection() as conn:
        await conn.execute(
            "update operators set present = true, seen_at = %s where person_id = %s",
            (hands.now, hands.world[name].id),
        )


async def test_an_operator_alone_is_offered_what_they_skipped(hands: Hands) -> None:
    no = await hands.open()
    anna = hands.world["anna"]
    await hands.act(moves.skip, anna, no, "Lunch")
    taken = await hands.take("anna")
    assert taken is not None
    assert taken.no == no


async def test_skipping_needs_a_reason_and_no_word_said(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    anna = hands.world["anna"]
    with pytest.raises(Invalid):
        await hands.act(moves.skip, anna, no, "  ")
    await hands.say("anna", no)
    with pytest.raises(Conflict):
        await hands.act(moves.skip, anna, no, "Too hard")


async def test_giving_back_keeps_the_place(hands: Hands) -> None:
    first, _ = await hands.open(), await hands.open("pavel")
    await hands.take("anna")
    await hands.act(moves.give_back, "anna", first)
    taken = await hands.take("ivan")
    assert taken is not None
    assert taken.no == first


async def test_at_the_end_of_a_shift_everything_goes_back_at_once(hands: Hands) -> None:
    numbers = [await hands.open(), await hands.open("pavel")]
    for _ in numbers:
        await hands.take("anna")
    back = await hands.act(moves.give_back_all, "anna")
    assert [r.no for r in back] == numbers
    assert {(await hands.request(no)).state for no in numbers} == {"waiting"}


async def test_out_of_order_needs_a_reason_and_is_written_down(hands: Hands) -> None:
    first, second = await hands.open(), await hands.open("pavel")
    anna = hands.world["anna"]
    with pytest.raises(Invalid):
        await hands.act(moves.take, anna, second, "")
    await hands.act(moves.take, anna, second, "The site is being attacked")
    entry = (await hands.entries(second))[-1]
    assert entry.data == {
        "departure": "out_of_order",
        "reason": "The site is being attacked",
        "passed": [first],
    }
    with pytest.raises(Conflict) as refused:
        await hands.act(moves.take, "ivan", second, "Me too")
    assert refused.value.extra["state"] == "with_us"


async def test_the_first_in_line_is_simply_taken_by_its_number(hands: Hands) -> None:
    first, _ = await hands.open(), await hands.open("pavel")
    await hands.act(moves.take, "anna", first)
    assert (await hands.request(first)).holder == hands.world["anna"].id
    assert (await hands.entries(first))[-1].data == {}, "no departure"


async def test_what_is_first_after_a_skip_is_simply_taken_too(hands: Hands) -> None:
    first, second, third = await hands.open(), await hands.open("pavel"), await hands.open()
    for name in ("anna", "ivan"):
        await present(hands, name)
    await hands.act(moves.skip, "anna", first, "My own server")
    with pytest.raises(Invalid, match="say why"):
        await hands.act(moves.take, "anna", third)
    with pytest.raises(Invalid):
        await hands.act(moves.take, "ivan", second)
    await hands.act(moves.take, "anna", second)
    assert (await hands.entries(second))[-1].data["departure"] == "skipped"


async def test_a_skip_and_what_is_taken_after_it_are_one_departure(hands: Hands) -> None:
    first, second = await hands.open(), await hands.open("pavel")
    for name in ("anna", "ivan"):
        await present(hands, name)
    await hands.act(moves.skip, "anna", first, "My own server")
    await hands.take("anna")
    async with hands.desk.db.connection() as conn:
        rows = await departures(conn, kind=None, before=None, limit=10)
    assert [(row.request_no, row.kind) for row in rows] == [(first, "skipped")]
    assert (await hands.entries(second))[-1].data["passed"] == [first], "for the proof"


async def test_passing_over_for_language_is_listed(hands: Hands) -> None:
    first, second = await hands.open("vera"), await hands.open("pavel")
    languages = {no: (await hands.request(no)).language for no in (first, second)}
    other = languages[second]
    if languages[first] == other:
        async with hands.desk.db.connection() as conn:
            await conn.execute("update requests set language = 'xx' where no = %s", (first,))
    speaker = replace(hands.world["anna"], languages=(other,))
    taken = await hands.take("anna", who=speaker)
    assert taken is not None
    assert taken.no == second
    assert (await hands.entries(second))[-1].data["departure"] == "language"


async def test_a_colleague_takes_a_request_over_and_its_promise_stays(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    before = await hands.request(no)
    with pytest.raises(Conflict):
        await hands.act(moves.take_over, "anna", no)
    with pytest.raises(Forbidden):
        await hands.act(moves.take_over, "boris", no)
    after = await hands.act(moves.take_over, "ivan", no, "Anna is at lunch")
    assert (after.holder, after.promise) == (hands.world["ivan"].id, before.promise)
    entry = (await hands.entries(no))[-1]
    assert (entry.kind, entry.body, entry.data) == (
        "taken_over",
        "Anna is at lunch",
        {"from": "Anna"},
    )
    await hands.act(moves.give_back, "ivan", no)
    with pytest.raises(Conflict, match="take it first"):
        await hands.act(moves.take_over, "anna", no)


async def test_transfer_is_to_a_colleague_of_the_line(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    anna, ivan, boris = (hands.world[n] for n in ("anna", "ivan", "boris"))
    with pytest.raises(Invalid):
        await hands.act(moves.transfer, anna, no, boris.id)
    request = await hands.act(moves.transfer, anna, no, ivan.id)
    assert request.holder == ivan.id
    with pytest.raises(Forbidden):
        await hands.act(moves.transfer, anna, no, ivan.id)


async def test_a_poor_hand_over_is_sent_back_with_a_reason(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    with pytest.raises(Invalid):
        await hands.act(moves.hand_over, "anna", no, " ")
    up = await hands.act(moves.hand_over, "anna", no, "Please look")
    assert (up.line, up.mode, up.state, up.holder) == ("second", "ticket", "waiting", None)
    assert up.handed_over == 1
    await hands.take("boris", "second")
    back = await hands.act(moves.send_back, "boris", no, "What was tried?")
    assert (back.line, back.mode, back.state) == ("first", "ticket", "waiting")
    assert await hands.kinds(no) == ["opened", "taken", "handed_over", "taken", "sent_back"]


async def test_a_hand_over_after_an_answer_promises_anew(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "We look into it")
    assert (await hands.request(no)).promise is None
    hands.clock.pass_by(minutes=10)
    up = await hands.act(moves.hand_over, "anna", no, "Deep")
    assert up.promise is not None
    assert up.promise.due_at == hands.now + timedelta(hours=1)


async def test_what_came_back_stands_before_later_arrivals(hands: Hands) -> None:
    numbers = [await hands.open(), await hands.open("pavel"), await hands.open()]
    await hands.take("anna")
    await hands.act(moves.hand_over, "anna", numbers[0], "For second")
    await hands.take("boris", "second")
    await hands.act(moves.send_back, "boris", numbers[0], "No summary")
    served = [(await hands.take("ivan")) for _ in numbers]
    assert [r.no for r in served if r] == numbers


async def test_chats_that_wait_for_the_client_do_not_count_at_the_limit(hands: Hands) -> None:
    numbers = [await hands.open("vera" if i % 2 else "pavel") for i in range(6)]
    for _ in range(5):
        await hands.take("anna")
    with pytest.raises(Conflict):
        await hands.take("anna")
    await hands.say("anna", numbers[0], "Please try now")
    sixth = await hands.take("anna")
    assert sixth is not None
    assert sixth.no == numbers[5]


async def test_reopening_goes_to_the_last_line_with_its_arrival(hands: Hands) -> None:
    no = await hands.open()
    arrived = (await hands.request(no)).arrived_at
    await hands.take("anna")
    vera = hands.world["vera"]
    await hands.act(closing.close, "anna", no, "solved", "Done")
    hands.clock.pass_by(days=1)
    await hands.say("vera", no, "It is back")
    request = await hands.request(no)
    assert (request.line, request.arrived_at, request.state) == ("first", arrived, "waiting")
    assert await hands.kinds(no) == ["opened", "taken", "closed", "reopened", "said"]
    assert request.promise is not None
    hands.clock.pass_by(minutes=1)
    await hands.take("ivan")
    await hands.act(closing.close, "ivan", no, "solved", "Done again")
    hands.clock.pass_by(days=400)
    with pytest.raises(Conflict) as refused:
        await hands.say("vera", no, "Once more")
    assert refused.value.title == "closed-for-good"
    with pytest.raises(Conflict):
        await hands.act(closing.reopen, vera, no)


async def test_who_took_it_just_now_may_answer_whatever_was_read_before(hands: Hands) -> None:
    no = await hands.open()
    await hands.say("vera", no, "It is the front page")
    await hands.take("anna")
    assert (await hands.say("anna", no, "I look into it")).kind == "said"


async def test_a_repeated_answer_is_told_again_after_the_request_has_moved_on(
    hands: Hands,
) -> None:
    no = await hands.open()
    await hands.take("anna")
    entry = await hands.say("anna", no, "It works again", key="k1")
    await hands.act(moves.give_back, "anna", no)
    again = await hands.say("anna", no, "It works again", key="k1")
    assert again.no == entry.no
