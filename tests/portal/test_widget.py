"""The widget as seen from outside: its script, its frame, and the frame's own calls."""

import gzip
import re
from typing import Any

import jwt
import pytest

from firstline.app import Desk
from firstline.kit.seal import Seal
from firstline.people import Who
from firstline.people.access.preauth import new_preauth_key
from firstline.policy import default_text
from firstline.regulations.versions import publish
from firstline.requests import Words, moves, say
from tests.portal.conftest import Browser, Browsers, opened

OTHERS = ("answers", "ending", "entries", "files", "kept", "new")


@pytest.fixture
async def frame(app: Any, db: Any, settings: Any, clock: Any, client_for: Any) -> Any:
    """The frame's calls, in a session made from the panel's token for Vera."""
    kid, secret = await db.run(new_preauth_key, None, Seal(settings.secret), now=clock())
    issued = int(clock().timestamp())
    claims = {"sub": "acme-vera", "aud": "firstline", "iat": issued, "exp": issued + 60, "jti": "1"}
    token = jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid})
    http = await client_for(None)
    session = await http.post("/api/v1/sessions", json={"token": token})
    assert session.status_code == 201, session.text
    http.headers["Authorization"] = f"Bearer {session.json()['token']}"
    return http


async def test_any_site_may_load_the_script_and_frame_the_widget_but_no_page(
    browser_for: Browsers,
) -> None:
    stranger = await browser_for(None)
    script = await stranger.get("/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "/*WORDS*/" not in script.text
    frame = await stranger.get("/widget")
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert frame.headers["cross-origin-embedder-policy"] == "require-corp"
    assert "unsafe" not in frame.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in (await stranger.get("/")).headers["content-security-policy"]
    assert "set-cookie" not in (await stranger.get("/widget?lang=uk")).headers


async def test_the_frame_shows_nothing_of_whoever_is_signed_in(vera: Browser) -> None:
    await opened(vera, "canary of Vera")
    frame = (await vera.get("/widget")).text
    assert "Vera" not in frame
    assert "canary" not in frame
    assert 'name="person"' not in frame


async def test_a_request_by_the_widget_has_its_channel_and_its_place(
    frame: Any, vera: Browser, db: Any
) -> None:
    made = {"topic": "web", "body": "By the widget", "key": "w1"}
    first = await frame.post("/api/v1/widget/requests", json=made)
    again = await frame.post("/api/v1/widget/requests", json=made)
    assert (first.status_code, again.status_code) == (201, 200)
    no = first.json()["no"]
    assert again.json()["no"] == no
    path = f"/api/v1/widget/requests/{no}"
    said = await frame.post(f"{path}/entries", json={"body": "<b>more</b>", "key": "w2"})
    assert said.status_code == 201
    assert (
        await frame.post(f"{path}/entries", json={"body": "<b>more</b>", "key": "w2"})
    ).json() == {"no": said.json()["no"]}
    told = (await frame.get(f"/api/v1/requests/{no}/entries")).json()["entries"]
    assert {entry["channel"] for entry in told} == {"widget"}
    rows = (await frame.get("/api/v1/widget/requests")).json()
    stand = "Your place in the queue is 1"
    row = {"no": no, "title": "By the widget", "stand": stand, "head": 2, "closed": False}
    assert rows == [row]
    assert "An answer by" in (await frame.get(f"{path}/standing")).text
    html = (await frame.get(f"{path}/entries-html?after=1")).text
    assert "&lt;b&gt;more" in html
    assert "Your place in the queue is 1" in (await vera.get(f"/requests/{no}")).text


async def test_an_article_that_is_opened_from_the_frame_is_noted(
    frame: Any, vera: Browser, desk: Desk, world: dict[str, Who], db: Any
) -> None:
    no = await opened(vera, "Down")
    anna = desk.call(world["anna"])
    await anna.run(moves.take_next, "first")
    await say(anna, no, Words("See http://desk.example/wiki/403-on-a-page"))
    way = f"/requests/{no}/wiki/403-on-a-page"
    path = f"/api/v1/widget/requests/{no}"
    assert way in (await frame.get(f"{path}/entries-html?after=1")).text
    for _ in range(2):
        assert (await frame.post(f"/api/v1/widget{way}")).status_code == 204
    await frame.post(f"{path}/wiki/no-such-article")
    async with db.connection() as conn:
        cursor = await conn.execute("select slug, person_id from article_readers")
        assert await cursor.fetchall() == [("403-on-a-page", world["vera"].id)]


async def test_what_was_closed_stays_in_the_widget_until_it_is_rated(
    frame: Any, vera: Browser, clock: Any
) -> None:
    no = await opened(vera, "Down")
    await frame.post(f"/api/v1/requests/{no}/closure", json={"outcome": "withdrawn"})
    rows = (await frame.get("/api/v1/widget/requests")).json()
    assert [(row["no"], row["closed"]) for row in rows] == [(no, True)]
    other = await opened(vera, "Down as well")
    await frame.post(f"/api/v1/requests/{other}/closure", json={"outcome": "withdrawn"})
    await frame.post(f"/api/v1/requests/{other}/rating", json={"score": 5})
    assert len((await frame.get("/api/v1/widget/requests")).json()) == 1


async def test_the_frame_asks_for_priority_and_wiki_where_the_policy_does(
    frame: Any, browser_for: Browsers, desk: Desk, clock: Any, db: Any
) -> None:
    stranger = await browser_for(None)
    fields = ('name="priority"', 'name="read"')
    plain = (await stranger.get("/widget")).text
    assert [field in plain for field in fields] == [False, False]
    text = default_text().replace("kb_first: suggest", "kb_first: before_contact")
    text += "\npriorities: {levels: [high, normal], default: normal, set_by: client}\n"
    async with db.transaction() as tx:
        await publish(tx, None, text, now=clock())
    await desk.policies.reread(clock())
    asked = (await stranger.get("/widget")).text
    assert [field in asked for field in fields] == [True, True]
    made = {"topic": "web", "body": "By the widget", "priority": "high", "key": "w1"}
    refused = await frame.post("/api/v1/widget/requests", json=made)
    assert (refused.status_code, refused.json()["field"]) == (422, "read")
    opened = await frame.post("/api/v1/widget/requests", json={**made, "read": True})
    assert opened.status_code == 201
    told = (await frame.get(f"/api/v1/requests/{opened.json()['no']}")).json()
    assert told["priority"] == "high"
    wrong = {**made, "read": True, "priority": "urgent", "key": "w2"}
    assert (await frame.post("/api/v1/widget/requests", json=wrong)).json()["field"] == "priority"


async def test_the_frame_reaches_only_what_its_person_may_see(
    frame: Any, browser_for: Browsers, client_for: Any
) -> None:
    pavel = await browser_for("pavel")
    foreign = await opened(pavel, "canary of Pavel")
    for number in (foreign, 999_999, 2**70):
        for part in ("standing", "entries-html", "entries-html?wait=3"):
            answer = await frame.get(f"/api/v1/widget/requests/{number}/{part}")
            assert answer.status_code == 404
            assert "canary" not in answer.text
        path = f"/api/v1/widget/requests/{number}/entries"
        assert (await frame.post(path, json={"body": "x"})).status_code == 404
    assert (await frame.get("/api/v1/widget/requests")).json() == []
    cookie = await pavel.get("/api/v1/widget/requests")
    assert cookie.status_code == 401, "a cookie is nobody here"
    anna = await client_for("anna")
    assert (await anna.get("/api/v1/widget/requests")).status_code == 403
    for made in ({"topic": "web"}, {"topic": "web", "body": "x", "line": "second"}):
        assert (await frame.post("/api/v1/widget/requests", json=made)).status_code == 422


async def test_files_go_with_the_words_of_the_widget(frame: Any, client_for: Any) -> None:
    made = {"topic": "web", "body": "By the widget"}
    no = (await frame.post("/api/v1/widget/requests", json=made)).json()["no"]
    sent = await frame.post("/api/v1/attachments", files={"file": ("error.log", b"denied")})
    words = {"body": "See the log", "key": "f1", "files": [sent.json()["id"]]}
    path = f"/api/v1/widget/requests/{no}/entries"
    assert (await frame.post(path, json=words)).status_code == 201
    assert (await frame.post(path, json=words)).status_code == 200
    told = (await frame.get(f"/api/v1/requests/{no}/entries")).json()["entries"]
    assert (told[-1]["channel"], told[-1]["data"]["files"][0]["name"]) == ("widget", "error.log")
    pavel = await client_for("pavel")
    foreign = await pavel.post("/api/v1/attachments", files={"file": ("a.log", b"x")})
    stolen = await frame.post(path, json={"body": "x", "files": [foreign.json()["id"]]})
    assert (stolen.status_code, stolen.json()["field"]) == (422, "files")


async def test_the_coach_speaks_in_the_frame_and_keeps_quiet_for_whom_it_is_off(
    frame: Any, browser_for: Browsers
) -> None:
    at = "/api/v1/widget/coach"
    words = {"body": "My site shows the error 403 Forbidden"}
    said = await frame.post(at, json=words)
    assert said.status_code == 200
    assert "Which page of acme.example?" in said.text
    assert 'data-topic="web"' in said.text
    assert "Яка саме сторінка" in (await frame.post(f"{at}?lang=uk", json=words)).text
    done = await frame.post(at, json={**words, "done": "missing/page"})
    assert "Which page" not in done.text
    for wrong in ({}, {"body": 7}, {**words, "topics": "web"}, {**words, "service": "x"}):
        assert (await frame.post(at, json=wrong)).status_code == 422
    vera = await browser_for("vera")
    await vera.post("/account/coach", {"coach": ""})
    quiet = (await frame.post(at, json=words)).text
    assert "data-off" in quiet
    assert "Which page" not in quiet


async def test_the_widgets_own_files_stay_small(frame: Any) -> None:
    """Its button costs the company's page five kilobytes; its frame, opened, a few more."""
    page = (await frame.get("/widget")).text
    sources = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page))
    assert len(sources) == 2
    stamp = next(iter(sources)).split("/")[2]
    sources |= {f"/static/{stamp}/portal/frame-{name}.js" for name in OTHERS}
    sizes = [len(gzip.compress((await frame.get(one)).content)) for one in sources]
    assert sum(sizes) < 14 * 1024
    assert len(gzip.compress((await frame.get("/widget.js")).content)) < 5 * 1024


async def test_the_widgets_calls_speak_the_language_of_its_page(frame: Any) -> None:
    made = {"topic": "web", "body": "Не відкривається"}
    no = (await frame.post("/api/v1/widget/requests?lang=uk", json=made)).json()["no"]
    assert (await frame.get("/api/v1/widget/requests?lang=uk")).json()[0][
        "stand"
    ] == "Ваше місце в черзі — 1"
    assert "Відповідь" in (await frame.get(f"/api/v1/widget/requests/{no}/standing?lang=uk")).text
    refused = await frame.post("/api/v1/widget/requests?lang=ru", json={"topic": "web", "body": ""})
    assert refused.status_code == 422
    assert any("а" <= letter <= "я" for letter in refused.json()["detail"]), refused.text
    plain = await frame.get(f"/api/v1/widget/requests/{no}/standing?lang=xx")
    assert "An answer by" in plain.text


async def test_the_widgets_form_takes_service_and_files(frame: Any) -> None:
    service = (await frame.get("/api/v1/widget/services")).json()[0]
    sent = await frame.post("/api/v1/attachments", files={"file": ("error.log", b"denied")})
    made = {"topic": "web", "body": "403", "service": service["id"], "files": [sent.json()["id"]]}
    for status in (201, 200):
        opened = await frame.post("/api/v1/widget/requests", json=made | {"key": "n1"})
        assert opened.status_code == status, opened.text
    no = opened.json()["no"]
    request = (await frame.get(f"/api/v1/requests/{no}")).json()
    assert request["service"]["id"] == service["id"]
    entries = (await frame.get(f"/api/v1/requests/{no}/entries")).json()["entries"]
    assert [e["data"]["files"][0]["name"] for e in entries if e["data"].get("files")] == [
        "error.log"
    ]
