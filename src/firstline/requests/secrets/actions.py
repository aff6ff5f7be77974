"""The secret field: a password an operator needs, sealed, shown by a click, erased at closing."""

from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.kit.seal import Seal
from firstline.people import Who
from firstline.requests.actions import steps
from firstline.requests.entrance.conduct import refuse_banned
from firstline.requests.entrance.words import check_text, safe_title
from firstline.requests.secrets import store
from firstline.timeline import Call, Request, draft, lock_seen_request

SECRET_LIMIT = 1000
LABEL_LIMIT = 100


async def give_secret(
    tx: Tx, call: Call, seal: Seal, no: int, label: str, secret: str
) -> tuple[Request, UUID]:
    """Leave a secret in a request: the log tells its label, never its words."""
    label = safe_title(label, "label", limit=LABEL_LIMIT)
    secret = check_text(secret, "secret", limit=SECRET_LIMIT)
    request = await lock_seen_request(tx, call.who, no)
    steps.refuse_other_line(call.who, request)
    await refuse_banned(tx.conn, call)
    if request.closed:
        raise Conflict(
            _("Request %(no)s is closed; reopen it first.") % {"no": no}, state=request.state
        )
    id = uuid7()
    entry = draft(request, call.who, "said", call.now, body=label, data={"secret": str(id)})
    request = await steps.write_entry(tx, request, entry)
    sealed = seal.seal(secret.encode(), f"secret/{id}")
    await store.keep(tx.conn, id, no, request.head, label, sealed, call.now)
    return request, id


async def show_secret(tx: Tx, call: Call, seal: Seal, no: int, id: UUID) -> str:
    """The words of a secret, for its line and holder; that they were shown is an entry, first."""
    found, request = await _find_sealed(tx, call.who, no, id)
    note = draft(request, call.who, "note", call.now, audience="staff")
    note.data = {"shown": str(id), "label": found.label}
    await steps.write_entry(tx, request, note)
    return _unseal(seal, found)


def _unseal(seal: Seal, found: store.Secret) -> str:
    return seal.open(bytes(found.sealed or b""), f"secret/{found.id}").decode()


async def _find_sealed(tx: Tx, who: Who, no: int, id: UUID) -> tuple[store.Secret, Request]:
    if not who.is_staff:
        raise Missing(_("There is no such secret here."))
    request = await lock_seen_request(tx, who, no)
    steps.refuse_other_line(who, request)
    found = await store.secret(tx.conn, no, id)
    if found is None:
        raise Missing(_("There is no such secret here."))
    if found.sealed is None:
        raise Conflict(
            _("This secret is erased; ask for it again if you need it."), state=request.state
        )
    return found, request
