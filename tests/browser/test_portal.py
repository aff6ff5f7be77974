"""Clients in a real browser: writing, talking live, losing the line, and the widget elsewhere."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Frame, Page, async_playwright, expect
from tests.apps import app_of
from tests.browser.looking import cut_off, hindrances

from firstline.app import Desk
from firstline.people import new_token, who_by_email
from firstline.people.access.preauth import new_preauth_key
from firstline.policy import default_text
from firstline.regulations.versions import publish
from firstline.settings import Settings

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@asynccontextmanager
async def served(app: Any, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an application in this loop on a listening socket."""
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws_per_message_deflate=False)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await task


def listening() -> tuple[socket.socket, str]:
    """A socket on a free port, and the address it will have."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


class Served:
    """A desk that runs: its address, and doors by API for the staff."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk = desk
        self.url = url
        self.doors: list[httpx.AsyncClient] = []

    async def marks(self, no: int) -> int:
        """The number up to which the client has seen the request."""
        found = await self.desk.ledger.request(no, fresh=True)
        assert found is not None
        return found.client_seen_no

    async def api(self, email: str) -> httpx.AsyncClient:
        async with self.desk.db.connection() as conn:
            who = await who_by_email(conn, email)
        assert who is not None
        token = await self.desk.db.run(new_token, who.id, "browser", now=datetime.now(UTC))
        door = httpx.AsyncClient(
            base_url=f"{self.url}/api/v1", headers={"Authorization": f"Bearer {token}"}
        )
        self.doors.append(door)
        return door


@pytest.fixture
async def running(live_database: str, tmp_path: Path) -> AsyncIterator[Served]:
    listener, url = listening()
    settings = Settings(data=tmp_path, secret=b"s" * 32, public_url=url, database_url=live_database)
    desk = Desk(settings)
    await desk.open()
    async with served(app_of(settings, desk), listener):
        running = Served(desk, url)
        yield running
        for door in running.doors:
            await door.aclose()
    await desk.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--host-resolver-rules=MAP desk.test 127.0.0.1",
            ],
        )
        yield browser
        await browser.close()


Visit = Callable[..., Any]


@pytest.fixture
async def visit(chromium: Browser, running: Served) -> AsyncIterator[Visit]:
    """`await visit("vera")`: her page, signed in; any complaint of a console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_page(name: str | None = "vera", **options: Any) -> Page:
        options = {"viewport": WIDE, "locale": "en", **options}
        context = await chromium.new_context(**options)
        contexts.append(context)
        page = await context.new_page()
        page.on(
            "console",
            lambda m: complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        if name:
            await page.goto(f"{running.url}/sign-in")
            await page.fill("input[name=email]", f"{name}@acme.example")
            await page.fill("input[name=password]", "firstline")
            await page.keyboard.press("Enter")
            await page.wait_for_url(f"{running.url}/")
        return page

    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


async def test_a_new_request_keeps_its_draft_and_is_sent_once_by_a_double_click(
    running: Served, visit: Visit
) -> None:
    page = await visit()
    await page.click("text=Write to support")
    await page.select_option("#topic", "web")
    await page.fill("#body", "403 forbidden on https://acme.example/page/")
    await expect(page.locator("[data-coach-line]")).to_contain_text("Since when has it been so?")
    await page.click("[data-coach-close]")
    await expect(page.locator("[data-coach-line]")).not_to_contain_text("Since when")
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    await page.goto(f"{running.url}/requests/new")
    assert "403 forbidden" in await page.input_value("#body")
    await page.dblclick("button:has-text('Send')")
    await page.wait_for_url("**/requests/1001")
    await expect(page.locator(".fl-stand-head")).to_have_text("Your place in the queue is 1")


async def begun(running: Served, visit: Visit) -> Page:
    """Vera's page of a request that waits, with its live line open."""
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "Down"})
    page = await visit()
    await page.goto(f"{running.url}/requests/1001")
    await expect(page.locator("html[data-live]")).to_have_count(1)
    return page


async def test_a_conversation_is_live_and_ends_with_a_rating(running: Served, visit: Visit) -> None:
    page = await begun(running, visit)
    head = page.locator(".fl-stand-head")
    anna = await running.api("anna@firstline.example")
    assert (await anna.post("/lines/first/take")).json()["no"] == 1001
    await expect(head).to_have_text("Anna is working on it")
    await anna.post("/requests/1001/entries", json={"body": "Which folder?"})
    await expect(page.locator("[data-log] .fl-words").last).to_have_text("Which folder?")
    await expect(head).to_have_text("Waiting for your reply")

    await page.fill("[data-composer] textarea", "The folder /paeg/")
    await page.keyboard.press("Enter")
    mine = page.locator("[data-log] .fl-mine").last
    await expect(mine.locator("time")).to_be_visible()
    await expect(page.locator(".fl-pending")).to_have_count(0)
    await mine.locator(".fl-entry-more").click()
    await page.fill("form.fl-edit textarea", "The folder /page/")
    await page.click("form.fl-edit button:has-text('Save')")
    await expect(page.locator("[data-log] .fl-mine .fl-words").last).to_have_text(
        "The folder /page/"
    )
    told = (await anna.get("/requests/1001/entries")).json()["entries"]
    assert [e["body"] for e in told if e["kind"] == "said"][-1] == "The folder /page/"

    await anna.post("/requests/1001/closure", json={"outcome": "solved", "text": "Done."})
    await expect(head).to_have_text("Closed: Solved")
    await page.check("input[name=score][value='5']")
    await page.keyboard.press("Enter")
    await expect(page.locator("#foot")).to_contain_text("You rated it 5 of 5")


async def test_a_lost_line_is_said_and_what_was_written_arrives_once(
    running: Served, visit: Visit
) -> None:
    page = await begun(running, visit)
    vera = await running.api("vera@acme.example")
    await page.context.set_offline(True)
    await page.fill("[data-composer] textarea", "Written while away")
    await page.keyboard.press("Enter")
    await expect(page.locator(".fl-pending")).to_have_count(1)
    await page.context.set_offline(False)
    await expect(page.locator(".fl-pending")).to_have_count(0, timeout=20_000)
    told = (await vera.get("/requests/1001/entries")).json()["entries"]
    assert [e["body"] for e in told].count("Written while away") == 1
    visit.complaints.clear()  # of the network that was cut on purpose


async def coming(running: Served) -> None:
    """Publish regulations by which nobody takes calls for three days, which is told with a date,
    and others that hold from tomorrow on, with a changed, a new and a free clause.
    """
    now = datetime.now(UTC)
    until = (now + timedelta(days=3)).date()
    shut = f"exceptions: {{calendar: calls, from: {now.date()}, to: {until}, closed: true}}\n"
    async with running.desk.db.transaction() as tx:
        await publish(tx, None, default_text() + shut, now=now)
    text = default_text().replace("first: 1h", "first: 45m").replace("skip_pause: 10m", "")
    text += "\n  - {id: kind, title: Kindness, words: We are kind.}\n"
    async with running.desk.db.transaction() as tx:
        await publish(tx, None, text, effective_at=now + timedelta(days=1), now=now)
    await running.desk.policies.reread(now)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
async def test_every_page_fits_and_complains_of_nothing(
    running: Served, visit: Visit, viewport: Any, scheme: Any
) -> None:
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "A long title " * 12})
    await vera.post("/requests", json={"topic": "web", "body": "x" * 300})
    await vera.post("/requests/1002/closure", json={"outcome": "withdrawn"})
    await coming(running)
    page = await visit(viewport=viewport, color_scheme=scheme)
    for path in ("/", "/wiki", "/wiki/403-on-a-page", "/wiki/mail-bounces", "/regulations",
                 "/regulations/versions",
                 "/regulations/versions/1", "/regulations/versions/3/changes", "/requests?q=title",
                 "/requests/new", "/requests/1001", "/requests/1002", "/widget"):  # fmt: skip
        for lang in ("en", "uk"):
            joint = "&" if "?" in path else "?"
            await page.goto(f"{running.url}{path}{joint}lang={lang}")
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, path
            assert await cut_off(page) == [], (path, lang)
            if lang == "en":
                assert await hindrances(page) == [], path


async def host(scope: Any, receive: Any, send: Any) -> None:
    """The company's own site: a page of another origin, with a policy of its own."""
    if scope["type"] != "http":
        return
    desk, sign = scope["told"]
    token = sign()
    tag = f'<script src="{desk}/widget.js" async data-token="{token}"></script>'
    policy = f"default-src 'none'; script-src {desk}; frame-src {desk}; style-src 'none'"
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", policy.encode()),
        (b"cross-origin-embedder-policy", b"require-corp"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = f"<!doctype html><html lang=en><title>Panel</title><h1>Panel</h1>{tag}"
    await send({"type": "http.response.body", "body": body.encode()})


async def framed(page: Page) -> Frame:
    """The widget's frame, as soon as it is there."""
    while not (found := [frame for frame in page.frames if "/widget" in frame.url]):
        await asyncio.sleep(0.05)
    return found[0]


@asynccontextmanager
async def panel(running: Served) -> AsyncIterator[str]:
    """The company's panel on an origin of its own; its address."""
    desk = running.desk
    kid, secret = await desk.db.run(new_preauth_key, None, desk.seal, now=datetime.now(UTC))

    def sign() -> str:
        issued = int(datetime.now(UTC).timestamp())
        claims = {"sub": "acme-vera", "aud": "firstline", "iat": issued, "exp": issued + 60}
        claims["jti"] = uuid4().hex
        return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid})

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await host({**scope, "told": (running.url, sign)}, receive, send)

    listener, url = listening()
    async with served(app, listener):
        yield url.replace("127.0.0.1", "localhost")


async def in_the_widget(page: Page, url: str) -> Frame:
    """Open the panel and, by keyboard, its widget; write a request there."""
    await page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    await page.goto(url)
    frame = await framed(page)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await frame.select_option("#topic", "mail")
    await frame.fill("#body", "Mail bounces")
    await frame.click("#new button.main")
    await expect(frame.locator(".fl-stand-head")).to_have_text("Your place in the queue is 1")
    return frame


async def test_the_widget_asks_for_priority_and_wiki_where_the_policy_does(
    running: Served, visit: Visit
) -> None:
    now = datetime.now(UTC)
    text = default_text().replace("kb_first: suggest", "kb_first: before_contact")
    text += "\npriorities: {levels: [high, normal], default: normal, set_by: client}\n"
    async with running.desk.db.transaction() as tx:
        await publish(tx, None, text, now=now)
    await running.desk.policies.reread(now)
    page = await visit(None)
    await page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    async with panel(running) as url:
        await page.goto(url)
        frame = await framed(page)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await frame.select_option("#topic", "mail")
        await frame.select_option("#priority", "high")
        await frame.fill("#body", "Mail bounces")
        await frame.click("#new button.main")
        assert await frame.evaluate("document.querySelector('[name=read]').validity.valueMissing")
        await frame.check("[name=read]")
        await frame.click("#new button.main")
        await expect(frame.locator(".fl-stand-head")).to_have_text("Your place in the queue is 1")
    anna = await running.api("anna@firstline.example")
    assert (await anna.get("/requests/1001")).json()["priority"] == "high"


async def test_the_widget_works_on_a_page_of_another_origin(running: Served, visit: Visit) -> None:
    page = await visit(None)
    async with panel(running) as url:
        frame = await in_the_widget(page, url)
        await frame.fill("#words", "Since this morning")
        await page.keyboard.press("Enter")
        await expect(frame.locator("#log .fl-words")).to_have_count(2)
        await expect(frame.locator("#log .pending")).to_have_count(0)
        anna = await running.api("anna@firstline.example")
        told = (await anna.get("/requests/1001/entries")).json()["entries"]
        assert [e["channel"] for e in told] == ["widget", "widget"]

        # The next page of the panel signs anew, and the conversation is there again.
        await page.reload()
        frame = await framed(page)
        await expect(frame.locator("#log .fl-words")).to_have_count(2)


async def test_the_closed_widget_counts_what_was_not_read(running: Served, visit: Visit) -> None:
    page = await visit(None)
    async with panel(running) as url:
        frame = await in_the_widget(page, url)
        await page.keyboard.press("Escape")
        button = page.get_by_role("button")
        await expect(button).to_be_focused()
        anna = await running.api("anna@firstline.example")
        assert (await anna.post("/lines/first/take")).json()["no"] == 1001
        await anna.post("/requests/1001/entries", json={"body": "Please send the bounce."})
        await expect(frame.locator("#log .fl-words").last).to_have_text("Please send the bounce.")
        await expect(button).to_have_accessible_name("Support chat, unread: 1")
        away = await running.marks(1001)
        await page.keyboard.press("Enter")
        await expect(button).to_have_accessible_name("Write to support")
        await asyncio.sleep(0.5)
        assert await running.marks(1001) > away, "what is read is marked as seen"
        await page.reload()
        frame = await framed(page)
        await expect(frame.locator("#log .fl-words")).to_have_count(2)
        await expect(page.get_by_role("button")).to_have_accessible_name("Write to support")
