"""Whatever answers a form that has words (the desk, a proxy in front of it, nobody), what was typed
stands, a sentence says what to do, and in the end it is sent, once.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Frame, Page, Route, expect
from tests.browser.test_desk import at_desk
from tests.browser.test_portal import CHROMIUM, Served, chromium, framed, panel, running, visit
from tests.browser.test_typing import bodies, end_sessions, sign_in

__all__ = ["at_desk", "chromium", "running", "visit"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
Visit = Callable[..., Awaitable[Page]]
# What nginx says of its own accord.
PROXY = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
PROBLEM = "Somebody was quicker; look, and send it again."
FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    # where: the address, the form, and what is typed into it
    "opening": ("/requests/new", "form[data-new]", {"#body": "It answers 403"}),
    "rating": ("/requests/1002", ".fl-rating", {"#rating-text": "Quick and kind"}),
    "closing": ("/requests/1001", "#deeds form", {"#close-text": "It was my rule"}),
    "editing": ("/requests/1001", ".fl-edit", {".fl-edit textarea": "Down since noon"}),
    "secret": ("/requests/1001", "#secret form", {
        "#secret-label": "FTP", "#secret-words": "hunter22"}),
    "profile": ("/account", "#self form", {"#name": "Vera Pavlivna"}),
    "password": ("/account", "#own-password form", {
        "#password-current": "firstline", "#password": "another one"}),
}  # fmt: skip


async def stage(running: Served) -> None:
    """A request of Vera's that is open, and one that is closed."""
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "Down"})
    await vera.post("/requests", json={"topic": "web", "body": "Was down"})
    await vera.post("/requests/1002/closure", json={"outcome": "withdrawn"})


async def typed(running: Served, page: Page, name: str) -> str:
    """Bring the page to a form with its words in it; the form's selector."""
    path, form, words = FORMS[name]
    await page.goto(f"{running.url}{path}")
    if name == "opening":
        await page.select_option("#topic", "web")
    if name == "rating":
        await page.check("input[name=score][value='4']")
    if name == "closing":
        await page.click("#deeds summary")
    if name == "editing":
        await page.click(".fl-entry-more")
    if name == "secret":
        await page.click(".fl-composer [data-dialog=secret]")
    for field, text in words.items():
        await page.fill(field, text)
    return form


async def send(page: Page, form: str) -> None:
    await page.locator(form).locator("button:not([type=button])").last.click()


DONE = {
    "opening": (".fl-thread-head .fl-row-no", "#1003"),
    "rating": ("#foot", "You rated it 4 of 5"),
    "closing": (".fl-stand-head", "Closed"),
    "editing": ("[data-log] .fl-mine .fl-words", "Down since noon"),
    "secret": (".fl-secret", "A password was sent"),
    "profile": (".fl-person-name", "Vera Pavlivna"),
    "password": ("#own-password [role=status]", "Your password was changed"),
}


async def expect_done(page: Page, name: str) -> None:
    """The form has been taken, by whatever way it went."""
    place, text = DONE[name]
    await expect(page.locator(place)).to_contain_text(text, timeout=15_000)


async def losing(route: Route) -> None:
    """The call reaches the desk; its answer reaches nobody."""
    if route.request.method == "POST" and not route.request.url.endswith("/drafts"):
        await route.fetch(max_redirects=0)
        await route.abort()
    else:
        await route.continue_()


def refusing(status: int, *, by_proxy: bool) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        if route.request.method != "POST" or route.request.url.endswith("/drafts"):
            await route.continue_()
        elif by_proxy:
            await route.fulfill(status=status, content_type="text/html", body=PROXY.format(status))
        else:
            problem = {"title": "refused", "status": status, "detail": PROBLEM}
            kind = "application/problem+json"
            await route.fulfill(status=status, content_type=kind, body=json.dumps(problem))

    return answer


REFUSALS = [
    (409, False, PROBLEM),
    (422, False, PROBLEM),
    (413, False, PROBLEM),
    (413, True, "too large for one message"),
    (403, True, "stopped this (403)"),
    (502, True, None),
]


@pytest.mark.parametrize("name", FORMS)
async def test_a_refusal_leaves_all_that_was_typed_and_says_what_to_do(
    running: Served, visit: Any, name: str
) -> None:
    await stage(running)
    page = await visit()
    form = await typed(running, page, name)
    for status, by_proxy, sentence in REFUSALS:
        await page.route("**/*", refusing(status, by_proxy=by_proxy))
        await send(page, form)
        alert = page.locator(f"{form} [role=alert]:visible, {form} .fl-alert:visible")
        await expect(alert).to_have_count(1)
        await expect(alert).to_contain_text(sentence or "")
        for field, text in FORMS[name][2].items():
            await expect(page.locator(field)).to_have_value(text)
        await page.unroute("**/*")
    if name == "opening":
        await send(page, form)
    await expect_done(page, name)
    visit.complaints.clear()  # of calls that were refused on purpose


@pytest.mark.parametrize("name", FORMS)
async def test_an_answer_that_is_lost_on_its_way_does_nothing_twice(
    running: Served, visit: Any, name: str
) -> None:
    await stage(running)
    page = await visit()
    form = await typed(running, page, name)
    await page.route("**/*", losing)
    await send(page, form)
    if name != "editing":  # the log itself shows that it was done
        alert = page.locator(f"{form} [role=alert]:visible, {form} .fl-alert:visible")
        await expect(alert).to_have_count(1)
    await page.unroute_all(behavior="wait")
    if name == "opening":
        await send(page, form)
    if name != "password":  # the old one is the old one no longer
        await expect_done(page, name)
    vera = await running.api("vera@acme.example")
    numbers = [one["no"] for one in (await vera.get("/requests")).json()["items"]]
    assert sorted(numbers) == [1001, 1002, 1003][: 3 if name == "opening" else 2]
    kinds = [e["kind"] for e in (await vera.get("/requests/1001/entries")).json()["entries"]]
    assert len(kinds) == (2 if name in ("closing", "editing", "secret") else 1), kinds
    visit.complaints.clear()  # of the network that was cut on purpose


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_that_met_the_end_of_a_session_goes_out_after_the_next_sign_in(
    running: Served, visit: Any, name: str
) -> None:
    await stage(running)
    page = await visit()
    form = await typed(running, page, name)
    await end_sessions(running)
    await send(page, form)
    await expect(page.locator(".fl-alert a:visible")).to_have_text("Sign in")
    for field, text in FORMS[name][2].items():
        await expect(page.locator(field)).to_have_value(text)
    await sign_in(await page.context.new_page(), running.url)
    await expect_done(page, name)
    visit.complaints.clear()  # of calls that were refused on purpose


async def at_widget(running: Served, page: Page, url: str) -> Frame:
    """The widget's frame, open on a page of the panel."""
    await page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    await page.goto(url)
    frame = await framed(page)
    await page.get_by_role("button").click()
    return frame


async def begin(frame: Frame, body: str) -> None:
    await frame.select_option("#topic", "mail")
    await frame.fill("#body", body)


async def test_the_widgets_form_says_what_stopped_it_and_is_sent_once(
    running: Served, visit: Any
) -> None:
    page = await visit(None)
    async with panel(running) as url:
        frame = await at_widget(running, page, url)
        await begin(frame, "Mail bounces")
        for status, by_proxy, sentence in REFUSALS:
            await page.route("**/api/v1/widget/requests?*", refusing(status, by_proxy=by_proxy))
            await frame.click("#new button.main")
            await expect(frame.locator("#new .error")).to_contain_text(sentence or "be reached")
            await expect(frame.locator("#body")).to_have_value("Mail bounces")
            await page.unroute("**/api/v1/widget/requests?*")
        await page.route("**/api/v1/widget/requests?*", losing)
        await frame.click("#new button.main")
        await expect(frame.locator("#new .error")).to_contain_text("cannot be reached")
        await page.unroute("**/api/v1/widget/requests?*")
        # What was sent meanwhile is said, and other words are another request.
        await frame.fill("#body", "Mail bounces since noon")
        await frame.click("#new button.main")
        await expect(frame.locator("#new .error")).not_to_contain_text("cannot be reached")
        await frame.click("#new button.main")
        await expect(frame.locator("#log .fl-words")).to_have_text("Mail bounces since noon")
    anna = await running.api("anna@firstline.example")
    assert [one["no"] for one in (await anna.get("/requests")).json()["items"]] == [1002, 1001]
    visit.complaints.clear()  # of calls that were refused on purpose


async def test_words_in_the_widget_whose_answer_is_lost_are_said_once(
    running: Served, visit: Any
) -> None:
    page = await visit(None)
    async with panel(running) as url:
        frame = await at_widget(running, page, url)
        await begin(frame, "Mail bounces")
        await frame.click("#new button.main")
        await expect(frame.locator("#log .fl-words")).to_have_count(1)
        await page.route("**/api/v1/widget/requests/*/entries?*", losing)
        await frame.fill("#words", "Since noon")
        await frame.press("#words", "Enter")
        await expect(frame.locator("#log .fl-words", has_text="Since noon")).to_be_visible()
        await page.unroute("**/api/v1/widget/requests/*/entries?*")
        await page.route("**/api/v1/widget/requests/*/entries?*", refusing(403, by_proxy=True))
        await frame.fill("#words", "<?php system($_GET[0]);")
        await frame.press("#words", "Enter")
        await expect(frame.locator("#log .refused")).to_contain_text("stopped this (403)")
        await expect(frame.locator("#words")).to_have_value("<?php system($_GET[0]);")
        await page.unroute("**/api/v1/widget/requests/*/entries?*")
        await page.reload()
        frame = await framed(page)
        await expect(frame.locator("#log .fl-words")).to_have_count(2)
        await expect(frame.locator("#words")).to_have_value("<?php system($_GET[0]);")
    assert await bodies(running) == ["Mail bounces", "Since noon"]
    visit.complaints.clear()  # of calls that were refused on purpose


async def test_a_rating_in_the_widget_outlives_its_session_and_stays_with_its_request(
    running: Served, visit: Any
) -> None:
    page = await visit(None)
    await stage(running)
    vera = await running.api("vera@acme.example")
    await vera.post("/requests/1001/closure", json={"outcome": "withdrawn"})
    async with panel(running) as url:
        frame = await at_widget(running, page, url)
        open_one = frame.get_by_role("button", name="Was down")
        await open_one.click()
        await frame.locator("#rate label", has_text="4").click()
        await frame.fill("#rate-text", "Quick and kind")
        await frame.click("#back")
        await frame.locator("#open button", has_text="#1001").click()
        await expect(frame.locator("#rate-text")).to_have_value("")
        await frame.click("#back")
        await open_one.click()
        await expect(frame.locator("#rate-text")).to_have_value("Quick and kind")
        await end_sessions(running)
        await expect(frame.locator("#stranger")).to_be_visible(timeout=15_000)
        await page.reload()
        frame = await framed(page)
        await page.get_by_role("button").click()
        await expect(frame.locator("#rate-text")).to_have_value("Quick and kind")
        await frame.click("#rate button")
        await expect(frame.locator("#rated")).to_contain_text("You rated it 4 of 5")
    visit.complaints.clear()  # of the call that met the end of its session


NOTHING_IS_KEPT = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {
    get() { throw new DOMException("denied", "SecurityError"); },
  });
"""


async def test_where_a_browser_keeps_nothing_clients_write_all_the_same(
    running: Served, visit: Any
) -> None:
    page = await visit()
    await page.context.add_init_script(NOTHING_IS_KEPT)
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    await page.fill("#body", "It answers 403")
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    await page.reload()  # the desk has kept it
    await expect(page.locator("#body")).to_have_value("It answers 403")
    await page.click("button:has-text('Send')")
    await page.wait_for_url("**/requests/1001")
    await page.fill("[data-composer] textarea", "Since noon")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-log] .fl-words").last).to_have_text("Since noon")
    await expect(page.locator(".fl-pending")).to_have_count(0)
    await page.click("#deeds summary")
    await page.click("#deeds form button")
    await expect(page.locator(".fl-rating")).to_be_visible()
    await page.check("input[name=score][value='4']")
    await page.click(".fl-rating button")
    await expect(page.locator("#foot")).to_contain_text("You rated it 4 of 5")
    await page.goto(f"{running.url}/account")
    await page.fill("#name", "Vera Pavlivna")
    await page.click("#self button")
    await expect(page.locator(".fl-person-name")).to_have_text("Vera Pavlivna")
    assert (await bodies(running))[:2] == ["It answers 403", "Since noon"]


async def test_where_a_browser_keeps_nothing_operators_and_the_widget_work_all_the_same(
    running: Served, at_desk: Visit, visit: Any
) -> None:
    page = await visit(None)
    await page.context.add_init_script(NOTHING_IS_KEPT)
    async with panel(running) as url:
        frame = await at_widget(running, page, url)
        await begin(frame, "Mail bounces")
        await frame.click("#new button.main")
        await frame.fill("#words", "Since noon")
        await frame.press("#words", "Enter")
        await expect(frame.locator("#log .fl-words")).to_have_count(2)
        await expect(frame.locator("#log .pending")).to_have_count(0)
        desk = await at_desk("anna")
        await desk.context.add_init_script(NOTHING_IS_KEPT)
        await desk.reload()
        await expect(desk.locator("html[data-live]")).to_have_count(1)
        await desk.keyboard.press("t")
        await desk.wait_for_url("**/desk/requests/1001")
        await desk.keyboard.press("r")
        await desk.keyboard.type("Which address?")
        await desk.keyboard.press("Enter")
        await expect(frame.locator("#log .fl-words").last).to_have_text("Which address?")


async def test_a_draft_goes_along_to_another_device_with_its_files_and_is_sent_from_one(
    running: Served, visit: Any
) -> None:
    page = await visit()
    await page.goto(f"{running.url}/requests/new")
    await page.select_option("#topic", "web")
    await page.fill("#body", "It answers 403")
    await page.set_input_files("input[type=file]", {
        "name": "log.txt", "mimeType": "text/plain", "buffer": b"line",
    })  # fmt: skip
    await expect(page.locator("[data-files] li button")).to_be_visible()
    await expect(page.locator("span[data-kept]")).to_have_text("Draft saved")
    phone = await visit(viewport={"width": 390, "height": 844})
    await phone.goto(f"{running.url}/requests/new")
    await expect(phone.locator("#body")).to_have_value("It answers 403")
    await expect(phone.locator("#topic")).to_have_value("web")
    await expect(phone.locator("[data-files] li")).to_contain_text("log.txt")
    await phone.fill("#body", "It answers 403 since noon")
    await expect(phone.locator("span[data-kept]")).to_have_text("Draft saved")
    await page.reload()
    await expect(page.locator("#body")).to_have_value("It answers 403 since noon")
    await phone.click("button:has-text('Send')")
    await phone.wait_for_url("**/requests/1001")
    await page.reload()
    await expect(page.locator("#body")).to_have_value("")
    await expect(page.locator("[data-files] li")).to_have_count(0)


async def test_who_signs_out_in_one_tab_of_the_site_is_signed_out_in_the_other(
    running: Served, visit: Any
) -> None:
    page = await visit(None)
    async with panel(running) as url:
        frame = await at_widget(running, page, url)
        await begin(frame, "Secret of Vera")
        await frame.click("#new button.main")
        await expect(frame.locator("#log .fl-words")).to_have_count(1)
        other = await page.context.new_page()
        second = await at_widget(running, other, url)
        await expect(second.locator("#log .fl-words")).to_have_count(1)
        await second.fill("#words", "half a sentence")
        await page.evaluate("Firstline('forget')")
        for one in (frame, second):
            await expect(one.locator("#stranger")).to_be_attached()
            await expect(one.locator("body")).not_to_contain_text("Secret of Vera")
            await expect(one.locator("#words")).to_have_value("")
        # Opened again there, without the next page of the site: nobody is here.
        await other.get_by_role("button").click()
        await expect(second.locator("#stranger")).to_be_visible()
        assert "half a" not in await other.evaluate("JSON.stringify(sessionStorage)")
