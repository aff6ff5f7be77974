"""Every commit is a version of its own, so that an upgrade does something."""

import importlib.util
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.version import Version

import firstline

SCRIPT = Path(__file__).parents[2] / "scripts/version.py"
Git = Callable[..., str]


def version_of(root: Path) -> str:
    found = importlib.util.spec_from_file_location("version_script", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.version_of(root)


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A clone of its own, and a way to commit at a given moment."""
    root = tmp_path / "clone"

    def run(*words: str, at: str = "2026-11-30T14:05:09Z") -> str:
        who = ["-c", "user.name=K", "-c", "user.email=k@firstline.example"]
        return subprocess.run(
            ["git", "-C", str(root), *who, *words],
            env={"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at, "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    subprocess.run(["git", "init", "-q", str(root)], check=True)
    run("commit", "-q", "--allow-empty", "-m", "Begin")
    return run


def test_without_a_tag_the_moment_of_the_commit_is_the_version(tmp_path: Path, git: Git) -> None:
    first = version_of(tmp_path / "clone")
    assert first == "2026.11.30.140509"
    git("tag", "before-the-review")
    git("commit", "-q", "--allow-empty", "-m", "Go on", at="2026-12-01T00:00:03Z")
    second = version_of(tmp_path / "clone")
    assert second == "2026.12.1.3"
    assert Version(first) < Version(second)


def test_a_tag_is_the_version_and_what_follows_it_comes_after(tmp_path: Path, git: Git) -> None:
    git("tag", "-a", "v1.2.0", "-m", "1.2.0")
    assert version_of(tmp_path / "clone") == "1.2.0"
    git("commit", "-q", "--allow-empty", "-m", "Go on")
    assert version_of(tmp_path / "clone") == "1.2.0.post1"
    git("tag", "v1.3.0rc1")
    assert version_of(tmp_path / "clone") == "1.3.0rc1"


def test_a_shallow_clone_without_tags_is_a_version_as_well(tmp_path: Path, git: Git) -> None:
    git("tag", "v1.2.0")
    git("commit", "-q", "--allow-empty", "-m", "Go on")
    source = f"file://{tmp_path / 'clone'}"
    command = ["git", "clone", "-q", "--depth", "1", "--no-tags", source, str(tmp_path / "shallow")]
    subprocess.run(command, check=True)
    assert version_of(tmp_path / "shallow") == "2026.11.30.140509"


def test_a_source_archive_keeps_the_version_that_it_was_made_with(tmp_path: Path) -> None:
    (tmp_path / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: firstline\nVersion: 1.2.0\n")
    assert version_of(tmp_path) == "1.2.0"
    (tmp_path / "PKG-INFO").unlink()
    assert re.fullmatch(r"2\d{3}(\.\d+){3}", version_of(tmp_path))


def test_the_product_tells_the_version_that_was_installed() -> None:
    assert Version(firstline.__version__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = firstline.nothing
