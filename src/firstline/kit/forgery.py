"""What another site makes somebody's browser do, as browsers tell it themselves."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_foreign(headers: Mapping[str, str], public_url: str) -> bool:
    """Whether the browser says that another site has caused this call. Programs say nothing."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    ours = {headers.get("host"), urlsplit(public_url).netloc}
    return site not in (None, "same-origin", "none") or (
        origin is not None and origin.partition("://")[2] not in ours
    )
