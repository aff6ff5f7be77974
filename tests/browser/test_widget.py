"""The widget on a small site of another origin: pages that change, people who come and go."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import pytest
from playwright.async_api import Frame, Page, expect
from tests.browser.test_portal import (
    CHROMIUM,
    Served,
    chromium,
    framed,
    listening,
    running,
    served,
    visit,
)
from tests.portal.test_widget_docs import CALLS, token_by

from firstline.people.access.preauth import new_preauth_key

__all__ = ["chromium", "running", "visit"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
Visit = Any
EMPTY = '{"firstline-kept":"{}"}'


class Site:
    """The company's site: `person` is signed in there; `lang` is the language of its pages."""

    def __init__(self, desk_url: str, sign: Callable[[str], str]) -> None:
        self.desk_url = desk_url
        self.sign = sign
        self.person: str | None = "acme-vera"
        self.lang = "en"
        self.tag = True

    def page(self, name: str) -> str:
        token = f' data-token="{self.sign(self.person)}"' if self.person and self.tag else ""
        script = f'<script src="{self.desk_url}/widget.js"{token}></script>'
        head = f"<!doctype html><html lang={self.lang}><title>{name}</title>"
        return f"{head}<body><h1>{name}</h1>{script}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.page(scope["path"]).encode()})


@asynccontextmanager
async def site(desk: Served) -> AsyncIterator[tuple[Site, str]]:
    """A site that runs, and its address."""
    kid, secret = await desk.desk.db.run(
        new_preauth_key, None, desk.desk.seal, now=datetime.now(UTC)
    )

    def sign(person: str) -> str:
        issued = int(datetime.now(UTC).timestamp())
        claims = {"sub": person, "aud": "firstline", "iat": issued, "exp": issued + 60}
        claims["jti"] = uuid4().hex
        return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid})

    made = Site(desk.url, sign)
    listener, url = listening()
    async with served(made, listener):
        yield made, url.replace("127.0.0.1", "localhost")


async def come(visit: Visit, url: str) -> Page:
    page = await visit(None)
    await page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    await page.goto(url)
    return page


async def ask(frame: Frame, body: str) -> None:
    await frame.select_option("#topic", "mail")
    await frame.fill("#body", body)
    await frame.click("#new button.main")
    await expect(frame.locator("#log .fl-words").first).to_have_text(body)


async def test_who_signs_out_takes_the_chats_along(running: Served, visit: Visit) -> None:
    async with site(running) as (company, url):
        page = await come(visit, url)
        frame = await framed(page)
        await page.get_by_role("button").click()
        await ask(frame, "Secret of Vera")
        await frame.fill("#words", "half a sentence")

        await page.evaluate("Firstline('forget')")
        await expect(frame.locator("#stranger")).to_be_attached()
        await expect(frame.locator("body")).not_to_contain_text("Secret of Vera")
        assert await page.evaluate("JSON.stringify(sessionStorage)") in ("{}", EMPTY)

        # The same by the tag alone: a page without a token, however the last one was left.
        page = await come(visit, url)
        frame = await framed(page)
        await expect(frame.locator("#log .fl-words")).to_have_count(1)
        company.person = None
        await page.goto(f"{url}/bye")
        await page.get_by_role("button").click()
        frame = await framed(page)
        await expect(frame.locator("#stranger")).to_be_visible()
        await expect(frame.locator("body")).not_to_contain_text("Secret of Vera")

        company.person = "borealis-pavel"
        await page.goto(f"{url}/next")
        frame = await framed(page)
        await expect(frame.locator("#stranger")).to_have_attribute("hidden", "")
        await expect(frame.locator("body")).not_to_contain_text("Secret of Vera")


async def test_a_renew_that_gives_refused_tokens_is_asked_ever_more_slowly(
    running: Served, visit: Visit
) -> None:
    async with site(running) as (company, url):
        company.person = None
        page = await come(visit, url)
        await page.evaluate(
            "window.times = 0; Firstline('renew', async () => { times += 1; return 'x.e30.x'; });"
            "Firstline('identify', 'x.e30.x')"
        )
        await asyncio.sleep(5)
        assert 1 <= await page.evaluate("window.times") <= 3
        good = json.dumps(company.sign("acme-vera"))
        await page.evaluate(f"Firstline('renew', async () => {good})")
        await page.evaluate(f"Firstline('identify', {good})")
        frame = await framed(page)
        await expect(frame.locator("#home")).to_be_attached()
        await expect(frame.locator("#open")).to_be_attached()
        await expect(frame.locator("#stranger")).to_have_attribute("hidden", "")
        assert all("401" in one for one in visit.complaints)
        visit.complaints.clear()


@pytest.mark.parametrize(
    "swap",
    [
        "document.body.replaceWith(fresh.body)",
        "document.body.innerHTML = fresh.body.innerHTML",
        "document.documentElement.replaceChildren(fresh.head, fresh.body)",
        "document.documentElement.replaceWith(fresh.documentElement)",
    ],
)
async def test_pages_swapped_by_script_keep_one_button_and_what_was_typed(
    running: Served, visit: Visit, swap: str
) -> None:
    async with site(running) as (_company, url):
        page = await come(visit, url)
        frame = await framed(page)
        await page.get_by_role("button").click()
        await ask(frame, "Mail bounces")
        await frame.fill("#words", "half a sentence")
        await page.evaluate(
            f"""async () => {{
              const text = await (await fetch("/second")).text();
              const fresh = new DOMParser().parseFromString(text, "text/html");
              {swap};
              const tag = document.querySelector("script");
              if (tag) {{
                const again = document.createElement("script");
                for (const one of tag.attributes) again.setAttribute(one.name, one.value);
                tag.replaceWith(again);
                await new Promise((done) => {{ again.onload = done; }});
              }}
            }}"""
        )
        await expect(page.get_by_role("heading", name="/second")).to_be_visible()
        await expect(page.get_by_role("button")).to_have_count(1)
        frame = await framed(page)
        await expect(frame.locator("#words")).to_have_value("half a sentence")
        await expect(frame.locator("#log .fl-words")).to_have_count(1)


async def test_badge_and_typed_words_survive_the_next_page(running: Served, visit: Visit) -> None:
    async with site(running) as (_company, url):
        page = await come(visit, url)
        frame = await framed(page)
        button = page.get_by_role("button")
        await button.click()
        await ask(frame, "Mail bounces")
        await frame.fill("#words", "half a sentence")
        await page.keyboard.press("Escape")
        anna = await running.api("anna@firstline.example")
        await anna.post("/lines/first/take")
        await anna.post("/requests/1001/entries", json={"body": "Which address?"})
        await expect(button).to_have_accessible_name("Support chat, unread: 1")
        await page.goto(f"{url}/second")
        await expect(button).to_have_accessible_name("Support chat, unread: 1")
        frame = await framed(page)
        await expect(frame.locator("#words")).to_have_value("half a sentence")
        # What comes while one page has gone and the next is not there yet is counted as well.
        await page.goto("about:blank")
        await anna.post("/requests/1001/entries", json={"body": "And since when?"})
        await page.goto(f"{url}/third")
        await expect(button).to_have_accessible_name("Support chat, unread: 2")


async def test_words_typed_in_one_thread_never_stand_in_another(
    running: Served, visit: Visit, tmp_path: Any
) -> None:
    (tmp_path / "error.log").write_text("denied")
    async with site(running) as (_company, url):
        page = await come(visit, url)
        frame = await framed(page)
        await page.get_by_role("button").click()
        await ask(frame, "First matter")
        await frame.click("#back")
        await frame.fill("#body", "Second matter, half")
        await frame.click("#open button")
        await frame.fill("#words", "for the first")
        await frame.set_input_files("#file", tmp_path / "error.log")
        await expect(frame.locator("#files button")).to_be_visible()
        await frame.click("#back")
        await expect(frame.locator("#body")).to_have_value("Second matter, half")
        await ask(frame, "Second matter")
        await expect(frame.locator("#words")).to_have_value("")
        await expect(frame.locator("#files li")).to_have_count(0)
        await frame.click("#back")
        await frame.get_by_role("button", name="First matter").click()
        await expect(frame.locator("#words")).to_have_value("for the first")
        await page.goto(f"{url}/second")
        frame = await framed(page)
        await expect(frame.locator("#files li")).to_contain_text("error.log")
        await page.get_by_role("button").click()
        await frame.focus("#words")
        await page.keyboard.press("Enter")
        await expect(frame.locator("#log .fl-files")).to_have_count(1)
        await expect(frame.locator("#words")).to_have_value("")


async def test_two_matters_in_the_form_are_sent_apart_or_are_one_again(
    running: Served, visit: Visit
) -> None:
    words = "My site shows 403 Forbidden 😬. Also I cannot log in to info@acme.example"
    async with site(running) as (_company, url):
        page = await come(visit, url)
        frame = await framed(page)
        await page.get_by_role("button").click()
        await frame.fill("#body", words)
        await frame.click("[data-split]")
        second = frame.locator("#several textarea").nth(1)
        await expect(second).to_have_value("Also I cannot log in to info@acme.example")
        await second.fill("No mail at all")
        await frame.click("[data-one]")
        await expect(frame.locator("#body")).to_have_value(
            "My site shows 403 Forbidden 😬.\n\nNo mail at all"
        )
        await frame.fill("#body", words)
        await frame.evaluate("document.querySelector('#new').elements.done.value = ''")
        await frame.type("#body", " ")
        await frame.click("[data-split]")
        await frame.click("#several button.main")
        await expect(frame.locator("#log")).to_contain_text("#1002")
        await frame.click("#back")
        await expect(frame.locator("#open button")).to_have_count(2)
        await expect(frame.locator("#body")).to_have_value("")
        await frame.fill("#body", "Install WordPress for me, please")
        await expect(frame.locator("[data-line^='scope/']")).to_be_visible()
        for seen in ("#title", "#body", "#new [data-coach]", "#new > button.main"):
            await expect(frame.locator(seen)).to_be_in_viewport(ratio=1)
        line = "one => one.scrollHeight <= one.clientHeight"
        assert await frame.locator("[data-coach-line]").evaluate(line)


async def test_the_form_takes_service_and_files_and_speaks_the_pages_language(
    running: Served, visit: Visit, tmp_path: Any
) -> None:
    (tmp_path / "error.log").write_text("denied")
    async with site(running) as (company, url):
        company.lang = "uk"
        page = await come(visit, url)
        frame = await framed(page)
        await page.get_by_role("button", name="Написати в підтримку").click()
        option = frame.locator("#service option").nth(1)
        await expect(option).to_be_attached()
        chosen = await option.get_attribute("value")
        await frame.select_option("#service", chosen)
        await frame.set_input_files("#new-file", tmp_path / "error.log")
        await expect(frame.locator("#new-files button")).to_be_visible()
        await ask(frame, "Пошта не ходить")
        await expect(frame.locator(".fl-stand-head")).to_have_text("Ваше місце в черзі — 1")
        await expect(frame.locator("#log .fl-files")).to_have_count(1)
    anna = await running.api("anna@firstline.example")
    assert (await anna.get("/requests/1001")).json()["service"]["id"] == chosen


@pytest.mark.parametrize("language", CALLS)
async def test_the_widget_opens_signed_in_with_the_code_that_the_docs_give(
    running: Served, visit: Visit, language: str
) -> None:
    if shutil.which(CALLS[language][0]) is None:
        pytest.skip(f"there is no {CALLS[language][0]} here")
    kid, secret = await running.desk.db.run(
        new_preauth_key, None, running.desk.seal, now=datetime.now(UTC)
    )
    async with site(running) as (company, url):
        company.sign = lambda person: token_by(language, person, kid, secret)
        page = await come(visit, url)
        await page.get_by_role("button").click()
        await ask(await framed(page), f"By the code in {language}")
