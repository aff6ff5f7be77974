"""A title made of the first words follows them; one that somebody chose stays."""

from typing import Any

import httpx
import pytest

from firstline.kit.db import Conn
from firstline.requests.actions import changes, redacting
from firstline.timeline.search.index import index_unread

from .hands import Hands

API = "/api/v1/requests"
SECRET = "root Zq7hunterY server"


@pytest.mark.parametrize("indexed", ["before", "after", "never"])
async def test_what_was_edited_out_of_the_first_words_is_neither_in_the_title_nor_found(
    hands: Hands, vera: httpx.AsyncClient, indexed: str
) -> None:
    no = await hands.open("vera", f"{SECRET}\nIt is down")
    assert (await hands.request(no)).title == SECRET
    if indexed == "before":
        await index_unread(hands.desk.db, now=hands.now)
    await hands.act(changes.edit, "vera", no, 1, "server\nIt is down")
    if indexed == "after":
        await index_unread(hands.desk.db, now=hands.now)
    assert (await hands.request(no)).title == "server"
    assert await found(vera, "Zq7hunterY") == []
    assert await found(vera, "server") == [no]
    await hands.act(changes.edit, "vera", no, 1, "the server\nIt is down")
    assert (await hands.request(no)).title == "the server"


async def found(reader: httpx.AsyncClient, words: str) -> list[int]:
    answer = await reader.get(API, params={"q": words})
    return [one["no"] for one in answer.json()["items"]]


async def test_a_title_that_somebody_chose_stays(hands: Hands) -> None:
    chosen = await hands.open("vera", "Down since noon", title="My shop")
    later = await hands.open("vera", "Down since one")
    await hands.act(changes.amend, "anna", later, title="The shop of Vera")
    for no in (chosen, later):
        await hands.act(changes.edit, "vera", no, 1, "Up again")
    titles = [(await hands.request(no)).title for no in (chosen, later)]
    assert titles == ["My shop", "The shop of Vera"]


async def test_words_said_later_are_edited_without_the_title(hands: Hands) -> None:
    no = await hands.open("vera", "Down")
    said = await hands.say("vera", no, "Down")
    await hands.act(changes.edit, "vera", no, said.no, "Up")
    assert (await hands.request(no)).title == "Down"


async def test_a_title_that_followed_an_edit_is_taken_back_with_its_words(
    hands: Hands, conn: Conn
) -> None:
    no = await hands.open("vera", SECRET)
    await hands.act(changes.edit, "vera", no, 1, "the key is Blue77pot")
    await hands.act(redacting.redact, "martin", no, 1, "Not for here")
    rows: Any = await (await conn.execute("select body, data::text from entries")).fetchall()
    left = " ".join(text for row in rows for text in row)
    assert "Zq7hunterY" not in left
    assert "Blue77pot" not in left
    assert (await hands.request(no)).title == "Web server, sites"


async def test_a_key_opens_nothing_anew_after_its_title_has_followed_an_edit(hands: Hands) -> None:
    no = await hands.open("vera", SECRET, key="once")
    await hands.act(changes.edit, "vera", no, 1, "server")
    assert await hands.open("vera", SECRET, key="once") == no
