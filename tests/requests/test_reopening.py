"""The second beginning of a request: its room, and what is owed in it."""

from typing import Any

import pytest

from firstline.kit.errors import Conflict
from firstline.policy import Policy
from firstline.requests.actions import closing

from .hands import Hands


@pytest.fixture
def two_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Policy, "open_requests_per_client", property(lambda _: 2))


async def closed(hands: Hands, name: str = "anna", text: str = "Done") -> int:
    """The number of a request of Vera's that was taken and closed."""
    no = await hands.open("vera")
    await hands.take(name)
    await hands.act(closing.close, name, no, "solved", text)
    return no


@pytest.mark.usefixtures("two_at_most")
@pytest.mark.parametrize("way", ["words", "button"])
async def test_a_client_reopens_only_while_there_is_room_for_open_requests(
    hands: Hands, way: str
) -> None:
    async def again(no: int) -> Any:
        if way == "words":
            return await hands.say("vera", no, "Not solved")
        return await hands.act(closing.reopen, "vera", no)

    no = await closed(hands)
    first = await hands.open("vera")
    await hands.open("vera")
    with pytest.raises(Conflict, match="2 open requests already") as refused:
        await again(no)
    assert refused.value.title == "too-many-open"
    assert (await hands.request(no)).closed
    await hands.act(closing.close, "vera", first, "withdrawn", "")
    await again(no)
    assert not (await hands.request(no)).closed


async def test_staff_who_reopen_what_nobody_answered_owe_the_answer_again(hands: Hands) -> None:
    no = await closed(hands)
    hands.clock.pass_by(minutes=5)
    back = await hands.act(closing.reopen, "anna", no)
    assert back.promise is not None
    assert back.promise.due_at > hands.now


async def test_staff_who_reopen_what_was_answered_owe_nothing(hands: Hands) -> None:
    no = await hands.open("vera")
    await hands.take("anna")
    await hands.say("anna", no, "Which folder?")
    anna = hands.world["anna"]
    await hands.act(closing.close, anna, no, "advised", "No words since")
    assert (await hands.act(closing.reopen, anna, no)).promise is None
