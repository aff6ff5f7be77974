"""Browsers of the desk, for the page of changes."""

from tests.desk.conftest import browser_for, opens

__all__ = ["browser_for", "opens"]
