"""An article drafted from a solved request: nothing personal is in it, and all of it is told."""

from datetime import timedelta
from typing import Any

from firstline.requests.actions import redacting
from firstline.wiki.model import ArticleText
from firstline.wiki.writing.drafts import plan_edition
from tests.desk.conftest import Browsers
from tests.reports.telling import solved
from tests.requests.hands import Hands

QUESTION = (
    "Hello Anna, my page www.acme.example/cart answers 403 since I copied files as u48123.\n"
    "Write to vera@acme.example or call +380 44 123-45-67. See also #1000."
)
ANSWER = "Hello Vera,\nset the mode of /home/u48123/public_html to 755 in the file manager."


async def solved_request(hands: Hands) -> int:
    no = await hands.open("vera", QUESTION, title="403 on acme.example")
    await hands.take("anna")
    await hands.say("anna", no, "I am looking", turn="us")
    await hands.say("boris", no, "Anna, it is the mode of his folder", audience="staff")
    await hands.say("anna", no, ANSWER)
    await hands.say("vera", no, "Thank you from Vera")
    await solved(hands, no)
    return no


async def test_a_solved_request_becomes_a_draft_without_anything_personal(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await solved_request(hands)
    anna = await browser_for("anna")
    page = (await anna.get(f"/desk/requests/{no}/article")).text
    title = page.partition('name="title"')[2].partition(">")[0]
    text = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert "403 on example.com" in title
    assert "example.com/cart answers 403" in text
    assert "/home/account/public_html to 755" in text
    for word in ("acme", "Vera", "Anna", "u48123", "123-45", "#1000", "his folder", "looking"):
        assert word not in text + title, word
    for original in ("acme.example", "vera@acme.example", "+380 44 123-45-67", "u48123", "#1000"):
        assert f"<bdi>{original}</bdi>" in page, original


async def test_it_is_kept_as_a_draft_and_nothing_is_published(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await solved_request(hands)
    anna, vera = await browser_for("anna"), await browser_for("vera")
    kept = await anna.form(
        f"/desk/requests/{no}/article",
        title="403 after copying files",
        section="web",
        body="Set 755.",
    )
    assert (kept.status_code, kept.headers["location"]) == (
        303,
        "/desk/wiki/articles/403-after-copying-files",
    )
    assert (await vera.get("/wiki/403-after-copying-files")).status_code == 404
    assert "Set 755." in (await anna.get("/wiki/403-after-copying-files")).text
    page = (await anna.get(f"/desk/requests/{no}/article")).text
    assert "was drafted from this request already" in page


async def test_an_open_request_makes_none_and_others_find_nothing(
    hands: Hands, browser_for: Browsers
) -> None:
    done = await solved_request(hands)
    no = await hands.open("pavel", QUESTION)
    anna, pavel = await browser_for("anna"), await browser_for("pavel")
    address = f"/desk/requests/{no}/article"
    assert (await anna.get(address)).status_code == 409
    assert (await pavel.get(address)).status_code == 404
    assert (await pavel.form(address, title="x", section="web", body="x")).status_code == 404
    assert (await anna.get("/desk/requests/99999/article")).status_code == 404
    closed = f"/desk/requests/{done}/article"
    for fields in (
        {"title": "", "section": "web", "body": "x"},
        {"title": "x", "section": "no", "body": "x"},
    ):
        assert (await anna.form(closed, **fields)).status_code == 422


async def test_what_is_erased_in_the_request_is_in_no_list_and_no_draft(
    hands: Hands, browser_for: Browsers, conn: Any
) -> None:
    no = await solved_request(hands)
    anna = await browser_for("anna")
    body = (
        "Set the mode of the folder.\n\n"
        "Hello [name],\nset the mode of /home/account/public_html to 755 in the file manager."
    )
    await anna.form(f"/desk/requests/{no}/article", title="Modes", section="web", body=body)
    answer = next(one for one in await hands.entries(no) if one.body == ANSWER)
    await hands.act(redacting.redact, "anna", no, 1, "By mistake")
    page = (await anna.get(f"/desk/requests/{no}/article")).text
    assert "123-45" not in page
    assert "public_html to 755" in page
    await hands.act(redacting.redact, "anna", no, answer.no, "By mistake")
    cursor = await conn.execute("select body from article_drafts")
    ((left,),) = await cursor.fetchall()
    assert "Set the mode of the folder." in left
    assert "755" not in left


async def test_what_is_erased_is_not_published_at_its_time(
    hands: Hands, browser_for: Browsers, conn: Any
) -> None:
    no = await solved_request(hands)
    anna = await browser_for("anna")
    body = "Folders have owners.\n\nThen set /home/account/public_html to 755 in the file manager."
    await anna.form(f"/desk/requests/{no}/article", title="Modes", section="web", body=body)
    typed = ArticleText("Modes", "", body)
    at = hands.now + timedelta(days=1)
    martin = hands.world["martin"]
    await hands.run(plan_edition, martin, "modes", "en", typed, 0, at)
    answer = next(one for one in await hands.entries(no) if one.body == ANSWER)
    await hands.act(redacting.redact, "anna", no, answer.no, "By mistake")
    cursor = await conn.execute("select body from article_plans")
    ((left,),) = await cursor.fetchall()
    assert "Folders have owners." in left
    assert "755" not in left


async def test_the_address_follows_the_title_until_somebody_can_read_it(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await solved_request(hands)
    martin = await browser_for("martin")
    first = {"title": "Smith has 403", "section": "web", "body": "Set 755."}
    place = (await martin.form(f"/desk/requests/{no}/article", **first)).headers["location"]
    assert place == "/desk/wiki/articles/smith-has-403"
    page = (await martin.get(f"{place}/en")).text
    since = page.partition('name="since" value="')[2].partition('"')[0]
    form = {"title": "403 after copying", "body": "Set 755.", "seen": "0", "since": since}
    done = await martin.form(f"{place}/en/publish", **form)
    assert done.headers["location"] == "/desk/wiki/articles/403-after-copying", done.text
    assert (await martin.get("/wiki/smith-has-403")).status_code == 404


async def test_what_is_erased_leaves_the_address_of_a_draft(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await solved_request(hands)
    anna = await browser_for("anna")
    form = {"title": "page answers 403 since copied files", "section": "web", "body": "Set 755."}
    await anna.form(f"/desk/requests/{no}/article", **form)
    await hands.act(redacting.redact, "anna", no, 1, "By mistake")
    made = (await anna.get(f"/desk/requests/{no}/article")).text
    assert "page-answers" not in made


PERSONAL_QUESTION = (
    "Добрий день, мене звати Олена Коваль, пані Олено Петрівно.\n"
    "Картка 4111 1111 1111 1111, exp 04/27 cvv 123, паспорт АВ123456, договір 44/12-К.\n"
    "Я змінила пароль на сонечко, тел. 8-916-123-45-67, вул. Хрещатик, 22, @olenka_k"
)


async def test_what_may_be_left_is_named_to_the_editor(hands: Hands, browser_for: Browsers) -> None:
    no = await hands.open("vera", PERSONAL_QUESTION, title="Сайт")
    await hands.take("anna")
    await hands.say("anna", no, "Look at what Kowalski wrote, number 7788990 of it")
    await solved(hands, no)
    page = (await (await browser_for("anna")).get(f"/desk/requests/{no}/article")).text
    text = page.partition("<textarea")[2].partition("</textarea>")[0]
    gone = "Олен Коваль Петр 4111 04/27 123 АВ 44/12 сонечко 916 Хрещатик olenka 7788990"
    assert [word for word in gone.split() if word in text] == []
    assert "<mark><bdi>Kowalski</bdi></mark>" in page
    assert "names and numbers may be left" in page


async def test_editors_take_what_is_erased_out_of_every_published_edition(
    hands: Hands, browser_for: Browsers, conn: Any
) -> None:
    no = await solved_request(hands)
    anna, martin, vera = [await browser_for(name) for name in ("anna", "martin", "vera")]
    body = "Folders have owners.\n\nThen set /home/account/public_html to 755 in the file manager."
    await anna.form(f"/desk/requests/{no}/article", title="Modes", section="web", body=body)
    place = "/desk/wiki/articles/modes"
    for text, seen in ((body, "0"), (f"{body}\n\nBack up first.", "1"), ("Back up first.", "2")):
        form = {"title": "Modes", "summary": "Who owns a folder.", "body": text, "seen": seen}
        done = await martin.form(f"{place}/en/publish", **form, key=f"k{seen}")
        assert done.status_code == 303, done.text
    assert "/erased" not in (await martin.get(place)).text
    answer = next(one for one in await hands.entries(no) if one.body == ANSWER)
    await hands.act(redacting.redact, "anna", no, answer.no, "By mistake")
    page = (await martin.get(place)).text
    assert f"#{no}</a>" in page
    assert f"{place}/en/revisions/1" in page
    assert f"{place}/en/revisions/2" in page
    assert f"{place}/en/revisions/3" not in page, "it has been taken out there"
    assert "modes" in (await martin.get("/desk/wiki?q=quokka")).text
    assert (await anna.form(f"{place}/erased", key="a")).status_code == 403
    assert (await martin.form(f"{place}/erased", key="b")).status_code == 303
    cursor = await conn.execute(
        "select r.revision, r.body from article_revisions r join articles a on a.id = r.article_id"
        " where a.slug = 'modes' order by 1"
    )
    assert await cursor.fetchall() == [
        (1, "Folders have owners.\n"),
        (2, "Folders have owners.\n\n\nBack up first.\n"),
        (3, "Back up first.\n"),
    ]
    assert "/erased" not in (await martin.get(place)).text
    assert "Erased text taken out" in (await martin.get("/desk/settings/changes")).text
    assert "Back up first." in (await vera.get("/wiki/modes")).text
