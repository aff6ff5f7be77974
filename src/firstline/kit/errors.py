"""Refusals: one error type, whose status and sentence reach the caller as an RFC 9457 problem."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """The caller asked for something that cannot be done; the sentence says what to do instead.

    `status` is an HTTP status, `title` a short stable name (it becomes the problem's type),
    `extra` further members of the problem, such as `state` or `field`.
    """

    status = 400
    title = "refused"

    def __init__(
        self,
        detail: str,
        *,
        status: int | None = None,
        title: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status or type(self).status
        self.title = title or type(self).title
        self.headers = dict(headers or {})
        self.extra = extra


class NotSignedIn(Refused):
    """Nobody is known behind this call."""

    status, title = 401, "not-signed-in"


class Forbidden(Refused):
    """The object is known to the caller, the right is not theirs."""

    status, title = 403, "forbidden"


class Missing(Refused):
    """Unknown, or foreign: the caller is not told which."""

    status, title = 404, "not-found"


class Conflict(Refused):
    """The object's present state (in `extra`) does not allow it."""

    status, title = 409, "conflict"


class TooLarge(Refused):
    """Over a limit of size; `field` names what."""

    status, title = 413, "too-large"


class Invalid(Refused):
    """A field has a wrong value; `field` names it."""

    status, title = 422, "invalid"


class TooMany(Refused):
    """Over a limit of rate or number."""

    status, title = 429, "too-many"


class Unavailable(Refused):
    """The database is away for the moment; trying again is right."""

    status, title = 503, "unavailable"
