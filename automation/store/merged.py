"""Merged: one order out of several branches, of each of which no more is read than is shown.

A condition such as "one of these practices" leaves a database two ways, both dear: it goes through
the rows of everybody in the order that is asked for, or it reads all rows of these practices and
sorts them. A branch for each practice lies in one index in that order; its first rows are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

_AT_ONCE: Final = 50
"""Branches of one statement; databases bound how many a statement may have."""


async def read_merged(
    connection: AsyncConnection,
    branches: Sequence[Select[Any]],
    order: Sequence[str],
    limit: int,
    *,
    descending: bool = False,
) -> list[dict[str, Any]]:
    """The first rows of some branches together, in order.

    Args:
        connection: reads.
        branches: each in its order; all of them select the same columns, and no row stands in two.
        order: names of columns that tell rows apart.
        limit: how many rows at most.
        descending: whether the largest come first.
    """
    found: list[dict[str, Any]] = []
    for start in range(0, len(branches), _AT_ONCE):
        some = branches[start : start + _AT_ONCE]
        statement = first_of(some, order, limit, descending=descending)
        found += [dict(row) for row in (await connection.execute(statement)).mappings()]
    if len(branches) > _AT_ONCE:
        found.sort(key=lambda row: [row[name] for name in order], reverse=descending)
    return found[:limit]


def first_of(
    branches: Sequence[Select[Any]], order: Sequence[str], limit: int, *, descending: bool
) -> Select[Any]:
    """The first rows of some branches, in one statement."""
    each = [one.limit(limit) for one in branches]
    if len(each) == 1:
        return each[0]
    rows = union_all(*(select(*one.subquery().c) for one in each)).subquery("merged")
    by = [rows.c[name].desc() if descending else rows.c[name] for name in order]
    return select(*rows.c).order_by(*by).limit(limit)
