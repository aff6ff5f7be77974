"""`policy publish`, and `policy show` beside a running desk; the other words need no desk."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from firstline.cli.database import opened
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.regulations.versions import begin, publish

LARGEST = 1024 * 1024


def add_publish(commands: "ArgumentParser") -> None:
    """The words after `firstline policy publish`."""
    commands.add_argument("file", metavar="FILE", type=Path)
    commands.add_argument(
        "--effective", metavar="TIME", type=datetime.fromisoformat,
        help="when it takes effect, with its offset (now)",
    )  # fmt: skip


def run_publish(asked: Namespace) -> int:
    """Publish a policy file; a broken one changes nothing."""
    version, since, warnings = asyncio.run(_publish(asked))
    sys.stdout.write(f"Version {version} is in force from {since.isoformat()}.\n")
    if warnings:
        sys.stdout.write(f"The linter has {warnings} findings: firstline policy check.\n")
    return 0


async def _publish(asked: Namespace) -> tuple[int, datetime, int]:
    now = clock.now()
    if asked.effective is not None and asked.effective.tzinfo is None:
        raise CommandError("--effective needs its offset, as in 2026-04-01T00:00:00+03:00.")
    try:
        if asked.file.stat().st_size > LARGEST:
            raise CommandError(f"{asked.file} is larger than a policy can be (1 MB).")
        text = asked.file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{asked.file} is not UTF-8; save it as UTF-8.") from None
    async with opened(asked, new=True) as (_, db), db.transaction() as tx:
        await begin(tx.conn, now)
        version, found = await publish(tx, None, text, effective_at=asked.effective, now=now)
    return version, asked.effective or now, len(found)
