"""Browsers, for the pages of the wiki."""

from tests.desk.conftest import browser_for, opens

__all__ = ["browser_for", "opens"]
