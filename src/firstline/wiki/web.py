"""Who votes, as HTTP tells it: somebody signed in, or a stranger; by a cookie of the desk's."""

from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from firstline.kit.web import YEAR, Http, host_cookie, web_of
from firstline.people import Who
from firstline.people.limits import prefix
from firstline.people.web import shows_token
from firstline.wiki import voting
from firstline.wiki.voting import Voter


def voter_of(request: Http, who: Who | None) -> Voter:
    """Who votes by this call."""
    web = web_of(request)
    word = request.cookies.get(host_cookie(web.public_url, voting.COOKIE), "")
    if who is not None:
        return voting.person(web.secret, who, word)
    address = prefix(request.client.host if request.client else None)
    return voting.stranger(web.secret, word, address)


def set_reader_cookie(request: Http, answer: Response[Any], voter: Voter) -> None:
    """Let this browser be known again."""
    if not voter.word or shows_token(request):
        return
    web = web_of(request)
    answer.set_cookie(
        Cookie(
            host_cookie(web.public_url, voting.COOKIE),
            value=voter.word,
            max_age=YEAR,
            path="/",
            httponly=True,
            samesite="lax",
            secure=web.https,
        )
    )
