"""`python -m bench [NAME …]`: print figures beside their limits, all of them without a name."""

import asyncio
import os
import platform
import sys

from bench import live, memory, pages, posts, regulations, way, wiki
from bench.stand import settings_of_database, stand

BENCHES = {
    "live": live.measure,
    "posts": posts.measure,
    "pages": pages.measure,
    "memory": memory.measure,
    "regulations": regulations.measure,
    "way": way.measure,
    "wiki": wiki.measure,
}


async def run(names: list[str]) -> None:
    """Run the benchmarks of these names, one after the other."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    async with stand(requests=1) as on:
        print(settings_of_database(on.database))
    for name in names:
        print(f"\n{name} (load {os.getloadavg()[0]:.1f})")
        for row in await BENCHES[name]():
            print(f"  {row}")


def main() -> int:
    """Exit 2 for an unknown name; no figure fails the run."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    asyncio.run(run(names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
