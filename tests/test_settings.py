"""Settings come from the environment, and a mistake in it is an error that helps."""

from __future__ import annotations

from pathlib import Path
from traceback import format_exception

import pytest

from automation.errors import BadArgument
from automation.settings import read_settings

REPOSITORY = Path(__file__).parents[1]


def test_in_a_checkout_the_repositorys_own_portal_folders_and_browser_file_are_used() -> None:
    settings = read_settings()
    assert settings.flows == REPOSITORY / "flows"
    assert settings.browser_config == REPOSITORY / "playwright.config.json"


def test_without_a_setting_home_is_where_the_platform_keeps_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VETPORTAL_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    home = read_settings().home
    assert home.is_relative_to(tmp_path)
    assert home.name == "vetportal"


def test_everything_that_is_kept_lies_below_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    settings = read_settings()
    kept = {
        settings.key_file,
        settings.database,
        settings.captures,
        settings.logs,
    }
    assert len(kept) == 4
    assert {path.parent for path in kept} == {tmp_path}


def test_a_path_is_absolute_whatever_was_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("VETPORTAL_HOME", "~/vets")
    monkeypatch.setenv("VETPORTAL_FLOWS", "my/flows")
    settings = read_settings()
    assert settings.home == Path("/home/someone/vets")
    assert settings.flows == tmp_path / "my" / "flows"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VETPORTAL_BROWSER_EXECUTABLE", "")
    monkeypatch.setenv("VETPORTAL_LOG_LEVEL", "")
    settings = read_settings()
    assert settings.browser_executable is None
    assert settings.log_level == "warning"


def test_an_unknown_setting_is_named_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VETPORTAL_HOEM", "/tmp/x")  # noqa: S108 - never used
    with pytest.raises(BadArgument, match="VETPORTAL_HOEM") as caught:
        read_settings()
    assert "VETPORTAL_HOME" in caught.value.remedy
    assert "VETPORTAL_LOG_LEVEL" in caught.value.remedy


def test_a_key_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VETPORTAL_KEY", "AB" * 32)
    monkeypatch.setenv("VETPORTAL_KEY_PREVIOUS", "cd" * 32)
    settings = read_settings()
    assert settings.key is not None
    assert settings.key_previous is not None
    assert (settings.key.reveal(), settings.key_previous.reveal()) == ("ab" * 32, "cd" * 32)
    shown = f"{settings} {settings!r} {settings.model_dump()}"
    assert "abab" not in shown.lower()
    assert "cdcd" not in shown


@pytest.mark.parametrize("text", ["ab" * 31, "ab" * 33, "xy" * 32, " " + "ab" * 32, "word"])
def test_a_key_that_is_none_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("VETPORTAL_KEY", text)
    with pytest.raises(BadArgument, match=r"VETPORTAL_KEY.*64 hexadecimal digits") as caught:
        read_settings()
    assert text not in f"{caught.value} {caught.value.remedy}"
    assert text not in "".join(format_exception(caught.value))


def test_an_impossible_value_is_named_with_the_possible_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VETPORTAL_LOG_LEVEL", "loud")
    with pytest.raises(BadArgument, match="VETPORTAL_LOG_LEVEL.*'debug'"):
        read_settings()


def test_an_address_of_a_server_stands_over_the_file_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VETPORTAL_DATABASE_URL", "postgresql://me:Canary@here/vets")
    settings = read_settings()
    assert settings.database_address.reveal() == "postgresql://me:Canary@here/vets"
    assert "Canary" not in f"{settings} {settings!r} {settings.model_dump()}"
    monkeypatch.setenv("VETPORTAL_DATABASE_URL", "")
    settings = read_settings()
    assert settings.database_address.reveal() == f"sqlite:///{settings.database}"


@pytest.mark.parametrize("text", ["mysql://me:Canary@here/vets", "here:Canary", "/home/Canary.db"])
def test_what_is_no_address_of_a_server_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("VETPORTAL_DATABASE_URL", text)
    with pytest.raises(BadArgument, match=r"VETPORTAL_DATABASE_URL.*postgresql://") as caught:
        read_settings()
    assert "Canary" not in "".join(format_exception(caught.value)) + caught.value.remedy
