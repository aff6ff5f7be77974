"""Work moves from the desk as the regulations say; what is refused is said in place."""

import html
import json
import re
from datetime import timedelta
from typing import Any

from firstline.app import Desk
from firstline.people import Who
from firstline.timeline import get_request
from tests.desk.conftest import Browsers, Opens


async def request(desk: Desk, no: int) -> Any:
    async with desk.db.connection() as conn:
        return await get_request(conn, no)


async def test_taking_gives_the_earliest_and_opens_it(
    browser_for: Browsers, opens: Opens, desk: Desk, world: dict[str, Who]
) -> None:
    first = await opens("vera", "The first matter")
    await opens("pavel", "The second matter")
    anna = await browser_for("anna")
    answer = await anna.act("/desk/take", line="first")
    assert f'data-no="{first}"' in answer.text
    assert (await request(desk, first)).holder == world["anna"].id


async def test_taking_from_an_empty_line_says_so(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    answer = await anna.act("/desk/take", line="first")
    assert answer.status_code == 200
    assert "Nobody is waiting in this line." in answer.text


async def test_taking_from_a_foreign_line_is_refused_in_place(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    answer = await anna.act("/desk/take", line="second")
    assert answer.status_code == 403
    assert answer.headers["hx-retarget"] == "#alerts"
    assert "<html" not in answer.text


async def test_close_and_next_goes_on_with_the_earliest(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    first = await opens("vera", "The first matter", "anna")
    second = await opens("pavel", "The second matter")
    anna = await browser_for("anna")
    answer = await anna.act(
        f"/desk/requests/{first}/close", outcome="solved", text="Done.", then="next"
    )
    assert f'data-no="{second}"' in answer.text
    assert (await request(desk, first)).outcome == "solved"
    again = await anna.act(f"/desk/requests/{first}/close", outcome="solved", text="Done.")
    assert again.status_code == 409
    reopened = await anna.act(f"/desk/requests/{first}/reopen")
    assert reopened.status_code == 200
    assert not (await request(desk, first)).closed


async def test_out_of_order_and_skip_need_a_reason_and_are_listed(
    browser_for: Browsers, opens: Opens
) -> None:
    first = await opens("vera", "The first matter")
    second = await opens("pavel", "The second matter")
    anna, ivan = await browser_for("anna"), await browser_for("ivan")
    assert (await anna.act(f"/desk/requests/{second}/take", reason="  ")).status_code == 422
    taken = await anna.act(f"/desk/requests/{second}/take", reason="The whole server is down")
    assert taken.status_code == 200
    skipped = await ivan.act(f"/desk/requests/{first}/skip", reason="I do not know FTP")
    assert skipped.status_code == 200
    listed = (await anna.get("/desk/departures")).text
    assert "The whole server is down" in listed
    assert "I do not know FTP" in listed
    assert f"#{first}" in listed
    only = (await anna.get("/desk/departures?kind=skipped")).text
    assert "The whole server is down" not in only


async def test_handing_over_needs_all_three_answers_and_sending_back_a_reason(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "Words", "anna")
    anna, boris = await browser_for("anna"), await browser_for("boris")
    poor = await anna.act(f"/desk/requests/{no}/hand-over", wants="x", tried="", needed="y")
    assert poor.status_code == 422
    await anna.act(f"/desk/requests/{no}/hand-over", wants="The page", tried="Logs", needed="Root")
    moved = await request(desk, no)
    assert (moved.line, moved.mode, moved.holder) == ("second", "ticket", None)
    await boris.act("/desk/take", line="second")
    text = (await boris.get(f"/desk/requests/{no}")).text
    assert "What was tried" in text
    await boris.act(f"/desk/requests/{no}/send-back", reason="Which page is it?")
    assert (await request(desk, no)).line == "first"


async def test_a_delay_notice_takes_the_wall_clock_of_the_policy(
    browser_for: Browsers, opens: Opens, desk: Desk, clock: Any
) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    zone = desk.policies.current(clock())[1].zone
    wall = (clock() + timedelta(hours=2)).astimezone(zone).replace(second=0, microsecond=0)
    form = {"reason": "overload", "until": f"{wall:%Y-%m-%dT%H:%M}", "text": "By then."}
    assert (await anna.act(f"/desk/requests/{no}/delay-notice", **form)).status_code == 200
    assert (await request(desk, no)).promise_due_at == wall
    for wrong in ({"until": "soon"}, {"reason": "because"}, {"text": " "}):
        answer = await anna.act(f"/desk/requests/{no}/delay-notice", **{**form, **wrong})
        assert answer.status_code == 422
    past = {**form, "until": "2020-01-01T10:00"}
    assert (await anna.act(f"/desk/requests/{no}/delay-notice", **past)).status_code == 409


async def test_a_shift_begins_and_its_end_gives_everything_back(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "Words", "anna")
    anna = await browser_for("anna")
    assert 'aria-checked="true"' in (await anna.act("/desk/shift", present="true")).text
    assert (await anna.act("/desk/give-back-all")).status_code == 200
    assert (await request(desk, no)).holder is None
    assert 'aria-checked="false"' in (await anna.get("/desk")).text


async def test_passing_to_a_colleague_and_giving_back(
    browser_for: Browsers, opens: Opens, desk: Desk, world: dict[str, Who]
) -> None:
    no = await opens("vera", "Words", "anna")
    anna, ivan = await browser_for("anna"), await browser_for("ivan")
    assert (await anna.act(f"/desk/requests/{no}/transfer", to="nobody")).status_code == 422
    wrong = await anna.act(f"/desk/requests/{no}/transfer", to=str(world["boris"].id))
    assert wrong.status_code == 422
    await anna.act(f"/desk/requests/{no}/transfer", to=str(world["ivan"].id))
    assert (await request(desk, no)).holder == world["ivan"].id
    assert (await anna.act(f"/desk/requests/{no}/give-back")).status_code == 403
    await ivan.act(f"/desk/requests/{no}/give-back")
    assert (await request(desk, no)).holder is None


async def test_an_alarm_names_what_waits_too_long(
    browser_for: Browsers, opens: Opens, clock: Any
) -> None:
    no = await opens("vera", "Words")
    anna = await browser_for("anna")
    await anna.act("/desk/shift", present="true")
    assert await alarms(anna) == []
    clock.pass_by(minutes=4)
    assert await alarms(anna) == [f"{no}/0"]
    clock.pass_by(minutes=57)
    text = (await anna.get("/desk/queue")).text
    assert await alarms(anna) == [f"{no}/3"]
    assert "fl-pill fl-late" in text


async def alarms(person: Any) -> list[str]:
    """The alarms that the bell knows of; the queue tells the same."""
    found = (await person.get("/desk/news")).json()["alarms"]
    (told,) = re.findall(r'data-news="([^"]+)"', (await person.get("/desk/queue")).text)
    assert json.loads(html.unescape(told))["alarms"] == found
    return found


async def test_an_alarm_rises_when_everybody_present_has_skipped_a_request(
    browser_for: Browsers, opens: Opens, clock: Any
) -> None:
    no = await opens("vera", "Words")
    anna, ivan = await browser_for("anna"), await browser_for("ivan")
    await anna.act("/desk/shift", present="true")
    await ivan.act("/desk/shift", present="true")
    await anna.act(f"/desk/requests/{no}/skip", reason="My own server")
    assert f"{no}/unserved" not in (await ivan.get("/desk/queue")).text
    await ivan.act(f"/desk/requests/{no}/skip", reason="Mine as well")
    text = (await anna.get("/desk/queue")).text
    assert f"{no}/unserved" in await alarms(anna)
    assert "nobody on shift can take it" in text
    clock.pass_by(minutes=11)  # the pause is over: it is offered again
    await anna.get("/desk")
    assert f"{no}/unserved" not in (await anna.get("/desk/queue")).text


async def test_an_alarm_rises_when_nobody_present_speaks_the_language(
    browser_for: Browsers, opens: Opens, db: Any, world: dict[str, Who]
) -> None:
    no = await opens("vera", "Words")
    anna = await browser_for("anna")
    await anna.act("/desk/shift", present="true")
    async with db.connection() as conn:
        await conn.execute("update operators set languages = '{xx}' where 'first' = any(lines)")
    assert f"{no}/unserved" in (await anna.get("/desk/queue")).text


async def test_a_request_is_opened_for_a_client(
    browser_for: Browsers, desk: Desk, world: dict[str, Who]
) -> None:
    anna = await browser_for("anna")
    client = world["vera"].client_id
    assert "Acme" in (await anna.get(f"/desk/new?client={client}")).text
    form = {"client": str(client), "topic": "web", "title": "Abuse", "body": "A page sends spam."}
    answer = await anna.form("/desk/new", **form, key="k1")
    assert answer.status_code == 303
    again = await anna.form("/desk/new", **form, key="k1")
    assert again.headers["location"] == answer.headers["location"]
    no = int(answer.headers["location"].rsplit("/", 1)[1])
    assert (await request(desk, no)).client_id == client


async def test_a_refusal_is_one_choice_with_the_words_of_the_rule(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "Please install WordPress for me on my site", "anna")
    vera, anna = await browser_for("vera"), await browser_for("anna")
    form = (await anna.get(f"/desk/requests/{no}/dialogs/refuse")).text
    assert 'value="not.scripts" required checked' in form
    assert "Support does not install scripts" in html.unescape(form)
    without = await anna.act(f"/desk/requests/{no}/refuse", text="No")
    assert (without.status_code, "Choose the rule" in without.text) == (422, True)
    await anna.act(f"/desk/requests/{no}/refuse", code="not.scripts", text="")
    closed = await request(desk, no)
    assert (closed.outcome, closed.closed) == ("refused", True)
    page = (await vera.get(f"/requests/{no}")).text
    assert "Support does not install scripts" in html.unescape(page)
    assert 'href="/regulations#not.scripts"' in page


async def test_a_disputed_refusal_and_a_question_asked_alike_are_shown(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "Please install WordPress for me", "anna")
    anna, vera = await browser_for("anna"), await browser_for("vera")
    await anna.act(f"/desk/requests/{no}/refuse", code="not.scripts", text="")
    await vera.act(f"/requests/{no}/say", body="But I cannot do it")
    page = (await anna.get(f"/desk/requests/{no}")).text
    assert "Refusal disputed: Installing scripts" in page
    again = await opens("vera", "Install wordpress for me, please!")
    assert f"asked alike in #{no}" in (await anna.get(f"/desk/requests/{again}")).text


async def test_messages_are_split_off_and_both_sides_show_where_they_went(
    browser_for: Browsers, opens: Opens, desk: Desk
) -> None:
    no = await opens("vera", "My site answers 403", "anna")
    anna, vera = await browser_for("anna"), await browser_for("vera")
    await vera.act(f"/requests/{no}/say", body="And my mailbox is full")
    form = (await anna.get(f"/desk/requests/{no}/dialogs/split?entry=3")).text
    assert 'value="3" checked' in form
    assert 'value="And my mailbox is full"' in form
    none = await anna.act(f"/desk/requests/{no}/split", title="Mailbox")
    assert (none.status_code, "Choose the messages" in none.text) == (422, True)
    answer = await anna.act(f"/desk/requests/{no}/split", entries="3", title="Mailbox")
    assert answer.status_code == 200, answer.text
    page = answer.text
    found = re.search(r'data-no="(\d+)"', page)
    assert found is not None
    new = int(found[1])
    assert new != no
    assert f"#{no}</a>" in page
    theirs = (await vera.get(f"/requests/{no}")).text
    assert f'href="/requests/{new}"' in theirs
    assert f'href="/requests/{no}#e3"' in (await vera.get(f"/requests/{new}")).text
