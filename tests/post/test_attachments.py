"""Files of requests through the API and the pages: who may send, who may read, what never runs."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from firstline.app import Desk
from firstline.kit.errors import TooMany
from firstline.kit.files import FILE_LIMIT, bytes_of
from firstline.kit.web import Web
from firstline.people.access.sessions import start_session
from firstline.requests.files import uploads
from firstline.requests.files.api import SANDBOX
from firstline.requests.files.uploads import Uploads
from tests.memory import MemoryFiles

Api = httpx.AsyncClient


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "navy").save(out, "PNG")
    return out.getvalue() + b"<script>alert(1)</script>"


async def send(api: Api, name: str, data: bytes, **more: Any) -> httpx.Response:
    key = more.pop("data_key", None)
    fields = {"data": {"key": key}} if key else {}
    return await api.post("/api/v1/attachments", files={"file": (name, data)}, **fields, **more)


async def sent(api: Api, name: str = "error.log", data: bytes = b"403 at 12:00") -> str:
    answer = await send(api, name, data)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def said(api: Api, no: int, *files: str, **more: Any) -> httpx.Response:
    body = {"body": "See the file.", "files": list(files)} | more
    return await api.post(f"/api/v1/requests/{no}/entries", json=body)


@pytest.fixture
async def vera(client_for: Any) -> Api:
    return await client_for("vera")


@pytest.fixture
async def pavel(client_for: Any) -> Api:
    return await client_for("pavel")


@pytest.fixture
async def anna(client_for: Any) -> Api:
    return await client_for("anna")


@pytest.fixture
async def no(vera: Api, anna: Api) -> int:
    """A request of Vera's that Anna holds."""
    made = await vera.post("/api/v1/requests", json={"topic": "web", "body": "403 on /page/"})
    await anna.post("/api/v1/lines/first/take")
    return made.json()["no"]


async def test_a_file_is_uploaded_said_and_read_by_both_sides(
    vera: Api, anna: Api, pavel: Api, no: int
) -> None:
    made = await send(vera, "журнал помилок.log", b"403 at 12:00")
    assert made.status_code == 201
    assert made.json() | {"id": ""} == {
        "id": "",
        "name": "журнал помилок.log",
        "size": 12,
        "inline": False,
    }
    file = made.json()["id"]
    assert (await anna.get(f"/api/v1/attachments/{file}")).status_code == 404, "a draft is hers"
    entry = await said(vera, no, file)
    assert entry.status_code == 201, entry.text
    assert [each["name"] for each in entry.json()["data"]["files"]] == ["журнал помилок.log"]
    for reader in (vera, anna):
        got = await reader.get(f"/api/v1/attachments/{file}")
        assert (got.status_code, got.content) == (200, b"403 at 12:00")
        assert got.headers["content-disposition"].startswith("attachment; filename=")
        assert "filename*=UTF-8''%D0%B6%D1%83" in got.headers["content-disposition"]
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert got.headers["content-length"] == "12"
        assert got.headers["content-type"] == "text/plain; charset=utf-8"
        again = await reader.get(
            f"/api/v1/attachments/{file}", headers={"if-none-match": got.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    for answer in (await pavel.get(f"/api/v1/attachments/{file}"), await said(pavel, no, file)):
        assert answer.status_code == 404


async def test_bare_bytes_with_a_name_in_a_header_are_a_file_too(vera: Api) -> None:
    made = await vera.post(
        "/api/v1/attachments",
        content=b"bytes",
        headers={"x-file-name": "%D0%B7%D0%B2%D1%96%D1%82.txt", "content-type": "text/plain"},
    )
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "звіт.txt"


async def test_images_are_encoded_anew_and_shown_and_nothing_else_is(
    vera: Api, anna: Api, no: int
) -> None:
    hostile = {
        "x.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "x.html": b"<html><script>alert(1)</script></html>",
        "x.png": b"<html><script>alert(1)</script></html>",
        "x.pdf": b"%PDF-1.7 (javascript)",
        "broken.png": png()[:60],
    }
    shown = await send(vera, "screen.html", png())
    assert shown.json()["inline"] is True
    assert shown.json()["name"] == "screen.png", "the name follows what the bytes are"
    others = [(await send(vera, name, data)).json() for name, data in hostile.items()]
    assert [each["inline"] for each in others] == [False] * len(hostile)
    entry = await said(vera, no, shown.json()["id"], *(each["id"] for each in others))
    assert entry.status_code == 201, entry.text
    got = await anna.get(f"/api/v1/attachments/{shown.json()['id']}")
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-disposition"].startswith("inline;")
    assert b"script" not in got.content
    for each in others:
        got = await anna.get(f"/api/v1/attachments/{each['id']}")
        assert got.headers["content-disposition"].startswith("attachment;")
        assert "html" not in got.headers["content-type"]
        assert "svg" not in got.headers["content-type"]
        assert "sandbox" in got.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["\u200b.htaccess", ".env", "..", "x/.git"])
async def test_dot_files_are_refused_with_what_to_do(vera: Api, name: str) -> None:
    made = await send(vera, name, b"x")
    assert made.status_code == 422, made.text
    assert made.json()["field"] == "name"


async def test_names_do_not_become_paths_or_headers(vera: Api, anna: Api, no: int) -> None:
    header = {"x-file-name": "..%2F..%2Fetc%2Fpa%22sswd%0D%0ASet-Cookie:%20a=b.txt"}
    made = await vera.post("/api/v1/attachments", content=b"x", headers=header)
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "pa_sswd Set-Cookie_ a=b.txt"
    await said(vera, no, made.json()["id"])
    got = await anna.get(f"/api/v1/attachments/{made.json()['id']}")
    assert "set-cookie" not in got.headers


async def test_over_the_limit_nothing_is_kept(vera: Api, desk: Desk) -> None:
    whole = await send(vera, "big.iso", bytes(FILE_LIMIT + 100_000))
    assert whole.status_code == 413, whole.text
    assert whole.json()["field"] == "file"
    just = await vera.post(
        "/api/v1/attachments", content=bytes(FILE_LIMIT + 1), headers={"x-file-name": "a.iso"}
    )
    assert (just.status_code, just.json()["field"]) == (413, "file")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield bytes(256 * 1024)

    chunked = await vera.post(
        "/api/v1/attachments", content=endless(), headers={"x-file-name": "a.iso"}
    )
    assert chunked.status_code == 413
    assert isinstance(desk.files, MemoryFiles)
    assert desk.files.kept == {}
    assert (await send(vera, "empty.txt", b"")).status_code == 422
    assert desk.files.kept == {}
    assert (await vera.post("/api/v1/attachments", files={"other": ("a", b"x")})).status_code == 422


async def test_foreign_and_unknown_files_cannot_be_said_and_nothing_is_written(
    vera: Api, pavel: Api, anna: Api, no: int
) -> None:
    foreign = await sent(pavel)
    head = (await vera.get(f"/api/v1/requests/{no}")).json()["head"]
    for file in (foreign, str(uuid4())):
        answer = await said(vera, no, file)
        assert (answer.status_code, answer.json()["field"]) == (422, "files")
    assert (await said(vera, no, await sent(vera), "nonsense")).status_code == 422
    assert (await vera.get(f"/api/v1/requests/{no}")).json()["head"] == head
    assert (await vera.get(f"/api/v1/attachments/{foreign}")).status_code == 404
    assert (await anna.get(f"/api/v1/attachments/{uuid4()}")).status_code == 404
    assert (await anna.get("/api/v1/attachments/1")).status_code == 404


async def test_a_file_is_said_once_and_a_repeated_key_gives_the_same_entry(
    vera: Api, no: int
) -> None:
    file = await sent(vera)
    first = await said(vera, no, file, key="k1")
    again = await said(vera, no, file, key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["no"] == again.json()["no"]
    assert first.json()["data"] == again.json()["data"]
    twice = await said(vera, no, file, key="k2")
    assert (twice.status_code, twice.json()["field"]) == (409, "files")
    other = await said(vera, no, file, await sent(vera), key="k1")
    assert other.status_code == 409


async def test_files_of_a_note_are_the_staffs_alone(vera: Api, anna: Api, no: int) -> None:
    file = await sent(anna, "internal.txt", b"CANARY")
    assert (await said(anna, no, file, audience="staff")).status_code == 201
    assert (await vera.get(f"/api/v1/attachments/{file}")).status_code == 404
    assert (await anna.get(f"/api/v1/attachments/{file}")).status_code == 200


async def test_redacted_words_take_their_files_with_them(vera: Api, anna: Api, no: int) -> None:
    file = await sent(anna, "other-client.txt", b"CANARY")
    entry = (await said(anna, no, file)).json()["no"]
    assert (await vera.get(f"/api/v1/attachments/{file}")).status_code == 200
    gone = await anna.post(
        f"/api/v1/requests/{no}/entries/{entry}/redaction", json={"reason": "another client's"}
    )
    assert gone.status_code < 300, gone.text
    for reader in (vera, anna):
        assert (await reader.get(f"/api/v1/attachments/{file}")).status_code == 404


async def test_words_with_files_reopen_a_closed_request(vera: Api, anna: Api, no: int) -> None:
    closed = await anna.post(
        f"/api/v1/requests/{no}/closure", json={"outcome": "solved", "text": "Done."}
    )
    assert closed.status_code == 201
    file = await sent(vera)
    answer = await said(vera, no, file)
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["files"]
    shown = (await vera.get(f"/api/v1/requests/{no}")).json()
    assert shown["state"] != "closed"
    assert shown["promise"] is not None
    assert (await anna.get(f"/api/v1/attachments/{file}")).status_code == 200
    told = (await vera.get(f"/api/v1/requests/{no}/entries")).json()["entries"]
    assert [e["kind"] for e in told][-2:] == ["reopened", "said"]


async def test_files_that_are_refused_leave_a_closed_request_closed(
    vera: Api, anna: Api, no: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reopening, the words and the files are one: none of them without the others."""
    await anna.post(f"/api/v1/requests/{no}/closure", json={"outcome": "solved", "text": "Done."})
    file = await sent(vera)
    monkeypatch.setattr(uploads, "REQUEST_LIMIT", 5)
    assert (await said(vera, no, file)).status_code == 413
    shown = (await vera.get(f"/api/v1/requests/{no}")).json()
    assert (shown["state"], shown["reopened"]) == ("closed", 0)
    monkeypatch.undo()
    assert (await said(vera, no, file, key="once")).status_code == 201
    assert (await said(vera, no, file, key="once")).status_code == 200


async def test_a_request_holds_so_much_and_no_more(
    vera: Api, no: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "REQUEST_LIMIT", 20)
    assert (await said(vera, no, await sent(vera))).status_code == 201
    file = await sent(vera)
    over = await said(vera, no, file)
    assert (over.status_code, over.json()["field"]) == (413, "files")
    many = await said(vera, no, *[str(uuid4()) for _ in range(11)])
    assert many.status_code == 422


async def test_a_person_has_a_quota_and_few_uploads_at_once(
    vera: Api, desk: Desk, world: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PERSON_LIMIT", 20)
    assert (await send(vera, "a", b"x" * 15)).status_code == 201
    assert (await send(vera, "b", b"x" * 15)).status_code == 201
    full = await send(vera, "c", b"x")
    assert full.status_code == 429
    assert "retry-after" in full.headers
    clock.pass_by(hours=25)
    assert (await send(vera, "c", b"x")).status_code == 201

    taker, go = Uploads(desk.files, desk.seal, concurrent=2), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        await go.wait()
        yield b"x"

    def take(chunks: AsyncIterator[bytes], who: str = "vera") -> Any:
        return taker.take(desk.db, world[who], "a.txt", chunks, now=clock())

    waiting = [asyncio.create_task(take(slow())) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(TooMany):
        await take(bytes_of(b"x"))
    await take(bytes_of(b"x"), "pavel")
    go.set()
    await asyncio.gather(*waiting)
    await take(bytes_of(b"x"))


async def test_drafts_go_after_a_day_and_strays_with_them(
    vera: Api, anna: Api, desk: Desk, no: int, clock: Any
) -> None:
    assert isinstance(desk.files, MemoryFiles)
    files = desk.files
    files._clock = clock
    kept, draft = await sent(vera), await sent(vera)
    await said(vera, no, kept)
    stray = (await files.put(bytes_of(b"a crash left me"))).key
    assert await uploads.sweep(desk.db, files, now=clock()) == 0
    clock.pass_by(hours=25)
    fresh = await sent(vera)
    assert await uploads.sweep(desk.db, files, now=clock()) == 2
    assert stray not in files.kept
    assert (await vera.get(f"/api/v1/attachments/{draft}")).status_code == 404
    for file in (kept, fresh):
        assert (await vera.get(f"/api/v1/attachments/{file}")).status_code == 200
    assert timedelta(hours=24) == uploads.DRAFT_LIFE


async def test_a_lost_file_is_said_before_the_answer_begins(vera: Api, desk: Desk, no: int) -> None:
    file = await sent(vera)
    await desk.files.delete(file.replace("-", ""))
    assert (await vera.get(f"/api/v1/attachments/{file}")).status_code == 404


async def test_strangers_can_neither_send_nor_read(client_for: Any, vera: Api) -> None:
    stranger = await client_for(None)
    file = await sent(vera)
    assert (await send(stranger, "a.txt", b"x")).status_code == 401
    assert (await stranger.get(f"/api/v1/attachments/{file}")).status_code == 401
    forged = await stranger.post(
        "/attachments", files={"file": ("a.txt", b"x")}, headers={"x-csrf-token": "guessed"}
    )
    assert forged.status_code == 403


async def test_pages_take_and_give_files_by_the_cookie(
    app: Any, desk: Desk, world: Any, clock: Any, settings: Any
) -> None:
    async with desk.db.transaction() as tx:
        word = await start_session(
            tx.conn, world["vera"], agent="", passed=True, replaces=None, now=clock()
        )
    token = Web(settings.secret, settings.public_url).token(word)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://desk.example",
        cookies={"firstline": word},
    ) as browser:
        upload = {"files": {"file": ("screen.png", png())}}
        foreign = {"x-csrf-token": token, "origin": "http://evil.example"}
        assert (await browser.post("/attachments", headers=foreign, **upload)).status_code == 403
        made = await browser.post("/attachments", headers={"x-csrf-token": token}, **upload)
        assert made.status_code == 201, made.text
        got = await browser.get(f"/attachments/{made.json()['id']}")
    assert got.status_code == 200
    assert got.headers.get_list("content-security-policy") == [SANDBOX]
    assert got.headers.get_list("x-content-type-options") == ["nosniff"]
    assert got.headers["cache-control"] == "private, no-cache"


async def test_a_repeated_upload_gives_the_draft_that_its_key_made(
    vera: Api, pavel: Api, no: int, desk: Desk
) -> None:
    first = await send(vera, "error.log", b"403 at 12:00", headers={"Idempotency-Key": "u1"})
    again = await send(vera, "error.log", b"403 at 12:00", data_key="u1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert isinstance(desk.files, MemoryFiles)
    other = await send(vera, "error.log", b"404 at 12:00", data_key="u1")
    assert (other.status_code, other.json()["field"]) == (422, "key")
    theirs = await send(pavel, "error.log", b"403 at 12:00", data_key="u1")
    assert theirs.status_code == 201
    assert theirs.json()["id"] != first.json()["id"]
    kept = await desk.files.keys(before=desk.clock() + timedelta(days=9999))
    assert len(kept) == 2, "what was refused or came twice is not kept"
    assert (await said(vera, no, first.json()["id"])).status_code == 201
