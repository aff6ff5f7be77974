"""The widget among the desk's settings: keys of the panel, the code that signs with them, a try.

Whoever makes keys by the API makes them here: management and the keeper.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Refused
from firstline.kit.seal import Seal
from firstline.people import store
from firstline.people.access import preauth
from firstline.people.visit import Visit

# The same texts stand in docs/widget.md.
SAMPLES = {"PHP": "php", "Python": "python", "Node": "node"}
EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class KeyForm:
    name: str = ""
    origins: str = ""


@dataclass(frozen=True, slots=True)
class TryForm:
    kid: str = ""
    contact: str = ""


@cache
def samples() -> dict[str, str]:
    """Code that makes a token, by language."""
    folder = files("firstline.people").joinpath("samples")
    return {
        title: folder.joinpath(f"{name}.txt").read_text("utf-8") for title, name in SAMPLES.items()
    }


@get("/settings/widget")
async def widget(visit: Given[Visit]) -> web.Page:
    """How the widget comes onto the company's site."""
    return await _page(visit)


@post("/settings/widget/keys", status_code=200)
async def new_key(
    visit: Given[Visit], seal: Given[Seal], data: URLEncodedBody[KeyForm]
) -> web.Page:
    """Make a key, and show its secret: once, as it is told nowhere again."""
    secret = ""

    async def act(tx: Tx) -> str:
        nonlocal secret
        sites = data.origins.split()
        kid, secret = await preauth.new_preauth_key(
            tx, visit.who, seal, name=data.name, origins=sites, now=visit.now
        )
        return kid

    return await _page(visit, made=await visit.once(act), secret=secret)


@post("/settings/widget/keys/{kid:str}/revoke", status_code=303)
async def revoke_key(visit: Given[Visit], kid: FromPath[str]) -> Redirect:
    await visit.once(lambda tx: preauth.retire_preauth_key(tx, visit.who, kid, now=visit.now))
    return Redirect("/desk/settings/widget#keys", status_code=303)


@post("/settings/widget/try", status_code=200)
async def try_widget(
    visit: Given[Visit], seal: Given[Seal], data: URLEncodedBody[TryForm]
) -> web.Page:
    """A page with the widget on it, as that contact sees it on the company's site."""
    try:
        token, contact = await visit.db.run(
            preauth.token_for_trial, visit.who, seal, data.kid, data.contact, now=visit.now
        )
    except Refused as refused:
        return await _page(visit, form=data, refused=refused)
    return visit.page("people/widget/try.html", token=token, contact=contact)


async def _page(
    visit: Visit,
    *,
    made: str = "",
    secret: str = "",
    form: TryForm | None = None,
    refused: Refused | None = None,
) -> web.Page:
    keys = await visit.db.run(preauth.list_preauth_keys, visit.who)
    async with visit.db.connection() as conn:
        examples = await store.example_contacts(conn, EXAMPLES)
    first = examples[0][0] if examples else ""
    return visit.page(
        "people/widget/settings.html",
        status=refused.status if refused else 200,
        keys=[key for key in keys if key.retired_at is None],
        ended=[key for key in keys if key.retired_at],
        made=made,
        secret=secret,
        samples=samples(),
        tag=_tag(visit.public_url),
        examples=examples,
        form=form or TryForm(contact=first),
        refused=refused,
    )


def _tag(desk: str) -> str:
    return f'<script src="{desk}/widget.js" async data-token="…"></script>'


handlers = [widget, new_key, revoke_key, try_widget]
