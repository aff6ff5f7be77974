"""What readers miss, as editors read it: a vote "no" with words, a search in vain that goes on in
the chat (clauses wiki.helpful, request.wiki-first).
"""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, expect
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_portal import Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

Visit = Callable[..., Awaitable[Page]]


async def test_the_editor_reads_what_readers_miss(
    running: Served, at_desk: Visit, visit: Any
) -> None:
    vera = await visit("vera")
    await vera.goto(f"{running.url}/wiki/403-on-a-page")
    await vera.locator("#helpful").get_by_role("button", name="No").click()
    await vera.fill("#missing", "How to do it in Plesk")
    await vera.locator("#helpful").get_by_role("button", name="Send").click()
    await expect(vera.locator("#helpful")).to_contain_text("those who write the articles")
    await vera.goto(f"{running.url}/wiki")
    await vera.locator("main [name=q]").fill("zugzwang")
    await vera.keyboard.press("Enter")
    await expect(vera.locator("main")).to_contain_text("No article contains these words.")
    await vera.locator("main").get_by_role("link", name="Write to support").click()
    await expect(vera.locator("textarea[name=body]")).to_have_value(
        "I looked for “zugzwang” in the wiki and did not find what I need.\n"
    )
    martin = await at_desk("martin", "/desk/regulations/proof/wiki.helpful")
    await martin.locator(".proof-tiles").get_by_role("link", name="not helpful").click()
    await expect(martin.locator(".proof-missing")).to_have_text("How to do it in Plesk")
    await martin.goto(f"{running.url}/desk/wiki/unfound")
    await expect(martin.locator("main")).to_contain_text("zugzwang")
