"""`policy publish`, `policy try`, and `policy show` beside a running desk."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

import msgspec

from firstline.cli.database import open_desk, policies_of
from firstline.cli.progress import ProgressLine
from firstline.cli.refusals import CommandError
from firstline.kit import clock
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.i18n import speaking
from firstline.kit.sessions import connect
from firstline.policy import PolicyError, default_text
from firstline.policy.text.source import LARGEST, decode
from firstline.regulations.versions import (
    all_versions,
    begin,
    publish,
    standings,
    text_of,
)
from firstline.settings import command_language, data_folder, holds_desk, named_database
from firstline.trials.api import to_json
from firstline.trials.model import PromiseCount, Trial
from firstline.trials.run import sound_policy, try_policy


def add_publish(parser: ArgumentParser) -> None:
    """The words after `firstline policy publish`."""
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--effective", metavar="TIME", type=datetime.fromisoformat,
        help="when it takes effect, with its offset (now)",
    )  # fmt: skip
    parser.add_argument("--note", default="", help="why, for the history")


def run_publish(asked: Namespace) -> int:
    """Publish a policy file; a broken one changes nothing."""
    with speaking(command_language()):
        version, since, warnings = asyncio.run(_publish(asked))
    sys.stdout.write(f"Version {version} is in force from {since.isoformat()}.\n")
    if warnings:
        sys.stdout.write(f"Findings of the linter: {warnings}; see firstline policy check.\n")
    return 0


async def _publish(asked: Namespace) -> tuple[int, datetime, int]:
    now = clock.now()
    if asked.effective is not None and asked.effective.tzinfo is None:
        raise CommandError("--effective needs its offset, as in 2026-04-01T00:00:00+03:00.")
    text = _read(asked.file)
    async with open_desk(asked) as (_, db), db.transaction() as tx:
        await begin(tx.conn, now)
        version, found = await publish(
            tx, None, text, effective_at=asked.effective, note=asked.note, now=now
        )
    return version, asked.effective or now, len(found)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as source:
            return decode(source.read(LARGEST + 1))
    except PolicyError as error:
        raise CommandError(f"{file}: {error.remark.in_language(command_language())}.") from None


def add_show(_: ArgumentParser) -> None:
    """`firstline policy show` has no words of its own."""


def run_show(asked: Namespace) -> int:
    """Print the version in force of the desk; where none runs, the policy that is shipped."""
    folder = getattr(asked, "data", None) or data_folder()
    url = None
    if holds_desk(folder):
        url = named_database() or EmbeddedPostgres(folder).running_at()
        if url is None:
            sys.stderr.write(
                f"The desk in {folder} does not run; this is the default that Firstline ships.\n"
            )
    sys.stdout.write(asyncio.run(_in_force(url)) if url else default_text())
    return 0


async def _in_force(url: str) -> str:
    async with await connect(url) as conn:
        now = clock.now()
        state = standings(await all_versions(conn), now)
        number = next((n for n, standing in state.items() if standing == "in_force"), None)
        return await text_of(conn, number) if number else default_text()


def add_try(parser: ArgumentParser) -> None:
    """The words after `firstline policy try`."""
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--days", type=int, default=30, help="how far back (30)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run_try(asked: Namespace) -> int:
    """Print what a file would have made of the log; exit code 1 when answers would turn late."""
    trial = asyncio.run(_try(asked, _read(asked.file)))
    if asked.json:
        sys.stdout.write(msgspec.json.format(to_json(trial), indent=2).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(trial))
    return 1 if trial.turned_late else 0


async def _try(asked: Namespace, text: str) -> Trial:
    now = clock.now()
    policy = sound_policy(text, now)
    async with open_desk(asked) as (_, db):
        policies = await policies_of(db)
        with ProgressLine("requests") as progress:
            return await try_policy(
                db, policies, policy, days=asked.days, progress=progress, now=now
            )


def _lines(trial: Trial) -> list[str]:
    whole = trial.whole
    summary = (
        f"From {trial.since:%Y-%m-%d} to {trial.until:%Y-%m-%d}, with this file "
        f"{whole.late_then} of {whole.promises_then} promised answers would have been late "
        f"(now: {whole.late} of {whole.promises})."
    )
    turned = (
        f"In time now, late with this file: {trial.turned_late}; late now, in time with it: "
        f"{trial.turned_kept}; promises no longer made: {trial.fallen}; new ones: {trial.arisen}."
    )
    lines = [summary, turned]
    for what, figures in (("line", trial.lines), ("topic", trial.topics)):
        lines += [_figure(what, name, figure) for name, figure in sorted(figures.items())]
    return lines + [
        f"  request {one.request}, entry {one.entry}: due {one.due_after:%Y-%m-%d %H:%M}Z, "
        + (f"met {one.ended_at:%Y-%m-%d %H:%M}Z" if one.ended_at else "not met yet")
        for one in trial.listed
    ]


def _figure(what: str, name: str, figure: PromiseCount) -> str:
    return (
        f"{what} {name}: {figure.late_then} of {figure.promises_then} late "
        f"(now: {figure.late} of {figure.promises})"
    )
