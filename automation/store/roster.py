"""Roster: changes a practice as it is at that moment, so that two changes at once both hold."""

from __future__ import annotations

from collections.abc import Callable

from automation.model import Practice
from automation.store.database import Database
from automation.store.practices import find_practice, update_practice
from automation.store.turns import take_practice


class Roster:
    """Changes practices.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, name: str, how: Callable[[Practice], Practice]) -> Practice:
        """Put what is made of a practice in its place; nobody else changes it meanwhile.

        Args:
            name: name of the practice, which stays.
            how: makes the new one of the one before; what it raises leaves the old one.

        Raises:
            NotKnown: there is no practice of that name, or no organization of its owner's name.
        """
        async with self._database.write() as connection:
            await take_practice(connection, name)
            changed = how(await find_practice(connection, name))
            await update_practice(connection, changed)
        return changed
