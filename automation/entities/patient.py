"""Patient: an animal in care."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Patient(Entity, table=True):
    """An animal in care; ``status`` is ``active``, ``inactive`` or ``deceased``.

    Attributes:
        name: what it is called.
        client_id: its owner.
        client_source_id: the portal's id of the owner.
        species: ``canine``, ``feline``, ``avian``, ...
        breed: as the practice writes it.
        color: as the practice writes it.
        markings: as the practice writes it.
        sex: ``female``, ``male`` or ``unknown``.
        altered: spayed or neutered.
        date_of_birth: day of birth, possibly estimated.
        date_of_death: day of death.
        deceased: it has died.
        weight: latest weight in ``weight_unit``.
        weight_unit: unit of the weight (``lbs``, ``kg``, ``g``).
        microchip: number of its chip.
        allergies: free text.
        suspend_reminders: no reminders are wanted.
        provider_id: its primary provider.
        provider_source_id: the portal's id of that provider.
        entered_at: when it was entered.
        first_visit_at: first visit.
        last_visit_at: latest visit: the portal's word, or ours where it says none.
        last_visit_derived: it is ours, the latest visit that is kept here.
        alert: what staff must see first.
        notes: free text.
    """

    kind: ClassVar[str] = "patient"
    prefix: ClassVar[str] = "pat"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "provider": "provider",
    }
    derived: ClassVar[dict[str, str]] = {"last_visit_at": "last_visit_derived"}
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "species")
    spans: ClassVar[tuple[str, ...]] = ("last_visit_at",)
    searched: ClassVar[tuple[str, ...]] = ("name", "microchip")

    name: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    species: str | None = None
    breed: str | None = None
    color: str | None = None
    markings: str | None = None
    sex: str | None = None
    altered: bool | None = None
    date_of_birth: date | None = None
    date_of_death: date | None = None
    deceased: bool | None = None
    weight: float | None = None
    weight_unit: str | None = None
    microchip: str | None = None
    allergies: str | None = None
    suspend_reminders: bool | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    first_visit_at: datetime | None = Field(default=None, sa_type=Moment)
    last_visit_at: datetime | None = Field(default=None, sa_type=Moment)
    last_visit_derived: bool | None = None
    alert: str | None = None
    notes: str | None = None
