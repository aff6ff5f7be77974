"""Whoever signs out leaves nothing typed in the browser, and loses nothing without a word."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.test_portal import (
    CHROMIUM,
    PHONE,
    Served,
    Visit,
    begun,
    chromium,
    running,
    visit,
)

__all__ = ["chromium", "running", "visit"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
BOX = "[data-composer] textarea"
SIGN_OUT = "form[action='/sign-out']"


async def leave(page: Page) -> None:
    await page.evaluate(f'document.querySelector("{SIGN_OUT}").requestSubmit()')


async def kept_here(page: Page) -> str:
    return await page.evaluate("JSON.stringify({...localStorage})")


async def enter(page: Page, url: str, email: str) -> None:
    await page.goto(f"{url}/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", "firstline")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{url}/")


async def test_signing_out_takes_a_draft_from_the_browser_and_the_desk_has_it(
    running: Served, visit: Visit
) -> None:
    page = await begun(running, visit)
    await page.fill(BOX, "Use password: Zq7hunter2")
    await page.locator(BOX).blur()
    await leave(page)
    await page.wait_for_url("**/sign-in")
    assert "hunter2" not in await kept_here(page)
    await enter(page, running.url, "vera@acme.example")
    await page.goto(f"{running.url}/requests/1001")
    assert await page.input_value(BOX) == "Use password: ••••••••"


async def test_what_has_got_nowhere_is_named_before_one_leaves(
    running: Served, visit: Visit
) -> None:
    page = await begun(running, visit)
    await page.route("**/drafts", lambda route: route.abort())
    await page.fill(BOX, "Half a sentence")
    await leave(page)
    await expect(page.locator("#alerts")).to_contain_text("has not been sent or saved yet")
    assert await page.input_value(BOX) == "Half a sentence"
    await leave(page)
    await page.wait_for_url("**/sign-in")
    assert "Half a sentence" not in await kept_here(page)
    visit.complaints.clear()  # of the line that was cut


async def test_the_next_person_in_a_browser_finds_nothing_of_the_former(
    running: Served, visit: Visit
) -> None:
    page = await begun(running, visit)
    await page.fill(BOX, "Half a sentence")
    await page.context.clear_cookies()
    await page.goto(f"{running.url}/sign-in")
    assert "Half a sentence" in await kept_here(page), "a session that ends leaves it to her"
    await enter(page, running.url, "pavel@borealis.example")
    assert "Half a sentence" not in await kept_here(page)
    visit.complaints.clear()  # of a session that has ended


async def test_on_a_phone_a_lost_connection_covers_no_words_on_their_way(
    running: Served, visit: Visit
) -> None:
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "Down"})
    page = await visit(viewport=PHONE)
    await page.goto(f"{running.url}/requests/1001")
    await expect(page.locator("html[data-live]")).to_have_count(1)
    await page.context.set_offline(True)
    await page.fill(BOX, "On its way")
    await page.click("[data-composer] button[type=submit], [data-composer] button:not([type])")
    toast = page.locator("#connection")
    await expect(toast).to_be_visible(timeout=15_000)
    covered, words = await toast.bounding_box(), await page.locator(".fl-pending").bounding_box()
    assert covered is not None
    assert words is not None
    assert covered["y"] + covered["height"] <= words["y"]
    visit.complaints.clear()  # of the line that was cut
