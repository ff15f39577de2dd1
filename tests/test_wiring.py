"""What the composition root builds from the settings."""

from __future__ import annotations

import errno
import getpass
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typing_extensions import override

from automation import wiring
from automation.errors import BadArgument, Unready
from automation.model import Secret
from automation.settings import Settings
from tests.databases import url_of
from tests.engine import run_engine
from tests.store.support import SOUTH
from tests.vaults import KEY, OTHER_KEY


@pytest.fixture
def default_logging() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("default_logging")
def test_an_event_is_one_json_object_with_time_level_and_fields() -> None:
    stream = io.StringIO()
    wiring.configure_logging(Settings(log_level="info"), stream)
    structlog.get_logger().info("flow_replayed", portal="acme", steps=7)
    event = json.loads(stream.getvalue())
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "flow_replayed", "level": "info", "portal": "acme", "steps": 7}


@pytest.mark.usefixtures("default_logging")
def test_the_level_keeps_quieter_events_out() -> None:
    stream = io.StringIO()
    wiring.configure_logging(Settings(log_level="error"), stream)
    structlog.get_logger().warning("page_slow")
    assert stream.getvalue() == ""


@pytest.mark.usefixtures("default_logging")
def test_a_secret_in_a_field_shows_as_stars() -> None:
    stream = io.StringIO()
    wiring.configure_logging(Settings(log_level="info"), stream)
    structlog.get_logger().info("login_tried", password=Secret("hunter2"), all=[Secret("hunter2")])
    assert "hunter2" not in stream.getvalue()
    assert json.loads(stream.getvalue())["password"] == "***"


def test_the_environment_stands_over_the_browsers_file(tmp_path: Path) -> None:
    path = tmp_path / "playwright.config.json"
    path.write_text('{"channel": "chrome", "headless": true}')
    settings = Settings(
        browser_config=path, browser_executable=Path("/opt/x"), browser_headless=False
    )
    profile = wiring.browser_profile(settings)
    assert (profile.executable, profile.channel, profile.headless) == (Path("/opt/x"), None, False)


@pytest.mark.usefixtures("default_logging")
def test_the_kept_log_has_what_people_are_not_shown() -> None:
    shown, kept = io.StringIO(), io.StringIO()
    wiring.configure_logging(Settings(log_level="error"), shown, kept=kept)
    structlog.get_logger().info("flow_replayed", steps=7)
    assert shown.getvalue() == ""
    assert json.loads(kept.getvalue())["event"] == "flow_replayed"


def test_the_log_of_a_day_is_for_its_user_alone(tmp_path: Path) -> None:
    with wiring.log_file(Settings(home=tmp_path)) as kept:
        kept.write("x\n")
    [path] = (tmp_path / "logs").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("default_logging")
def test_nothing_is_told_to_a_log_that_is_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path)
    with wiring.log_file(settings) as kept:
        wiring.configure_logging(settings, io.StringIO(), kept=kept)
    structlog.get_logger().info("flow_replayed")
    assert "flow_replayed" in capsys.readouterr().out


def opened(settings: Settings) -> None:
    async def scene() -> None:
        async with wiring.tools(settings):
            pass

    run_engine(scene())


def bytes_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_checks_change_no_byte(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    opened(settings)
    before = bytes_in(tmp_path)
    assert wiring.check_key(settings) == str(settings.key_file)
    assert wiring.check_database(settings).endswith("practices: 0")
    assert bytes_in(tmp_path) == before


def test_no_new_key_is_made_beside_an_old_database(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    opened(settings)
    settings.key_file.unlink()
    for look in (wiring.check_key, opened):
        with pytest.raises(Unready, match="the key of this database is missing") as caught:
            look(settings)
        assert caught.value.remedy.startswith("Restore vault.key from your copy")
    assert wiring.check_database(settings).endswith("practices: 0")
    assert not settings.key_file.exists()


def test_a_key_of_another_database_is_found_by_the_check(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    async def scene() -> None:
        async with wiring.tools(settings) as tools:
            await tools.store.add_practice(SOUTH)

    run_engine(scene())
    given = settings.model_copy(update={"key": OTHER_KEY})
    with pytest.raises(Unready, match="VETPORTAL_KEY is not the key of this database, which needs"):
        wiring.check_key(given)
    assert wiring.check_key(settings) == str(settings.key_file)


def test_a_key_of_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, key=KEY)
    assert wiring.check_key(settings) == "VETPORTAL_KEY"
    opened(settings)
    assert not settings.key_file.exists()
    assert wiring.check_key(settings) == "VETPORTAL_KEY"


def test_a_previous_key_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="VETPORTAL_KEY_PREVIOUS is set without VETPORTAL_KEY"):
        wiring.key_ring(Settings(home=tmp_path, key_previous=KEY))


@pytest.mark.parametrize("actor, name", [(None, f"cli:{getpass.getuser()}"), ("worker", "worker")])
def test_the_audit_log_knows_who_acts_and_is_written_at_the_end(
    tmp_path: Path, actor: str | None, name: str
) -> None:
    settings = Settings(home=tmp_path)

    async def scene() -> list[str]:
        async with wiring.tools(settings, actor=actor) as tools:
            await tools.store.add_practice(SOUTH)
            await tools.sessions.put_secret("south", "credential.username", Secret("ann"))
        async with wiring.tools(settings) as tools:
            return [each.actor async for each in tools.audit.trail.entries()]

    assert set(run_engine(scene())) == {name}
    assert settings.audit_anchor.exists()


def test_a_home_is_prepared_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    places = [str(path) for path in (settings.home, settings.key_file, settings.database)]
    assert run_engine(wiring.prepare(settings)) == dict.fromkeys(places, True)
    before = bytes_in(settings.home)
    assert run_engine(wiring.prepare(settings)) == dict.fromkeys(places, False)
    assert bytes_in(settings.home) == before


def on_server(tmp_path: Path, home: str = "home") -> Settings:
    url = url_of(tmp_path / "x.db", empty=True)
    return Settings(home=tmp_path / home, database_url=Secret(url))


@pytest.mark.only_on("postgresql")
@pytest.mark.usefixtures("database")
def test_a_database_on_a_server_is_looked_at_prepared_and_used_as_a_file_is(tmp_path: Path) -> None:
    settings = on_server(tmp_path)
    assert wiring.check_key(settings) == "made at first use"
    assert wiring.check_database(settings).endswith(", made at first use")
    made = run_engine(wiring.prepare(settings))
    assert list(made.values()) == [True, True, True]
    assert list(made)[2].startswith("postgresql://")
    assert list(run_engine(wiring.prepare(settings)).values()) == [False, False, False]
    assert not settings.database.exists()

    async def scene() -> None:
        async with wiring.tools(settings) as tools:
            await tools.store.add_practice(SOUTH)
            await tools.store.put_sealed("south", "session", b"x")

    run_engine(scene())
    assert wiring.check_key(settings) == str(settings.key_file)
    assert wiring.check_database(settings).endswith("practices: 1")
    given = settings.model_copy(update={"key": OTHER_KEY})
    with pytest.raises(Unready, match="VETPORTAL_KEY is not the key of this database"):
        wiring.check_key(given)


@pytest.mark.only_on("postgresql")
@pytest.mark.usefixtures("database")
def test_a_second_home_needs_the_key_of_the_server_it_shares(tmp_path: Path) -> None:
    opened(on_server(tmp_path))
    other = on_server(tmp_path, "other")
    for look in (wiring.check_key, opened):
        with pytest.raises(Unready, match="the key of this database is missing"):
            look(other)
    assert not other.key_file.exists()
    other.home.mkdir(exist_ok=True)
    other.key_file.write_bytes(on_server(tmp_path).key_file.read_bytes())
    other.key_file.chmod(0o600)
    opened(other)


class FullDisk(io.StringIO):
    @override
    def write(self, text: str, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("default_logging")
def test_a_log_that_cannot_be_written_ends_no_run() -> None:
    shown = io.StringIO()
    wiring.configure_logging(Settings(log_level="info"), shown, kept=FullDisk())
    structlog.get_logger().info("flow_replayed")
    structlog.get_logger().info("run_finished")
    assert len(shown.getvalue().splitlines()) == 2
