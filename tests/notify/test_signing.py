"""Signatures are those of Standard Webhooks: the library's own verifier takes them."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from automation.notify import new_secret, signed
from tests.fakes import VirtualClock
from tests.notify.receiver import let_verifier_tell_time

BODY = '{"type":"client.changed","name":"Zoë"}'.encode()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> VirtualClock:
    found = VirtualClock()
    let_verifier_tell_time(monkeypatch, found)
    return found


def test_who_knows_any_of_the_secrets_can_verify(clock: VirtualClock) -> None:
    keys = [new_secret(), new_secret()]
    headers = signed("evt_1", clock.now(), BODY, keys)
    for key in keys:
        Webhook(key.reveal()).verify(BODY, headers)


def test_nothing_else_verifies(clock: VirtualClock) -> None:
    key = new_secret()
    headers = signed("evt_1", clock.now(), BODY, [key])
    for body, changed in (
        (BODY + b" ", headers),
        (BODY, headers | {"webhook-id": "evt_2"}),
        (BODY, headers | {"webhook-timestamp": str(int(clock.now().timestamp()) + 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(key.reveal()).verify(body, changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret().reveal()).verify(BODY, headers)
    clock.pass_time(301)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(key.reveal()).verify(BODY, headers)


def test_a_secret_shows_as_stars_and_no_two_are_alike() -> None:
    first, second = new_secret(), new_secret()
    assert str(first) == "***"
    assert first != second
    assert first.reveal().startswith("whsec_")
    assert len(first.reveal()) == len("whsec_") + 44
