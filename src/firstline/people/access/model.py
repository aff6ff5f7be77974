"""Sessions, tokens and links as the database holds them: hashes, never the words themselves."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from firstline.people.access.browsers import Browser
from firstline.people.model import SCOPES, Side, TokenScope, Who

SessionKind = Literal["browser", "widget"]
LinkKind = Literal["invitation", "reset"]

API_PREFIX = "fl_"
WIDGET_PREFIX = "fw_"
# A session ends after this time without a call, and at the latest after the second figure,
# whatever happens; an operator's browser stands in an office, so it forgets sooner.
IDLE: dict[Side, timedelta] = {"client": timedelta(days=30), "staff": timedelta(hours=12)}
LONGEST: dict[Side, timedelta] = {"client": timedelta(days=90), "staff": timedelta(days=7)}
# A widget's session stands in a page of another site: it talks, and changes nothing about access.
SESSION_SCOPES: dict[SessionKind, tuple[TokenScope, ...]] = {
    "browser": SCOPES,
    "widget": ("read", "write"),
}
HALF_SIGNED_IN = timedelta(minutes=10)  # time to give the second factor
LINK_LIFE: dict[LinkKind, timedelta] = {
    "invitation": timedelta(days=7),
    "reset": timedelta(hours=24),
}


def new_secret() -> str:
    """256 random bits, safe in an address and in a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """SHA-256 of a random secret: what has 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


# The first that is found names it: Edge also says Chrome, and Chrome also says Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser_name(agent: str) -> str:
    """A browser in words its owner knows it by, such as `Firefox, Windows`; else as it says."""
    names = [
        next((name for mark, name in known.items() if mark in agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in names if name) or agent[:60]


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a token, widget session or cookie stands for, with the marks of its last use.

    `ends_at` None: it ends by being revoked alone.
    """

    who: Who
    ends_at: datetime | None
    used_at: datetime | None
    staff_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    hash: bytes
    person_id: UUID
    kind: SessionKind
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    passed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Token:
    id: UUID
    name: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What sign-in compares with. `password_hash` is None until an invitation was taken."""

    person_id: UUID
    side: Side
    email: str
    name: str
    language: str
    password_hash: str | None
    totp_secret: bytes | None
    totp_step: int | None


@dataclass(frozen=True, slots=True)
class PreauthKey:
    """A key the company's panel signs with; its secret is shown once and stays in the store.

    `origins` are the sites whose pages may show the widget by it; none means any.
    """

    kid: str
    name: str
    origins: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a sign-in comes from: network address, browser, and the cookie it has now.

    `browser` is what its cookie says of sign-ins before.
    """

    address: str | None
    agent: str = ""
    cookie: str | None = None
    browser: Browser | None = None

    def allowance(self, email: str) -> str | None:
        """The subject of this browser's own tries for an account that it is known for."""
        if self.browser is None or not self.browser.knows(email):
            return None
        return f"{self.browser.id}:{email}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session's word. `passed` False: `who` has still to give the second factor."""

    word: str
    who: Who
    passed: bool
