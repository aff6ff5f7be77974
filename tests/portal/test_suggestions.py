"""Articles that made a request needless (clause request.wiki-first): named, opened, and then?"""

import re
from typing import Any
from uuid import uuid4

import pytest

from firstline.kit.db import BoundDb, Conn
from firstline.people import Who
from firstline.requests import note_suggestion, suggestion_worths, sweep_drafts

from .conftest import Browser, Browsers

BODY = "The page https://www.acme.example/cart answers 403 Forbidden since this morning"
SLUG = "403-on-a-page"
PROOF = "/desk/regulations/proof/request.wiki-first"
FIGURES = re.compile(r"<a href=\"\?[^\"]*what=(kept|broken|open|aside)\">[^<]*<b>(\d+)</b>")


async def suggested(browser: Browser, key: str, body: str = BODY, **fields: str) -> str:
    """The way to the article that is named for a draft."""
    answer = await browser.post("/requests/new/coach", {"body": body, "key": key, **fields})
    found = re.search(r'href="(/requests/new/wiki/[^"]*)"', answer.text)
    assert found, answer.text
    return found[1]


async def figures(browser_for: Browsers) -> dict[str, int]:
    page = (await (await browser_for("anna")).get(PROOF)).text
    return {what: int(count) for what, count in FIGURES.findall(page)}


async def kept_rows(conn: Conn) -> list[Any]:
    cursor = await conn.execute(
        "select p.name, s.draft, a.slug, s.kind, s.topic, s.opened_at is not null"
        " from suggested_articles s join people p on p.id = s.person_id"
        " join articles a on a.id = s.article_id order by s.at, s.draft"
    )
    return await cursor.fetchall()


async def test_an_article_that_was_opened_and_nothing_sent_made_a_request_needless(
    vera: Browser, browser_for: Browsers, conn: Conn, clock: Any
) -> None:
    key = str(uuid4())
    way = await suggested(vera, key)
    await suggested(vera, key, f"{BODY}, please")
    assert await figures(browser_for) == {"kept": 0, "broken": 0, "open": 1, "aside": 0}
    answer = await vera.get(way)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/wiki/{SLUG}")
    rows = await kept_rows(conn)
    assert [row[1:] for row in rows] == [(key, SLUG, "coach", "web", True)]
    clock.pass_by(days=8)
    assert await figures(browser_for) == {"kept": 1, "broken": 0, "open": 0, "aside": 0}
    anna = await browser_for("anna")
    listed = (await anna.get(f"{PROOF}?view=needless&what=kept")).text
    assert listed.count("data-row") == 1
    assert f'href="/wiki/{SLUG}"' in listed
    assert not {"vera", "acme", "cart"} & {word.lower() for word in re.findall(r"\w+", listed)}
    public = await anna.http.get(
        "/regulations/proof/request.wiki-first", headers={"accept": "application/json"}
    )
    assert public.json()["measures"][0]["whole"]["kept"] == 1


async def test_what_is_sent_under_the_drafts_key_was_not_needless(
    vera: Browser, browser_for: Browsers, clock: Any
) -> None:
    key = str(uuid4())
    await vera.get(await suggested(vera, key))
    clock.pass_by(days=20)
    await vera.post("/requests", {"topic": "ssl", "body": BODY, "key": key})
    assert (await figures(browser_for))["broken"] == 1


@pytest.mark.parametrize(
    ("days", "topic", "verdict"),
    [(6, "web", "broken"), (6, "ssl", "kept"), (8, "web", "kept")],
)
async def test_a_request_on_the_same_topic_within_a_week_was_not_made_needless(
    vera: Browser, browser_for: Browsers, clock: Any, days: int, topic: str, verdict: str
) -> None:
    await vera.get(await suggested(vera, str(uuid4())))
    clock.pass_by(days=days)
    await vera.post("/requests", {"topic": topic, "body": "Again", "key": str(uuid4())})
    clock.pass_by(days=10)
    found = await figures(browser_for)
    assert found == {"kept": 0, "broken": 0, "open": 0, "aside": 0} | {verdict: 1}


async def test_requests_of_others_and_drafts_that_were_left_unread_count_for_nobody(
    vera: Browser, browser_for: Browsers, clock: Any
) -> None:
    await vera.get(await suggested(vera, str(uuid4())))
    clock.pass_by(minutes=1)
    await suggested(vera, str(uuid4()))
    pavel = await browser_for("pavel")
    await pavel.post("/requests", {"topic": "web", "body": "403", "key": str(uuid4())})
    clock.pass_by(days=8)
    assert await figures(browser_for) == {"kept": 1, "broken": 0, "open": 0, "aside": 1}


async def test_a_draft_counts_once_for_the_article_that_was_opened_last(
    vera: Browser, browser_for: Browsers, conn: Conn, clock: Any
) -> None:
    key = str(uuid4())
    await vera.get(await suggested(vera, key))
    clock.pass_by(minutes=1)
    other = await suggested(vera, key, done=f"article/{SLUG}")
    await vera.get(other)
    since = clock()
    now = clock.pass_by(days=8)
    assert (await figures(browser_for))["kept"] == 1
    worths = await suggestion_worths(conn, since.replace(hour=0), now, now)
    last = other.split("/")[-1].split("?")[0]
    assert (worths[SLUG].named, worths[SLUG].opened, worths[SLUG].needless) == (1, 1, 0)
    assert (worths[last].opened, worths[last].needless) == (1, 1)


async def test_a_search_that_ends_in_an_article_counts_until_a_request_within_a_day(
    vera: Browser, browser_for: Browsers, conn: Conn, clock: Any
) -> None:
    found = (await vera.get("/wiki?q=403+forbidden")).text
    way = re.search(r'href="(/requests/new/wiki/[^"]*)"', found)
    assert way
    for _ in range(2):
        await vera.get(way[1])
    assert [row[3:] for row in await kept_rows(conn)] == [("search", "", True)]
    clock.pass_by(days=3)
    assert (await figures(browser_for))["kept"] == 1
    await vera.get(way[1])
    clock.pass_by(hours=20)
    await vera.post("/requests", {"topic": "mail", "body": "Mail", "key": str(uuid4())})
    assert await figures(browser_for) == {"kept": 1, "broken": 1, "open": 0, "aside": 0}
    for name in ("anna", None):
        other = await browser_for(name)
        assert "/requests/new/wiki/" not in (await other.get("/wiki?q=403+forbidden")).text
        assert (await other.get(way[1])).headers["location"].startswith("/wiki/")
    assert len(await kept_rows(conn)) == 2


async def test_the_widget_says_what_was_named_and_what_was_opened(
    client_for: Any, conn: Conn
) -> None:
    vera = await client_for("vera")
    coach = {"body": BODY, "draft": "of-the-frame"}
    text = (await vera.post("/api/v1/widget/coach", json=coach)).text
    assert f'href="/requests/new/wiki/{SLUG}' not in text
    assert f'href="/wiki/{SLUG}"' in text
    for _ in range(2):
        answer = await vera.post(f"/api/v1/widget/wiki/{SLUG}", json={"draft": "of-the-frame"})
        assert answer.status_code == 204
    assert [row[1:] for row in await kept_rows(conn)] == [
        ("of-the-frame", SLUG, "coach", "web", True)
    ]


async def test_nobody_fills_the_table_and_nobody_writes_for_others(
    vera: Browser,
    browser_for: Browsers,
    conn: Conn,
    db: BoundDb,
    client_for: Any,
    world: dict[str, Who],
    clock: Any,
) -> None:
    key = str(uuid4())
    way = await suggested(vera, key)
    pavel = await browser_for("pavel")
    await pavel.get(way)
    assert [row[5] for row in await kept_rows(conn)] == [False], "nobody opens it for her"
    for draft in ("", "x" * 201, "a\0b", "<script>alert(1)</script>", "x" * 2_000):
        answer = await vera.post("/requests/new/coach", {"body": BODY, "key": draft})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    for slug in ("no-such-article", "%00", "a" * 300, "<script>"):
        answer = await vera.get(f"/requests/new/wiki/{slug}", params={"draft": key})
        assert answer.status_code in (303, 404)
    for number in range(105):
        await db.run(note_suggestion, world["vera"], f"draft-{number}", SLUG, "web", now=clock())
    assert len(await kept_rows(conn)) == 100
    api = await client_for("vera")
    large = await api.post(f"/api/v1/widget/wiki/{SLUG}", json={"draft": "x" * 10_000_000})
    assert large.status_code == 413


async def test_they_go_with_the_age_of_drafts(
    vera: Browser, conn: Conn, db: BoundDb, clock: Any
) -> None:
    await suggested(vera, str(uuid4()))
    await db.run(sweep_drafts, now=clock.pass_by(days=89))
    assert len(await kept_rows(conn)) == 1
    await db.run(sweep_drafts, now=clock.pass_by(days=2))
    assert await kept_rows(conn) == []
