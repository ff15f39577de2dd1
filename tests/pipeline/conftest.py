"""A made-up portal that sells, and the home of its practice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import cashbox
from tests.cashbox import Cashbox
from tests.journeys.world import Home


@pytest.fixture
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        found.selling = True
        yield found


@pytest.fixture
def home(tmp_path: Path, box: Cashbox) -> Home:
    return cashbox.home_of(box, tmp_path, sells=True)
