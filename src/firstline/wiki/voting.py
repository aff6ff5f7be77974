"""Whether an article helped (clause wiki.helpful): one word of each person on each revision.

A reader is known by a word of the desk's own in a cookie, which nobody else can make: a stranger
by a chance one, whoever voted signed in by their own, so that a browser is one voter before signing
in, while signed in and after. Whoever throws the cookie away could vote anew, so strangers of one
address have few votes on an article. What the staff says is not counted among what users said.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people.limits import Limit, demand
from firstline.wiki import store, votes_store
from firstline.wiki.model import Article, Votes, audiences_of

COOKIE = "firstline-reader"
OF_STAFF = "staff:"
OF_READER_MARK, OF_PERSON_MARK = b"reader\0", b"voter\0"
WORD = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")
LONGEST_MISSING = 2_000
OF_ADDRESS = Limit("votes", 40, timedelta(hours=1))
ON_ARTICLE = Limit("votes-article", 6, timedelta(hours=24))  # of strangers of one address
OF_PERSON = Limit("votes-person", 300, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Voter:
    """Who votes: `name` is stored; `word` is the cookie of their browser from now on, `address`
    where a stranger is; `before` is the name under which their browser voted before they signed in.
    """

    name: str
    side: str | None
    word: str = ""
    address: str = ""
    before: str = ""

    @classmethod
    def person(cls, who: Who) -> "Voter":
        """Somebody signed in, in whatever browser."""
        return cls(f"{OF_STAFF}{who.id}" if who.is_staff else str(who.id), who.side)


def person(secret: bytes, who: Who, word: str) -> Voter:
    """Somebody signed in, in the browser with this cookie. The staff gets none: what it says is
    not counted, and its browsers are often shared."""
    voter, before = Voter.person(who), _name_of(secret, word)
    if who.is_staff:
        return voter
    own = _sign(secret, OF_PERSON_MARK, who.id.hex)
    return replace(voter, word=own, before=before if before.startswith("reader:") else "")


async def vote_as_reader(
    tx: Tx, who: Who | str, slug: str, language: str, helpful: bool, missing: str, *, now: datetime
) -> None:
    """Count the vote of a person, or of a stranger by this name."""
    voter = Voter.person(who) if isinstance(who, Who) else Voter(who, None, "", who)
    await vote(tx, voter, slug, language, Vote(helpful, missing), now=now)


def stranger(secret: bytes, word: str, address: str) -> Voter:
    """The reader behind a cookie; a new one where there is none, or none that we made."""
    if name := _name_of(secret, word):
        return Voter(name, None, word, address)
    made = _sign(secret, OF_READER_MARK, secrets.token_hex(16))
    return Voter(_name_of(secret, made), None, made, address)


def _name_of(secret: bytes, word: str) -> str:
    """Whose votes are those of the browser with this cookie; empty for what we did not make."""
    found = WORD.fullmatch(word)
    for mark in (OF_READER_MARK, OF_PERSON_MARK) if found else ():
        if found and hmac.compare_digest(word, _sign(secret, mark, found[1])):
            digest = hashlib.sha256(found[1].encode()).hexdigest()[:32]
            return f"reader:{digest}" if mark == OF_READER_MARK else str(UUID(found[1]))
    return ""


def _sign(secret: bytes, mark: bytes, name: str) -> str:
    return f"{name}.{hmac.digest(secret, mark + name.encode(), 'sha256').hex()}"


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether it helped; where it did not, what was missing."""

    helpful: bool
    missing: str = ""


async def vote(
    tx: Tx, voter: Voter, slug: str, language: str, given: Vote, *, now: datetime
) -> tuple[bool, Votes]:
    """Count a vote on what the voter reads; again on one revision changes it. What their browser
    said before they signed in is theirs from now on.

    Returns whether it is their first on this revision, and all votes. Raises Missing, Invalid,
    TooMany.
    """
    found = await store.article(tx.conn, slug, language, audiences_of(voter.side))
    if found is None:
        raise Missing(_("There is no such article; look through the wiki."))
    given = replace(given, missing=_missing(given))
    if voter.before:
        await votes_store.adopt_votes(tx.conn, voter.before, voter.name)
    before = await votes_store.vote_of(
        tx.conn, found.slug, found.language, found.revision, voter.name
    )
    await _limit(tx, voter, found, before is None, now)
    first = await votes_store.vote(
        tx.conn,
        *(found.slug, found.language, found.revision, voter.name),
        helpful=given.helpful,
        missing=given.missing,
        now=now,
    )
    votes = await votes_store.votes(tx.conn, [found.slug])
    return first, votes.get(found.slug, Votes())


def _missing(given: Vote) -> str:
    """What was missing, as it is stored: nothing where the article helped."""
    words = given.missing.replace("\0", "").strip()
    if any("\ud800" <= sign <= "\udfff" for sign in words):
        raise Invalid(
            _("The text holds characters that cannot be stored; remove them."), field="missing"
        )
    if len(words) > LONGEST_MISSING:
        raise Invalid(_("Say in fewer words what is missing."), field="missing")
    return "" if given.helpful else words


async def _limit(tx: Tx, voter: Voter, article: Article, first: bool, now: datetime) -> None:
    if voter.side is not None:
        await demand(tx.conn, OF_PERSON, voter.name, now)
        return
    await demand(tx.conn, OF_ADDRESS, voter.address, now)
    if first:
        why = _("Several people in your network have said today whether this article helped.")
        await demand(tx.conn, ON_ARTICLE, f"{voter.address} {article.slug}", now, why=why)
