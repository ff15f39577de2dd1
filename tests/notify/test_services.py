"""Services take letters as short texts, at one known host each; their addresses are told nobody."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from apprise import Apprise
from apprise.manager_plugins import NotificationManager

from automation.errors import BadArgument, Transient
from automation.model import Secret
from automation.notify.services import SERVICES, service_of, tell_service
from tests.engine import run_engine

WHOLE = Secret("slack://TokenA1234/TokenB1234/TokenC123456789012345678901")


def test_no_service_takes_a_host_and_each_is_spoken_to_over_tls() -> None:
    known: Any = NotificationManager()  # type: ignore[no-untyped-call]
    for scheme in SERVICES:
        service = known[scheme]
        assert not any("{host}" in template for template in service.templates), scheme
        assert service.secure_protocol, scheme


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/canary-path",
        "jsons://canary.example/path",
        "ntfys://canary.example/topic",
        "mailto://canary:word@mail.example",
        "syslog://",
        "https://hooks.slack.com/services/canary",
        "slack://canary",
        "http://[canary",
        "",
    ],
)
def test_what_is_no_service_is_refused_without_its_address(url: str) -> None:
    with pytest.raises(BadArgument) as refused:
        service_of(Secret(url))
    assert "canary" not in f"{refused.value} {refused.value.remedy}"


def test_a_service_gets_a_text_and_one_that_takes_nothing_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[dict[str, Any]] = []

    def take(_self: Apprise, **said: Any) -> bool:  # noqa: ANN401
        told.append(said)
        logging.getLogger("apprise").warning("failed: %s", WHOLE.reveal())
        return len(told) == 1

    monkeypatch.setattr(Apprise, "notify", take)
    run_engine(tell_service(WHOLE, "BREAKING: acme", "x" * 10_000))
    assert told[0]["title"] == "BREAKING: acme"
    assert len(told[0]["body"]) == 3000
    with pytest.raises(Transient) as refused:
        run_engine(tell_service(WHOLE, "t", "b"))
    assert "Token" not in f"{refused.value} {refused.value.__cause__!r} {caplog.text}"
