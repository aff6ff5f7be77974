"""Clients, contacts, services, operators: who may change them, and what a change ends."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from firstline.kit.db import BoundDb, Conn, Db
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.people import COOKIE, Who, actions, new_token, staff, who, who_by_email
from firstline.people import store as people
from firstline.people.access import links
from firstline.people.access.model import Caller
from firstline.people.access.sessions import start_session

Make = Callable[[str], Any]


@pytest.fixture
def caller(browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: datetime) -> Make:
    async def make(name: str) -> httpx.AsyncClient:
        token = await db.run(new_token, world[name].id, "", now=now)
        return browser(Authorization=f"Bearer {token}")

    return make


async def test_the_cast_stands_as_the_design_names_it(conn: Conn, world: dict[str, Who]) -> None:
    assert set(world) == set("vera pavel anna ivan boris sofia clara martin".split())
    lines = {name: each.lines for name, each in world.items() if each.is_staff}
    assert lines["anna"] == lines["ivan"] == ("first",)
    assert lines["boris"] == ("second",)
    assert lines["sofia"] == ("administrators",)
    assert lines["clara"] == ("consulting",)
    assert world["martin"].roles == {"management", "keeper"}
    assert world["vera"].client_id != world["pavel"].client_id
    assert world["vera"].access == "owner"


async def test_who_is_loaded_in_one_query_with_a_limited_contacts_services(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    acme = world["vera"].client_id
    assert acme is not None
    mine, _other, _third = await people.services(conn, [acme])
    foreign = (await people.services(conn, [world["pavel"].client_id or uuid4()]))[0]
    made = await db.run(
        actions.new_contact,
        None,
        acme,
        email="Dev@Acme.example",
        name="Dev",
        access="limited",
        services=[mine.id, foreign.id],
        now=now,
    )
    assert made.services == {mine.id}
    assert made.may_use(mine.id)
    assert not made.may_use(foreign.id)
    assert world["vera"].may_use(mine.id)
    assert await who(conn, made.id) == made == await who_by_email(conn, "DEV@acme.example ")
    await db.run(
        actions.change_contact,
        None,
        made.id,
        name="Dev",
        language="en",
        access="global",
        external_id=None,
        services=[mine.id],
        now=now,
    )
    wider = await who(conn, made.id)
    assert wider is not None
    assert (wider.access, wider.services, wider.epoch) == ("global", frozenset(), 1)


async def test_only_management_and_the_keeper_change_people(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    acme = world["vera"].client_id
    assert acme is not None
    for name, error in (("anna", Forbidden), ("vera", Missing)):
        by = world[name]
        for act, given in (
            (actions.new_client, {"name": "X", "now": now}),
            (staff.new_operator, {"email": "x@x.example", "name": "X", "now": now}),
        ):
            with pytest.raises(error):
                await db.run(act, by, **given)
        for act, given in (
            (actions.new_service, {"name": "X", "now": now}),
            (actions.new_contact, {"email": "x@x.example", "name": "X", "now": now}),
            (actions.change_client, {"name": "X", "plan": "", "language": "en", "now": now}),
        ):
            with pytest.raises(error):
                await db.run(act, by, acme, **given)
        with pytest.raises(error):
            await db.run(actions.deactivate, by, world["pavel"].id, now=now)


async def test_an_operator_is_checked_field_by_field(db: BoundDb, now: datetime) -> None:
    good: dict[str, Any] = {"email": "zoe@firstline.example", "name": "Zoe", "now": now}
    for field, value in (
        ("email", "zoe"),
        ("email", "a@b@c"),
        ("email", "a b@c.example"),
        ("email", 'a"b@c.example'),
        ("email", "a@" + "c" * 300),
        ("name", ""),
        ("name", " \n "),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", "a\u202eb"),
        ("name", "\ud800"),
        ("roles", ["emperor"]),
        ("roles", []),
        ("lines", ["First line!"]),
        ("languages", ["xx"]),
        ("language", "xx"),
        ("chat_limit", 0),
        ("chat_limit", 101),
    ):
        with pytest.raises(Invalid) as refused:
            await db.run(staff.new_operator, None, **{**good, field: value})
        assert refused.value.extra["field"] == field
    made = await db.run(
        staff.new_operator, None, **good, lines=["first", "first"], languages=["uk"], chat_limit=3
    )
    assert (made.lines, made.languages, made.chat_limit) == (("first",), ("uk",), 3)
    with pytest.raises(Conflict):
        await db.run(staff.new_operator, None, **{**good, "email": "ZOE@firstline.example"})


async def test_only_a_keeper_makes_a_keeper_and_the_last_one_stays(
    db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    rights: dict[str, Any] = {"lines": [], "languages": [], "chat_limit": None, "now": now}
    manager = await db.run(
        staff.new_operator,
        None,
        email="meg@firstline.example",
        name="Meg",
        roles=["management"],
        now=now,
    )
    everything = ["operator", "management", "keeper"]
    with pytest.raises(Forbidden):
        await db.run(staff.change_operator, manager, manager.id, roles=everything, **rights)
    with pytest.raises(Forbidden):
        await db.run(actions.deactivate, manager, world["martin"].id, now=now)
    with pytest.raises(Conflict):
        await db.run(actions.deactivate, world["martin"], world["martin"].id, now=now)
    with pytest.raises(Conflict):
        await db.run(staff.change_operator, None, world["martin"].id, roles=["operator"], **rights)
    await db.run(staff.change_operator, world["martin"], manager.id, roles=["keeper"], **rights)
    await db.run(actions.deactivate, world["martin"], world["martin"].id, now=now)


async def test_two_keepers_cannot_remove_each_other_at_once(
    live_database: str, now: datetime
) -> None:
    db = Db(live_database)
    await db.open()
    try:
        second = await db.run(
            staff.new_operator,
            None,
            email="kay@firstline.example",
            name="Kay",
            roles=["keeper"],
            now=now,
        )
        async with db.connection() as conn:
            martin = await who_by_email(conn, "martin@firstline.example")
        assert martin is not None
        results = await asyncio.gather(
            db.run(actions.deactivate, martin, second.id, now=now),
            db.run(actions.deactivate, second, martin.id, now=now),
            return_exceptions=True,
        )
    finally:
        await db.close()
    assert [type(result) for result in results].count(Conflict) == 1


async def test_deactivating_ends_everything_and_tells_the_streams(
    db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    anna = world["anna"]
    await start_session(conn, anna, now=now)
    await db.run(new_token, anna.id, "", now=now)
    news: list[Any] = []
    db.on_commit = news.extend
    await db.run(actions.deactivate, world["martin"], anna.id, now=now)
    assert [(item.topic, item.head) for item in news] == [(f"person/{anna.id}", anna.epoch + 1)]
    assert await who(conn, anna.id) is None
    cursor = await conn.execute(
        "select (select count(*) from sessions where person_id = %(id)s)"
        " + (select count(*) from tokens where person_id = %(id)s)",
        {"id": anna.id},
    )
    assert await cursor.fetchone() == (0,)
    with pytest.raises(Missing):
        await db.run(actions.deactivate, world["martin"], anna.id, now=now)


async def test_me_tells_who_the_token_speaks_for(caller: Make, world: dict[str, Who]) -> None:
    me = (await (await caller("vera")).get("/api/v1/me")).json()
    assert (me["name"], me["side"], me["access"]) == ("Vera", "client", "owner")
    assert me["client"] == str(world["vera"].client_id)
    me = (await (await caller("anna")).get("/api/v1/me")).json()
    assert (me["roles"], me["lines"], me["client"]) == (["operator"], ["first"], None)


async def test_clients_are_for_the_staff_and_new_ones_for_those_who_run_the_desk(
    caller: Make, browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    vera, anna, martin = [await caller(name) for name in ("vera", "anna", "martin")]
    acme = world["vera"].client_id
    for address in ("/api/v1/clients", f"/api/v1/clients/{acme}"):
        assert (await vera.get(address)).status_code == 404
        assert (await anna.get(address)).status_code == 200
        assert (await browser().get(address)).status_code == 401
    assert (await anna.get(f"/api/v1/clients/{uuid4()}")).status_code == 404
    assert (await anna.get("/api/v1/clients/nonsense")).status_code == 404
    new = {"name": "Gamma", "external_id": "g", "key": "1"}
    assert (await vera.post("/api/v1/clients", json=new)).status_code == 404
    assert (await anna.post("/api/v1/clients", json=new)).status_code == 403
    made = await martin.post("/api/v1/clients", json=new)
    assert made.status_code == 201
    again = await martin.post("/api/v1/clients", json=new)
    assert (again.status_code, again.json()) == (200, made.json())
    taken = await martin.post("/api/v1/clients", json={**new, "key": "2"})
    assert taken.status_code == 409
    odd = await martin.post("/api/v1/clients", json={"name": "X", "id": "1"})
    assert (odd.status_code, odd.json()["field"]) == (422, "id")


async def test_clients_are_found_by_any_of_their_names_page_by_page(
    caller: Make, db: BoundDb, world: dict[str, Who], now: datetime
) -> None:
    for name in ("delta", "Echo", "Foxtrot 100%", "Golf_x"):
        await db.run(actions.new_client, None, name=name, now=now)
    anna = await caller("anna")

    async def names(**query: Any) -> list[str]:
        answer = await anna.get("/api/v1/clients", params=query)
        return [item["name"] for item in answer.json()["items"]]

    everyone = ["Acme", "Borealis", "delta", "Echo", "Foxtrot 100%", "Golf_x"]
    assert [name for name in await names() if name in everyone] == everyone
    for q, found in (
        ("ECHO", ["Echo"]),
        ("vera@", ["Acme"]),
        ("vps1.acme", ["Acme"]),
        ("web07", ["Borealis"]),
        ("borealis-domain", ["Borealis"]),
        ("0%", ["Foxtrot 100%"]),
        ("f_x", ["Golf_x"]),
        ("' or 1=1 --", []),
        ("\\", []),
    ):
        assert await names(q=q) == found, q
    seen: list[str] = []
    after: str | None = None
    while True:
        query = {"limit": "2", **({"after": after} if after else {})}
        page = (await anna.get("/api/v1/clients", params=query)).json()
        seen += [item["name"] for item in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert seen == await names()
    assert len((await anna.get("/api/v1/clients?limit=0")).json()["items"]) == 1
    one = (await anna.get("/api/v1/clients", params={"q": "acme"})).json()["items"][0]
    assert {service["server"] for service in one["services"]} == {"web03", "node11", ""}
    assert [contact["email"] for contact in one["contacts"]] == ["vera@acme.example"]


async def test_tokens_by_api_are_ones_own_and_their_words_come_once(
    caller: Make, world: dict[str, Who]
) -> None:
    vera, pavel = await caller("vera"), await caller("pavel")
    made = await vera.post(
        "/api/v1/tokens", json={"name": "ci", "password": "firstline", "key": "k"}
    )
    assert made.status_code == 201
    assert made.json()["token"].startswith("fl_")
    again = await vera.post(
        "/api/v1/tokens", json={"name": "ci", "password": "firstline", "key": "k"}
    )
    assert (again.status_code, again.json()["token"]) == (200, None)
    assert again.json()["id"] == made.json()["id"]
    nameless = await vera.post("/api/v1/tokens", json={"password": "firstline"})
    assert nameless.status_code == 201
    listed = (await vera.get("/api/v1/tokens")).json()["items"]
    assert [item["token"] for item in listed] == [None] * 3
    address = f"/api/v1/tokens/{made.json()['id']}"
    assert (await pavel.delete(address)).status_code == 404
    assert (await vera.delete(address)).status_code == 204
    assert (await vera.delete(address)).status_code == 404


async def test_a_call_without_a_bearer_says_how_to_send_one(browser: Callable[..., Any]) -> None:
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
        answer = await browser(**headers).get("/api/v1/me")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["title"] == "not-signed-in"
    unknown = await browser(Authorization="Bearer fl_unknown").get("/api/v1/me")
    assert 'error="invalid_token"' in unknown.headers["www-authenticate"]


async def test_five_hundred_calls_a_second_and_then_429(caller: Make) -> None:
    vera = await caller("vera")
    codes = [(await vera.get("/api/v1/me")).status_code for _turn in range(505)]
    assert codes == [200] * 500 + [429] * 5


async def test_management_finds_no_way_to_the_keepers_role(
    browser: Callable[..., Any], db: BoundDb, conn: Conn, world: dict[str, Who], now: datetime
) -> None:
    manager, martin = await made_operator(db, "mia", ["management"], now), world["martin"]
    keeper = await made_operator(db, "kim", ["keeper"], now)
    nobody = await made_operator(db, "nil", ["operator"], now)
    rights: dict[str, Any] = {"lines": [], "languages": [], "chat_limit": None, "now": now}
    url = {"public_url": "http://desk.example", "now": now}
    with pytest.raises(Forbidden):
        await db.run(links.invite, manager, keeper.id, **url)
    with pytest.raises(Forbidden):
        await db.run(staff.change_operator, manager, nobody.id, roles=["keeper"], **rights)
    with pytest.raises(Forbidden):
        await db.run(staff.change_operator, manager, keeper.id, roles=["operator"], **rights)
    with pytest.raises(Forbidden):
        await db.run(actions.deactivate, manager, keeper.id, now=now)
    await db.run(actions.deactivate, martin, keeper.id, now=now)
    with pytest.raises(Forbidden):
        await db.run(actions.activate, manager, keeper.id, now=now)
    await db.run(actions.activate, martin, keeper.id, now=now)
    link = await db.run(links.invite, manager, nobody.id, **url)
    await db.run(staff.change_operator, martin, nobody.id, roles=["keeper"], **rights)
    word = link.rpartition("/")[2]
    with pytest.raises(Missing):
        await links.redeem(db, word, "invitation", "a long word", Caller(None), now=now)
    here = browser(cookie=f"{COOKIE}={await start_session(conn, manager, now=now)}")
    page = await here.get(f"/desk/settings/operators/{keeper.id}")
    assert page.status_code == 200
    assert "/invitation" not in page.text
    assert "/access" not in page.text


async def made_operator(db: BoundDb, name: str, roles: list[str], now: datetime) -> Who:
    email = f"{name}@firstline.example"
    return await db.run(staff.new_operator, None, email=email, name=name, roles=roles, now=now)


async def test_two_keepers_who_unmake_each_other_at_once_leave_one(
    live_database: str, now: datetime
) -> None:
    db = Db(live_database, size=4)
    await db.open()
    try:
        kim = await db.run(
            staff.new_operator, None, email="kim@x.example", name="Kim", roles=["keeper"], now=now
        )
        async with db.connection() as conn:
            martin = await who_by_email(conn, "martin@firstline.example")
        assert martin
        rights: dict[str, Any] = {"lines": [], "languages": [], "chat_limit": None, "now": now}
        results = await asyncio.gather(
            db.run(staff.change_operator, martin, kim.id, roles=["operator"], **rights),
            db.run(staff.change_operator, kim, martin.id, roles=["operator"], **rights),
            return_exceptions=True,
        )
    finally:
        await db.close()
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Operator"]
