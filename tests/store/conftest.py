"""Every test of the store runs on both databases, unless it says that it is about one of them."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="module")
def each_database(database: str) -> str:
    return database
