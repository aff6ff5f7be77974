"""Whose a host is: the client's, the company's, or another party's."""

from __future__ import annotations

from firstline.coach.reading.reading import Reading
from firstline.coach.reading.shapes import host_of
from firstline.coach.words import word_set


class Owners:
    """Whose hosts are whose: the client's by its services, the company's, everybody's."""

    def __init__(self, reading: Reading) -> None:
        message = reading.message
        self.own = {host_of(name) for name in message.services if "." in name}
        self.machines = {
            word for name in message.services for word in name.lower().split() if len(word) > 4
        }
        self.company = {host_of(name) for name in message.own_hosts}

    def suppose_own(self, host: str) -> None:
        """Take a host for the client's, where no service of theirs is known."""
        self.own.add(site_of(host))

    def is_company(self, host: str) -> bool:
        return _is_under(host, self.company)

    def is_own(self, host: str) -> bool:
        if host.partition(".")[0] in self.machines:
            return True
        return _is_under(host, self.own) or _shares_site(host, self.own)

    def is_stranger(self, host: str) -> bool:
        return _is_under(host, word_set("strangers"))


_ZONES = ("com", "co", "net", "org", "in", "kiev", "kyiv", "edu", "gov", "lviv", "dp", "od", "kh")


def _is_under(host: str, hosts: set[str] | frozenset[str]) -> bool:
    parts = host.split(".")
    return any(".".join(parts[at:]) in hosts for at in range(len(parts)))


def _shares_site(host: str, own: set[str]) -> bool:
    """Whether a host is beside a service: `www2.acme.example` beside `shop.acme.example`."""
    return site_of(host) in {site_of(one) for one in own}


def site_of(host: str) -> str:
    """The part of a host that somebody registers."""
    parts = host.split(".")
    size = 3 if len(parts) > 2 and parts[-2] in _ZONES else 2
    return ".".join(parts[-size:])


def is_foreign(
    reading: Reading, owners: Owners, host: str, at: int, topic: str | None = None
) -> bool:
    if owners.is_own(host):
        return False
    if owners.is_stranger(host) or _is_of_friend(reading, at):
        return True
    if topic == "domain" and host.startswith(("ns", "dns")) and site_of(host) != host:
        return True  # a server of names is nobody's domain
    if host.replace(".", "").isdecimal() or host.startswith("["):
        return False
    if topic == "domain" and (
        not _names_own(reading, owners) or _is_registrable(reading, host, at)
    ):
        return False
    if _is_beside_own(reading, owners, at):
        return False
    if _is_called_own(reading, at, topic):
        return False
    return bool(owners.own) or _is_elsewhere(reading, at)


def _is_registrable(reading: Reading, host: str, at: int) -> bool:
    """Whether it is a domain of its own that is spoken of, and nowhere it comes from or goes to."""
    before = reading.words[at - 1] if at else ""
    return site_of(host) == host and before not in _TOWARDS


_TOWARDS = word_set("owners.towards")


def _names_own(reading: Reading, owners: Owners) -> bool:
    """Whether a host of the client stands anywhere in the message."""
    return any(
        token.kind in ("host", "url") and owners.is_own(host_of(token.fold))
        for token in reading.tokens
    )


def _is_of_friend(reading: Reading, at: int) -> bool:
    return any(reading.words[place] in word_set("owners.others") for place in reading.before(at, 3))


def _is_beside_own(reading: Reading, owners: Owners, at: int) -> bool:
    """Whether `and` joins the host to one of the client."""
    links = ("and", "и", "і", "та", "й", "або", "или", "or", ",")
    for step in (-1, 1):
        place, other = at + step, at + 2 * step
        if (
            0 <= other < len(reading.tokens)
            and reading.words[place] in links
            and (reading.tokens[other].kind in ("host", "url"))
            and owners.is_own(host_of(reading.words[other]))
        ):
            return True
    return False


def _is_called_own(reading: Reading, at: int, topic: str | None) -> bool:
    """Whether the writer calls it a site or domain of theirs, or wants to have it."""
    nearest = [reading.words[place][:5] for place in reading.before(at, 2)]
    if any(word.startswith(("домен", "domai")) for word in nearest):
        return True
    if topic == "domain" and (
        any(word.startswith(("домен", "domai")) for word in nearest) or _is_wanted(reading, at)
    ):
        return True
    return any(
        word in ("сайт", "сайту", "сайта", "сайті", "сайте", "site", "websi") for word in nearest
    )


def _is_wanted(reading: Reading, at: int) -> bool:
    """Whether the domain is to be registered or transferred."""
    stems = (
        "регис",
        "зарег",
        "зарее",
        "реєст",
        "trans",
        "регіс",
        "перен",
        "прода",
        "buy",
        "купит",
        "regis",
        "продо",
        "продл",
    )
    if at and reading.words[at - 1] in ("from", "від", "от", "з", "с", "із", "со"):
        return False
    return any(reading.words[place].startswith(stems) for place in reading.before(at, 6))


def _is_elsewhere(reading: Reading, at: int) -> bool:
    return reading.in_sentence("scope.not.strangers", at)


def is_own_box(reading: Reading, at: int) -> bool:
    owns = ("my", "our", "моя", "мой", "мій", "наш", "наша", "нашу", "мою")
    nearest = list(reading.before(at, 2))
    if nearest and reading.words[nearest[0]] in owns:
        return True
    return (
        len(nearest) > 1
        and reading.words[nearest[1]] in owns
        and (reading.has("cue.mailbox", nearest[0]))
    )
