"""Operators in a real browser: by keys alone, live with a colleague, offline, on a phone."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.looking import cut_off, hindrances
from tests.browser.test_portal import PHONE, WIDE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running

Visit = Callable[..., Awaitable[Page]]
PAGES = (
    "/desk",
    "/desk/requests/1001",
    "/desk/requests/1002",
    "/desk/departures",
    "/desk/clients",
    "/desk/history?q=page",
    "/desk/settings",
    "/desk/settings/snippets",
    "/desk/settings/widget",
    "/desk/settings/operators/new",
    "/desk/settings/letters",
    "/desk/settings/unsent",
    "/desk/regulations/proof",
    "/desk/regulations/proof/answer.hour",
    "/desk/regulations/proof/answer.hour?view=answers",
    "/regulations/proof/answer.hour",
)


@pytest.fixture
async def at_desk(chromium: Any, running: Served) -> AsyncIterator[Visit]:
    """`await at_desk("anna")`: her desk; any complaint of a console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def sit_down(name: str, path: str = "/desk", **options: Any) -> Page:
        context = await chromium.new_context(**{"viewport": WIDE, "locale": "en", **options})
        contexts.append(context)
        page = await context.new_page()
        page.on(
            "console",
            lambda m: complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        await page.goto(f"{running.url}/sign-in")
        await page.fill("input[name=email]", f"{name}@firstline.example")
        await page.fill("input[name=password]", "firstline")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{running.url}/desk")
        if path != "/desk":
            await page.goto(f"{running.url}{path}")
        await expect(page.locator("html[data-live]")).to_have_count(1)
        return page

    sit_down.complaints = complaints  # type: ignore[attr-defined]
    yield sit_down
    for context in contexts:
        await context.close()
    assert complaints == []


async def opened(running: Served, *bodies: str) -> None:
    vera = await running.api("vera@acme.example")
    for body in bodies:
        answer = await vera.post("/requests", json={"topic": "web", "body": body})
        assert answer.status_code == 201


def last_words(page: Page) -> Any:
    return page.locator("[data-log] .fl-words").last


async def test_a_shift_by_keys_alone(running: Served, at_desk: Visit) -> None:
    await opened(running, "The first page answers 403", "The second matter")
    page = await at_desk("anna")
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    await page.keyboard.press("r")
    await page.keyboard.type("Which folder is it?")
    await page.keyboard.press("Enter")
    await expect(last_words(page)).to_have_text("Which folder is it?")
    await expect(page.locator(".fl-pending")).to_have_count(0)

    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.keyboard.type("@iv")
    await expect(page.locator("#suggestions li")).to_have_text("Ivan")
    await page.keyboard.press("Enter")
    await page.keyboard.type("have you seen this?")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-log] .fl-note .fl-words")).to_have_text(
        "@ivan have you seen this?"
    )

    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await page.locator("#dialog #text").fill("It was a rule in .htaccess; it is gone.")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/desk/requests/1002")
    await expect(page.locator(".desk-head h2")).to_have_text("The second matter")

    await page.keyboard.press("h")
    for field, words in {"wants": "Root", "tried": "Logs", "needed": "A look"}.items():
        await page.fill(f"#dialog #{field}", words)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".desk-told")).to_contain_text("Request 1002 was handed over.")
    await page.keyboard.press("Shift+Slash")
    await expect(page.locator("#keys")).to_be_visible()


async def test_two_people_see_each_other_and_nothing_newer_is_overlooked(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await opened(running, "Words")
    anna = await at_desk("anna")
    await anna.keyboard.press("t")
    await anna.wait_for_url("**/desk/requests/1001")
    ivan = await at_desk("ivan", "/desk/requests/1001")
    await expect(anna.locator("[data-looking]")).to_have_text("also here: Ivan", timeout=10_000)
    await ivan.keyboard.press("n")
    await ivan.keyboard.type("I know this one")
    await expect(anna.locator("[data-typing]")).to_have_text("Ivan is writing…")
    await ivan.keyboard.press("Enter")
    await expect(anna.locator("[data-log] .fl-note .fl-words")).to_have_text("I know this one")

    # What Anna has on screen is held back, as on a slow line: her answer is not sent past it.
    vera = await running.api("vera@acme.example")
    await anna.context.set_offline(True)
    await vera.post("/requests/1001/entries", json={"body": "It works again!"})
    await anna.fill("#composer textarea", "Please try this")
    await anna.keyboard.press("Enter")
    await anna.context.set_offline(False)
    refused = anna.locator(".fl-refused")
    await expect(refused).to_contain_text("has something newer", timeout=20_000)
    # Quoted beside what it held back, it is no second entry.
    heard = anna.locator("[data-log] > [data-no] .fl-words", has_text="It works again!")
    await expect(heard).to_have_count(1)
    await refused.locator("button", has_text="Discard").click()
    await expect(anna.locator("#composer textarea")).to_have_value("Please try this")
    at_desk.complaints.clear()  # type: ignore[attr-defined] — of the cut network and the refusal


async def test_a_draft_outlives_the_browser_and_files_travel_along(
    running: Served, at_desk: Visit, tmp_path: Path
) -> None:  # fmt: skip
    await opened(running, "Words")
    page = await at_desk("anna")
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    async with page.expect_response("**/desk/drafts"):
        await page.fill("#composer textarea", "Half an answer")
    elsewhere = await at_desk("anna", "/desk/requests/1001")
    await expect(elsewhere.locator("#composer textarea")).to_have_value("Half an answer")

    log = tmp_path / "error.log"
    log.write_text("client denied by server configuration\n")
    await page.set_input_files("#composer input[type=file]", log)
    await expect(page.locator(".desk-files button")).to_have_count(1)
    await page.fill("#composer textarea", "The log says why")
    await page.keyboard.press("Enter")
    await expect(elsewhere.locator("[data-log] .fl-files")).to_contain_text("error.log")


async def test_a_refusal_stands_in_its_form_and_keeps_what_was_typed(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await opened(running, "Words")
    page = await at_desk("anna")
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    await page.keyboard.press("d")
    await page.select_option("#dialog #reason", "overload")
    await page.evaluate("document.getElementById('until').removeAttribute('min')")
    await page.fill("#dialog #until", "2024-01-01T10:00")
    await page.fill("#dialog #text", "By then")
    await page.click("#dialog .btn-primary")
    await expect(page.locator("#dialog .fl-alert")).to_contain_text("in the past")
    await expect(page.locator("#dialog #text")).to_have_value("By then")
    vera = await running.api("vera@acme.example")
    await vera.post("/requests/1001/entries", json={"body": "Any news?"})
    await expect(last_words(page)).to_have_text("Any news?")
    await page.wait_for_timeout(900)  # the head has been fetched anew meanwhile
    await expect(page.locator("#dialog #text")).to_have_value("By then")
    await page.click("[data-until] button >> nth=1")
    await page.click("#dialog .btn-primary")
    await expect(page.locator("#dialog")).to_have_count(0)
    await expect(page.locator(".desk-head .fl-pill")).to_contain_text("promised")
    at_desk.complaints.clear()  # type: ignore[attr-defined] — the browser notes the 409


async def test_on_a_phone_one_pane_at_a_time(running: Served, at_desk: Visit) -> None:
    await opened(running, "Words")
    page = await at_desk("anna", viewport=PHONE)
    await expect(page.locator("#queue")).to_be_visible()
    await page.click("[data-key-take]")
    await expect(page.locator(".desk-thread")).to_be_visible()
    await expect(page.locator("#queue")).to_be_hidden()
    await page.click("[data-show=card]")
    await expect(page.locator("#card")).to_be_visible()
    await page.click("[data-show=queue]")
    await expect(page.locator("#queue")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
async def test_every_page_of_the_desk_fits_and_complains_of_nothing(
    running: Served, at_desk: Visit, viewport: Any, scheme: Any
) -> None:  # fmt: skip
    await opened(running, "A page " * 12, "See https://acme.example and\n```\ncode " + "x" * 300)
    anna = await running.api("anna@firstline.example")
    await anna.post("/lines/first/take")
    await anna.post("/requests/1001/entries", json={"body": "A note", "audience": "staff"})
    martin = await running.api("martin@firstline.example")
    await martin.post("/preauth-keys", json={"name": "Panel", "origins": ["https://p.example"]})
    long = {"name": "Товариство «ПівденьЕлектроАвтоматикаПроектМонтажНалагодження»"}
    client = (await martin.post("/clients", json=long)).json()["id"]
    words = {"client": client, "topic": "web", "body": "Повільно" + "дуже" * 40}
    no = (await martin.post("/requests", json=words)).json()["no"]
    own = (*PAGES, f"/desk/clients/{client}", f"/desk/requests/{no}")
    # Who holds a request has more to press than who only reads it.
    for name, paths in (("martin", own), ("anna", ("/desk", "/desk/requests/1001"))):
        page = await at_desk(name, viewport=viewport, color_scheme=scheme)
        for path, lang in itertools.product(paths, ("en", "uk", "ru")):
            joint = "&" if "?" in path else "?"
            await page.goto(f"{running.url}{path}{joint}lang={lang}")
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (name, path, lang)
            assert await cut_off(page) == [], (name, path, lang)
            if lang == "en":
                assert await hindrances(page) == [], (name, path)
