"""Changes of rights and settings: what is written down, by whom, and who reads it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from pyotp import TOTP

from firstline.app import Desk
from firstline.changes import Change, list_changes
from firstline.changes.model import Author
from firstline.changes.words import differences
from firstline.cli.doctor import examine
from firstline.desk.model import Snippet
from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Conflict, Forbidden
from firstline.kit.ids import uuid7
from firstline.kit.seal import Seal
from firstline.people import (
    Client,
    Contact,
    Operator,
    Service,
    Who,
    actions,
    new_token,
    services,
    staff,
    who,
)
from firstline.people.access import links, preauth, second_factor, tokens
from firstline.people.changes import KINDS, PASSED_OVER, About
from firstline.people.importing import import_clients
from firstline.policy import default_text
from firstline.regulations.versions import publish, withdraw
from firstline.wiki.actions import publish as publish_article
from firstline.wiki.finding.keeping import write_synonyms
from firstline.wiki.model import ArticleText
from firstline.wiki.writing.keeping import set_archived
from tests.conftest import MORNING
from tests.desk.conftest import Browsers

URL = "http://desk.example"


async def newest(conn: Conn, martin: Who, **narrowed: Any) -> list[Change]:
    return (await list_changes(conn, martin, limit=200, **narrowed)).items


async def test_a_changed_operator_is_told_with_what_stood_before(
    db: BoundDb, world: dict[str, Who], conn: Conn, now: datetime
) -> None:
    martin, anna = world["martin"], world["anna"]
    await db.run(
        staff.change_operator, martin, anna.id, roles=["operator", "management"],
        lines=["first", "second"], languages=list(anna.languages), chat_limit=3, now=now,
    )  # fmt: skip
    change = (await newest(conn, martin))[0]
    assert (change.kind, change.by.name, change.by.id) == ("operator_changed", "Martin", martin.id)
    assert (change.about.what, change.about.name, change.at) == ("operator", "Anna", now)
    assert change.before == {"roles": ["operator"], "lines": ["first"], "chat_limit": None}
    assert change.after == {
        "roles": ["operator", "management"], "lines": ["first", "second"], "chat_limit": 3,
    }  # fmt: skip


async def test_what_changes_nothing_is_no_change(
    db: BoundDb, world: dict[str, Who], conn: Conn, now: datetime
) -> None:
    martin, anna = world["martin"], world["anna"]
    before = await newest(conn, martin)
    await db.run(
        staff.change_operator, martin, anna.id, roles=["operator"], lines=list(anna.lines),
        languages=list(anna.languages), chat_limit=None, now=now,
    )  # fmt: skip
    await db.run(actions.activate, martin, anna.id, now=now)
    assert await newest(conn, martin) == before


async def test_services_that_limit_a_contact_are_told_by_name(
    db: BoundDb, world: dict[str, Who], conn: Conn, now: datetime
) -> None:
    vera = world["vera"]
    assert vera.client_id is not None
    one = (await services(conn, [vera.client_id]))[0]
    same: dict[str, Any] = {"name": vera.name, "language": vera.language, "external_id": None}
    await db.run(
        actions.change_contact, world["martin"], vera.id, access="limited", services=[one.id],
        now=now, **same,
    )  # fmt: skip
    change = (await newest(conn, world["martin"]))[0]
    assert (change.before["access"], change.before["services"]) == ("owner", [])
    assert (change.after["access"], change.after["services"]) == ("limited", [one.name])
    assert change.about.client == str(vera.client_id)


async def test_every_kind_of_change_comes_from_its_action_and_tells_no_secret(
    db: BoundDb, desk: Desk, world: dict[str, Who], conn: Conn, now: datetime,
    browser_for: Browsers,
) -> None:  # fmt: skip
    secrets = await _change_everything(db, desk.seal, world, now)
    browser = await browser_for("martin")
    await browser.form(
        "/desk/settings/snippets", shortcut="hi", language="en", title="Hi", body="Hello"
    )
    cursor = await conn.execute("select id from snippets where shortcut = 'hi'")
    row = await cursor.fetchone()
    assert row is not None
    await browser.form(f"/desk/settings/snippets/{row[0]}/drop")
    told = await newest(conn, world["martin"])
    assert {change.kind for change in told} == set(KINDS)
    text = str(told)
    assert not [secret for secret in secrets if secret in text or secret[:12] in text]


async def _change_everything(
    db: BoundDb, seal: Seal, world: dict[str, Who], now: datetime
) -> list[str]:
    """Do everything that is a change once; returns the secrets that came of it."""
    martin, anna = world["martin"], world["anna"]
    zoe = await db.run(
        staff.new_operator, martin, email="zoe@firstline.example", name="Zoe", now=now
    )
    link = await db.run(links.invite, martin, zoe.id, public_url=URL, now=now)
    printed = await db.run(links.make_console_link, zoe.id, public_url=URL, now=now)
    rights: dict[str, Any] = {"lines": ["second"], "languages": [], "chat_limit": None}
    await db.run(staff.change_operator, martin, zoe.id, roles=["operator"], now=now, **rights)
    await db.run(actions.deactivate, martin, zoe.id, now=now)
    await db.run(actions.activate, martin, zoe.id, now=now)
    secret = second_factor.new_totp_secret()
    code = TOTP(secret).at(now)
    codes = await db.run(second_factor.turn_on, seal, anna, secret, code, keep=None, now=now)
    await db.run(second_factor.turn_off, anna, now=now)
    token, word = await db.run(tokens.new_named_token, anna.id, "mine", now=now, by=anna)
    await db.run(tokens.revoke_token, anna, token.id, now=now)
    await _change_a_client(db, martin, now)
    kid, key = await db.run(preauth.new_preauth_key, martin, seal, now=now)
    await db.run(preauth.token_for_trial, martin, seal, kid, "acme-vera", now=now)
    await db.run(preauth.retire_preauth_key, martin, kid, now=now)
    later = now + timedelta(days=1)
    version, _ = await db.run(publish, martin, default_text(), effective_at=later, now=now)
    await db.run(withdraw, martin, version, note="Too early", now=now)
    text = ArticleText("Title", "", "Words")
    await db.run(publish_article, martin, "invoices", "en", text, 1, now=now)
    await db.run(set_archived, martin, "invoices", True, now=now)
    await db.run(write_synonyms, martin, uuid7(), "mail / post", now=now)
    words = [one.rpartition("/")[2] for one in (link, printed)]
    return [*words, secret, word, key, *codes]


async def _change_a_client(db: BoundDb, martin: Who, now: datetime) -> None:
    client = await db.run(actions.new_client, martin, name="Delta", now=now)
    await db.run(
        actions.change_client, martin, client.id, name="Delta", plan="Pro", language="en", now=now
    )
    service = await db.run(actions.new_service, martin, client.id, name="VPS", now=now)
    await db.run(actions.change_service, martin, replace(service, active=False), now=now)
    contact = await db.run(
        actions.new_contact, martin, client.id, email="d@delta.example", name="Dora", now=now
    )
    await db.run(
        actions.change_contact, martin, contact.id, name="Dora", language="uk", access="owner",
        external_id=None, now=now,
    )  # fmt: skip


async def test_a_refused_change_leaves_no_entry_and_no_gap(
    db: BoundDb, world: dict[str, Who], conn: Conn, now: datetime
) -> None:
    martin = world["martin"]
    before = (await newest(conn, martin))[0].no
    with pytest.raises(Conflict):
        await db.run(
            staff.new_operator, martin, email=martin.email, name="Twice", now=now
        )  # fmt: skip

    async def made_and_undone(tx: Any) -> None:
        await actions.new_client(tx, martin, name="Never", now=now)
        raise Conflict("undone")

    with pytest.raises(Conflict):
        await db.run(made_and_undone)
    await db.run(actions.new_client, martin, name="Delta", now=now)
    assert (await newest(conn, martin))[0].no == before + 1


async def test_an_import_tells_what_it_changed_and_a_dry_run_nothing(
    db: BoundDb, world: dict[str, Who], conn: Conn, now: datetime
) -> None:
    martin = world["martin"]
    before = (await newest(conn, martin))[0].no
    rows = [
        {"external_id": "delta", "name": "Delta", "contacts": [{"email": "d@delta.example"}]},
        {"external_id": "acme", "name": "Acme Ltd"},
        {"external_id": "", "name": "Nobody"},
    ]
    await db.run(import_clients, martin, rows, dry_run=True, now=now)
    assert (await newest(conn, martin))[0].no == before
    await db.run(import_clients, martin, rows, now=now)
    after = [(c.kind, c.about.name) for c in await newest(conn, martin) if c.no > before]
    assert after[-1] == ("client_made", "Delta")
    assert ("client_changed", "Acme Ltd") in after
    assert len(await newest(conn, martin)) == before + len(after)
    await db.run(import_clients, martin, rows, now=now)
    assert (await newest(conn, martin))[0].no == before + len(after), "all is as it was"


async def test_changes_at_once_are_numbered_without_a_gap(
    live_database: str, now: datetime
) -> None:
    db = Db(live_database, size=8)
    await db.open()
    try:
        async with db.connection() as conn:
            cursor = await conn.execute("select id from people where name = 'Martin'")
            row = await cursor.fetchone()
            assert row is not None
            martin = await who(conn, row[0])
        assert martin is not None
        await asyncio.gather(
            *(db.run(actions.new_client, martin, name=f"Client {n}", now=now) for n in range(24))
        )
        async with db.connection() as conn:
            numbers = [change.no for change in await newest(conn, martin)]
    finally:
        await db.close()
    assert numbers == list(range(len(numbers), 0, -1))


async def test_the_doctor_sees_a_change_that_was_altered_or_taken_out(
    desk: Desk, db: BoundDb, world: dict[str, Who], conn: Conn, now: datetime
) -> None:
    assert await examine(db, desk.settings, now=now) == []
    await conn.execute("savepoint whole")
    await conn.execute(
        """update entries set data = jsonb_set(data, '{after,name}', '"Else"')
        where matter = -1 and no = 2"""
    )
    (finding,) = await examine(db, desk.settings, now=now)
    assert finding.code == "content"
    assert "changes/2" in finding.message
    await conn.execute("rollback to savepoint whole")
    await conn.execute("delete from entries where matter = -1 and no = 2")
    (finding,) = await examine(db, desk.settings, now=now)
    assert (finding.code, finding.count) == ("numbering", 1)
    assert finding.message.startswith("The entries of changes are not numbered")


async def test_only_those_who_may_make_changes_read_them(world: dict[str, Who], conn: Conn) -> None:
    for name in ("anna", "vera"):
        with pytest.raises(Forbidden):
            await list_changes(conn, world[name])


Calls = Callable[[str | None], Awaitable[httpx.AsyncClient]]


async def test_management_reads_changes_by_program(
    client_for: Calls, db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    martin = await client_for("martin")
    await db.run(new_token, world["vera"].id, "panel", now=now, by=world["vera"])
    page = (await martin.get("/api/v1/changes", params={"limit": 2})).json()
    assert len(page["items"]) == 2
    assert page["after"] == page["items"][-1]["no"]
    older = (await martin.get("/api/v1/changes", params={"after": page["after"]})).json()
    assert older["items"][0]["no"] == page["after"] - 1
    assert older["after"] is None
    person = {"person": str(world["vera"].id)}
    of_vera = (await martin.get("/api/v1/changes", params=person)).json()["items"]
    assert [(one["kind"], one["by"]["side"]) for one in of_vera] == [
        ("token_made", "client"), ("contact_made", "system"),
    ]  # fmt: skip
    assert of_vera[0]["after"] == {"token": "panel"}
    kinds = (await martin.get("/api/v1/changes", params={"kind": "operator_made"})).json()["items"]
    assert {one["about"]["name"] for one in kinds} >= {"Anna", "Martin"}
    assert (await martin.get("/api/v1/changes", params={"kind": "unheard"})).status_code == 422
    assert (await (await client_for("anna")).get("/api/v1/changes")).status_code == 403
    assert (await (await client_for("vera")).get("/api/v1/changes")).status_code == 404


async def test_management_reads_changes_among_the_settings(
    browser_for: Browsers, db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    martin = await browser_for("martin")
    name = "<b>Delta</b>"
    client = await db.run(actions.new_client, world["martin"], name=name, plan="A", now=now)
    await db.run(
        actions.change_client, world["martin"], client.id, name=name, plan="B", language="en",
        now=now,
    )  # fmt: skip
    page = (await martin.get("/desk/settings/changes")).text
    assert "<del>A</del> → <ins>B</ins>" in page
    assert "&lt;b&gt;Delta&lt;/b&gt;" in page
    assert f'href="/desk/clients/{client.id}"' in page
    assert page.rindex("Client changed") < page.rindex("Client added")
    narrowed = await martin.get(
        "/desk/settings/changes", params={"person": str(world["martin"].id), "kind": "token_made"}
    )
    assert "No such changes." in narrowed.text
    older = await martin.get("/desk/settings/changes", params={"after": 1})
    assert "Nothing has been changed yet." in older.text
    odd = await martin.get("/desk/settings/changes", params={"person": "x", "kind": "y"})
    assert odd.status_code == 200
    anna = await browser_for("anna")
    assert (await anna.get("/desk/settings/changes")).status_code == 403
    assert "/desk/settings/changes" not in (await anna.get("/desk/settings")).text


def test_every_field_that_can_differ_has_words() -> None:
    things = {"client": Client, "contact": Contact, "operator": Operator, "service": Service}
    for what, thing in {**things, "snippet": Snippet}.items():
        written = {field.name: "x" for field in fields(thing) if field.name not in PASSED_OVER}
        change = Change(1, "x", Author(None, "", ""), About(what, "", ""), written, {}, MORNING)
        told = list(differences(change, lambda _kind, name: name))
        assert len(told) == len(written), what
