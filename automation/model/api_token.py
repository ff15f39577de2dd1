"""Api token: what a program shows to prove who it is and what it may do."""

from __future__ import annotations

from datetime import datetime

from automation.model.noun import Noun


class ApiToken(Noun):
    """What is kept of a token; its text is shown once and never kept.

    Attributes:
        prefix: its public part, which lists and logs show.
        digest: SHA-256 of its text, hexadecimal.
        name: what people call it.
        organization: whose practices it may reach; never those of another.
        scopes: what it may do; nothing else.
        practices: the only practices it may reach; all of its organization when empty.
        locations: the only locations it may reach; all when empty.
        created_at: when it was made.
        expires_at: when it ends; never when None.
        last_used_at: when it was last accepted, to the minute.
        revoked_at: when it was withdrawn, if it was.
    """

    prefix: str
    digest: str
    name: str
    organization: str
    scopes: tuple[str, ...]
    practices: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
