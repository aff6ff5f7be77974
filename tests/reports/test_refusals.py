"""Refusals counted by their rule: those that stood, those disputed, those taken back."""

from firstline.policy import default_text
from firstline.requests import standing_refusal
from firstline.requests.actions import closing
from tests.reports.telling import let_pass, solved, told, verdicts
from tests.requests.hands import Hands


async def refused(hands: Hands, code: str | None = "not.scripts", text: str = "") -> int:
    no = await hands.open(body="Please install WordPress for me")
    await hands.take("anna")
    await hands.act(closing.close, "anna", no, "refused", text, code)
    return no


async def test_a_refusal_stands_is_disputed_or_is_taken_back(hands: Hands) -> None:
    stood, disputed, back = [await refused(hands) for _ in range(3)]
    await hands.say("vera", disputed, "But the article says that you do")
    await hands.act(closing.reopen, "anna", back)
    await hands.say("vera", back, "Thank you")
    assert await verdicts(hands, "not.scripts") == {"refused": (1, 1, 0, 1)}
    for what, no in (("kept", stood), ("broken", disputed), ("aside", back)):
        assert await told(hands, "not.scripts", "refused", what) == [no]
    assert await verdicts(hands, "not.code") == {"refused": (0, 0, 0, 0)}


async def test_a_request_refused_twice_is_counted_twice(hands: Hands) -> None:
    no = await refused(hands)
    await hands.say("vera", no, "But the article says that you do")
    await hands.take("anna")
    await hands.act(closing.close, "anna", no, "refused", "", "not.code")
    assert await verdicts(hands, "not.scripts") == {"refused": (0, 1, 0, 0)}
    assert await verdicts(hands, "not.code") == {"refused": (1, 0, 0, 0)}


async def test_the_dispute_is_read_from_the_log(hands: Hands) -> None:
    no = await refused(hands)
    async with hands.desk.db.connection() as conn:
        found = await standing_refusal(conn, no)
        assert found is not None
        assert (found.code, found.disputed_no) == ("not.scripts", None)
    said = await hands.say("vera", no, "But the article says that you do")
    async with hands.desk.db.connection() as conn:
        found = await standing_refusal(conn, no)
    assert found is not None
    assert found.disputed_no == said.no


async def test_what_a_duty_is_about_was_dealt_with_by_a_person(hands: Hands) -> None:
    by_rule = await refused(hands)
    answered, without = await hands.open(), await hands.open()
    for _turn in range(2):
        await hands.take("anna")
    await solved(hands, answered)
    await hands.act(closing.close, "anna", without, "refused", "No.")
    gone = await hands.open()
    await hands.act(closing.close, "vera", gone, "withdrawn", "")
    assert await verdicts(hands, "duty.services") == {"served": (1, 1, 0, 2)}
    assert await told(hands, "duty.services", "served", "broken") == [without]
    assert sorted(await told(hands, "duty.services", "served", "aside")) == [by_rule, gone]
    assert await verdicts(hands, "duty.panel") == {"served": (0, 0, 0, 0)}


async def test_silence_after_a_refusal_that_stays_open_is_no_second_one(hands: Hands) -> None:
    text = default_text().replace("\nclose:", "\nclose:\n  refused: kept_open")
    await hands.govern(text)
    no = await refused(hands)
    assert (await hands.request(no)).state == "with_client"
    await let_pass(hands, hours=73)
    request = await hands.request(no)
    assert (request.state, request.outcome) == ("closed", "refused")
    assert await verdicts(hands, "not.scripts") == {"refused": (1, 0, 0, 0)}
