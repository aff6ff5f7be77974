"""Help for money, by two people in two browsers: offered, agreed to, worked on, charged."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Page, expect
from tests.browser.looking import hindrances
from tests.browser.test_desk import at_desk as at_desk
from tests.browser.test_desk import opened
from tests.browser.test_portal import PHONE, Served
from tests.browser.test_portal import chromium as chromium
from tests.browser.test_portal import pytestmark as pytestmark
from tests.browser.test_portal import running as running
from tests.browser.test_portal import visit as visit
from tests.paid.conftest import TABLE

from firstline.policy import default_text
from firstline.regulations.versions import publish

Visit = Callable[..., Awaitable[Page]]


async def sell(running: Served) -> None:
    """Publish regulations that have a price table."""
    now = datetime.now(UTC)
    async with running.desk.db.transaction() as tx:
        await publish(tx, None, f"{default_text()}\n{TABLE}", now=now)
    await running.desk.policies.reread(now)


async def test_help_is_offered_agreed_to_worked_on_and_charged(
    running: Served, at_desk: Visit, visit: Any
) -> None:
    await sell(running)
    await opened(running, "My database is slow, please tune it")
    anna, vera = await at_desk("anna"), await visit("vera", viewport=PHONE)
    await anna.keyboard.press("t")
    await anna.wait_for_url("**/desk/requests/1001")
    await anna.click("text=Offer paid help")
    await anna.fill("#minutes", "30")
    await anna.fill("#dialog #words", "I can do it now.")
    assert await hindrances(anna) == []
    await anna.click("text=Send the offer")
    await expect(anna.locator(".desk-offer .fl-pill")).to_have_text("waits for the client")

    await vera.goto(f"{running.url}/requests/1001")
    await expect(vera.locator(".fl-offer")).to_contain_text("at most 30 minutes, 30.00 EUR")
    assert await hindrances(vera) == []
    await vera.click("text=I agree")
    await expect(vera.locator(".fl-offer")).to_have_count(0)
    await expect(vera.locator("[data-log] .fl-mine .fl-words").last).to_contain_text("I agree")

    await expect(anna.locator(".desk-offer .fl-pill")).to_have_text("agreed")
    await anna.click("text=Start the clock")
    await anna.click("text=Stop the clock")
    await expect(anna.locator("[data-log] .fl-note").last).to_contain_text("Paid time")
    await anna.click(".desk-offer >> text=Correct")
    await anna.fill("#dialog #words", "That was not me")
    await anna.click("text=Take the record away")
    await expect(anna.locator("[data-log] .fl-note").last).to_contain_text("taken away")
    await anna.click("text=Start the clock")
    await anna.click("text=Stop the clock")

    await vera.goto(f"{running.url}/requests")
    await vera.click("text=Paid help")
    await expect(vera.locator("tfoot")).to_contain_text("15.00 EUR")
    assert await hindrances(vera) == []
