"""Several matters in one request go on apart: words, promise and proof are right on both sides."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.promises import obligations, read_logs
from firstline.reports.judging import is_whole
from firstline.requests.actions.redacting import redact
from firstline.requests.actions.splitting import split
from firstline.timeline import Request, search_requests
from tests.reports.telling import let_pass

from .hands import Hands


async def two_matters(hands: Hands) -> tuple[int, int]:
    """A request that Anna has answered, in which Vera then asks about something else: both numbers
    of the request and of those words."""
    no = await hands.open(body="My site answers 403")
    await hands.take("anna")
    await hands.say("anna", no, "Which page?")
    hands.clock.pass_by(minutes=5)
    entry = await hands.say("vera", no, "And my mailbox info@acme.example is full")
    return no, entry.no


async def split_off(hands: Hands, no: int, *entries: int, who: str = "anna") -> Request:
    return await hands.act(split, who, no, entries, "Full mailbox")


async def test_the_words_go_on_under_a_new_number_with_whoever_split_them(hands: Hands) -> None:
    no, said = await two_matters(hands)
    at = hands.now
    hands.clock.pass_by(minutes=10)
    made = await split_off(hands, no, said)
    assert (made.title, made.state, made.mode, made.line) == (
        "Full mailbox", "with_us", "chat", "first",
    )  # fmt: skip
    assert made.holder == hands.world["anna"].id
    assert made.no > no
    assert await hands.kinds(made.no) == ["opened", "split"]
    first, marker = await hands.entries(made.no)
    assert (first.body, first.side) == ("And my mailbox info@acme.example is full", "client")
    assert first.data["of"] == {"request": no, "no": said, "at": at.isoformat()}
    assert marker.data == {"of": {"request": no}}
    last = (await hands.entries(no))[-1]
    assert (last.kind, last.data["moved"], last.data["moved_to"]) == ("split", [said], made.no)


async def test_the_new_one_owes_from_its_earliest_unanswered_word_and_the_old_one_nothing(
    hands: Hands,
) -> None:
    no, said = await two_matters(hands)
    since = hands.now
    hands.clock.pass_by(minutes=10)
    more = await hands.say("vera", no, "It is urgent")
    made = await split_off(hands, no, more.no, said)
    assert await hands.promised(made.no) == since + timedelta(hours=1)
    assert await hands.promised(no) is None
    await let_pass(hands, minutes=51)
    assert "promise_missed" in await hands.kinds(made.no)
    assert "promise_missed" not in await hands.kinds(no)
    await hands.say("anna", made.no, "I empty it")
    assert await hands.promised(made.no) is None


async def test_what_stays_behind_unanswered_is_owed_as_before(hands: Hands) -> None:
    no = await hands.open(body="Two things")
    due = (await hands.request(no)).promise_due_at
    await hands.take("anna")
    said = await hands.say("vera", no, "The second is my mailbox")
    made = await split_off(hands, no, said.no)
    assert await hands.promised(no) == due
    assert await hands.promised(made.no) is not None


async def test_answered_words_owe_nothing_where_they_go_on(hands: Hands) -> None:
    no, said = await two_matters(hands)
    answer = await hands.say("anna", no, "I look at both")
    made = await split_off(hands, no, said, answer.no)
    assert await hands.promised(made.no) is None
    assert [e.side for e in await hands.entries(made.no)] == ["client", "staff", "staff"]
    await hands.say("vera", made.no, "Is it done?")
    assert await hands.promised(made.no) is not None
    await hands.promised(no)


async def test_both_logs_are_whole_and_each_miss_is_judged_once(hands: Hands) -> None:
    no, said = await two_matters(hands)
    hands.clock.pass_by(minutes=90)
    made = await split_off(hands, no, said)
    async with hands.desk.db.connection() as conn:
        logs = await read_logs(conn, [no, made.no])
    judged = [
        one
        for request, entries in logs
        for one in obligations(hands.call("anna").policy_of(request), request, entries)
    ]
    assert all(is_whole(request, entries) for request, entries in logs)
    assert sorted((one.ending or "") for one in judged) == ["", "answered"]


async def test_notes_and_files_go_with_the_words_but_no_request_begins_with_a_note(
    hands: Hands,
) -> None:
    no, _said = await two_matters(hands)
    note = await hands.say("anna", no, "Mail is another matter", audience="staff")
    later = await hands.say("vera", no, "The mailbox again")
    made = await split_off(hands, no, note.no, later.no)
    kinds = [(e.kind, e.audience) for e in await hands.entries(made.no)]
    assert kinds == [("opened", "all"), ("note", "staff"), ("split", "all")]
    with pytest.raises(Invalid):
        await split_off(hands, no, note.no)


@pytest.mark.parametrize("wrong", [(), (0,), (99,), (2**40,), (-1,), (2,)])
async def test_wrong_entries_are_refused_in_a_sentence(
    hands: Hands, wrong: tuple[int, ...]
) -> None:
    no, _said = await two_matters(hands)
    with pytest.raises(Invalid) as refused:
        await split_off(hands, no, *wrong)
    assert refused.value.extra["field"] == "entries"


async def test_words_go_on_once_and_only_whoever_holds_it_moves_them(hands: Hands) -> None:
    no, said = await two_matters(hands)
    for who, why in (("ivan", Forbidden), ("martin", Forbidden), ("boris", Forbidden)):
        with pytest.raises(why):
            await split_off(hands, no, said, who=who)
    made = await split_off(hands, no, said)
    with pytest.raises(Invalid) as refused:
        await split_off(hands, no, said)
    assert str(made.no) in refused.value.detail
    waiting = await hands.open()
    with pytest.raises(Conflict):
        await split_off(hands, waiting, 1)


async def test_the_words_are_found_in_both(hands: Hands) -> None:
    no, said = await two_matters(hands)
    made = await split_off(hands, no, said)
    async with hands.desk.db.connection() as conn:
        found = await search_requests(conn, hands.world["vera"], "mailbox")
    assert {hit.request.no for hit in found.items} == {no, made.no}


async def test_by_the_api_a_key_splits_once_and_the_client_reads_where_words_went(
    client_for: Any, hands: Hands
) -> None:
    no, said = await two_matters(hands)
    anna, vera, pavel = [await client_for(name) for name in ("anna", "vera", "pavel")]
    body = {"entries": [said], "title": "<script>alert(1)</script>", "key": "once"}
    answers = [await anna.post(f"/api/v1/requests/{no}/split", json=body) for _try in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert len({one.json()["no"] for one in answers}) == 1
    new = answers[0].json()["no"]
    other = await anna.post(f"/api/v1/requests/{no}/split", json={**body, "entries": [1]})
    assert other.status_code == 422
    (left,) = [e for e in await _entries(vera, no) if e["kind"] == "split"]
    assert left["data"] == {"moved": [said], "moved_to": new}
    assert (await _entries(vera, new))[0]["data"]["of"]["request"] == no
    assert (await pavel.get(f"/api/v1/requests/{new}")).status_code == 404
    assert (await vera.post(f"/api/v1/requests/{no}/split", json=body)).status_code in (403, 404)
    page = (await anna.get(f"/api/v1/requests/{new}/entries")).text
    assert "owed" in page, "staff see what is owed"
    for wrong in ({"entries": [], "title": "T"}, {"entries": [said], "title": " "},
                  {"entries": [said]}, {"entries": ["x"], "title": "T"}):  # fmt: skip
        answer = await anna.post(f"/api/v1/requests/{no}/split", json=wrong)
        assert answer.status_code in (400, 422), wrong


async def _entries(client: httpx.AsyncClient, no: int) -> list[dict[str, Any]]:
    return (await client.get(f"/api/v1/requests/{no}/entries")).json()["entries"]


async def test_two_at_once_make_one_request(hands: Hands) -> None:
    no, said = await two_matters(hands)
    both = await asyncio.gather(
        split_off(hands, no, said), split_off(hands, no, said), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["Invalid", "Request"]


async def test_words_that_are_taken_back_are_gone_on_both_sides(hands: Hands) -> None:
    no, said = await two_matters(hands)
    made = await split_off(hands, no, said)
    await hands.act(redact, "anna", made.no, 1, "a name")
    for number, entry in ((no, said), (made.no, 1)):
        (left,) = [one for one in await hands.entries(number) if one.no == entry]
        assert left.body == ""
        assert (await hands.kinds(number))[-1] == "redacted"
    async with hands.desk.db.connection() as conn:
        logs = await read_logs(conn, [no, made.no])
    assert all(is_whole(request, entries) for request, entries in logs)
    with pytest.raises(Invalid):
        await split_off(hands, no, said)


async def test_words_that_were_split_twice_are_gone_everywhere(hands: Hands) -> None:
    no, said = await two_matters(hands)
    once = await split_off(hands, no, said)
    twice = await split_off(hands, once.no, 1)
    await hands.act(redact, "anna", once.no, 1, "a name")
    bodies = [e.body for n in (no, once.no, twice.no) for e in await hands.entries(n)]
    assert not [body for body in bodies if "mailbox info" in body]
