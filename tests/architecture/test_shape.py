"""What no import contract can hold: sizes, words, and folders without code."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ENGINE = REPOSITORY / "automation"
FLOWS = REPOSITORY / "flows"
MODULE_LINES = 400
PORTALS = sorted(path.name for path in FLOWS.iterdir() if path.is_dir())
DATA_SUFFIXES = {".yaml", ".json", ".md", ".png"}

# Files of the engine that may name a portal: path below automation/ -> why.
MAY_NAME_A_PORTAL = {
    "cli/demo/*": "the demonstration names the simulators it starts",
}
# Modules over the limit: path -> why.
LONG_MODULES: dict[str, str] = {}


def engine_texts() -> list[Path]:
    suffixes = {".py", ".js", ".html", ".sql", ".mako", ".json", ".yaml"}
    return [path for path in sorted(ENGINE.rglob("*")) if path.suffix in suffixes]


def words_of(portal: str) -> re.Pattern[str]:
    """A folder name in any spelling, and its first word, which is the maker's name."""
    parts = portal.split("_")
    return re.compile(rf"{'[ _-]?'.join(parts)}|\b{parts[0]}", re.IGNORECASE)


def test_the_engine_names_no_portal() -> None:
    naming = [
        f"{path.relative_to(ENGINE)} names {portal}"
        for portal in PORTALS
        for path in engine_texts()
        if words_of(portal).search(path.read_text(encoding="utf-8")) and not may_name_a_portal(path)
    ]
    assert naming == []


def may_name_a_portal(path: Path) -> bool:
    return any(path.relative_to(ENGINE).match(pattern) for pattern in MAY_NAME_A_PORTAL)


def test_portal_folders_hold_data_and_no_code() -> None:
    strange = [
        str(path.relative_to(FLOWS))
        for path in sorted(FLOWS.rglob("*"))
        if path.is_file() and path.suffix not in DATA_SUFFIXES
    ]
    assert strange == []


def test_no_module_is_longer_than_one_sitting() -> None:
    lengths = {
        str(path.relative_to(REPOSITORY)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("automation", "fixtures")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
    }
    long = {name: lines for name, lines in lengths.items() if lines > MODULE_LINES}
    assert {name: lines for name, lines in long.items() if name not in LONG_MODULES} == {}
    assert [name for name in LONG_MODULES if name not in long] == []


def test_every_top_level_folder_is_one_of_the_architecture() -> None:
    known = {"automation", "docs", "fixtures", "flows", "tests"}
    there = {
        path.name
        for path in REPOSITORY.iterdir()
        if path.is_dir() and not path.name.startswith(".") and not path.name.endswith("egg-info")
    }
    assert there - {"build", "dist", "test-results"} == known
