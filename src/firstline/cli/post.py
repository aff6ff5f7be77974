"""`outbox list|retry|drop` and `mail test`: what leaves the desk, as the keeper looks after it."""

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

from firstline.cli.database import open_desk, settings_of
from firstline.cli.refusals import CommandError
from firstline.kit import clock, outbox
from firstline.kit.addresses import address
from firstline.kit.ids import uuid7
from firstline.kit.mail import FolderMail, Letter, mail_for
from firstline.kit.outbox import Away, Parcel, Permanent
from firstline.settings import Settings

MOST = 10_000


def list_outbox(asked: Namespace) -> int:
    """A line for each parcel that was given up or waits after a failure."""
    parcels = asyncio.run(_unsent(asked))
    if asked.json:
        json.dump({"parcels": [_to_json(one) for one in parcels]}, sys.stdout, indent=2)
        print()
    else:
        print("\n".join(map(_line, parcels)) or "There is nothing that could not be sent.")
    return 0


def retry_outbox(asked: Namespace) -> int:
    """Send some, or all, as soon as a worker looks."""
    count = asyncio.run(_act(asked, outbox.send_now))
    print(f"{count} will be tried at once." if count != 1 else "One will be tried at once.")
    return 0


def drop_outbox(asked: Namespace) -> int:
    """Delete some, or all; nobody will get them."""
    count = asyncio.run(_act(asked, outbox.drop))
    print(f"{count} are deleted." if count != 1 else "One is deleted.")
    return 0


def test_mail(asked: Namespace) -> int:
    """Send one letter past the outbox, and say what the server answered."""
    settings = settings_of(asked, beside=True)
    to = _address(asked.email)
    mail = mail_for(settings.smtp_url, settings.mail_from, settings.data / "letters")
    try:
        asyncio.run(mail.send(_trial(to, settings)))
    except Permanent as error:
        raise CommandError(f"The e-mail was refused for good: {error}") from error
    except Exception as error:
        # Whatever went wrong is what the keeper asked for.
        trouble = str(error) if isinstance(error, Away) else f"{type(error).__name__}: {error}"
        raise CommandError(f"The e-mail could not be sent: {trouble}") from error
    if isinstance(mail, FolderMail):
        print(f"No FIRSTLINE_SMTP_URL is set; the e-mail was written to {mail.folder}.")
    else:
        print(f"The mail server accepted the e-mail to {to} from {settings.mail_from}.")
    return 0


async def _unsent(asked: Namespace) -> list[Parcel]:
    async with open_desk(asked) as (_, db), db.connection() as conn:
        dead = await outbox.list_dead(conn, limit=MOST)
        return [*dead, *await outbox.list_failing(conn, limit=MOST)]


async def _act(asked: Namespace, action: Callable[..., Coroutine[Any, Any, int]]) -> int:
    ids = _ids(asked)
    async with open_desk(asked) as (_, db), db.connection() as conn:
        count = await action(conn, ids, now=clock.now())
    if ids and count < len(ids):
        raise CommandError(
            f"{len(ids) - count} of them are not among the unsent, or are being sent right now; "
            "see firstline outbox list."
        )
    return count


def _ids(asked: Namespace) -> Sequence[UUID] | None:
    if bool(asked.ids) == asked.all:
        raise CommandError("Name parcels by the ids of firstline outbox list, or say --all.")
    try:
        return None if asked.all else list({UUID(word) for word in asked.ids})
    except ValueError:
        raise CommandError("An id is written as firstline outbox list shows it.") from None


def _address(text: str) -> str:
    try:
        return address(text)
    except ValueError as error:
        raise CommandError(f"That is {error}; write it like kate@example.com.") from None


def _trial(to: str, settings: Settings) -> Letter:
    return Letter(
        id=uuid7(),
        to=to,
        subject="A test e-mail from the support desk",
        text=f"This e-mail comes from the desk at {settings.public_url}.\n\nIts mail works.\n",
    )


def _line(parcel: Parcel) -> str:
    what = parcel.payload.get("to") or parcel.payload.get("request") or ""
    when = "given up" if parcel.state == "dead" else f"next {parcel.not_before:%Y-%m-%d %H:%M:%S}Z"
    return (
        f"{parcel.id}\t{parcel.kind}\t{what}\tsince {parcel.created_at:%Y-%m-%d %H:%M}Z\t{when}\t"
        f"{parcel.last_error or ''}"
    )


def _to_json(parcel: Parcel) -> dict[str, Any]:
    return {
        "id": str(parcel.id),
        "kind": parcel.kind,
        "state": parcel.state,
        "to": parcel.payload.get("to"),
        "request": parcel.payload.get("request"),
        "since": parcel.created_at.isoformat(),
        "next": parcel.not_before.isoformat() if parcel.state == "waiting" else None,
        "attempts": parcel.attempts,
        "error": parcel.last_error,
    }
