"""PharmacyOrder: what a client orders at the online pharmacy."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class PharmacyOrder(Entity, table=True):
    """What a client orders at the online pharmacy: a request that waits for a script, or an order.

    ``status`` of a request is ``pending``, ``approved``, ``declined`` or ``expired``; of an order
    ``pending_approval``, ``approved``, ``processing``, ``on_hold``, ``backordered``, ``shipped``,
    ``reshipped``, ``delivered`` or ``cancelled``.

    Attributes:
        category: ``request`` or ``order``.
        number: the number people search by.
        prescription_id: the script it is filled from.
        prescription_source_id: the portal's id of the script.
        request_id: the request that became this order.
        request_source_id: the portal's id of the request.
        client_id: who orders.
        client_source_id: the portal's id of the client.
        patient_id: for which animal.
        patient_source_id: the portal's id of the animal.
        product: what is ordered.
        strength: strength of the product.
        quantity: how much.
        shipping: speed of the delivery, the portal's own word.
        queue: the list of the practice in which a request waits.
        workflow_status: the practice's own word for its work on a request.
        decline_reason: why it was declined.
        internal_note: note of the practice.
        placed_at: when the client ordered.
        expires_on: last day on which a request can be approved.
        shipped_at: when the parcel left.
        delivered_at: when it arrived.
        carrier: who brings it.
        tracking_number: number of the parcel.
        total_minor: price in minor units.
        currency: ISO 4217 code.
    """

    kind: ClassVar[str] = "pharmacy_order"
    prefix: ClassVar[str] = "pho"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "prescription": "prescription",
        "request": "pharmacy_order",
        "client": "client",
        "patient": "patient",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("prescription_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("placed_at",)

    category: str | None = None
    number: str | None = None
    prescription_id: str | None = None
    prescription_source_id: str | None = None
    request_id: str | None = None
    request_source_id: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    product: str | None = None
    strength: str | None = None
    quantity: float | None = None
    shipping: str | None = None
    queue: str | None = None
    workflow_status: str | None = None
    decline_reason: str | None = None
    internal_note: str | None = None
    placed_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_on: date | None = None
    shipped_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    carrier: str | None = None
    tracking_number: str | None = None
    total_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
