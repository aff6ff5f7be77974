"""What support does not do: refused by one choice, disputed, counted, in two browsers."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, expect
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_desk import opened
from tests.browser.test_portal import Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

Visit = Callable[..., Awaitable[Page]]


async def test_installing_wordpress_is_refused_by_one_choice_disputed_and_counted(
    running: Served, at_desk: Visit, visit: Any
) -> None:  # fmt: skip
    await opened(running, "Please install WordPress for me")
    page = await at_desk("anna")
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    await page.keyboard.press("x")
    field = page.locator("dialog #text")
    await expect(page.locator("dialog [name=code]:checked")).to_have_value("not.scripts")
    assert "Support does not install scripts" in await field.input_value()
    await page.locator("dialog [value='not.code']").check()
    assert "code of sites" in await field.input_value()
    await field.fill("In my own words")
    await page.locator("dialog [value='not.scripts']").check()
    assert await field.input_value() == "In my own words"
    await page.locator("[data-refusal-renew]").click()
    assert "Support does not install scripts" in await field.input_value()
    await page.locator("dialog button[value='']").click()
    await expect(page.locator("#work")).to_contain_text("is refused and closed")
    vera = await visit("vera")
    await vera.goto(f"{running.url}/requests/1001")
    await expect(vera.locator("[data-log]")).to_contain_text("Support does not install scripts")
    await vera.locator("textarea[name=body]").fill("But I cannot do it myself")
    await vera.keyboard.press("Enter")
    await expect(vera.locator("[data-log]")).to_contain_text("But I cannot do it myself")
    await page.goto(f"{running.url}/desk/requests/1001")
    await expect(page.locator(".desk-head")).to_contain_text("Refusal disputed")
    await page.goto(f"{running.url}/desk/regulations/proof/not.scripts")
    await expect(page.locator(".proof-tiles")).to_contain_text("disputed by the client")
    await page.get_by_role("link", name="disputed by the client").click()
    await expect(page.locator("main")).to_contain_text("1001")
