"""By keys: a warning, which its client reads, and the next step; another matter split off."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Page, expect
from tests.browser.looking import hindrances
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_desk import opened
from tests.browser.test_portal import PHONE, WIDE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit

from firstline.policy import default_text
from firstline.regulations.versions import publish

Visit = Callable[..., Awaitable[Page]]
RULES = "{triggers: [profanity, insult_to_employee], steps: [warn, refuse, ban], lapse: 6mo}"


async def govern(running: Served) -> None:
    """Publish regulations that have rules of conduct."""
    now = datetime.now(UTC)
    text = default_text().replace("conduct: {}", f"conduct: {RULES}")
    await running.desk.db.run(publish, None, text, now=now)
    await running.desk.policies.reread(now)


async def test_a_client_is_warned_by_keys_reads_why_and_the_next_step_follows(
    running: Served, at_desk: Visit, visit: Any
) -> None:
    await govern(running)
    await opened(running, "You are all idiots, mend my site")
    anna = await at_desk("anna")
    await anna.keyboard.press("t")
    await anna.wait_for_url("**/desk/requests/1001")
    await anna.keyboard.press("w")
    field = anna.locator("dialog #text")
    await expect(anna.locator("dialog [name=step]:checked")).to_have_value("warn")
    await anna.locator("dialog [value='insult_to_employee']").check()
    assert "insults to employees" in await field.input_value()
    await anna.set_viewport_size(PHONE)
    assert await hindrances(anna) == []
    await anna.get_by_role("button", name="Send and record it").click()
    await expect(anna.locator("[data-log]")).to_contain_text("A warning by the rules of conduct")
    vera = await visit("vera", viewport=PHONE)
    await vera.goto(f"{running.url}/requests/1001")
    await expect(vera.locator("[data-log]")).to_contain_text("Please take this as a warning.")
    await vera.goto(f"{running.url}/requests")
    await vera.click("main >> text=Rules of conduct")
    await expect(vera.locator(".fl-row")).to_contain_text("a warning: insults to employees")
    assert await hindrances(vera) == []
    await anna.set_viewport_size(WIDE)
    await anna.keyboard.press("w")
    await expect(anna.locator("dialog [name=step]:checked")).to_have_value("refuse")
    assert "we refuse this request" in await field.input_value()
    await anna.get_by_role("button", name="Send and record it").click()
    await expect(anna.locator(".desk-head")).to_contain_text("Refused")
    await anna.goto(f"{running.url}/desk/conduct")
    await expect(anna.locator("[data-row]")).to_have_count(2)
    assert await hindrances(anna) == []


async def test_another_matter_is_split_off_by_keys(running: Served, at_desk: Visit) -> None:
    await opened(running, "My site answers 403")
    vera = await running.api("vera@acme.example")
    await vera.post("/requests/1001/entries", json={"body": "And how do I pay the invoice?"})
    anna = await at_desk("anna")
    await anna.keyboard.press("t")
    await anna.wait_for_url("**/desk/requests/1001")
    await anna.keyboard.press("v")
    await expect(anna.locator("dialog [name=entries]:checked")).to_be_focused()
    await expect(anna.locator("dialog #title")).to_have_value("And how do I pay the invoice?")
    await anna.keyboard.press("Tab")
    await anna.keyboard.press("Enter")
    await anna.wait_for_url("**/desk/requests/1002")
    await expect(anna.locator("[data-log]")).to_contain_text("split this request off from #1001")
    await expect(anna.locator("[data-log]")).to_contain_text("And how do I pay the invoice?")
