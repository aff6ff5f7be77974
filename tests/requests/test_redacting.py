"""Words that are taken back are nowhere any more, and the log still proves what it holds."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from firstline.app import Desk
from firstline.cli.doctor import examine
from firstline.kit.db import Conn
from firstline.matters import holds_seal, read_erasures
from firstline.people import Who
from firstline.promises import read_logs
from firstline.reports.judging import is_whole
from firstline.settings import Settings
from firstline.timeline import (
    Entry,
    Request,
    entries_after,
    get_request,
    seals,
    transcript_json,
)
from firstline.timeline.search.index import index_unread

API = "/api/v1/requests"
SECRET = "The key of the safe is under the blue pot"
TABLES = (
    "entries requests answered_keys drafts outbox skips secrets search_words evidence unread "
    "letters mentions"
).split()


async def held(vera: httpx.AsyncClient, anna: httpx.AsyncClient, **more: Any) -> int:
    opened = await vera.post(API, json={"topic": "web", "body": f"{SECRET}\nHelp", **more})
    taken = await anna.post("/api/v1/lines/first/take", json={"key": "taken"})
    assert taken.json()["no"] == opened.json()["no"]
    return opened.json()["no"]


async def take_back(anna: httpx.AsyncClient, no: int, entry: int, status: int = 201) -> Any:
    path = f"{API}/{no}/entries/{entry}/redaction"
    answer = await anna.post(path, json={"reason": "Not for here"})
    assert answer.status_code == status, answer.text
    return answer.json()


async def where_it_is(conn: Conn, *words: str) -> list[str]:
    """The tables that hold one of the words."""
    found: list[str] = []
    for table in TABLES:
        rows = await (await conn.execute(f"select * from {table}".encode())).fetchall()
        text = json.dumps(rows, default=readable, ensure_ascii=False)
        found += [table for word in words if word in text]
    return found


def readable(value: object) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes) else str(value)


async def test_no_table_holds_what_was_taken_back(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn, desk: Desk, now: datetime
) -> None:
    no = await held(vera, anna, key="opened")
    await vera.post(f"{API}/{no}/entries/1/edits", json={"body": f"{SECRET}!", "key": "e"})
    await anna.patch(f"{API}/{no}", json={"title": "Of the safe"})
    await vera.patch(f"{API}/{no}", json={"title": SECRET})
    writer = await (await conn.execute("select opened_by from requests")).fetchone()
    assert writer is not None
    await conn.execute(
        "insert into drafts values (%s, 'new', %s, %s)",
        (writer[0], json.dumps({"body": f"{SECRET}\nHelp"}), now),
    )
    until = (now + timedelta(hours=2)).isoformat()
    delay = {"reason": "other", "until": until, "text": f"{SECRET}?", "key": "d"}
    delayed = await anna.post(f"{API}/{no}/delay-notice", json=delay)
    await index_unread(desk.db)
    assert await where_it_is(conn, SECRET)
    for entry in (1, delayed.json()["no"]):
        await take_back(anna, no, entry)
    assert await where_it_is(conn, SECRET) == []
    assert (await vera.get(f"{API}/{no}")).json()["title"] == "Web server, sites"
    while await index_unread(desk.db):
        pass
    assert await where_it_is(conn, "'pot'") == []
    assert (await anna.get(API, params={"q": "blue pot"})).json()["items"] == []


async def stored_log(conn: Conn, no: int) -> tuple[Request, list[Entry], dict[int, str]]:
    """The request, its entries as they stand in the table, and what its redactions tell."""
    ((request, entries),) = await read_logs(conn, [no])
    erased = read_erasures([entry.data for entry in entries if entry.kind == "redacted"])
    return request, list(entries), erased


async def test_what_was_taken_back_is_proved_all_the_same(
    vera: httpx.AsyncClient,
    anna: httpx.AsyncClient,
    conn: Conn,
    desk: Desk,
    settings: Settings,
    now: datetime,
) -> None:
    no = await held(vera, anna)
    await vera.patch(f"{API}/{no}", json={"title": "Another"})
    await take_back(anna, no, 1)
    request, entries, erased = await stored_log(conn, no)
    assert {*erased} == {1, 3}, "the words, and the old title that was made of them"
    assert [one.no for one in entries if one.salts is None] == [1, 3]
    assert (entries[2].body, entries[2].data["old"]) == ("Another", "")
    assert is_whole(request, entries)
    assert await examine(desk.db, settings, now=now) == []


@pytest.mark.parametrize(
    "change",
    [
        "body = 'Others'",
        "by_name = 'Somebody'",
        "side = 'system'",
        "channel = 'phone'",
        "audience = 'staff'",
        "at = at + interval '1 microsecond'",
        """data = data || '{"turn": "us"}'""",
        "by_id = (select id from people where email = 'pavel@borealis.example')",
        "no = 9",
        "salts = null",
        "salts = null, body = ''",
        "digests = digests || ''::bytea, sha = sha256(sha)",
    ],
)
async def test_whatever_is_changed_in_an_entry_breaks_its_seal(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn, change: str
) -> None:
    no = await held(vera, anna)
    await vera.post(f"{API}/{no}/entries", json={"body": "More words"})
    await take_back(anna, no, 1)
    _, before, erased = await stored_log(conn, no)
    assert all(holds_seal(entry, erased) for entry in before)
    for entry in (1, 3):
        async with conn.transaction(force_rollback=True):
            await conn.execute(
                f"update entries set {change} where matter = %s and no = %s".encode(), (no, entry)
            )
            request, now, erased = await stored_log(conn, no)
            changed = [one for one in now if one not in before]
            if not changed:
                continue  # an entry that is erased already has no salts to lose
            assert not is_whole(request, now), (change, entry)
            assert not holds_seal(changed[0], erased), (change, entry)


async def test_taking_back_twice_is_quiet_and_what_is_gone_cannot_be_edited(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn
) -> None:
    no = await held(vera, anna)
    await take_back(anna, no, 1)
    head = (await take_back(anna, no, 1))["head"]
    assert head == 3
    path = f"{API}/{no}/entries/1/edits"
    refused = await vera.post(path, json={"body": "Words again"})
    assert refused.status_code == 409
    assert "can no longer be edited" in refused.json()["detail"]
    shown = (await vera.get(f"{API}/{no}/entries")).json()["entries"]
    assert (shown[0]["body"], shown[0]["data"]["redacted"]) == ("", True)


async def test_a_key_whose_words_were_taken_back_still_tells_what_it_made(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient
) -> None:
    no = await held(vera, anna, key="opened")
    said = {"body": SECRET, "key": "said"}
    first = await vera.post(f"{API}/{no}/entries", json=said)
    for entry in (1, first.json()["no"]):
        await take_back(anna, no, entry)
    again = await vera.post(f"{API}/{no}/entries", json=said)
    assert (again.status_code, again.json()["no"], again.json()["body"]) == (200, 3, "")
    opening = {"topic": "web", "body": f"{SECRET}\nHelp", "key": "opened"}
    opened = await vera.post(API, json=opening)
    assert (opened.status_code, opened.json()["no"]) == (200, no)
    assert SECRET not in opened.text
    taken = await anna.post("/api/v1/lines/first/take", json={"key": "taken"})
    assert (taken.status_code, taken.json()["no"]) == (200, no)
    assert SECRET not in taken.text


async def test_words_of_steps_and_titles_are_taken_back_too(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn
) -> None:
    no = await held(vera, anna)
    await take_back(anna, no, 1)
    await vera.patch(f"{API}/{no}", json={"title": f"{SECRET} 2"})
    await take_back(anna, no, 4)
    await anna.post(f"{API}/{no}/skip", json={"reason": SECRET})
    await anna.post(f"{API}/{no}/take", json={"reason": SECRET})
    _, entries, _ = await stored_log(conn, no)
    holding = [entry.no for entry in entries if SECRET in entry.body]
    assert holding
    for entry in holding:
        await take_back(anna, no, entry)
    assert await where_it_is(conn, SECRET) == []
    await take_back(anna, no, 2, status=409)  # a step without words
    await take_back(anna, no, 3, status=409)
    request, entries, _ = await stored_log(conn, no)
    assert is_whole(request, entries)


async def test_the_reason_of_a_take_over_and_words_of_a_rating_are_taken_back_too(
    client_for: Any, vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn
) -> None:
    no = await held(vera, anna)
    await take_back(anna, no, 1)
    ivan = await client_for("ivan")
    assert (await ivan.post(f"{API}/{no}/takeover", json={"reason": SECRET})).status_code == 200
    await take_back(anna, no, 4)
    await ivan.post(f"{API}/{no}/closure", json={"outcome": "solved", "text": SECRET})
    await vera.post(f"{API}/{no}/rating", json={"score": 1, "text": SECRET})
    for entry in (6, 7):
        await take_back(anna, no, entry)
    assert await where_it_is(conn, SECRET) == []


async def test_a_transcript_lists_the_digest_of_every_number_and_proves_what_it_shows(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn, world: dict[str, Who]
) -> None:
    no = await held(vera, anna)
    await anna.post(f"{API}/{no}/entries", json={"body": "Between us", "audience": "staff"})
    await anna.post(f"{API}/{no}/entries", json={"body": "It works again"})
    await take_back(anna, no, 1)
    request = await get_request(conn, no)
    assert request is not None
    for name, numbers in (("vera", [1, 2, 4, 5]), ("anna", [1, 2, 3, 4, 5])):
        entries = await entries_after(conn, no, 0, 500, staff=world[name].is_staff)
        every = await seals(conn, no)
        told = msgspec.json.decode(
            msgspec.json.encode(transcript_json(world[name], request, entries, every))
        )
        assert len(told["digests"]) == 5
        assert [entry["no"] for entry in told["entries"]] == numbers
        for entry in told["entries"]:
            assert seal_by_hand(no, entry) == told["digests"][entry["no"] - 1]
            assert (entry["proof"]["clients_salt"] is None) == (entry["no"] == 1)
            if entry["no"] != 1 and entry["audience"] == "all":
                assert clients_digest_by_hand(entry) == entry["proof"]["clients"]


def seal_by_hand(no: int, entry: dict[str, Any]) -> str:
    """The seal as decision 12 tells it."""
    place = no.to_bytes(8, "big") + entry["no"].to_bytes(4, "big")
    digests = bytes.fromhex(entry["proof"]["clients"] + entry["proof"]["staff"])
    return hashlib.sha256(b"firstline/entry/1\0" + place + digests).hexdigest()


def clients_digest_by_hand(entry: dict[str, Any]) -> str:
    """The digest of what clients see, of an entry that shows clients what it shows anybody."""
    at = datetime.fromisoformat(entry["at"])
    micro = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    seen = ("until", "reason", "of", "line", "line_from", "files", "title", "turn")
    data = {name: value for name, value in sorted(entry["data"].items()) if name in seen}
    body = "" if entry["kind"] == "taken" else entry["body"]
    part = [entry["kind"], entry["by"]["name"], entry["by"]["side"], entry["channel"], micro, body]
    text = json.dumps([*part, data], ensure_ascii=False, separators=(",", ":"))
    salt = bytes.fromhex(entry["proof"]["clients_salt"])
    return hashlib.sha256(salt + text.encode()).hexdigest()


async def test_a_secret_is_erased_with_the_words_that_tell_of_it(
    vera: httpx.AsyncClient, anna: httpx.AsyncClient, conn: Conn
) -> None:
    no = await held(vera, anna)
    left = await vera.post(
        f"{API}/{no}/secrets", json={"label": SECRET, "secret": "x1", "key": "s"}
    )
    view = f"{API}/{no}/secrets/{left.json()['id']}/view"
    assert (await anna.post(view)).json() == {"secret": "x1"}
    await take_back(anna, no, 3)
    assert (await anna.post(view)).status_code == 409
    await take_back(anna, no, 1)
    assert await where_it_is(conn, SECRET) == []
    rows = await (await conn.execute("select sealed from secrets")).fetchall()
    assert rows == [(None,)]
