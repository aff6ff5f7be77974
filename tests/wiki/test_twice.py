"""Forms of editors that come twice, or from two at once: done once, and nobody's words are lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from firstline.people import COOKIE, who_by_email
from firstline.people.access.sessions import start_session
from tests.desk.conftest import Browser, Browsers
from tests.test_at_once import Live
from tests.wiki.test_writing import INVOICES, MINE, begin, since


@pytest.fixture
async def martin(browser_for: Browsers) -> Browser:
    return await browser_for("martin")


@pytest.fixture
async def anna(browser_for: Browsers) -> Browser:
    return await browser_for("anna")


async def twice(browser: Browser, address: str, **fields: str) -> None:
    answers = [await browser.form(address, **fields, key="twice") for _time in range(2)]
    assert [one.status_code for one in answers] == [303, 303], answers[-1].text
    assert answers[0].headers["location"] == answers[1].headers["location"]


async def in_review(martin: Browser, anna: Browser) -> tuple[str, str]:
    """An article whose draft Anna has put before the editors, and her id as forms name it."""
    place = await begin(anna)
    await anna.form(f"{place}/en/review", **MINE, seen="0", since=await since(anna, place))
    return place, (await martin.get(place)).text.partition("?of=")[2].partition('"')[0]


async def test_a_draft_is_given_back_once_and_its_first_words_stay(
    martin: Browser, anna: Browser
) -> None:
    place, writer = await in_review(martin, anna)
    await twice(martin, f"{place}/en/reply", writer=writer, reply="Name the menu")
    late = await martin.form(f"{place}/en/reply", writer=writer, reply="Add a picture", key="k")
    assert (late.status_code, "with its writer again" in late.text) == (409, True)
    assert "Name the menu" in (await anna.get(f"{place}/en")).text
    sent = {**MINE, "body": "Better words", "since": await since(anna, place)}
    assert (await anna.form(f"{place}/en/review", **sent, seen="0")).status_code == 303
    again = await martin.form(f"{place}/en/reply", writer=writer, reply="Add a picture", key="m")
    assert again.status_code == 303


async def test_a_plan_is_withdrawn_once_and_its_words_are_a_draft(
    martin: Browser, clock: Any
) -> None:
    later = {"seen": "1", "when": "later", "at": (clock() + timedelta(hours=2)).isoformat()}
    await martin.form(f"{INVOICES}/en/publish", **MINE, **later)
    await twice(martin, f"{INVOICES}/en/plan/drop")
    assert "My words\n</textarea>" in (await martin.get(f"{INVOICES}/en")).text
    gone = await martin.form(f"{INVOICES}/en/plan/drop", key="other")
    assert (gone.status_code, "Nothing is planned" in gone.text) == (404, True)


async def test_a_plan_is_not_withdrawn_over_words_that_one_is_writing(
    martin: Browser, clock: Any
) -> None:
    at = (clock() + timedelta(hours=2)).isoformat()
    await martin.form(f"{INVOICES}/en/publish", **MINE, seen="1", when="later", at=at)
    own = {"title": "Invoices", "summary": "", "body": "Other words", "seen": 1}
    kept = await martin.send(f"{INVOICES}/en/draft", **own)
    assert kept.status_code == 200, kept.text
    refused = await martin.form(f"{INVOICES}/en/plan/drop")
    assert (refused.status_code, "draft of your own" in refused.text) == (409, True)
    assert "To be published" in (await martin.get(INVOICES)).text, "the plan stands"
    assert "Other words" in (await martin.get(f"{INVOICES}/en")).text, "so does the draft"


async def test_synonyms_are_deleted_once(martin: Browser) -> None:
    await martin.form("/desk/wiki/synonyms", words="quokka / wombat", key="s")
    page = (await martin.get("/desk/wiki/synonyms")).text
    group = page.partition("quokka")[2].partition("?edit=")[2].partition("#")[0]
    await twice(martin, f"/desk/wiki/synonyms/{group}/drop")
    gone = await martin.form(f"/desk/wiki/synonyms/{group}/drop", key="other")
    assert (gone.status_code, "no such synonyms" in gone.text) == (404, True)


class Editors:
    """Browsers of two desks over one database, which commits."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._words: dict[str, str] = {}

    async def sign_in(self, *addresses: str) -> None:
        db, now = self.live.desks[0].db, self.live.desks[0].clock()
        for address in addresses:
            async with db.transaction() as tx:
                who = await who_by_email(tx.conn, address)
                assert who
                self._words[address.partition("@")[0]] = await start_session(tx.conn, who, now=now)

    async def form(self, name: str, path: str, desk: int = 0, **fields: str) -> httpx.Response:
        http, word = self.live.https[desk], self._words[name]
        token = http._transport.app.litestar.state["web"].token(word)  # type: ignore[attr-defined]
        headers = {"Cookie": f"{COOKIE}={word}", "X-CSRF-Token": token}
        return await http.post(path, data=fields, headers=headers)

    async def at_once(self, path: str, *calls: tuple[str, dict[str, str]]) -> list[httpx.Response]:
        """The same form from each, by one desk and the other."""
        return await asyncio.gather(
            *(self.form(name, path, n % 2, **fields) for n, (name, fields) in enumerate(calls))
        )


@pytest.fixture
async def editors(live_database: str, tmp_path: Path) -> AsyncIterator[Editors]:
    live = Live(live_database, tmp_path)
    await live.begin()
    editors = Editors(live)
    await editors.sign_in(*(f"{n}@firstline.example" for n in ("anna", "ivan", "martin")))
    yield editors
    await live.end()


async def test_what_two_send_at_once_is_done_and_said(editors: Editors) -> None:
    live = editors.live
    no = await live.opened(taken=True)
    await live.post("anna", f"/requests/{no}/closure", outcome="solved", text="Done")
    article = {"title": "A quokka", "section": "web", "body": "Words about it"}
    path = f"/desk/requests/{no}/article"
    same = await editors.at_once(path, *[("anna", {**article, "key": "a"})] * 4)
    assert [one.status_code for one in same] == [303] * 4, [one.text for one in same]
    assert len({one.headers["location"] for one in same}) == 1
    both = await editors.at_once(path, ("anna", article), ("ivan", article))
    assert [one.status_code for one in both] == [303, 303], [one.text for one in both]
    assert len({one.headers["location"] for one in (*same, *both)}) == 3, "each has their own"
    moves = await asyncio.gather(
        *(
            editors.form("martin", f"{one.headers['location']}/address", n, slug="the-quokka")
            for n, one in enumerate(both)
        )
    )
    assert sorted(one.status_code for one in moves) == [303, 409], [one.text for one in moves]
    named = [
        live.post("anna", "/articles", slug="a-wombat", language="en", draft=True, **article)
        for _time in range(4)
    ]
    assert set(await live.statuses(*named)) <= {201, 409}
    at = (live.desks[0].clock() + timedelta(hours=2)).isoformat()
    await editors.form("martin", f"{INVOICES}/en/publish", **MINE, seen="1", when="later", at=at)
    drops = await editors.at_once(f"{INVOICES}/en/plan/drop", *[("martin", {})] * 3)
    assert sorted(one.status_code for one in drops) == [303, 404, 404]
    await editors.form("martin", "/desk/wiki/synonyms", words="quokka / wombat", key="s")
    async with live.desks[0].db.connection() as conn:
        cursor = await conn.execute("select id from article_synonyms where 'quokka' = any(words)")
        ((group,),) = await cursor.fetchall()
    drops = await editors.at_once(f"/desk/wiki/synonyms/{group}/drop", *[("martin", {})] * 3)
    assert sorted(one.status_code for one in drops) == [303, 404, 404]
