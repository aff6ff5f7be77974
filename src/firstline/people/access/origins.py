"""Sites as browsers name them: an origin (RFC 6454), in the spelling of the network."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from firstline.kit.addresses import UNSEEN, host_name, is_host
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _

MOST = 20
IPV6 = re.compile(r"\[[0-9a-f:.]+\]")
USUAL = {"http": 80, "https": 443}


def read_origins(texts: Sequence[str]) -> list[str]:
    """The sites, each once. Raises Invalid (`origins`) for what is no site, or too many of them."""
    found = list(dict.fromkeys(_origin(text.strip()) for text in texts if text.strip()))
    if len(found) > MOST:
        raise Invalid(
            _("These are too many sites for one key; create another key for the rest."),
            field="origins",
        )
    return found


def _origin(text: str) -> str:
    """`https://Panel.example:443/path` is `https://panel.example`."""
    try:
        parts = urlsplit(UNSEEN.sub("", text))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else host_name(name)
    if parts.scheme not in USUAL or not (is_host(host) or IPV6.fullmatch(host)):
        raise Invalid(
            _("“%(text)s” is not a site; write it as https://panel.example.")
            % {"text": text[:100]},
            field="origins",
        )
    return f"{parts.scheme}://{host}" + (
        f":{port}" if port not in (None, USUAL[parts.scheme]) else ""
    )
