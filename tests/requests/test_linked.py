"""Which articles an answer led to stands in the log beside it."""

from datetime import timedelta
from typing import Any

import pytest

from firstline import wiki
from firstline.kit.errors import Invalid
from firstline.policy import default_text
from firstline.requests.actions import changes, closing, delays, splitting
from firstline.requests.entrance.linked import linked_articles
from firstline.wiki import NewArticle

from .hands import Hands


async def test_an_answer_keeps_the_articles_it_links(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    words = (
        "Please see https://desk.example/wiki/403-on-a-page, and /wiki/ftp-refused.\n"
        "Again: https://desk.example/wiki/403-on-a-page#htaccess"
    )
    answer = await hands.say("anna", no, words)
    assert answer.data["articles"] == ["403-on-a-page", "ftp-refused"]
    note = await hands.say("anna", no, "See /wiki/invoices", audience="staff")
    asked = await hands.say("vera", no, "I read /wiki/invoices")
    assert "articles" not in note.data
    assert "articles" not in asked.data


async def test_an_answer_by_an_article_closes_at_once_where_the_policy_says_so(
    hands: Hands,
) -> None:
    await hands.govern(default_text().replace("\nclose:", "\nclose:\n  by_article: at_once"))
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "I am reading your log.")
    await hands.say("anna", no, "See /wiki/invoices", audience="staff")
    await hands.say("vera", no, "Is it /wiki/invoices?")
    assert not (await hands.request(no)).closed
    answer = await hands.say("anna", no, "It is in /wiki/403-on-a-page", key="once")
    request = await hands.request(no)
    assert (request.closed, request.outcome, request.promise) == (True, "advised", None)
    again = await hands.say("anna", no, "It is in /wiki/403-on-a-page", key="once")
    entries = [entry for entry in await hands.entries(no) if entry.kind in ("said", "closed")]
    assert (again.no, entries[-2].no) == (answer.no, answer.no)
    assert [entry.kind for entry in entries].count("closed") == 1
    await hands.say("vera", no, "It does not help.")
    assert not (await hands.request(no)).closed


async def test_an_answer_by_an_article_leaves_the_request_open_as_always(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "It is in /wiki/403-on-a-page")
    assert not (await hands.request(no)).closed


@pytest.mark.parametrize(
    "body",
    [
        "",
        "/wiki/",
        "/wiki/no-such-article",
        "x/wiki/invoices",
        "/wiki/invoices-2026",
        "/wiki/" * 999,
    ],
)
async def test_what_leads_to_no_article_is_not_kept(db: Any, body: str) -> None:
    assert await linked_articles(db, body) == {}


SECRET = "/wiki/our-notes"


@pytest.fixture
async def staff_only(hands: Hands) -> None:
    """An article that only the staff reads, at `SECRET`."""
    new = NewArticle("support", "en", "Our notes", "Call Boris.", "our-notes", audience="staff")
    await hands.run(wiki.new_article, None, new, ["en"])


@pytest.mark.usefixtures("staff_only")
@pytest.mark.parametrize(
    "address",
    [
        SECRET, f"https://desk.example{SECRET}", f"desk.example{SECRET}#a", f"({SECRET}?lang=uk)",
        "http://desk.example:8080/wiki/our%2Dnotes", "http://desk.example/requests/1/wiki/our-notes",
        f"**{SECRET}**", f"[notes]({SECRET})",
    ],
)  # fmt: skip
async def test_no_words_to_a_client_lead_to_what_only_the_staff_reads(
    hands: Hands, address: str
) -> None:
    words, later = f"See {address}", hands.now + timedelta(hours=2)
    no = await hands.open()
    await hands.take("anna")
    answer = await hands.say("anna", no, "I am reading your log.")
    client = hands.world["vera"].client_id
    ways: list[Any] = [
        hands.say("anna", no, words),
        hands.say("anna", no, words, turn="us"),
        hands.act(changes.edit, "anna", no, answer.no, words),
        hands.act(changes.amend, "anna", no, title=words),
        hands.act(splitting.split, "anna", no, [1], words),
        hands.act(delays.delay, "anna", no, "overload", later, words),
        hands.act(closing.close, "anna", no, "solved", words),
        hands.act(closing.close, "anna", no, "refused", words),
        hands.open("anna", words, client=client),
        hands.open("anna", "A call", title=words, client=client),
    ]
    for way in ways:
        with pytest.raises(Invalid, match="staff only"):
            await way
    await hands.say("anna", no, words, audience="staff")
    await hands.open("vera", words)
