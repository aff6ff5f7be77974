"""Hosts of services: one spelling at every door, read by people, found by both spellings."""

from datetime import datetime
from typing import Any

import pytest

from firstline.kit.addresses import host_name, host_words
from firstline.kit.db import BoundDb
from firstline.kit.errors import Invalid
from firstline.people import Who, respell_hosts
from firstline.people import store as people
from firstline.people.access.origins import read_origins
from firstline.people.actions import change_service, new_service
from firstline.people.importing import import_clients
from firstline.settings import from_env

MUNICH = "xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "typed",
    [
        "münchen.example",
        "MÜNCHEN.Example",
        "mu\u0308nchen.example",
        "münchen.example.",
        " münchen\u200b.example ",
        "mün\u00adchen.example",
        "münchen\u3002example",
        "ｍünchen.ｅｘａｍｐｌｅ",
        MUNICH.upper(),
        "https://münchen.example/cart?id=1",
        "http://münchen.example:8080",
    ],
)
def test_a_host_has_one_spelling(typed: str) -> None:
    assert host_name(typed) == MUNICH


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("shop.example", "shop.example"),
        ("*.Shop.example", "*.shop.example"),
        ("_dmarc.shop.example", "_dmarc.shop.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("second rack, left", "second rack, left"),
        ("", ""),
        ("-", "-"),
        (".", "."),
    ],
)
def test_what_is_no_host_stays_as_it_was_typed(typed: str, kept: str) -> None:
    assert host_name(typed) == kept


def test_a_host_is_read_with_its_network_spelling_where_that_differs() -> None:
    assert host_words("shop.example") == "shop.example"
    assert host_words(MUNICH) == f"münchen.example ({MUNICH})"
    assert host_words(host_name("аррlе.example")).endswith(" (xn--l-7sbq6ba.example)")


async def test_every_door_writes_the_same_spelling(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    client = world["vera"].client_id
    assert client is not None
    made = await db.run(new_service, None, client, name="Shop", host="Готель.Example.", now=now)
    assert made.host.isascii()
    same = await db.run(change_service, None, made, now=now)
    assert same.host == made.host
    head = "external_id,name,plan,language,service_external_id,service_name,service_kind,"
    head += "service_server,service_host,contact_email,contact_name,contact_access,contact_services"
    row = "n1,North,Business,uk,n1-web,Web,hosting,w1,{},,,,"
    for host, result in (("готель.example", "created"), ("ГОТЕЛЬ.example.", "unchanged")):
        report = await db.run(import_clients, None, f"{head}\n{row.format(host)}\n", now=now)
        assert [line.result for line in report.lines if line.what == "service"] == [result]
    async with db.connection() as conn:
        north = await people.client_by_external_id(conn, "n1")
        assert north is not None
        (service,) = await people.services(conn, [north.id])
        assert service.host == made.host
        for part in ("готель", "ГОТ", made.host, "тель.exa", "готель.example.", made.host[:9]):
            found = [one.name for one in await people.clients(conn, part, None, 50)]
            assert "North" in found, part
        assert "North" not in [c.name for c in await people.clients(conn, "мотель", None, 50)]


async def test_hosts_of_before_are_brought_to_it(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    client = world["vera"].client_id
    assert client is not None
    old = await db.run(new_service, None, client, name="Old", host="x", now=now)
    async with db.transaction() as tx:
        await tx.conn.execute(
            "update services set host = 'München.Example.', host_read = null where id = %s",
            (old.id,),
        )
        assert await respell_hosts(tx.conn) >= 1
        assert await respell_hosts(tx.conn) == 0
        services = {one.id: one.host for one in await people.services(tx.conn, [client])}
        assert services[old.id] == MUNICH
        assert await people.clients(tx.conn, "münch", None, 50)


def test_the_public_address_has_the_same_spelling(tmp_path: Any) -> None:
    asked = {"FIRSTLINE_PUBLIC_URL": "https://MÜNCHEN.example.", "FIRSTLINE_SECRET": "ab" * 32}
    assert from_env(asked, data=tmp_path).public_url == f"https://{MUNICH}"


@pytest.mark.parametrize(
    "typed",
    [
        "https://münchen.example",
        "https://MÜNCHEN.example.",
        "https://mün\u00adchen.example/",
        "\u200bhttps://münchen\u3002example:443/path?x=1",
        f"https://{MUNICH}.",
    ],
)
def test_a_site_of_a_key_is_spelled_like_every_host(typed: str) -> None:
    assert read_origins([typed]) == [f"https://{MUNICH}"]


@pytest.mark.parametrize(
    "typed", ["https://", "https://.", "https://-.example", "https://a b.example", "//a.example"]
)
def test_what_is_no_site_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="is not a site"):
        read_origins([typed])


def test_addresses_of_numbers_and_ports_stay_sites() -> None:
    sites = ["http://[2001:db8::1]:8080", "http://192.0.2.1", "http://localhost:3000"]
    assert read_origins(sites) == sites
