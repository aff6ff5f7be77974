"""The policy file that Firstline ships."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.reading import parse


def default_text() -> str:
    """The text of the policy that Firstline ships."""
    return files(__package__ or "firstline.policy.file").joinpath("default.yaml").read_text("utf-8")


@lru_cache(maxsize=1)
def default_file() -> PolicyFile:
    """The shipped policy as a model. What a company's file leaves out of alarms, desk and words
    comes from here.
    """
    return parse(default_text())[0]
