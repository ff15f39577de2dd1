"""Signatures after Standard Webhooks: who knows the secret sees that we sent it, and when."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

from automation.model import Secret

_BYTES: Final = 32


def new_secret() -> Secret:
    """A fresh secret: 256 bits, as ``whsec_`` and base64."""
    return Secret(f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}")


def signed(number: str, at: datetime, body: bytes, keys: Sequence[Secret]) -> dict[str, str]:
    """The headers that go with a body.

    Args:
        number: id of the event; a receiver that saw it passes it over.
        at: when it is sent, in UTC.
        body: what is sent.
        keys: one signature for each; more than one while a secret is rotated.
    """
    text = body.decode()
    marks = [Webhook(key.reveal()).sign(number, at, text) for key in keys]
    return {
        "content-type": "application/json",
        "user-agent": "vetportal",
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(marks),
    }
