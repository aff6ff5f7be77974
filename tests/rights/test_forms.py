"""Forms: each bears a key, and what comes twice under it is done once."""

import re
from pathlib import Path

import httpx
import pytest

from firstline.kit.html import PACKAGE
from tests.rights.calls import JSON_PAGES, arguments, filled, routes
from tests.rights.world import STAFF, World
from tests.test_rights import COLUMNS, plain, table

FORM = re.compile(r"<form\b(.*?)</form>", re.DOTALL)
KEY = re.compile(r'form_fields\(csrf\)|key_field\(\)|name="key"')
# Where a key would hold nothing: what these do twice is what they do once, or they are never sent
# as a form.
NO_KEY = {
    "kit/templates/base.html": "a language is set, a session ends; twice is once",
    "people/templates/sign_in.html": "nobody is signed in whose key it could be",
    "people/templates/code.html": "the same; a code is good once by itself",
    "people/templates/link.html": "the same; a link is good once by itself",
    "people/templates/ask_reset.html": "the same; letters are limited by address",
    "people/templates/instead.html": "a token of the panel, or a link, is good once by itself",
    "people/templates/second_factor.html": "a secret is set; twice is once",
    "people/templates/widget/settings.html": "each try takes a token of its own",
    "people/templates/account.html": "name, password, codes and sessions are set; twice is once",
    "desk/templates/composer.html": "its script sends the draft's key",
    "desk/templates/keys.html": "wishes are set; twice is once",
    "portal/templates/widget.html": "its scripts send keys",
    "wiki/templates/helpful.html": "a vote is set; twice is once",
}
# POSTs of pages that are no form of somebody's, or need no key.
KEYLESS = {
    "/account": "a name is set",
    "/account/coach": "it is on or off",
    "/account/password": "a password is set",
    "/account/recovery-codes": "each asking makes the codes that are shown",
    "/account/second-factor": "a secret is set",
    "/account/second-factor/off": "it is off",
    "/account/sessions": "they are ended",
    "/attachments": "what is sent with no words goes after a day",
    "/desk/requests/{no}/looking": "who is here is told for seconds",
    "/desk/requests/{no}/secrets/{secret}": "each look is written down",
    "/desk/settings/widget/try": "each try takes a token of its own",
    "/desk/regulations/publish": "asks once more, and keeps the draft",
    "/invitation/{word}": "a link is good once",
    "/desk/wiki/articles/{slug}/images": "a picture that is sent twice is one",
    "/desk/wiki/articles/{slug}/{language}/preview": "it shows, and changes nothing",
    "/requests/new/coach": "it reads, and changes nothing",
    "/requests/{no}/coach": "it reads, and changes nothing",
    "/requests/new/one": "it shows, and changes nothing",
    "/requests/new/split": "it shows, and changes nothing",
    "/reset": "letters are limited by address",
    "/reset/{word}": "a link is good once",
    "/sign-in": "nobody is signed in",
    "/sign-in/code": "nobody is signed in",
    "/sign-in/with": "a token is good once",
    "/sign-out": "it ends",
    "/sign-out-everywhere": "they end",
    "/wiki/{slug}/votes": "a vote is set",
}
# Whose form it is where the world as it stands lets nobody send it, on which request, and after
# which other form.
AFTER: dict[str, tuple[str, str, str | None]] = {
    "/requests/{no}/rating": ("vera", "acme", "/requests/{no}/close"),
    "/requests/{no}/reopen": ("vera", "acme", "/requests/{no}/close"),
    "/desk/requests/{no}/reopen": ("anna", "acme", "/desk/requests/{no}/close"),
    "/desk/requests/{no}/take": ("anna", "vps", None),
}
# They go the same way, and it takes more than another form of the same person to get there.
ELSEWHERE = {
    "/desk/clients/{client_id}/contacts/{person}",
    "/desk/regulations/publish/confirmed",
    "/desk/regulations/versions/{number}/withdraw",
    "/desk/requests/{no}/entries/{entry}/edit",
    # Only a desk whose regulations have rules of conduct has steps: tests/desk/test_conduct.py.
    "/desk/requests/{no}/conduct",
    "/desk/requests/{no}/conduct/{step_id}/withdrawal",
    # Only a desk whose regulations sell help has offers: tests/paid/test_pages.py.
    "/desk/requests/{no}/offers",
    "/desk/requests/{no}/offers/{offer_id}/start",
    "/desk/requests/{no}/offers/{offer_id}/times",
    "/desk/requests/{no}/offers/{offer_id}/withdrawal",
    # An article of a closed request; a plan, a draft in review, synonyms: tests/wiki/test_twice.py.
    "/desk/requests/{no}/article",
    "/desk/requests/{no}/send-back",
    "/desk/requests/{no}/times/{time_id}/correction",
    "/desk/requests/{no}/times/{time_id}/stop",
    "/desk/settings/operators/{person}/invitation",
    "/desk/settings/unsent/{parcel}/drop",
    "/desk/settings/unsent/{parcel}/replay",
    "/desk/wiki/articles/{slug}/{language}/draft/back",
    "/desk/wiki/articles/{slug}/{language}/plan/drop",
    "/desk/wiki/articles/{slug}/{language}/reply",
    "/desk/wiki/synonyms/{group}/drop",
    "/requests/{no}/offers/{offer_id}/decision",
}


def test_every_form_bears_a_key_or_says_why_not() -> None:
    bare: dict[str, list[str]] = {}
    for path in sorted(Path(PACKAGE).rglob("*.html")):
        name = str(path.relative_to(PACKAGE))
        for form in FORM.findall(path.read_text("utf-8")):
            sends = 'method="post"' in form or "hx-post" in form or 'method="' not in form
            searches = 'role="search"' in form or "desk-filters" in form
            if sends and not searches and not KEY.search(form):
                bare.setdefault(name, []).append(form[:80])
    assert {name: forms for name, forms in bare.items() if name not in NO_KEY} == {}
    assert set(NO_KEY) <= set(bare), "an exception that nothing needs"


def _whose(path: str) -> tuple[str, str, str | None]:
    """Somebody whose form is taken, on which request, and after which other form."""
    if path in AFTER:
        return AFTER[path]
    for (name, thing), status in zip(COLUMNS, table()["POST", path], strict=True):
        if name is not None and thing == "acme" and status.isdigit() and int(status) < 400:
            return name, thing, None
    raise AssertionError(f"say in AFTER or ELSEWHERE how somebody comes to send {path}")


async def _send(world: World, name: str, path: str, no: str, **more: str) -> httpx.Response:
    real = {(m, plain(p)): p for m, p in routes(world)}["POST", path]
    thing = world.things[no]
    sent = arguments("POST", real, world, thing, "staff" if name in STAFF else "client")
    return await world.call(name, "POST", filled(real, world, thing), data={**sent["data"], **more})


async def _state(world: World) -> dict[str, str]:
    """A word for what stands in each table, but for the keys themselves."""
    cursor = await world.conn.execute(
        "select table_name from information_schema.tables where table_schema = 'public'"
        " and table_name not in ('answered_keys', 'rate_counters')"
    )
    found: dict[str, str] = {}
    for (name,) in await cursor.fetchall():
        rows = await world.conn.execute(
            f"select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {name} t"
        )
        row = await rows.fetchone()
        assert row
        found[name] = row[0]
    return found


SCRIPTED = {re.sub(r":\w+}", "}", path) for path in JSON_PAGES}
FORMS = [
    path
    for method, path in table()
    if method == "POST"
    and not path.startswith("/api/")
    and path not in {*KEYLESS, *ELSEWHERE, *SCRIPTED}
]


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_that_comes_twice_is_done_once(world: World, path: str) -> None:
    name, thing, before = _whose(path)
    async with world.undone():
        if before:
            done = await _send(world, name, before, thing)
            assert done.status_code < 400, done.text
        first = await _send(world, name, path, thing, key="twice")
        assert first.status_code < 400, first.text
        state = await _state(world)
        second = await _send(world, name, path, thing, key="twice")
        assert second.status_code == first.status_code, second.text
        assert second.headers.get("location") == first.headers.get("location")
        assert await _state(world) == state
        field = "body" if path.endswith(("/new", "/say", "/requests")) else "more"
        field = "body-2" if path.endswith("/several") else field
        third = await _send(world, name, path, thing, key="twice", **{field: "other words"})
        assert third.status_code == 422, "a key that came with other words before"
        assert await _state(world) == state
