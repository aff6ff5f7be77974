"""What is shown after somebody was invited."""

from uuid import UUID

from firstline.kit import web
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.people import who
from firstline.people.visit import Visit


async def show_invitation(visit: Visit, person: UUID, link: str, back: str) -> web.Page:
    """Who is invited, with the link; it is empty where the form came again, as it is shown once."""
    async with visit.db.connection() as conn:
        made = await who(conn, person)
    if made is None:
        raise Missing(_("This person has no active account."))
    template = "people/invitation.html" if visit.by_htmx else "people/operators/invited.html"
    return visit.page(template, made=made, link=link, back=back)
