"""What an address is: for people, imports, letters and settings alike.

Hosts stand in the spelling of the network (punycode), so that two spellings are one address.
"""

import re
import unicodedata
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from firstline.kit.folding import INVISIBLE

ADDRESS_LENGTH = 254
LOCAL_LENGTH = 64
# RFC 5322 dot-atom, ASCII: few servers take more, and none must.
LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
HOST_LENGTH = 254
# An address of a page whose host was meant.
PASTED = re.compile(r"(?i)^https?://([^/?#@:\[\]\s]+)(?::\d+)?(?:[/?#].*)?$")
LABEL = re.compile(r"(?!.{64})[a-z0-9]([a-z0-9_-]*[a-z0-9])?")
UNSEEN = re.compile(f"[{INVISIBLE}]")


def address(text: str) -> str:
    """A bare address that a letter can reach, safe in an envelope and a header.

    The part before the @ stays as it is written. Raises ValueError.
    """
    local, _, domain = unicodedata.normalize("NFKC", text.strip(" ")).rpartition("@")
    host = ascii_host(domain)
    if (
        len(local) > LOCAL_LENGTH
        or len(local) + len(host) >= ADDRESS_LENGTH
        or not LOCAL_PART.fullmatch(local)
        or has_unseen(text)
        or not _is_mail_host(host)
    ):
        raise ValueError(f"not a mail address: {text[:ADDRESS_LENGTH]!r}")
    return f"{local}@{host}"


def has_unseen(text: str) -> bool:
    """Whether it holds what nobody sees, and what would make it another address."""
    return UNSEEN.search(text) is not None


def spellings(text: str) -> list[str]:
    """How an address may have been stored, in small letters, the way of today first.

    What was typed is taken without what nobody sees.
    """
    typed = unicodedata.normalize("NFC", text.strip()).lower().replace("\0", "\ufffd")
    try:
        found = address(UNSEEN.sub("", typed))
    except ValueError:
        return [typed]
    local, _, host = found.rpartition("@")
    return list(dict.fromkeys((found, f"{local}@{readable_host(host)}", typed)))


def ascii_host(host: str) -> str:
    """A host as the network knows it (RFC 3492)."""
    # The full stop of East Asian scripts parts labels as well (RFC 3490, 3.1).
    labels = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def host_name(text: str) -> str:
    """The one spelling of a host: as the network knows it, in small letters, without the dot of the
    root and what nobody sees; of an address that was pasted its host. Words that are no host stay.
    """
    typed = UNSEEN.sub("", text).strip()
    bare = PASTED.sub(r"\1", typed)
    host = ascii_host(bare).rstrip(".")
    return host if is_host(host.removeprefix("*.")) else typed


def is_host(text: str) -> bool:
    """Whether it is a host in that spelling, with nothing else about it."""
    return len(text) < HOST_LENGTH and all(map(_is_label, text.split(".")))


def host_words(host: str) -> str:
    """A host as people read it, with that of the network beside it where it reads otherwise."""
    read = readable_host(host)
    return host if read == host else f"{read} ({host})"


def smtp_server(url: str) -> dict[str, Any]:
    """The arguments of aiosmtplib.send; raises ValueError with a sentence for the keeper."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("the mail server is written smtp://user:password@host:port?starttls=1")
    password = unquote(parts.password) if parts.password else None
    said = parse_qs(parts.query).get("starttls", [""])[0]
    if said not in ("", "0", "1"):
        raise ValueError("starttls of the mail server is 0 or 1")
    secure = parts.scheme == "smtps"
    upgrade = said == "1" if said else (True if password else None)
    return {
        "hostname": ascii_host(parts.hostname),
        "port": parts.port or (465 if secure else 587 if upgrade else 25),
        "username": unquote(parts.username) if parts.username else None,
        "password": password,
        "use_tls": secure,
        "start_tls": False if secure else upgrade,
    }


def _is_mail_host(host: str) -> bool:
    """Whether mail servers can be looked up for it; this machine's own has no dot."""
    labels = host.split(".")
    named = len(labels) > 1 or host == "localhost"
    return named and not labels[-1].isdigit() and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    return LABEL.fullmatch(label) is not None and (
        not label.startswith("xn--") or readable_host(label) != label
    )


def readable_host(host: str) -> str:
    """The host as people write it; what is no punycode stays as it is."""
    try:
        return ".".join(
            label[4:].encode().decode("punycode") if label.startswith("xn--") else label
            for label in host.split(".")
        )
    except UnicodeError:
        return host


def is_database_address(url: str) -> bool:
    """Whether it is an address of a PostgreSQL: postgresql://…, or host=… dbname=…"""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return bool(conninfo_to_dict(url))
    except ProgrammingError:
        return False
