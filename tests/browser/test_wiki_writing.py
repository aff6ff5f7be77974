"""An editor writes the wiki in a real browser: seen as it is typed, kept, published."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.looking import cut_off, hindrances
from tests.browser.test_desk import Visit
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_portal import PHONE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.wiki.test_hostile import picture

INVOICES = "/desk/wiki/articles/invoices"
PICTURE = {"name": "menu.png", "mimeType": "image/png", "buffer": picture()}
NO_PICTURE = {"name": "menu.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"}


async def editing(page: Page, url: str) -> Page:
    await page.goto(url)
    await expect(page.locator("[data-editor][data-ready]")).to_have_count(1)
    return page


def forgive(at_desk: Visit, status: str) -> None:
    """A browser writes into its console that an answer was a refusal, which was wanted."""
    complaints: list[str] = at_desk.complaints  # type: ignore[attr-defined]
    complaints[:] = [one for one in complaints if f"status of {status}" not in one]


async def test_what_is_typed_is_seen_kept_and_published(running: Served, at_desk: Visit) -> None:
    page = await editing(await at_desk("martin"), f"{running.url}{INVOICES}/uk")
    await page.focus("#body")
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\n## A new part\n\n<script>alert(1)</script> **bold**")
    await expect(page.locator("#preview h2", has_text="A new part")).to_have_count(1)
    await expect(page.locator("#preview strong", has_text="bold")).to_have_count(1)
    await expect(page.locator("#preview script")).to_have_count(0)
    await page.set_input_files("[data-picture]", PICTURE)
    await expect(page.locator("#preview img")).to_have_count(1)
    await page.set_input_files("[data-picture]", NO_PICTURE)
    await expect(page.locator(".fl-alert")).to_contain_text("This is no picture")
    forgive(at_desk, "422")
    await expect(page.locator("[data-kept]")).to_have_text("Saved on the server.")
    await page.reload()
    await expect(page.locator("[data-ready]")).to_have_count(1)
    assert "A new part" in await page.input_value("#body"), "a reload loses nothing"
    await page.click("button:has-text('Publish')")
    await page.wait_for_url(f"{running.url}{INVOICES}")
    await page.goto(f"{running.url}/wiki/invoices?lang=uk")
    assert await page.locator(".fl-article img").evaluate("image => image.naturalWidth") == 40


async def test_an_editor_is_told_of_what_another_published_meanwhile(
    running: Served, at_desk: Visit
) -> None:
    page = await editing(await at_desk("martin"), f"{running.url}{INVOICES}/en")
    api = await running.api("martin@firstline.example")
    theirs = {"title": "Invoices", "body": "Their words", "revision": 1}
    assert (await api.put("/articles/invoices/en", json=theirs)).status_code == 200
    await page.fill("#body", "My words")
    await expect(page.locator("[data-meanwhile] del").first).to_be_visible()
    await page.click("button:has-text('Publish')")
    await expect(page.locator("[role=alert].wiki-note")).to_contain_text("meanwhile")
    assert await page.input_value("#body") == "My words"
    forgive(at_desk, "409")
    await page.click("button:has-text('Publish')")
    await page.wait_for_url(f"{running.url}{INVOICES}")
    assert (await api.get("/articles/invoices?language=en")).json()["body"] == "My words\n"


async def test_two_windows_keep_their_words_apart(running: Served, at_desk: Visit) -> None:
    first = await editing(await at_desk("martin"), f"{running.url}{INVOICES}/uk")
    second = await editing(await first.context.new_page(), f"{running.url}{INVOICES}/uk")
    await first.fill("#body", "The first words")
    await expect(first.locator("[data-kept]")).to_have_text("Saved on the server.")
    await second.fill("#body", "The second words")
    await expect(second.locator("[data-another]")).to_be_visible()
    await first.fill("#body", "The first words, longer")
    await expect(first.locator("[data-kept]")).to_have_text("Saved on the server.")
    await second.reload()
    await expect(second.locator("[data-ready]")).to_have_count(1)
    assert await second.input_value("#body") == "The second words"
    await second.close()
    await first.reload()
    await expect(first.locator("[data-strays] .wiki-note")).to_have_count(1)
    assert await first.input_value("#body") == "The first words, longer"
    await first.click("[data-take]")
    await expect(first.locator("[data-kept]")).to_have_text("Saved on the server.")
    await first.reload()
    assert await first.input_value("#body") == "The second words"
    await expect(first.locator("[data-strays] .wiki-note")).to_have_count(0)
    await first.goto(f"{running.url}{INVOICES}")
    await first.click("button:has-text('Bring the draft back')")
    await expect(first.locator("#body")).to_have_value("The first words, longer")
    forgive(at_desk, "409")


async def test_an_editor_publishes_anothers_draft_with_one_click(
    running: Served, at_desk: Visit
) -> None:
    anna = await editing(await at_desk("anna"), f"{running.url}{INVOICES}/ru")
    await anna.fill("#body", "Words of Anna")
    await expect(anna.locator("[data-kept]")).to_have_text("Saved on the server.")
    page = await at_desk("martin", INVOICES)
    await page.click("text=Look at it")
    await expect(page.locator("[data-ready]")).to_have_count(1)
    await page.click("button:has-text('Publish')")
    await page.wait_for_url(f"{running.url}{INVOICES}")
    await expect(page.locator(".wiki-draft")).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    ["/desk/wiki", "/desk/wiki/new", INVOICES, f"{INVOICES}/uk", f"{INVOICES}/en/revisions/1"],
)
async def test_nothing_stands_in_the_way_on_a_phone(
    running: Served, at_desk: Visit, path: str
) -> None:
    page = await at_desk("martin", viewport=PHONE)
    await page.goto(f"{running.url}{path}")
    assert await hindrances(page) == []
    assert await cut_off(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
