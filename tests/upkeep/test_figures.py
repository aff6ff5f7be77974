"""The editors' page: articles by harm and help, and what is asked and answered without one."""

import re
from typing import Any

import pytest

from firstline.requests.actions import redacting
from tests.desk.conftest import Browser, Browsers
from tests.reports.telling import solved
from tests.requests.hands import Hands

PAGE = "/desk/wiki/figures"
WIKI = "http://desk.example/wiki"
ANSWER = (
    "Open the panel, choose Mailboxes, then the mailbox, and raise its quota to as much as your"
    " plan allows; delete old letters from Sent and Trash over webmail, then letters come in again."
)


async def answered(hands: Hands, question: str, answer: str, name: str = "vera") -> int:
    no = await hands.open(name, question)
    await hands.take("anna")
    await hands.say("anna", no, answer)
    await solved(hands, no)
    return no


async def full_mailboxes(hands: Hands) -> list[int]:
    """The same question three times, with nearly the same answer."""
    questions = (
        "The mailbox is full, letters come back with 552 quota exceeded",
        "letters come back: 552 quota exceeded, is the mailbox of info@borealis.example full?",
        "552 quota exceeded, my mailbox is full and letters come back",
    )
    return [await answered(hands, words, f"{ANSWER} Yours, Anna") for words in questions]


async def test_an_article_is_listed_with_what_its_links_did(
    hands: Hands, browser_for: Browsers
) -> None:
    see = f"403 on a page: {WIKI}/403-on-a-page"
    opened = await answered(hands, "My site answers 403", see)
    back = await hands.open("vera", "403 again")
    await hands.take("anna")
    await hands.say("anna", back, see)
    await hands.say("vera", back, "It does not help")
    await hands.say("anna", back, "Then I look")
    await (await browser_for("vera")).get(f"/requests/{opened}/wiki/403-on-a-page")
    hands.clock.pass_by(minutes=60 * 24 * 15)
    anna = await browser_for("anna")
    row = row_of((await anna.get(PAGE)).text, "403-on-a-page")
    assert figures_in(row) == [2, 1, 1, 1, 0, 0], "linked, opened, solved, came back, votes"
    for address, count in re.findall(r'href="(/desk/wiki/figures/[^"]*)">(\d+)<', row):
        listed = await anna.get(address.replace("&amp;", "&"))
        assert listed.text.count("data-row") == int(count), address
        assert "403" in listed.text


def row_of(page: str, slug: str) -> str:
    found = re.search(rf'<tr><th scope="row"><a href="/wiki/{slug}".*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def figures_in(row: str) -> list[int]:
    cells = re.findall(r'<td class="proof-number">(.*?)</td>', row, re.DOTALL)
    return [int(re.sub(r"<[^>]*>", "", cell)) for cell in cells]


async def test_votes_are_counted_by_article_with_what_was_missed(
    hands: Hands, browser_for: Browsers, client_for: Any
) -> None:
    vera, pavel = await client_for("vera"), await client_for("pavel")
    at = "/api/v1/articles/invoices/votes"
    await vera.post(at, json={"helpful": False, "missing": "Where is <b>March</b>?"})
    await pavel.post(at, json={"helpful": True})
    anna = await browser_for("anna")
    assert figures_in(row_of((await anna.get(PAGE)).text, "invoices"))[-2:] == [1, 1]
    missed = (await anna.get(f"{PAGE}/votes?slug=invoices&what=broken")).text
    assert "Where is &lt;b&gt;March&lt;/b&gt;?" in missed
    assert missed.count("data-row") == 1
    assert "Vera" not in missed.partition("<main")[2]
    proof = (await anna.get("/desk/regulations/proof/wiki.helpful")).text
    assert "Invoices" in proof or "invoices" in proof
    listed = await anna.get("/desk/regulations/proof/wiki.helpful?view=votes&what=broken")
    assert listed.text.count("data-row") == 1
    public = await anna.get(
        "/regulations/proof/wiki.helpful", headers={"accept": "application/json"}
    )
    assert (public.json()["measures"][0]["whole"]["kept"], "March" in public.text) == (1, False)


async def test_a_question_that_came_again_is_a_writing_task_with_examples(
    hands: Hands, browser_for: Browsers
) -> None:
    numbers = await full_mailboxes(hands)
    await answered(hands, "How do I renew the certificate?", f"Read {WIKI}/ssl-certificate-expired")
    martin = await browser_for("martin")
    page = (await martin.get(PAGE)).text
    questions = page.partition("Questions without an article")[2].partition("Answers repeated")
    for part in (questions[0], questions[2]):
        assert part.count("3 requests") == 1
        for no in numbers:
            assert f'href="/desk/requests/{no}#e' in part
    assert "certificate" not in questions[0]


async def test_an_editor_takes_a_task_gives_it_back_and_dismisses_it_with_a_reason(
    hands: Hands, browser_for: Browsers
) -> None:
    numbers = await full_mailboxes(hands)
    martin = await browser_for("martin")
    task = f"{PAGE}/tasks/{numbers[-1]}/1"
    assert (await martin.form(f"{task}/take")).status_code == 303
    assert "Martin writes it" in (await martin.get(PAGE)).text
    assert (await martin.form(f"{task}/open")).status_code == 303
    assert "Martin writes it" not in (await martin.get(PAGE)).text
    refused = await martin.form(f"{task}/dismiss", reason=" ")
    assert (refused.status_code, "Say why it needs no article" in refused.text) == (422, True)
    await martin.form(f"{task}/dismiss", reason="The panel says it <now>")
    page = (await martin.get(PAGE)).text
    assert "The panel says it &lt;now&gt;" in page
    assert "1 that needs no article" in page


async def test_operators_read_and_decide_nothing_and_clients_find_nothing(
    hands: Hands, browser_for: Browsers
) -> None:
    numbers = await full_mailboxes(hands)
    task = f"{PAGE}/tasks/{numbers[-1]}/1"
    anna, vera = await browser_for("anna"), await browser_for("vera")
    page = (await anna.get(PAGE)).text
    assert "3 requests" in page
    assert "/tasks/" not in page
    for step, reason in (("take", ""), ("dismiss", "No"), ("open", "")):
        assert (await anna.form(f"{task}/{step}", reason=reason)).status_code == 403
        assert (await vera.form(f"{task}/{step}", reason=reason)).status_code == 404
    for address in (PAGE, f"{PAGE}/links?slug=invoices", f"{PAGE}/votes?slug=invoices"):
        assert (await vera.get(address)).status_code == 404


async def test_a_colleagues_task_is_not_taken_from_them(
    hands: Hands, browser_for: Browsers, conn: Any
) -> None:
    numbers = await full_mailboxes(hands)
    await conn.execute(
        "update operators set roles = roles || '{editor}' where person_id = %s",
        (hands.world["ivan"].id,),
    )
    martin, ivan = await browser_for("martin"), await browser_for("ivan")
    task = f"{PAGE}/tasks/{numbers[-1]}/1"
    await martin.form(f"{task}/take")
    refused = await ivan.form(f"{task}/take")
    assert (refused.status_code, "Martin is writing it" in refused.text) == (409, True)
    assert (await martin.form(f"{task}/take")).status_code == 303


@pytest.mark.parametrize("task", ["9999/1/take", "1/99/take", "1/1/no-such-step"])
async def test_what_is_not_there_is_no_task(browser_for: Browsers, task: str) -> None:
    martin = await browser_for("martin")
    assert (await martin.form(f"{PAGE}/tasks/{task}")).status_code == 404


async def test_erased_words_are_in_no_example(hands: Hands, browser_for: Browsers) -> None:
    numbers = await full_mailboxes(hands)
    anna = await browser_for("anna")
    before = (await anna.get(PAGE)).text
    assert "552 quota exceeded" in before
    for no in numbers:
        await hands.act(redacting.redact, "anna", no, 1, "By mistake")
    assert "552 quota exceeded" not in (await anna.get(PAGE)).text


@pytest.mark.parametrize(
    "query",
    [
        "period=own&since=x&until=9999-12-31",
        "slug=%00%27&view=nonsense&what=x&page=-1",
        "page=99999999999",
    ],
)
async def test_a_query_that_makes_no_sense_is_answered_calmly(
    browser_for: Browsers, query: str
) -> None:
    anna = await browser_for("anna")
    for address in (PAGE, f"{PAGE}/links", f"{PAGE}/votes"):
        assert (await anna.get(f"{address}?{query}")).status_code == 200


async def test_the_page_asks_as_often_however_much_there_is(
    hands: Hands, browser_for: Browsers, queries: list[str]
) -> None:
    anna = await browser_for("anna")
    await full_mailboxes(hands)
    few = await asked(anna, queries)
    for n in range(4):
        await answered(hands, f"How do I pay invoice number {n}?", f"See {WIKI}/invoices")
    hands.clock.pass_by(minutes=10)
    await anna.get(PAGE)
    assert await asked(anna, queries) <= few
    assert few <= 30


async def asked(browser: Browser, queries: list[str]) -> int:
    queries.clear()
    assert (await browser.get(PAGE)).status_code == 200
    return len([one for one in queries if not one.lower().startswith(("savepoint", "release"))])
