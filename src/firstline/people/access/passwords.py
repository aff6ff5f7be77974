"""Passwords: argon2id in threads of their own, so that hashing never holds up the loop."""

import unicodedata

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from firstline.kit.aside import Aside
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext

SHORTEST, LONGEST = 8, 200
# OWASP's figures for argon2id (19 MiB, two passes): about 25 ms here, and a burst of sign-ins
# cannot eat the memory, because two threads do them all.
_hasher = PasswordHash((Argon2Hasher(memory_cost=19456, time_cost=2, parallelism=1),))
_aside = Aside("argon2", threads=2)
# A hash of a random word that nobody knows: compared with when there is no account, so that
# an unknown address takes as long as a known one.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$CCMTubXLOZMqrJshIGXuYQ"
    "$b6eXHY4G3odNNYD69AwElNpdMgrJOzf/Pai0t484TBY"
)


def check_new(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raises Invalid (field): length 8 to 200 (NIST 800-63B-4), not the person's own words."""
    if len(password) < SHORTEST:
        raise Invalid(
            ngettext(
                "Choose a password of at least %(least)d character.",
                "Choose a password of at least %(least)d characters.",
                SHORTEST,
            )
            % {"least": SHORTEST},
            field=field,
        )
    if len(password) > LONGEST or "\x00" in password:
        raise Invalid(
            ngettext(
                "Choose a password of at most %(most)d character.",
                "Choose a password of at most %(most)d characters.",
                LONGEST,
            )
            % {"most": LONGEST},
            field=field,
        )
    own = {email.lower(), email.lower().partition("@")[0], name.lower()}
    if password.lower() in own or len(set(password)) < 4:
        raise Invalid(_("Choose a password that is harder to guess."), field=field)


async def hash_of(password: str) -> str:
    """The argon2id hash to store."""
    return await _aside.run(_hasher.hash, _plain(password))


async def verify(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Is it the password; and, when the parameters have moved on, the hash to store instead.

    Without a hash the same work is done for nothing, and the answer is no.
    """
    known = password_hash is not None and len(password) <= LONGEST
    against = password_hash if known and password_hash else NOBODY
    right, newer = await _aside.run(_hasher.verify_and_update, _plain(password[:LONGEST]), against)
    return right and known, newer if right and known else None


def _plain(password: str) -> bytes:
    """The same bytes from every keyboard: NFKC (NIST 800-63B-4, 3.1.1.2), then UTF-8."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
