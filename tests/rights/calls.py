"""What each route is called with: its path filled in, and a body that is good."""

import re
from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from firstline.kit.assets import assets
from firstline.people.cast import PASSWORD
from firstline.policy import default_text
from tests.rights.world import Thing, World

NOBODY = UUID(int=7)
Call = dict[str, Any]
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def routes(world: World) -> dict[tuple[str, str], HTTPRouteHandler]:
    """Every route of the router by (method, path). OPTIONS tells methods alone, and is left out."""
    found: dict[tuple[str, str], HTTPRouteHandler] = {}
    for route in world.litestar.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                found |= {
                    (method, route.path): handler
                    for method in handler.http_methods
                    if method != "OPTIONS"
                }
    return found


def filled(path: str, world: World, thing: Thing) -> str:
    """The path with the thing's own numbers and ids."""
    style = next(name for name in assets().files if name.endswith(".css"))
    values: dict[str, Any] = {
        "no": thing.no,
        "entry": 1,
        "secret": thing.secret,
        "attachment_id": thing.attachment_id,
        "client_id": thing.client_id,
        "service_id": thing.service,
        "token_id": thing.token_id,
        "kid": world.kid,
        "line": "first",
        "slug": "403-on-a-page",
        "language": "en",
        "image_id": NOBODY,
        "person": world.cast["ivan"].id,
        "snippet": NOBODY,
        "group": NOBODY,
        "parcel": NOBODY,
        "offer_id": NOBODY,
        "step_id": NOBODY,
        "time_id": NOBODY,
        "stamp": assets().hash,
        "word": "no-such-word",
        "clause": "answer.hour",
        "number": 1,
        "code": "unknown-zone",
        "step": "take",
    }
    values["name"] = style if path.startswith("/static") else "close"
    if path.startswith("/api/v1/reports"):
        values["name"] = "answer.hour"
    return re.sub(r"\{(\w+):\w+\}", lambda found: str(values[found[1]]), path)


def arguments(method: str, path: str, world: World, thing: Thing, side: str) -> Call:
    """Body and query of the call; secondary objects in it are the thing's as well."""
    if method in ("GET", "HEAD"):
        return {"params": _queries(thing).get(path, {})}
    if path == "/desk/wiki/articles/{slug:str}/images":
        return {"files": {"file": ("a.png", PICTURE)}}
    if path in ("/attachments", "/api/v1/attachments"):
        return {"files": {"file": ("a.log", b"words")}}
    if path.startswith("/api/"):
        told = (_api(world, thing, side) | _ARTICLES).get((method, path))
        return {} if told is None else {"json": told}
    if path in JSON_PAGES:
        return {"json": JSON_PAGES[path]}
    return {"data": (_portal(thing) | _CLIENTS | _WIKI | _desk(world, thing)).get(path, {})}


def _queries(thing: Thing) -> dict[str, Call]:
    return {
        "/api/v1/requests": {"q": "zebra"},
        "/requests": {"q": "zebra"},
        "/desk/history": {"q": "zebra"},
        "/desk/new": {"client": str(thing.client_id)},
        "/desk/requests/{no:int}/older": {"before": 5},
        "/wiki": {"q": "ssl"},
        "/sign-in/with": {"token": "no-such-token"},
        "/desk/requests/{no:int}/suggest": {"q": "a"},
    }


def _api(world: World, thing: Thing, side: str) -> dict[tuple[str, str], Call]:
    no = "/api/v1/requests/{no:int}"
    later = (world.clock() + timedelta(hours=3)).isoformat()
    posts: dict[str, Call] = {
        "/api/v1/sessions": {"token": "no-such-token"},
        "/api/v1/tokens": {"name": "mine", "password": PASSWORD},
        "/api/v1/clients": {"name": "Newcomers"},
        "/api/v1/clients/import": {"clients": []},
        "/api/v1/policy": {"file": default_text()},
        "/api/v1/policy/check": {"file": default_text()},
        "/api/v1/policy/trial": {"file": default_text()},
        "/api/v1/coach": {"body": "The site is down", "service": str(thing.service)},
        "/api/v1/requests": {
            "topic": "web",
            "body": "Words",
            "service": str(thing.service),
            "client": str(thing.client_id),
        },
        "/api/v1/widget/coach": {"body": "The site is down"},
        "/api/v1/widget/requests": {"topic": "web", "body": "Words"},
        "/api/v1/widget/requests/{no:int}/entries": {"body": "Words"},
        f"{no}/entries": {"body": "Words"},
        f"{no}/seen": {"no": 1},
        f"{no}/take": {"reason": "I know it"},
        f"{no}/skip": {"reason": "Not mine"},
        f"{no}/transfer": {"to": "ivan@firstline.example"},
        f"{no}/handover": {"summary": "What was tried"},
        f"{no}/return": {"reason": "Too little"},
        f"{no}/delay-notice": {"reason": "other", "until": later, "text": "It takes longer"},
        f"{no}/closure": {"outcome": "solved" if side == "staff" else "withdrawn", "text": "Done"},
        f"{no}/rating": {"score": 5},
        f"{no}/entries/{{entry:int}}/edits": {"body": "Mended"},
        f"{no}/entries/{{entry:int}}/redaction": {"reason": "Not for here"},
        f"{no}/split": {"entries": [1], "title": "Another matter"},
        f"{no}/links": {"to": world.things["borealis" if thing.no == 1001 else "acme"].no},
        f"{no}/secrets": {"label": "Panel", "secret": "hidden"},
    } | _paid(no, later)
    return {("POST", path): body for path, body in posts.items()} | {
        ("PATCH", no): {"title": "Another title", "service": str(thing.service)}
    }


def _paid(no: str, later: str) -> dict[str, Call]:
    return {
        f"{no}/offers": {"purpose": "help", "minutes": 60},
        f"{no}/offers/{{offer_id:uuid}}/decision": {"agree": True},
        f"{no}/offers/{{offer_id:uuid}}/times": {"started_at": later, "stopped_at": later},
        f"{no}/times/{{time_id:uuid}}/correction": {"reason": "Wrong"},
    }


_SEVERAL = {"topic-1": "web", "body-1": "Words", "topic-2": "mail", "body-2": "Others"}
_ARTICLES: dict[tuple[str, str], Call] = {
    ("POST", "/api/v1/articles"): {
        "section": "web",
        "language": "en",
        "title": "T",
        "body": "Words",
    },
    ("POST", "/api/v1/articles/{slug:str}/votes"): {"helpful": True},
    ("POST", "/api/v1/widget/wiki/{slug:str}"): {"draft": "a-key"},
    ("POST", "/api/v1/widget/requests/several"): {
        "pieces": [{"topic": "web", "body": "Words"}, {"topic": "mail", "body": "Words"}]
    },
    ("PUT", "/api/v1/articles/{slug:str}/{language:str}"): {
        "title": "T",
        "body": "Words",
        "revision": 1,
    },
}


JSON_PAGES: dict[str, Call] = {
    "/drafts": {"place": "new", "body": "Begun"},
    "/requests/{no:int}/entries": {"body": "Words", "key": "k"},
    "/desk/requests/{no:int}/say": {"body": "Words", "key": "k"},
    "/desk/drafts": {"place": "new", "body": "Begun"},
    "/desk/wishes": {"keys": True},
    "/desk/wiki/articles/{slug:str}/{language:str}/draft": {
        "title": "T",
        "summary": "",
        "body": "Words",
        "seen": 1,
    },
    "/desk/regulations/draft": {"file": default_text(), "seen": 1},
    "/desk/regulations/check": {"file": default_text()},
    "/desk/regulations/preview": {"file": default_text(), "lang": "en"},
    "/desk/regulations/difference": {"file": default_text()},
    "/desk/regulations/trial": {"file": default_text()},
}


_EDITION: Call = {"title": "T", "body": "Words", "seen": "1"}
_WIKI: dict[str, Call] = {
    "/desk/wiki/synonyms": {"words": "mail / post"},
    "/desk/wiki/unfound/drop": {"words": "quokka", "language": "en"},
    "/desk/wiki/new": {"title": "T", "section": "web", "language": "en"},
    "/desk/wiki/articles/{slug:str}/settings": {"section": "web", "audience": "public"},
    "/desk/wiki/articles/{slug:str}/archive": {"archived": "true"},
    "/desk/wiki/articles/{slug:str}/address": {"slug": "another-address"},
    "/desk/wiki/articles/{slug:str}/{language:str}/draft/back": {"at": "2026-01-01T10:00:00+00:00"},
    "/desk/wiki/articles/{slug:str}/{language:str}/preview": _EDITION,
    "/desk/wiki/articles/{slug:str}/{language:str}/publish": _EDITION,
    "/desk/wiki/articles/{slug:str}/{language:str}/review": _EDITION,
    "/desk/wiki/articles/{slug:str}/{language:str}/reply": {"writer": str(NOBODY), "reply": "So"},
    "/desk/wiki/articles/{slug:str}/{language:str}/revisions/{number:int}/restore": {
        "revision": "1"
    },
}
_CLIENTS: dict[str, Call] = {
    "/desk/requests/{no:int}/fields": {"host": "web7"},
    "/desk/clients": {"name": "Newcomers"},
    "/desk/clients/{client_id:uuid}": {"name": "Another name"},
    "/desk/clients/{client_id:uuid}/services": {"name": "A domain", "kind": "domain"},
    "/desk/clients/{client_id:uuid}/services/{service_id:uuid}": {"name": "Another name"},
    "/desk/clients/{client_id:uuid}/contacts": {
        "email": "new@clients.example",
        "name": "New",
        "language": "en",
        "access": "owner",
    },
    "/desk/clients/{client_id:uuid}/contacts/{person:uuid}": {
        "name": "Ivan",
        "language": "en",
        "access": "owner",
    },
}


def _portal(thing: Thing) -> dict[str, Call]:
    no = "/requests/{no:int}"
    wrong = {"current": "not the password"}
    return {
        "/wiki/{slug:str}/votes": {"helpful": "yes"},
        "/sign-in": {"email": "vera@acme.example", "password": "not the password"},
        "/sign-in/code": {"code": "000000"},
        "/reset": {"email": "nobody@nowhere.example"},
        "/reset/{word:str}": {"password": "a good long word"},
        "/invitation/{word:str}": {"password": "a good long word"},
        "/account": {"name": "Another", "language": "en"},
        "/account/password": wrong | {"password": "a good long word"},
        "/account/second-factor": wrong | {"secret": "A" * 32, "code": "000000"},
        "/account/second-factor/off": wrong,
        "/account/recovery-codes": wrong,
        "/account/tokens": {"name": "mine", "current": PASSWORD, "scopes": "read"},
        "/requests": {"topic": "web", "body": "Words", "service": str(thing.service)},
        "/requests/several": _SEVERAL | {"service": str(thing.service)},
        f"{no}/say": {"body": "Words"},
        f"{no}/entries/{{entry:int}}/edit": {"body": "Mended"},
        f"{no}/secret": {"label": "Panel", "secret": "hidden"},
        f"{no}/close": {"text": "Found it"},
        f"{no}/rating": {"score": "5"},
        f"{no}/offers/{{offer_id:uuid}}/decision": {"agree": "yes"},
    }


def _beside(no: str, world: World) -> dict[str, Call]:
    return {
        f"{no}/split": {"entries": "1", "title": "Another matter"},
        f"{no}/links": {"to": str(world.things["borealis"].no)},
        **_conduct(no),
    }


def _conduct(no: str) -> dict[str, Call]:
    return {
        f"{no}/conduct": {"step": "warn", "rule": "profanity", "text": "Please stay polite"},
        f"{no}/conduct/{{step_id:uuid}}/withdrawal": {"reason": "A mistake"},
    }


def _desk(world: World, thing: Thing) -> dict[str, Call]:
    no = "/desk/requests/{no:int}"
    return {
        "/desk/take": {"line": "first"},
        "/desk/shift": {"present": "true"},
        f"{no}/take": {"reason": "I know it"},
        f"{no}/skip": {"reason": "Not mine"},
        f"{no}/transfer": {"to": str(world.cast["ivan"].id)},
        f"{no}/hand-over": {"wants": "It", "tried": "All", "needed": "More"},
        f"{no}/send-back": {"reason": "Too little"},
        f"{no}/delay-notice": {"reason": "other", "until": "+180", "text": "It takes longer"},
        f"{no}/close": {"outcome": "solved", "text": "Done"},
        f"{no}/refuse": {"code": "not.scripts", "text": "We do not install it"},
        f"{no}/offers": {"help": "help/", "minutes": "60"},
        f"{no}/offers/{{offer_id:uuid}}/times": {
            "started_at": "2026-03-11T09:00",
            "stopped_at": "2026-03-11T09:10",
        },
        f"{no}/times/{{time_id:uuid}}/correction": {"void": "1", "words": "Wrong"},
        f"{no}/entries/{{entry:int}}/edit": {"body": "Mended"},
        f"{no}/entries/{{entry:int}}/redact": {"reason": "Not for here"},
        f"{no}/amend": {"title": "Another title", "topic": "web", "service": str(thing.service)},
        **_beside(no, world),
        "/desk/new": {"client": str(thing.client_id), "topic": "web", "body": "Words"},
        "/desk/regulations/publish": {"file": default_text(), "seen": "1", "note": "Why"},
        "/desk/regulations/publish/confirmed": {"digest": "0" * 64, "seen": "1"},
        "/desk/regulations/start": {"version": "1"},
        "/desk/regulations/versions/{number:int}/again": {"note": "Why", "seen": "1"},
        "/desk/regulations/versions/{number:int}/withdraw": {"note": "Why"},
        "/desk/settings/operators/new": {
            "email": "new@firstline.example", "name": "New", "roles": "operator", "language": "en",
        },
        "/desk/settings/operators/{person:uuid}": {"roles": "operator", "lines": "first"},
        "/desk/settings/operators/{person:uuid}/access": {"active": "false"},
        "/desk/settings/widget/keys": {"name": "Panel", "origins": "https://panel.example"},
        "/desk/settings/widget/try": {"kid": world.kid, "contact": "acme-vera"},
        "/desk/settings/snippets": {
            "shortcut": "hello", "language": "en", "title": "Hello", "body": "Hello there",
        },
    }  # fmt: skip
