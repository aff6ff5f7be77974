"""Management writes the regulations in a real browser: checked, kept, tried, published."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.looking import AXE, hindrances
from tests.browser.test_desk import Visit
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_portal import PHONE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running

from firstline.policy import default_text
from firstline.regulations.versions import publish

AT = "/desk/regulations"
PLACE = """t => [t.value.slice(0, t.selectionStart).split('\\n').length, t.selectionStart]"""


async def editing(running: Served, at_desk: Visit, **options: Any) -> Page:
    page = await at_desk("martin", **options)
    await page.goto(f"{running.url}{AT}/edit")
    await expect(page.locator("[data-editor][data-ready]")).to_have_count(1)
    return page


async def put_after(page: Page, word: str, text: str) -> None:
    """Type behind the first place of a word in the file."""
    await page.locator("#file").evaluate(
        "(t, w) => { const at = t.value.indexOf(w) + w.length; t.focus();"
        " t.setSelectionRange(at, at); }",
        word,
    )
    await page.keyboard.type(text)


async def test_what_is_typed_is_checked_and_kept(running: Served, at_desk: Visit) -> None:
    page = await editing(running, at_desk)
    await put_after(page, "timezone: Europe/Ky", "x")
    finding = page.locator(".reg-findings li.is-error")
    await expect(finding).to_have_count(1)
    await expect(page.locator(".reg-gutter .is-error")).to_have_text("14")
    await page.locator("#file").evaluate("t => t.setSelectionRange(0, 0)")
    await finding.locator("button").click()
    assert (await page.locator("#file").evaluate(PLACE))[0] == 14

    await page.keyboard.press("Escape")
    await put_after(page, "timezone: Europe/Kyx", "")
    await page.keyboard.press("Backspace")
    await expect(page.locator(".reg-gutter .is-error")).to_have_count(0)
    await expect(page.locator("[data-kept]")).to_have_text("Saved on the server.")
    await put_after(page, "first: 1h, next: 1", "2")
    await page.reload()
    await expect(page.locator("[data-ready]")).to_have_count(1)
    assert "first: 1h, next: 12h" in await page.input_value("#file"), "a reload loses nothing"

    # Leaving before it is kept, to begin from a version, does not bring it back.
    await put_after(page, "first: 1h, next: 12h", "3")
    await page.goto(f"{running.url}{AT}/versions/1")
    await page.click("text=Start from this one")
    await expect(page.locator("[data-ready]")).to_have_count(1)
    assert "first: 1h, next: 1h," in await page.input_value("#file")


async def test_a_file_is_looked_at_tried_and_published(running: Served, at_desk: Visit) -> None:
    vera = await running.api("vera@acme.example")
    made = await vera.post("/requests", json={"topic": "web", "body": "Words"})
    assert made.status_code == 201
    page = await editing(running, at_desk)
    await put_after(page, "first: 1h, next: 1", "2")
    await page.click("#tab-difference")
    await expect(page.locator("#panel ins").first).to_contain_text("12 hours")
    await page.click("#tab-preview")
    await page.click("[data-preview=uk]")
    await expect(page.locator("#panel article")).to_have_attribute("lang", "uk")
    await page.click("#tab-trial")
    await expect(page.locator("#panel .reg-verdict")).to_contain_text("0 of 1 promised answer")

    await page.fill("#note", "Nights are long")
    await page.click("text=Check again")
    await expect(page.locator(".reg-trial .reg-verdict")).to_contain_text("would have been late")
    await page.click("button:has-text('Publish')")
    await page.wait_for_url(f"{running.url}{AT}")
    await expect(page.locator("#version-2")).to_contain_text("in force")
    await expect(page.locator("#version-2")).to_contain_text("Nights are long")
    assert (await vera.get("/policy")).json()["version"] == 2


async def test_tab_indents_and_escape_gives_it_back(running: Served, at_desk: Visit) -> None:
    page = await editing(running, at_desk)
    field = page.locator("#file")
    await field.fill("a:\nb: 1\nc: 2")
    await field.evaluate("t => t.setSelectionRange(3, t.value.length)")
    await page.keyboard.press("Tab")
    assert await field.input_value() == "a:\n  b: 1\n  c: 2"
    await page.keyboard.press("Shift+Tab")
    assert await field.input_value() == "a:\nb: 1\nc: 2"
    await page.keyboard.press("Control+z")
    assert await field.input_value() == "a:\n  b: 1\n  c: 2", "the browser can undo it"
    await page.keyboard.press("Control+End")
    await page.keyboard.press("Enter")
    await page.keyboard.type("d: 3")
    assert (await field.input_value()).endswith("\n  c: 2\n  d: 3")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await expect(field).not_to_be_focused()
    await expect(page.locator("#tab-check")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#tab-preview")).to_have_attribute("aria-selected", "true")


async def test_who_writes_is_told_when_somebody_else_has_published(
    running: Served, at_desk: Visit
) -> None:
    page = await editing(running, at_desk)
    await put_after(page, "format: 1", " # mine")
    await expect(page.locator("[data-kept]")).to_have_text("Saved on the server.")
    await running.desk.db.run(
        publish, None, default_text(), note="From the console", now=running.desk.clock()
    )
    await put_after(page, "# mine", " too")
    told = page.locator("[data-meanwhile]")
    await expect(told).to_contain_text("Version 2 was published in the meantime")
    await expect(told).to_contain_text("From the console")
    await page.click("text=Check again")
    await expect(page.locator(".reg-told.is-refused")).to_contain_text("in the meantime")
    assert "# mine too" in await page.input_value("#file")
    said: list[str] = at_desk.complaints  # type: ignore[attr-defined]
    assert [complaint for complaint in said if "409" not in complaint] == []
    said.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_have_no_hindrances_and_fit_a_phone(
    running: Served, at_desk: Visit, scheme: str
) -> None:
    later = {"note": "Later", "now": running.desk.clock()}
    await running.desk.db.run(publish, None, default_text() + "\n# second\n", **later)
    page = await at_desk("martin", viewport=PHONE, color_scheme=scheme)
    for path in ("", "/edit", "/versions/2", "/versions/1/again"):
        await page.goto(f"{running.url}{AT}{path}")
        if path.endswith("again"):
            await expect(page.locator(".reg-verdict")).to_be_visible()
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        assert await hindrances(page) == [], path
    assert AXE.is_file()
