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
    await expect(page.locator("#turn-us")).to_contain_text("the clock keeps running: due")
    await page.keyboard.press("r")
    await page.keyboard.type("I am looking")
    await expect(page.locator("[data-propose]")).to_contain_text("send it as an update")
    await page.keyboard.press("Alt+Enter")
    await expect(last_words(page)).to_have_text("I am looking")
    await expect(page.locator("[data-propose]")).to_have_text("")
    await expect(page.locator("[data-log] .fl-turn")).to_have_count(1)
    vera = await visit("vera")
    await vera.goto(f"{running.url}/requests/1001")
    await expect(vera.locator("[data-log] .fl-turn")).to_contain_text("We are still working on it")
    await expect(vera.locator("#standing")).to_contain_text("Anna is working on it")

    await page.keyboard.type("A rule of yours was wrong; it is gone")
    await page.keyboard.press("Enter")
    await expect(vera.locator("#standing")).to_contain_text("Waiting for your reply")
    await expect(vera.locator("[data-log] .fl-turn")).to_have_count(1)
    await expect(page.locator("#turn-client")).to_have_text("then we wait for the client")
    await expect(page.locator("#turn-us")).to_contain_text("promises the next reply by")


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


async def test_words_in_my_other_requests_are_told_at_once_on_every_page_for_staff(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await opened(running, "The first matter", "The second matter")
    api = await running.api("anna@firstline.example")
    for no in (1001, 1002):
        await api.post("/lines/first/take")
        await api.post(f"/requests/{no}/entries", json={"body": "Which page?"})
    page = await at_desk("anna", "/desk/requests/1001")
    elsewhere = await at_desk("anna", "/desk/regulations")
    await expect(page).to_have_title("#1001 The first matter · Firstline")
    vera = await running.api("vera@acme.example")
    await vera.post("/requests/1002/entries", json={"body": "The front page"})
    row = page.locator(".desk-row.is-fresh")
    await expect(row).to_contain_text("#1002", timeout=3000)
    await expect(page).to_have_title("(1) #1001 The first matter · Firstline")
    for one in (page, elsewhere):
        await expect(one.locator("[data-count]")).to_have_text("1", timeout=3000)
    await elsewhere.click("[data-bell] summary")
    await elsewhere.click("[data-bell-news] a")
    await elsewhere.wait_for_url("**/desk/requests/1002")
    await expect(page.locator(".desk-row.is-fresh")).to_have_count(0, timeout=8000)
    await expect(page.locator("[data-count]")).to_be_hidden()


async def until_heard(page: Page, tone: int) -> None:
    """Wait for a sound; the page's policy evaluates no text, so it is asked again and again."""
    for _ in range(50):
        if tone in await page.evaluate("tones"):
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"{tone} was not heard")


async def test_what_sounds_and_what_is_noticed_is_chosen_kind_by_kind(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await opened(running, "The first matter")
    api = await running.api("anna@firstline.example")
    await api.post("/lines/first/take")
    await api.post("/requests/1001/entries", json={"body": "Which page?"})
    page = await at_desk("anna")
    await page.evaluate(
        "window.tones = []; document.addEventListener('desk:sound', (e) => tones.push(e.detail))"
    )
    vera = await running.api("vera@acme.example")
    await vera.post("/requests/1001/entries", json={"body": "The front page"})
    await expect(page.locator("[data-count]")).to_have_text("1")
    assert await page.evaluate("tones") == [], "silent until it is chosen"
    await page.click("[data-bell] summary")
    await page.check("[data-bell] [name=sound]")
    await page.uncheck("[data-bell] [name=sounds][value=arrival]")
    await page.keyboard.press("Escape")
    await page.evaluate("tones.length = 0")
    await opened(running, "Another matter")
    await expect(page.locator("#queue")).to_contain_text("Another matter")
    await vera.post("/requests/1001/entries", json={"body": "And the second one"})
    await until_heard(page, 587)
    assert 523 not in await page.evaluate("tones")
    ivan = await running.api("ivan@firstline.example")
    asks = {"body": "@anna is it yours?", "audience": "staff"}
    await ivan.post("/requests/1001/entries", json=asks)
    await until_heard(page, 659)
    again = await at_desk("anna", "/desk/settings")
    await again.click("[data-bell] summary")
    await expect(again.locator("[name=sounds][value=arrival]")).not_to_be_checked()
    await expect(again.locator("[name=sounds][value=reply]")).to_be_checked()


async def test_the_first_in_line_is_simply_taken_from_its_page(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await opened(running, "The first matter", "The second matter")
    page = await at_desk("anna", "/desk/requests/1002")
    await expect(page.locator(".desk-actions")).to_contain_text("Take out of turn")
    await page.click(".desk-row >> text=The first matter")
    await page.wait_for_url("**/desk/requests/1001")
    await page.click(".desk-actions >> text=Take it")
    await expect(page.locator(".desk-head")).to_contain_text("you")
    await expect(page.locator("[data-log] .fl-event")).to_contain_text("Anna took the request")
    await page.goto(f"{running.url}/desk/departures")
    await expect(page.locator(".desk-item")).to_have_count(0)


async def held_by_anna(running: Served) -> None:
    await opened(running, "The first matter")
    anna = await running.api("anna@firstline.example")
    await anna.post("/lines/first/take")


async def test_who_is_here_and_who_writes_is_shown_at_once_and_stays(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await held_by_anna(running)
    anna = await at_desk("anna", "/desk/requests/1001")
    await anna.fill("#composer textarea", "Half an answer")
    ivan = await at_desk("ivan", "/desk/requests/1001")
    there = ivan.locator("[data-looking]")
    await expect(there).to_have_text("also here: Anna (writing an answer)", timeout=2500)
    await expect(anna.locator("[data-looking]")).to_have_text("also here: Ivan", timeout=2500)
    vera = await running.api("vera@acme.example")
    await vera.post("/requests/1001/entries", json={"body": "Any news?"})
    await expect(last_words(ivan)).to_have_text("Any news?")
    for _ in range(24):  # the head is shown anew meanwhile
        await expect(there).to_have_text("also here: Anna (writing an answer)", timeout=200)
        await ivan.wait_for_timeout(50)
    await anna.fill("#composer textarea", "")
    await expect(there).to_have_text("also here: Anna", timeout=2500)


async def test_answering_what_a_colleague_holds_asks_to_take_it_over(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await held_by_anna(running)
    ivan = await at_desk("ivan", "/desk/requests/1001")
    field = ivan.locator("#composer textarea")
    await field.fill("It is a rule in .htaccess")
    await field.press("Enter")
    dialog = ivan.locator("#dialog")
    await expect(dialog).to_contain_text("Anna is working on request 1001")
    await ivan.keyboard.press("Escape")
    await expect(field).to_have_value("It is a rule in .htaccess")
    await expect(ivan.locator("[data-log] .fl-words")).to_have_count(1)
    await field.press("Enter")
    await dialog.locator("text=Take over and send").click()
    await expect(last_words(ivan)).to_have_text("It is a rule in .htaccess")
    await expect(ivan.locator("[data-log]")).to_contain_text("Ivan took it over")
    await field.fill("And one thing more")
    await field.press("Enter")
    await expect(last_words(ivan)).to_have_text("And one thing more")
    await expect(dialog).to_have_count(0)
    request = await (await running.api("anna@firstline.example")).get("/requests/1001")
    assert request.json()["holder"] == "Ivan"


async def test_an_answer_of_somebody_else_holds_mine_back_with_both_texts(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await held_by_anna(running)
    anna = await at_desk("anna", "/desk/requests/1001")
    ivan = await running.api("ivan@firstline.example")
    await anna.context.set_offline(True)
    await ivan.post("/requests/1001/entries", json={"body": "It was the cache"})
    await anna.fill("#composer textarea", "It was a rule")
    await anna.keyboard.press("Enter")
    await anna.context.set_offline(False)
    refused = anna.locator(".fl-refused")
    await expect(refused).to_contain_text("Somebody has answered in the meantime", timeout=20_000)
    await expect(refused.locator("blockquote")).to_contain_text("It was the cache")
    await expect(refused).to_contain_text("It was a rule")
    await refused.locator("button", has_text="Send again").click()
    await expect(last_words(anna)).to_have_text("It was a rule")
    at_desk.complaints.clear()  # type: ignore[attr-defined] — of the cut network and the refusal


async def test_slash_searches_beside_the_words_and_never_sends_the_search(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    await held_by_anna(running)
    page = await at_desk("anna", "/desk/requests/1001")
    field = page.locator("#composer textarea")
    await page.keyboard.press("r")
    await page.keyboard.type("See /forbid")
    await expect(field).to_have_value("See ")
    article = page.locator("#suggestions li", has_text="403 Forbidden")
    await expect(article).to_have_count(1)
    await expect(page.locator("[data-suggest-preview]")).to_contain_text("rights")
    await page.locator("#suggest-search").fill("qqqq")
    await expect(page.locator("[data-suggest-none]")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("See ")
    await expect(page.locator("[data-log] .fl-words")).to_have_count(1)
    await page.locator("#suggest-search").fill("rivate windo")
    await expect(page.locator("#suggestions li").first).to_contain_text("/cache")
    await expect(page.locator("[data-suggest-preview]")).to_contain_text("Ctrl+F5")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-suggest]")).to_be_hidden()
    await expect(field).to_be_focused()
    assert "private window" in await field.input_value()
    await field.fill("")
    await page.keyboard.type("Look in /tmp")
    await page.keyboard.press("Escape")
    await page.keyboard.type(" please")
    await expect(field).to_have_value("Look in /tmp please")


async def test_the_middle_pane_and_the_focus_keep_true(running: Served, at_desk: Visit) -> None:
    await opened(running, "The first matter")
    page = await at_desk("anna")
    await expect(page.locator("#between")).to_contain_text("1 request is waiting")
    await opened(running, "The second matter")
    await expect(page.locator("#between")).to_contain_text("2 requests are waiting", timeout=4000)
    await page.keyboard.press("t")
    await page.wait_for_url("**/desk/requests/1001")
    await page.keyboard.press("l")
    await expect(page.locator("#dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#composer textarea")).to_be_focused()
    link = page.locator(".fl-nav a").first
    await link.focus()
    await page.keyboard.press("l")
    await expect(page.locator("#dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(link).to_be_focused()


async def test_who_keeps_the_desk_is_not_sent_to_the_keeper(
    running: Served, at_desk: Visit
) -> None:  # fmt: skip
    page = await at_desk("martin")
    await expect(page.locator("#between")).to_contain_text("put yourself on a line")
    await page.click("#between >> text=Settings")
    await expect(page.locator("h1")).to_contain_text("Martin")
