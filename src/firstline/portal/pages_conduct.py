"""What clients read of their own record of conduct."""

from dataclasses import dataclass

from litestar import get
from litestar.di import NamedDependency as Given

from firstline import conduct
from firstline.conduct import ConductStep, conduct_names
from firstline.kit.db import Conn
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.web import Page, page, web_of
from firstline.people import Who
from firstline.people.web import Http, for_clients, lang_of
from firstline.policy.rules.conduct import WIDE, has_conduct
from firstline.timeline import Call, get_request, may_see


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step as its client reads it; `seen` says whether they may read its request."""

    step: ConductStep
    seen: bool


@get("/conduct", guards=[for_clients], include_in_schema=False)
async def own_record(request: Http, call: Given[Call]) -> Page:
    """Steps taken against one's own client, with the way to their words and to complain."""
    policy, lang = call.policy, lang_of(request, call.who)
    if not has_conduct(policy):
        raise Missing(_("The regulations have no rules of conduct."))
    async with call.db.connection() as conn:
        rows = await own_rows(conn, call.who)
    return page(
        request,
        "portal/conduct.html",
        who=call.who,
        now=call.now,
        rows=rows,
        words=conduct_names(policy, lang),
        complain=conduct.way_to_complain(policy, lang, web_of(request).public_url),
    )


async def own_rows(conn: Conn, who: Who) -> list[OwnStep]:
    """What concerns the reader: steps in requests that they may see, and what reaches further."""
    assert who.client_id, "a client"
    record = await conduct.steps_of_client(conn, who.client_id)
    requests = {no: await get_request(conn, no) for no in {one.request_no for one in record}}
    rows = [
        OwnStep(one, (found := requests[one.request_no]) is not None and may_see(who, found))
        for one in record
    ]
    return [row for row in rows if row.seen or row.step.step in WIDE]


routes = [own_record]
