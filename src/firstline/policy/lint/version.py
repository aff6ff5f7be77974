"""The number by which a file calls itself, beside the one that it is published under."""

from __future__ import annotations

from firstline.policy.file.reading import parse
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import remark


def other_number(text: str, version: int) -> list[Finding]:
    """A warning where the file calls itself by another number than it is published under."""
    file, document = parse(text)
    if file.policy.version == version:
        return []
    message = remark(
        "the file calls itself version {own} and is published as version {version}; clients read "
        "the number it is published under",
        own=file.policy.version,
        version=version,
    )
    return [
        Finding("version-number", *document.place(("policy", "version")), "warning", message),
    ]
