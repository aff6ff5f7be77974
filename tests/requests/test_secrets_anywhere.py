"""Whatever people write down somewhere: its secrets are masked before it is kept."""

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from firstline.kit.db import Conn
from firstline.kit.masks import MASK

API = "/api/v1/requests"
WORDS = 'Here: {"password": "hunter22"}\n```\npin: 4711x\n```'
SPOKEN = ("hunter22", "4711x")


@pytest.fixture
async def boris(client_for: Any) -> httpx.AsyncClient:
    return await client_for("boris")


@pytest.fixture
async def no(vera: httpx.AsyncClient, anna: httpx.AsyncClient) -> int:
    opened = await vera.post(API, json={"topic": "web", "body": WORDS, "title": WORDS})
    await anna.post("/api/v1/lines/first/take")
    return opened.json()["no"]


async def test_no_table_holds_a_secret_that_was_labelled(
    vera: httpx.AsyncClient,
    anna: httpx.AsyncClient,
    boris: httpx.AsyncClient,
    conn: Conn,
    no: int,
    now: datetime,
) -> None:
    until = (now + timedelta(hours=2)).isoformat()
    steps: list[tuple[httpx.AsyncClient, str, dict[str, Any]]] = [
        (vera, "entries", {"body": WORDS}),
        (anna, "entries", {"body": WORDS, "audience": "staff"}),
        (anna, "entries/1/redaction", {"reason": WORDS}),
        (vera, "entries/3/edits", {"body": WORDS + "!"}),
        (anna, "delay-notice", {"reason": "other", "until": until, "text": WORDS}),
        (anna, "handover", {"summary": WORDS}),
        (boris, "skip", {"reason": WORDS}),
        (boris, "take", {"reason": WORDS}),
        (boris, "return", {"reason": WORDS}),
        (anna, "take", {"reason": WORDS}),
        (vera, "secrets", {"label": WORDS, "secret": "correct horse"}),
        (anna, "closure", {"outcome": "solved", "text": WORDS}),
        (vera, "rating", {"score": 5, "text": WORDS}),
    ]
    for n, (who, step, body) in enumerate(steps):
        done = await who.post(f"{API}/{no}/{step}", json={**body, "key": f"k{n}"})
        assert done.status_code in (200, 201), done.text
    await anna.patch(f"{API}/{no}", json={"title": WORDS})
    for table in ("entries", "requests", "answered_keys", "skips", "drafts", "secrets"):
        rows = await (await conn.execute(f"select * from {table}".encode())).fetchall()
        kept = json.dumps(rows, default=readable, ensure_ascii=False)
        assert not [word for word in SPOKEN if word in kept], table
        assert MASK in kept or table in ("drafts", "secrets", "answered_keys"), table


def readable(value: object) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes) else str(value)
