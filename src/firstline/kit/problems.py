"""Refusals on the wire: RFC 9457 problems for programs, one sentence in place for people."""

import logging
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from firstline.kit import errors, reading
from firstline.kit.i18n import _

log = logging.getLogger(__name__)
Http = Request[Any, Any, Any]
MEDIA_TYPE = "application/problem+json"
WATCHED = ("/health", "/ready", "/metrics")
TITLES = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many",
    503: "unavailable",
}


def refusal(request: Http, error: Exception) -> errors.Refused:
    """What `error` means to the caller; an unknown one says nothing of its inside."""
    if isinstance(error, errors.Refused):
        return error
    if isinstance(error, ValidationException):
        return _invalid(request, error)
    if isinstance(error, HTTPException) and error.status_code < 500:
        status = error.status_code
        return errors.Refused(
            _too_large(request) if status == 413 else _sentence(status, error.detail),
            status=status,
            title=TITLES.get(status, "refused"),
            headers=_headers(error.headers),
            **({"field": "body"} if status == 413 else {}),
        )
    log.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error)
    return errors.Refused(
        _("Something went wrong on our side; try again. If it keeps happening, let us know."),
        status=500,
        title="internal-error",
    )


def _headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {k: v for k, v in (headers or {}).items() if k.lower() in {"allow", "retry-after"}}


def _sentence(status: int, detail: str) -> str:
    return {
        404: _("There is nothing at this address; check it or go back to the home page."),
        405: _("This address does not accept this method."),
    }.get(status, detail)


def _too_large(request: Http) -> str:
    path = request.scope["path"]
    if "/articles" in path:
        return _("This is too large for one article; shorten it, or make several articles of it.")
    if any(part in path for part in ("/requests", "/widget", "/drafts")):
        return _("This is too large for one message; shorten it or attach a file.")
    return _("This is too large; shorten it.")


def _invalid(request: Http, error: ValidationException) -> errors.Refused:
    """A Litestar validation error: 422, with the first wrong field by name."""
    wrong_body = request.scope["state"].get(reading.WRONG)
    if wrong_body is not None:
        return wrong_body
    wrong = cast("list[dict[str, Any]]", error.extra if isinstance(error.extra, list) else [])
    first = wrong[0] if wrong else {}
    field = _public_name(request, str(first.get("key", "")).removeprefix("data."))
    return reading.refusal_of(
        str(first.get("message", error.detail)), "" if field == "data" else field
    )


def _public_name(request: Http, parameter: str) -> str:
    """What callers name a parameter that has another name in Python: `format`, `state`."""
    found = request.route_handler.parsed_fn_signature.parameters.get(parameter)
    return getattr(found and found.kwarg_definition, "name", None) or parameter


def problem(refused: errors.Refused) -> Response[dict[str, Any]]:
    """The RFC 9457 answer of a refusal.

    What would send a page to the sign-in form is a plain 401 for a program: followed, the form
    would look to it like success.
    """
    status = refused.status if refused.status >= 400 else 401
    headers = {k: v for k, v in refused.headers.items() if k.lower() != "location"}
    return Response(
        {
            "type": f"/problems/{refused.title}",
            "title": refused.title,
            "status": status,
            "detail": refused.detail,
            **refused.extra,
        },
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def wants_problem(request: Http) -> bool:
    """Whether the caller is a program: the API, a watcher, or a script that asks for JSON."""
    path, accept = request.scope["path"], request.headers.get("accept", "")
    return (
        path.startswith("/api/")
        or path in WATCHED
        or ("json" in accept and "text/html" not in accept)
    )


def own_path(request: Http) -> str:
    """The path that was asked for, so that it names a page of this host: to a browser, what begins
    with two slashes is another host.
    """
    return "/" + request.scope["path"].lstrip("/\\")


def page_before(request: Http) -> str:
    """The page of this host on which the form stood, as the browser tells it; empty for others."""
    host, _slash, path = request.headers.get("referer", "").partition("://")[2].partition("/")
    return "/" + path.lstrip("/\\") if host and host == request.headers.get("host") else ""


def sign_in_address(request: Http) -> str:
    """Where to sign in and come back to the page that was asked for."""
    query = request.scope["query_string"].decode("latin-1")
    path = own_path(request) + (f"?{query}" if query else "")
    return f"/sign-in?next={quote(path, safe='/')}"
