"""Answers, notes, mending, drafts and snippets from the desk."""

import re
from typing import Any
from uuid import uuid4

from firstline.app import Desk
from firstline.kit.db import Db
from firstline.kit.masks import MASK
from firstline.people import Who
from firstline.requests import Words, moves, say
from firstline.requests.secrets.actions import give_secret
from tests.desk.conftest import Browsers, Opens


async def test_an_answer_stops_when_something_newer_stands_there(
    browser_for: Browsers, opens: Opens, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    no = await opens("vera", "Words", "anna")
    await say(desk.call(world["vera"]), no, Words("One more thing"))
    anna = await browser_for("anna")
    stale = await anna.send(f"/desk/requests/{no}/say", body="Answer", key="a", seen=2)
    assert stale.status_code == 409
    assert stale.json()["title"] == "newer-entries"
    good = await anna.send(f"/desk/requests/{no}/say", body="Answer", key="b", seen=3)
    assert good.json() == {"no": 4}
    same = await anna.send(f"/desk/requests/{no}/say", body="Answer", key="b", seen=3)
    assert same.json() == {"no": 4}


async def test_a_note_asks_the_colleague_whom_it_names(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words", "anna")
    anna, boris = await browser_for("anna"), await browser_for("boris")
    await anna.send(
        f"/desk/requests/{no}/say", body="@boris a look, please", key="n", audience="staff"
    )
    assert "Questions to you" in (await boris.get("/desk")).text
    await boris.get(f"/desk/requests/{no}")
    assert "Questions to you" not in (await boris.get("/desk")).text


async def test_a_draft_is_kept_without_the_secrets_in_it(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    await anna.send("/desk/drafts", place=f"request/{no}", body="Use password: hunter22")
    shown = (await anna.get(f"/desk/requests/{no}")).text
    assert "hunter22" not in shown
    assert f"Use password: {MASK}" in shown


async def test_drafts_are_kept_apart_and_come_back(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words", "anna")
    anna, ivan = await browser_for("anna"), await browser_for("ivan")
    await anna.send("/desk/drafts", place=f"request/{no}", body="Half an answer")
    await anna.send("/desk/drafts", place=f"request/{no}/note", body="Half a note")
    text = (await anna.get(f"/desk/requests/{no}")).text
    assert "Half an answer</textarea>" in text
    assert 'data-note="Half a note"' in text
    assert "Half an" not in (await ivan.get(f"/desk/requests/{no}")).text
    await anna.send("/desk/drafts", place=f"request/{no}", body="")
    assert "Half an answer" not in (await anna.get(f"/desk/requests/{no}")).text
    assert (await anna.send("/desk/drafts", place="elsewhere", body="x")).status_code == 422


async def test_words_are_mended_and_taken_out_of_sight(browser_for: Browsers, opens: Opens) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    await anna.send(f"/desk/requests/{no}/say", body="A wrng answer", key="a")
    mended = await anna.act(f"/desk/requests/{no}/entries/3/edit", body="A right answer")
    assert "A right answer" in mended.text
    assert "A wrng answer" not in mended.text
    gone = await anna.act(f"/desk/requests/{no}/entries/3/redact", reason="Another client's words")
    assert "A right answer" not in gone.text
    assert "erased by our staff" in gone.text
    foreign = await anna.act(f"/desk/requests/{no}/entries/1/edit", body="x")
    assert foreign.status_code == 403


async def test_words_of_a_step_are_erased_from_its_own_menu(
    browser_for: Browsers, opens: Opens, desk: Desk, world: dict[str, Who]
) -> None:
    no = await opens("vera", "Words", "anna")
    anna, vera = await browser_for("anna"), await browser_for("vera")
    call = desk.call(world["anna"])
    await call.run(moves.hand_over, no, "The neighbour's key lies below the pot")
    page = (await anna.get(f"/desk/requests/{no}")).text
    steps = re.findall(r'<article class="fl-entry fl-event.*?</article>', page, re.DOTALL)
    with_menu = [step for step in steps if 'data-entry="3"' in step]
    assert len(with_menu) == 1, "the hand-over has a menu"
    assert [step for step in steps if "data-entry" in step] == with_menu, "steps without words none"
    asked = await anna.get(f"/desk/requests/{no}/dialogs/redact?entry=3")
    assert "Erase this text" in asked.text
    assert "below the pot" in asked.text
    denied = await anna.act(f"/desk/requests/{no}/entries/3/redact", reason="Not for here")
    assert denied.status_code == 403, "it is the second line's now"
    boris = await browser_for("boris")
    gone = await boris.act(f"/desk/requests/{no}/entries/3/redact", reason="Not for here")
    assert "below the pot" not in gone.text
    assert "This text was erased by our staff." in gone.text
    assert 'data-entry="3"' not in gone.text
    again = await boris.act(f"/desk/requests/{no}/entries/2/redact", reason="Not for here")
    assert again.status_code == 409
    assert "no text here" in again.text
    assert "data-entry" not in (await vera.get(f"/requests/{no}")).text.split("fl-event")[1]


async def test_title_topic_service_and_links_change(
    browser_for: Browsers, opens: Opens, world: dict[str, Who]
) -> None:
    no = await opens("vera", "Words", "anna")
    other = await opens("pavel", "Other words")
    anna = await browser_for("anna")
    done = await anna.act(f"/desk/requests/{no}/amend", title="A better title", topic="mail")
    assert "A better title" in done.text
    assert (await anna.act(f"/desk/requests/{no}/links", to=f"#{other}")).status_code == 200
    assert (await anna.act(f"/desk/requests/{no}/links", to="x")).status_code == 422
    assert (await anna.act(f"/desk/requests/{no}/links", to="999999")).status_code == 404
    assert f"#{other}" in (await anna.get(f"/desk/requests/{no}")).text
    wrong = await anna.act(f"/desk/requests/{no}/amend", title="T", service=str(uuid4()))
    assert wrong.status_code == 422


async def test_a_secret_is_shown_by_a_click_that_is_written_down(
    browser_for: Browsers, opens: Opens, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    no = await opens("vera", "Words", "anna")
    _, secret = await desk.call(world["vera"]).run(
        give_secret, desk.seal, no, "FTP password", "hunter2"
    )
    anna = await browser_for("anna")
    page = (await anna.get(f"/desk/requests/{no}")).text
    assert "FTP password" in page
    assert "hunter2" not in page
    shown = await anna.act(f"/desk/requests/{no}/secrets/{secret}")
    assert "hunter2" in shown.text
    assert "viewed the secret" in (await anna.get(f"/desk/requests/{no}")).text


async def test_slash_offers_snippets_with_their_variables_filled(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "The certificate expired", "anna", topic="ssl")
    anna = await browser_for("anna")
    form = {"shortcut": "/Hello", "language": "en", "title": "Greeting"}
    saved = await anna.form(
        "/desk/settings/snippets", **form, body="Hello {name} of {client}, {{7*7}}"
    )
    assert saved.status_code == 303
    clash = await anna.form("/desk/settings/snippets", **form, body="x")
    assert clash.status_code == 409
    offered = (await anna.get(f"/desk/requests/{no}/suggest?q=hel")).json()
    assert offered[0]["text"] == "Hello Vera of Acme, {{7*7}}"
    people = (await anna.get(f"/desk/requests/{no}/suggest?at=@&q=bo")).json()
    assert [one["text"] for one in people] == ["@boris "]


async def test_a_fresh_desk_has_words_at_hand_in_every_language(
    browser_for: Browsers, opens: Opens, db: Any
) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    url = f"/desk/requests/{no}/suggest?q="
    for language, typed, shortcut in (
        ("en", "full addr", "/which-page"),
        ("uk", "текст помил", "/which-page"),
        ("ru", "браузер", "/cache"),
    ):
        async with db.connection() as conn:
            await conn.execute("update requests set language = %s where no = %s", (language, no))
        found = (await anna.get(f"{url}{typed}")).json()
        assert shortcut in [one["hint"] for one in found], language
        assert all(one["preview"] for one in found)


async def test_wishes_go_where_the_operator_goes(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    assert (await anna.send("/desk/wishes", keys=False, sound=True)).status_code == 204
    assert 'data-keys="off"' in (await anna.get("/desk")).text
    assert (await anna.get("/desk/news")).json()["wishes"]["sound"] is True
    assert (await anna.send("/desk/wishes", enter="never")).status_code == 422


async def test_too_long_and_broken_words_are_refused_by_name(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    long = await anna.send(f"/desk/requests/{no}/say", body="x" * 20_001, key="a")
    assert (long.status_code, long.json()["field"]) == (413, "body")
    nul = await anna.send(f"/desk/requests/{no}/say", body="a\0b", key="b")
    assert (nul.status_code, nul.json()["field"]) == (422, "body")
    unknown = await anna.send(f"/desk/requests/{no}/say", body="a", key="c", role="keeper")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "role")


async def test_a_signed_out_script_gets_401_and_never_a_page_that_looks_like_success(
    browser_for: Browsers, opens: Opens
) -> None:
    no = await opens("vera", "Words", "anna")
    stranger = await browser_for(None)
    answer = await stranger.send(f"/desk/requests/{no}/say", body="x", key="k")
    assert answer.status_code == 401
    assert "location" not in answer.headers


async def test_a_wish_repeated_a_thousand_times_is_kept_once(
    browser_for: Browsers, world: dict[str, Who], db: Db
) -> None:
    anna = await browser_for("anna")
    wished = await anna.send("/desk/wishes", sounds=["reply"] * 1000)
    assert wished.status_code == 204
    async with db.connection() as conn:
        row = await (
            await conn.execute(
                "select value->'sounds' from settings where name = %s",
                (f"person/{world['anna'].id}",),
            )
        ).fetchone()
    assert row == (["reply"],)
