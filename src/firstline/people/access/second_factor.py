"""The second factor: time-based codes (RFC 6238) and ten recovery codes."""

import hmac
import io
import logging
import re
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from uuid import UUID

import segno
from pyotp.hotp import HOTP
from pyotp.totp import TOTP

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.seal import Seal, Unsealable
from firstline.people.access import store
from firstline.people.access.model import digest
from firstline.people.changes import NewChange, about_person, record
from firstline.people.model import Who
from firstline.people.rights import rights_changed

log = logging.getLogger(__name__)
STEP = 30  # seconds a code lives
SECRET_BYTES = 20  # RFC 4226, 4: at least 128 bits, 160 recommended
RECOVERY_CODE = re.compile(r"[a-z2-7]{16}")


def new_totp_secret() -> str:
    """A secret in base32, as apps take it."""
    return b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def is_secret(word: str) -> bool:
    """Whether a form came back with a secret such as it was given."""
    return _raw(word) is not None


def provisioning(secret: str, who: Who) -> str:
    """The otpauth:// address that an app reads from the QR code."""
    return TOTP(secret).provisioning_uri(name=who.email, issuer_name="Firstline")


def qr(address: str) -> str:
    """The address as SVG for the page; its colours are the page's (class names only)."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        scale=4,
        border=2,
        xmldecl=False,
        svgclass="fl-qr",
        title=_("QR code for the app"),
        lineclass=None,
        light="#fff",
        dark="#000",
        omitsize=False,
        nl=False,
    )
    return out.getvalue().decode("utf-8")


async def turn_on(
    tx: Tx, seal: Seal, who: Who, secret: str, code: str, *, keep: str | None, now: datetime
) -> list[str]:
    """Turn the second factor on and return ten recovery codes, which are shown once.

    Other sessions, which never gave a second factor, end; `keep` is the cookie that asks.
    Raises Invalid (field code, or secret when it is none of ours).
    """
    raw = _raw(secret)
    if raw is None:
        raise Invalid(_("Start again with a new QR code."), field="secret")
    step = _step_of(raw, code, None, now)
    if step is None:
        raise Invalid(
            _("This code is wrong; check that the clock of your phone is right."), field="code"
        )
    sealed = seal.seal(raw, _place(who.id))
    await store.set_totp(tx.conn, who.id, sealed, step)
    await store.remove_sessions(tx.conn, who.id, digest(keep) if keep else None)
    await rights_changed(tx, who.id)
    on = NewChange("second_factor_on", about_person(who), {}, {"second_factor": True})
    await record(tx, who, on, now=now)
    return await new_recovery_codes(tx, who)


async def turn_off(tx: Tx, who: Who, *, now: datetime) -> None:
    await store.set_totp(tx.conn, who.id, None, None)
    await store.replace_codes(tx.conn, who.id, [])
    off = NewChange("second_factor_off", about_person(who), {"second_factor": True}, {})
    await record(tx, who, off, now=now)


async def new_recovery_codes(tx: Tx, who: Who) -> list[str]:
    """Ten codes of 80 random bits in groups of four; those before are worth nothing."""
    codes = [b32encode(secrets.token_bytes(10)).decode("ascii").lower() for _each in range(10)]
    await store.replace_codes(tx.conn, who.id, [_code_key(who.id, code) for code in codes])
    return ["-".join(re.findall("....", code)) for code in codes]


async def spend(conn: Conn, seal: Seal, person_id: UUID, code: str, *, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; False when it is wrong or was used."""
    code = re.sub(r"[\s-]", "", code).lower()
    if RECOVERY_CODE.fullmatch(code):
        return await store.spend_code(conn, person_id, _code_key(person_id, code), now)
    found = await store.credentials(conn, person_id)
    if found is None or found.totp_secret is None:
        return False
    try:
        secret = seal.open(found.totp_secret, _place(person_id))
    except Unsealable:
        # The database came from elsewhere without its secret; recovery codes still let in.
        log.warning("the second factor of %s was sealed with another secret", person_id)
        return False
    step = _step_of(secret, code, found.totp_step, now)
    return step is not None and await store.spend_totp_step(conn, person_id, step)


def _step_of(secret: bytes, code: str, spent: int | None, now: datetime) -> int | None:
    """The time step that `code` belongs to, of the present one and its two neighbours."""
    code = code.replace(" ", "")
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    app = HOTP(b32encode(secret).decode("ascii"))
    present = int(now.timestamp()) // STEP
    for step in (present, present - 1, present + 1):
        if (spent is None or step > spent) and hmac.compare_digest(app.at(step), code):
            return step
    return None


def _raw(secret: str) -> bytes | None:
    try:
        raw = b32decode(secret)
    except ValueError:
        return None
    return raw if len(raw) == SECRET_BYTES else None


def _place(person_id: UUID) -> str:
    return f"second-factor/{person_id}"


def _code_key(person_id: UUID, code: str) -> bytes:
    return digest(f"{person_id}:{code}")
