"""Who may move what, and when: skipping, passing on, other lines' requests, ended access."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from firstline.kit.errors import Conflict, Forbidden
from firstline.policy import Policy
from firstline.requests.actions import changes, closing, moves, redacting
from firstline.requests.secrets.actions import give_secret, show_secret
from firstline.timeline import get_request

from .hands import Hands


async def test_only_what_is_offered_can_be_skipped(hands: Hands) -> None:
    first, second = await hands.open("vera"), await hands.open("pavel")
    anna = hands.world["anna"]
    with pytest.raises(Conflict, match="is not the next for you"):
        await hands.act(moves.skip, anna, second, "Not mine")
    assert await hands.kinds(second) == ["opened"]
    await hands.act(moves.skip, anna, first, "My own server")
    # The other one is what she is offered now; with nobody else present the first comes again.
    await hands.act(moves.skip, anna, second, "Mine as well")
    taken = await hands.take("anna")
    assert taken is not None
    assert taken.no == first


async def test_an_answered_request_is_not_skipped_even_when_the_client_has_written_since(
    hands: Hands,
) -> None:
    no = await hands.open()
    await hands.take("anna")
    hands.clock.pass_by(minutes=1)
    await hands.say("anna", no, "Which folder?")
    await hands.say("vera", no, "The first")
    with pytest.raises(Conflict, match="You have answered"):
        await hands.act(moves.skip, "anna", no, "Too hard")
    # Who gets it after that has said nothing yet.
    await hands.act(moves.hand_over, "anna", no, "All was tried")
    hands.clock.pass_by(minutes=1)
    await hands.take("boris", "second")
    skipped = await hands.act(moves.skip, "boris", no, "My own server")
    assert skipped.holder is None


async def test_a_colleague_at_their_limit_is_passed_nothing(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Policy, "chats_per_operator", property(lambda _: 1))
    first, second = await hands.open("vera"), await hands.open("pavel")
    await hands.take("ivan")
    await hands.take("anna")
    anna, ivan = hands.world["anna"], hands.world["ivan"]
    with pytest.raises(Conflict, match="Ivan has 1 open chat") as refused:
        await hands.act(moves.transfer, anna, second, ivan.id)
    assert refused.value.title == "at-limit"
    await hands.say("ivan", first, "Please look")  # what waits for its client does not count
    assert (await hands.act(moves.transfer, anna, second, ivan.id)).holder == ivan.id


async def test_what_an_operator_held_goes_back_to_its_place_when_their_access_ends(
    hands: Hands,
) -> None:
    first, second, third = [await hands.open(n) for n in ("vera", "pavel", "vera")]
    await hands.take("anna")
    await hands.take("ivan")
    given = await hands.act(moves.give_back_of, "martin", hands.world["anna"].id)
    assert [one.no for one in given] == [first]
    assert (await hands.entries(first))[-1].kind == "given_back"
    assert (await hands.request(second)).holder == hands.world["ivan"].id
    taken = await hands.take("ivan")
    assert taken is not None
    assert taken.no == first
    assert (await hands.request(third)).holder is None


@pytest.fixture
async def at_first(hands: Hands) -> int:
    """A request that Anna of the first line holds, with words of hers and of Vera."""
    no = await hands.open("vera")
    await hands.take("anna")
    await hands.say("anna", no, "Which folder?")
    return no


MOVES: dict[str, Any] = {
    "amend": (changes.amend, (), {"title": "Another"}),
    "redact": (redacting.redact, (3, "Not for here"), {}),
    "reopen": (closing.reopen, (), {}),
}


@pytest.mark.parametrize("name", ["boris", "clara", "sofia"])
@pytest.mark.parametrize("move", MOVES)
async def test_other_lines_read_and_note_and_change_nothing(
    hands: Hands, at_first: int, name: str, move: str
) -> None:
    if move == "reopen":
        await hands.act(closing.close, "anna", at_first, "solved", "Done")
    await hands.say(name, at_first, "I know this server", audience="staff")
    act, args, more = MOVES[move]
    with pytest.raises(Forbidden, match="with another line"):
        await hands.act(act, name, at_first, *args, **more)
    # Management decides over all lines; the line itself needs nobody.
    await hands.act(act, "martin", at_first, *args, **more)


async def test_links_are_made_by_the_line_or_by_management(hands: Hands, at_first: int) -> None:
    other = await hands.open("pavel")
    with pytest.raises(Forbidden):
        await hands.act(changes.link, "boris", at_first, other)
    await hands.act(changes.link, "anna", at_first, other)
    async with hands.desk.db.connection() as conn:
        assert await get_request(conn, other) is not None


async def test_a_secret_is_for_its_line_and_holder_alone(hands: Hands, at_first: int) -> None:
    seal = hands.desk.seal
    _, id = await hands.act(give_secret, "vera", seal, at_first, "FTP", "correct horse")
    for name in ("boris", "clara", "martin"):
        with pytest.raises(Forbidden):
            await hands.act(show_secret, name, seal, at_first, id)
    for name in ("anna", "ivan"):
        words = await hands.act(show_secret, name, seal, at_first, id)
        assert words == "correct horse"
    away = replace(hands.world["anna"], lines=("second",))
    assert await hands.act(show_secret, away, seal, at_first, id) == "correct horse"


async def test_what_staff_open_for_a_client_owes_nothing_before_the_client_writes(
    hands: Hands,
) -> None:
    client: UUID | None = hands.world["vera"].client_id
    no = await hands.open("anna", "Your site sends spam; please stop it", client=client)
    request = await hands.request(no)
    assert (request.promise, request.state, request.holder) == (None, "waiting", None)
    hands.clock.pass_by(minutes=10)
    said = await hands.say("vera", no, "What exactly?")
    promise = (await hands.request(no)).promise
    assert promise is not None
    assert promise.due_at > said.at
