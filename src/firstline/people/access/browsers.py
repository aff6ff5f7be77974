"""Browsers that somebody has signed in from: a signed cookie of their own.

Tries are counted by account and by network address, so a stranger can use up those of anybody.
A browser that is known for an account has an allowance of its own, which no stranger reaches.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field, replace

COOKIE = "firstline-browser"
MOST_PEOPLE = 5  # who share one browser
WORD = re.compile(r"[0-9a-f]{32}(?:\.[0-9a-f]{64}){1,5}")


@dataclass(frozen=True, slots=True)
class Browser:
    """`marks` are one for each account, the newest first; only the desk's secret makes them."""

    secret: bytes = field(repr=False)
    id: str
    marks: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The cookie's value."""
        return ".".join((self.id, *self.marks))

    def knows(self, email: str) -> bool:
        """Whether this account has signed in here before; `email` as it is stored."""
        mark = self._mark(email)
        return any(hmac.compare_digest(mark, one) for one in self.marks)

    def remember(self, email: str) -> "Browser":
        """The same browser, known for this account as well."""
        mark = self._mark(email)
        others = [one for one in self.marks if one != mark]
        return replace(self, marks=(mark, *others[: MOST_PEOPLE - 1]))

    def _mark(self, email: str) -> str:
        words = f"browser\0{self.id}\0{email}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, words, "sha256").hex()


def read_browser(secret: bytes, word: str) -> Browser:
    """The browser behind a cookie; a new one where there is none, or none that we made."""
    if not WORD.fullmatch(word):
        return Browser(secret, secrets.token_hex(16))
    name, *marks = word.split(".")
    return Browser(secret, name, tuple(marks))
