"""Operators, snippets, letters and unsent post, by those who may."""

import asyncio
from datetime import timedelta
from typing import Any

from firstline.app import Desk
from firstline.kit import outbox
from firstline.kit.db import Conn
from firstline.people import Who
from firstline.people.store import operators
from firstline.timeline import get_request
from tests.desk.conftest import Browsers, Opens


async def test_an_operator_is_invited_changed_and_shut_out(
    browser_for: Browsers, desk: Desk
) -> None:
    martin = await browser_for("martin")
    form = {"email": "olha@firstline.example", "name": "Olha", "lines": ["first", "second"]}
    made = await martin.form("/desk/settings/operators/new", **form, languages="uk", chat_limit="3")
    assert made.status_code == 200
    assert "http://desk.example/invitation/" in made.text
    async with desk.db.connection() as conn:
        olha = next(o for o in await operators(conn) if o.name == "Olha")
    assert (olha.lines, olha.languages, olha.chat_limit) == (("first", "second"), ("uk",), 3)
    page = f"/desk/settings/operators/{olha.id}"
    assert "Invite again" in (await martin.get(page)).text
    changed = await martin.form(page, roles="operator", lines="second")
    assert changed.status_code == 303
    await martin.form(f"{page}/access", active="false")
    async with desk.db.connection() as conn:
        olha = next(o for o in await operators(conn) if o.name == "Olha")
    assert (olha.lines, olha.chat_limit, olha.active) == (("second",), None, False)


async def test_operators_do_not_change_operators(
    browser_for: Browsers, world: dict[str, Who]
) -> None:
    anna = await browser_for("anna")
    ivan = world["ivan"].id
    assert (await anna.get(f"/desk/settings/operators/{ivan}")).status_code == 403
    for address in (f"{ivan}", f"{ivan}/access", f"{ivan}/invitation", "new"):
        answer = await anna.form(
            f"/desk/settings/operators/{address}", roles="keeper", email="x@x.example", name="X"
        )
        assert answer.status_code == 403, address


async def test_the_last_keeper_stays_one(browser_for: Browsers, world: dict[str, Who]) -> None:
    martin = await browser_for("martin")
    page = f"/desk/settings/operators/{world['martin'].id}"
    assert (await martin.form(page, roles="management")).status_code == 409


async def test_what_was_given_up_is_sent_again(
    browser_for: Browsers, desk: Desk, clock: Any
) -> None:
    async with desk.db.connection() as conn:
        await outbox.put(conn, kind="mail", payload={"to": "a@b.example"}, not_before=clock())
        await conn.execute(
            "update outbox set state = 'dead', last_error = 'refused', done_at = %s", (clock(),)
        )
        parcel = (await outbox.list_dead(conn))[0]
    martin, anna = await browser_for("martin"), await browser_for("anna")
    assert "refused" in (await martin.get("/desk/settings/unsent")).text
    address = f"/desk/settings/unsent/{parcel.id}/replay"
    assert (await anna.form(address)).status_code == 403
    assert (await martin.form(address)).status_code == 303
    assert (await martin.form(address)).status_code == 409


async def test_what_fails_is_sent_at_once_or_deleted_one_or_all(
    browser_for: Browsers, desk: Desk, clock: Any
) -> None:
    async with desk.db.connection() as conn:
        for to in ("a@b.example", "c@b.example", "d@b.example"):
            await outbox.put(conn, kind="mail", payload={"to": to}, not_before=clock())
        await conn.execute(
            "update outbox set last_error = 'away', not_before = %s",
            (clock() + timedelta(hours=2),),
        )
        first, second, _ = await outbox.list_failing(conn)
    martin, anna = await browser_for("martin"), await browser_for("anna")
    page = "/desk/settings/unsent"
    for path in ("replay", "drop", f"{first.id}/replay", f"{first.id}/drop"):
        assert (await anna.form(f"{page}/{path}")).status_code == 403
    assert (await martin.form(f"{page}/{first.id}/replay")).status_code == 303
    assert (await martin.form(f"{page}/{second.id}/drop")).status_code == 303
    assert (await martin.form(f"{page}/{second.id}/drop")).status_code == 409
    async with desk.db.connection() as conn:
        left = {one.payload["to"]: one.not_before for one in await outbox.list_failing(conn)}
    assert left == {"a@b.example": clock(), "d@b.example": clock() + timedelta(hours=2)}
    await martin.form(f"{page}/replay")
    async with desk.db.connection() as conn:
        assert {one.not_before for one in await outbox.list_failing(conn)} == {clock()}
    await martin.form(f"{page}/drop")
    async with desk.db.connection() as conn:
        assert await outbox.list_failing(conn) == []


async def test_ending_an_operators_access_gives_their_work_back(
    browser_for: Browsers, world: dict[str, Who], desk: Desk, opens: Opens
) -> None:
    no = await opens("vera", "Down", holder="anna")
    martin = await browser_for("martin")
    address = f"/desk/settings/operators/{world['anna'].id}/access"
    assert (await martin.form(address, active="false")).status_code == 303
    async with desk.db.connection() as conn:
        request = await get_request(conn, no)
    assert request is not None
    assert (request.holder, request.state) == (None, "waiting")


async def test_snippets_are_mended_and_dropped(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    form = {"shortcut": "zone", "language": "en", "title": "DNS", "body": "It takes a day."}
    await anna.form("/desk/settings/snippets", **form)
    listed = (await anna.get("/desk/settings/snippets")).text
    snippet = listed.split("It takes a day.")[0].split("?edit=")[-1][:36]
    await anna.form("/desk/settings/snippets", **{**form, "id": snippet, "body": "It takes hours."})
    assert "It takes hours." in (await anna.get("/desk/settings/snippets")).text
    await anna.form(f"/desk/settings/snippets/{snippet}/drop")
    assert "It takes hours." not in (await anna.get("/desk/settings/snippets")).text
    for wrong in ({"shortcut": "two words"}, {"language": "xx"}, {"line": "none"}, {"id": "no"}):
        answer = await anna.form("/desk/settings/snippets", **{**form, **wrong})
        assert answer.status_code in (404, 422), wrong


async def test_clients_are_found_by_host_and_their_card_shows_services(
    browser_for: Browsers, world: dict[str, Who]
) -> None:
    anna = await browser_for("anna")
    found = (await anna.get("/desk/clients?q=web03")).text
    assert "Acme" in found
    assert "Borealis" not in found
    card = (await anna.get(f"/desk/clients/{world['vera'].client_id}")).text
    assert "vps1.acme.example" in card
    assert "vera@acme.example" in card


async def test_hostile_forms_of_the_widgets_settings_make_one_key_and_no_markup(
    browser_for: Browsers, conn: Conn
) -> None:
    martin, address = await browser_for("martin"), "/desk/settings/widget/keys"
    await martin.get("/desk/settings/widget")
    fields = {"name": "<script>alert(1)</script>", "origins": "https://a.example", "key": "once"}
    made = await asyncio.gather(*(martin.act(address, **fields) for _ in range(3)))
    assert [one.status_code for one in made] == [200] * 3
    assert sum("Its secret is shown only now" in one.text for one in made) == 1
    assert not any("<script>alert" in one.text for one in made)
    other = await martin.act(address, **{**fields, "name": "Another"})
    assert other.status_code == 422
    assert 'data-field="key"' in other.text
    for wrong in ("javascript:alert(1)", "https://a.example " * 30, "https://x@"):
        assert (await martin.act(address, name="n", origins=wrong)).status_code in (200, 422)
    assert (await martin.act(address, name="x" * 10_000_000)).status_code == 413
    cursor = await conn.execute("select name, origins from preauth_keys order by created_at")
    keys = await cursor.fetchall()
    assert keys[0][0] == fields["name"]
    assert all(site == "https://a.example" for _, sites in keys for site in sites)


async def test_an_ended_session_makes_no_key(browser_for: Browsers, conn: Conn) -> None:
    martin = await browser_for("martin")
    await martin.get("/desk/settings/widget")
    await conn.execute("delete from sessions")
    refused = await martin.act("/desk/settings/widget/keys", name="Late", key="late")
    assert refused.status_code in (401, 403)
    cursor = await conn.execute("select count(*) from preauth_keys")
    assert await cursor.fetchone() == (0,)


async def test_names_and_words_that_nobody_can_see_are_refused(browser_for: Browsers) -> None:
    anna = await browser_for("anna")
    seen = {"shortcut": "wait", "language": "en", "title": "Wait", "body": "It takes an hour."}
    for field in ("shortcut", "title", "body"):
        answer = await anna.form("/desk/settings/snippets", **{**seen, field: "\u200b\u3164"})
        assert answer.status_code == 422, field
    hidden = await anna.form("/desk/settings/snippets", **{**seen, "shortcut": "wa\u200bit"})
    assert hidden.status_code == 422
