"""A client writes with the coach beside; an operator sees what it has read, asks and corrects."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.looking import hindrances
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_portal import PHONE, WIDE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

from firstline.coaching import read_facts
from firstline.timeline import index_unread

BAD = "My site shows the error 403 Forbidden"
GOOD = f"{BAD} at https://www.acme.example/cart"


async def writing(running: Served, visit: Any, words: str) -> Page:
    page = await visit("vera")
    await page.goto(f"{running.url}/requests/new")
    await page.locator("#body").press_sequentially(words, delay=5)
    return page


async def place_of_send(page: Page) -> float:
    box = await page.locator(".fl-new-end .btn-primary").bounding_box()
    assert box is not None
    return box["y"]


async def catch_up(running: Served) -> None:
    """What the worker does, which does not run here."""
    while await index_unread(running.desk.db):
        pass
    while await read_facts(running.desk.db, running.desk.policies):
        pass


async def test_the_line_asks_for_what_is_missing_and_nothing_moves(
    running: Served, visit: Any
) -> None:
    page = await visit("vera")
    line, chips = page.locator("[data-coach-line]"), page.locator("[data-coach-chips]")
    for size in (WIDE, PHONE):
        await page.set_viewport_size(size)
        await page.goto(f"{running.url}/requests/new")
        before = await place_of_send(page)
        await page.fill("#body", BAD)
        await expect(line).to_contain_text("Which page of acme.example?")
        await expect(chips).to_contain_text("403 Forbidden")
        await expect(page.locator("#topic")).to_have_value("web")
        assert await place_of_send(page) == before
        await page.fill("#body", GOOD)
        await expect(line).to_contain_text("Since when has it been so?")
        await expect(chips).to_contain_text("https://www.acme.example/cart")
        assert await place_of_send(page) == before
        assert await hindrances(page) == []
        await page.click("[data-throw-away]")


async def test_a_line_is_closed_by_keyboard_and_does_not_come_back(
    running: Served, visit: Any
) -> None:
    page = await writing(running, visit, GOOD)
    line = page.locator("[data-coach-line]")
    await expect(line).to_contain_text("Since when has it been so?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator("[data-coach-close]")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#body")).to_be_focused()
    await expect(line).not_to_contain_text("Since when")
    await page.keyboard.type(" and I am in a hurry")
    await page.wait_for_timeout(1200)
    await expect(line).not_to_contain_text("Since when")
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    await page.reload()
    await page.wait_for_timeout(1200)
    await expect(line).not_to_contain_text("Since when")


async def test_a_topic_that_was_chosen_stays(running: Served, visit: Any) -> None:
    page = await visit("vera")
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "billing")
    await page.fill("#body", BAD)
    await expect(page.locator("[data-coach-chips]")).to_contain_text("403 Forbidden")
    await expect(page.locator("#topic")).to_have_value("billing")


async def test_hints_are_turned_off_for_good(running: Served, visit: Any) -> None:
    page = await writing(running, visit, BAD)
    await expect(page.locator("[data-coach-line]")).to_contain_text("Which page")
    await page.click("[data-coach-off]")
    await expect(page.locator("[data-coach]")).to_be_hidden()
    await page.wait_for_timeout(300)
    await page.goto(f"{running.url}/requests/new")
    await expect(page.locator("[data-coach]")).to_be_hidden()
    await page.goto(f"{running.url}/account")
    await page.check("input[name=coach]")
    await page.click("#coach button")
    await expect(page.locator("#coach")).to_contain_text("Saved.")
    await page.goto(f"{running.url}/requests/new")
    await expect(page.locator("[data-coach]")).to_be_visible()


async def test_the_same_asked_again_is_added_to_what_is_open(running: Served, visit: Any) -> None:
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": GOOD})
    page = await writing(running, visit, GOOD)
    await expect(page.locator("[data-coach-line]")).to_contain_text("request 1001")
    await page.click("[data-add-to]")
    await page.wait_for_url("**/requests/1001")
    await expect(page.locator("[data-log] .fl-words")).to_have_count(2)
    await page.goto(f"{running.url}/requests/new")
    assert await page.input_value("#body") == ""


async def test_the_operator_reads_what_is_known_asks_and_corrects(
    running: Served, visit: Any, at_desk: Any
) -> None:
    page = await writing(running, visit, GOOD)
    await expect(page.locator("#topic")).to_have_value("web")
    await page.click(".fl-new-end .btn-primary")
    await page.wait_for_url("**/requests/1001")
    await catch_up(running)
    anna, ivan = await at_desk("anna"), await at_desk("ivan", "/desk/requests/1001")
    await anna.keyboard.press("t")
    await anna.wait_for_url("**/desk/requests/1001")
    fields = anna.locator(".desk-fields")
    await expect(fields).to_contain_text("https://www.acme.example/cart")
    await expect(fields).to_contain_text("since: not said")
    assert await hindrances(anna) == []
    await anna.click("[data-ask]")
    await expect(anna.locator("#composer-words")).to_have_value(
        "Since when has it been so? For example: since yesterday evening, about 19:00"
    )
    await anna.click(".desk-fields .fl-icon-button")
    await anna.fill("#field-page", "https://www.acme.example/basket")
    await anna.click("#dialog button[type=submit]")
    await expect(fields).to_contain_text("https://www.acme.example/basket")
    await expect(ivan.locator(".desk-fields")).to_contain_text("/basket")
    await expect(anna.locator("[data-log]")).to_contain_text("corrected the field: page")


@pytest.mark.parametrize("lang", ["uk", "ru"])
async def test_the_line_speaks_the_language_of_the_page(
    running: Served, visit: Any, lang: str
) -> None:
    page = await visit("vera")
    await page.goto(f"{running.url}/requests/new?lang={lang}")
    await page.fill("#body", "Сайт показывает ошибку 403 Forbidden")
    said = {"uk": "Яка саме сторінка acme.example?", "ru": "Какая именно страница acme.example?"}
    await expect(page.locator("[data-coach-line]")).to_contain_text(said[lang])


HIDDEN = """() => [...document.querySelectorAll("[data-coach-line], [data-coach-chips]")]
  .filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
  .map((one) => `${one.scrollHeight} of ${one.clientHeight}: ${one.textContent.trim()}`)"""


async def test_each_kind_of_hint_is_seen_whole_in_each_language(
    running: Served, visit: Any
) -> None:
    page = await visit("vera")
    asked = "Since yesterday the shop https://www.acme.example/catalogue/ answers 403 Forbidden"
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    await page.fill("#body", f"{asked} to every visitor and to me as well, in all browsers")
    await page.click(".fl-new-end .btn-primary")
    await page.wait_for_url("**/requests/1001")
    kinds = {
        f"{asked} to every visitor and to me, in all browsers": "duplicate/",
        "Install WordPress for me, please, on www.acme.example": "scope/not.scripts",
        "Please increase memory_limit for www.acme.example to 512M": "scope/not.custom",
        BOTH: "matters",
        "FTP shop_user at www.acme.example: 530 Login incorrect after the update": "missing/",
        f"{GOOD} since 10:30 yesterday": "article/",
    }
    cut: list[str] = []
    for lang in ("en", "uk", "ru"):
        await page.goto(f"{running.url}/requests/new?lang={lang}")
        for words, kind in kinds.items():
            await page.fill("#body", words)
            await expect(page.locator(f"[data-line^='{kind}']")).to_be_visible()
            for size in (WIDE, PHONE):
                await page.set_viewport_size(size)
                cut += [f"{lang} {size['width']} {one}" for one in await page.evaluate(HIDDEN)]
        await page.click("[data-throw-away]")
    assert cut == []


async def test_without_scripts_nothing_of_it_is_seen_and_a_thread_shows_it_whole(
    running: Served, visit: Any
) -> None:
    plain = await visit("vera", java_script_enabled=False)
    await plain.goto(f"{running.url}/requests/new")
    await expect(plain.locator("#body")).to_be_visible()
    await expect(plain.locator("[data-coach]")).to_be_hidden()
    await plain.select_option("#topic", "web")
    await plain.fill("#body", "My site is slow")
    await plain.click(".fl-new-end .btn-primary")
    await expect(plain.locator("#words-1001")).to_be_visible()
    await expect(plain.locator("[data-coach]")).to_be_hidden()
    page = await visit("vera", viewport=PHONE)
    for lang in ("en", "uk", "ru"):
        await page.goto(f"{running.url}/requests/1001?lang={lang}")
        await page.fill(
            "#words-1001", "It is so since 10:30 on https://www.acme.example/catalogue/"
        )
        await expect(page.locator("[data-line^='missing/']")).to_be_visible()
        assert await page.evaluate(HIDDEN) == []


BOTH = f"{GOOD}. Also I cannot log in to info@acme.example"


async def test_two_matters_that_were_taken_apart_become_one_again(
    running: Served, visit: Any
) -> None:
    page = await writing(running, visit, BOTH)
    line = page.locator("[data-coach-line]")
    await expect(line).to_contain_text("These look like 2 matters")
    await page.get_by_role("button", name="Send as 2 requests").click()
    await expect(page.locator(".fl-piece")).to_have_count(2)
    await expect(page.locator("#topic-2")).to_have_value("mail")
    assert await hindrances(page) == []
    await page.set_viewport_size(PHONE)
    await page.fill("#body-2", "I cannot log in to info@acme.example, as I said")
    await page.get_by_role("button", name="Back to one request").click()
    await expect(page.locator("#body")).to_have_value(
        f"{GOOD}.\n\nI cannot log in to info@acme.example, as I said"
    )
    await page.wait_for_timeout(1200)
    await expect(line).not_to_contain_text("These look like")


async def test_two_matters_are_sent_apart_and_each_thread_asks_for_what_it_lacks(
    running: Served, visit: Any
) -> None:
    page = await writing(running, visit, BOTH)
    line = page.locator("[data-coach-line]")
    await page.get_by_role("button", name="Send as 2 requests").click()
    await page.get_by_role("button", name="Send 2 requests").click()
    await page.wait_for_url("**/requests/1001")
    await page.get_by_role("link", name="#1002").click()
    await page.wait_for_url("**/requests/1002")
    box = page.locator("#words-1002")
    send = page.locator(".fl-composer button.btn-primary")
    before = await send.bounding_box()
    await box.fill("Please hurry")
    await expect(line).to_contain_text("For example")
    assert await send.bounding_box() == before
    assert await hindrances(page) == []
    asked = await line.inner_text()
    await box.press("Enter")
    await expect(line).not_to_have_text(asked)
    await box.fill("Is anybody there")
    await page.wait_for_timeout(1200)
    assert await line.inner_text() != asked, "what was asked once is not asked again"
    await page.goto(f"{running.url}/requests/new")
    assert await page.input_value("#body") == ""
