"""What the link to an article did: opened, solved, come back (clause answer.wiki)."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.kit.mail import Letter
from firstline.policy import default_text
from firstline.requests.actions import changes, closing
from firstline.requests.letters.plan import LetterContent, compose_letter
from firstline.requests.live.entry_html import entry_html
from tests.desk.conftest import Browsers
from tests.desk.conftest import browser_for as browser_for
from tests.reports.telling import figures, solved, told, verdicts
from tests.requests.hands import Hands

WIKI = "http://desk.example/wiki"
SEE = f"403 on a page: {WIKI}/403-on-a-page"
FOR_GOOD = timedelta(days=15)


async def linked(hands: Hands, body: str = SEE) -> int:
    """A request of Vera's that Anna answers with the link to an article."""
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, body)
    hands.clock.pass_by(minutes=5)
    return no


async def verdict(hands: Hands) -> tuple[int, int, int, int]:
    return (await verdicts(hands, "answer.wiki"))["linked"]


async def test_a_link_after_which_nothing_else_was_needed_has_solved(hands: Hands) -> None:
    no = await linked(hands)
    assert await verdict(hands) == (0, 0, 1, 0)
    await solved(hands, no, "advised")
    assert await verdict(hands) == (0, 0, 1, 0), "it may still be reopened"
    hands.clock.now += FOR_GOOD
    assert await verdict(hands) == (1, 0, 0, 0)
    assert await told(hands, "answer.wiki", "linked", "kept") == [no]
    assert set((await figures(hands, "answer.wiki"))["linked"].by["part"]) == {"403-on-a-page"}


async def test_thanks_are_no_return_and_a_client_says_that_it_is_solved(hands: Hands) -> None:
    no = await linked(hands)
    await hands.say("vera", no, "Thank you, it works")
    assert await verdict(hands) == (0, 0, 1, 0)
    await hands.act(closing.close, "vera", no, "withdrawn", "")
    hands.clock.now += FOR_GOOD
    assert await verdict(hands) == (1, 0, 0, 0)


async def test_who_needs_another_answer_has_come_back(hands: Hands) -> None:
    no = await linked(hands)
    await hands.say("vera", no, "I did that, and it is the same")
    await hands.say("anna", no, "I am looking", turn="us")
    assert await verdict(hands) == (0, 0, 1, 0), "nothing was answered yet"
    await hands.say("anna", no, f"Then {WIKI}/ftp-refused and {WIKI}/invoices")
    await solved(hands, no)
    hands.clock.now += FOR_GOOD
    assert await verdict(hands) == (2, 1, 0, 0), "each article of the last answer has solved it"
    parts = (await figures(hands, "answer.wiki"))["linked"].by["part"]
    assert {name: (one.kept, one.broken) for name, one in parts.items()} == {
        "403-on-a-page": (0, 1), "ftp-refused": (1, 0), "invoices": (1, 0),
    }  # fmt: skip


async def test_who_reopens_within_the_days_has_come_back(hands: Hands) -> None:
    no = await linked(hands)
    await solved(hands, no)
    hands.clock.now += timedelta(days=2)
    await hands.say("vera", no, "It is there again")
    assert await verdict(hands) == (0, 1, 0, 0)


async def test_what_the_staff_reopens_after_the_days_stays_solved(hands: Hands) -> None:
    no = await linked(hands)
    await solved(hands, no)
    hands.clock.now += FOR_GOOD
    await hands.act(closing.reopen, "anna", no)
    assert await verdict(hands) == (1, 0, 0, 0)


async def test_the_days_are_those_of_the_policy(hands: Hands) -> None:
    await hands.govern(default_text().replace("reopen_days: 14", "reopen_days: 3"))
    no = await linked(hands)
    await solved(hands, no)
    hands.clock.now += timedelta(days=2)
    assert await verdict(hands) == (0, 0, 1, 0)
    hands.clock.now += timedelta(days=2)
    assert await verdict(hands) == (1, 0, 0, 0)


async def test_what_was_answered_besides_or_refused_tells_nothing_of_the_article(
    hands: Hands,
) -> None:
    no = await linked(hands)
    await hands.say("anna", no, "And I have mended the rights for you")
    await solved(hands, no)
    twin = await linked(hands)
    await solved(hands, twin, "duplicate")
    hands.clock.now += FOR_GOOD
    assert await verdict(hands) == (0, 0, 0, 2)


async def test_notes_clients_words_and_foreign_wikis_are_no_links(hands: Hands) -> None:
    no = await linked(hands, "No link")
    await hands.say("anna", no, SEE, audience="staff")
    await hands.say("vera", no, SEE)
    await hands.say("anna", no, "https://en.wikipedia.org/wiki/HTTP_403")
    assert await verdict(hands) == (0, 0, 0, 0)


async def test_an_article_is_opened_by_way_of_the_request_and_noted_once_a_person(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await linked(hands)
    vera = await browser_for("vera")
    way = f"/requests/{no}/wiki/403-on-a-page"
    page = (await vera.get(f"/requests/{no}")).text
    assert f'href="{WIKI.removesuffix("/wiki")}{way}"' in page
    assert f">{WIKI}/403-on-a-page</a>" in page, "what one reads is the article's own address"
    for _ in range(2):
        answer = await vera.get(f"{way}?lang=uk", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (
            303, "/wiki/403-on-a-page?lang=uk",
        )  # fmt: skip
    assert (await figures(hands, "answer.wiki"))["opened"].whole.kept == 1
    assert await told(hands, "answer.wiki", "opened", "kept") == [no]
    assert await readers(hands) == [(no, "403-on-a-page", hands.world["vera"].id)]


@pytest.mark.parametrize("name", [None, "pavel", "anna", "martin"])
async def test_of_strangers_others_and_staff_nothing_is_noted(
    hands: Hands, browser_for: Browsers, name: str | None
) -> None:
    no = await linked(hands)
    browser = await browser_for(name)
    answer = await browser.get(f"/requests/{no}/wiki/403-on-a-page", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/wiki/403-on-a-page")
    assert await readers(hands) == []
    assert (await figures(hands, "answer.wiki"))["opened"].whole.broken == 1


async def test_what_no_answer_links_is_not_noted(hands: Hands, browser_for: Browsers) -> None:
    no = await linked(hands, "No link")
    await hands.say("anna", no, SEE, audience="staff")
    await hands.say("vera", no, SEE)
    vera = await browser_for("vera")
    for slug in ("403-on-a-page", "no-such", "<script>", "%2F%2Fevil.example", "a%00b"):
        answer = await vera.get(f"/requests/{no}/wiki/{slug}", follow_redirects=False)
        assert answer.status_code in (303, 404)
        assert answer.headers.get("location", "/wiki/").startswith("/wiki/")
    assert await readers(hands) == []


async def test_only_articles_of_ours_lead_by_the_request(hands: Hands) -> None:
    body = (
        f"{WIKI}/403-on-a-page?lang=uk#rights http://evil.example/wiki/403-on-a-page "
        f"{WIKI}/no-such-article {WIKI}"
    )
    no = await linked(hands, body)
    entry = (await hands.entries(no))[-1]
    policy = hands.desk.policies.current(hands.now)[1]
    url = WIKI.removesuffix("/wiki")
    vera, anna = hands.world["vera"], hands.world["anna"]
    html = entry_html(entry, vera, policy, now=hands.now, public_url=url)
    assert html.count(f'href="{url}/requests/{no}/wiki/') == 2, "also to one that is not there"
    assert f'href="{WIKI}"' in html
    assert f'href="{url}/requests/{no}/wiki/403-on-a-page?lang=uk#rights"' in html
    assert 'href="http://evil.example/wiki/403-on-a-page"' in html
    assert "/requests/" not in entry_html(entry, anna, policy, now=hands.now, public_url=url)


async def test_letters_lead_by_the_request_as_well(hands: Hands) -> None:
    no = await linked(hands)
    letter = await letter_about(hands, no)
    assert f"http://desk.example/requests/{no}/wiki/403-on-a-page\n" in letter.text
    assert f"{WIKI}/403-on-a-page" not in letter.text


async def test_the_last_words_of_a_closing_link_as_well(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    await hands.act(closing.close, "anna", no, "advised", SEE)
    assert (await hands.entries(no))[-1].data["articles"] == ["403-on-a-page"]
    hands.clock.now += FOR_GOOD
    assert await verdict(hands) == (1, 0, 0, 0)


async def test_a_link_that_an_edit_adds_counts_from_the_edit_on(hands: Hands) -> None:
    no = await linked(hands, "I am sure that there is an article about it.")
    assert await verdict(hands) == (0, 0, 0, 0)
    answer = (await hands.entries(no))[-1]
    await hands.act(changes.edit, "anna", no, answer.no, f"It is here: {WIKI}/ftp-refused")
    assert await verdict(hands) == (0, 0, 1, 0)
    await solved(hands, no, "advised")
    hands.clock.now += FOR_GOOD
    assert await verdict(hands) == (1, 0, 0, 0)
    assert set((await figures(hands, "answer.wiki"))["linked"].by["part"]) == {"ftp-refused"}


async def test_a_link_that_an_edit_takes_out_counts_no_more(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await linked(hands)
    answer = (await hands.entries(no))[-1]
    await hands.act(changes.edit, "anna", no, answer.no, f"No, this one: {WIKI}/ftp-refused")
    assert set((await figures(hands, "answer.wiki"))["linked"].by["part"]) == {"ftp-refused"}
    shown = (await (await browser_for("vera")).get(f"/requests/{no}")).text
    assert f"/requests/{no}/wiki/ftp-refused" in shown
    await hands.act(changes.edit, "anna", no, answer.no, "I shall look myself.")
    assert await verdict(hands) == (0, 0, 0, 0)


async def letter_about(hands: Hands, no: int) -> Letter:
    vera, entries = hands.world["vera"], await hands.entries(no)
    content = LetterContent("answer", await hands.request(no), vera, [entries[-1]], None)
    policy = hands.desk.policies.current(hands.now)[1]
    return compose_letter(content, vera.id, WIKI.removesuffix("/wiki"), policy)


async def readers(hands: Hands) -> list[Any]:
    async with hands.desk.db.connection() as conn:
        cursor = await conn.execute("select request_no, slug, person_id from article_readers")
        return await cursor.fetchall()
