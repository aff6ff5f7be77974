"""One promise of every POST of the API: a key is answered once, wherever it stands."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.rights.calls import arguments, filled, routes
from tests.rights.world import World, a_world

# Its token is good once, whatever the key; and its answer holds a session, which is kept nowhere.
SESSIONS = "/api/v1/sessions"
STAFFS = (
    "take skip release transfer handover return delay-notice redaction links split view".split()
)
STAFFS += ["import", "policy"]
# Only a desk whose regulations sell help has offers and their time: tests/paid/test_api.py.
SOLD = {"offers", "times"}
HEADER = "Idempotency-Key"


@pytest.fixture(scope="module")
async def world(
    shared_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with a_world(shared_database, tmp_path_factory.mktemp("keys")) as world:
        yield world


def posts(world: World) -> list[str]:
    return sorted(p for m, p in routes(world) if m == "POST" and p.startswith("/api/"))


def writer(path: str) -> str:
    """Somebody who may do it: a client where clients may, else who holds it, or a colleague."""
    parts = set(path.split("/"))
    if parts & {"policy", "check", "trial", "clients", "preauth-keys"} or path.endswith(
        "/articles"
    ):
        return "martin"
    if "takeover" in parts:
        return "ivan"
    return "anna" if parts & set(STAFFS) else "vera"


class Post:
    """One POST of the API with a good body."""

    def __init__(self, world: World, path: str) -> None:
        self.world, self.name = world, writer(path)
        thing = world.things["acme"]
        self.path = filled(path, world, thing)
        side = "client" if self.name == "vera" else "staff"
        self.good = arguments("POST", path, world, thing, side)

    async def __call__(
        self,
        *,
        body: str | None = None,
        header: str | None = None,
        change: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """The call with a key in its body, in its header, or both; `change` makes it another."""
        other = change or {}
        headers = {HEADER: header} if header is not None else {}
        key = {"key": body} if body is not None else {}
        if "files" in self.good:
            name = other.get("name", "a.log")
            sent: Any = {"files": {"file": (name, b"words")}, "data": key}
        else:
            sent = {"json": {**self.good.get("json", {}), **key, **other}}
        return await self.world.call(self.name, "POST", self.path, headers=headers, **sent)

    def other(self) -> dict[str, Any] | None:
        """A change of the body that is another call; None where it has no field but the key."""
        if "files" in self.good:
            return {"name": "b.log"}
        good = self.good.get("json", {})
        worded = ("reason", "summary", "body", "text", "name", "label", "file", "to")
        name = next((n for n in worded if isinstance(good.get(n), str)), None)
        if name:
            return {name: good[name] + " "}
        changed = {"score": 4, "no": 2, "to": 1002, "clients": [{"name": "Another"}]}
        changed |= {"pieces": [{"topic": "web", "body": "Another"}]}
        return next(({n: changed[n]} for n in changed if n in good), None)

    async def prepare(self) -> None:
        """Let happen what must have happened before."""
        last = self.path.rpartition("/")[2]
        no = self.world.things["acme"].no
        steps: dict[str, list[tuple[str, str, Any]]] = {
            "take": [("anna", "release", None)],
            "return": [("anna", "handover", {"summary": "s"}), ("boris", "take", {"reason": "r"})],
            "rating": [("anna", "closure", {"outcome": "solved", "text": "Done"})],
        }
        if last == "return":
            self.name = "boris"
        for name, step, body in steps.get(last if "/requests/" in self.path else "", []):
            there = f"/api/v1/requests/{no}/{step}"
            done = await self.world.call(name, "POST", there, json=body)
            assert done.is_success, done.text


def stored(answer: httpx.Response) -> Any:
    """What is kept of an answer: all but the words that are kept nowhere."""
    if not answer.content:
        return None
    if "json" not in answer.headers["content-type"]:
        return {"html": answer.text}
    return {k: v for k, v in answer.json().items() if k not in ("token", "secret")}


async def each(world: World) -> AsyncIterator[Post]:
    """Every POST but that of sessions and those of paid help, each on the world as it was."""
    for path in posts(world):
        if path != SESSIONS and SOLD.isdisjoint(path.split("/")):
            async with world.undone():
                post = Post(world, path)
                await post.prepare()
                yield post


async def same(first: httpx.Response, again: httpx.Response, path: str) -> None:
    assert first.is_success, (path, first.text)
    if first.status_code == 204:
        assert again.status_code == 204, path
        return
    assert again.status_code == 200, (path, again.text)
    was, now = stored(first), stored(again)
    assert {k: now[k] for k in was} == was, path


def refused(answer: httpx.Response, path: str) -> None:
    assert (answer.status_code, answer.json().get("field")) == (422, "key"), (path, answer.text)


async def test_a_key_that_moves_from_body_to_header_is_the_same_key(world: World) -> None:
    seen = 0
    async for post in each(world):
        await same(await post(body="k-1"), await post(header="k-1"), post.path)
        await same(await post(body="k-1"), await post(body="k-1", header="k-1"), post.path)
        seen += 1
    assert seen > 25


async def test_a_key_that_moves_from_header_to_body_is_the_same_key(world: World) -> None:
    async for post in each(world):
        await same(await post(header="k-1"), await post(body="k-1"), post.path)


async def test_a_key_with_another_body_is_refused_and_changes_nothing(world: World) -> None:
    seen = 0
    async for post in each(world):
        other = post.other()
        if other is None:
            continue
        first = await post(body="k-1")
        refused(await post(body="k-1", change=other), post.path)
        refused(await post(header="k-1", change=other), post.path)
        await same(first, await post(header="k-1"), post.path)
        seen += 1
    assert seen > 20


async def test_two_different_keys_in_one_call_are_refused(world: World) -> None:
    async for post in each(world):
        refused(await post(body="k-1", header="k-2"), post.path)


async def test_two_headers_with_different_keys_are_refused(world: World) -> None:
    async with world.undone():
        post = Post(world, "/api/v1/requests")
        headers = [(HEADER, "k-1"), (HEADER, "k-2")]
        refused(
            await world.call("vera", "POST", post.path, headers=headers, **post.good), post.path
        )


async def test_a_number_with_zeros_before_it_is_the_same_request_for_a_key(world: World) -> None:
    no, body = world.things["acme"].no, {"body": "Once", "key": "k-1"}
    async with world.undone():
        first = await world.call("vera", "POST", f"/api/v1/requests/{no}/entries", json=body)
        again = await world.call("vera", "POST", f"/api/v1/requests/0{no}/entries", json=body)
        assert (first.status_code, again.status_code) == (201, 200), again.text
        rating = {"score": 5, "key": "k-2"}
        await world.call(
            "anna",
            "POST",
            f"/api/v1/requests/{no}/closure",
            json={"outcome": "solved", "text": "x"},
        )
        first = await world.call("vera", "POST", f"/api/v1/requests/{no}/rating", json=rating)
        again = await world.call("vera", "POST", f"/api/v1/requests/0{no}/rating", json=rating)
        assert (first.status_code, again.status_code) == (201, 200), again.text


@pytest.mark.parametrize("key", ["", "k" * 10_000, "k\0"])
async def test_a_key_that_is_none_is_refused_wherever_it_stands(world: World, key: str) -> None:
    async for post in each(world):
        refused(await post(body=key), post.path)
        if key.isprintable():
            refused(await post(header=key), post.path)
    async with world.undone():
        answer = await world.call("vera", "POST", SESSIONS, json={"token": "t", "key": key})
        refused(answer, SESSIONS)
