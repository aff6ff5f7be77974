"""Conduct on the desk and at the client's: forms done once, the record, what is not shown."""

import re
from typing import Any

import pytest

from firstline.policy import default_text
from tests.desk.conftest import Browsers
from tests.requests.hands import Hands
from tests.requests.test_conduct import BANS, INSULT, RULES, banned, step

STEP = re.compile(r"/conduct/([0-9a-f-]{36})")


@pytest.fixture
def hands(desk: Any, clock: Any, world: Any) -> Hands:
    return Hands(desk, clock, world)


async def begin(hands: Hands, rules: str = RULES) -> int:
    await hands.govern(default_text().replace("conduct: {}", f"conduct: {rules}"))
    no = await hands.open()
    assert await hands.take("anna")
    return no


async def test_a_warning_is_one_choice_with_its_words_and_done_once(
    hands: Hands, browser_for: Browsers
) -> None:
    no, anna = await begin(hands), await browser_for("anna")
    at = f"/desk/requests/{no}/conduct"
    assert at in (await anna.get(f"/desk/requests/{no}")).text
    form = (await anna.get(at)).text
    assert 'value="warn" required checked' in form
    assert 'value="refuse"' not in form
    assert 'data-reply="warn/profanity"' in form
    assert "These rules do not allow: insults to employees." in form
    sent = {"step": "warn", "rule": "profanity", "text": "Please stay polite.", "count": "0"}
    answers = [await anna.act(at, **sent, key="w") for _time in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert "A warning by the rules of conduct: profanity" in answers[-1].text
    assert (await hands.kinds(no)).count("conduct") == 1
    ivan = await browser_for("ivan")
    late = await ivan.act(at, **sent, key="x")
    assert (late.status_code, "look at it first" in late.text) == (409, True)
    form = (await anna.get(at)).text
    assert 'value="refuse" required checked' in form
    assert "1 step in the record" in form


async def test_a_step_is_taken_back_once_by_management_with_a_reason(
    hands: Hands, browser_for: Browsers
) -> None:
    no, anna, martin = await begin(hands), await browser_for("anna"), await browser_for("martin")
    await step(hands, no, "warn")
    page = f"/desk/requests/{no}"
    assert not STEP.search((await anna.get(page)).text)
    [id] = set(STEP.findall((await martin.get(page)).text))
    assert "Reason, which the client reads" in (await martin.get(f"{page}/conduct/{id}")).text
    away = f"{page}/conduct/{id}/withdrawal"
    assert (await anna.act(away, reason="No", key="a")).status_code == 403
    assert (await martin.act(away, reason=" ", key="b")).status_code == 422
    for _time in range(2):
        done = await martin.act(away, reason="It was a quotation.", key="c")
        assert done.status_code == 200
    assert "Taken back: a warning (insults to employees)" in done.text
    assert "taken back by Martin" in done.text
    assert (await martin.act(away, reason="Again", key="d")).status_code == 409


async def test_the_record_lists_steps_of_all_clients_by_rule_and_step(
    hands: Hands, browser_for: Browsers
) -> None:
    no, ivan = await begin(hands), await browser_for("ivan")
    await step(hands, no, "warn", rule="profanity")
    for query, found in (("", 1), ("?rule=profanity", 1), (f"?rule={INSULT}", 0), ("?step=ban", 0)):
        page = (await ivan.get(f"/desk/conduct{query}")).text
        assert page.count(f"/desk/requests/{no}#e") == found, query
    client = hands.world["vera"].client_id
    assert f"/desk/conduct?client={client}" in (await ivan.get(f"/desk/clients/{client}")).text
    for odd in ("client=x", "before=x", "rule=%00", f"client={client}&before=2026-01-01T00:00:00"):
        assert (await ivan.get(f"/desk/conduct?{odd}")).status_code == 200


async def test_clients_read_their_own_record_and_no_other(
    hands: Hands, browser_for: Browsers
) -> None:
    no, vera, pavel = await begin(hands), await browser_for("vera"), await browser_for("pavel")
    assert "/conduct" not in (await vera.get("/requests")).text
    await step(hands, no, "warn")
    assert 'href="/conduct"' in (await vera.get("/requests")).text
    own = (await vera.get("/conduct")).text
    assert f"/requests/{no}#e" in own
    assert "a warning: insults to employees" in own
    assert "management@firstline.example" in own
    others = (await pavel.get("/conduct")).text
    assert "insults" not in others
    assert f"/requests/{no}" not in others
    thread = (await vera.get(f"/requests/{no}")).text
    assert "A warning by the rules of conduct: insults to employees" in thread
    assert "/regulations#conduct" in thread


async def test_a_banned_client_is_told_before_writing_and_reads_on(
    hands: Hands, browser_for: Browsers
) -> None:
    no = await banned(hands)
    vera = await browser_for("vera")
    for page in ("/requests/new", f"/requests/{no}"):
        answer = await vera.get(page)
        assert answer.status_code == 200
        assert "We take no new requests or messages from you" in answer.text, page
    sent = await vera.form("/requests", topic="web", body="Hello", key="n")
    assert sent.status_code == 403
    assert "management@firstline.example" in sent.text


async def test_without_rules_of_conduct_nothing_of_it_is_shown(
    hands: Hands, browser_for: Browsers
) -> None:
    no, anna, vera = await begin(hands, BANS), await browser_for("anna"), await browser_for("vera")
    await step(hands, no, "warn", rule="profanity")
    await hands.govern(default_text())
    for browser, pages in ((anna, ("/desk/conduct", f"/desk/requests/{no}/conduct")),
                           (vera, ("/conduct",))):  # fmt: skip
        for page in pages:
            assert (await browser.get(page)).status_code == 404
    assert "/conduct" not in (await anna.get(f"/desk/requests/{no}")).text
    assert "/conduct" not in (await vera.get("/requests")).text
