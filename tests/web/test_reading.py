"""Wrong bodies and queries: one sentence that names the field, whatever the type was."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar._parsers import (
    parse_cookie_string,
    parse_query_string,
    parse_url_encoded_form_data,
)

from firstline.kit.reading import MOST_FIELDS, read_form

Door = Callable[[str | None], Awaitable[httpx.AsyncClient]]
SAY = "/api/v1/requests/1001/entries"
LATER = "2099-01-01T10:00:00+02:00"


@pytest.fixture
async def anna(client_for: Door) -> httpx.AsyncClient:
    """Anna, who holds Vera's request 1001."""
    vera, anna = await client_for("vera"), await client_for("anna")
    await vera.post("/api/v1/requests", json={"topic": "web", "body": "403"})
    assert (await anna.post("/api/v1/lines/first/take")).json()["no"] == 1001
    return anna


WRONG: list[tuple[str, Any, str, str]] = [
    ("/requests", {"topic": 1, "body": "x"}, "topic", "topic must be text."),
    ("/requests", {"topic": "web", "body": None}, "body", "body must be text."),
    ("/requests", {"topic": "web"}, "body", "body is missing; send it."),
    ("/requests", {"topic": "web", "body": "x", "no": 1}, "no",
     "There is no field no here; leave it out."),
    ("/requests", {"topic": "web", "body": "x", "service": 5}, "service", "service must be an id,"),
    ("/requests", {"topic": "web", "body": "x", "service": "5"}, "service",
     "service must be an id,"),
    ("/requests", [], "body", "Send a JSON object;"),
    ("/requests", "words", "body", "Send a JSON object;"),
    ("/requests/1001/entries", {"body": "x", "seen": "5"}, "seen", "seen must be a whole number."),
    ("/requests/1001/entries", {"body": "x", "files": ["5"]}, "files[0]",
     "files[0] must be an id,"),
    ("/requests/1001/entries", {"body": "x", "files": "5"}, "files", "files must be a list."),
    ("/requests/1001/delay-notice", {"reason": "other", "until": 4070908800, "text": "x"}, "until",
     "until must be a time such as"),
    ("/requests/1001/delay-notice", {"reason": "other", "until": "soon", "text": "x"}, "until",
     "until must be a time such as"),
    ("/requests/1001/links", {"to": "1002"}, "to", "to must be a whole number."),
    ("/requests/1001/rating", {"score": "5"}, "score", "score must be a whole number."),
    ("/requests/1001/rating", {"score": True}, "score", "score must be a whole number."),
    ("/requests/1001/rating", {"score": 4.5}, "score", "score must be a whole number."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "field", "words"), WRONG)
async def test_a_wrong_body_is_refused_in_one_sentence_that_names_the_field(
    anna: httpx.AsyncClient, path: str, body: Any, field: str, words: str
) -> None:
    answer = await anna.post(f"/api/v1{path}", json=body)
    told = answer.json()
    assert (answer.status_code, told["field"]) == (422, field), told
    assert told["detail"].startswith(words)
    assert told["detail"].endswith((".", "json"))
    assert not re.search(r"[`$]|Expected|got ", told["detail"])


async def test_half_a_character_is_refused_by_the_name_of_its_field(
    anna: httpx.AsyncClient,
) -> None:
    for body in (rb'{"body":"a\ud800b"}', rb'{"body":"a\udc00"}', rb'{"body":"\ud83dx"}'):
        answer = await anna.post(SAY, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, answer.text
        assert answer.json()["field"] == "body"
        assert "broken character" in answer.json()["detail"]
    whole = rb'{"body":"\ud83d\ude00"}'
    answer = await anna.post(SAY, content=whole, headers={"content-type": "application/json"})
    assert answer.json()["body"] == "😀"


@pytest.mark.parametrize("body", [b'{"body":', b"{body}", b'{"body":"\xff"}', b"[" * 100_000])
async def test_what_is_no_json_is_said_to_be_none(anna: httpx.AsyncClient, body: bytes) -> None:
    answer = await anna.post(SAY, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("This JSON cannot be read;")


async def test_a_stranger_is_asked_who_they_are_before_they_are_told_what_is_wrong(
    client_for: Door,
) -> None:
    stranger = await client_for(None)
    for body in (b'{"topic":5}', b'{"nope":1}', b"{", b"[" * 100_000):
        answer = await stranger.post("/api/v1/requests", content=body)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=x", "limit"), ("limit=1.5", "limit"), ("state=bogus", "state"),
     ("mode=bogus", "mode"), ("after=x", "after")],
)  # fmt: skip
async def test_a_wrong_query_names_its_field(
    anna: httpx.AsyncClient, query: str, field: str
) -> None:
    answer = await anna.get(f"/api/v1/requests?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not re.search(r"[`$]|Expected", answer.json()["detail"])


async def test_a_form_has_fields_enough_and_is_not_remembered(client_for: Door) -> None:
    stranger = await client_for(None)
    before = parse_url_encoded_form_data.cache_info().currsize
    fields = {"email": "vera@acme.example", "password": "not remembered"}
    await stranger.post("/sign-in", data=fields)
    assert parse_url_encoded_form_data.cache_info().currsize == before
    many = await stranger.post("/sign-in", data={f"f{n}": "v" for n in range(MOST_FIELDS + 1)})
    assert many.status_code == 413
    assert "A form has at most 1000 fields" in many.text


async def test_long_queries_and_cookies_of_strangers_are_not_remembered(client_for: Door) -> None:
    stranger = await client_for(None)
    for n in range(20):
        await stranger.get(f"/wiki?{n}" + "&a=" * 10_000)
        await stranger.get("/wiki", headers={"cookie": f"n{n}=1;" + " a=b;" * 5_000})
    assert parse_query_string.cache_info().currsize <= 2
    assert parse_cookie_string.cache_info().currsize <= 2


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"a=1&b=&a=2", {"a": ["1", "2"], "b": ""}),
        (b"name=%D0%B2+x%26y", {"name": "в x&y"}),
        ("name=в x&cut=\udcd0".encode(errors="surrogateescape"), {"name": "в x", "cut": "\ufffd"}),
        (b"", {}),
    ],
)
def test_fields_of_a_form_come_as_they_were_typed(body: bytes, fields: dict[str, Any]) -> None:
    assert read_form(body) == fields
