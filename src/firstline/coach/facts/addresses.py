"""What addresses are to a request: the client's page, host, mailbox, account, or another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from firstline.coach.facts.owners import Owners, is_foreign, is_own_box
from firstline.coach.model import Fact
from firstline.coach.reading.reading import Reading
from firstline.coach.reading.shapes import host_of
from firstline.coach.words import word_set


class FactPlace(NamedTuple):
    """What somewhere in a text is to the request; the place in code points."""

    fact: Fact
    start: int
    end: int


class AddressReader:
    """Gives every address of a message its part in the request."""

    def __init__(self, reading: Reading, topic: str | None, errors: list[tuple[int, int]]) -> None:
        self.reading = reading
        self.topic = topic
        self.owners = Owners(reading)
        self.inside = {at for first, last in errors for at in range(first, last)}
        if not self.owners.own and topic == "mail":
            self._suppose_owner()

    def _suppose_owner(self) -> None:
        """Of several mail addresses the first is the client's that no word calls another's."""
        boxes = [
            at
            for at, token in enumerate(self.reading.tokens)
            if token.kind == "email" and not self.owners.is_stranger(host_of(token.fold))
        ]
        if len({host_of(self.reading.words[at]) for at in boxes}) > 1:
            own = next((at for at in boxes if not _is_of_other(self.reading, at)), None)
            if own is not None:
                self.owners.suppose_own(host_of(self.reading.words[own]))

    def places(self) -> Iterator[FactPlace]:
        """The facts that addresses tell, in order."""
        readers: dict[str, Callable[[int], Iterator[FactPlace]]] = {
            "url": self._url,
            "host": self._host,
            "email": self._email,
            "ip": self._ip,
            "path": self._path,
        }
        for at, token in enumerate(self.reading.tokens):
            if token.kind in readers:
                yield from readers[token.kind](at)

    def _url(self, at: int) -> Iterator[FactPlace]:
        token = self.reading.tokens[at]
        host = host_of(token.fold)
        if token.fold.partition("://")[0] in _INTERNAL:
            return
        start = token.start + token.fold.find(host) if host else token.start
        if self.owners.is_company(host):
            if host.startswith(("panel.", "cp.", "my.", "billing.", "cabinet.")):
                yield FactPlace("panel_page", token.start, token.end)
        elif is_foreign(self.reading, self.owners, host, at):
            if at not in self.inside:  # a server's reply links to help of its own
                yield FactPlace("other_party", token.start, token.end)
        else:
            yield FactPlace("page", token.start, token.end)
            if self.topic in ("domain", "ssl") and not _is_number_host(token.fold):
                yield FactPlace("domain", start, start + len(host))
        yield from _ip_of_url(token.fold, token.start)

    def _host(self, at: int) -> Iterator[FactPlace]:
        token = self.reading.tokens[at]
        start = (
            token.start - 2
            if self.reading.text[max(0, token.start - 2) : token.start] == "*."
            else (token.start)
        )
        host = host_of(token.fold)
        if (
            (start == token.start and self.reading.text[start - 1 : start] == ".")
            or host.startswith("_")
            or self.owners.is_company(host)
            or _is_part_of_record(self.reading, at)
            or (_is_in_log(self.reading, at))
        ):
            return
        starred = start < token.start
        if not starred and is_foreign(self.reading, self.owners, host, at, self.topic):
            yield FactPlace("other_party", token.start, token.end)
        elif _is_server(self.reading, host, self.topic, at):
            yield FactPlace("host", token.start, token.end)
        elif self.topic in ("domain", "ssl"):
            yield FactPlace("domain", start, token.end)
        elif at not in self.inside:
            yield FactPlace("page", start, token.end)

    def _email(self, at: int) -> Iterator[FactPlace]:
        token = self.reading.tokens[at]
        local, _, host = token.fold.removeprefix("mailto:").rpartition("@")
        if host.replace(".", "").isdecimal():
            yield FactPlace("account", token.start, token.end)
            yield FactPlace("ip", token.end - len(host), token.end)
        elif self.owners.is_company(host):
            return
        elif local in word_set("roles.system"):
            if not self.owners.is_own(host):
                yield FactPlace("other_party", token.start, token.end)
        elif _is_account(self.reading, self.topic, at):
            yield FactPlace("account", token.start, token.end)
        elif (
            at in self.inside and self.owners.is_own(host) and self.topic != "mail"
        ) or _is_contact(self.reading, at):
            return
        elif (
            self.owners.is_own(host)
            or (not self.owners.own and not self.owners.is_stranger(host))
            or (is_own_box(self.reading, at))
        ):
            if self.topic == "mail":
                yield FactPlace("mailbox", token.start, token.end)
        elif self.topic in ("mail", "domain", "ssl", "web", None, "other"):
            yield FactPlace("other_party", token.start, token.end)

    def _ip(self, at: int) -> Iterator[FactPlace]:
        token = self.reading.tokens[at]
        if token.fold in word_set("strangers.addresses") and token.fold.startswith(
            ("127.", "0.", "::")
        ):
            return
        if at and (_is_in_log(self.reading, at) or _is_version(self.reading, at)):
            return
        if self.inside_host(at) or _is_private_hop(self.reading, at):
            return
        foreign = (
            (at in self.inside and self.topic == "mail")
            or token.fold in word_set("strangers.addresses")
            or _is_beside_foreign(self.reading, self.owners, at)
            or self.reading.in_clause("stranger.acts", at)
        )
        yield FactPlace("other_party" if foreign else "ip", token.start, token.end)

    def inside_host(self, at: int) -> bool:
        """Whether a bounce names the address of a host that it named just before."""
        before = self.reading.tokens[at - 2] if at > 1 else None
        bracket = self.reading.words[at - 1] if at else ""
        return (
            bracket in "[("
            and before is not None
            and before.kind == "host"
            and not self.owners.is_own(host_of(before.fold))
        )

    def _path(self, at: int) -> Iterator[FactPlace]:
        """A path of the site; none of a server's or a computer's files."""
        token = self.reading.tokens[at]
        if self.reading.text[token.start - 1 : token.start] == "<" or token.fold.startswith("//"):
            return
        if (
            at in self.inside
            or not token.fold.startswith("/")
            or token.fold.startswith(_SERVER_PATHS)
        ):
            return
        if self.topic in ("ftp", "ssh") or (self.topic == "other" and "?" not in token.fold):
            return
        yield FactPlace("page", token.start, token.end)


def _is_of_other(reading: Reading, at: int) -> bool:
    """Whether a word before an address says that it is a partner's, or whence mail should come."""
    if reading.words[at - 1] == "<" or reading.near("party.other", at, 3):
        return True
    comes = reading.in_sentence("party.comes", at)
    return comes and any(reading.words[one] in _FROM for one in reading.before(at, 1))


_FROM = ("from", "від", "от", "з", "с", "із", "со")
_INTERNAL = ("fastcgi", "unix", "file", "ldap", "data", "chrome", "about")  # no pages of a site
_SERVER_NAMES = (
    "ftp mail smtp imap pop pop3 mx ns ns1 ns2 vps vds db mysql sftp ssh srv server node web api"
).split()


def _is_number_host(fold: str) -> bool:
    return bool(list(_ip_of_url(fold, 0)))


def _ip_of_url(fold: str, start: int) -> Iterator[FactPlace]:
    rest = fold.partition("://")[2]
    begin = len(fold) - len(rest)
    host = rest.split("/")[0]
    if host.startswith("[") and "]" in host:
        yield FactPlace("ip", start + begin + 1, start + begin + host.index("]"))
    elif host.partition(":")[0].replace(".", "").isdecimal() and host.count(".") == 3:
        yield FactPlace("ip", start + begin, start + begin + len(host.partition(":")[0]))


def _is_in_log(reading: Reading, at: int) -> bool:
    """Whether a log tells an address as that of a visitor or of the server that wrote it."""
    if reading.words[max(0, at - 3) : at] == ["client", "host", "["]:
        return True
    before = [word for word in reading.words[max(0, at - 2) : at] if word != ":"]
    if before[-1:] == ["client"]:
        return True
    return before[-1:] == ["server"] and "client" in reading.words[max(0, at - 12) : at]


def _is_part_of_record(reading: Reading, at: int) -> bool:
    if at and reading.words[at - 1] == "using" and "blocked" in reading.words[max(0, at - 8) : at]:
        return True  # a list of blocked senders
    return at > 1 and reading.words[at - 2] in ("include", "redirect")


def _is_server(reading: Reading, host: str, topic: str | None, at: int) -> bool:
    """Whether an own host is meant as a machine that programs talk to."""
    if reading.words[reading.line_starts[at]] == "received":
        return True
    if reading.line_starts[at] == at - 2 and reading.words[at - 2] == "host" and topic == "web":
        return False
    first = host.partition(".")[0].rstrip("0123456789").rstrip("-")
    if topic == "ssl" or (topic == "domain" and first not in ("ns", "vps", "mx", "srv")):
        return False
    if first in _SERVER_NAMES and host.count(".") > 1 and first not in ("web", "api"):
        return True
    return topic in ("ssh", "ftp") or any(
        reading.has("cue.host", place) and len(reading.words[place]) > 2
        for place in reading.before(at, 1)
    )


def _is_account(reading: Reading, topic: str | None, at: int) -> bool:
    if topic not in ("ssh", "ftp", "panel"):
        return False
    if at > 0 and reading.words[at - 1] in ("ssh", "sftp", "scp", "ftp"):
        return True
    line = reading.line_starts[at]
    return (
        reading.near("cue.account", at, 3)
        or reading.words[line] in ("ssh", "sftp")
        or (topic in ("ssh", "ftp") and not _is_contact(reading, at))
    )


def _is_contact(reading: Reading, at: int) -> bool:
    """Whether an address is only where the writer is reached: asked for, or in a signature."""
    if reading.near("cue.contact", at, 5):
        return True
    if _stands_below_farewell(reading, at):
        return True
    before = reading.tokens[at - 1].kind if at else "word"
    alone = before == "line" and (
        at + 1 == len(reading.tokens) or reading.tokens[at + 1].kind == "line"
    )
    return alone and at > len(reading.tokens) * 0.7 and _has_signature(reading, at)


def _stands_below_farewell(reading: Reading, at: int) -> bool:
    """Whether a line above, near the end of the message, takes leave."""
    line = reading.line_starts[at]
    above = reading.words[max(0, line - 20) : line]
    return at > len(reading.tokens) * 0.6 and not _LEAVES.isdisjoint(above)


_LEAVES = frozenset(("regards", "повагою", "уважением", "sincerely", "cheers", "wishes"))


def _has_signature(reading: Reading, at: int) -> bool:
    farewell = (
        "regards",
        "повагою",
        "уважением",
        "sincerely",
        "thanks",
        "дякую",
        "спасибо",
        "cheers",
        "тел",
        "tel",
        "phone",
        "wishes",
        "дякуємо",
    )
    return any(word in farewell for word in reading.words[max(0, at - 40) : at])


_OTHERS = word_set("addresses.others")


def _is_version(reading: Reading, at: int) -> bool:
    return (
        reading.tokens[at - 1].kind == "word"
        and (reading.has("cue.version", at - 1) or reading.has("topic.web", at - 1))
        and reading.words[at - 1].isascii()
    )


def _is_private_hop(reading: Reading, at: int) -> bool:
    """Whether a head of a letter names the computer in an office that it came from."""
    private = reading.tokens[at].fold.startswith(("10.", "192.168.", "172.16."))
    return private and reading.words[reading.line_starts[at]] == "received"


_FORMER = ("стар", "попередн", "предыдущ", "колишн", "бывш", "прежн", "former", "previous")


def _is_beside_foreign(reading: Reading, owners: Owners, at: int) -> bool:
    """Whether the address stands in brackets behind a foreign host, or is called an old one."""
    if any(
        reading.words[place] in _OTHERS or reading.words[place].startswith(_FORMER)
        for place in reading.before(at, 4)
    ):
        return True
    for place in range(at - 1, max(-1, at - 4), -1):
        token = reading.tokens[place]
        if token.kind == "host":
            host = host_of(token.fold)
            known = bool(owners.own) and not owners.is_own(host)
            return known and not owners.is_company(host)
        if token.kind not in ("sign", "ip"):
            return False
    return False


_SERVER_PATHS = tuple(word_set("server.paths"))
