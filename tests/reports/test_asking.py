"""Clauses request.good and request.specific: answers without a question back, facts as read."""

import re
from html import unescape

from firstline.coaching import read_facts
from firstline.requests.actions import changes, moves
from firstline.timeline import index_unread
from tests.desk.conftest import Browsers
from tests.desk.conftest import browser_for as browser_for
from tests.reports.telling import figures, solved, told, verdicts
from tests.requests.hands import Hands

GOOD = "The page https://www.acme.example/cart answers 403 Forbidden since this morning"
BAD = "My site does not work"


async def coached(hands: Hands, body: str, **more: str) -> int:
    """A request of Vera's that the coach has read and Anna holds."""
    no = await hands.open(body=body, **more)
    while await index_unread(hands.desk.db):
        pass
    while await read_facts(hands.desk.db, hands.desk.policies):
        pass
    await hands.take("anna")
    return no


async def test_an_answer_that_the_client_has_to_answer_is_a_question_back(hands: Hands) -> None:
    good, bad, waits = [await coached(hands, body) for body in (GOOD, BAD, BAD)]
    await hands.say("anna", good, "It is mended")
    await solved(hands, good)
    await hands.say("anna", bad, "Which page?")
    assert (await verdicts(hands, "request.good"))["asked_back"] == (1, 0, 1, 0)
    await hands.say("vera", bad, "The cart")
    await solved(hands, bad)
    await hands.say("anna", waits, "One moment", turn="us")
    assert (await verdicts(hands, "request.good"))["asked_back"] == (1, 1, 0, 0)
    assert await told(hands, "request.good", "asked_back", "broken") == [bad]
    parts = (await figures(hands, "request.good"))["asked_back"].by["part"]
    assert {name: (one.kept, one.broken) for name, one in parts.items()} == {
        "complete": (1, 0),
        "incomplete": (0, 1),
    }
    topics = (await figures(hands, "request.specific"))["asked_back"].by["rule"]
    assert {name: one.judged for name, one in topics.items()} == {"web": 2}


async def test_words_before_the_answer_after_the_closing_and_updates_are_no_question_back(
    hands: Hands,
) -> None:
    no = await coached(hands, BAD)
    await hands.say("vera", no, "It is the cart, I forgot to say")
    await hands.say("anna", no, "I am looking", turn="us")
    await hands.say("vera", no, "Thank you, I wait")
    await hands.say("anna", no, "It is mended")
    await solved(hands, no)
    await hands.say("vera", no, "It came back")
    assert (await verdicts(hands, "request.good"))["asked_back"] == (1, 0, 0, 0)


async def test_thanks_after_the_answer_that_solved_it_are_no_question_back(hands: Hands) -> None:
    thanks, asked, handed, opened = [await coached(hands, BAD) for _ in range(4)]
    for no, answer in ((thanks, "It is mended"), (asked, "Mended; does it work?"), (handed, "Try")):
        await hands.say("anna", no, answer)
        await hands.say("vera", no, "Thank you, it works")
    await solved(hands, thanks)
    await solved(hands, asked)
    await hands.act(moves.hand_over, "anna", handed, "It does not")
    await hands.say("anna", opened, "See https://acme.example/?id=1")
    await hands.say("vera", opened, "Thank you")
    assert (await verdicts(hands, "request.good"))["asked_back"] == (1, 2, 1, 0)
    assert await told(hands, "request.good", "asked_back", "broken") == [handed, asked]


async def test_what_was_refused_or_is_a_duplicate_is_set_aside(hands: Hands) -> None:
    no = await coached(hands, BAD)
    await solved(hands, no, "duplicate")
    assert (await verdicts(hands, "request.good"))["asked_back"] == (0, 0, 0, 1)


async def test_corrections_of_the_coach_are_counted_by_fact(hands: Hands) -> None:
    wrong, _right = await coached(hands, GOOD), await coached(hands, GOOD)
    assert (await verdicts(hands, "request.good"))["facts_read"] == (2, 0, 0, 0)
    values = {"page": "https://acme.example/basket", "since_when": None}
    await hands.act(changes.amend, "anna", wrong, fields=values)
    await hands.act(changes.amend, "anna", wrong, fields={"page": "https://acme.example/x"})
    found = (await figures(hands, "request.good"))["facts_read"]
    assert (found.whole.kept, found.whole.broken) == (1, 2), "one's own value is no correction"
    by_fact = {name: one.broken for name, one in found.by["part"].items() if name}
    assert by_fact == {"page": 1, "since_when": 1}
    assert await told(hands, "request.good", "facts_read", "broken") == [wrong, wrong]


async def test_facts_that_come_late_are_judged_all_the_same(hands: Hands) -> None:
    no = await hands.open(body=GOOD)
    await hands.take("anna")
    await hands.say("anna", no, "It is mended")
    await solved(hands, no)
    assert set((await figures(hands, "request.good"))["asked_back"].by["part"]) == {"incomplete"}
    while await index_unread(hands.desk.db):
        pass
    await read_facts(hands.desk.db, hands.desk.policies)
    assert set((await figures(hands, "request.good"))["asked_back"].by["part"]) == {"complete"}


async def test_a_topic_opens_its_list_on_the_page_of_the_clause(
    hands: Hands, browser_for: Browsers
) -> None:
    web, mail = await coached(hands, GOOD), await coached(hands, BAD, topic="mail")
    for no in (web, mail):
        await hands.say("anna", no, "It is mended")
        await solved(hands, no)
    anna = await browser_for("anna")
    page = (await anna.get("/desk/regulations/proof/request.good")).text
    assert "By topic" in page
    link = re.search(r'href="(\?[^"]*view=asked_back[^"]*rule=mail[^"]*)"', page)
    assert link is not None
    address = f"/desk/regulations/proof/request.good{unescape(link[1])}"
    rows = (await anna.get(address)).text
    assert f"#{mail}" in rows
    assert f"#{web}" not in rows
    assert (await anna.get("/desk/regulations/proof/request.specific")).status_code == 200
