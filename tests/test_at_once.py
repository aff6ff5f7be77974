"""Two at once, fifty at once, twice over: on a desk of its own, which commits."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from firstline.app import Desk, create_app
from firstline.kit.db import Db
from firstline.people import COOKIE, new_token, staff, who_by_email
from firstline.people.access import links
from firstline.people.access.sessions import start_session
from firstline.settings import Settings
from tests.rights.world import HOST

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Live:
    """Two desks beside each other over one database, as two processes would be."""

    def __init__(self, url: str, data: Path) -> None:
        settings = Settings(data=data, secret=b"s" * 32, public_url=HOST)
        self.desks = [Desk(settings, db=Db(url)) for _ in range(2)]
        self.https = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=create_app(settings, desk)), base_url=HOST
            )
            for desk in self.desks
        ]
        self.tokens: dict[str, str] = {}
        self._turn = 0

    async def begin(self) -> None:
        for desk in self.desks:
            await desk.open()
        for address in ("vera@acme.example", "anna@firstline.example", "ivan@firstline.example"):
            name, db, now = address.partition("@")[0], self.desks[0].db, self.desks[0].clock()
            async with db.connection() as conn:
                who = await who_by_email(conn, address)
            assert who
            self.tokens[name] = await db.run(new_token, who.id, "live", now=now)

    async def post(self, name: str, path: str, **body: Any) -> httpx.Response:
        """By one desk and the other in turn."""
        self._turn += 1
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        method = body.pop("method", "POST")
        return await self.https[self._turn % 2].request(
            method, f"/api/v1{path}", json=body or None, headers=headers
        )

    async def opened(self, taken: bool = False) -> int:
        made = await self.post("vera", "/requests", topic="web", body="403")
        if taken:
            assert (await self.post("anna", "/lines/first/take")).status_code == 200
        return made.json()["no"]

    async def statuses(self, *calls: Any) -> list[int]:
        return sorted(answer.status_code for answer in await asyncio.gather(*calls))

    async def end(self) -> None:
        for http in self.https:
            await http.aclose()
        for desk in self.desks:
            await desk.close()


@pytest.fixture
async def live(live_database: str, tmp_path: Path) -> AsyncIterator[Live]:
    live = Live(live_database, tmp_path)
    await live.begin()
    yield live
    await live.end()


async def test_what_two_do_at_once_is_done_once(live: Live) -> None:
    no = await live.opened()
    takes = [live.post(name, "/lines/first/take") for name in ("anna", "ivan") * 3]
    assert await live.statuses(*takes) == [200, 204, 204, 204, 204, 204]
    no = await live.opened()
    takes = [live.post(name, f"/requests/{no}/take", reason="Mine") for name in ("anna", "ivan")]
    assert await live.statuses(*takes) == [200, 409]
    no = await live.opened(taken=True)
    closes = [
        live.post("anna", f"/requests/{no}/closure", outcome="solved", text="Done")
        for _ in range(6)
    ]
    assert await live.statuses(*closes) == [201, 409, 409, 409, 409, 409]
    rates = [live.post("vera", f"/requests/{no}/rating", score=n, key="r") for n in (5, 5, 5)]
    assert await live.statuses(*rates) == [200, 200, 201]
    reopens = [live.post("vera", f"/requests/{no}/closure", method="DELETE") for _ in range(4)]
    assert await live.statuses(*reopens) == [200, 409, 409, 409]
    shown = await live.post("vera", f"/requests/{no}/entries", method="GET")
    kinds = Counter(entry["kind"] for entry in shown.json()["entries"])
    assert {kinds[kind] for kind in ("taken", "closed", "rated", "reopened")} == {1}


async def test_one_key_sent_twice_at_once_is_answered_twice_and_done_once(live: Live) -> None:
    """The second waits for the first and gets its answer, not the refusal of what is done."""
    no, other = await live.opened(), await live.opened()
    at = f"/requests/{no}"
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("vera", "/requests", {"topic": "web", "body": "Words"}),
        ("anna", "/lines/first/take", {}),
        ("anna", f"{at}/transfer", {"to": "ivan@firstline.example"}),
        ("ivan", f"{at}/release", {}),
        ("anna", f"{at}/take", {"reason": "Mine"}),
        ("anna", f"{at}/entries", {"body": "Words"}),
        ("vera", f"{at}/entries/1/edits", {"body": "Mended"}),
        ("anna", f"{at}/links", {"to": other}),
        ("vera", f"{at}/secrets", {"label": "Panel", "secret": "hidden"}),
        ("anna", f"{at}/handover", {"summary": "Tried"}),
        ("vera", f"{at}/closure", {"outcome": "withdrawn", "text": "Done"}),
        ("vera", f"{at}/rating", {"score": 5}),
    ]
    for name, path, body in calls:
        answers = await asyncio.gather(*(live.post(name, path, **body, key="k") for _ in range(4)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses in ([200] * 4, [200, 200, 200, 201]), (path, [a.text for a in answers])
        assert len({answer.json().get("no") for answer in answers}) == 1, path
    shown = await live.post("vera", f"{at}/entries", method="GET")
    kinds = Counter(entry["kind"] for entry in shown.json()["entries"])
    assert kinds["taken"] == 2, "in turn, and before its turn"
    assert {kinds[kind] for kind in ("transferred", "given_back", "closed", "rated")} == {1}


async def test_a_refusal_and_a_split_at_once_lose_nothing(live: Live) -> None:
    """Whichever comes first: both are done, or the later one is told why it is not."""
    for _round in range(3):
        no = await live.opened(taken=True)
        said = await live.post("vera", f"/requests/{no}/entries", body="And another matter")
        head = said.json()["no"]
        split, refused, again = await asyncio.gather(
            live.post("anna", f"/requests/{no}/split", entries=[head], title="Another"),
            live.post("ivan", f"/requests/{no}/closure", outcome="refused", code="not.code"),
            live.post("anna", f"/requests/{no}/closure", outcome="refused", code="not.scripts"),
        )
        assert sorted((refused.status_code, again.status_code)) == [201, 409]
        assert split.status_code in (201, 409), split.text
        for late in (one for one in (split, refused, again) if one.status_code == 409):
            assert f"Request {no} is closed" in late.json()["detail"]
        here = await live.post("vera", f"/requests/{no}/entries", method="GET")
        bodies = [e["body"] for e in here.json()["entries"]]
        if split.status_code == 201:
            there = await live.post("vera", f"/requests/{split.json()['no']}/entries", method="GET")
            bodies = [e["body"] for e in there.json()["entries"]]
        assert "And another matter" in bodies


async def test_one_of_fifty_who_redeem_a_link_at_once_gets_in(live: Live) -> None:
    db, now = live.desks[0].db, live.desks[0].clock()
    zoe = await db.run(staff.new_operator, None, email="zoe@firstline.example", name="Zoe", now=now)
    link = await db.run(links.invite, None, zoe.id, public_url=HOST, now=now)
    web = live.https[0]._transport.app.litestar.state["web"]  # type: ignore[attr-defined]
    form = {"password": "a good long word", "csrf": web.token("")}
    path = link.removeprefix(HOST)
    answers = [live.https[n % 2].post(path, data=form) for n in range(50)]
    assert Counter(await live.statuses(*answers)) == {303: 1, 404: 49}


async def test_the_limit_of_sign_ins_holds_across_processes(live: Live) -> None:
    web = live.https[0]._transport.app.litestar.state["web"]  # type: ignore[attr-defined]
    form = {"email": "vera@acme.example", "password": "wrong", "csrf": web.token("")}
    answers = [await live.https[n % 2].post("/sign-in", data=form) for n in range(24)]
    assert Counter(answer.status_code for answer in answers) == {401: 10, 429: 14}
    assert int(answers[-1].headers["retry-after"]) > 0
    good = await live.https[0].post("/sign-in", data=form | {"password": "firstline"})
    assert good.status_code == 429, "the right word does not come through either"


async def test_an_old_cookie_is_nobodys_after_signing_out(live: Live) -> None:
    db, now = live.desks[0].db, live.desks[0].clock()
    async with db.connection() as conn:
        vera = await who_by_email(conn, "vera@acme.example")
        assert vera
        word = await start_session(conn, vera, now=now)
    headers = {"Cookie": f"{COOKIE}={word}"}
    assert (await live.https[1].get("/requests", headers=headers)).status_code == 200
    token = live.https[0]._transport.app.litestar.state["web"].token(word)  # type: ignore[attr-defined]
    await live.https[0].post("/sign-out", headers=headers | {"X-CSRF-Token": token})
    assert (await live.https[1].get("/requests", headers=headers)).status_code == 303
