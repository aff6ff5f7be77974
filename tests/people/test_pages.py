"""The pages by which people come in, in a browser's manner."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from firstline.kit.db import BoundDb, Conn
from firstline.people import Who, staff
from firstline.people.access.links import invite, make_console_link
from firstline.people.web import safe_next

EVIL = '"><img src=x onerror=alert(1)>'


async def test_signing_in_goes_where_the_person_wanted_and_sets_a_careful_cookie(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser()
    answer = await here.sign_in("vera@acme.example", next="/requests/1001?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests/1001?x=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie  # the test's public address is plain http
    account = await here.get("/account")
    assert account.status_code == 200
    assert "vera@acme.example" in account.text
    assert (await here.get("/sign-in")).status_code == 303


async def test_staff_begin_at_the_desk_and_clients_at_the_start(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    assert (await browser().sign_in("anna@firstline.example")).headers["location"] == "/desk"
    assert (await browser().sign_in("pavel@borealis.example")).headers["location"] == "/"


async def test_a_wrong_password_keeps_the_address_and_says_one_sentence_for_all(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    pages = []
    for email in ("vera@acme.example", "nobo@acme.example"):
        answer = await browser().sign_in(email, "wrong")
        assert answer.status_code == 401
        assert f'value="{email}"' in answer.text
        assert "set-cookie" not in answer.headers
        text = answer.text.replace(email, "")
        pages.append(re.sub(r'nonce="[^"]*"', "", text))
    assert pages[0] == pages[1]


async def test_too_many_tries_are_429_with_the_time_to_wait(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser()
    answers = [await here.sign_in("vera@acme.example", "wrong") for _turn in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too many attempts. Wait" in answers[-1].text


@pytest.mark.parametrize(
    "address",
    [
        *("//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example"),
        *("/\t/evil.example", "javascript:alert(1)", "/ /x", "evil", "", "/" + "x" * 3000),
        *("/%0d%0aSet-Cookie:x=1\r\nX: y", "///evil.example", "/\u2028x"),
    ],
)
def test_next_never_leaves_the_site(address: str) -> None:
    assert safe_next(address, "/home") == "/home"


@pytest.mark.parametrize("address", ["/desk", "/requests/1?after=2#x", "/wiki/ssl?q=%D1%8F"])
def test_next_keeps_paths_of_the_site(address: str) -> None:
    assert safe_next(address, "/home") == address


async def test_a_page_asks_a_stranger_to_sign_in_and_comes_back(
    browser: Callable[..., Any],
) -> None:
    answer = await browser().get("/account?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=" + quote("/account?x=1", safe="/")


async def test_a_session_planted_before_is_worth_nothing_after(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here, thief = browser(), browser()
    here.cookies.set("firstline", "planted-by-a-thief")
    thief.cookies.set("firstline", "planted-by-a-thief")
    await here.sign_in("vera@acme.example")
    assert (await thief.get("/account")).status_code == 303


async def test_writes_from_elsewhere_or_without_the_form_token_are_refused(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser()
    await here.sign_in("vera@acme.example")
    for address in ("/sign-out", "/sign-out-everywhere", "/account", "/account/tokens"):
        assert (await here.post(address)).status_code == 403
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    stranger = browser(**foreign)
    assert (await stranger.sign_in("vera@acme.example")).status_code == 403
    assert (await here.get("/account")).status_code == 200


async def test_signing_out_ends_the_session_at_once_on_the_server(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here, copy = browser(), browser()
    await here.sign_in("vera@acme.example")
    copy.cookies.set("firstline", here.cookies["firstline"])
    answer = await here.submit("/sign-out", on="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await copy.get("/account")).status_code == 303


async def test_a_cookie_opens_no_api_and_a_token_no_page(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser()
    await here.sign_in("vera@acme.example")
    answer = await here.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    page = await here.submit(
        "/account/tokens", on="/account", name="mine", current="firstline", scopes="read"
    )
    token = re.search(r"fl_[\w-]{43}", page.text)
    assert token
    other = browser(Authorization=f"Bearer {token.group()}")
    assert (await other.get("/api/v1/me")).json()["email"] == "vera@acme.example"
    assert (await other.get("/account")).status_code == 303


async def test_an_invitation_page_lets_choose_a_password_once(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    made = await db.run(staff.new_operator, None, email="zoe@firstline.example", name=EVIL, now=now)
    link = await db.run(invite, None, made.id, public_url="http://desk.example", now=now)
    path = link.removeprefix("http://desk.example")
    here = browser()
    page = await here.get(path)
    assert page.status_code == 200
    assert "<img" not in page.text.replace('<img src="/static', "")
    short = await here.submit(path, password="short")
    assert short.status_code == 422
    assert "at least 8" in short.text
    done = await here.submit(path, password="a good long word")
    assert (done.status_code, done.headers["location"]) == (303, "/desk")
    assert (await here.get("/account")).status_code == 200
    spent = await browser().get(path)
    assert spent.status_code == 404
    assert "has been used or has expired" in spent.text


@pytest.mark.parametrize("kind", ["invitation", "reset"])
async def test_a_link_of_another_person_asks_before_it_ends_the_session_that_is_here(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: Any, kind: str
) -> None:
    made = await db.run(
        staff.new_operator, None, email="zoe@firstline.example", name="Zoe", now=now
    )
    owner = made if kind == "invitation" else world["anna"]
    link = await db.run(make_console_link, owner.id, public_url="", now=now)
    assert link.startswith(f"/{kind}/")
    here = browser()
    await here.sign_in("vera@acme.example")
    asked = await here.get(link)
    assert "You are signed in as Vera" in asked.text
    assert 'name="password"' not in asked.text
    foreign = str(world["pavel"].id)  # somebody else was asked
    for fields in ({}, {"instead": ""}, {"instead": foreign}):
        kept = await here.submit(link, password="a good long word", **fields)
        assert "You are signed in as Vera" in kept.text
        assert "vera@acme.example" in (await here.get("/account")).text
    agreed = {"instead": str(world["vera"].id)}
    assert 'name="password"' in (await here.submit(link, **agreed)).text
    short = await here.submit(link, password="short", **agreed)
    assert short.status_code == 422
    assert agreed["instead"] in short.text
    done = await here.submit(link, password="a good long word", **agreed)
    assert (done.status_code, done.headers["location"]) == (303, "/desk")
    assert owner.email in (await here.get("/account")).text


async def test_a_reset_link_of_ones_own_asks_nothing(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who], now: Any
) -> None:
    link = await db.run(make_console_link, world["vera"].id, public_url="", now=now)
    here = browser()
    await here.sign_in("vera@acme.example")
    assert 'name="password"' in (await here.get(link)).text


async def test_a_browser_that_keeps_no_cookie_is_told_so(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser(**{"Sec-Fetch-Mode": "navigate"})
    sent = await here.sign_in("vera@acme.example", next="/requests?q=a&b=c")
    address = sent.headers["location"]
    back = await here.get(address)
    assert (back.status_code, back.headers["location"]) == (303, "/requests?q=a&b=c")
    here.cookies.clear()
    refused = await here.get(address)
    assert refused.status_code == 200
    assert "did not keep the cookie" in refused.text
    assert 'value="/requests?q=a&amp;b=c"' in refused.text
    assert "did not keep" not in (await here.get("/sign-in")).text


async def test_asking_for_a_reset_looks_the_same_for_known_and_unknown(
    browser: Callable[..., Any], conn: Conn, world: dict[str, Who]
) -> None:
    pages = []
    for email in ("vera@acme.example", "nobo@acme.example"):
        answer = await browser().submit("/reset", email=email)
        assert answer.status_code == 200
        pages.append(re.sub(r'nonce="[^"]*"', "", answer.text.replace(email, "")))
    assert pages[0] == pages[1]
    rows = await (await conn.execute("select payload from outbox")).fetchall()
    assert [row[0]["to"] for row in rows] == ["vera@acme.example"]


async def test_the_host_of_a_call_never_reaches_a_letter(
    browser: Callable[..., Any], conn: Conn, world: dict[str, Who]
) -> None:
    here = browser(Host="evil.example", **{"X-Forwarded-Host": "evil.example"})
    await here.submit("/reset", email="vera@acme.example")
    row = await (await conn.execute("select payload from outbox")).fetchone()
    assert row is not None
    assert "evil" not in str(row[0])
    assert "http://desk.example/reset/" in row[0]["text"]


async def test_names_are_escaped_wherever_the_account_shows_them(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    here = browser(**{"User-Agent": EVIL})
    await here.sign_in("vera@acme.example")
    page = await here.submit("/account", name=EVIL, language="en")
    assert page.status_code == 200
    page = await here.submit(
        "/account/tokens", on="/account", name=EVIL, current="firstline", scopes="read"
    )
    assert "<img src=x" not in page.text
    assert page.text.count("&lt;img src=x") >= 3
    wrong = await here.submit("/account", name="a\u202eb", language="en")
    assert wrong.status_code == 422


async def test_the_account_speaks_the_language_chosen_there(
    browser: Callable[..., Any], db: BoundDb, world: dict[str, Who]
) -> None:
    here = browser()
    await here.sign_in("vera@acme.example")
    page = await here.submit("/account", name="Vera", language="uk")
    assert '<html lang="uk"' in page.text
    assert 'role="status"' in page.text
    wrong = await here.submit("/account", name="Vera", language="xx")
    assert wrong.status_code == 422


async def test_a_foreign_token_cannot_be_revoked(
    browser: Callable[..., Any], db: BoundDb, conn: Conn, world: dict[str, Who], now: Any
) -> None:
    from firstline.people.access.tokens import list_tokens, new_token

    await db.run(new_token, world["pavel"].id, "his", now=now)
    (token,) = await list_tokens(conn, world["pavel"].id)
    here = browser()
    await here.sign_in("vera@acme.example")
    answer = await here.submit(f"/account/tokens/{token.id}/revoke", on="/account")
    assert answer.status_code == 404
    assert await list_tokens(conn, world["pavel"].id) == [token]


async def test_an_operator_on_a_page_counts_as_present(
    browser: Callable[..., Any], conn: Conn, clock: Any, world: dict[str, Who]
) -> None:
    async def seen() -> Any:
        found = await (
            await conn.execute(
                "select seen_at from operators where person_id = %s", (world["anna"].id,)
            )
        ).fetchone()
        return found and found[0]

    here = browser()
    await here.sign_in("anna@firstline.example")
    await here.get("/account")
    first = await seen()
    assert first == clock()
    clock.pass_by(seconds=14)
    await here.get("/account")
    assert await seen() == first
    clock.pass_by(seconds=1)
    await here.get("/account")
    assert await seen() == first + timedelta(seconds=15)


async def test_the_account_names_browsers_in_words(
    browser: Callable[..., Any], world: dict[str, Who]
) -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130"
    here = browser(**{"User-Agent": edge})
    await here.sign_in("vera@acme.example")
    other = browser(**{"User-Agent": "Mozilla/5.0 (X11; Linux) Gecko/2010 Firefox/140"})
    await other.sign_in("vera@acme.example")
    page = (await here.get("/account")).text
    assert "Edge, Windows" in page
    assert "Firefox, Linux" in page
    await here.submit("/account/sessions", on="/account")
    assert (await other.get("/account")).status_code == 303
    assert (await here.get("/account")).status_code == 200
