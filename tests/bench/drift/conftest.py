"""What takes applications from an index of packages is run at full counts only."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path.name == "test_releases.py" and not config.getoption("--full"):
        return True
    return None
