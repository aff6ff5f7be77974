"""Letters out: by SMTP, or into a folder where nothing is configured.

Everything that becomes a header is cleaned here, so that no line break of any script gets in.
The Message-ID is made from the outbox id: a letter sent twice is known as one by its receiver.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import aiosmtplib

from firstline.kit import clock
from firstline.kit.addresses import address, smtp_server
from firstline.kit.links import visible, with_links
from firstline.kit.mail_headers import FAITHFUL
from firstline.kit.outbox import Away, Permanent

SUBJECT_LENGTH = 200
SMTP_TIMEOUT = 30.0
LETTER_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.eml")
# A trouble of our own account with the server, not of the letter: the keeper can mend it.
MENDABLE = {530, 534, 535, 538}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address. `thread` groups letters of one matter in the reader's mailbox.

    `automatic` letters say so (RFC 3834), so that no machine answers them.
    """

    id: UUID
    to: str
    subject: str
    text: str
    html: str | None = None
    thread: str | None = None
    automatic: bool = True


@runtime_checkable
class Mail(Protocol):
    """Takes a letter over; raises Permanent where trying again cannot help."""

    async def send(self, letter: Letter) -> None: ...


def header(text: str, *, length: int = SUBJECT_LENGTH) -> str:
    """`text` as one line for a header: no controls, no separators, no bidi or zero-width."""
    spaced = "".join(" " if char.isspace() or _invisible(char) else char for char in text)
    line = " ".join(spaced.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def compose(letter: Letter, sender: str, *, now: datetime) -> EmailMessage:
    """The message as it goes out; raises Permanent for an impossible address."""
    name, own = parseaddr(sender)
    try:
        own, to = address(own), address(letter.to)
    except ValueError as error:
        raise Permanent(str(error)) from error
    domain = own.rpartition("@")[2]
    message = EmailMessage(policy=FAITHFUL)
    message["From"] = Address(header(name), addr_spec=own)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = header(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    if letter.thread:
        thread = re.sub(r"[^A-Za-z0-9.-]", "-", letter.thread)
        message["References"] = f"<{thread}@{domain}>"
    if letter.automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    text = _sound(letter.text)
    message.set_content(text)
    message.add_alternative(letter.html or html_of(text), subtype="html")
    return message


def html_of(text: str) -> str:
    """Plain text as simple HTML: paragraphs, line breaks, links; nothing is loaded from afar."""
    blocks = [block for block in re.split(r"\n{2,}", text.strip()) if block]
    lines = (with_links(block).replace("\n", "<br>\n") for block in blocks)
    body = "\n".join(f"<p>{each}</p>" for each in lines)
    head = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>'
    return f"{head}\n{body}\n</body></html>\n"


class SmtpMail:
    """Sends through the server of `smtp://user:password@host:port?starttls=1` (or smtps://).

    starttls=1 requires TLS, 0 never uses it; unsaid, it is required when there is a password and
    used where offered otherwise.
    """

    def __init__(
        self,
        url: str,
        sender: str,
        *,
        timeout: float = SMTP_TIMEOUT,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        self.sender = sender
        self._server = smtp_server(url)
        self._timeout = timeout
        self._clock = clock

    async def send(self, letter: Letter) -> None:
        message = compose(letter, self.sender, now=self._clock())
        server = aiosmtplib.SMTP(timeout=self._timeout, **self._server)
        try:
            await server.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # Greeting, encryption and sign-in: no letter was spoken of yet.
            raise Away(_reason(error)) from error
        async with server:
            await _hand_over(server, message)


class FolderMail:
    """Writes letters as .eml files: the demo's post, and that of a desk without a mail server."""

    def __init__(
        self, folder: Path, sender: str, *, clock: Callable[[], datetime] = clock.now
    ) -> None:
        self.folder = folder
        self.sender = sender
        self._clock = clock

    async def send(self, letter: Letter) -> None:
        message = compose(letter, self.sender, now=self._clock())
        try:
            await asyncio.to_thread(self._write, f"{letter.id}.eml", message.as_bytes())
        except OSError as error:  # a full disk, above all
            raise Away(_reason(error)) from error

    def _write(self, name: str, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self.folder / (name + ".part")
        part.write_bytes(data)
        part.chmod(0o600)
        part.rename(self.folder / name)

    async def drop(self, ids: Iterable[UUID]) -> None:
        """Remove letters by their ids; those that are gone already are no matter."""
        for each in ids:
            path = self.folder / f"{each}.eml"
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def tidy(self, *, before: datetime) -> int:
        """Remove letters older than `before`, half-written ones too; returns how many."""
        return await asyncio.to_thread(self._tidy, before.timestamp())

    def _tidy(self, before: float) -> int:
        old = [path for path in self.folder.glob("*.eml*") if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def mail_for(smtp_url: str | None, sender: str, folder: Path) -> SmtpMail | FolderMail:
    """The post of this installation: the server where one is named, else the folder."""
    return SmtpMail(smtp_url, sender) if smtp_url else FolderMail(folder, sender)


@dataclass(frozen=True, slots=True)
class FoundLetter:
    """A letter of the folder, as the desk shows it to the keeper."""

    name: str
    at: datetime
    to: str
    subject: str
    text: str


def list_letters(folder: Path, *, limit: int = 100) -> list[FoundLetter]:
    """The folder's newest letters. Blocks."""
    paths = [path for path in folder.glob("*.eml") if LETTER_NAME.fullmatch(path.name)]
    paths.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_read_letter(path) for path in paths[:limit]]


def read_letter(folder: Path, name: str) -> FoundLetter | None:
    """One letter by its file name; None for any other name. Blocks."""
    path = folder / name
    return _read_letter(path) if LETTER_NAME.fullmatch(name) and path.is_file() else None


def parse_message(data: bytes) -> EmailMessage:
    """A message read back from its bytes."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(data)


async def send_payload(mail: Mail, payload: Mapping[str, Any], parcel_id: UUID) -> dict[str, Any]:
    """The outbox handler of kind "mail": {to, subject, text, html?, thread?, automatic?}.

    Returns what the outbox keeps: whom it went to and about what. Words and links do not stay.
    """
    letter = Letter(
        id=parcel_id,
        to=str(payload["to"]),
        subject=str(payload["subject"]),
        text=str(payload["text"]),
        html=payload.get("html"),
        thread=payload.get("thread"),
        automatic=bool(payload.get("automatic", True)),
    )
    await mail.send(letter)
    return {"to": letter.to, "subject": letter.subject}


async def _hand_over(server: aiosmtplib.SMTP, message: EmailMessage) -> None:
    try:
        await server.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        _judge(error.recipients[0])
    except (
        aiosmtplib.SMTPRecipientRefused,
        aiosmtplib.SMTPSenderRefused,
        aiosmtplib.SMTPDataError,
    ) as error:
        _judge(error)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _judge(error: aiosmtplib.SMTPResponseException) -> None:
    if error.code >= 500 and error.code not in MENDABLE:
        raise Permanent(f"{error.code} {error.message}") from error
    raise error


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _sound(text: str) -> str:
    """Text that can be encoded, with plain line breaks, without controls and what turns it."""
    text = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(char for char in text if unicodedata.category(char) != "Cs")


def _read_letter(path: Path) -> FoundLetter:
    message = parse_message(path.read_bytes())
    body = message.get_body(("plain",))
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return FoundLetter(
        name=path.name,
        at=at,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(body.get_content()).replace("\r\n", "\n") if body else "",
    )
