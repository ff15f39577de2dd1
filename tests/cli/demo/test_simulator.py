"""The simulator of the demo is asked directly, whatever the environment says."""

from __future__ import annotations

import pytest

from automation.cli.demo.simulator import Running, simulated
from tests import simulator as started


def test_no_proxy_stands_between_the_demo_and_its_simulator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with started.running("covetrus_pulse", patients=150) as portal:
        logins = Running(portal.url, portal.portal).logins()
        assert {each.label for each in logins} <= {each.name for each in portal.practices()}
    assert logins


def test_of_a_portal_that_does_not_know_clients_of_oauth_there_are_none() -> None:
    with started.running("covetrus_pulse", patients=150) as portal:
        [first, *_] = Running(portal.url, portal.portal).logins()
    assert set(first.secrets) == {
        "credential.username",
        "credential.password",
        "credential.totp",
    }
    assert (first.path, "credential" in repr(first)) == ("", False)


def test_only_portals_with_a_simulator_are_shown() -> None:
    assert simulated(("covetrus_pulse", "acme")) == ("covetrus_pulse",)
