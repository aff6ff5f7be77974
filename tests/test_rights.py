"""Who is answered with what: every route, everybody, their own things and other people's.

The statuses stand in rights/table.txt, and are asked for with calls that are good in themselves
(rights/calls.py). Every answer is also searched for words that its reader must never see.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.rights.calls import arguments, filled, routes
from tests.rights.world import NEVER, OF_BOREALIS, OF_STAFF, STAFF, Thing, World, a_world, leaks

TABLE = Path(__file__).parent / "rights" / "table.txt"
COLUMNS = (
    (None, "acme"),
    ("vera", "acme"),
    ("vera", "borealis"),
    ("liam", "acme"),
    ("liam", "vps"),
    ("pavel", "borealis"),
    ("pavel", "acme"),
    *((name, "acme") for name in STAFF if name != "sofia"),
)
CLIENTS = ("vera", "liam", "pavel")


def table() -> dict[tuple[str, str], list[str]]:
    """The rows by (method, path); each has a status, or a point, for every column."""
    lines = [line.split() for line in TABLE.read_text("utf-8").splitlines()]
    return {(line[0], line[1]): line[2:] for line in lines if line and line[0] != "#"}


def plain(path: str) -> str:
    return re.sub(r":\w+\}", "}", path)


@pytest.fixture(scope="module")
async def world(
    shared_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with a_world(shared_database, tmp_path_factory.mktemp("rights")) as world:
        yield world


async def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    rows, real = set(table()), {(method, plain(path)) for method, path in routes(world)}
    assert not real - rows, f"give these routes a row in {TABLE.name}: {sorted(real - rows)}"
    assert not rows - real, f"these rows of {TABLE.name} have no route: {sorted(rows - real)}"
    assert {len(row) for row in table().values()} == {len(COLUMNS)}


@pytest.mark.parametrize(("method", "path"), sorted(table()))
async def test_everybody_is_answered_as_the_table_says(
    world: World, method: str, path: str
) -> None:
    real = {(m, plain(p)): p for m, p in routes(world)}[method, path]
    told, seen = [], []
    for (name, thing_name), wanted in zip(COLUMNS, table()[method, path], strict=True):
        if wanted == ".":
            told.append(".")
            continue
        thing = world.things[thing_name]
        side = "staff" if name in STAFF else "client"
        async with world.undone():
            answer = await world.call(
                name, method, filled(real, world, thing),
                **arguments(method, real, world, thing, side),
            )  # fmt: skip
        told.append(str(answer.status_code))
        if found := leaks(name, answer):
            seen.append((name, thing_name, found))
    assert told == table()[method, path], f"{method} {path}, columns {COLUMNS}"
    assert not seen, f"{method} {path} shows what it must not"


async def test_a_client_is_told_the_same_of_a_foreign_number_as_of_an_unknown_one(
    world: World,
) -> None:
    foreign = world.things["borealis"]
    unknown = Thing(999_999, *[UUID(int=9)] * 5)
    for (method, path), row in table().items():
        if row[2] == ".":
            continue
        real = {(m, plain(p)): p for m, p in routes(world)}[method, path]
        bodies = []
        for thing in (foreign, unknown):
            async with world.undone():
                answer = await world.call(
                    "vera", method, filled(real, world, thing),
                    **arguments(method, real, world, thing, "client"),
                )  # fmt: skip
            text = re.sub(r"<[^>]*>", "", answer.text)  # pages differ in nonces and keys
            text = text.replace(str(thing.no), "…")
            bodies.append((answer.status_code, text))
        assert bodies[0] == bodies[1], f"{method} {path} tells a foreign thing from none"


@pytest.mark.parametrize("name", CLIENTS)
async def test_no_list_search_or_counter_knows_of_foreign_things(world: World, name: str) -> None:
    own = await world.call(name, "GET", "/api/v1/requests", params={"limit": 200})
    mine = {item["no"] for item in own.json()["items"]}
    whose = {
        "vera": {world.things[t].no for t in ("acme", "vps", "walked")},
        "liam": {world.things["acme"].no},
        "pavel": {world.things["borealis"].no},
    }
    assert mine == whose[name]
    for path in ("/api/v1/requests", "/requests"):
        for word in NEVER[name]:
            query = f"{word} {word}.log"
            for asked in (word, f"{word}.example", f"{word}.log", "zebra", query):
                answer = await world.call(name, "GET", path, params={"q": asked})
                numbers = {
                    int(no) for no in re.findall(r'(?:"no":|/requests/)(\d{4,})', answer.text)
                }
                assert numbers <= mine, (path, asked)
    for filters in (
        {"line": "first"},
        {"line": "second"},
        {"state": "waiting"},
        {"mode": "ticket"},
    ):
        answer = await world.call(name, "GET", "/api/v1/requests", params=filters)
        assert {item["no"] for item in answer.json()["items"]} <= mine


@pytest.mark.parametrize("thing", ["walked", "acme"])
async def test_the_words_of_the_staff_are_in_nothing_that_their_client_reads(
    world: World, thing: str
) -> None:
    no = world.things[thing].no
    everything = [
        f"/requests/{no}", f"/requests/{no}?whole=true", f"/requests/{no}/standing?foot=true",
        f"/requests/{no}/entries-html", f"/requests/{no}/entries-html?last=200",
        f"/requests/{no}/transcript.txt", f"/requests/{no}/transcript.json",
        f"/api/v1/requests/{no}", f"/api/v1/requests/{no}/entries?limit=500",
        f"/api/v1/widget/requests/{no}/entries-html", "/api/v1/widget/requests",
        "/", "/requests", "/requests?q=zebra", "/account",
    ]  # fmt: skip
    for path in everything:
        answer = await world.call("vera", "GET", path)
        assert answer.status_code == 200, path
        assert not leaks("vera", answer), path
    told = await world.call("anna", "GET", f"/api/v1/requests/{no}/entries")
    assert OF_STAFF in told.text, "the staff read it: the word was there to be found"


async def test_letters_to_clients_hold_no_word_of_the_staff_or_of_others(world: World) -> None:
    cursor = await world.conn.execute("select payload from outbox")
    letters = [row[0] for row in await cursor.fetchall()]
    to_clients = [each for each in letters if "firstline.example" not in str(each.get("to"))]
    for letter in to_clients:
        assert OF_STAFF not in str(letter).casefold()
        assert "borealis" in letter["to"] or OF_BOREALIS not in str(letter).casefold()


async def test_things_named_in_a_body_or_a_query_need_rights_as_well(world: World) -> None:
    acme, vps, borealis = (world.things[name] for name in ("acme", "vps", "borealis"))
    api = "/api/v1/requests"
    made = await world.call("pavel", "POST", "/api/v1/attachments", files={"file": ("a", b"x")})
    draft = made.json()["id"]
    tries: list[tuple[str, str, str, dict[str, Any], int]] = [
        ("liam", "PATCH", f"{api}/{acme.no}", {"service": str(vps.service)}, 422),
        ("liam", "POST", api, {"topic": "web", "body": "x", "service": str(vps.service)}, 422),
        ("vera", "PATCH", f"{api}/{acme.no}", {"service": str(borealis.service)}, 422),
        ("vera", "POST", api, {"topic": "web", "body": "x", "client": str(borealis.client_id)},
         422),
        ("anna", "POST", api, {"topic": "web", "body": "x", "client": str(acme.client_id),
                               "service": str(borealis.service)}, 422),
        ("anna", "PATCH", f"{api}/{acme.no}", {"service": str(borealis.service)}, 422),
        ("vera", "POST", f"{api}/{acme.no}/entries", {"body": "x", "files": [draft]}, 422),
        ("anna", "POST", f"{api}/{acme.no}/entries", {"body": "x", "files": [draft]}, 422),
        ("vera", "POST", f"{api}/{acme.no}/entries",
         {"body": "x", "files": [str(borealis.attachment_id)]}, 422),
        ("vera", "POST", f"{api}/{acme.no}/entries", {"body": "x", "audience": "staff"}, 422),
        ("anna", "POST", f"{api}/{acme.no}/transfer", {"to": "vera@acme.example"}, 422),
        ("anna", "POST", f"{api}/{acme.no}/transfer", {"to": str(world.cast["boris"].id)}, 422),
        ("anna", "POST", f"{api}/{acme.no}/links", {"to": 999_999}, 404),
        ("vera", "GET", f"/api/v1/attachments/{draft}", {}, 404),
        ("anna", "GET", f"/api/v1/attachments/{draft}", {}, 404),
        ("anna", "POST", f"{api}/{acme.no}/secrets/{borealis.secret}/view", {}, 404),
        ("anna", "POST", f"/desk/requests/{acme.no}/secrets/{borealis.secret}", {}, 404),
    ]  # fmt: skip
    for name, method, path, body, status in tries:
        async with world.undone():
            more = {"json": body} if body else {}
            answer = await world.call(name, method, path, **more)
        assert answer.status_code == status, (name, method, path, body, answer.text)
        assert not leaks(name, answer)


async def test_what_belongs_to_the_staff_cannot_be_set_by_naming_it(world: World) -> None:
    """Every body of the API is closed: an unknown field is refused by name and changes nothing."""
    for (method, path), row in table().items():
        if method not in ("POST", "PATCH") or not path.startswith("/api/") or row[1] == "404":
            continue
        real = {(m, plain(p)): p for m, p in routes(world)}[method, path]
        good = arguments(method, real, world, world.things["acme"], "client").get("json")
        if good is None:
            continue
        for field in ("role", "id", "client_id", "holder", "line", "state", "by_id", "verified"):
            async with world.undone():
                answer = await world.call(
                    "vera", method, filled(real, world, world.things["acme"]),
                    json={**good, field: "x"},
                )  # fmt: skip
            assert answer.status_code == 422, (method, path, field)
            assert answer.json()["field"] == field, (method, path, answer.text)


class Door:
    """A live socket, without a network between."""

    def __init__(self, world: World, name: str, form: str) -> None:
        self._sent: asyncio.Queue[Any] = asyncio.Queue()
        self.told: list[Any] = []
        self._sent.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "path": "/live",
            "headers": [(b"authorization", f"Bearer {world.tokens[name]}".encode())],
            "query_string": f"as={form}".encode(),
            "subprotocols": [],
        }
        self._task = asyncio.create_task(world.app(scope, self._sent.get, self._hear))

    async def _hear(self, message: Any) -> None:
        self.told.append(message)

    async def follow(self, *topics: str) -> str:
        """Follow the topics from their beginning; all that came within half a second."""
        for topic in topics:
            text = f'{{"do":"follow","topic":"{topic}","after":0}}'
            await self._sent.put({"type": "websocket.receive", "text": text})
        await asyncio.sleep(0.5)
        await self._sent.put({"type": "websocket.disconnect", "code": 1000})
        await self._task
        return str(self.told)


@pytest.mark.parametrize("form", ["json", "html"])
@pytest.mark.parametrize("name", CLIENTS)
async def test_the_socket_tells_nobody_what_they_must_not_know(
    world: World, name: str, form: str
) -> None:
    topics = [f"request/{thing.no}" for thing in world.things.values()]
    told = await Door(world, name, form).follow(*topics, "line/first", "person/me")
    assert not [word for word in NEVER[name] if word in told.casefold()]
    assert "not-found" in told, "lines, and what is foreign, are refused"
    assert "zebra" in told, "and what is their own is told"
