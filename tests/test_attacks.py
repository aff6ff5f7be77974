"""Calls meant to hurt: bodies too large, hostile fields, replays, races, foreign hosts, logs."""

import asyncio
import gc
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from firstline.wiki.writing.pages.editor import BODY_LIMIT
from tests.rights.calls import arguments, filled, routes
from tests.rights.world import HOST, World, a_world

MEGABYTE = 1024 * 1024
PIECE = 64 * 1024
# What may be read of a body before it is refused: the limit of bodies, and what was on its way.
READ_AT_MOST = 512 * 1024
LARGE_ONES = {
    "/attachments",
    "/api/v1/attachments",
    "/api/v1/clients/import",
    "/desk/wiki/articles/{slug:str}/images",
}
# Policy files: more than other bodies, and far less than files.
POLICY_FILES = {"/api/v1/policy", "/api/v1/policy/check", "/api/v1/policy/trial"} | {
    f"/desk/regulations/{name}"
    for name in ("draft", "check", "preview", "difference", "trial", "publish")
}
COACH = "/api/v1/widget/coach"
READ_OF_A_POLICY = 2 * MEGABYTE + READ_AT_MOST
# The longest article, each sign of it written in six bytes.
ARTICLES = {
    f"/desk/wiki/articles/{{slug:str}}/{{language:str}}/{name}"
    for name in ("draft", "preview", "publish", "review")
} | {"/api/v1/articles"}
READ_OF_AN_ARTICLE = BODY_LIMIT + READ_AT_MOST
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=xx"
# Litestar leaves a part that it has begun to the garbage collector when the body is refused.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
async def world(
    shared_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with a_world(shared_database, tmp_path_factory.mktemp("attacks")) as world:
        yield world


def writer(path: str) -> str:
    """Somebody who may write there."""
    if path.startswith(("/desk/settings", "/desk/regulations")):
        return "martin"
    if path.startswith(
        ("/api/v1/clients", "/api/v1/preauth-keys", "/api/v1/policy", "/api/v1/articles")
    ):
        return "martin"
    last = {"return": "boris", "rating": "vera", "edits": "vera"}
    if (name := last.get(path.rpartition("/")[2])) and path.startswith("/api/"):
        return name
    client = ("/requests", "/drafts", "/account", "/api/v1/widget")
    return "vera" if path.startswith(client) else "anna"


class Flood:
    """A body that comes piece by piece; `handed` is how much of it was asked for."""

    def __init__(self, begin: bytes, filler: bytes, size: int) -> None:
        self.begin, self.filler, self.size = begin, filler, size
        self.handed = 0

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0)
        piece = self.filler * PIECE
        if not self.handed:
            piece = self.begin + piece[len(self.begin) :]
        self.handed += len(piece)
        more = self.handed < self.size
        return {"type": "http.request", "body": piece, "more_body": more}


async def flood(
    world: World, name: str | None, path: str, kind: str, size: int, **more: Any
) -> tuple[int, Flood]:
    """POST so large a body, past any client library; returns the status and the body's fate."""
    begin = {JSON: b'{"body":"', FORM: b"body=", PARTS: _PART}[kind]
    body = Flood(begin, b"a", size)
    headers = {**world.headers(name, path), "content-type": kind, **more.pop("headers", {})}
    if more.get("announced"):
        headers["content-length"] = str(size)
    for unwanted in more.get("without", ()):
        headers.pop(unwanted, None)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "server": ("desk.example", 80), "client": ("127.0.0.1", 1),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()], "state": {},
    }  # fmt: skip
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async with world.undone():
        await world.app(scope, body.receive, send)
    return told[0]["status"], body


_PART = (
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)


def most_read(path: str) -> int:
    """What may be read of a body that does not say how long it is."""
    if path in POLICY_FILES:
        return READ_OF_A_POLICY
    return READ_OF_AN_ARTICLE if path in ARTICLES else READ_AT_MOST


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("kind", [JSON, FORM, PARTS])
async def test_ten_megabytes_are_refused_before_they_are_read(
    world: World, kind: str, announced: bool
) -> None:
    """Also of a stranger: no route reads on, whether the body says its length or not."""
    refused = Counter[int]()
    for method, path in routes(world):
        if method != "POST" or path in LARGE_ONES:
            continue
        for name in (writer(path), None):
            there = filled(path, world, world.things["acme"])
            status, body = await flood(world, name, there, kind, 10 * MEGABYTE, announced=announced)
            most = READ_AT_MOST if announced else most_read(path)
            assert body.handed <= most, (path, name, status, body.handed)
            assert status < 500, (path, name)
            refused[status] += 1
    assert refused[413] > 15, refused
    gc.collect()


@pytest.mark.parametrize("announced", [True, False])
async def test_what_is_over_the_limit_of_files_is_refused(world: World, announced: bool) -> None:
    for path in ("/attachments", "/api/v1/attachments"):
        status, body = await flood(world, "vera", path, PARTS, 40 * MEGABYTE, announced=announced)
        assert status == 413, path
        assert body.handed <= (READ_AT_MOST if announced else 27 * MEGABYTE)
    status, body = await flood(
        world, "martin", "/api/v1/clients/import", JSON, 40 * MEGABYTE, announced=announced
    )
    assert status == 413
    assert body.handed <= 22 * MEGABYTE
    gc.collect()


@pytest.mark.parametrize("path", ["/attachments", "/api/v1/attachments"])
async def test_no_part_of_a_file_is_taken_from_who_may_not_send_it(world: World, path: str) -> None:
    """A stranger, and a page of another site whose visitor is signed in here."""
    tries: list[tuple[str | None, dict[str, str], tuple[str, ...]]] = [(None, {}, ())]
    if path == "/attachments":
        tries += [
            ("vera", {}, ("X-CSRF-Token",)),
            ("vera", {"Origin": "https://evil.example"}, ()),
            ("vera", {"Sec-Fetch-Site": "cross-site"}, ("X-CSRF-Token",)),
        ]
    for name, headers, without in tries:
        status, body = await flood(
            world, name, path, PARTS, 20 * MEGABYTE, headers=headers, without=without
        )
        assert status in (401, 403)
        assert body.handed == 0, (name, headers)


HOSTILE = {
    "nul": "a\0b",
    "surrogate": "a\ud800b",
    "long": "a" * 100_000,
}


@pytest.mark.parametrize("hostile", sorted(HOSTILE))
async def test_hostile_texts_are_refused_with_the_name_of_their_field(
    world: World, hostile: str
) -> None:
    seen = 0
    for (method, path), good in good_bodies(world).items():
        for field in [name for name, value in good.items() if isinstance(value, str)]:
            body = json.dumps({**good, field: HOSTILE[hostile]})
            there = filled(path, world, world.things["acme"])
            async with world.undone():
                answer = await world.call(
                    writer(path), method, there, content=body, headers={"content-type": JSON}
                )
            if (path.rpartition("/")[2], field) == ("check", "file") and hostile != "surrogate":
                assert answer.json()["findings"][0]["severity"] == "error"  # it is what was asked
                continue
            if path == COACH and answer.status_code == 200:
                assert field == "body" or hostile != "surrogate", field
                continue  # whatever is typed, it reads what it can; sending refuses the rest
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.status_code == wanted(path, field, hostile), (path, field, answer.text)
            if answer.status_code in (413, 422):
                assert answer.json()["field"] == field, (path, field, answer.text)
            seen += 1
    assert seen > 25


def wanted(path: str, field: str, hostile: str) -> int:
    if path == "/api/v1/sessions" and field == "token":
        return 422 if hostile == "surrogate" else 401  # half a character is no text at all
    worded = {"body", "title", "text", "reason", "summary", "label", "secret", "to"}
    if path.startswith("/api/v1/articles"):
        return 422  # told what to do: several articles
    if (path.rpartition("/")[2], field) == ("delay-notice", "reason"):
        return 422  # one of the policy's words
    return 413 if hostile == "long" and field in worded else 422


def good_bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """A good body for every route of the API that takes JSON, with a key where one may come."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for method, path in routes(world):
        if method in ("POST", "PATCH") and path.startswith("/api/"):
            side = "client" if writer(path) == "vera" else "staff"
            good = arguments(method, path, world, world.things["acme"], side).get("json")
            if good is not None:
                found[method, path] = good | ({"key": "k-1"} if method == "POST" else {})
    return found


HEADERS = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "evil",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "host=evil.example;proto=https",
    "X-Original-URL": "/desk/evil",
    "X-Host": "evil.example",
}


async def test_no_letter_and_no_page_is_built_from_a_foreign_host(world: World) -> None:
    async with world.undone():
        await world.conn.execute("delete from outbox")
        asked = await world.call(
            None, "POST", "/reset", headers=HEADERS, data={"email": "vera@acme.example"}
        )
        assert asked.status_code == 200
        invited = await world.call(
            "martin", "POST", "/desk/settings/operators/new", headers=HEADERS,
            data={"email": "zoe@firstline.example", "name": "Zoe", "roles": "operator"},
        )  # fmt: skip
        assert invited.status_code == 200
        cursor = await world.conn.execute("select payload from outbox")
        letters = [str(row[0]) for row in await cursor.fetchall()]
        assert len(letters) == 2
        assert all(f"{HOST}/" in letter for letter in letters)
        assert "evil" not in " ".join(letters) + asked.text + invited.text
    for method, path in routes(world):
        if method == "GET" and not path.startswith("/api/"):
            there = filled(path, world, world.things["acme"])
            for name in (None, "vera", "anna"):
                async with world.undone():
                    answer = await world.call(name, "GET", there, headers=HEADERS)
                assert "evil" not in answer.text + str(answer.headers.get("location")), path


async def test_passwords_tokens_cookies_and_words_are_never_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    no = world.things["acme"].no
    secrets = ["hunter2-password", "hunter2-words", "hunter2-secret", *world.tokens.values(),
               *world.cookies.values()]  # fmt: skip
    async with world.undone():
        made = await world.call(
            "anna",
            "POST",
            "/api/v1/tokens",
            json={"name": "hunter2-words", "password": "firstline"},
        )
        secrets.append(made.json()["token"])
        calls: list[tuple[str | None, str, dict[str, Any]]] = [
            (None, "/sign-in", {"data": {"email": "vera@acme.example", "password": "firstline"}}),
            (None, "/sign-in", {"data": {"email": "vera@acme.example", "password": secrets[0]}}),
            ("vera", "/account/password", {"data": {"current": secrets[0], "password": "x"}}),
            ("vera", f"/api/v1/requests/{no}/entries", {"json": {"body": "hunter2-words"}}),
            ("vera", f"/api/v1/requests/{no}/entries", {"json": {"body": "hunter2-words", "x": 1}}),
            ("vera", f"/api/v1/requests/{no}/entries", {"content": b'{"body": "hunter2-words'}),
            ("vera", f"/api/v1/requests/{no}/secrets",
             {"json": {"label": "l", "secret": "hunter2-secret"}}),
            ("anna", f"/api/v1/requests/{no}/handover", {"json": {"summary": "hunter2-words"}}),
            ("vera", "/api/v1/sessions", {"json": {"token": "hunter2-words"}}),
            (None, "/reset/hunter2-words", {"data": {"password": "hunter2-password"}}),
        ]  # fmt: skip
        for name, path, body in calls:
            assert (await world.call(name, "POST", path, **body)).status_code < 500
        await world.call(None, "GET", "/sign-in/with?token=hunter2-words")
    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore", "asyncio"))]
    logged = " ".join(f"{r.getMessage()} {r.exc_text or ''}" for r in ours)
    assert not [word for word in secrets if word in logged]
