"""The whole story on a portal where everything has another name: nobody taught us the words.

The simulator gives every path, key, id, class, cookie, header and label another word. The robot
person, who is told the new labels, records every journey; the rest runs as anywhere else. Only the
mappings are translated here, word by word: what a key means is knowledge of people.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from automation import browser
from automation.catalog import Catalog
from automation.model import Endpoint, Flow, Portal, ProfilePlan, ProfileSection
from automation.model import Mapping as EntityMapping
from fixtures.common.totp import STEP_SECONDS
from tests import oracle
from tests.infer_endpoints import infer_anew
from tests.journeys import world
from tests.journeys.world import (
    PORTAL,
    Home,
    days_of,
    moved_in,
    name_of,
    size_of,
    stored,
    synced,
)
from tests.record_flows import allowed, practice_of, record_journeys
from tests.simulator import REPOSITORY, Simulator, running

pytestmark = pytest.mark.journey

SEED: Final = 20260304
ELSEWHERE: Final = "elsewhere"
"""What the folder of the renamed portal is called."""

JOURNEYS: Final = (
    *("get-client", "get-invoice", "get-patient-plan", "get-prescription", "list-appointments"),
    *("list-clients", "list-invoices", "list-patients", "list-pharmacy-orders"),
    *("list-pharmacy-requests", "list-prescriptions", "list-treatment-board"),
)
"""Lists, records and a page in the place of JSON: each way to page, and each way to be asked."""

MAPPINGS: Final = (
    *("appointment", "client", "invoice", "invoice_line", "location", "patient", "payment"),
    *("pharmacy_order", "pharmacy_request", "prescription", "provider", "treatment_board_entry"),
)
"""What the screens of `tests.oracle` show."""

Words = Mapping[str, Mapping[str, str]]


# ---------------------------------------------------------------- people's part


def recorded(
    simulator: Simulator, profile: browser.BrowserProfile, found: browser.FoundBrowser
) -> dict[str, Flow]:
    """The journeys, recorded on this portal."""
    account = simulator.accounts()[0]
    allow = allowed(simulator, practice_of(simulator, account))

    async def work() -> dict[str, Flow]:
        async with browser.open_tab(profile, found, allow=allow) as tab:
            return await record_journeys(
                tab, simulator, account=account, names=JOURNEYS, portal=ELSEWHERE
            )

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work()).result()


def portal_elsewhere(names: Words) -> Portal:
    """The portal file with its addresses and selectors translated."""
    original = Catalog(world.FLOWS).portal(PORTAL)
    paths = names["paths"]
    signed_out = original.signed_out
    return original.model_copy(
        update={
            "portal": ELSEWHERE,
            "title": "Elsewhere",
            "probe": paths[original.probe or ""],
            "logout": paths[original.logout or ""],
            "outcomes": tuple(
                rule.model_copy(update={"target_css": selector_elsewhere(rule.target_css, names)})
                for rule in original.outcomes
            ),
            "tour": (),
            "signed_out": signed_out.model_copy(
                update={"login_paths": tuple(paths[path] for path in signed_out.login_paths)}
            ),
        }
    )


def selector_elsewhere(css: str, names: Words) -> str:
    """A selector with its ids and classes translated."""
    css = re.sub(r"#([\w-]+)", lambda found: f"#{names['ids'][found[1]]}", css)
    return re.sub(r"\.([\w-]+)", lambda found: f".{names['classes'][found[1]]}", css)


class Translator:
    """Says a mapping of the repository in the words of the renamed portal.

    Args:
        names: the new word of each word, by kind.
        endpoints: the new name of each endpoint.
        pages: the endpoints that are pages: what people read there are labels.
    """

    def __init__(
        self, names: Words, endpoints: Mapping[str, str], pages: Collection[str] = ()
    ) -> None:
        self._names, self._endpoints, self._pages = names, endpoints, pages
        self._lookups: set[str] = set()
        self._kinds: tuple[str, ...] = ("keys",)

    def mapping(self, mapping: EntityMapping) -> EntityMapping:
        self._lookups = set(mapping.lookups)
        of_pages = not set(mapping.endpoints).isdisjoint(self._pages)
        self._kinds = ("labels", "keys") if of_pages else ("keys",)
        given = mapping.model_dump(mode="json", exclude_defaults=True)
        given |= {"endpoints": [self._endpoints[name] for name in mapping.endpoints]}
        readers: dict[str, Callable[[Any], Any]] = {
            "key": self._field,
            "each": self._path,
            "url": self._address,
            "ignore": lambda names: [self._word_of(name) for name in names],
            "changes": lambda rules: {self._endpoints[name]: each for name, each in rules.items()},
            "custom_fields": self._custom,
            "fields": lambda fields: {name: self._field(one) for name, one in fields.items()},
            "lookups": lambda found: {name: self._lookup(one) for name, one in found.items()},
        }
        done = {name: read(given[name]) for name, read in readers.items() if name in given}
        return EntityMapping.model_validate(given | done)

    def section(self, section: ProfileSection) -> ProfileSection:
        self._kinds = ("keys",)
        update = {"endpoint": self._endpoints[section.endpoint], "key": self._path(section.key)}
        return section.model_copy(update=update)

    def _field(self, field: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(field, str):
            return self._path(field)
        if field.get("of") == "parent":  # an item of a list that is JSON
            kinds, self._kinds = self._kinds, ("keys",)
            try:
                return self._told(field)
            finally:
                self._kinds = kinds
        return self._told(field)

    def _told(self, field: dict[str, Any]) -> dict[str, Any]:
        done = dict(field)
        if "path" in field:
            done["path"] = self._path(field["path"])
        if "cases" in field:
            done["cases"] = [one | {"when": self._path(one["when"])} for one in field["cases"]]
        if "each" in field:
            done["each"] = {name: self._field(one) for name, one in field["each"].items()}
        return done

    def _lookup(self, lookup: dict[str, str]) -> dict[str, str]:
        done = lookup | {"by": self._path(lookup["by"])}
        if "endpoint" in lookup:
            done |= {"endpoint": self._endpoints[lookup["endpoint"]]}
            done |= {"key": self._path(lookup["key"])}
        return done

    def _custom(self, found: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(found, str):
            return self._path(found)
        return self._field(found) if "of" in found else self._paths(found)

    def _paths(self, found: dict[str, str]) -> dict[str, str]:
        return {name: self._path(path) for name, path in found.items()}

    def _address(self, address: str) -> str:
        page, slash, record = address.rpartition("/")
        return f"{self._names['paths'][page]}{slash}{record}"

    def _path(self, path: str) -> str:
        """Each key by its new word; what stands in single quotes is a value and stays."""
        parts = re.split(r"""('[^']*'|"[^"]*")""", path)
        return "".join(map(self._part, parts))

    def _part(self, part: str) -> str:
        if part.startswith("'"):
            return part
        if part.startswith('"'):
            return f'"{self._word_of(part[1:-1])}"'
        return re.sub(r"[A-Za-z_]\w*(?!\w*\()", self._word, part)

    def _word(self, match: re.Match[str]) -> str:
        """A word that became several is a key in quotes."""
        word = self._word_of(match[0])
        return f'"{word}"' if " " in word else word

    def _word_of(self, word: str) -> str:
        if word in self._lookups:
            return word
        known = (self._names[kind] for kind in self._kinds)
        return next((words[word] for words in known if word in words), word)


def renamed_endpoints(
    original: Iterable[Endpoint], found: Iterable[Endpoint], names: Words
) -> dict[str, str]:
    """What each endpoint of the repository is called here: the one with the same address."""

    def address(endpoint: Endpoint, paths: Mapping[str, str]) -> tuple[str, str]:
        page, slash, record = endpoint.request.url.partition("/{")
        return endpoint.request.method, paths.get(page, page) + slash + ("id" if record else "")

    here = {address(one, {}): one.endpoint for one in found}
    there = {one.endpoint: address(one, names["paths"]) for one in original}
    return {name: here[asked] for name, asked in there.items() if asked in here}


def write_mappings(flows: Path, names: Words) -> None:
    """The mappings of what is read here, translated word by word, and the profile they ask."""
    original, translated = Catalog(world.FLOWS), Catalog(flows)
    endpoints = original.endpoints(PORTAL)
    here = renamed_endpoints(endpoints, translated.endpoints(ELSEWHERE), names)
    pages = {one.endpoint for one in endpoints if one.response.kind == "html"}
    translator = Translator(names, here, pages)
    asked: set[str] = set()
    for mapping in original.mappings(PORTAL):
        if mapping.mapping in MAPPINGS:
            translated.write_mapping(ELSEWHERE, translator.mapping(mapping))
            asked |= {one.profile for one in mapping.lookups.values() if one.profile}
    sections = original.profile(PORTAL).sections
    plan = ProfilePlan(
        profile=ELSEWHERE, sections={name: translator.section(sections[name]) for name in asked}
    )
    told = plan.model_dump_json()  # which is YAML as well
    (flows / ELSEWHERE / "profile.yaml").write_text(told, encoding="utf-8")


# ---------------------------------------------------------------- the story


@pytest.fixture(scope="module")
def renamed() -> Iterator[Simulator]:
    with running(PORTAL, rename_seed=SEED) as portal:
        yield portal


@pytest.mark.must_hold("spine")
def test_a_portal_that_calls_everything_differently_is_recorded_inferred_and_read(
    renamed: Simulator,
    tmp_path: Path,
    browser_profile: browser.BrowserProfile,
    found_browser: browser.FoundBrowser,
    measured: Callable[..., None],
) -> None:
    flows, names = tmp_path / "flows", renamed.names()
    files = Catalog(flows)
    files.write_portal(portal_elsewhere(names))
    for flow in recorded(renamed, browser_profile, found_browser).values():
        files.write_flow(flow)
    first = Home.new(tmp_path / "first", flows=flows)
    renamed.clock.advance(STEP_SECONDS)
    first.work(lambda tools: infer_anew(tools, renamed, ELSEWHERE))
    write_mappings(flows, names)
    assert words_left(flows, names) == set()

    renamed.clock.advance(STEP_SECONDS)
    home = Home.new(tmp_path / "home", flows=flows)
    moved_in(home, renamed, ELSEWHERE)
    for practice in renamed.practices():
        done = synced(home, name_of(practice))
        found = stored(home, name_of(practice))
        held = oracle.facts_in_dump(renamed.dump(practice.id), days_of(home, renamed, practice))
        assert oracle.difference(oracle.expected_entities(held), found) == []
        assert all(found.values())
        assert set(done.rungs.values()) == {"http"}
        measured(f"entities equal, {practice.name}", size_of(found))
    measured("words that were others", sum(len(words) for words in names.values()))


def words_left(flows: Path, names: Words) -> set[str]:
    """Words of the portal that is not renamed, in any file of the one that is."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in flows.rglob("*.yaml"))
    return {word for word in own_words(names) if occurs(word, text)}


# ---------------------------------------------------------------- the engine's words

OURS_TOO: Final = {
    "ASP.NET_SessionId": "in a comment, beside other names of sessions",
    "RequestVerificationToken": "in a docstring, as a name that is no secret",
    **dict.fromkeys(
        ("CarePlan", "CustomFields", "PriceList", "PurchaseOrder"), "our own class has this name"
    ),
    "WorkflowStatus": "a class of the library that keeps the jobs",
}
_BETWEEN: Final = {"paths": "/", "keys": "."}
_HUMP: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def own_words(names: Words) -> set[str]:
    """Words that belong to the portal: of two parts or more, because `page` is everybody's.

    An address counts as a whole and in its parts.
    """
    found: set[str] = set()
    for kind in ("paths", "params", "keys", "cookies", "headers", "ids", "classes"):
        for word in names[kind]:
            found |= {word, *word.split(_BETWEEN.get(kind))}
    return {word for word in found if len(_HUMP.findall(word)) > 1}


def occurs(word: str, text: str) -> bool:
    return word in text and bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))


@pytest.mark.must_hold("spine")
def test_no_word_of_the_portal_stands_in_the_engine(
    renamed: Simulator, measured: Callable[..., None]
) -> None:
    words = own_words(renamed.names())
    suffixes = {".py", ".js", ".html", ".mako", ".json", ".yaml"}
    files = [path for path in (REPOSITORY / "automation").rglob("*") if path.suffix in suffixes]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert {word for word in words if occurs(word, text)} == set(OURS_TOO)
    measured("words looked for", len(words))
    measured("files of the engine", len(files))
