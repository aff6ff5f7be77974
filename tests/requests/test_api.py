"""The API's own promises: what may be left out or null, what is known, what a key means."""

from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest

from firstline.kit.db import Conn
from firstline.kit.errors import Invalid
from firstline.people.posts import encode
from firstline.requests.actions import changes

from .hands import Hands

API = "/api/v1/requests"


async def service_of(conn: Conn, client: Any) -> str:
    cursor = await conn.execute(
        "select id from services where client_id = %s order by id limit 1", (client,)
    )
    row = await cursor.fetchone()
    assert row is not None
    return str(row[0])


async def test_a_service_is_taken_away_by_null_and_stays_when_left_out(
    vera: httpx.AsyncClient, conn: Conn, world: Any
) -> None:
    service = await service_of(conn, world["vera"].client_id)
    made = await vera.post(API, json={"topic": "web", "body": "403", "service": service})
    path = f"{API}/{made.json()['no']}"
    renamed = await vera.patch(path, json={"title": "Another title"})
    assert renamed.json()["service"]["id"] == service
    assert (await vera.patch(path, json={"service": None})).json()["service"] is None
    last = (await vera.get(f"{path}/entries")).json()["entries"][-1]
    assert (last["kind"], last["data"]["field"], last["data"]["old"]) == (
        "edited", "service", service)  # fmt: skip
    assert (await vera.patch(path, json={"service": service})).json()["service"]["id"] == service


async def test_a_limited_contact_does_not_lose_a_request_by_taking_its_service_away(
    hands: Hands, conn: Conn, world: Any
) -> None:
    service = UUID(await service_of(conn, world["vera"].client_id))
    no = await hands.open("vera", service=service)
    limited = replace(world["vera"], access="limited", services=frozenset({service}))
    with pytest.raises(Invalid) as refused:
        await hands.act(changes.amend, limited, no, service=None)
    assert refused.value.extra["field"] == "service"


@pytest.mark.parametrize(
    ("field", "known"), [("line", "second"), ("state", "with_us"), ("mode", "ticket")]
)
async def test_an_unknown_filter_is_refused_with_the_known_ones(
    vera: httpx.AsyncClient, field: str, known: str
) -> None:
    answer = await vera.get(API, params={field: "bogus"})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert known in answer.json()["detail"]
    assert (await vera.get(API, params={field: known})).status_code == 200


async def test_a_key_of_a_mark_is_one_marks_alone(vera: httpx.AsyncClient) -> None:
    path = f"{API}/{(await vera.post(API, json={'topic': 'web', 'body': 'x'})).json()['no']}/seen"
    for _ in range(2):
        assert (await vera.post(path, json={"no": 1, "key": "s"})).status_code == 204
    other = await vera.post(path, json={"no": 2, "key": "s"})
    assert (other.status_code, other.json()["field"]) == (422, "key")
    header = {"Idempotency-Key": "s"}
    assert (await vera.post(path, json={"no": 1}, headers=header)).status_code == 204


async def test_a_secret_shown_again_by_its_key_is_written_down_each_time_and_kept_nowhere_else(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn
) -> None:
    no = (await vera.post(API, json={"topic": "web", "body": "x"})).json()["no"]
    await anna.post("/api/v1/lines/first/take")
    left = await vera.post(f"{API}/{no}/secrets", json={"label": "FTP", "secret": "correct horse"})
    view = f"{API}/{no}/secrets/{left.json()['id']}/view"
    for _ in range(2):
        shown = await anna.post(view, json={"key": "v"})
        assert (shown.status_code, shown.json()) == (200, {"secret": "correct horse"})
    told = (await anna.get(f"{API}/{no}/entries")).json()["entries"]
    assert len([e for e in told if "shown" in e["data"]]) == 2
    cursor = await conn.execute("select body from answered_keys")
    assert all(b"horse" not in bytes(row[0]) for row in await cursor.fetchall())
    await anna.post(f"{API}/{no}/closure", json={"outcome": "solved", "text": "Done"})
    assert (await anna.post(view, json={"key": "v"})).status_code == 409, "it is erased"


async def test_what_could_tell_a_secret_again_needs_the_desks_own_and_is_erased_with_it(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn
) -> None:
    no = (await vera.post(API, json={"topic": "web", "body": "x"})).json()["no"]
    await anna.post("/api/v1/lines/first/take")
    body = {"label": "FTP", "secret": "hunter2", "key": "k"}
    left = await vera.post(f"{API}/{no}/secrets", json=body)
    (mark,) = await marks_of(conn, f"POST {API}/{no}/secrets")
    guesses = ({"label": "FTP", "secret": "hunter2", "key": key} for key in (None, "k"))
    assert mark not in [sha256(encode(guess)).digest() for guess in guesses]
    other = await vera.post(f"{API}/{no}/secrets", json=body | {"secret": "hunter3"})
    assert (other.status_code, other.json()["field"]) == (422, "key")
    await anna.post(f"{API}/{no}/closure", json={"outcome": "solved", "text": "Done"})
    assert await marks_of(conn, f"POST {API}/{no}/secrets") == [None]
    again = await vera.post(f"{API}/{no}/secrets", json=body)
    assert (again.status_code, again.json()) == (200, left.json()), "its key still answers"


async def marks_of(conn: Conn, route: str) -> list[bytes | None]:
    cursor = await conn.execute("select fingerprint from answered_keys where route = %s", (route,))
    return [row[0] and bytes(row[0]) for row in await cursor.fetchall()]


async def test_the_first_in_line_is_taken_without_a_word_and_another_one_is_not(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient
) -> None:
    first, second = [
        (await vera.post(API, json={"topic": "web", "body": "403"})).json()["no"] for _ in range(2)
    ]
    refused = await anna.post(f"{API}/{second}/take")
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    taken = await anna.post(f"{API}/{first}/take")
    assert (taken.status_code, taken.json()["holder"]) == (200, "Anna")


async def test_a_number_in_an_address_of_the_api_is_digits_and_nothing_else(
    vera: httpx.AsyncClient,
) -> None:
    no = (await vera.post(API, json={"topic": "web", "body": "403"})).json()["no"]
    assert (await vera.get(f"{API}/{no}")).status_code == 200
    for odd in (f"{no // 1000}_{no % 1000:03}", f"%2B{no}", f"%20{no}", f"１{str(no)[1:]}"):
        assert (await vera.get(f"{API}/{odd}")).status_code == 404, odd
        said = await vera.post(f"{API}/{odd}/entries", json={"body": "Words"})
        assert said.status_code == 404, odd
    assert (await vera.get(f"{API}/{no}")).json()["head"] == 1
