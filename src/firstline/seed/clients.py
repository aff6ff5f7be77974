"""The forty clients beside the cast, with what they have."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from uuid import UUID

from firstline.kit.db import Tx
from firstline.people import Who, actions
from firstline.people.cast import CLIENTS

KINDS = {"hosting": "Hosting {plan}", "vps": "{plan}"}


@dataclass(frozen=True, slots=True)
class Writer:
    """A contact who writes, the service it is about, and the names that stand in the words."""

    who: Who
    service_id: UUID | None
    host: str
    server: str
    signs_in: bool = False  # somebody of the cast, who looks at the answers

    @property
    def words(self) -> dict[str, str]:
        """What the placeholders of a story stand for."""
        name = self.host.split(".")[0].replace("-", "")
        return {
            "who": self.who.name.removeprefix("Dr. ").split()[0],
            "host": self.host,
            "server": self.server,
            "box": f"office@{self.host}",
            "db": f"{name[:10]}_shop",
            "ip": f"192.0.2.{sum(map(ord, self.host)) % 250 + 2}",
        }


async def make_clients(tx: Tx, *, now: datetime) -> list[Writer]:
    """Create the clients of clients.txt, each with an owner, a service and a domain."""
    return [await _make(tx, *row, now=now) for row in _rows()]


def contacts_of_demo() -> list[str]:
    """The addresses of everybody who writes to a demo desk; the demo brings no others."""
    return [*(owner[0] for _, _, owner in CLIENTS), *(_owner(row[4]) for row in _rows())]


def _rows() -> list[list[str]]:
    text = (files("firstline.seed") / "clients.txt").read_text("utf-8")
    return [line.split(" | ") for line in text.splitlines() if line and not line.startswith("#")]


def _owner(host: str) -> str:
    return f"owner@{host}"


async def _make(
    tx: Tx,
    name: str,
    plan: str,
    language: str,
    contact: str,
    host: str,
    server: str,
    kind: str,
    *,
    now: datetime,
) -> Writer:
    external = host.split(".")[0]
    client = await actions.new_client(
        tx, None, name=name, external_id=external, plan=plan, language=language, now=now
    )
    service = await actions.new_service(
        tx, None, client.id, name=KINDS[kind].format(plan=plan), kind=kind, server=server,
        host=host, external_id=f"{external}-1", now=now,
    )  # fmt: skip
    await actions.new_service(
        tx, None, client.id, name=f"Domain {host}", kind="domain", host=host,
        external_id=f"{external}-2", now=now,
    )  # fmt: skip
    who = await actions.new_contact(
        tx, None, client.id, email=_owner(host), name=contact, language=language,
        external_id=f"{external}-owner", now=now,
    )  # fmt: skip
    return Writer(who, service.id, host, server)
