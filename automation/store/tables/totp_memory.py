"""Table of the one-time codes that were used."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class TotpMemoryRow(SQLModel, table=True):
    """The last time step whose code was sent with a credential; a portal takes a code once.

    Attributes:
        credential: name of the credential.
        last_step: when the step began, in epoch seconds.
    """

    __tablename__ = "totp_memory"

    credential: str = Field(primary_key=True)
    last_step: int = Field(sa_type=BigInteger)
