"""The time by the database's clock, on which machines with different clocks agree."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Double, literal_column
from sqlalchemy.ext.asyncio import AsyncConnection

_NOW: Final = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "extract(epoch from clock_timestamp())",
}


def database_now(connection: AsyncConnection) -> ColumnElement[float]:
    """The current time in epoch seconds; on PostgreSQL not that of the transaction's start."""
    return literal_column(_NOW[connection.dialect.name], Double)
