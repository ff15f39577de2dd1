"""Names of the other secrets that the vault keeps for a practice; never the values."""

from __future__ import annotations

from typing import Final

from automation.model.noun import Noun
from automation.model.practice import Credential


class Grant(Noun):
    """Names under which the vault keeps what OAuth needs; never the values.

    Source of the words: RFC 6749, sections 2.3.1 and 1.5. The refresh token changes whenever the
    portal rotates it; the access token is a part of the session.
    """

    client_id: str = "oauth.client_id"
    client_secret: str = "oauth.client_secret"  # noqa: S105 - a name, not a secret
    refresh_token: str = "oauth.refresh_token"  # noqa: S105 - a name, not a token


WEBHOOK_SECRET: Final = "webhook.secret"  # noqa: S105 - a name, not a secret
"""Name of what stands in the address that a portal sends the notices of a practice to."""

BUTTON_SALT: Final = "webhook.salt"
"""Name of what is hashed into the calls of a portal's own button."""

SECRET_NAMES: Final[tuple[str, ...]] = (
    *Credential().model_dump().values(),
    *Grant().model_dump().values(),
    WEBHOOK_SECRET,
    BUTTON_SALT,
)
"""Every name under which the vault keeps a secret of a practice."""
