"""Which articles an answer led to stands in the log beside it."""

import pytest

from firstline.requests.entrance.linked import linked_articles

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
def test_what_leads_to_no_article_is_not_kept(body: str) -> None:
    assert linked_articles(body) == {}
