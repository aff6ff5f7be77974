"""Hands and browsers for the wiki's upkeep."""

from tests.desk.conftest import browser_for as browser_for
from tests.desk.conftest import queries as queries
from tests.reports.conftest import hands as hands
