"""`operator new`, `token new`, `import clients`: the keeper's way in before there is any page."""

import asyncio
import json
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from firstline.cli.database import open_desk, policies_of
from firstline.cli.progress import ProgressLine
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.db import Tx
from firstline.lines import line_ids
from firstline.people import new_token as make_token
from firstline.people import who_by_email
from firstline.people.access.links import invite
from firstline.people.importing import Report
from firstline.people.importing import import_clients as bring_clients
from firstline.people.staff import new_operator as add_operator
from firstline.regulations.versions import begin

# A whole provider's clients fit; a wrong file does not fill the memory.
LARGEST = 256 * 1024 * 1024


def new_operator(asked: Namespace) -> int:
    """Print the invitation link alone; the letter goes out as well."""
    print(asyncio.run(_new_operator(asked)))
    return 0


async def _known_lines(tx: Tx, wanted: list[str]) -> None:
    """Refuse a line that the desk does not have."""
    await begin(tx.conn, clock.now())
    ids = await line_ids(tx.conn)
    for line in wanted:
        if line not in ids:
            raise CommandError(f"There is no line {line}; the lines are {', '.join(ids)}.")


async def _new_operator(asked: Namespace) -> str:
    async with open_desk(asked) as (settings, db), db.transaction() as tx:
        await _known_lines(tx, asked.line)
        operator = await add_operator(
            tx,
            None,
            email=asked.email,
            name=asked.name,
            roles=asked.role or ["operator"],
            lines=asked.line,
            now=clock.now(),
        )
        return await invite(tx, None, operator.id, public_url=settings.public_url, now=clock.now())


def new_token(asked: Namespace) -> int:
    """Print the token alone; nobody can read it again."""
    print(asyncio.run(_new_token(asked)))
    return 0


async def _new_token(asked: Namespace) -> str:
    async with open_desk(asked) as (_, db), db.transaction() as tx:
        who = await who_by_email(tx.conn, asked.email.strip().lower())
        if who is None:
            raise CommandError(f"Nobody here has the address {asked.email}; check its spelling.")
        return await make_token(tx, who.id, asked.name, now=clock.now())


def import_clients(asked: Namespace) -> int:
    """Print a line for each object; exit code 1 when a row was refused."""
    report = asyncio.run(_import_clients(asked, _read_file(asked.file)))
    if asked.json:
        json.dump(asdict(report), sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        _print(report)
    return 1 if report.count("refused") else 0


async def _import_clients(asked: Namespace, source: bytes) -> Report:
    async with open_desk(asked) as (_, db):
        policies = await policies_of(db)
        with ProgressLine("rows") as progress:
            return await db.run(
                bring_clients,
                None,
                source,
                dry_run=asked.dry_run,
                policy=policies.current(clock.now())[1],
                progress=progress,
                now=clock.now(),
            )


def _read_file(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(LARGEST)
    if file.stat().st_size > LARGEST:
        raise CommandError(f"{file} is over {LARGEST // 2**20} MB; split it.")
    return file.read_bytes()


def _print(report: Report) -> None:
    for line in report.lines:
        why = f": {line.why}" if line.why else ""
        print(f"{line.row}\t{line.what}\t{line.id}\t{line.result}{why}")
    counts = [
        f"{report.count(result)} {result}"
        for result in ("created", "updated", "unchanged", "refused")
    ]
    print(", ".join(counts) + (" (dry run, nothing kept)" if report.dry_run else ""))
