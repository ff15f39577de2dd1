"""The reference of entities says what the entities and the portals' files say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from automation.catalog import Catalog
from automation.entities import ENTITIES, field_kinds
from tests.entity_reference import FLOWS, REFERENCE, IncompleteError, reference

MAPPING = """
version: 1
mapping: {kind}
entity: {kind}
endpoints: [list-{kind}]
key: id
fields: {{status: state}}
custom_fields: own
"""


def folder(root: Path, *, absent: dict[str, str] | None = None, mapped: tuple[str, ...]) -> Catalog:
    """A portal that has some kinds and says of others why it has not."""
    place = root / "acme"
    (place / "mappings").mkdir(parents=True)
    told = "".join(f"\n  {kind}: {why}" for kind, why in (absent or {}).items())
    head = "version: 1\nportal: acme\ntitle: Acme\nhosts: []\n"
    (place / "portal.yaml").write_text(head + (f"absent:{told}\n" if told else ""))
    for kind in mapped:
        (place / "mappings" / f"{kind}.yaml").write_text(MAPPING.format(kind=kind))
    return Catalog(root)


def test_the_reference_is_what_is_written_from_the_files() -> None:
    files = Catalog(FLOWS)
    titles = {files.portal(name).title for name in files.portals()}
    written = REFERENCE.read_text(encoding="utf-8")
    named = set(re.findall(r"^\| ([^|`\[]+) \| [`|]", written, flags=re.MULTILINE))
    is_taken_out = titles < named  # the document of a portal without its folder: no fault of others
    assert is_taken_out or written == reference(files), "run make reference"


def test_each_kind_and_each_of_its_fields_is_in_the_reference() -> None:
    chapters = re.split(r"^## (\w+)$", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = dict(zip(chapters[1::2], chapters[2::2], strict=True))
    assert list(told) == list(ENTITIES)
    everywhere = {"location", "status", "raw_status", "source_created_at", "source_updated_at"}
    for kind, entity in ENTITIES.items():
        fields = [*(set(field_kinds(entity)) - everywhere), *entity.derived.values()]
        assert [name for name in fields if f"\n| `{name}` |" not in told[kind]] == [], kind


def test_each_kind_has_a_line_in_the_glossary() -> None:
    glossary = (REFERENCE.parents[1] / "glossary.md").read_text(encoding="utf-8").lower()
    words = [kind.replace("_", " ") for kind in ENTITIES]
    assert [word for word in words if f"\n| {word} |" not in glossary] == []


def test_a_portal_shows_what_it_maps_what_it_has_not_and_what_is_still_to_do(
    tmp_path: Path,
) -> None:
    written = reference(folder(tmp_path, mapped=("client",)))
    assert "| [clients](#client) | `list-client` |" in written
    assert "| Acme | `client` | `list-client` | `status`, `custom_fields` |" in written
    assert "| [tasks](#task) | not yet mapped |" in written


def test_a_portal_that_names_what_it_lacks_shows_the_reasons(tmp_path: Path) -> None:
    absent = dict.fromkeys(ENTITIES, "it sells nothing")
    del absent["client"]
    written = reference(folder(tmp_path, absent=absent, mapped=("client",)))
    assert "| [tasks](#task) | not in this portal: it sells nothing |" in written
    assert "not yet mapped" not in written


@pytest.mark.parametrize(
    "change, told",
    [
        ({"task": None}, "acme/portal.yaml: neither mapped nor absent: task"),
        ({"client": "why"}, "absent, but mapped: client"),
        ({"tusk": "why"}, "no such kind: tusk"),
    ],
)
def test_a_portal_that_names_what_it_lacks_must_name_all_of_it_and_nothing_else(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    absent = dict.fromkeys(set(ENTITIES) - {"client"}, "it has none") | change
    absent = {kind: why for kind, why in absent.items() if why}
    with pytest.raises(IncompleteError, match=told):
        reference(folder(tmp_path, absent=absent, mapped=("client",)))
