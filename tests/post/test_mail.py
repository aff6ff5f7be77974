import stat
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit import outbox
from firstline.kit.db import Db
from firstline.kit.ids import uuid7
from firstline.kit.mail import (
    FolderMail,
    Letter,
    SmtpMail,
    address,
    compose,
    header,
    html_of,
    list_letters,
    mail_for,
    parse_message,
    read_letter,
    send_payload,
    smtp_server,
)
from firstline.kit.outbox import OutboxRunner, Permanent
from tests.memory import MemoryMail

from .hands import START, Turned
from .smtp import smtp
from .test_outbox import rows

SENDER = "Підтримка <support@firstline.example>"
BREAKS = "\r\n\v\f\x00\x1c\x1d\x1e\x85\u2028\u2029"


def letter(**more: Any) -> Letter:
    said = {"to": "vera@acme.example", "subject": "Ваш запит", "text": "Good day.\n\nIt works."}
    return Letter(id=uuid7(), **(said | more))


async def put(db: Db, **more: Any) -> UUID:
    payload = {"to": "vera@acme.example", "subject": "Answer", "text": "words"} | more
    async with db.transaction() as tx:
        put = await outbox.put(tx.conn, kind="mail", payload=payload, not_before=START)
    assert put
    return put


def runner(db: Db, mail: Any, time: Turned, **more: Any) -> OutboxRunner:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> dict[str, Any]:
        return await send_payload(mail, payload, parcel_id)

    return OutboxRunner(db, {"mail": send}, clock=time, **more)


def test_a_letter_says_who_it_is_and_that_a_machine_wrote_it() -> None:
    one = letter(thread="request-1042")
    message = parse_message(compose(one, SENDER, now=START).as_bytes())
    assert message["From"] == SENDER
    assert message["To"] == "vera@acme.example"
    assert message["Subject"] == "Ваш запит"
    assert message["Message-ID"] == f"<{one.id}@firstline.example>"
    assert message["References"] == "<request-1042@firstline.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert plain.get_content().split("\r\n") == ["Good day.", "", "It works.", ""]
    assert rich
    assert "<p>Good day.</p>" in rich.get_content()
    by_hand = compose(letter(automatic=False), SENDER, now=START)
    assert by_hand["Auto-Submitted"] is None


@pytest.mark.parametrize("end", [*list(BREAKS), "\r\n"])
def test_no_line_break_of_any_script_gets_into_a_header(end: str) -> None:
    one = letter(subject=f"Answer{end}Bcc: all@acme.example", thread=f"r{end}X-Evil: 1")
    message = parse_message(compose(one, f"Desk{end}Evil <a@b.example>", now=START).as_bytes())
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["Subject"] == "Answer Bcc: all@acme.example"
    with pytest.raises(Permanent):
        compose(letter(to=f"vera@acme.example{end}Bcc: all@acme.example"), SENDER, now=START)


@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_is_written_the_headers_are_ours(subject: str, body: str) -> None:
    one = letter(subject=subject, text=body)
    message = parse_message(compose(one, SENDER, now=START).as_bytes())
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
    }
    assert len(header(subject)) <= 200
    assert not set(header(subject)) & set(BREAKS)


@pytest.mark.parametrize(
    "bad",
    [
        "vera",
        "vera@",
        "@acme.example",
        "vera@acme..example",
        "vera @acme.example",
        "vera@acme.example, all@acme.example",
        "<vera@acme.example>",
        "vera@acme.example\u200b",
        'vera"x@acme.example',
        "vera@-acme.example",
        "v" * 250 + "@acme.example",
        "vera@acme.example> SIZE=1",
        ".vera@acme.example",
        "ve..ra@acme.example",
        "віра@acme.example",
        "vera@" + "x" * 70 + "й.example",
    ],
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        address(bad)


def test_international_domains_pass() -> None:
    assert address("vera@приклад.укр") == "vera@xn--80aikifvh.xn--j1amh"
    assert address("o'neil+x@acme.example") == "o'neil+x@acme.example"


def test_the_html_twin_links_escapes_and_loads_nothing() -> None:
    text = 'See https://firstline.example/requests/1?a=1&b=2.\n<img src=x onerror="alert(1)">'
    made = html_of(text)
    link = "https://firstline.example/requests/1?a=1&amp;b=2"
    assert f'<a href="{link}">{link}</a>.' in made
    assert "<img" not in made
    assert "src=" not in made.replace("img src=x", "")
    assert "javascript:" not in html_of("javascript:alert(1)").replace("<p>javascript:", "")


async def test_a_letter_arrives_by_smtp_in_every_script(post_db: Db) -> None:
    async with smtp() as server:
        parcel = await put(post_db, subject="Відповідь на запит", text=".\nдобре\n.\r\n.\rкінець")
        mail = SmtpMail(server.url, SENDER, clock=Turned())
        await runner(post_db, mail, Turned()).step()
    (row,) = await rows(post_db)
    assert (row.state, row.payload) == (
        "sent",
        {"to": "vera@acme.example", "subject": "Відповідь на запит"},
    )
    (message,) = server.taken
    assert message["Message-ID"] == f"<{parcel}@firstline.example>"
    assert message["Subject"] == "Відповідь на запит"
    assert message["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    body = message.get_body(("plain",))
    assert body
    assert body.get_content().replace("\r", "") == ".\nдобре\n.\n.\nкінець\n"
    assert [line for line in server.commands if line.startswith("RCPT")] == [
        "RCPT TO:<vera@acme.example>"
    ]


async def test_an_answer_of_the_server_cannot_be_smuggled_in(post_db: Db) -> None:
    evil = "hi\n.\nMAIL FROM:<evil@x.example>\n\r.\r\nDATA\n.\r\nQUIT\r\n"
    async with smtp() as server:
        await put(post_db, text=evil)
        await runner(post_db, SmtpMail(server.url, SENDER), Turned()).step()
    assert len(server.taken) == 1
    assert not any("evil" in command for command in server.commands)
    assert b"\n.\n" not in server.raw[0].replace(b"\r\n.\r\n", b"")


@pytest.mark.parametrize("manner", ["451", "530", "drop", "silent"])
async def test_trouble_that_may_pass_is_tried_again_with_the_same_message_id(
    post_db: Db, manner: str
) -> None:
    time = Turned()
    async with smtp(manner) as server:
        parcel = await put(post_db)
        sender = runner(post_db, SmtpMail(server.url, SENDER, timeout=0.3), time)
        await sender.step()
        (row,) = await rows(post_db)
        # A server that is away is no attempt of the letter's.
        assert (row.state, row.attempts) == ("waiting", 0 if manner == "silent" else 1)
        assert row.last_error
        server.manner = "well"
        time.turn(seconds=10)
        await sender.step()
    assert (await rows(post_db))[0].state == "sent"
    # After DATA nobody knows whether the server has it: it comes twice and is known as one.
    assert len(server.taken) == (2 if manner == "drop" else 1)
    assert {message["Message-ID"] for message in server.taken} == {f"<{parcel}@firstline.example>"}


@pytest.mark.parametrize("manner", ["550", "550-data"])
async def test_a_refusal_for_good_is_dead_at_once_and_says_why(post_db: Db, manner: str) -> None:
    async with smtp(manner) as server:
        await put(post_db)
        await runner(post_db, SmtpMail(server.url, SENDER), Turned()).step()
    (row,) = await rows(post_db)
    assert row.state == "dead"
    assert row.last_error
    assert row.last_error.startswith("Permanent: 550")
    assert server.taken == []


async def test_a_server_that_hangs_up_after_taking_the_letter_gets_it_once(post_db: Db) -> None:
    async with smtp("drop-quit") as server:
        await put(post_db)
        await runner(post_db, SmtpMail(server.url, SENDER), Turned()).step()
    assert (await rows(post_db))[0].state == "sent"
    assert len(server.taken) == 1


async def test_an_absent_server_or_a_bad_address_is_told_apart(post_db: Db) -> None:
    await put(post_db)
    await put(post_db, to="nobody\r\nat all")
    await runner(post_db, SmtpMail("smtp://127.0.0.1:9?starttls=0", SENDER), Turned()).step()
    away, bad = await rows(post_db)
    assert (away.state, bad.state) == ("waiting", "dead")


def test_the_server_is_read_from_one_setting() -> None:
    assert smtp_server("smtp://me%40x:p%2Fw@mail.example:2525?starttls=1") == {
        "hostname": "mail.example",
        "port": 2525,
        "username": "me@x",
        "password": "p/w",
        "use_tls": False,
        "start_tls": True,
    }
    assert smtp_server("smtps://u:p@mail.example")["port"] == 465
    # A password never travels in the clear by default.
    assert smtp_server("smtp://u:p@mail.example")["start_tls"] is True
    assert smtp_server("smtp://localhost")["start_tls"] is None
    for bad in ("mail.example", "http://x", "smtp://h?starttls=yes"):
        with pytest.raises(ValueError, match="mail server"):
            smtp_server(bad)


async def test_without_a_server_letters_go_to_a_folder_that_can_be_listed(tmp_path: Path) -> None:
    mail = mail_for(None, SENDER, tmp_path / "letters")
    assert isinstance(mail, FolderMail)
    first, second = letter(), letter(subject="Друга")
    for each in (first, second, second):
        await mail.send(each)
    found = list_letters(mail.folder)
    assert [each.subject for each in found] == ["Друга", "Ваш запит"]
    assert found[0].to == "vera@acme.example"
    assert found[0].text.startswith("Good day.")
    assert read_letter(mail.folder, found[0].name) == found[0]
    assert read_letter(mail.folder, "../secret") is None
    mode = (mail.folder / found[0].name).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert await mail.tidy(before=found[0].at + timedelta(seconds=5)) == 2
    assert list_letters(mail.folder) == []
    assert isinstance(mail_for("smtp://localhost", SENDER, tmp_path), SmtpMail)


async def test_the_twin_in_memory_composes_the_same_letter() -> None:
    mail = MemoryMail()
    await mail.send(letter())
    assert mail.sent[0].to == "vera@acme.example"
    assert mail.messages[0]["Auto-Submitted"] == "auto-generated"
    with pytest.raises(Permanent):
        await mail.send(letter(to="x"))


def test_the_policy_writes_crlf_only() -> None:
    data = compose(letter(text="a\nb\rc\r\nd"), SENDER, now=START).as_bytes(policy=policy.SMTP)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
