"""Several matters in one message: offered to be split at the door, and sent in one act."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import pytest

from firstline.kit.db import Conn

from .conftest import Browser, Browsers

BODY = "My site acme.example shows 403 Forbidden. Also I cannot log in to info@acme.example."
PIECES = BODY.partition(" Also")
LISTED = "Привіт 😀, два питання:\n1) сайт не відкривається\n2) як продовжити домен?\nДякую"
TEXTAREA = re.compile(r'<textarea[^>]*name="body-(\d)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
CHOSEN = re.compile(r'<option value="(\w+)" selected>')


def several(*bodies: str, key: str = "", **more: str) -> dict[str, str]:
    fields = {"key": key or str(uuid4()), **more}
    for place, body in enumerate(bodies, 1):
        fields |= {f"topic-{place}": ("web", "mail", "ssl")[place - 1], f"body-{place}": body}
    return fields


async def requests_of(conn: Conn) -> list[Any]:
    cursor = await conn.execute(
        "select r.no, r.topic, e.body, e.data->'together', r.promise_due_at is not null"
        " from requests r join entries e on e.matter = r.no and e.no = 1 order by r.no"
    )
    return await cursor.fetchall()


async def test_the_line_offers_to_send_each_matter_apart_before_it_asks_for_more(
    vera: Browser,
) -> None:
    at = "/requests/new/coach"
    text = (await vera.post(at, {"body": BODY})).text
    assert 'data-line="matters"' in text
    assert "These look like 2 matters" in text
    assert "Send as 2 requests" in text
    cuts = re.search(r'data-split="([^"]*)"', text)
    assert cuts
    spans = [tuple(map(int, one.split("-"))) for one in cuts[1].split()]
    assert [BODY[a:b] for a, b in spans] == [PIECES[0], PIECES[1].strip() + PIECES[2]]
    kept = (await vera.post(at, {"body": BODY, "done": "matters"})).text
    assert 'data-line="missing/' in kept
    wish = (await vera.post(at, {"body": f"Install WordPress for me. {BODY}"})).text
    assert 'data-line="scope/' in wish, "what support does not do goes before"


@pytest.mark.parametrize(
    ("body", "pieces", "topics"),
    [
        (BODY, [PIECES[0], PIECES[1].strip() + PIECES[2]], ["web", "mail"]),
        (
            LISTED,
            [LISTED.partition("\n2)")[0], "як продовжити домен?\nДякую"],
            ["web", "domain"],
        ),
        ("The site is down", ["The site is down", ""], ["other", "other"]),
        ("<script>alert(1)</script>", ["&lt;script&gt;alert(1)&lt;/script&gt;", ""], []),
    ],
)
async def test_the_pieces_stand_each_in_a_field_with_its_topic(
    vera: Browser, body: str, pieces: list[str], topics: list[str]
) -> None:
    page = await vera.post("/requests/new/split", {"body": body, "topic": "other", "key": "k"})
    assert page.status_code == 200
    assert [text for _place, text in TEXTAREA.findall(page.text)] == pieces
    found = [one for one in CHOSEN.findall(page.text) if one not in ("en", "uk", "ru")]
    assert found == (topics or found)


async def test_all_are_sent_in_one_act_in_order_and_tell_of_each_other(
    vera: Browser, browser_for: Browsers, conn: Conn
) -> None:
    answer = await vera.post("/requests/several", several("Site down", "No mail"))
    assert answer.status_code == 303
    (first, *_rest), (second, *_others) = rows = await requests_of(conn)
    assert answer.headers["location"] == f"/requests/{first}"
    assert second == first + 1
    assert [row[1:] for row in rows] == [
        ("web", "Site down", [first, second], True),
        ("mail", "No mail", [first, second], True),
    ]
    assert f'href="/requests/{second}">#{second}</a>' in (await vera.get(f"/requests/{first}")).text
    anna = await browser_for("anna")
    desk = (await anna.get(f"/desk/requests/{second}")).text
    assert f'href="/desk/requests/{first}"' in desk
    links = await conn.execute("select low, high from request_links")
    assert await links.fetchall() == [(first, second)]
    pavel = await browser_for("pavel")
    assert (await pavel.get(f"/requests/{second}")).status_code == 404


async def test_a_key_sends_them_once_whatever_comes_with_it(vera: Browser, conn: Conn) -> None:
    key = str(uuid4())
    sent = several("Site down", "No mail", key=key)
    first = await vera.post("/requests/several", sent)
    again = await asyncio.gather(*(vera.post("/requests/several", sent) for _ in range(3)))
    assert {one.headers["location"] for one in again} == {first.headers["location"]}
    for other in (
        several("Site down", "Other words", key=key),
        several("Site down", key=key) | {"body-1": "Others"},
        several("Site down", "No mail", "And SSL", key=key),
    ):
        answer = await vera.post("/requests/several", other)
        assert answer.status_code == 422
        assert "another text" in answer.text
        assert "No mail" in answer.text or "Others" in answer.text or "Other words" in answer.text
    one = await vera.post("/requests", {"topic": "web", "body": "All", "key": key})
    assert one.status_code == 422
    assert len(await requests_of(conn)) == 2


async def test_what_refuses_one_sends_none_and_keeps_the_words(
    vera: Browser, conn: Conn, world: Any
) -> None:
    for wrong in ({"topic-2": "no-such"}, {"body-2": "x" * 30_000}, {"service": str(uuid4())}):
        answer = await vera.post("/requests/several", several("Site down", "No mail") | wrong)
        assert answer.status_code in (413, 422), wrong
        assert "Site down" in answer.text
    assert await requests_of(conn) == []
    alone = await vera.post("/requests/several", several("Site down", " "))
    assert alone.status_code == 303
    assert len(await requests_of(conn)) == 1
    nothing = await vera.post("/requests/several", {"key": "k"})
    assert nothing.status_code == 422
    large = await vera.post("/requests/new/split", {"body": "x" * 10_000_000})
    assert large.status_code == 413


async def test_they_become_one_again_with_what_was_changed(vera: Browser, conn: Conn) -> None:
    sent = several("Site is down", "No mail", place="new", done="article/x")
    page = (await vera.post("/requests/new/one", sent)).text
    assert "Site is down\n\nNo mail</textarea>" in page
    assert 'name="done" value="article/x matters"' in page
    assert f'name="key" value="{sent["key"]}"' in page
    assert await requests_of(conn) == []


async def test_the_draft_is_gone_when_they_are_sent(vera: Browser) -> None:
    key = str(uuid4())
    await vera.send("/drafts", {"place": "new", "body": '{"body": "Both"}', "key": key})
    assert "Both" in (await vera.get("/requests/new")).text
    await vera.post("/requests/several", several("One", "Two", key=key, place="new"))
    assert "Both" not in (await vera.get("/requests/new")).text


async def test_the_widget_sends_them_too(client_for: Any, conn: Conn) -> None:
    vera = await client_for("vera")
    at = "/api/v1/widget/requests/several"
    pieces = [{"topic": "web", "body": "Site down"}, {"topic": "mail", "body": "No mail"}]
    first = await vera.post(at, json={"pieces": pieces, "key": "w"})
    again = await vera.post(at, json={"pieces": pieces, "key": "w"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert [row[2] for row in await requests_of(conn)] == ["Site down", "No mail"]
    for bad in ([], pieces * 6, [{"topic": "web", "body": ""}], [{"topic": "x", "body": "y"}]):
        assert (await vera.post(at, json={"pieces": bad})).status_code == 422, bad
    assert len(await requests_of(conn)) == 2


async def test_strangers_and_staff_send_none(browser_for: Browsers, conn: Conn) -> None:
    for name, status in (("anna", 403), (None, 401)):
        browser = await browser_for(name)
        for path in ("/requests/several", "/requests/new/split", "/requests/new/one"):
            answer = await browser.post(path, several("Site down", "No mail"))
            assert answer.status_code in (status, 403), path
    assert await requests_of(conn) == []
