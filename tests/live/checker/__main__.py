"""The long run, by hand."""

import asyncio
import sys
from argparse import ArgumentParser

from bench.stand import free_port
from tests.live.checker.run import Plan, run, told


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.live.checker")
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=250.0)
    parser.add_argument("--contacts", type=int, default=30)
    parser.add_argument("--operators", type=int, default=9)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--pause", type=float, default=2.0)
    parser.add_argument("--port", type=int, default=free_port())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1800.0)
    parser.add_argument("--bug", choices=("early-ack", "no-keys", "skip-locked"))
    report = asyncio.run(run(Plan(**vars(parser.parse_args()))))
    print(told(report))
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
