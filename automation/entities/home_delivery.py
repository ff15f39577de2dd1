"""HomeDelivery: what a client bought and has sent home."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.contact import Address
from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import HomeDeliveryLine


class HomeDelivery(Entity, table=True):
    """What a client bought of the practice and has sent home.

    ``status`` is ``ordered``, ``packed``, ``sent``, ``delivered`` or ``cancelled``: that of the
    line that is least far, of those that are not cancelled.

    Attributes:
        client_id: who gets it.
        client_source_id: the portal's id of that client.
        patient_id: for which animal.
        patient_source_id: the portal's id of that patient.
        invoice_id: the bill it stands on.
        invoice_source_id: the portal's id of that invoice.
        number: the number people search by.
        addresses: where it goes.
        ordered_at: when it was ordered.
        sent_at: when the last of it left.
        delivered_at: when the last of it arrived.
        carrier: who brings it.
        lines: what is sent, in order.
        notes: free text.
    """

    kind: ClassVar[str] = "home_delivery"
    prefix: ClassVar[str] = "hdl"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "invoice": "invoice",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id", "invoice_id")
    spans: ClassVar[tuple[str, ...]] = ("ordered_at",)

    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    invoice_id: str | None = None
    invoice_source_id: str | None = None
    number: str | None = None
    addresses: list[Address] = Field(default=[], sa_type=Json)
    ordered_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    carrier: str | None = None
    lines: list[HomeDeliveryLine] = Field(default=[], sa_type=Json)
    notes: str | None = None
