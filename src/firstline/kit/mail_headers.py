"""Headers of letters, folded so that whoever reads them back reads the same.

Python's own folding of a text with several words that are not ASCII loses the spaces between
them; here a header that needs encoding is one row of encoded words (RFC 2047), which has none.
"""

from email.header import Header
from email.headerregistry import BaseHeader, UnstructuredHeader
from email.policy import EmailPolicy
from typing import Any


class FaithfulPolicy(EmailPolicy):
    """Writes texts and names that are not ASCII as rows of encoded words."""

    def fold(self, name: str, value: Any) -> str:
        return self._folded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = self._folded(name, value)
        return line.encode("ascii") if line else super().fold_binary(name, value)

    def _folded(self, name: str, value: Any) -> str | None:
        """The header's lines, where it holds more than ASCII and is of a kind that we write."""
        if not isinstance(value, BaseHeader) or str(value).isascii():
            return None
        if isinstance(value, UnstructuredHeader):
            return f"{name}: {_encoded(str(value), name)}{self.linesep}"
        (address,) = getattr(value, "addresses", (None,))
        if address is None:
            return None
        own = f"<{address.addr_spec}>"
        return f"{name}: {_encoded(address.display_name, name)}{self.linesep} {own}{self.linesep}"


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


FAITHFUL = FaithfulPolicy(linesep="\r\n")
