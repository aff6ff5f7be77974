"""What clients type in a real browser is sent once and never lost: without a secure context or a
socket, by an input method, with Esc, in two windows, when the session ends.
"""

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
# A proxy that lets no socket through: it never opens, and never says so.
NO_SOCKET = """
window.WebSocket = class {
  static OPEN = 1; static CONNECTING = 0; readyState = 0;
  send() {} close() {} addEventListener() {}
};
"""


async def end_sessions(running: Served) -> None:
    """Whoever is signed in is so no longer."""
    async with running.desk.db.connection() as conn:
        await conn.execute("delete from sessions")


async def sign_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/sign-in")
    await page.fill("input[name=email]", "vera@acme.example")
    await page.fill("input[name=password]", "firstline")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{url}/")


async def bodies(running: Served, no: int = 1001) -> list[str]:
    """What was said in the request, in order."""
    vera = await running.api("vera@acme.example")
    return [e["body"] for e in (await vera.get(f"/requests/{no}/entries")).json()["entries"]]


async def test_by_plain_http_from_a_host_with_a_name_everything_can_be_sent(
    running: Served, visit: Visit
) -> None:
    url = running.url.replace("127.0.0.1", "desk.test")
    page = await visit(None)
    await sign_in(page, url)
    assert not await page.evaluate("isSecureContext")
    await page.goto(f"{url}/requests/new")
    await page.select_option("#topic", "web")
    await page.fill("#body", "It is down")
    await page.click("button:has-text('Send')")
    await page.wait_for_url("**/requests/1001")
    await page.fill(BOX, "Since noon")
    await page.keyboard.press("Enter")
    await expect(page.locator(".fl-pending")).to_have_count(0)
    assert await bodies(running) == ["It is down", "Since noon"]
    visit.complaints.clear()  # headers that mean nothing there


async def test_a_socket_that_never_opens_is_no_hindrance(running: Served, visit: Visit) -> None:
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "Down"})
    page = await visit()
    await page.add_init_script(NO_SOCKET)
    await page.goto(f"{running.url}/requests/1001")
    await page.fill(BOX, "By the other way")
    await page.keyboard.press("Enter")
    await expect(page.locator(".fl-pending")).to_have_count(0)
    anna = await running.api("anna@firstline.example")
    await anna.post("/lines/first/take")
    await anna.post("/requests/1001/entries", json={"body": "Which page?"})
    last = page.locator("[data-log] .fl-words").last
    await expect(last).to_have_text("Which page?", timeout=15_000)


async def test_an_enter_that_ends_a_composition_sends_nothing(
    running: Served, visit: Visit
) -> None:
    page = await begun(running, visit)
    await page.fill(BOX, "にほんご")
    await page.evaluate(
        f"document.querySelector('{BOX}').dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', keyCode: 229, which: 229, bubbles: true, cancelable: true}))"
    )
    assert await page.input_value(BOX) == "にほんご"
    await page.press(BOX, "Enter")
    await expect(page.locator(".fl-pending")).to_have_count(0)
    assert await bodies(running) == ["Down", "にほんご"]


async def test_a_session_that_ends_while_a_request_is_written_loses_nothing(
    running: Served, visit: Visit
) -> None:
    page = await visit()
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    await end_sessions(running)
    await page.fill("#body", "Written when nobody was signed in")
    await page.click("button:has-text('Send')")
    await expect(page.locator(".fl-alert a")).to_have_text("Sign in")
    await page.reload()  # to the sign-in form
    await sign_in(page, running.url)
    await page.goto(f"{running.url}/requests/new")
    assert await page.input_value("#body") == "Written when nobody was signed in"
    await end_sessions(running)
    await page.click("button:has-text('Send')")
    await expect(page.locator(".fl-alert a")).to_have_text("Sign in")
    await sign_in(await page.context.new_page(), running.url)
    await page.wait_for_url("**/requests/1001", timeout=15_000)
    assert await bodies(running) == ["Written when nobody was signed in"]
    visit.complaints.clear()  # of calls that were refused on purpose


async def test_a_refusal_stands_in_the_form_with_all_that_was_typed(
    running: Served, visit: Visit
) -> None:
    page = await visit()
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    await page.fill("#body", "y" * 20_001)
    await page.click("button:has-text('Send')")
    await expect(page.locator("#refusal")).to_be_visible()
    assert len(await page.input_value("#body")) == 20_001
    await page.fill("#body", "Short")
    await page.set_input_files("input[type=file]", {
        "name": "log.txt", "mimeType": "text/plain", "buffer": b"line",
    })  # fmt: skip
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    await page.reload()
    await expect(page.locator("[data-files] li")).to_contain_text("log.txt")
    await page.route("**/drafts", lambda route: None)  # the desk does not know yet
    await page.click("text=Discard the draft")
    await page.reload()
    assert await page.input_value("#body") == ""
    await expect(page.locator("[data-files] li")).to_have_count(0)
    await page.unroute("**/drafts")
    await page.fill("#body", "Another")
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    visit.complaints.clear()  # of the call that was refused on purpose


async def test_esc_keeps_the_words_that_were_being_mended(running: Served, visit: Visit) -> None:
    page = await begun(running, visit)
    await page.click(".fl-entry-more")
    await page.fill("form.fl-edit textarea", "Down since noon")
    await page.keyboard.press("Escape")
    await page.click(".fl-entry-more")
    assert await page.input_value("form.fl-edit textarea") == "Down since noon"


async def test_one_draft_in_two_windows_is_sent_once(running: Served, visit: Visit) -> None:
    page = await visit()
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    await page.fill("#body", "Only once")
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    other = await page.context.new_page()
    await other.goto(f"{running.url}/requests/new")
    assert await other.input_value("#body") == "Only once"
    for window in (page, other):
        await window.click("button:has-text('Send')")
        await window.wait_for_url("**/requests/1001")
    await page.fill(BOX, "Also once")
    await other.reload()
    assert await other.input_value(BOX) == "Also once"
    await page.press(BOX, "Enter")
    await expect(other.locator("[data-log] .fl-words").last).to_have_text("Also once")
    await expect(other.locator(BOX)).to_have_value("")
    assert await bodies(running) == ["Only once", "Also once"]


async def test_words_of_one_person_are_not_sent_as_those_of_the_next(
    running: Served, visit: Visit
) -> None:
    page = await begun(running, visit)
    await page.fill(BOX, "Half a")
    await end_sessions(running)
    other = await page.context.new_page()
    await other.goto(f"{running.url}/sign-in")
    await other.fill("input[name=email]", "pavel@borealis.example")
    await other.fill("input[name=password]", "firstline")
    await other.keyboard.press("Enter")
    await other.wait_for_url(f"{running.url}/")
    vera = await page.get_attribute("meta[name=person]", "content")
    closed = await other.evaluate(
        "(person) => new Promise((done) => { const socket = new WebSocket("
        "`ws://${location.host}/live?as=html&person=${person}`);"
        " socket.onclose = () => done('closed'); socket.onopen = () => done('open'); })",
        vera,
    )
    assert closed == "closed", "a page of one person has no socket in the session of the next"
    refused = await page.evaluate(
        "(async () => { const { post } = await import(document.querySelector("
        "'script[src*=\"base.js\"]').src); return (await post('/requests/1001/entries',"
        " JSON.stringify({body: 'x'}), {'Content-Type': 'application/json'})).status; })()"
    )
    assert refused == 401
    await other.goto(f"{running.url}/requests/new")
    assert await other.input_value("#body") == ""
    assert await bodies(running) == ["Down"]
    await page.close()  # it goes on to ask
    visit.complaints.clear()  # of calls that were refused on purpose


async def test_news_comes_in_the_language_of_the_page_which_the_menu_makes_the_accounts(
    running: Served, visit: Visit
) -> None:
    await begun(running, visit)
    page = await visit()
    await page.goto(f"{running.url}/requests/1001?lang=uk")
    await expect(page.locator("html[data-live]")).to_have_count(1)
    anna = await running.api("anna@firstline.example")
    await anna.post("/lines/first/take")
    await expect(page.locator("[data-log] .fl-event").last).to_contain_text("Anna: взято в роботу")
    await page.click(".fl-tongue summary")
    await page.click(".fl-tongue form button")
    await page.wait_for_url("**/account")
    vera = await running.api("vera@acme.example")
    assert (await vera.get("/me")).json()["language"] == "uk"


async def test_on_a_phone_the_closing_words_stay_in_sight_and_a_password_has_its_place(
    running: Served, visit: Visit
) -> None:
    page = await visit(viewport=PHONE)
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "Down\n" * 30})
    await page.goto(f"{running.url}/requests/1001#secret")
    await expect(page.locator("dialog#secret")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.click(".fl-composer [data-dialog=secret]")
    await page.fill("#secret-label", "FTP")
    await page.fill("#secret-words", "hunter22")
    await page.click("dialog#secret button:has-text('Send the password')")
    await expect(page.locator(".fl-secret")).to_be_visible()
    anna = await running.api("anna@firstline.example")
    await anna.post("/lines/first/take")
    closing = {"outcome": "solved", "text": "The closing words."}
    await anna.post("/requests/1001/closure", json=closing)
    last = page.locator("[data-log] .fl-words").last
    await expect(last).to_have_text("The closing words.")
    await expect(page.locator(".fl-rating")).to_be_visible()
    await expect(last).to_be_in_viewport(ratio=1)
    foot = await page.locator(".fl-thread-foot").bounding_box()
    words = await last.bounding_box()
    assert foot
    assert words
    assert words["y"] + words["height"] <= foot["y"] + 1


async def test_without_a_session_a_form_says_to_sign_in_and_nothing_else(
    running: Served, visit: Visit
) -> None:
    page = await visit()
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.fill("#body", "Written with the word hunter22")
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    assert not [url for url in asked if "hunter22" in url]
    assert [url for url in asked if url.endswith("/requests/new/coach")]
    await page.context.clear_cookies()
    await page.click("button:has-text('Send')")
    await expect(page.locator(".fl-alert a")).to_have_text("Sign in")
    await expect(page.locator("#refusal")).to_be_hidden()
    await sign_in(await page.context.new_page(), running.url)
    await page.wait_for_url("**/requests/1001", timeout=15_000)
    visit.complaints.clear()  # of calls that were refused on purpose
