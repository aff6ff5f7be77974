"""Hands of the cast on a desk whose every change is rolled back."""

from typing import Any

import pytest

from firstline.app import Desk
from firstline.people import Who

from .hands import Hands


@pytest.fixture
def hands(desk: Desk, clock: Any, world: dict[str, Who]) -> Hands:
    return Hands(desk, clock, world)
