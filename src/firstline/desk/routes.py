"""Every page of the desk under one router: for staff alone; to clients it does not exist."""

from litestar import Router
from litestar.di import Provide

from firstline.desk import (
    pages,
    pages_clients,
    pages_lists,
    pages_moves,
    pages_proof,
    pages_regulations,
    pages_regulations_edit,
    pages_settings,
    pages_words,
)
from firstline.desk.work import provide_desk
from firstline.people.web import requires_staff

router = Router(
    "/desk",
    route_handlers=[
        *pages.routes,
        *pages_moves.routes,
        *pages_words.routes,
        *pages_clients.routes,
        *pages_lists.routes,
        *pages_proof.routes,
        *pages_regulations.routes,
        *pages_regulations_edit.routes,
        *pages_settings.routes,
    ],
    guards=[requires_staff],
    dependencies={"desk": Provide(provide_desk)},
    include_in_schema=False,
)
