"""Tables of webhook endpoints and of what is on its way to them; times are epoch seconds."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy import Double, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from automation.entities import Json


class WebhookEndpointRow(SQLModel, table=True):
    """An endpoint, column by column the noun `model.WebhookEndpoint`.

    Attributes:
        secret: what signs, sealed under its number.
        secret_number: grows with every rotation.
        previous: the secret before, sealed under the number before.
    """

    __tablename__ = "webhook_endpoint"

    id: str = Field(primary_key=True)
    organization: str = Field(foreign_key="organization.name", index=True)
    url: str
    description: str
    practices: list[str] = Field(sa_type=Json)
    locations: list[str] = Field(sa_type=Json)
    types: list[str] = Field(sa_type=Json)
    payload: str
    reads: list[str] | None = Field(default=None, sa_type=Json)
    state: str
    why: str
    created_at: float = Field(sa_type=Double)
    created_by: str
    failures: int
    failing_since: float | None = Field(default=None, sa_type=Double)
    held_until: float | None = Field(default=None, sa_type=Double)
    previous_until: float | None = Field(default=None, sa_type=Double)
    secret: bytes
    secret_number: int
    previous: bytes | None = None


class WebhookDeliveryRow(SQLModel, table=True):
    """A delivery, column by column the noun `model.Delivery`."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint", "event"),
        Index("ix_webhook_delivery_due", "endpoint", "state", "next_at"),
        Index("ix_webhook_delivery_begun", "endpoint", "begun_at", "id"),
        Index("ix_webhook_delivery_state", "endpoint", "state", "begun_at", "id"),
    )

    id: str = Field(primary_key=True)
    endpoint: str = Field(foreign_key="webhook_endpoint.id")
    event: str = Field(foreign_key="event.id", index=True)
    practice: str = Field(foreign_key="practice.name")
    state: str
    begun_at: float = Field(sa_type=Double)
    tries: int
    next_at: float = Field(sa_type=Double)
    log: list[dict[str, JsonValue]] = Field(sa_type=Json)
