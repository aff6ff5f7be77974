"""One frozen settings object; nothing else reads the environment."""

import os
import secrets
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from firstline.kit.addresses import address, host_name, is_database_address, smtp_server
from firstline.kit.halves import half_file
from firstline.kit.owners import is_others_for_root, owner_of
from firstline.policy.text.speech import LANGUAGES

MOST_WORKERS = 64
NAMES = (
    "DATA DATABASE_URL PUBLIC_URL HOST PORT WORKERS SECRET SMTP_URL MAIL_FROM SECURITY_CONTACT "
    "TRUSTED_PROXIES LOG_LEVEL BACKUP_PASSPHRASE TOKEN_CALLS LANG"
).split()
SECRET_BYTES = 32
ADDRESS = "address"


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. See docs/operate.md for each of them.

    `embedded` means the PostgreSQL in `data`: `database_url` is None until the composition root
    that starts it hands on a copy with the address. `secret` seals what must be read back, and
    signs.
    """

    data: Path
    secret: bytes = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    embedded: bool = False
    public_url: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "support@localhost"
    security_contact: str = "mailto:support@localhost"
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "info"
    demo: bool = False
    token_calls_per_second: int = 500


def from_env(
    environment: Mapping[str, str] = os.environ,
    *,
    data: Path | None = None,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    demo: bool = False,
    beside: bool = False,
) -> Settings:
    """Read FIRSTLINE_*; what is passed in wins. Makes the data folder and its secret once.

    `beside` a desk, its public address is the one it has left, unless FIRSTLINE_PUBLIC_URL says
    another. Raises SettingsError for a value that cannot be used.
    """
    _refuse_slips(environment)
    database, sender = named_database(environment), _mail_from(environment)
    folder = make_folder(data or data_folder(environment))
    port = port if port is not None else _integer(environment, "PORT", 8080, 0, 65535)
    host = host or environment.get("FIRSTLINE_HOST") or "127.0.0.1"
    return Settings(
        data=folder,
        secret=secret_of(folder, environment),
        database_url=database,
        embedded=database is None,
        public_url=_public_url(environment, (beside and left_address(folder)) or at(host, port)),
        host=host,
        port=port,
        workers=_workers(environment, workers),
        smtp_url=_smtp_url(environment),
        mail_from=sender,
        security_contact=_security_contact(environment, sender),
        trusted_proxies=_trusted_proxies(environment),
        log_level=_log_level(environment),
        demo=demo,
        token_calls_per_second=_integer(environment, "TOKEN_CALLS", 500, 1, 1_000_000),
    )


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """FIRSTLINE_DATA, else `./data` where a desk lives in it, else the user's own data home."""
    named = environment.get("FIRSTLINE_DATA")
    if named:
        return _at_home(Path(named)).absolute()
    here = Path("data").absolute()
    if (here / "secret").is_file():
        return here
    home = environment.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local/share") / "firstline"


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise SettingsError(f"FIRSTLINE_DATA names a home that is not there: {path}.") from None


def named_database(environment: Mapping[str, str] = os.environ) -> str | None:
    """The address of a database of one's own, None where Firstline brings it.

    Raises SettingsError.
    """
    url = environment.get("FIRSTLINE_DATABASE_URL", "").strip() or None
    if url is not None and not is_database_address(url):
        raise SettingsError(
            "FIRSTLINE_DATABASE_URL must read postgresql://user:password@host/name."
        )
    return url


def command_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of what a command prints: FIRSTLINE_LANG, else that of the terminal (LC_ALL,
    LC_MESSAGES, LANG); English where Firstline does not speak it.
    """
    names = ("FIRSTLINE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = next((wish for name in names if (wish := environment.get(name))), "")
    code = wish.split(".")[0].split("_")[0].lower()
    return code if code in LANGUAGES else "en"


def backup_passphrase(environment: Mapping[str, str] = os.environ) -> str | None:
    """What the secret of a backup stands under, for a command that no person types."""
    return environment.get("FIRSTLINE_BACKUP_PASSPHRASE") or None


def systemd_wish(environment: Mapping[str, str] = os.environ) -> tuple[str, float | None] | None:
    """Where systemd wants to hear of a service (NOTIFY_SOCKET), and after how many seconds of
    silence it starts it anew (WATCHDOG_USEC); None where it asked for nothing.
    """
    place, limit = environment.get("NOTIFY_SOCKET"), environment.get("WATCHDOG_USEC", "")
    if not place:
        return None
    return place, int(limit) / 1e6 if limit.isdigit() and int(limit) else None


def shared_secret(environment: Mapping[str, str] = os.environ) -> bytes | None:
    """The secret that FIRSTLINE_SECRET names, None where it stands in the data folder.

    Raises SettingsError.
    """
    words = environment.get("FIRSTLINE_SECRET")
    if not words:
        return None
    value = _from_hex(words)
    if len(value) < SECRET_BYTES:
        raise SettingsError("FIRSTLINE_SECRET must be at least 64 hexadecimal digits.")
    return value


def holds_desk(folder: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a desk was made there, or its database is named and may be anywhere."""
    marks = ("secret", "postgres", "postgres.path")
    return bool(named_database(environment)) or any((folder / mark).exists() for mark in marks)


def make_folder(folder: Path) -> Path:
    """Make the data folder: listed by nobody else, passed through by PostgreSQL's account.

    Raises SettingsError where it cannot be made, and for root in the folder of another account.
    """
    if not folder.is_dir():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        except OSError as error:
            raise SettingsError(
                f"The data folder {folder} cannot be made ({error.strerror}); name another one "
                "with --data."
            ) from error
    if is_others_for_root(folder):
        owner = owner_of(folder)
        raise SettingsError(
            f"{folder} belongs to {owner}, who could not use what root makes in it: run this as "
            f"{owner} (runuser -u {owner} -- firstline …)."
        )
    return folder.absolute()


def secret_of(folder: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The secret of this desk, made once; FIRSTLINE_SECRET shares one between machines."""
    if shared := shared_secret(environment):
        return shared
    path = folder / "secret"
    try:
        return _read_secret(path)
    except FileNotFoundError:
        return _make_secret(path)


def _read_secret(path: Path) -> bytes:
    value = _from_hex(path.read_text())
    if len(value) < SECRET_BYTES:
        raise SettingsError(f"{path} is damaged; put it back from a backup.")
    return value


def _from_hex(text: str) -> bytes:
    """The bytes of `text`; none where it is no hexadecimal."""
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        return b""


def write_secret(path: Path, secret: bytes) -> None:
    """Put the secret that a backup brings in place of the folder's own."""
    with _lay_secret(path, secret) as half:
        half.replace(path)


@contextmanager
def _lay_secret(path: Path, secret: bytes) -> Generator[Path]:
    """The secret on disk beside its place, for its owner alone."""
    with half_file(path) as half:
        with half.open("w") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        yield half


def _make_secret(path: Path) -> bytes:
    # A link fails where a rename would silently replace what another process just made.
    with _lay_secret(path, secrets.token_bytes(SECRET_BYTES)) as half, suppress(FileExistsError):
        os.link(half, path)
    return _read_secret(path)


def at(host: str, port: int) -> str:
    """The address of a desk that listens there and has no name of its own."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def leave_address(settings: Settings) -> None:
    """Write a starting desk's public address into its data folder, for commands beside it.

    It stays when the desk stops: links that are made meanwhile lead where it will be again.
    """
    if left_address(settings.data) == settings.public_url:
        return
    with half_file(settings.data / ADDRESS, 0o644) as half:
        half.write_text(settings.public_url + "\n")
        half.replace(settings.data / ADDRESS)


def left_address(folder: Path) -> str | None:
    """The public address that the folder's desk has left, if one was ever started there."""
    try:
        return (folder / ADDRESS).read_text().strip() or None
    except FileNotFoundError:
        return None


def _public_url(environment: Mapping[str, str], found: str) -> str:
    """The address people type, its host as the network knows it: browsers say it so."""
    url = (environment.get("FIRSTLINE_PUBLIC_URL") or found).strip()
    parts, port = _split(url)
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or port is None:
        raise SettingsError(
            "FIRSTLINE_PUBLIC_URL must be the address people type, such as https://desk.example."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else host_name(parts.hostname)
    return f"{parts.scheme}://{host}" + (f":{port}" if parts.port is not None else "")


def _split(url: str) -> tuple[SplitResult, int | None]:
    """The parts of an address and its port (0: none is named), None where it has no such parts."""
    try:
        parts = urlsplit(url)
        return parts, parts.port or 0
    except ValueError:
        return urlsplit(""), None


def without_plugins() -> None:
    """Keep pydantic from reading the metadata of every installed package in search of plugins,
    which costs a command more time than its work does.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _smtp_url(environment: Mapping[str, str]) -> str | None:
    url = environment.get("FIRSTLINE_SMTP_URL") or None
    try:
        if url:
            smtp_server(url)
    except ValueError as error:
        raise SettingsError(f"FIRSTLINE_SMTP_URL cannot be used: {error}.") from None
    return url


def _mail_from(environment: Mapping[str, str]) -> str:
    sender = environment.get("FIRSTLINE_MAIL_FROM") or "support@localhost"
    if not _is_address(parseaddr(sender)[1]):
        raise SettingsError(
            "FIRSTLINE_MAIL_FROM must be an address that e-mails can come from, such as "
            "Support <support@desk.example>."
        )
    return sender


def _security_contact(environment: Mapping[str, str], sender: str) -> str:
    """Whom to tell of a weakness; unsaid, the sender of letters."""
    contact = environment.get("FIRSTLINE_SECURITY_CONTACT") or f"mailto:{parseaddr(sender)[1]}"
    kind, _, rest = contact.partition(":")
    well = {
        "mailto": _is_address(rest.partition("?")[0]),
        "https": bool(_split(contact)[0].hostname),
        "tel": bool(rest),
    }
    if not well.get(kind) or len(contact.split()) != 1:
        raise SettingsError(
            "FIRSTLINE_SECURITY_CONTACT must be mailto:… or https://…, such as "
            "mailto:security@desk.example."
        )
    return contact


def _is_address(text: str) -> bool:
    try:
        return bool(address(text))
    except ValueError:
        return False


def _trusted_proxies(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses and networks; an IPv4 one also as a socket that listens on IPv6 sees it."""
    words = environment.get("FIRSTLINE_TRUSTED_PROXIES", "").replace(",", " ").split()
    if "*" in words:
        return ("*",)
    return tuple(name for word in words for name in _names_of_proxy(word))


def _names_of_proxy(word: str) -> Iterator[str]:
    try:
        network = ip_network(word)
    except ValueError as error:
        raise SettingsError(
            "FIRSTLINE_TRUSTED_PROXIES holds addresses and networks such as 127.0.0.1 10.0.0.0/8; "
            f"{error}."
        ) from None
    yield word
    if network.version == 4:
        yield f"::ffff:{network.network_address}" + (
            "" if network.num_addresses == 1 else f"/{96 + network.prefixlen}"
        )


def _workers(environment: Mapping[str, str], asked: int | None) -> int:
    if asked is not None and not 1 <= asked <= MOST_WORKERS:
        raise SettingsError(f"--workers must be a number from 1 to {MOST_WORKERS}.")
    return asked or _integer(environment, "WORKERS", 1, 1, MOST_WORKERS)


def _refuse_slips(environment: Mapping[str, str]) -> None:
    """A slip of the pen in a name would leave the default in force, unseen."""
    for name in sorted(environment):
        word = name.removeprefix("FIRSTLINE_")
        if name != word and word not in NAMES and (near := get_close_matches(word, NAMES, 1, 0.8)):
            raise SettingsError(f"{name} is not a setting; write FIRSTLINE_{near[0]}.")


def _log_level(environment: Mapping[str, str]) -> str:
    level = environment.get("FIRSTLINE_LOG_LEVEL", "info").lower()
    if level not in ("debug", "info", "warning", "error"):
        raise SettingsError("FIRSTLINE_LOG_LEVEL must be debug, info, warning or error.")
    return level


def _integer(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(f"FIRSTLINE_{name}")
    if not text:
        return default
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not digits or not least <= int(text) <= most:
        raise SettingsError(f"FIRSTLINE_{name} must be a number from {least} to {most}.")
    return int(text)
