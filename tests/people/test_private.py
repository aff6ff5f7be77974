"""What a browser and those between may keep, and what an address may lead to."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.apps import app_of
from tests.people.conftest import Browser

from firstline.app import Desk
from firstline.settings import Settings

OLD = "firstline"


@pytest.fixture
async def secure(desk: Desk, settings: Settings) -> Browser:
    """A browser on a desk whose public address is https."""
    safe = dataclasses.replace(settings, public_url="https://desk.example")
    desk.settings = safe
    transport = httpx.ASGITransport(app=app_of(safe, desk))
    return Browser(transport=transport, base_url="https://desk.example")


async def test_under_https_no_neighbour_can_set_the_cookie_of_a_session(secure: Browser) -> None:
    signed = await secure.sign_in("vera@acme.example")
    cookies = [c for c in signed.headers.get_list("set-cookie") if "HttpOnly" in c]
    assert {c.partition("=")[0] for c in cookies} == {
        "__Host-firstline",
        "__Host-firstline-browser",
    }
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "path=/", "httponly", "samesite=lax"} <= parts
        assert not [part for part in parts if part.startswith("domain")]
    assert (await secure.get("/requests/new")).status_code == 200
    word = secure.cookies["__Host-firstline"]
    secure.cookies.clear()
    secure.cookies.set(OLD, word, domain="desk.example")
    assert (await secure.get("/requests/new")).status_code == 303, "another name is nobody's"


async def test_signing_out_under_https_ends_the_cookie(secure: Browser) -> None:
    await secure.sign_in("vera@acme.example")
    await secure.submit("/sign-out", on="/account")
    assert "__Host-firstline" not in secure.cookies


@pytest.mark.parametrize(
    "path", ["requests", "requests/1001", "requests/1001/entries", "me", "no-such", "openapi.json"]
)
async def test_no_answer_of_the_api_is_kept_on_its_way(client_for: Any, path: str) -> None:
    vera = await client_for("vera")
    await vera.post("/api/v1/requests", json={"topic": "web", "body": "x"})
    for client in (vera, await client_for(None)):
        answer = await client.get(f"/api/v1/{path}")
        assert answer.headers.get_list("cache-control") == ["no-store"], answer.status_code


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example", "/\\evil.example/x"])
async def test_no_page_links_to_the_host_that_its_path_names(client_for: Any, path: str) -> None:
    stranger = await client_for(None)
    shown = await stranger.get(httpx.URL("http://desk.example").copy_with(raw_path=path.encode()))
    links = re.findall(r'(?:href|action|src|formaction)="([^"]*)"', shown.text)
    links += [shown.headers.get("location", "/")]
    assert not [one for one in links if re.match(r"[/\\]{2}", one)], shown.status_code
    assert links


async def test_who_finds_a_weakness_is_told_where_to_say_so(client_for: Any, now: datetime) -> None:
    found = await (await client_for(None)).get("/.well-known/security.txt")
    assert found.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in found.text.splitlines())
    assert fields["Contact"] == "mailto:support@localhost"
    until = datetime.fromisoformat(fields["Expires"])
    assert now < until < now.astimezone(UTC) + timedelta(days=365)
    assert fields["Canonical"] == "http://desk.example/.well-known/security.txt"
