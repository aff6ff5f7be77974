"""Pages against forged forms, hostile input and hostile words, for every route of the router."""

import json
import re
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from firstline.people.access.sessions import COOKIE
from firstline.people.cast import PASSWORD
from tests.rights.calls import arguments, filled, routes
from tests.rights.world import World

SAFE = ("GET", "HEAD")


def pages(world: World, *, safe: bool) -> list[tuple[str, str, HTTPRouteHandler]]:
    return [
        (method, path, handler)
        for (method, path), handler in sorted(routes(world).items(), key=lambda r: r[0])
        if (method in SAFE) == safe and not path.startswith("/api/")
    ]


def somebody(path: str) -> str:
    """Who has every right there, so that nothing but the attack itself can be refused."""
    return "martin" if path.startswith("/desk") else "vera"


async def test_no_page_is_changed_by_another_site(world: World) -> None:
    """CSRF: without the token, with another session's, or from a foreign place, nothing is done."""
    token = world.litestar.state["web"].token
    vera, martin = world.cookies["vera"], world.cookies["martin"]
    foreign = (
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": token("")},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": "own", "Origin": "https://evil.example"},
        {"X-CSRF-Token": "own", "Origin": "null"},
        {"X-CSRF-Token": "own", "Origin": "http://desk.example.evil.example"},
        {"X-CSRF-Token": "own", "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": "own", "Sec-Fetch-Site": "same-site"},
        {"X-CSRF-Token": "other"},
    )
    seen = 0
    for method, path, _handler in pages(world, safe=False):
        name = somebody(path)
        own, other = (vera, martin) if name == "vera" else (martin, vera)
        there = filled(path, world, world.things["acme"])
        body = arguments(method, path, world, world.things["acme"], "client")
        for headers in foreign:
            known = {"own": token(own), "other": token(other)}
            told = {k: known.get(v, v) for k, v in headers.items()} | {"Accept": JSON}
            async with world.undone():
                answer = await world.http.request(
                    method, there, headers={**told, "Cookie": f"{COOKIE}={own}"}, **body
                )
            assert answer.status_code == 403, (path, headers, answer.status_code)
            assert answer.json()["title"] == "forged", (path, headers)
            seen += 1
    assert seen > 400


async def test_a_stranger_asks_for_the_head_of_every_page_as_for_the_page(world: World) -> None:
    for method, path, _handler in pages(world, safe=True):
        there = filled(path, world, world.things["acme"])
        async with world.undone():
            page = await world.call(None, method, there)
            head = await world.call(None, "HEAD", there)
        assert (head.status_code, head.content) == (page.status_code, b""), path
        assert head.headers.get("content-type") == page.headers.get("content-type"), path


JSON = "application/json"
NUMBERS = ("99999999999999999999999", "-9223372036854775809", "9" * 5000, "1e400", "nan", "²")
DATES = ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
JSON_NUMBERS = NUMBERS[:4]
HOSTILE = ("a\0b", "a" * 20_001, "\udcff", *NUMBERS, *DATES)


def hostile(text: str) -> bytes | str:
    """Bytes that are no text at all, where a lone surrogate stands."""
    return text.encode("utf-8", "surrogateescape") if "\udcff" in text else text


@pytest.mark.parametrize("value", HOSTILE)
async def test_no_route_breaks_on_hostile_input(world: World, value: str) -> None:
    """Every field of every form and query, one after the other, is refused or does no harm."""
    statuses, broken = Counter[int](), []
    for (method, path), handler in routes(world).items():
        there = filled(path, world, world.things["acme"])
        manages = ("settings", "preauth", "policy", "desk/regulations")
        name = "martin" if any(word in path for word in manages) else _who(path)
        for more in _each_field(method, path, handler, world, value):
            async with world.undone():
                answer = await world.call(name, method, there, **more)
            statuses[answer.status_code] += 1
            if answer.status_code >= 500:
                broken.append((method, path, more))
    assert not broken
    assert sum(statuses.values()) > 100


def _who(path: str) -> str:
    return "anna" if path.startswith(("/desk", "/api/v1/requests", "/api/v1/lines")) else "vera"


_READ_BY_HAND = {
    "/": ["lang"],
    "/sign-in": ["next"],
    "/sign-in/with": ["token", "next"],
    "/desk/history": ["state", "line", "mode", "topic", "operator", "since", "until", "q"],
}


def _each_field(
    method: str, path: str, handler: HTTPRouteHandler, world: World, value: str
) -> list[dict[str, Any]]:
    good = arguments(method, path, world, world.things["acme"], "staff")
    calls: list[dict[str, Any]] = []
    if method in SAFE:
        fields = handler.parsed_fn_signature.parameters
        own = {"request", "db", "who", "now", "desk", "policies", "hub", "visitor", "files", "seal"}
        names = {"of_state": "state", "words": "body"}
        asked = [names.get(n, n) for n in fields if n not in own and f"{{{n}:" not in path]
        asked += _READ_BY_HAND.get(path, [])
        params = good.get("params", {})
        calls += [{"params": {**params, field: hostile(value)}} for field in dict.fromkeys(asked)]
    for kind in ("data", "json"):
        for field in good.get(kind, {}):
            if kind == "data":
                calls.append({"data": {**good["data"], field: hostile(value)}})
            elif "\udcff" not in value:
                calls.append({"json": {**good["json"], field: value}})
                if value in JSON_NUMBERS:
                    text = json.dumps({**good["json"], field: "NUMBER"}).replace('"NUMBER"', value)
                    calls.append({"content": text.encode()})
    return calls


@pytest.mark.parametrize("value", ["a%00b", "-1", "99999999999999999999999", "%FF%FE", "a" * 5000])
async def test_no_address_breaks_a_route(world: World, value: str) -> None:
    for method, path in routes(world):
        good = arguments(method, path, world, world.things["acme"], "staff")
        for part in re.findall(r"\{\w+:\w+\}", path):
            there = filled(path.replace(part, value), world, world.things["acme"])
            async with world.undone():
                answer = await world.call(_who(path), method, there, **good)
            assert answer.status_code < 500, (method, there)
            if method == "GET" and answer.status_code == 404 and path.startswith("/api/"):
                assert answer.headers["content-type"] == "application/problem+json", there


# -- words that would be markup ------------------------------------------------------------------

SCRIPT = "<script>bad()</script>"
IMAGE = "\"'><img src=x onerror=bad()>"
LINK = "[x](javascript:bad()) javascript:bad() {{7*7}}"
BAD = f"{SCRIPT}{IMAGE}"


class Markup(HTMLParser):
    """Notes what could run in a page: scripts, inline handlers, addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.nonces: set[str | None] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script":
            self.nonces.add(values.get("nonce"))
        if tag in ("iframe", "object", "embed", "base", "math") or "style" in values:
            self.found.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            address = name in ("href", "src", "action", "formaction", "xlink:href")
            script = address and re.sub(r"[\s\0]", "", value or "").lower().startswith("javascript")
            if name.startswith("on") or script or (tag, name, value) == ("img", "src", "x"):
                self.found.append(f"<{tag} {name}={value!r}>")


def inert(answer: httpx.Response, where: Any) -> None:
    page = Markup()
    page.feed(answer.text)
    assert not page.found, (where, page.found)
    assert SCRIPT not in answer.text, where
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy, where
    if "<html" not in answer.text:
        assert page.nonces <= {None}, where
        return
    nonce = re.search(r"script-src 'nonce-([\w-]{16,})'", policy)
    assert nonce, (where, policy)
    assert page.nonces <= {nonce[1]}, where


@pytest.fixture(scope="module")
async def hostile_world(world: World) -> World:
    """Every name and every text of the world is markup."""
    acme, no = world.things["acme"], world.things["acme"].no
    for table, column, where in (
        ("clients", "name", "true"), ("clients", "plan", "true"), ("services", "name", "true"),
        ("services", "host", "true"), ("services", "server", "true"), ("people", "name", "true"),
    ):  # fmt: skip
        await world.conn.execute(f"update {table} set {column} = %s where {where}", (BAD,))
    api = f"/api/v1/requests/{no}"
    later = (world.clock() + timedelta(hours=3)).isoformat()
    part = {"file": ("<img src=x onerror=bad()> <b>'.log", b"x")}
    sent = await world.call("vera", "POST", "/api/v1/attachments", files=part)
    assert sent.status_code == 201, sent.text
    file = sent.json()["id"]
    calls: list[tuple[str, str, str, dict[str, Any]]] = [
        ("vera", "PATCH", api, {"title": BAD}),
        ("vera", "POST", f"{api}/entries", {"body": f"{BAD}\n{LINK}", "files": [file]}),
        ("vera", "POST", f"{api}/entries", {"body": f"```{BAD}\n{BAD}\n```\n> {BAD}\n`{BAD}`"}),
        ("vera", "POST", f"{api}/secrets", {"label": SCRIPT + "\"'><img src=x>", "secret": BAD}),
        ("anna", "POST", f"{api}/entries", {"body": BAD, "audience": "staff"}),
        ("anna", "POST", f"{api}/entries", {"body": f"https://x.example/{IMAGE} {BAD}"}),
        ("anna", "POST", f"{api}/delay-notice", {"reason": "other", "until": later, "text": BAD}),
        ("anna", "POST", f"{api}/links", {"to": world.things["vps"].no}),
        ("anna", "POST", f"{api}/handover", {"summary": BAD}),
        ("boris", "POST", f"{api}/take", {"reason": BAD}),
        ("boris", "POST", f"{api}/return", {"reason": BAD}),
        ("ivan", "POST", f"{api}/skip", {"reason": BAD}),
        ("anna", "POST", f"{api}/take", {"reason": BAD}),
        ("anna", "POST", f"{api}/closure", {"outcome": "solved", "text": BAD}),
        ("vera", "POST", f"{api}/rating", {"score": 5, "text": BAD}),
        ("vera", "POST", f"{api}/entries", {"body": f"again {BAD}"}),
        ("vera", "POST", "/api/v1/tokens", {"name": BAD, "password": PASSWORD}),
    ]  # fmt: skip
    for name, method, path, body in calls:
        answer = await world.call(name, method, path, json=body)
        assert answer.is_success, (path, answer.text)
    snippet = {"shortcut": "bad", "language": "en", "title": BAD, "body": BAD}
    assert (await world.call("anna", "POST", "/desk/settings/snippets", data=snippet)).is_redirect
    assert acme.service
    return world


async def test_names_and_words_are_inert_on_every_page(hostile_world: World) -> None:
    world, seen, quoted = hostile_world, 0, 0
    dialogs = "skip take transfer hand-over send-back delay close reopen link amend edit redact"
    for _method, path, _handler in pages(world, safe=True):
        theirs = filled(path, world, world.things["acme"])
        wheres = [theirs.replace("/close", f"/{d}") for d in dialogs.split()]
        for where in wheres if "/dialogs/" in path else [theirs]:
            params: dict[str, Any] = arguments("GET", path, world, world.things["acme"], "")
            for asked in (params["params"], {**params["params"], "q": BAD, "entry": 1, "last": 99}):
                for name in (None, "vera", "liam", "anna", "martin"):
                    async with world.undone():
                        answer = await world.call(name, "GET", where, params=asked)
                    assert answer.status_code < 500, where
                    if answer.headers.get("content-type", "").startswith("text/html"):
                        inert(answer, (where, name, asked))
                        seen += 1
                        quoted += "&lt;script" in answer.text
    assert seen > 300
    assert quoted > 100, "the words were there to be found"


async def test_placeholders_in_words_are_words(hostile_world: World) -> None:
    no = hostile_world.things["acme"].no
    for name, path in (("vera", f"/requests/{no}"), ("anna", f"/desk/requests/{no}")):
        assert "{{7*7}}" in (await hostile_world.call(name, "GET", path)).text


async def test_forms_that_are_refused_show_hostile_words_inert(hostile_world: World) -> None:
    world, seen = hostile_world, 0
    for method, path, _handler in pages(world, safe=False):
        good = arguments(method, path, world, world.things["acme"], "client")
        for field in good.get("data", {}):
            for asked in ({"HX-Request": "true"}, {}):
                async with world.undone():
                    answer = await world.call(
                        somebody(path), method, filled(path, world, world.things["acme"]),
                        data={**good["data"], field: BAD}, headers=asked,
                    )  # fmt: skip
                if answer.headers.get("content-type", "").startswith("text/html"):
                    inert(answer, (path, field))
                    seen += 1
    assert seen > 40


async def test_files_are_sent_so_that_nothing_in_them_runs(world: World) -> None:
    """Whatever its name says, what comes back is a download in a sandbox."""
    page = b"<script>bad()</script><svg onload=bad()>"
    for name in ("a.html", "a.svg", "a.htm.", "a\u202elmth.exe", "..\\a.pdf", 'a"; x=".html'):
        async with world.undone():
            made = await world.call(
                "vera", "POST", "/attachments", files={"file": (name, page, "text/html")}
            )
            assert made.status_code == 201, (name, made.text)
            assert not set(made.json()["name"]) & set("/\\\u202e\0\r\n")
            answer = await world.call("vera", "GET", f"/attachments/{made.json()['id']}")
        assert answer.headers["content-disposition"].startswith("attachment;"), name
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        kind = answer.headers["content-type"]
        assert not re.search("html|svg|xml|script", kind), (name, kind)


async def test_the_socket_and_the_widget_send_hostile_words_inert(hostile_world: World) -> None:
    world, no = hostile_world, hostile_world.things["acme"].no
    for path in (f"/api/v1/widget/requests/{no}/entries-html",
                 f"/api/v1/widget/requests/{no}/standing"):  # fmt: skip
        answer = await world.call("vera", "GET", path)
        page = Markup()
        page.feed(answer.text)
        assert not page.found
        assert not page.nonces, "no script at all"
