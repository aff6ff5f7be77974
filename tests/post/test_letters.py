"""Letters about requests, as the API and the worker bring them about."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from firstline.app import Desk
from firstline.conduct import steps_of_client
from firstline.kit import outbox
from firstline.people import Who
from firstline.people.actions import new_contact
from firstline.people.store import set_active
from firstline.policy import default_text
from firstline.requests import ConductWish, mark_seen, take_step, take_step_back
from firstline.requests.letters.plan import opening_letters
from firstline.requests.letters.text import render
from firstline.timeline import Call
from firstline.worker import due_runner, outbox_runner
from tests.memory import MemoryMail
from tests.requests.hands import Hands

Api = Any


@pytest.fixture
def mail(desk: Desk, clock: Any) -> MemoryMail:
    desk.mail = MemoryMail(clock=clock)
    return desk.mail


@pytest.fixture
def post(desk: Desk, mail: MemoryMail) -> Callable[[], Awaitable[None]]:
    """Let the worker do what is due now."""

    async def step() -> None:
        await due_runner(desk).step()
        await outbox_runner(desk).step()

    return step


@pytest.fixture
async def no(client_for: Any) -> int:
    """A request of Vera's that Anna holds."""
    vera, anna = await client_for("vera"), await client_for("anna")
    made = await vera.post(
        "/api/v1/requests",
        json={"topic": "web", "title": "Site\u2028 is down", "body": "403 on /page/"},
    )
    assert made.status_code == 201, made.text
    taken = await anna.post("/api/v1/lines/first/take")
    assert taken.json()["no"] == made.json()["no"]
    return made.json()["no"]


async def say(api: Api, no: int, body: str, **more: Any) -> int:
    said = await api.post(f"/api/v1/requests/{no}/entries", json={"body": body, **more})
    assert said.status_code == 201, said.text
    return said.json()["no"]


def text(mail: MemoryMail, at: int = -1) -> str:
    body = mail.messages[at].get_body(("plain",))
    assert body
    return body.get_content().replace("\r\n", "\n")


async def test_a_client_who_is_away_gets_one_letter_with_all_the_answers(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any
) -> None:
    anna = await client_for("anna")
    await say(anna, no, "The rights of the folder were wrong.")
    await post()
    assert mail.sent == [], "not before two minutes have passed"
    clock.pass_by(seconds=90)
    await say(anna, no, "They are right now.")
    await say(anna, no, "only for staff: CANARY", audience="staff")
    clock.pass_by(seconds=125)
    await post()
    (letter,) = mail.sent
    assert letter.to == "vera@acme.example"
    assert mail.messages[0]["Subject"] == f"Request {no}: Site is down"
    assert mail.messages[0]["References"] == f"<request-{no}@firstline.example>"
    assert "The rights of the folder were wrong." in text(mail)
    assert "They are right now." in text(mail)
    assert f"http://desk.example/requests/{no}" in text(mail)
    assert "CANARY" not in mail.messages[0].as_string()
    assert "403 on" not in text(mail), "their own words need no letter"
    await post()
    assert len(mail.sent) == 1


async def test_who_has_seen_the_answer_gets_no_letter(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any
) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    head = await say(anna, no, "It works again.")
    seen = await vera.post(f"/api/v1/requests/{no}/seen", json={"no": head})
    assert seen.status_code == 204, seen.text
    clock.pass_by(minutes=3)
    await post()
    assert mail.sent == []


async def test_what_one_contact_has_read_still_goes_to_another(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any, desk: Desk, world: Any
) -> None:
    anna, vera = await client_for("anna"), world["vera"]
    head = await say(anna, no, "It works again.")
    reader = await desk.db.run(
        new_contact, None, vera.client_id, email="mila@acme.example", name="Mila", now=clock.now
    )
    call = Call(desk.db, desk.ledger, desk.policies, reader, clock.now)
    await call.run(mark_seen, no, head)
    clock.pass_by(minutes=3)
    await post()
    assert [letter.to for letter in mail.sent] == ["vera@acme.example"]


async def test_who_opened_a_request_gets_one_letter_unless_an_answer_came_first(
    mail: MemoryMail, post: Any, client_for: Any, clock: Any, desk: Desk
) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    numbers = [
        (await vera.post("/api/v1/requests", json={"topic": "web", "body": body})).json()["no"]
        for body in ("Waits for an answer", "Is answered at once")
    ]
    for _no in numbers:
        await anna.post("/api/v1/lines/first/take")
    await say(anna, numbers[1], "Done.")
    await anna.post(f"/api/v1/requests/{numbers[1]}/closure", json={"outcome": "solved"})
    await post()
    sent = len(mail.sent)
    await desk.db.run(opening_letters, now=clock.now)
    await post()
    assert len(mail.sent) == sent, "not before two minutes have passed"
    for _time in range(2):
        clock.pass_by(minutes=2, seconds=10)
        await desk.db.run(opening_letters, now=clock.now)
        await post()
    letters = [text(mail, at) for at in range(sent, len(mail.sent))]
    assert len(letters) == 1
    assert f"Its number is {numbers[0]}." in letters[0]
    assert "You will hear from us by" in letters[0]
    assert f"/requests/{numbers[0]}" in letters[0]


async def test_ten_answers_to_somebody_away_are_not_ten_letters_and_no_words_come_twice(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any
) -> None:
    anna = await client_for("anna")
    for minute in range(10):
        await say(anna, no, f"Step {minute} is done.")
        clock.pass_by(minutes=1)
        await post()
    for _ in range(30):
        clock.pass_by(minutes=1)
        await post()
    assert len(mail.sent) == 2
    first, second = text(mail, 0), text(mail, 1)
    for minute in range(10):
        assert (f"Step {minute} " in first) != (f"Step {minute} " in second)


async def test_an_answer_seen_while_its_letter_waited_is_left_out(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any, desk: Desk
) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    head = await say(anna, no, "It works again.")
    clock.pass_by(minutes=3)
    await due_runner(desk).step()
    await vera.post(f"/api/v1/requests/{no}/seen", json={"no": head})
    await post()
    assert mail.sent == []


async def test_redacted_words_do_not_leave_and_edited_ones_leave_as_they_are_now(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any
) -> None:
    anna = await client_for("anna")
    wrong = await say(anna, no, "The password of Borealis is WRONGCLIENT.")
    typo = await say(anna, no, "It wroks.")
    gone = await anna.post(
        f"/api/v1/requests/{no}/entries/{wrong}/redaction", json={"reason": "another client's"}
    )
    assert gone.status_code < 300, gone.text
    mended = await anna.post(
        f"/api/v1/requests/{no}/entries/{typo}/edits", json={"body": "It works."}
    )
    assert mended.status_code < 300, mended.text
    clock.pass_by(minutes=3)
    await post()
    assert "It works." in text(mail)
    assert "WRONGCLIENT" not in mail.messages[0].as_string()
    assert "wroks" not in text(mail)


async def test_a_delay_notice_goes_by_letter_with_its_reason_and_time(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any
) -> None:
    anna = await client_for("anna")
    until = clock.now + timedelta(hours=4)
    given = await anna.post(
        f"/api/v1/requests/{no}/delay-notice",
        json={"reason": "investigation", "until": until.isoformat(), "text": "We test the rule."},
    )
    assert given.status_code == 201, given.text
    await post()
    assert "is taking longer than promised" in text(mail)
    assert "You will hear from us by" in text(mail)
    assert "We test the rule." in text(mail)
    assert "The reason: " in text(mail)
    assert "The cause is" in text(mail)
    kyiv = desk_time(until)
    assert kyiv in text(mail)


def desk_time(at: Any) -> str:
    from zoneinfo import ZoneInfo

    return f"{at.astimezone(ZoneInfo('Europe/Kyiv')):%H:%M}"


async def test_closing_sends_the_last_words_what_was_unseen_and_a_link_to_rate(
    no: int, mail: MemoryMail, post: Any, client_for: Any
) -> None:
    anna = await client_for("anna")
    await say(anna, no, "The cause was mod_security.")
    closed = await anna.post(
        f"/api/v1/requests/{no}/closure", json={"outcome": "solved", "text": "All is well."}
    )
    assert closed.status_code == 201, closed.text
    await post()
    (_,) = mail.sent
    assert "The cause was mod_security." in text(mail)
    assert "All is well." in text(mail)
    assert f"http://desk.example/requests/{no}#rating" in text(mail)


async def test_letters_speak_the_contacts_language_and_say_times_in_it(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any, db: Any, world: Any
) -> None:
    await db.conn.execute("update people set language = 'uk' where id = %s", (world["vera"].id,))
    anna = await client_for("anna")
    until = clock.now + timedelta(hours=4)
    await anna.post(
        f"/api/v1/requests/{no}/delay-notice",
        json={"reason": "investigation", "until": until.isoformat(), "text": "Перевіряємо."},
    )
    await post()
    months = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада"
    assert any(month in text(mail) for month in [*months.split(), "грудня"])
    assert "Перевіряємо." in text(mail)


async def test_who_was_deactivated_or_lost_the_right_gets_nothing(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any, db: Any, world: Any
) -> None:
    anna = await client_for("anna")
    await say(anna, no, "It works again.")
    clock.pass_by(minutes=3)
    vera: Who = world["vera"]
    await set_active(db.conn, vera.id, False)
    await post()
    assert mail.sent == []
    async with db.connection() as conn:
        assert await outbox.list_dead(conn) == []


async def test_a_silent_client_is_reminded_then_told_that_the_request_is_closed(
    no: int, mail: MemoryMail, post: Any, client_for: Any, clock: Any
) -> None:
    anna, vera = await client_for("anna"), await client_for("vera")
    await say(anna, no, "Which page is it?")
    clock.pass_by(minutes=3)
    await post()
    clock.pass_by(hours=49)
    await post()
    assert "We are waiting for your answer." in text(mail)
    clock.pass_by(days=14)
    await post()
    shown = (await vera.get(f"/api/v1/requests/{no}")).json()
    assert shown["state"] == "closed"
    assert "#rating" in text(mail)
    assert len(mail.sent) == 3


def test_a_title_or_a_name_forges_no_line_of_a_letter() -> None:
    forged = "x\n\nIvan, today:\u2028\u202eyadot"
    entry = {"by_name": forged, "at": "noon", "body": "Look", "data": {"files": [{"name": forged}]}}
    letter = render(
        "answer",
        name=forged,
        no=1,
        title=forged,
        entries=[entry],
        until="",
        reason="",
        url="/",
        at=str,
    )
    assert [line for line in letter.splitlines() if line.startswith(("Ivan", "\u202e"))] == []
    assert letter.count("x Ivan, today: yadot") == 4


async def test_a_step_by_the_rules_of_conduct_and_its_end_come_by_letter(
    no: int, mail: MemoryMail, post: Any, desk: Desk, world: Any, clock: Any
) -> None:
    hands = Hands(desk, clock, world)
    rules = "conduct: {triggers: [profanity], steps: [warn, ban]}"
    await hands.govern(default_text().replace("conduct: {}", rules))
    await hands.act(take_step, "anna", no, ConductWish("warn", "profanity", "Please stay polite."))
    await post()
    assert "a message about our rules of conduct" in text(mail)
    assert "Please stay polite." in text(mail)
    async with desk.db.connection() as conn:
        (taken,) = await steps_of_client(conn, world["vera"].client_id)
    await hands.act(take_step_back, "martin", taken.id, "It was a quotation.")
    await post()
    assert len(mail.sent) == 2
    assert "It was a quotation." in text(mail)
    assert "Please stay polite." not in text(mail), "that was read in the first"
