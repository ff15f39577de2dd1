"""A home with an audit log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.logbook import Logbook
from tests.fakes import VirtualClock


@pytest.fixture
def logbook(tmp_path: Path) -> Logbook:
    return Logbook(tmp_path, VirtualClock())
