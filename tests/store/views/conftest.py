"""Every view runs on both databases."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="module")
def each_database(database: str) -> str:
    return database
