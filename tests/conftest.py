"""What every test may ask for: counts that scale, a place for figures, a home of its own.

A promise is a test marked ``must_hold("<slug>")``. It records what it measured, and the run ends
with a table of all of them; a promise that measured nothing fails.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest

from automation import browser
from tests import databases, postgres

Value = TypeVar("Value")
Measure = Callable[..., None]

_SLUG = "must_hold"
_LONG = {"journeys", "contract", "session", "oracle"}
_FIGURE = "measured"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("vetportal")
    group.addoption("--full", action="store_true", help="run every test at its full counts")
    group.addoption("--slug", metavar="SLUG", help="run the promises of one work package only")


def pytest_configure(config: pytest.Config) -> None:
    slow_is_fine = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile(
        "reduced", deadline=None, derandomize=True, suppress_health_check=slow_is_fine
    )
    hypothesis.settings.register_profile(
        "full", deadline=None, max_examples=1000, suppress_health_check=slow_is_fine
    )
    hypothesis.settings.load_profile("full" if config.getoption("--full") else "reduced")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slugs = {item.nodeid: _slug_of(item) for item in items}
    for item in items:
        if slug := slugs[item.nodeid]:
            item.user_properties.append((_SLUG, slug))
    # the longest files first: two workers then end at about the same time
    items.sort(key=lambda item: not _LONG & set(item.path.parts))
    wanted = config.getoption("--slug")
    if wanted is None:
        return
    kept = [item for item in items if slugs[item.nodeid] == wanted]
    if not kept:
        known = ", ".join(sorted(set(filter(None, slugs.values())))) or "none yet"
        raise pytest.UsageError(f"no test is marked must_hold({wanted!r}); known slugs: {known}")
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each database, or on those that its mark names."""
    if "database" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("only_on")
        wanted = mark.args if mark else databases.KINDS
        kinds = [kind for kind in databases.kinds() if kind in wanted]
        metafunc.parametrize("database", kinds, indirect=True, scope="module")


def _slug_of(item: pytest.Item) -> str | None:
    mark = item.get_closest_marker(_SLUG)
    if mark is None:
        return None
    if len(mark.args) != 1 or not isinstance(mark.args[0], str) or mark.kwargs:
        raise pytest.UsageError(f"{item.nodeid}: must_hold takes one slug, as text")
    return mark.args[0]


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    result = yield
    if _slug_of(pyfuncitem) and not any(key == _FIGURE for key, _ in pyfuncitem.user_properties):
        pytest.fail("a promise records its figure: ask for `measured` and call it", pytrace=False)
    return result


def pytest_report_header() -> list[str]:
    left_out = "postgresql: not on this machine, tests of the store run on SQLite alone"
    return [] if "postgresql" in databases.kinds() else [left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [
        (dict(report.user_properties)[_SLUG], report, outcome)
        for outcome in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(outcome, [])
        if isinstance(report, pytest.TestReport)  # a file that cannot be read has no properties
        and _SLUG in dict(report.user_properties)
        and report.when != "teardown"
    ]
    if not rows:
        return
    terminalreporter.section("promises")
    for slug, report, outcome in sorted(rows, key=lambda row: (row[0], row[1].nodeid)):
        claim = report.nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")
        figures = [str(value) for key, value in report.user_properties if key == _FIGURE]
        terminalreporter.write_line(f"{slug}  {outcome:<6}  {claim}")
        for figure in figures:
            terminalreporter.write_line(f"{'':{len(str(slug))}}          {figure}")


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measure:
    """Record one figure of a promise: ``measured("peak memory", 212, "MB")``."""

    def record(name: str, value: object, unit: str = "") -> None:
        shown = f"{value:,}" if isinstance(value, int | float) and value is not True else str(value)
        request.node.user_properties.append((_FIGURE, f"{name}: {shown} {unit}".rstrip()))

    return record


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Tell whether the full counts are asked for."""
    return bool(pytestconfig.getoption("--full"))


@pytest.fixture(scope="session")
def scale(full: bool) -> Callable[[Value, Value], Value]:
    """Choose a count: ``scale(2_000, 20_000)`` is the first now and the second in a full run."""

    def choose(reduced: Value, at_full: Value) -> Value:
        return at_full if full else reduced

    return choose


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every test away from the settings and the home directory of whoever runs it."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("VETPORTAL_")]:
        del os.environ[name]
    os.environ["VETPORTAL_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session", autouse=True)
def own_machine() -> Iterator[None]:
    """Keep every connection of a test on this machine."""
    connect = socket.socket.connect

    def guarded(own: socket.socket, address: tuple[str, int] | str) -> None:
        if own.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise RuntimeError(f"a test reached for {host}; tests stay on this machine")
        connect(own, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> postgres.Cluster:
    """The PostgreSQL of this test run; a machine without one fails here and skips nothing."""
    own = tmp_path_factory.getbasetemp()
    return postgres.shared(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def own_postgres() -> Iterator[postgres.Cluster]:
    """A PostgreSQL of one test, which may stop it and start it again."""
    with postgres.own() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the paths of a test stand for databases of each kind, one after the other."""
    if request.param == "sqlite":
        yield request.param
        return
    with databases.on_postgresql(request.getfixturevalue("postgres_cluster")):
        yield request.param


@pytest.fixture(scope="session")
def browser_profile() -> browser.BrowserProfile:
    """The browser set-up of the repository."""
    return browser.read_profile(Path(__file__).parents[1] / "playwright.config.json")


@pytest.fixture(scope="session")
def found_browser(browser_profile: browser.BrowserProfile) -> browser.FoundBrowser:
    """The browser of this machine; a machine without one fails here and skips nothing."""
    return browser.find_browser(browser_profile, browser.Machine())


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_profile: browser.BrowserProfile, found_browser: browser.FoundBrowser
) -> dict[str, object]:
    """Let the `page` fixture of pytest-playwright start the same browser the same way."""
    return dict(browser.launch_options(browser_profile, found_browser))
