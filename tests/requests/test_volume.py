"""What one person may leave on the disk: words by the hour, answers of keys for a month."""

from typing import Any

import httpx
import pytest

from firstline.app import Desk
from firstline.kit.db import Db
from firstline.kit.errors import TooMany
from firstline.requests import changes
from firstline.timeline.ledger.volume import MOST_BYTES
from firstline.worker import chores

WORDS = {"topic": "web", "body": "x" * 900}


async def said(api: httpx.AsyncClient, no: int) -> httpx.Response:
    return await api.post(f"/api/v1/requests/{no}/entries", json={"body": "x" * 900})


async def test_words_over_the_hours_volume_are_refused_in_a_sentence_and_nothing_else_is(
    client_for: Any, world: Any, desk: Desk, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera, pavel = await client_for("vera"), await client_for("pavel")
    monkeypatch.setattr(desk.ledger.volume, "most", 2_000)
    no = (await vera.post("/api/v1/requests", json=WORDS)).json()["no"]
    assert (await said(vera, no)).status_code == 201
    with pytest.raises(TooMany):
        await desk.call(world["vera"], clock()).run(changes.edit, no, 2, "y" * 900)
    for refused in (await said(vera, no), await vera.post("/api/v1/requests", json=WORDS)):
        assert refused.status_code == 429
        assert "within an hour" in refused.json()["detail"]
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
