"""Whether the secret of this process is the one that the desk's sealed words were sealed with."""

from firstline.cli import store
from firstline.cli.refusals import CommandError
from firstline.kit.db import Conn
from firstline.kit.marks import fingerprint, read_fingerprint, write_fingerprint
from firstline.kit.seal import Seal, Unsealable
from firstline.kit.sessions import connect
from firstline.settings import Settings


async def opens(conn: Conn, secret: bytes) -> bool:
    """Whether what was sealed last, of each kind, can be read with this secret."""
    seal = Seal(secret)
    try:
        for one in await store.newest_sealed(conn):
            seal.open(one.sealed, one.place)
    except Unsealable:
        return False
    return True


async def fits(conn: Conn, secret: bytes) -> bool:
    """Whether it is the desk's secret: by its fingerprint, or by trying where none is noted yet."""
    noted = await read_fingerprint(conn)
    return noted == fingerprint(secret) if noted else await opens(conn, secret)


async def demand_secret(settings: Settings) -> None:
    """Raise CommandError where the desk was sealed with another secret; note this one otherwise."""
    url = settings.database_url or ""
    async with await connect(url) as conn:
        if not await fits(conn, settings.secret):
            raise CommandError(wrong_secret(settings))
        if await read_fingerprint(conn) is None:
            await write_fingerprint(conn, settings.secret)


async def take_secret(settings: Settings) -> None:
    """Go on with this secret although the former one is lost, with what was sealed by it."""
    url = settings.database_url or ""
    async with await connect(url) as conn:
        await write_fingerprint(conn, settings.secret)


def wrong_secret(settings: Settings) -> str:
    return (
        "The secret in use is not the one that this desk's secrets are sealed with: set "
        f"FIRSTLINE_SECRET to it, or put {settings.data / 'secret'} back from a backup. If it is "
        "lost for good, firstline migrate --new-secret goes on without what was sealed."
    )
