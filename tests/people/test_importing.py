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
from firstline.policy import load

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
        (FILE.encode("utf-16-le"), "not text"),
        (FILE.encode("utf-16")[:-1], "UTF-8"),
        ("external_id,name\n1,x,y\n", "line 2"),
        ('"external_id": "1", "name": "x"}', "JSON"),
        ("name,plan\nx,y\n", "external_id"),
        ("external_id,name,password\n1,x,y\n", "password"),
        ("external_id,name,name\n1,x,y\n", "twice"),
        ("external_id,name\n1,x\n2\n", "line 3"),
        ('external_id,name\n1,"x\n', "line"),
        ("", "external_id"),
        ("a\x00b", "not text"),
        ('[{"external_id": "1", "name": "x"}', "broken JSON (Expecting ',' delimiter"),
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


@pytest.mark.parametrize(
    "written",
    [
        ("sep=;\n" + FILE.replace('"Lambda, Inc."', "Lambda").replace(",", ";")).encode(),
        ("\ufeff" + FILE.replace('"Lambda, Inc."', "Lambda").replace(",", "\t")).encode("utf-16"),
        FILE.replace("\n", ",,,\n").encode("utf-8-sig"),
        ('"sep=,",,\r\n' + FILE.replace("\n", ",,\r\n")).encode(),
    ],
)
async def test_what_spreadsheets_write_is_read(db: BoundDb, now: datetime, written: bytes) -> None:
    assert (await run(db, written, now)).count("created") == 7


async def test_an_address_that_changed_is_found_by_the_external_id(
    db: BoundDb, conn: Conn, now: datetime
) -> None:
    head = "external_id,name,contact_external_id,contact_email,contact_name\n"
    await run(db, head + "k1,Kappa,u7,olena@kappa.example,Olena\n", now)
    before = await who_by_email(conn, "olena@kappa.example")
    report = await run(db, head + "k1,Kappa,u7,o.ivanova@kappa.example,Olena\n", now)
    assert results(report) == [(2, "client", "unchanged"), (2, "contact", "updated")]
    after = await who_by_email(conn, "o.ivanova@kappa.example")
    assert before is not None
    assert after is not None
    assert (after.id, await who_by_email(conn, "olena@kappa.example")) == (before.id, None)
    assert after.epoch > before.epoch
    await run(db, head + "k1,Kappa,u8,dev@kappa.example,Dev\n", now)
    taken = await run(db, head + "k2,Lambda,u8,dev@lambda.example,Dev\n", now)
    assert "another client" in taken.lines[-1].why


@pytest.mark.parametrize(
    "other",
    [
        "OLENA@приклад.укр", "olena@ПРИКЛАД.УКР", "olena@xn--80aikifvh.xn--j1amh",
        "olena@приклад\u3002укр", "ｏlena@приклад.укр",
    ],
)  # fmt: skip
async def test_a_host_in_another_spelling_is_no_second_person(
    db: BoundDb, conn: Conn, now: datetime, other: str
) -> None:
    head = "external_id,name,contact_email,contact_name\n"
    await run(db, head + "k1,Kappa,olena@приклад.укр,Olena\n", now)
    assert (await run(db, head + f"k1,Kappa,{other},Olena\n", now)).count("unchanged") == 2
    assert await who_by_email(conn, other)


async def test_a_person_stored_in_an_older_spelling_stays_the_one(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    await conn.execute(
        "update people set email = 'vera@приклад.укр' where id = %s", (world["vera"].id,)
    )
    head = "external_id,name,contact_email,contact_name\n"
    report = await run(db, head + "k1,Kappa,vera@xn--80aikifvh.xn--j1amh,Vera\n", now)
    assert report.lines[-1].result == "refused"
    found = await who_by_email(conn, "vera@xn--80aikifvh.xn--j1amh")
    assert found is not None
    assert found.id == world["vera"].id


@pytest.mark.parametrize(
    "email",
    [
        "olena@kappa\u200b.example", "ole\u00adna@kappa.example", "olena@kappa.example\u2060",
        "olena@\u3164kappa.example", "олена@kappa.example", "olena@kappa", "olena@10.0.0.1",
        "olena@kappa-.example", "olena@" + "x" * 64 + ".example", "o" * 65 + "@kappa.example",
        "olena@xn--.example", "olena@@kappa.example", "olena@kappa.example,", "olena@[10.0.0.1]",
    ],
)  # fmt: skip
async def test_what_no_letter_reaches_is_refused_with_its_column(
    db: BoundDb, now: datetime, email: str
) -> None:
    head = "external_id;name;contact_email;contact_name\n"
    report = await run(db, head + f"k1;Kappa;{email};Olena\n", now)
    assert report.lines[-1].result == "refused"
    assert report.lines[-1].why.startswith("contact_email: ")


async def test_an_empty_value_is_named_by_its_column(db: BoundDb, now: datetime) -> None:
    head = "external_id,name,service_external_id,service_name,contact_email,contact_name\n"
    report = await run(db, head + "k1,,,,,\nk2,x,s1,,,\nk2,x,,,a@x.example,\n", now)
    why = [line.why.partition(":")[0] for line in report.lines if line.result == "refused"]
    assert why == ["name", "service_name", "contact_name"]


async def test_plans_and_kinds_are_those_of_the_regulations(db: BoundDb, now: datetime) -> None:
    policy = load(
        """
policy: {timezone: Europe/Kyiv}
plans: {start: {}, business: {}}
targets:
  - {service: vps, first: 1h}
"""
    )
    head = "external_id,name,plan,service_external_id,service_name,service_kind\n"
    rows = "k1,Kappa,Business,,,\nk1,Kappa,business,s1,One,VPS\nk1,Kappa,business,s2,Two,domain\n"
    report = await run(db, head + rows, now, policy=policy)
    assert [line.result for line in report.lines] == ["refused", "created", "refused", "created"]
    assert report.lines[0].why.startswith("plan: ")
    assert "start, business" in report.lines[0].why
    assert report.lines[2].why.startswith("service_kind: ")
    # What stands there already is no reason to refuse the rest of its row.
    await run(db, head + "k3,Old,gone,,,\n", now)
    again = await run(db, head + "k3,Older,gone,,,\n", now, policy=policy)
    assert again.lines[0].result == "updated"
