"""`operator list|disable|enable|reset-link`, `token list|revoke`: who gets in, from the console."""

import asyncio
import json
import sys
from argparse import Namespace
from dataclasses import asdict
from uuid import UUID

from firstline.cli.database import open_desk
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.db import Conn
from firstline.people import Operator, Who, operators, who_by_email
from firstline.people.access.links import make_console_link
from firstline.people.access.model import Token
from firstline.people.access.tokens import list_tokens as tokens_of
from firstline.people.access.tokens import revoke_token as end_token
from firstline.people.actions import activate, deactivate
from firstline.people.checks import normal_email


def list_operators(asked: Namespace) -> int:
    """A line for each, the disabled last."""
    found = asyncio.run(_operators(asked))
    if asked.json:
        return _print_json([{**asdict(one), "id": str(one.id)} for one in found])
    for one in found:
        rights = (", ".join(one.roles), ", ".join(one.lines))
        print("\t".join((one.email, one.name, *rights, _state(one))))
    return 0


def _state(one: Operator) -> str:
    if not one.active:
        return "disabled"
    return "active" if one.has_password else "invited"


async def _operators(asked: Namespace) -> list[Operator]:
    async with open_desk(asked) as (_, db), db.connection() as conn:
        return await operators(conn)


def disable_operator(asked: Namespace) -> int:
    """End sessions, tokens and links at once; what they wrote stays."""
    return asyncio.run(_disable(asked))


async def _disable(asked: Namespace) -> int:
    async with open_desk(asked) as (_, db), db.transaction() as tx:
        one = await _operator(tx.conn, asked.email)
        if one.active:
            await deactivate(tx, None, one.id, now=clock.now())
    print(f"{one.email} is disabled; firstline doctor names what they still hold.")
    return 0


def enable_operator(asked: Namespace) -> int:
    """Let somebody in again, with the rights they had."""
    return asyncio.run(_enable(asked))


async def _enable(asked: Namespace) -> int:
    async with open_desk(asked) as (_, db), db.transaction() as tx:
        one = await _operator(tx.conn, asked.email)
        await activate(tx, None, one.id, now=clock.now())
    print(f"{one.email} is enabled.")
    return 0


def reset_link(asked: Namespace) -> int:
    """Print the link alone; it is mailed to nobody."""
    print(asyncio.run(_reset_link(asked)))
    return 0


async def _reset_link(asked: Namespace) -> str:
    async with open_desk(asked) as (settings, db), db.transaction() as tx:
        one = await _operator(tx.conn, asked.email)
        if not one.active:
            raise CommandError(f"{one.email} is disabled; firstline operator enable comes first.")
        return await make_console_link(tx, one.id, public_url=settings.public_url, now=clock.now())


def list_tokens(asked: Namespace) -> int:
    """A line for each token of a person; never its words."""
    found = asyncio.run(_tokens(asked))
    if asked.json:
        return _print_json([asdict(one) for one in found])
    for one in found:
        used = f"last used {one.used_at:%Y-%m-%d %H:%M}Z" if one.used_at else "never used"
        end = f"until {one.expires_at:%Y-%m-%d %H:%M}Z" if one.expires_at else "without end"
        made = f"made {one.created_at:%Y-%m-%d %H:%M}Z"
        print("\t".join((str(one.id), one.name, ", ".join(one.scopes), made, used, end)))
    return 0


async def _tokens(asked: Namespace) -> list[Token]:
    async with open_desk(asked) as (_, db), db.connection() as conn:
        return await tokens_of(conn, (await _person(conn, asked.email)).id)


def revoke_token(asked: Namespace) -> int:
    """End the tokens that are named, or all of a person."""
    count = asyncio.run(_revoke(asked))
    print(f"{count} revoked.")
    return 0


async def _revoke(asked: Namespace) -> int:
    if bool(asked.ids) == asked.all:
        raise CommandError("Name tokens by the ids of firstline token list, or say --all.")
    async with open_desk(asked) as (_, db), db.transaction() as tx:
        owner = await _person(tx.conn, asked.email)
        mine = [one.id for one in await tokens_of(tx.conn, owner.id)]
        wished = mine if asked.all else list(dict.fromkeys(map(_id, asked.ids)))
        for token in wished:
            await end_token(tx, owner, token, now=clock.now(), console=True)
        return len(wished)


def _id(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        raise CommandError("An id is written as firstline token list shows it.") from None


async def _operator(conn: Conn, email: str) -> Operator:
    wanted = normal_email(email)
    for one in await operators(conn):
        if normal_email(one.email) == wanted:
            return one
    raise CommandError(f"No operator has the address {email}; see firstline operator list.")


async def _person(conn: Conn, email: str) -> Who:
    who = await who_by_email(conn, email)
    if who is None:
        raise CommandError(f"Nobody here has the address {email}; check its spelling.")
    return who


def _print_json(found: object) -> int:
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()
    return 0
