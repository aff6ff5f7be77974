"""What somebody says to have seen: their own mark alone, never beyond what stands there."""

from typing import Any

import httpx
import pytest

from firstline.kit.db import Conn
from firstline.people import Who

API = "/api/v1/requests"
NUMBERS = [-1, -(2**63), 0, 99, 2**31, 2**63, 10**30, 10**400]


@pytest.fixture
async def no(vera: httpx.AsyncClient, anna: httpx.AsyncClient) -> int:
    no = (await vera.post(API, json={"topic": "web", "body": "Help"})).json()["no"]
    await anna.post("/api/v1/lines/first/take")
    assert (await anna.post(f"{API}/{no}/entries", json={"body": "Look"})).status_code == 201
    await anna.post(f"{API}/{no}/entries", json={"body": "A note", "audience": "staff"})
    return no


async def marks(conn: Conn, no: int) -> dict[Any, int]:
    cursor = await conn.execute("select person_id, no from seen where matter = %s", (no,))
    return dict(await cursor.fetchall())


async def client_mark(conn: Conn, no: int) -> int:
    cursor = await conn.execute("select client_seen_no from requests where no = %s", (no,))
    row = await cursor.fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_that_does_not_stand_there_is_refused_or_cut(
    vera: httpx.AsyncClient, conn: Conn, world: dict[str, Who], no: int, number: int
) -> None:
    before = (await vera.get(f"{API}/{no}/entries")).json()
    answer = await vera.post(f"{API}/{no}/seen", content=f'{{"no": {number}}}')
    assert answer.status_code in (204, 400, 422), answer.text
    assert 0 <= (await marks(conn, no)).get(world["vera"].id, 0) <= 4
    assert (await vera.get(f"{API}/{no}/entries")).json() == before, "nobody else is told"


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("name", ["vera", "anna"])
async def test_words_with_such_a_number_are_never_an_error_of_ours(
    client_for: Any, no: int, name: str, number: int
) -> None:
    api = await client_for(name)
    answer = await api.post(f"{API}/{no}/entries", content=f'{{"body": "x", "seen": {number}}}')
    assert answer.status_code in (201, 400, 409, 422), answer.text


async def test_a_mark_moves_for_oneself_and_never_back(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn, world: dict[str, Who], no: int
) -> None:
    await anna.post(f"{API}/{no}/seen", json={"no": 4})
    assert await client_mark(conn, no) < 3, "a member of staff has seen it, not the client"
    await vera.post(f"{API}/{no}/seen", json={"no": 3})
    await vera.post(f"{API}/{no}/seen", json={"no": 1})
    assert await marks(conn, no) == {world["vera"].id: 3, world["anna"].id: 4}
    assert await client_mark(conn, no) == 3


async def test_whose_request_it_is_not_marks_nothing_and_learns_nothing(
    client_for: Any, conn: Conn, no: int
) -> None:
    pavel = await client_for("pavel")
    foreign = await pavel.post(f"{API}/{no}/seen", json={"no": 1})
    none = await pavel.post(f"{API}/{no + 999}/seen", json={"no": 1})
    assert (foreign.status_code, none.status_code) == (404, 404)
    assert foreign.json()["detail"].replace(str(no), "") == none.json()["detail"].replace(
        str(no + 999), ""
    )
    assert await marks(conn, no) == {}
