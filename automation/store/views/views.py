"""Reads views for the faces: each reading is one view of the database."""

from __future__ import annotations

from collections.abc import Sequence

from automation.store.database import Database
from automation.store.reach import Reach
from automation.store.views.invoices import Taken, taken_for
from automation.store.views.view import View, ViewPage, Wanted, read_view


class Views:
    """Reads what is worked out of several kinds of entities.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, view: View, wanted: Wanted) -> ViewPage:
        """One page of a view."""
        async with self._database.read() as connection:
            return await read_view(connection, view, wanted)

    async def taken(self, invoices: Sequence[str], reach: Reach) -> dict[str, Taken]:
        """What was taken for each of some invoices, a few hundred at most."""
        async with self._database.read() as connection:
            return await taken_for(connection, invoices, reach)
