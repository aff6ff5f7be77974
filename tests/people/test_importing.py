"""Import from the panel: repeatable, a line per object, and a broken file changes nothing."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from firstline.kit.db import BoundDb, Conn
from firstline.kit.errors import Forbidden, Invalid, Missing
from firstline.people import Who, who_by_email
from firstline.people import store as people
from firstline.people.importing import Report, import_clients

HEAD = (
    "external_id,name,plan,language,service_external_id,service_name,service_kind,"
    "service_server,service_host,contact_email,contact_name,contact_access,contact_services"
)
FILE = (
    HEAD
    + """
k1,Kappa Ltd,Business,uk,k1-web,Hosting,hosting,web01,kappa.example,,,,
k1,Kappa Ltd,Business,uk,k1-vps,VPS 2,vps,node3,vps.kappa.example,,,,
k1,Kappa Ltd,Business,uk,,,,,,Olena@Kappa.example,Олена,owner,
k1,Kappa Ltd,Business,uk,,,,,,dev@kappa.example,Dev,limited,k1-vps
k2,"Lambda, Inc.",Start,en,,,,,,boss@lambda.example,Boss,global,
"""
)


async def run(db: BoundDb, source: Any, now: datetime, **more: Any) -> Report:
    return await db.run(import_clients, None, source, now=now, **more)


def results(report: Report) -> list[tuple[int, str, str]]:
    return [(line.row, line.what, line.result) for line in report.lines]


async def counts(conn: Conn) -> tuple[int, ...]:
    cursor = await conn.execute(
        "select (select count(*) from clients), (select count(*) from services),"
        " (select count(*) from contacts), (select count(*) from contact_services),"
        " (select coalesce(sum(epoch), 0) from people)"
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def test_a_file_is_imported_with_a_line_per_object(
    db: BoundDb, conn: Conn, now: datetime
) -> None:
    report = await run(db, FILE.encode(), now)
    assert results(report) == [
        (2, "client", "created"),
        (2, "service", "created"),
        (3, "service", "created"),
        (4, "contact", "created"),
        (5, "contact", "created"),
        (6, "client", "created"),
        (6, "contact", "created"),
    ]
    olena = await who_by_email(conn, "olena@kappa.example")
    assert olena is not None
    assert (olena.access, olena.language, olena.name) == ("owner", "uk", "Олена")
    dev = await who_by_email(conn, "dev@kappa.example")
    assert dev is not None
    services = await people.services(conn, [dev.client_id] if dev.client_id else [])
    vps = next(each for each in services if each.external_id == "k1-vps")
    assert dev.services == {vps.id}
    assert (vps.server, vps.host) == ("node3", "vps.kappa.example")


async def test_the_same_file_again_changes_nothing_and_a_changed_one_only_what_changed(
    db: BoundDb, conn: Conn, now: datetime
) -> None:
    await run(db, FILE, now)
    before = await counts(conn)
    again = await run(db, FILE, now)
    assert {line.result for line in again.lines} == {"unchanged"}
    assert await counts(conn) == before
    moved = FILE.replace("web01", "web09").replace("Dev,limited,k1-vps", "Dev,limited,k1-web")
    report = await run(db, moved.replace("Lambda, Inc.", "Lambda"), now)
    changed = [(line.what, line.id) for line in report.lines if line.result != "unchanged"]
    assert changed == [
        ("service", "k1-web"),
        ("contact", "dev@kappa.example"),
        ("client", "k2"),
    ]
    assert report.count("updated") == 3
    dev = await who_by_email(conn, "dev@kappa.example")
    assert dev is not None
    assert dev.epoch == 1  # an open stream of theirs must look again


async def test_a_dry_run_says_the_same_and_keeps_nothing(
    db: BoundDb, conn: Conn, now: datetime
) -> None:
    before = await counts(conn)
    dry = await run(db, FILE, now, dry_run=True)
    assert dry.dry_run
    assert await counts(conn) == before
    wet = await run(db, FILE, now)
    assert dry.lines == wet.lines


async def test_a_refused_row_stops_nothing_and_says_why(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    rows = f"""{HEAD}
,No id,,,,,,,,,,,
k3,,,,,,,,,,,,
k4,Mu,,xx,,,,,,,,,
k5,Nu,,,,,,,,not-an-address,X,,
k5,Nu,,,,,,,,vera@acme.example,Vera,,
k5,Nu,,,,,,,,anna@firstline.example,Anna,,
k5,Nu,,,,,,,,good@nu.example,Good,emperor,
k5,Nu,,,,,,,,good@nu.example,Good,limited,k1-web
k5,Nu,,,,,,,,good@nu.example,Good,,
k5,Nu,,,,Nameless service,,,,,,,
"""
    report = await run(db, rows, now)
    assert results(report) == [
        (2, "client", "refused"),
        (3, "client", "refused"),
        (4, "client", "refused"),
        (5, "client", "created"),
        (5, "contact", "refused"),
        (6, "contact", "refused"),
        (7, "contact", "refused"),
        (8, "contact", "refused"),
        (9, "contact", "refused"),
        (10, "contact", "created"),
        (11, "service", "refused"),
    ]
    why = [line.why for line in report.lines if line.result == "refused"]
    assert why[0].startswith("external_id:")
    assert "another client" in why[4]
    assert all(why)
    vera = await who_by_email(conn, "vera@acme.example")
    assert vera == world["vera"]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (FILE.encode("cp1251", "replace").replace(b"?", b"\xff"), "line 4 is not UTF-8"),
        (FILE.encode("utf-16"), "UTF-8"),
        ("name,plan\nx,y\n", "external_id"),
        ("external_id,name,password\n1,x,y\n", "password"),
        ("external_id,name,name\n1,x,y\n", "twice"),
        ("external_id,name\n1,x\n2\n", "line 3"),
        ('external_id,name\n1,"x\n', "line"),
        ("", "external_id"),
        ("a\x00b", "no text"),
        ('[{"external_id": "1", "name": "x"}', "delimiter"),
        ('[{"external_id": "1", "name": "x", "role": "keeper"}]', "role"),
        ('[{"external_id": "1", "name": "x", "services": "y"}]', "services"),
        ('[{"external_id": "1", "name": ["x"]}]', "name"),
        ('[{"external_id": true, "name": "x"}]', "external_id"),
        ("[1]", "client 1"),
        ("[" * 100_000, "nested"),
        ('{"clients": 5}', "list"),
    ],
)
async def test_a_broken_file_is_refused_whole_with_the_place(
    db: BoundDb, conn: Conn, now: datetime, source: Any, hint: str
) -> None:
    before = await counts(conn)
    with pytest.raises(Invalid, match="cannot be read") as refused:
        await run(db, source, now)
    assert hint in refused.value.detail
    assert refused.value.extra["field"] == "file"
    assert await counts(conn) == before


async def test_spreadsheets_write_semicolons_and_a_byte_order_mark(
    db: BoundDb, now: datetime
) -> None:
    text = "\ufeff" + FILE.replace('"Lambda, Inc."', "Lambda").replace(",", ";")
    report = await run(db, text.replace("\n", "\r\n").encode(), now)
    assert report.count("created") == 7


async def test_json_says_the_same_as_csv(db: BoundDb, conn: Conn, now: datetime) -> None:
    clients = [
        {
            "external_id": "k1",
            "name": "Kappa Ltd",
            "plan": "Business",
            "language": "uk",
            "contacts": [
                {"email": "olena@kappa.example", "name": "Олена", "access": "owner"},
                {
                    "email": "dev@kappa.example",
                    "name": "Dev",
                    "access": "limited",
                    "services": ["k1-vps"],
                },
            ],
            "services": [
                {
                    "external_id": "k1-web",
                    "name": "Hosting",
                    "kind": "hosting",
                    "server": "web01",
                    "host": "kappa.example",
                },
                {
                    "external_id": "k1-vps",
                    "name": "VPS 2",
                    "kind": "vps",
                    "server": "node3",
                    "host": "vps.kappa.example",
                },
            ],
        }
    ]
    report = await run(db, json.dumps({"clients": clients}), now)
    assert report.count("created") == 5
    again = await run(db, FILE, now)
    assert [line.result for line in again.lines if line.row < 6] == ["unchanged"] * 5
    assert (await run(db, clients, now)).count("unchanged") == 5


async def test_an_absent_column_leaves_its_field_and_an_empty_cell_empties_it(
    db: BoundDb, conn: Conn, now: datetime
) -> None:
    await run(db, FILE, now)
    assert (await run(db, "external_id,name\nk1,Kappa Ltd\n", now)).count("unchanged") == 1
    report = await run(db, "external_id,name,plan\nk1,Kappa Ltd,\n", now)
    assert report.count("updated") == 1
    found = await people.client_by_external_id(conn, "k1")
    assert found is not None
    assert (found.plan, found.language) == ("", "uk")


async def test_only_management_and_the_keeper_import(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    with pytest.raises(Forbidden):
        await db.run(import_clients, world["anna"], FILE, now=now)
    with pytest.raises(Missing):
        await db.run(import_clients, world["vera"], FILE, now=now)
    assert await db.run(import_clients, world["martin"], FILE, now=now)


async def test_the_api_imports_and_answers_a_repeated_key_with_the_same_report(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    from firstline.people import new_token

    token = await db.run(new_token, world["martin"].id, "", now=now)
    here = browser(Authorization=f"Bearer {token}")
    asked = {"content": FILE, "dry_run": True}
    dry = await here.post("/api/v1/clients/import", json=asked)
    assert (dry.status_code, dry.json()["created"]) == (200, 7)
    wet = await here.post("/api/v1/clients/import", json={"content": FILE, "key": "k"})
    again = await here.post("/api/v1/clients/import", json={"content": FILE, "key": "k"})
    assert wet.json() == again.json()
    assert wet.json()["created"] == 7
    other = await here.post("/api/v1/clients/import", json={"content": "x", "key": "k"})
    assert other.status_code == 422
    neither = await here.post("/api/v1/clients/import", json={})
    assert (neither.status_code, neither.json()["field"]) == (422, "clients")
    lone = rb'{"clients": [{"external_id": "\ud800", "name": "\ud800"}]}'
    odd = await here.post(
        "/api/v1/clients/import", content=lone, headers={"Content-Type": "application/json"}
    )
    assert odd.status_code in (400, 422) or odd.json()["refused"] == 1
