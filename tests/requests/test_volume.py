"""What one person may leave on the disk: words by the hour, answers of keys for a month, drafts
for a season.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from firstline.app import Desk
from firstline.kit.db import Db, Tx
from firstline.kit.errors import Conflict, TooMany
from firstline.kit.volume import MOST_BYTES
from firstline.people import Who
from firstline.people.changes import About, NewChange, record
from firstline.regulations.versions import keep_draft as keep_file
from firstline.requests import UnsentWords, changes, keep_draft
from firstline.requests.actions.drafts import MOST_DRAFTS
from firstline.worker import chores

WORDS = {"topic": "web", "body": "x" * 900}


async def said(api: httpx.AsyncClient, no: int) -> httpx.Response:
    return await api.post(f"/api/v1/requests/{no}/entries", json={"body": "x" * 900})


async def test_words_over_the_hours_volume_are_refused_in_a_sentence_and_nothing_else_is(
    client_for: Any, world: Any, desk: Desk, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera, pavel = await client_for("vera"), await client_for("pavel")
    monkeypatch.setattr(desk.db.volume, "most", 2_000)
    no = (await vera.post("/api/v1/requests", json=WORDS)).json()["no"]
    assert (await said(vera, no)).status_code == 201
    with pytest.raises(TooMany):
        await desk.call(world["vera"], clock()).run(changes.edit, no, 2, "y" * 900)
    for refused in (await said(vera, no), await vera.post("/api/v1/requests", json=WORDS)):
        assert refused.status_code == 429
        assert "within an hour" in refused.json()["detail"]
        minutes = int(refused.headers["retry-after"]) // 60
        assert f"in {minutes} minutes" in refused.json()["detail"]
        assert 0 < int(refused.headers["retry-after"]) <= 3660
    assert (await pavel.post("/api/v1/requests", json=WORDS)).status_code == 201
    clock.pass_by(hours=1)
    assert (await said(vera, no)).status_code == 201


def test_a_person_may_write_twenty_megabytes_an_hour() -> None:
    assert MOST_BYTES >= 20 * 1024**2


async def test_answers_of_keys_go_after_a_month_and_what_they_made_stays(
    client_for: Any, desk: Desk, clock: Any, db: Db
) -> None:
    vera = await client_for("vera")
    sent = {"files": {"file": ("a.log", b"denied")}, "data": {"key": "once"}}
    first = await vera.post("/api/v1/attachments", **sent)
    chore = next(one for one in chores(desk) if one.name == "answers")
    clock.pass_by(days=29)
    await chore.do(clock())
    assert await answers(db) == 1
    clock.pass_by(days=2)
    await chore.do(clock())
    assert await answers(db) == 0
    again = await vera.post("/api/v1/attachments", **sent)
    assert (first.status_code, again.status_code) == (201, 201)


async def answers(db: Db) -> int:
    async with db.connection() as conn:
        row = await (await conn.execute("select count(*) from answered_keys")).fetchone()
    assert row
    return row[0]


LONG = "z" * 400
STEPS: dict[str, tuple[str, dict[str, Any], str]] = {
    "takes": ("take", {"reason": LONG}, "anna"),
    "hand-overs": ("handover", {"summary": LONG}, "anna"),
    "skips": ("skip", {"reason": LONG}, "anna"),
    "closings": ("closure", {"outcome": "solved", "text": LONG}, "anna"),
    "redactions": ("entries/1/redaction", {"reason": LONG}, "anna"),
    "secrets": ("secrets", {"label": "root" * 20, "secret": LONG}, "anna"),
    "ratings": ("rating", {"score": 5, "text": LONG}, "vera"),
}


@pytest.mark.parametrize("kind", STEPS)
async def test_words_of_every_step_count_with_those_of_messages(
    client_for: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path, words, name = STEPS[kind]
    vera, anna = await client_for("vera"), await client_for("anna")
    no = (await vera.post("/api/v1/requests", json=WORDS)).json()["no"]
    if kind == "takes":
        no = (await vera.post("/api/v1/requests", json=WORDS)).json()["no"]
    elif kind != "skips":
        assert (await anna.post("/api/v1/lines/first/take")).status_code == 200
    if kind == "ratings":
        await anna.post(f"/api/v1/requests/{no}/closure", json=STEPS["closings"][1])
    monkeypatch.setattr(desk.db.volume, "most", 60)
    whoever = {"anna": anna, "vera": vera}[name]
    refused = await whoever.post(f"/api/v1/requests/{no}/{path}", json=words)
    assert refused.status_code == 429, refused.text
    monkeypatch.setattr(desk.db.volume, "most", MOST_BYTES)
    assert (await whoever.post(f"/api/v1/requests/{no}/{path}", json=words)).is_success


async def _setting(tx: Tx, who: Who, desk: Desk) -> None:
    about = About("snippet", "1", "Greeting")
    change = NewChange("snippet_written", about, {}, {"body": LONG})
    await record(tx, who, change, now=desk.clock())


async def _file(tx: Tx, who: Who, desk: Desk) -> None:
    await keep_file(tx, who, LONG, 1, now=desk.clock())


async def _draft(tx: Tx, who: Who, desk: Desk) -> None:
    await keep_draft(tx, who.id, "new", UnsentWords(LONG), now=desk.clock())


@pytest.mark.parametrize("write", [_setting, _file, _draft])
async def test_settings_and_drafts_count_as_well_and_what_stands_does_not_count_again(
    desk: Desk,
    world: dict[str, Who],
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Tx, Who, Desk], Awaitable[None]],
) -> None:
    martin = world["martin"]
    monkeypatch.setattr(desk.db.volume, "most", 300)
    with pytest.raises(TooMany):
        await desk.db.run(write, martin, desk)
    monkeypatch.setattr(desk.db.volume, "most", 700)
    await desk.db.run(write, martin, desk)
    if write is _setting:
        return
    for _ in range(3):
        await desk.db.run(write, martin, desk)


async def test_answers_of_keys_count_for_whoever_sends_them(
    client_for: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = await client_for("vera")
    no = (await vera.post("/api/v1/requests", json=WORDS)).json()["no"]
    monkeypatch.setattr(desk.db.volume, "most", 1_600)
    seen = [
        await vera.post(f"/api/v1/requests/{no}/seen", json={"no": 1, "key": str(n)})
        for n in range(5)
    ]
    assert [one.status_code for one in seen] == [204, 204, 429, 429, 429]


async def test_a_person_keeps_many_drafts_but_not_without_end(
    desk: Desk, world: dict[str, Who]
) -> None:
    vera = world["vera"]

    async def keep(place: str, person: UUID = vera.id) -> None:
        await desk.db.run(keep_draft, person, place, UnsentWords("words"), now=desk.clock())

    for n in range(MOST_DRAFTS):
        await keep(f"request/{n + 1}")
    with pytest.raises(Conflict, match="200 unsent drafts"):
        await keep("new")
    await keep("request/7")
    await keep("new", world["pavel"].id)
    await desk.db.run(keep_draft, vera.id, "request/7", UnsentWords(), now=desk.clock())
    await keep("new")


async def test_drafts_that_nobody_touches_go_after_ninety_days(
    desk: Desk, world: dict[str, Who], clock: Any, db: Db
) -> None:
    vera = world["vera"].id
    chore = next(one for one in chores(desk) if one.name == "drafts")
    await desk.db.run(keep_draft, vera, "new", UnsentWords("old"), now=clock())
    clock.pass_by(days=89)
    await desk.db.run(keep_draft, vera, "new/ssl", UnsentWords("new"), now=clock())
    await chore.do(clock())
    assert await drafts(db) == ["new", "new/ssl"]
    clock.pass_by(days=2)
    await chore.do(clock())
    assert await drafts(db) == ["new/ssl"]


async def drafts(db: Db) -> list[str]:
    async with db.connection() as conn:
        return [
            row[0]
            for row in await (await conn.execute("select place from drafts order by 1")).fetchall()
        ]
