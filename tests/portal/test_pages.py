"""The pages that everybody may read, and the client's start."""

import re
from datetime import timedelta
from typing import Any

from tests.portal.conftest import Browser, Browsers, opened


async def test_a_stranger_reads_start_wiki_and_regulations(browser_for: Browsers) -> None:
    stranger = await browser_for(None)
    start = await stranger.get("/")
    assert start.status_code == 200
    assert "/sign-in?next=/requests/new" in start.text
    assert "around the clock" in start.text
    assert "/wiki/403-on-a-page" in start.text
    found = (await stranger.get("/wiki?q=403")).text
    assert "A page answers <mark>403</mark>" in found
    assert (await stranger.get("/wiki/403-on-a-page")).status_code == 200
    assert (await stranger.get("/wiki/no-such")).status_code == 404
    assert (await stranger.get("/wiki/..%2f..%2fapp")).status_code == 404
    regulations = await stranger.get("/regulations")
    assert 'id="answer.hour"' in regulations.text
    assert 'href="#section-lines"' in regulations.text


async def test_the_index_of_the_wiki_stands_in_sections_and_a_search_in_one_list(
    browser_for: Browsers,
) -> None:
    stranger = await browser_for(None)
    index = (await stranger.get("/wiki?lang=uk")).text
    sections = dict(re.findall(r'<h2 id="(\w+)">([^<]+)</h2>', index))
    assert list(sections) == re.findall(r'<a href="#(\w+)">', index)[-len(sections) :]
    assert (sections["databases"], sections["panel"]) == ("Бази даних", "Панель керування")
    assert index.index('id="mail"') < index.index("/wiki/mail-bounces") < index.index('id="dns"')
    assert "<h2" not in (await stranger.get("/wiki?q=403")).text


async def test_the_regulations_come_in_three_languages_and_as_json(browser_for: Browsers) -> None:
    stranger = await browser_for(None)
    assert "Регламент" in (await stranger.get("/regulations?lang=uk")).text
    told = (await stranger.get("/regulations.json?lang=ru")).json()
    assert told["language"] == "ru"
    assert any(c["id"] == "answer.hour" for s in told["sections"] for c in s["clauses"])
    asked = await stranger.get("/regulations", headers={"Accept": "application/json"})
    assert asked.json()["sections"]


async def test_the_phone_says_when_it_opens_outside_its_hours(
    browser_for: Browsers, clock: Any
) -> None:
    stranger = await browser_for(None)
    clock.now = clock.now.replace(hour=1, minute=0)
    assert "closed now, opens" in (await stranger.get("/")).text
    clock.now = clock.now.replace(hour=10)
    assert "closed now" not in (await stranger.get("/")).text


async def test_the_start_shows_open_requests_with_place_and_promise_in_words(
    vera: Browser, clock: Any
) -> None:
    await opened(vera, "The first matter")
    clock.pass_by(minutes=10)
    start = await vera.get("/")
    assert "Hello, Vera" in start.text
    assert "The first matter" in start.text
    assert "Your place in the queue is 1" in start.text
    assert "An answer by" in start.text
    assert "in 50 min" in start.text
    clock.pass_by(minutes=51)
    assert "An answer was due at" in (await vera.get("/")).text


async def test_pages_of_clients_ask_strangers_to_sign_in_and_come_back(
    browser_for: Browsers,
) -> None:
    stranger = await browser_for(None)
    for path in ("/requests", "/requests/new", "/requests/1042?whole=true"):
        answer = await stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=/requests")
    asked = await stranger.post("/requests", {"topic": "web", "body": "x"})
    assert asked.status_code == 401


async def test_the_staff_is_sent_to_the_desk_and_writes_nothing_here(
    browser_for: Browsers, vera: Browser
) -> None:
    no = await opened(vera)
    anna = await browser_for("anna")
    assert (await anna.get("/")).status_code == 200
    for path, place in (
        ("/requests", "/desk"),
        ("/requests/new", "/desk"),
        (f"/requests/{no}", f"/desk/requests/{no}"),
    ):
        answer = await anna.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    for path in ("/requests", f"/requests/{no}/close", f"/requests/{no}/rating", "/drafts"):
        assert (await anna.post(path, {"body": "x"})).status_code == 403


async def test_a_form_without_token_or_from_another_site_is_refused(vera: Browser) -> None:
    no = await opened(vera)
    parts = ("say", "entries", "entries/1/edit", "secret", "close", "reopen", "rating")
    for path in ("/requests", "/drafts", *(f"/requests/{no}/{part}" for part in parts)):
        bare = await vera.http.post(path, data={"topic": "web", "body": "forged"})
        assert bare.status_code == 403, path
        for headers in (
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "null"},
        ):
            forged = await vera.post(path, {"topic": "web", "body": "forged"}, headers=headers)
            assert forged.status_code == 403, path
    assert "forged" not in (await vera.get(f"/requests/{no}")).text


async def test_a_name_or_title_never_becomes_markup(vera: Browser) -> None:
    no = await opened(vera, '<script>alert(1)</script> & "quotes" <img src=x onerror=alert(1)>')
    for path in ("/", "/requests", f"/requests/{no}", "/requests?q=alert"):
        text = (await vera.get(path)).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


async def test_the_start_and_the_thread_cost_few_statements(
    vera: Browser, counted: Any, client_for: Any
) -> None:
    numbers = [await opened(vera, f"matter {i}") for i in range(6)]
    anna = await client_for("anna")
    await anna.post("/api/v1/lines/first/take")
    await vera.get("/")
    budgets = {
        "/": 5,
        f"/requests/{numbers[-1]}": 10,
        f"/requests/{numbers[-1]}/standing": 6,
        f"/requests/{numbers[0]}": 8,
        "/requests": 3,
        "/requests/new": 3,
        "/wiki": 2,
        "/regulations": 2,
    }
    await vera.get(f"/requests/{numbers[-1]}/standing")  # the usual wait is remembered
    for path, budget in budgets.items():
        counted.taken()
        assert (await vera.get(path)).status_code == 200
        taken = counted.taken()
        assert len(taken) <= budget, (path, len(taken), taken)


async def test_the_usual_wait_is_told_from_five_takes_on(
    vera: Browser, browser_for: Browsers, client_for: Any, clock: Any
) -> None:
    anna, pavel = await client_for("anna"), await browser_for("pavel")
    for count in range(5):
        no = await opened(pavel, f"matter {count}")
        if count == 4:
            waiting = await opened(vera)
            text = (await vera.get(f"/requests/{waiting}")).text
            assert "Recent requests waited" not in text
        clock.pass_by(minutes=6)
        assert (await anna.post("/api/v1/lines/first/take")).json()["no"] == no
        await anna.post(f"/api/v1/requests/{no}/entries", json={"body": "Done."})
    text = (await vera.get(f"/requests/{waiting}")).text
    assert "Recent requests waited 6 minutes here." in text
    clock.now += timedelta(days=2)
    assert "Recent requests waited" not in (await vera.get(f"/requests/{waiting}")).text
