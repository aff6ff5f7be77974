"""The keeper and the post from the command line: see what fails, send, delete, try the server."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.platform.running import Command
from tests.post.smtp import smtp

KATE = "kate@firstline.example"


@pytest.fixture
def desk(command: Command, empty: str) -> Command:
    """A desk with two letters that fail, one given up and one that only waits for its time."""
    command.environment["FIRSTLINE_DATABASE_URL"] = empty
    command.run("migrate")
    with psycopg.connect(empty) as conn:
        for state, error, after in (
            ("waiting", "Away: refused", "2 hours"), ("waiting", "Away: refused", "1 hour"),
            ("dead", "Permanent: 550", "0"), ("waiting", None, "1 hour"),
        ):  # fmt: skip
            conn.execute(
                "insert into outbox (id, kind, payload, not_before, state, last_error, created_at,"
                " done_at) values (%s, 'mail', %s, now() + %s::interval, %s, %s, now() - interval"
                " '1 hour', case %s when 'dead' then now() end)",
                (uuid4(), json.dumps({"to": KATE}), after, state, error, state),
            )
        conn.execute("update outbox set created_at = not_before where last_error is null")
    return command


def due(desk: Command) -> int:
    with psycopg.connect(desk.environment["FIRSTLINE_DATABASE_URL"]) as conn:
        row = conn.execute(
            "select count(*) from outbox where state = 'waiting' and not_before <= now()"
        ).fetchone()
    assert row is not None
    return row[0]


def test_what_fails_is_listed_sent_at_once_and_dropped(desk: Command) -> None:
    assert desk.run("outbox", "list").count("\n") == 3
    parcels = json.loads(desk.run("outbox", "list", "--json"))["parcels"]
    assert [one["state"] for one in parcels] == ["dead", "waiting", "waiting"]
    assert {one["to"] for one in parcels} == {KATE}
    assert "One will" in desk.run("outbox", "retry", parcels[1]["id"])
    assert due(desk) == 1
    assert "not among the unsent" in desk.run("outbox", "drop", str(uuid4()), code=1)
    assert "One is deleted" in desk.run("outbox", "drop", parcels[2]["id"])
    assert "2 will" in desk.run("outbox", "retry", "--all")
    assert due(desk) == 2
    desk.run("outbox", "drop", "--all")
    for words in (("retry",), ("drop", "x"), ("drop", "--all", parcels[0]["id"])):
        assert "outbox list" in desk.run("outbox", *words, code=1)


def test_the_doctor_sees_a_mail_outage_although_every_next_attempt_is_later(desk: Command) -> None:
    found = json.loads(desk.start("doctor", "--json").communicate(timeout=120)[0])["findings"]
    assert {one["code"]: one["count"] for one in found} == {"mail": 2, "dead-letters": 1}
    assert "Away: refused" in found[0]["message"]


async def test_a_letter_is_tried_and_what_the_server_says_is_told(
    command: Command, folder: Path
) -> None:
    def mail(address: str, code: int = 0) -> str:
        return command.run("mail", "test", address, code=code)

    assert "FIRSTLINE_SMTP_URL" in await asyncio.to_thread(mail, KATE)
    assert len(list((folder / "data/letters").glob("*.eml"))) == 1
    assert "not a mail address" in await asyncio.to_thread(mail, "kate", 1)
    async with smtp() as server:
        command.environment["FIRSTLINE_SMTP_URL"] = server.url
        assert "accepted the e-mail" in await asyncio.to_thread(mail, KATE)
        assert str(server.taken[0]["To"]) == KATE
        server.manner = "550"
        assert "550" in await asyncio.to_thread(mail, KATE, 1)
    assert "could not be sent" in await asyncio.to_thread(mail, KATE, 1)
