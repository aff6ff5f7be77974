"""What has no space in it, pasted anywhere, breaks where it must: no page is wider than a phone."""

from typing import Any

from playwright.async_api import Page
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_portal import Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

LINE = "W" * 3_000
BODY = f"# {LINE}\n\n{LINE}\n\n- {LINE}\n\n| a | {LINE} |\n|--|--|\n| b | c |\n\n`{LINE}`\n"
SEND = """async ([address, fields]) => {
  const body = new URLSearchParams(fields);
  body.set("csrf", document.querySelector("meta[name=csrf]").content);
  return (await fetch(address, { method: "POST", body })).url;
}"""


async def widths(page: Page, *addresses: str) -> list[int]:
    await page.set_viewport_size({"width": 390, "height": 800})
    found: list[int] = []
    for address in addresses:
        await page.goto(address)
        found.append(await page.evaluate("document.scrollingElement.scrollWidth"))
    return found


async def test_a_line_without_a_space_makes_no_page_wider_than_its_screen(
    running: Served, at_desk: Any, visit: Any
) -> None:
    martin, vera = await at_desk("martin", "/desk/wiki"), await visit("vera")
    new = {"title": "W" * 180, "language": "en", "section": "web", "audience": "public"}
    editor = await martin.evaluate(SEND, ["/desk/wiki/new", new])
    await martin.goto(editor)
    since = await martin.input_value("[name=since]")
    text = {"title": "W" * 180, "summary": "S" * 400, "body": BODY, "seen": "0", "when": "now"}
    card = await martin.evaluate(SEND, [f"{editor}/publish", text | {"since": since}])
    assert card != f"{editor}/publish"
    slug = card.rpartition("/")[2]
    await vera.goto(f"{running.url}/requests/new")
    request = await vera.evaluate(SEND, ["/requests", {"topic": "web", "body": LINE}])
    read = [f"{running.url}/wiki/{slug}", f"{running.url}/wiki?q={'W' * 180}", request]
    assert await widths(vera, *read, running.url) == [390] * 4
    assert await widths(martin, card, editor, f"{editor}/revisions") == [390] * 3
