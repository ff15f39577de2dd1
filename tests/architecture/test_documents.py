"""The documents are true: sizes, words, links, and every setting, key and target they must name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from automation import model
from automation.browser import PERFORMERS, BrowserProfile, Timeouts, Viewport
from automation.settings import Settings

REPOSITORY = Path(__file__).parents[2]
README_LINES = 150
DOCUMENTS = sorted(
    path
    for path in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    if path.is_file()
)


def read(*parts: str) -> str:
    return REPOSITORY.joinpath(*parts).read_text(encoding="utf-8")


def test_the_readme_is_read_in_one_go() -> None:
    assert len(read("README.md").splitlines()) <= README_LINES


def test_the_readme_starts_with_the_two_commands() -> None:
    assert "make demo" in read("README.md")
    assert "make test" in read("README.md")


def test_each_public_noun_has_a_line_in_the_glossary() -> None:
    glossary = read("docs", "glossary.md")
    nouns = [name for name in model.__all__ if name[0].isupper() and not name.isupper()]
    missing = [noun for noun in nouns if f"`{noun}`" not in glossary]
    assert missing == []


def test_the_glossary_names_no_noun_that_is_gone() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", read("docs", "glossary.md"), flags=re.MULTILINE)
    assert rows
    assert [row for row in rows if row not in model.__all__] == []


def test_each_setting_is_in_the_reference() -> None:
    reference = read("docs", "reference", "settings.md")
    missing = [
        name for name in Settings.model_fields if f"`VETPORTAL_{name.upper()}`" not in reference
    ]
    assert missing == []


def test_each_step_and_each_key_of_a_target_is_in_the_reference() -> None:
    reference = read("docs", "reference", "flow.md")
    keys = [step.model_fields["kind"].default for step in PERFORMERS]
    keys += [field for step in PERFORMERS for field in step.model_fields if field != "kind"]
    keys += model.Target.model_fields
    assert [key for key in dict.fromkeys(keys) if f"`{key}`" not in reference] == []


def test_each_key_of_oauth_is_in_the_reference() -> None:
    reference = read("docs", "reference", "oauth.md")
    assert [key for key in model.OAuth.model_fields if f"| `{key}` |" not in reference] == []


@pytest.mark.parametrize(
    "part, prefix", [(BrowserProfile, ""), (Viewport, "viewport."), (Timeouts, "timeouts.")]
)
def test_each_key_of_the_browser_file_is_in_the_reference(
    part: type[BaseModel], prefix: str
) -> None:
    reference = read("docs", "reference", "settings.md")
    keys = [f"`{prefix}{key}" for key in part.model_fields]
    assert [key for key in keys if f"{key}`" not in reference and f"{key}." not in reference] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    own = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in own if not (document.parent / link).exists()] == []


def test_each_make_target_a_document_names_exists() -> None:
    help_text = subprocess.run(
        ["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    targets = set(re.findall(r"^  make ([a-z-]+)", help_text, flags=re.MULTILINE))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8"))
    }
    assert named
    assert named - targets == set()


def test_each_decision_has_its_four_headings_and_a_number_of_its_own() -> None:
    decisions = sorted((REPOSITORY / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(numbers) == len(set(numbers))
    for path in decisions:
        headings = re.findall(r"^## (\w+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert headings == ["Status", "Context", "Decision", "Consequences"], path.name


def test_the_files_that_the_guide_shows_can_be_read() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", read("docs", "add-a-portal.md"), flags=re.DOTALL)
    portal, mapping = (yaml.safe_load(block) for block in blocks)
    assert model.Portal.model_validate(portal).portal == "acme"
    assert model.Mapping.model_validate(mapping).entity == "patient"
