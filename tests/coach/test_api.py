"""`POST /api/v1/coach`: what clients are told of their words while they write."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from firstline.kit.db import Conn

WORDS = {"body": "Моя пошта не працює з учора"}


async def test_a_client_is_asked_with_their_own_services(client_for: Any) -> None:
    vera = await client_for("vera")
    answer = await vera.post("/api/v1/coach", json=WORDS)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["topic"], told["scope"], told["outage"]) == ("mail", None, None)
    assert told["matters"] == 1
    known = {"fact": "since_when", "start": 20, "end": 27, "value": "з учора"}
    assert [known] == told["known"]
    assert WORDS["body"][20:27] == "з учора"
    assert [one["fact"] for one in told["missing"]] == ["mailbox", "exact_error"]
    assert set(told["missing"][0]) == {"fact", "ask", "example"}
    assert "acme" in told["missing"][0]["example"]


async def test_the_same_key_gives_the_same_answer(client_for: Any) -> None:
    vera = await client_for("vera")
    first = await vera.post("/api/v1/coach", json={**WORDS, "key": "k"})
    again = await vera.post("/api/v1/coach", json={**WORDS, "key": "k"})
    other = await vera.post("/api/v1/coach", json={"body": "ssh", "key": "k"})
    assert first.json() == again.json()
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "x", "topic": "weather"}, "topic"),
        ({"body": "x", "service": str(UUID(int=7))}, "service"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_a_sentence(
    client_for: Any, body: dict[str, str], field: str
) -> None:
    for name in ("vera", "anna"):
        refused = await (await client_for(name)).post("/api/v1/coach", json=body)
        assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_unknown_fields_are_refused(client_for: Any) -> None:
    vera = await client_for("vera")
    refused = await vera.post("/api/v1/coach", json={**WORDS, "text": "x"})
    assert refused.status_code == 422


async def test_staff_are_answered_without_a_client(client_for: Any) -> None:
    anna = await client_for("anna")
    answer = await anna.post("/api/v1/coach", json={"body": "Install WordPress for me, please"})
    assert answer.json()["scope"]["clause"] == "not.scripts"
    assert json.dumps(answer.json())


async def test_nothing_of_the_words_is_kept_with_a_key(client_for: Any, conn: Conn) -> None:
    vera = await client_for("vera")
    words = {
        "body": "Error: canaryword failed at shop.canary.example, password: hunter2",
        "key": "k",
    }
    answer = await vera.post("/api/v1/coach", json=words)
    assert "canary" in answer.text
    cursor = await conn.execute("select body from answered_keys where key = 'k'")
    assert [bytes(row[0]) for row in await cursor.fetchall()] == [b""]


async def test_a_service_of_others_and_a_session_that_ended_learn_nothing(
    client_for: Any, conn: Conn
) -> None:
    pavel, stranger = await client_for("pavel"), await client_for(None)
    cursor = await conn.execute(
        "select s.id from services s join clients c on c.id = s.client_id where c.name like 'Acme%'"
    )
    for (service,) in await cursor.fetchall():
        refused = await pavel.post("/api/v1/coach", json={**WORDS, "service": str(service)})
        assert refused.status_code == 422
        assert "Acme" not in refused.text
    assert (await stranger.post("/api/v1/coach", json=WORDS)).status_code == 401
    large = await pavel.post("/api/v1/coach", json={"body": "x" * 10_000_000})
    assert large.status_code == 413
    markup = await pavel.post("/api/v1/coach", json={"body": "<script>alert(1)</script> 403"})
    assert markup.headers["content-type"] == "application/json"


async def test_two_at_once_under_one_key_are_answered_alike(client_for: Any) -> None:
    vera = await client_for("vera")
    asked = [vera.post("/api/v1/coach", json={**WORDS, "key": "k"}) for _ in range(4)]
    answers = await asyncio.gather(*asked)
    assert {(one.status_code, one.text) for one in answers} == {(200, answers[0].text)}
