"""The locked dependencies: by hash, from any registry, made on no particular machine."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_requirement_is_pinned_by_hash_and_names_no_place(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text()
    assert not re.search(r"https?:|file:|^-|(^|\s)/", text, re.MULTILINE)
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9._-]+(\[[\w,-]+\])?==", block), block
        assert "--hash=sha256:" in block, block


def test_what_runs_is_the_same_for_users_and_developers() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / f"requirements/{name}.txt").read_text()
        return dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==(\S+)", text, re.MULTILINE))

    run, dev = pins("run"), pins("dev")
    assert run == {package: dev.get(package) for package in run}


def test_the_pages_libraries_are_pinned_by_hash_and_name_no_place() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
