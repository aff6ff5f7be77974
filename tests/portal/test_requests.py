"""A client's request, from the form to the transcript, by the pages."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from firstline.kit.db import Conn
from firstline.kit.masks import MASK
from tests.portal.conftest import Browser, Browsers, opened


async def test_a_double_click_opens_one_request(vera: Browser) -> None:
    form = {"topic": "web", "body": "Down", "key": "one-form"}
    first = await vera.post("/requests", form)
    again = await vera.post("/requests", form)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]


async def test_a_refused_request_keeps_what_was_typed(vera: Browser) -> None:
    for body, topic, status in (
        ("typed & kept", "no-topic", 422),
        ("typed & kept" + "x" * 20_000, "web", 413),
        ("typed & kept\0", "web", 422),
    ):
        answer = await vera.post("/requests", {"topic": topic, "body": body, "key": "k"})
        assert answer.status_code == status
        assert "typed &amp; kept" in answer.text
        assert 'role="alert"' in answer.text
    assert (
        await vera.post("/requests", {"topic": "web", "body": " ", "key": "k"})
    ).status_code == 422
    foreign = {"topic": "web", "body": "x", "service": str(uuid4()), "key": "k"}
    assert (await vera.post("/requests", foreign)).status_code == 422


async def test_a_body_of_ten_megabytes_is_refused(vera: Browser) -> None:
    await vera.get("/requests/new")
    answer = await vera.post("/requests", {"topic": "web", "body": "x" * 10_000_000})
    assert answer.status_code == 413
    said = await vera.send("/requests/1042/entries", {"body": "x" * 10_000_000})
    assert said.status_code == 413


async def test_a_draft_is_kept_without_the_secrets_in_it(vera: Browser, conn: Conn) -> None:
    typed = json.dumps({"topic": "web", "service": "", "body": "password: hunter22\nSince noon"})
    at = f"request/{await opened(vera)}"
    for place, body in (("new", typed), ("new", "pin: 4711x"), (at, "pwd=hunter22")):
        assert (await vera.send("/drafts", {"place": place, "body": body})).status_code == 204
        kept = await (await conn.execute("select body from drafts")).fetchall()
        assert not [body for (body,) in kept if "hunter22" in body or "4711x" in body]
    await vera.send("/drafts", {"place": "new", "body": typed})
    assert f"password: {MASK}\nSince noon</textarea>" in (await vera.get("/requests/new")).text


async def test_a_draft_is_kept_on_the_server_until_it_is_sent(
    vera: Browser, browser_for: Browsers
) -> None:
    kept = '{"topic":"mail","service":"","body":"half a sent"}'
    assert (await vera.send("/drafts", {"place": "new", "body": kept})).status_code == 204
    elsewhere = await browser_for("vera")
    form = (await elsewhere.get("/requests/new")).text
    assert "half a sent" in form
    assert '<option value="mail" selected>' in form
    pavel = await browser_for("pavel")
    assert "half a sent" not in (await pavel.get("/requests/new")).text
    await opened(elsewhere)
    assert "half a sent" not in (await vera.get("/requests/new")).text
    wrong = await vera.send("/drafts", {"place": "new", "body": "x", "person": "y"})
    assert wrong.status_code == 422
    odd = await vera.send("/drafts", {"place": "new", "body": "not JSON \0"})
    assert odd.status_code == 204
    assert "not JSON" in (await vera.get("/requests/new")).text


async def test_articles_are_suggested_while_typing_and_never_block(vera: Browser) -> None:
    address = "/requests/new/coach"
    asked = "missing/page missing/exact_error missing/since_when"
    typed = {"body": "403 forbidden", "topic": "web", "done": asked}
    assert "/wiki/403-on-a-page" in (await vera.post(address, typed)).text
    for body in ("", "я" * 20_000):
        none = await vera.post(address, {"body": body})
        assert none.status_code == 200
        assert "<a" not in none.text
    assert (await vera.get(f"{address}?body=hunter22")).status_code in (404, 405)
    form = (await vera.get("/requests/new")).text
    assert "hx-" not in form.split("data-new")[1].split("</form>")[0]
    assert (await vera.http.post(address, data={"body": "403"})).status_code == 403
    begun = await vera.get("/requests/new?article=403-on-a-page")
    assert "http://desk.example/wiki/403-on-a-page" in begun.text
    assert "This continues request 1042" in (await vera.get("/requests/new?about=1042")).text


async def test_a_number_in_an_address_is_digits_and_nothing_else(vera: Browser) -> None:
    no = await opened(vera, "canary words")
    assert (await vera.get(f"/requests/{no}")).status_code == 200
    odd = (f"{no // 1000}_{no % 1000:03}", f"+{no}", f" {no}", f"{no} ", f"-{no}",
           "".join(chr(ord("０") + int(digit)) for digit in str(no)),
           "".join(chr(ord("٠") + int(digit)) for digit in str(no)))  # fmt: skip
    for number in odd:
        for path in ("/requests/{}", "/requests/{}/standing"):
            answer = await vera.get(path.format(quote(number)))
            assert answer.status_code == 404, (path, number)
            assert "canary" not in answer.text


async def test_who_is_refused_without_scripts_reads_where_the_words_are(vera: Browser) -> None:
    stale = {"csrf": "0" * 64, "topic": "web", "body": "It is down"}
    answer = await vera.http.post("/requests", data=stale, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "what you typed is still in the form" in answer.text
    assert "still in the form" not in (await vera.get("/requests/999999")).text


async def test_foreign_and_unknown_requests_are_not_there(
    vera: Browser, browser_for: Browsers
) -> None:
    no = await opened(vera, "canary words")
    pavel = await browser_for("pavel")
    await pavel.get("/")
    for number in (no, 999_999, 2**70):
        for part in ("", "/standing", "/entries-html", "/entries-html?wait=5", "/entries/1/edit",
                     "/transcript.txt", "/transcript.json"):  # fmt: skip
            answer = await pavel.get(f"/requests/{number}{part}")
            assert answer.status_code == 404, part
            assert "canary" not in answer.text
        for part, form in (
            ("say", {"body": "x"}),
            ("entries/1/edit", {"body": "x"}),
            ("secret", {"label": "x", "secret": "y"}),
            ("close", {"text": ""}),
            ("reopen", {}),
            ("rating", {"score": "5"}),
        ):
            answer = await pavel.post(f"/requests/{number}/{part}", form)
            assert answer.status_code == 404, part
        said = await pavel.send(f"/requests/{number}/entries", {"body": "x"})
        assert said.status_code == 404


async def test_words_are_said_once_for_a_key_and_shown_as_the_socket_would(vera: Browser) -> None:
    no = await opened(vera)
    item = {"body": "More <b>words</b>", "key": "k1"}
    first = await vera.send(f"/requests/{no}/entries", item)
    again = await vera.send(f"/requests/{no}/entries", item)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    page = (await vera.get(f"/requests/{no}")).text
    part = (await vera.get(f"/requests/{no}/entries-html?after=1")).text
    assert "More &lt;b&gt;words" in part
    assert part.split("<header", 1)[0] in page
    assert (await vera.post(f"/requests/{no}/say", {"body": "By a plain form"})).status_code == 303
    note = await vera.send(f"/requests/{no}/entries", {"body": "x", "audience": "staff"})
    assert note.status_code == 422


async def test_own_words_are_mended_within_the_window(
    vera: Browser, client_for: Any, clock: Any
) -> None:
    no = await opened(vera, "with a tpyo")
    form = await vera.get(f"/requests/{no}/entries/1/edit")
    assert "with a tpyo" in form.text
    assert (
        await vera.post(f"/requests/{no}/entries/1/edit", {"body": "no typo"})
    ).status_code == 303
    page = (await vera.get(f"/requests/{no}/entries-html?after=0&limit=1")).text
    assert "no typo" in page
    assert "tpyo" not in page
    anna = await client_for("anna")
    await anna.post("/api/v1/lines/first/take")
    await anna.post(f"/api/v1/requests/{no}/entries", json={"body": "An answer"})
    assert (await vera.get(f"/requests/{no}/entries/4/edit")).status_code == 404
    assert (await vera.post(f"/requests/{no}/entries/4/edit", {"body": "x"})).status_code == 404
    clock.pass_by(minutes=30)
    assert (await vera.get(f"/requests/{no}/entries/1/edit")).status_code == 409
    assert (await vera.post(f"/requests/{no}/entries/1/edit", {"body": "x"})).status_code == 409


async def test_a_secret_is_left_and_never_shown_again(vera: Browser, client_for: Any) -> None:
    no = await opened(vera)
    left = await vera.post(f"/requests/{no}/secret", {"label": "FTP", "secret": "hunter2!"})
    assert left.status_code == 303, left.text
    page = (await vera.get(f"/requests/{no}")).text
    assert "A password was sent securely" in page
    assert "hunter2" not in page
    for part in ("transcript.txt", "transcript.json"):
        assert "hunter2" not in (await vera.get(f"/requests/{no}/{part}")).text
    empty = await vera.post(f"/requests/{no}/secret", {"label": "FTP", "secret": ""})
    assert empty.status_code == 422


async def test_closing_rating_and_reopening_by_the_client(
    vera: Browser, client_for: Any, clock: Any
) -> None:
    no = await opened(vera)
    early = await vera.post(f"/requests/{no}/rating", {"score": "5"})
    assert early.status_code == 409
    assert (await vera.post(f"/requests/{no}/close", {"text": "It works"})).status_code == 303
    assert (await vera.post(f"/requests/{no}/close", {"text": "Again"})).status_code == 409
    page = (await vera.get(f"/requests/{no}")).text
    assert "How did we do?" in page
    for wrong in ("0", "6", "", "five", "٥"):
        assert (await vera.post(f"/requests/{no}/rating", {"score": wrong})).status_code == 422
    asked = {"Accept": "application/json"}
    rated = await vera.post(
        f"/requests/{no}/rating", {"score": "4", "text": "Quick"}, headers=asked
    )
    assert (rated.status_code, rated.json()) == (200, {"next": f"/requests/{no}"})
    assert "You rated it 4 of 5" in (await vera.get(f"/requests/{no}")).text
    assert (await vera.post(f"/requests/{no}/reopen")).status_code == 303
    assert "Your place in the queue is 1" in (await vera.get(f"/requests/{no}")).text
    assert (await vera.post(f"/requests/{no}/reopen")).status_code == 409


async def test_a_request_closed_too_long_ago_offers_a_new_one(
    vera: Browser, browser_for: Browsers, clock: Any
) -> None:
    no = await opened(vera)
    await vera.post(f"/requests/{no}/close", {"text": ""})
    clock.pass_by(days=15)
    later = await browser_for("vera")  # her old session has ended meanwhile
    page = await later.get(f"/requests/{no}")
    assert f"/requests/new?about={no}" in page.text
    assert "data-composer" not in page.text
    said = await later.send(f"/requests/{no}/entries", {"body": "still"})
    assert said.status_code == 409
    assert said.json()["title"] == "closed-for-good"


async def test_a_ticket_says_who_has_it_and_when_the_next_word_comes(
    vera: Browser, client_for: Any, clock: Any
) -> None:
    no = await opened(vera)
    anna, boris, sofia = [await client_for(n) for n in ("anna", "boris", "sofia")]
    await anna.post("/api/v1/lines/first/take")
    assert "Anna is working on it" in (await vera.get(f"/requests/{no}/standing")).text
    await anna.post(f"/api/v1/requests/{no}/handover", json={"summary": "secret summary"})
    standing = (await vera.get(f"/requests/{no}/standing")).text
    assert "Second line: your place in the queue is 1" in standing
    assert "you do not need to explain anything again" in standing
    await boris.post("/api/v1/lines/second/take")
    await boris.post(f"/api/v1/requests/{no}/handover", json={"summary": "secret summary"})
    await sofia.post("/api/v1/lines/administrators/take")
    clock.pass_by(minutes=5)
    until = (clock.now + timedelta(hours=3)).isoformat()
    notice = {"reason": "investigation", "until": until, "text": "We test the rule."}
    assert (await sofia.post(f"/api/v1/requests/{no}/delay-notice", json=notice)).status_code == 201
    page = (await vera.get(f"/requests/{no}")).text
    assert "Administrators: Sofia is working on it" in page
    assert "Next reply by" in page
    assert "We test the rule." in page
    assert "secret summary" not in page


async def test_a_place_that_grew_is_explained(
    vera: Browser, browser_for: Browsers, client_for: Any, clock: Any
) -> None:
    pavel, anna = await browser_for("pavel"), await client_for("anna")
    earlier = await opened(pavel)
    no = await opened(vera)
    clock.pass_by(minutes=1)
    assert (await anna.post("/api/v1/lines/first/take")).json()["no"] == earlier
    before = (await vera.get(f"/requests/{no}/standing")).text
    assert "Your place in the queue is 1" in before
    assert "came back" not in before
    clock.pass_by(minutes=1)
    await anna.post(f"/api/v1/requests/{earlier}/release")
    after = (await vera.get(f"/requests/{no}/standing")).text
    assert "Your place in the queue is 2" in after
    assert "An earlier request came back to the queue" in after


async def test_the_history_is_searched_filtered_and_paged(
    vera: Browser, browser_for: Browsers
) -> None:
    assert "You have not written to us yet" in (await vera.get("/requests")).text
    for count in range(23):
        no = await opened(vera, f"Matter number {count} of zebra-{count}")
    await opened(await browser_for("pavel"), "zebra-7 canary")
    found = (await vera.get("/requests?q=zebra-7")).text
    assert "<mark>zebra-7</mark>" in found
    assert "canary" not in found
    first = (await vera.get("/requests")).text
    assert first.count('class="fl-row"') == 20
    older = (
        first.split('class="fl-pages"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    )
    assert (await vera.get(older)).text.count('class="fl-row"') == 3
    await vera.post(f"/requests/{no}/close", {"text": ""})
    assert (await vera.get("/requests?state=closed")).text.count('class="fl-row"') == 1
    assert "Nothing matches" in (await vera.get("/requests?topic=mail")).text
    for odd in ("state=x&topic=y&period=z&after=w", "after=" + "9" * 40, "q=%00", "q=" + "x" * 500):
        assert (await vera.get(f"/requests?{odd}")).status_code == 200, odd


async def test_a_transcript_is_taken_along_as_text_and_json(vera: Browser) -> None:
    no = await opened(vera, "Words to keep\nsecond line")
    text = await vera.get(f"/requests/{no}/transcript.txt")
    assert "attachment" in text.headers["content-disposition"]
    assert "    second line" in text.text
    told = (await vera.get(f"/requests/{no}/transcript.json")).json()
    assert told["entries"][0]["body"] == "Words to keep\nsecond line"


async def test_words_taken_out_of_sight_are_gone_for_the_client(
    vera: Browser, client_for: Any
) -> None:
    no = await opened(vera)
    anna = await client_for("anna")
    await anna.post("/api/v1/lines/first/take")
    said = await anna.post(f"/api/v1/requests/{no}/entries", json={"body": "another client's"})
    path = f"/api/v1/requests/{no}/entries/{said.json()['no']}/redaction"
    assert (await anna.post(path, json={"reason": "wrong client"})).status_code == 201
    for part in ("", "/entries-html", "/transcript.txt", "/transcript.json"):
        text = (await vera.get(f"/requests/{no}{part}")).text
        assert "another client" not in text
        assert "wrong client" not in text


async def test_a_late_autosave_never_brings_back_what_was_sent(vera: Browser) -> None:
    typed = json.dumps({"topic": "web", "body": "Sent already"})
    draft = {"place": "new", "body": typed, "key": "one-draft"}
    await vera.send("/drafts", draft)
    assert 'value="one-draft"' in (await vera.get("/requests/new")).text, "the key is the draft's"
    form = {"topic": "web", "body": "Sent already", "key": "one-draft"}
    opened_at = (await vera.post("/requests", form)).headers["location"]
    assert (await vera.send("/drafts", draft)).status_code == 204
    assert "Sent already" not in (await vera.get("/requests/new")).text
    words = {"place": opened_at.removeprefix("/").replace("requests", "request"), "key": "w1"}
    await vera.send("/drafts", {**words, "body": "Some more"})
    assert "Some more</textarea>" in (await vera.get(opened_at)).text
    await vera.send(f"{opened_at}/entries", {"body": "Some more", "key": "w1"})
    await vera.send("/drafts", {**words, "body": "Some more"})
    assert "Some more</textarea>" not in (await vera.get(opened_at)).text


async def test_drafts_are_kept_only_where_something_can_be_written(
    vera: Browser, browser_for: Browsers
) -> None:
    foreign = await opened(await browser_for("pavel"))
    for place, status in (
        ("new", 204), ("new/403-on-a-page", 204), ("new/no-such-article", 422), ("elsewhere", 422),
        ("request/999999", 404), (f"request/{foreign}", 404), (f"new/{foreign}", 404),
    ):  # fmt: skip
        answer = await vera.send("/drafts", {"place": place, "body": "x"})
        assert answer.status_code == status, place


async def test_words_about_an_article_leave_an_older_draft_alone(vera: Browser) -> None:
    await vera.send("/drafts", {"place": "new", "body": json.dumps({"body": "Half of another"})})
    page = (await vera.get("/requests/new?article=403-on-a-page")).text
    assert "Half of another" not in page
    assert 'name="place" value="new/403-on-a-page"' in page
    assert "You have already started another request." in page
    await vera.send("/drafts", {"place": "new/403-on-a-page", "body": "About it"})
    assert "About it" in (await vera.get("/requests/new?article=403-on-a-page")).text
    assert "Half of another" in (await vera.get("/requests/new")).text
