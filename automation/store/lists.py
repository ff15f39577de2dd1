"""What callers may see, page by page: the read model of every face."""

from __future__ import annotations

from collections.abc import Sequence

from automation.entities import Entity
from automation.store import listing, reading
from automation.store.database import Database
from automation.store.listing import Listing, Page
from automation.store.reach import Reach, practices_of


class Lists:
    """Reads what callers may see; nothing else does for a face.

    Args:
        database: where it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Listing) -> Page:
        """One page of a list, in a number of statements that does not depend on its rows.

        Raises:
            NotKnown: no such kind.
        """
        async with self._database.read() as connection:
            return await listing.read_page(connection, wanted)

    async def found(self, wanted: Sequence[tuple[str, str]], reach: Reach) -> dict[str, Entity]:
        """Entities by id, of kind and id, without raw; those out of reach are left out.

        Raises:
            NotKnown: no such kind.
        """
        async with self._database.read() as connection:
            return await reading.rows_by_id(connection, wanted, reach)

    async def children(
        self, kind: str, reference: str, parents: Sequence[str], reach: Reach, *, limit: int
    ) -> tuple[Entity, ...]:
        """The entities of a kind that refer to some others, by those, in the order of their ids.

        Args:
            kind: kind of the entities.
            reference: name of the reference.
            parents: ids of the others, a few hundred at most.
            reach: what the caller may see.
            limit: how many at most.

        Raises:
            NotKnown: no such kind.
        """
        async with self._database.read() as connection:
            return await reading.children_of(
                connection, kind, reference, parents, reach, limit=limit
            )

    async def practices(self, reach: Reach) -> dict[str, str]:
        """The practices that may be seen, by name in order, with the time zone of each."""
        async with self._database.read() as connection:
            return await practices_of(connection, reach)
