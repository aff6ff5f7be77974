"""Words that leave the turn with the staff: "I am looking" answers nothing and awaits nobody."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.kit.errors import Conflict, Invalid, Refused
from firstline.policy.file.shipped import default_text
from firstline.promises import obligations, read_logs
from firstline.requests.actions import moves
from firstline.timeline import transcript_text
from tests.requests.test_turns import armed, let_pass

from .hands import Hands

HOUR = timedelta(hours=1)


@pytest.fixture
async def taken(hands: Hands) -> int:
    """A request that Anna has taken."""
    no = await hands.open()
    await hands.take("anna")
    return no


async def test_they_do_not_meet_the_promise(hands: Hands, taken: int) -> None:
    owed = (await hands.request(taken)).promise
    hands.clock.pass_by(minutes=5)
    entry = await hands.say("anna", taken, "I am looking", turn="us")
    request = await hands.request(taken)
    assert (request.promise, request.state, request.answered) == (owed, "with_us", False)
    assert (entry.data["turn"], request.staff_word_no) == ("us", entry.no)
    assert (await let_pass(hands, taken))[-1] == "missed"


async def test_the_default_is_the_answer(hands: Hands, taken: int) -> None:
    entry = await hands.say("anna", taken, "I am looking")
    request = await hands.request(taken)
    assert (request.promise, request.state) == (None, "with_client")
    assert entry.data["turn"] == "client"


async def test_after_an_answer_they_promise_the_next_word_and_end_the_wait_for_the_client(
    hands: Hands, taken: int
) -> None:
    await hands.say("anna", taken, "It is a rule of yours")
    hands.clock.pass_by(hours=2)
    await hands.say("anna", taken, "I look further", turn="us")
    request = await hands.request(taken)
    assert request.promise is not None
    assert (request.promise.due_at, request.state) == (hands.now + HOUR, "with_us")
    stages = await let_pass(hands, taken)
    assert "remind" not in stages
    assert stages[-1] == "missed"
    assert not (await hands.request(taken)).closed


async def test_a_policy_without_next_promises_nothing_and_nobody_is_reminded(hands: Hands) -> None:
    await hands.govern(default_text().replace("first: 1h, next: 1h", "first: 1h"))
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "It is a rule of yours")
    hands.clock.pass_by(minutes=1)
    await hands.say("anna", no, "I look further", turn="us")
    request = await hands.request(no)
    assert (request.promise, request.state) == (None, "with_us")
    assert await let_pass(hands, no) == ["letter"], "of the unseen answer"
    assert not (await hands.request(no)).closed
    await hands.say("anna", no, "It works again")
    due = await armed(hands, no)
    assert due is not None
    assert due.stage == "letter"
    assert (await hands.request(no)).state == "with_client"


async def test_the_log_read_again_makes_the_same_promises(hands: Hands, taken: int) -> None:
    await hands.say("anna", taken, "I am looking", turn="us")
    hands.clock.pass_by(minutes=10)
    await hands.say("anna", taken, "Found it")
    hands.clock.pass_by(minutes=10)
    last = await hands.say("anna", taken, "One thing more", turn="us")
    async with hands.desk.db.connection() as conn:
        ((request, entries),) = await read_logs(conn, [taken])
    _version, policy = hands.desk.policies.current(hands.now)
    first, second = obligations(policy, request, entries)
    assert (first.ending, first.ended_at) == ("answered", hands.now - timedelta(minutes=10))
    assert (second.no, second.ending) == (last.no, None)
    assert second.due_at == request.promise_due_at


async def test_a_word_in_between_is_a_word_before_which_one_skips(hands: Hands, taken: int) -> None:
    hands.clock.pass_by(minutes=1)
    await hands.say("anna", taken, "I am looking", turn="us")
    with pytest.raises(Conflict, match="answered"):
        await hands.act(moves.skip, "anna", taken, "Not mine")


async def test_the_client_who_has_not_read_it_is_told_of_something_newer(
    hands: Hands, taken: int
) -> None:
    seen = (await hands.request(taken)).client_said_no
    await hands.say("anna", taken, "I am looking", turn="us")
    with pytest.raises(Conflict, match="newer"):
        await hands.say("vera", taken, "Well?", seen=seen)


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("anna", {"turn": "theirs"}),
        ("vera", {"turn": "us"}),
        ("anna", {"turn": "us", "audience": "staff"}),
    ],
)
async def test_other_turns_are_refused(
    hands: Hands, taken: int, who: str, more: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        await hands.say(who, taken, "Words", **more)
    assert refused.value.extra["field"] == "turn"


async def test_a_key_of_one_kind_is_not_the_key_of_the_other(hands: Hands, taken: int) -> None:
    await hands.say("anna", taken, "I am looking", key="k", turn="us")
    again = await hands.say("anna", taken, "I am looking", key="k", turn="us")
    assert again.data["turn"] == "us"
    with pytest.raises(Refused):
        await hands.say("anna", taken, "I am looking", key="k")


async def test_the_transcript_tells_which_it_is(hands: Hands, taken: int) -> None:
    await hands.say("anna", taken, "I am looking", turn="us")
    entries = await hands.entries(taken)
    text = transcript_text(
        hands.world["vera"], await hands.request(taken), entries, hands.now.tzinfo
    )
    assert "(still working on it)\n    I am looking" in text


async def test_the_api_takes_it_from_staff_and_clients_read_it(client_for: Any) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    no = (await vera.post("/api/v1/requests", json={"topic": "web", "body": "403"})).json()["no"]
    path = f"/api/v1/requests/{no}"
    await anna.post("/api/v1/lines/first/take")
    said = await anna.post(f"{path}/entries", json={"body": "I am looking", "turn": "us"})
    assert (said.status_code, said.json()["data"]["turn"]) == (201, "us")
    assert (await vera.get(path)).json()["promise"] is not None
    (entry,) = (await vera.get(f"{path}/entries?after={said.json()['no'] - 1}")).json()["entries"]
    assert entry["data"] == {"turn": "us"}
    refused = await vera.post(f"{path}/entries", json={"body": "Me too", "turn": "us"})
    assert (refused.status_code, refused.json()["field"]) == (422, "turn")
