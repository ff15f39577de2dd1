"""Entity: what every normalised object carries besides its own fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

from pydantic import JsonValue
from sqlalchemy import JSON, Index, LargeBinary
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel
from typing_extensions import override

from automation.entities.moment import Moment

Json: Final[Any] = JSON(none_as_null=True)
"""Column type of lists and objects: the text as it was written, on both databases.

Not ``jsonb``, which sorts the keys and writes other numbers.
"""


class Entity(SQLModel):
    """A normalised object with its provenance.

    Instances are plain values: they are made by ``model_construct`` from values that were already
    converted, and the store writes them with bulk statements. They never join an ORM session.

    A reference to another entity is a pair of columns, ``<name>_id`` (ours) and
    ``<name>_source_id`` (the portal's); :attr:`references` names the kind it points at. It is no
    foreign key: the other entity may be read later, or not be readable at all.

    Attributes:
        kind: name of the entity, as in mappings and changes.
        prefix: start of our ids.
        references: reference name -> kind it points at.
        derived: field that we work out where the portal says nothing -> field that says we did.
        listed_by: fields that lists are chosen by, besides location, status and source id; each
            has an index.
        looked_up_by: fields that views look for entities by, and lists do not; each has an index.
        spans: times and days that lists are chosen by, from and to; each has an index.
        searched: texts that people look for by a word of them.
        id: our own id, stable for ever.
        practice: name of the practice; nothing crosses it.
        location_id: the location it belongs to.
        location_source_id: the portal's id of that location.
        source_system: name of the portal.
        source_id: the portal's own id.
        source_url: where a person sees it, a path below the practice's base URL: a portal that
            moves to another host changes nothing.
        source_created_at: when the portal says that it was made.
        source_updated_at: when the portal says that it was last changed.
        status: normalised status.
        raw_status: the portal's own word for it.
        custom_fields: what only this practice has.
        raw: canonical JSON of the source item; in the database sealed with the practice's key
            unless the practice is a simulator. Empty on what the store returns.
        content_hash: equal hashes mean equal content; decides whether anything is written.
        run: the run that wrote this version.
        first_seen_at: when we met it first.
        changed_at: when its content last changed, or it was removed.
        removed_at: when it was missing from a complete reading; None while it exists.
    """

    # nothing validates most kinds, so that pydantic need not build them when a command starts
    model_config = {"defer_build": True}

    kind: ClassVar[str]
    prefix: ClassVar[str]
    references: ClassVar[dict[str, str]] = {"location": "location"}
    derived: ClassVar[dict[str, str]] = {}
    listed_by: ClassVar[tuple[str, ...]] = ()
    looked_up_by: ClassVar[tuple[str, ...]] = ()
    spans: ClassVar[tuple[str, ...]] = ()
    searched: ClassVar[tuple[str, ...]] = ()

    @override
    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy calls it on the class
        """The table is named like the kind."""
        return cls.kind

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index, ...]:  # noqa: N805 - SQLAlchemy calls it on the class
        """Lists go through a practice, or through what equals in it, in the order of ids or times.

        Whatever is chosen by, the rows of a page lie beside each other in one of these.
        """
        by = ("changed_at", "source_id", "location_id", "status", *cls.listed_by, *cls.spans)
        by += cls.looked_up_by
        return (
            Index(f"ix_{cls.kind}_practice", "practice", "id"),
            *(Index(f"ix_{cls.kind}_{field}", "practice", field, "id") for field in by),
        )

    id: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name")
    location_id: str | None = None
    location_source_id: str | None = None
    source_system: str
    source_id: str
    source_url: str | None = None
    source_created_at: datetime | None = Field(default=None, sa_type=Moment)
    source_updated_at: datetime | None = Field(default=None, sa_type=Moment)
    status: str | None = None
    raw_status: str | None = None
    custom_fields: dict[str, JsonValue] = Field(default={}, sa_type=Json)
    raw: bytes = Field(default=b"", sa_type=LargeBinary)
    content_hash: str = ""
    run: str = ""
    first_seen_at: datetime | None = Field(default=None, sa_type=Moment, nullable=False)
    changed_at: datetime | None = Field(default=None, sa_type=Moment, nullable=False)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
