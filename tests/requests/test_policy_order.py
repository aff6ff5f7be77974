"""The order of work is the policy's: what is taken next, places, the desk's list, departures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from firstline import lines
from firstline.desk.model import OwnState
from firstline.desk.work import queue
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.people import Who
from firstline.policy import default_text
from firstline.requests.actions import changes, moves
from firstline.requests.actions.opening import open_request
from firstline.requests.api.view import view
from firstline.requests.model import NewRequest

from .hands import Hands

LEVELS = "priorities: {levels: [high, normal, low], set_by: client, default: normal}\n"
PLANS = "plans: {silver: {queue: 2}, gold: {queue: 1}}\n"


def by(order: str, *more: str) -> str:
    return default_text().replace("order: fifo", f"order: {order}") + "".join(more)


async def takes(hands: Hands, count: int, name: str = "anna") -> list[int]:
    """What this operator is given, one after the other, without any limit of chats."""
    who = replace(hands.world[name], chat_limit=100)
    taken = [await hands.take(name, who=who) for _ in range(count)]
    return [request.no for request in taken if request is not None]


async def positions(hands: Hands, *numbers: int) -> list[int | None]:
    """Places as the API tells them and as the desk's list shows them: they are the same."""
    order = hands.desk.policies.current(hands.now)[1].order
    vera, anna = hands.world["vera"], hands.world["anna"]
    requests = [await hands.request(no) for no in numbers]
    async with hands.desk.db.connection() as conn:
        told = [(await view(conn, vera, request, order)).position for request in requests]
        at_once = await lines.places(conn, order, requests)
        listed = await queue(conn, hands.call(anna), OwnState(False, {}, []))
    shown = {one.no: one.place for one in listed.waiting}
    assert [shown.get(no) for no in numbers] == told
    assert [at_once.get(no) for no in numbers] == told
    return told


async def opened(hands: Hands, **more: object) -> int:
    hands.clock.pass_by(seconds=1)
    return await hands.open(**more)  # type: ignore[arg-type]


async def test_by_arrival_the_priority_does_not_matter(hands: Hands) -> None:
    await hands.govern(by("fifo", LEVELS))
    first, second = await opened(hands, priority="low"), await opened(hands, priority="high")
    assert await positions(hands, first, second) == [1, 2]
    assert await takes(hands, 3) == [first, second]


async def test_by_priority_the_most_urgent_is_served_first_and_then_who_came_first(
    hands: Hands,
) -> None:
    await hands.govern(by("[priority, arrival]", LEVELS))
    low, plain = await opened(hands, priority="low"), await opened(hands)
    high, later = await opened(hands, priority="high"), await opened(hands, priority="normal")
    assert await positions(hands, low, plain, high, later) == [4, 2, 1, 3]
    assert await takes(hands, 5) == [high, plain, later, low]
    for no in (high, low):
        assert "departure" not in (await hands.entries(no))[-1].data


async def test_by_plan_the_better_plan_is_served_first(hands: Hands) -> None:
    await hands.govern(by("[plan, arrival]", PLANS))
    await hands.on_plan("vera", "silver")
    silver = await opened(hands)
    await hands.on_plan("vera", "gold")
    gold = await opened(hands)
    await hands.on_plan("vera", "")
    none = await opened(hands)
    assert await positions(hands, silver, gold, none) == [2, 1, 3]
    assert await takes(hands, 4) == [gold, silver, none]


async def test_by_the_clients_last_word_whoever_writes_again_goes_to_the_end(hands: Hands) -> None:
    await hands.govern(by("last_client_word"))
    first, second = await opened(hands), await opened(hands)
    hands.clock.pass_by(minutes=1)
    await hands.say("vera", first, "Anybody there?")
    assert await positions(hands, first, second) == [2, 1]
    assert await takes(hands, 3) == [second, first]


async def test_words_move_to_the_end_where_the_policy_says_so(hands: Hands) -> None:
    text = default_text().replace("request:\n", "request:\n  client_words: to_end\n", 1)
    await hands.govern(text)
    first, second = await opened(hands), await opened(hands)
    hands.clock.pass_by(minutes=1)
    await hands.say("vera", first, "Anybody there?")
    assert await takes(hands, 3) == [second, first]


async def test_one_at_a_time_a_client_waits_for_their_own_earlier_request(hands: Hands) -> None:
    await hands.govern(by("one_at_a_time_per_client"))
    veras = [await opened(hands) for _ in range(3)]
    pavels = await opened(hands, name="pavel")
    assert await positions(hands, *veras, pavels) == [1, 3, 4, 2]
    assert await takes(hands, 4) == [veras[0], pavels]
    await hands.say("anna", veras[0], "Done, please look")
    assert await takes(hands, 4) == [veras[1]], "the first one waits for the client now"


async def test_taking_before_the_turn_of_the_policy_is_a_departure(hands: Hands) -> None:
    await hands.govern(by("[priority, arrival]", LEVELS))
    low, high = await opened(hands, priority="low"), await opened(hands, priority="high")
    anna = hands.world["anna"]
    await hands.act(moves.take, anna, low, "They are on the phone")
    departure = (await hands.entries(low))[-1].data
    assert (departure["departure"], departure["passed"]) == ("out_of_order", [high])


async def test_the_opener_is_told_the_place_in_the_policys_order(hands: Hands) -> None:
    await hands.govern(by("[priority, arrival]", LEVELS))
    await opened(hands)
    new = NewRequest("web", "All is down", priority="high")
    _, urgent = await open_request(hands.call("vera"), new)
    assert urgent.position == 1


async def amended(hands: Hands, who: str | Who, no: int, priority: str) -> None:
    person = hands.world[who] if isinstance(who, str) else who
    await hands.act(changes.amend, person, no, priority=priority)


TABLE = """
targets:
  - {id: urgent, priority: high, first: 15m, next: 15m, clock: always}
  - {id: answer, channel: [chat, ticket], first: 1h, next: 1h, clock: always, clause: answer.hour}
"""


def governed(priorities: str) -> str:
    text = default_text()
    begin, end = text.index("targets:\n"), text.index("# The hour does not start again")
    return text[:begin] + TABLE + text[end:] + priorities


async def test_a_raised_priority_is_owed_an_answer_sooner_and_a_lowered_one_never_later(
    hands: Hands,
) -> None:
    await hands.govern(governed(LEVELS))
    no = await opened(hands)
    assert (await hands.request(no)).priority == "normal"
    assert await hands.promised(no) == hands.now + timedelta(hours=1)
    hands.clock.pass_by(minutes=10)
    await amended(hands, "vera", no, "high")
    soon = hands.now + timedelta(minutes=15)
    assert await hands.promised(no) == soon
    entry = (await hands.entries(no))[-1]
    assert (entry.kind, entry.body, entry.data) == (
        "edited", "high", {"field": "priority", "old": "normal"},
    )  # fmt: skip
    await amended(hands, "vera", no, "low")
    assert await hands.promised(no) == soon
    await hands.take("anna")
    await hands.say("anna", no)
    await amended(hands, "vera", no, "high")
    await hands.say("vera", no)
    assert await hands.promised(no) == hands.now + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("rules", "vera", "raises", "lowers"),
    [
        ("set_by: client", True, False, False),
        ("set_by: staff", False, True, True),
        ("set_by: client, staff_may: [lower]", True, False, True),
        ("set_by: topic, staff_may: [raise]", False, True, False),
    ],
)
async def test_who_sets_a_priority_is_the_policys_word(
    hands: Hands, rules: str, vera: bool, raises: bool, lowers: bool
) -> None:
    await hands.govern(
        default_text() + f"priorities: {{levels: [high, normal, low], default: normal, {rules}}}\n"
    )
    no = await opened(hands)
    for who, level, allowed in (
        ("vera", "low", vera), ("anna", "high", raises), ("anna", "low", lowers),
    ):  # fmt: skip
        async with hands.desk.db.connection() as conn:
            await conn.execute("update requests set priority = 'normal' where no = %s", (no,))
        if allowed:
            await amended(hands, who, no, level)
            assert (await hands.request(no)).priority == level
        else:
            with pytest.raises(Forbidden):
                await amended(hands, who, no, level)


async def test_levels_are_the_files_and_without_any_the_field_is_refused(hands: Hands) -> None:
    with pytest.raises(Invalid) as refused:
        await hands.open(priority="high")
    assert refused.value.extra["field"] == "priority"
    assert "no priorities" in refused.value.detail
    await hands.govern(default_text() + LEVELS)
    with pytest.raises(Invalid) as unknown:
        await hands.open(priority="urgent")
    assert "high, normal, low" in unknown.value.detail


async def test_a_topic_gives_its_priority(hands: Hands) -> None:
    levels = "priorities: {levels: [high, low], set_by: topic, by_topic: {mail: high, web: low}}\n"
    await hands.govern(default_text() + levels)
    mail, web = await opened(hands, topic="mail"), await opened(hands, topic="web")
    assert [(await hands.request(no)).priority for no in (mail, web)] == ["high", "low"]
    with pytest.raises(Forbidden):
        await hands.open(priority="high")


async def test_a_plan_gives_its_priority_where_the_topic_has_none(hands: Hands) -> None:
    levels = "priorities: {levels: [high, low], set_by: plan, default: low, by_topic: {mail: low},"
    await hands.govern(f"{default_text()}plans: [gold]\n{levels} by_plan: {{gold: high}}}}\n")
    before = await opened(hands, topic="web")
    await hands.on_plan("vera", "gold")
    web, mail = await opened(hands, topic="web"), await opened(hands, topic="mail")
    found = [(await hands.request(no)).priority for no in (before, web, mail)]
    assert found == ["low", "high", "low"]


async def test_at_the_limit_of_chats_the_order_changes_nothing(hands: Hands) -> None:
    await hands.govern(by("[priority, arrival]", LEVELS))
    for _ in range(6):
        await opened(hands)
    for _ in range(5):
        await hands.take("anna")
    with pytest.raises(Conflict):
        await hands.take("anna")
