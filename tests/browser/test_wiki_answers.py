"""An answer by an article, from the composer to the editor's figures (clause answer.wiki)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.looking import cut_off, hindrances
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_desk import opened
from tests.browser.test_portal import PHONE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

from firstline.policy import default_text
from firstline.regulations.versions import publish

Visit = Callable[..., Awaitable[Page]]


async def closed_for_good(running: Served) -> None:
    """What is closed stays closed, so that a link is judged at once."""
    text = default_text().replace("reopen_days: 14", "reopen_days: 0")
    await running.desk.db.run(publish, None, text, now=datetime.now(UTC))
    await running.desk.policies.fresh(datetime.now(UTC))


async def link_by_keys(page: Page) -> None:
    """Find the article after a slash, read it beside the list, link it, and send the answer."""
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    await page.keyboard.press("r")
    await page.keyboard.type("/")
    await page.keyboard.type("403")
    await expect(page.locator("#suggestions .is-article").first).to_be_visible()
    while "is-article" not in (
        await page.locator("#suggestions [aria-selected=true]").get_attribute("class") or ""
    ):
        await page.keyboard.press("ArrowDown")
    await expect(page.locator("[data-suggest-preview].is-article h2").first).to_be_visible()
    await page.keyboard.press("PageDown")
    await page.keyboard.press("Enter")
    assert "/wiki/403-on-a-page" in await page.locator("#composer-words").input_value()
    await page.keyboard.press("Enter")
    await expect(page.locator(".fl-pending")).to_have_count(0)


async def test_an_article_answers_and_the_editor_sees_it_counted(
    running: Served, at_desk: Visit, visit: Any
) -> None:
    await closed_for_good(running)
    await opened(running, "My site answers 403")
    anna = await at_desk("anna")
    await link_by_keys(anna)
    vera = await visit("vera")
    await vera.goto(f"{running.url}/requests/1001")
    link = vera.locator("[data-log] .fl-words a")
    await expect(link).to_contain_text("/wiki/403-on-a-page")
    assert "/requests/1001/wiki/403-on-a-page" in (await link.get_attribute("href") or "")
    async with vera.expect_popup() as popup:
        await link.click()
    article = await popup.value
    await article.wait_for_url("**/wiki/403-on-a-page")
    await article.close()
    await vera.get_by_text("Close the request").click()
    await vera.get_by_role("button", name="It is solved, close it").click()
    await expect(vera.locator("#standing")).to_contain_text("losed")
    martin = await at_desk("martin", "/desk/wiki/figures")
    row = martin.locator("tr", has_text="403")
    await expect(row.locator("td")).to_have_text(["1", "1", "1", "0", "0", "0"])
    await row.locator("td a").nth(2).click()
    await martin.wait_for_url("**/desk/wiki/figures/links**")
    await expect(martin.locator("[data-row]")).to_have_count(1)


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
async def test_the_editors_pages_have_no_hindrances_and_fit_a_phone(
    running: Served, at_desk: Visit, viewport: dict[str, int]
) -> None:
    await closed_for_good(running)
    await opened(running, "My site answers 403 and the page of the shop is white")
    anna = await at_desk("anna")
    await link_by_keys(anna)
    door = await running.api("anna@firstline.example")
    await door.post("/requests/1001/closure", json={"outcome": "solved", "text": "Done"})
    martin = await at_desk("martin", viewport=viewport)
    for path in (
        "/desk/wiki/figures",
        "/desk/wiki/figures/links?slug=403-on-a-page",
        "/desk/requests/1001/article",
        "/desk/regulations/proof/answer.wiki",
        "/desk/regulations/proof/wiki.helpful",
    ):
        for scheme in ("light", "dark"):
            await martin.emulate_media(color_scheme=scheme)
            await martin.goto(f"{running.url}{path}")
            assert await hindrances(martin) == [], path
            assert await cut_off(martin) == [], path
            wide = await martin.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, path
