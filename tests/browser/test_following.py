"""Open pages follow what others do: the client's thread, the desk's request, the widget."""

from pathlib import Path
from typing import Any

from playwright.async_api import expect
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_portal import PHONE, Served, begun, in_the_widget, panel
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit


async def test_the_clients_open_page_follows_every_move(running: Served, visit: Any) -> None:
    page = await begun(running, visit)
    facts, promise = page.locator("#facts-now"), page.locator(".fl-stand-promise")
    anna, boris = [await running.api(f"{n}@firstline.example") for n in ("anna", "boris")]
    await anna.post("/lines/first/take")
    await expect(facts).to_contain_text("Anna")
    until = "2099-01-01T10:00:00+02:00"
    refused = await anna.post("/requests/1001/delay-notice", json={
        "reason": "other", "until": until, "text": "Longer"})  # fmt: skip
    if refused.status_code == 422:  # the policy has a longest delay
        later = (await anna.get("/requests/1001")).json()["promise"]["due_at"]
        await anna.post("/requests/1001/delay-notice", json={
            "reason": "other", "until": later, "text": "Longer"})  # fmt: skip
    await expect(promise).to_contain_text("Next reply by")
    await anna.post("/requests/1001/handover", json={"summary": "All was tried"})
    await expect(facts).to_contain_text("Second line")
    await expect(facts).not_to_contain_text("Anna")
    await boris.post("/lines/second/take")
    await expect(facts).to_contain_text("Boris")
    await boris.patch("/requests/1001", json={"title": "Quite another title"})
    await expect(page.locator("h1")).to_have_text("Quite another title")

    close = page.locator("#deeds summary", has_text="Close the request")
    await expect(close).to_have_count(1)
    await page.fill("[data-composer] textarea", "Half a word")
    await boris.post("/requests/1001/closure", json={"outcome": "solved", "text": "Done."})
    await expect(page.locator("input[name=score]")).to_have_count(5)
    await expect(close).to_have_count(0)
    await expect(page.locator("[data-composer] textarea")).to_have_value("Half a word")
    await expect(page.locator("[data-standing-said]")).to_have_text("")
    await boris.delete("/requests/1001/closure")
    await expect(close).to_have_count(1)
    await expect(page.locator("input[name=score]")).to_have_count(0)


async def test_the_desks_open_request_follows_a_colleague(running: Served, at_desk: Any) -> None:
    vera = await running.api("vera@acme.example")
    await vera.post("/requests", json={"topic": "web", "body": "Down"})
    anna, boris = [await running.api(f"{n}@firstline.example") for n in ("anna", "boris")]
    ivan = await at_desk("ivan", "/desk/requests/1001")
    words = ivan.locator("#composer textarea")
    await expect(ivan.locator("#kind-hint")).to_contain_text("take it to answer")
    await anna.post("/lines/first/take")
    await expect(ivan.locator("#kind-hint")).to_have_text("Anna is working on it")
    await expect(ivan.locator("[name=audience][value=all]")).to_be_checked()
    async with ivan.expect_response("**/desk/drafts"):
        await words.fill("An answer begun")
    await ivan.locator(".desk-more > summary").click()
    await anna.post("/requests/1001/handover", json={"summary": "All was tried"})
    await boris.post("/lines/second/take")
    await expect(ivan.locator("[data-log]")).to_contain_text("Boris took the request")
    await ivan.keyboard.press("Escape")
    await expect(ivan.locator(".desk-head-meta")).to_contain_text("Second line")
    await expect(ivan.locator(".desk-head-meta")).to_contain_text("Boris")
    await expect(ivan.locator("#kind-hint")).to_contain_text("It is with another line.")
    await expect(words).to_have_value("")
    await boris.post("/requests/1001/release")
    await boris.post("/lines/second/take")
    await boris.post("/requests/1001/return", json={"reason": "Too little"})
    await anna.post("/lines/first/take")
    await expect(words).to_have_value("An answer begun")
    await expect(ivan.locator("[name=audience][value=all]")).to_be_checked()


async def test_the_widget_takes_files(running: Served, visit: Any, tmp_path: Path) -> None:
    page = await visit(None, viewport=PHONE)
    log = tmp_path / "error.log"
    log.write_text("client denied by server configuration\n")
    async with panel(running) as url:
        frame = await in_the_widget(page, url)
        anna = await running.api("anna@firstline.example")
        await anna.post("/lines/first/take")
        await expect(frame.locator(".fl-stand-head")).to_have_text("Anna is working on it")
        await frame.set_input_files("#file", log)
        await expect(frame.locator("#files button")).to_have_accessible_name("Remove error.log")
        await expect(frame.locator("#said")).to_have_text("Attached: error.log")
        await frame.focus("#words")
        await page.keyboard.press("Enter")
        await expect(frame.locator("#log .fl-files")).to_contain_text("error.log")
        await expect(frame.locator("#files li")).to_have_count(0)
        (tmp_path / "empty.log").write_text("")
        await frame.set_input_files("#file", tmp_path / "empty.log")
        await expect(frame.locator("#write .error")).to_contain_text("The file is empty")
    visit.complaints.clear()  # of the refusal of the empty file


async def test_the_widget_takes_a_rating_by_keyboard(running: Served, visit: Any) -> None:
    page = await visit(None)
    async with panel(running) as url:
        frame = await in_the_widget(page, url)
        anna = await running.api("anna@firstline.example")
        await anna.post("/lines/first/take")
        await anna.post("/requests/1001/closure", json={"outcome": "solved", "text": "Done."})
        await expect(frame.locator("#rate")).to_be_visible()
        await expect(frame.locator("#log .fl-event").last).to_be_in_viewport()
        await frame.focus("#rate input[value='1']")
        for _ in range(3):
            await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Quick")
        await page.keyboard.press("Enter")
        await expect(frame.locator("#rated")).to_have_text("You rated it 4 of 5. Thank you.")
        await expect(frame.locator("#rate")).to_be_hidden()
        assert (await anna.get("/requests/1001")).json()["rating"] == 4

        # Words open it again; the list at home tells it as well.
        await frame.fill("#words", "It is back")
        await page.keyboard.press("Enter")
        await expect(frame.locator("#rated")).to_have_text("")
        await frame.click("#back")
        await expect(frame.locator("#open")).to_contain_text("Anna is working on it")
        await anna.post("/requests/1001/entries", json={"body": "Which page?"})
        await expect(frame.locator("#open")).to_contain_text("Waiting for your reply")
