"""The form of a new request says what the policy says, before anything is sent."""

from datetime import UTC, datetime

import pytest

from firstline.policy import default_text
from firstline.portal.advice import advice

from ..portal.conftest import Browser, Browsers, browser_for, vera
from .hands import Hands
from .test_policy_doors import LEVELS, MONDAY, SATURDAY, chat

__all__ = ["browser_for", "vera"]


async def form(browser: Browser, topic: str = "", **more: str) -> str:
    """What the form tells once a topic is chosen."""
    lang = {"lang": more.pop("lang")} if "lang" in more else {}
    asked = "missing/page missing/exact_error missing/since_when"
    fields = {"topic": topic, "done": asked, **more}
    return (await browser.post("/requests/new/coach", fields, params=lang)).text


async def test_what_to_state_is_the_topics_in_the_readers_language(
    hands: Hands, vera: Browser
) -> None:
    text = await form(vera, "ssl")
    assert "<li>the exact error</li>" in text
    assert "<li>the domain" in text
    assert "since when" not in text
    assert "точний текст помилки" in await form(vera, "ssl", lang="uk")
    await hands.govern(
        default_text().replace("ssl: [domain, exact_error]", "ssl: [since_when, my_own_thing]")
    )
    text = await form(vera, "ssl")
    assert "exact error" not in text
    assert "<li>my own thing</li>" in text
    assert "<li>my own thing</li>" not in await form(vera, "web")


async def test_the_priority_is_offered_to_clients_only_where_they_set_it(
    hands: Hands, vera: Browser
) -> None:
    assert 'name="priority"' not in (await vera.get("/requests/new")).text
    await hands.govern(default_text() + LEVELS)
    assert 'name="priority"' in (await vera.get("/requests/new")).text
    sent = {"topic": "web", "body": "All is down", "priority": "high", "key": "k1"}
    answer = await vera.post("/requests", sent)
    no = int(answer.headers["location"].rsplit("/", 1)[1])
    assert (await hands.request(no)).priority == "high"
    await hands.govern(default_text() + LEVELS.replace("set_by: client", "set_by: staff"))
    assert 'name="priority"' not in (await vera.get("/requests/new")).text
    assert (await vera.post("/requests", {**sent, "key": "k2"})).status_code == 403


async def test_the_widget_says_what_to_state_too(hands: Hands, browser_for: Browsers) -> None:
    stranger = await browser_for(None)
    ssl = 'value="ssl" data-must="what happens, how to reproduce it, the domain'
    assert ssl in (await stranger.get("/widget")).text
    await hands.govern(default_text().replace("ssl: [domain, exact_error]", "ssl: [since_when]"))
    assert ssl not in (await stranger.get("/widget")).text


@pytest.mark.parametrize(("rule", "asked"), [("suggest", False), ("before_contact", True)])
async def test_the_wiki_comes_first_where_the_policy_asks_for_it(
    hands: Hands, vera: Browser, rule: str, asked: bool
) -> None:
    await hands.govern(default_text().replace("kb_first: suggest", f"kb_first: {rule}"))
    assert ('name="read"' in (await vera.get("/requests/new")).text) == asked
    sent = {"topic": "web", "body": "All is down", "key": "k1"}
    answer = await vera.post("/requests", sent)
    assert answer.status_code == (422 if asked else 303)
    if asked:
        assert "All is down" in answer.text
        assert (await vera.post("/requests", {**sent, "read": "yes"})).status_code == 303


async def test_articles_are_suggested_unless_the_policy_has_no_wiki_first(
    hands: Hands, vera: Browser
) -> None:
    assert "/wiki/" in await form(vera, "web", body="403 forbidden error on my site")
    await hands.govern(default_text().replace("kb_first: suggest", "kb_first: no"))
    assert "/wiki/" not in await form(vera, "web", body="403 forbidden error on my site")


async def test_the_way_out_stands_there_before_it_is_sent(hands: Hands, vera: Browser) -> None:
    text = default_text().replace("out: [not.code,", "out: [billing, not.code,")
    way = "  refer:\n    billing: {en: Ask the accountants.}\n"
    await hands.govern(text.replace("  refer:\n", way, 1))
    assert "Ask the accountants." in await form(vera, "billing")
    assert "Ask the accountants." not in await form(vera, "web")


@pytest.mark.parametrize(("at", "closed"), [(SATURDAY, True), (MONDAY, False)])
async def test_outside_the_hours_the_form_says_so(hands: Hands, at: datetime, closed: bool) -> None:
    await hands.govern(chat(calendar="work", more="    outside: {en: We answer on Monday.}\n"))
    policy = hands.desk.policies.current(hands.now)[1]
    found = advice(policy, hands.world["vera"], "", "web", "", "en", at)
    assert (found.outside, bool(found.opens_at)) == (
        ("We answer on Monday.", True) if closed else ("", False)
    )
    assert found.refusal == ""


async def test_whoever_reads_another_language_is_told_which_are_answered(
    hands: Hands, vera: Browser
) -> None:
    assert "answers in these languages" not in await form(vera, "web")
    await hands.govern(default_text().replace("request:\n", "request:\n  languages: [uk]\n", 1))
    assert "answers in these languages: Ukrainian" in await form(vera, "web")


def test_the_days_of_these_tests_are_what_they_say() -> None:
    assert (SATURDAY.isoweekday(), MONDAY.isoweekday()) == (6, 1)
    assert SATURDAY.tzinfo is UTC
