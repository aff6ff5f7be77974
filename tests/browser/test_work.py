"""Operators at work in browsers: whose turn it is, who is first, colleagues, what is new."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, expect
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_desk import last_words, opened
from tests.browser.test_portal import Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

Visit = Callable[..., Awaitable[Page]]


async def test_a_word_in_between_leaves_the_turn_with_us_and_the_client_reads_so(
    running: Served, at_desk: Visit, visit: Any
) -> None:  # fmt: skip
    await opened(running, "My site answers 403")
    page = await at_desk("anna")
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    await expect(page.locator("#turn-client")).to_have_text(
        "keeps the promise, then we wait for the client"
    )
    await expect(page.locator("#turn-us")).to_contain_text("the clock runs on: due")
    await page.keyboard.press("r")
    await page.keyboard.type("I am looking")
    await expect(page.locator("[data-propose]")).to_contain_text("Still with us")
    await page.keyboard.press("Alt+Enter")
    await expect(last_words(page)).to_have_text("I am looking")
    await expect(page.locator("[data-propose]")).to_have_text("")
    await expect(page.locator("[data-log] .fl-turn")).to_have_count(1)
    vera = await visit("vera")
    await vera.goto(f"{running.url}/requests/1001")
    await expect(vera.locator("[data-log] .fl-turn")).to_contain_text("We go on with it")
    await expect(vera.locator("#standing")).to_contain_text("Anna has it")

    await page.keyboard.type("A rule of yours was wrong; it is gone")
    await page.keyboard.press("Enter")
    await expect(vera.locator("#standing")).to_contain_text("Answered")
    await expect(vera.locator("[data-log] .fl-turn")).to_have_count(1)
    await expect(page.locator("#turn-client")).to_have_text("then we wait for the client")
    await expect(page.locator("#turn-us")).to_contain_text("promises the next word by")


async def test_what_sounds_like_looking_only_proposes(running: Served, at_desk: Visit) -> None:
    await opened(running, "My site answers 403")
    page = await at_desk("anna")
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    field = page.locator("#composer textarea")
    for words, proposed in (
        ("дивлюся", True),
        ("Смотрю, минутку", True),
        ("We're checking it", True),
        ("Зараз перевірю", True),
        ("Which page are you looking at?", False),
        ("It works: the checking script was wrong", False),
        ("Перевірте, будь ласка, ще раз", False),
    ):
        await field.fill(words)
        await expect(page.locator(".desk-composer.is-looking")).to_have_count(int(proposed))
    await field.fill("I am looking")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-log] .fl-words").last).to_have_text("I am looking")
    await expect(page.locator("[data-log] .fl-turn")).to_have_count(0)
