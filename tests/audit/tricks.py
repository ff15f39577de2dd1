"""What somebody might do to the log who may write the database, but has not the key."""

# ruff: noqa: S608 - the statements are put together from names and numbers of this file

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

BATCHES: Final = ((5, 3), (4,), (2, 2, 2))
"""The batches of three processes: 8, 4 and 6 entries under 6 seals."""
_FIELDS: Final = (
    "at",
    "actor",
    "action",
    "practice",
    "organization",
    "outcome",
    "request",
    "detail",
    "mac",
)


@dataclass(frozen=True)
class Trick:
    """One of them.

    Attributes:
        does: in words.
        statements: how.
        named: what has to be named: chain and entry, as far as they can be known.
    """

    does: str
    statements: tuple[str, ...]
    named: str


def tricks(chains: list[str], rng: Random) -> Iterator[Trick]:
    """All of them, with every chain and every seal.

    Args:
        chains: the three, in the order in which they began.
        rng: chooses the place in each.
    """
    for chain, batches in zip(chains, BATCHES, strict=True):
        length = sum(batches)
        place = rng.randrange(1, length)
        yield from _with_one_entry(chain, place)
        yield from _with_the_order(chain, place, length)
        yield from _with_more_entries(chain, place, length)
        yield from _with_an_end(chain, length, batches[-1])
    for seal in range(1, sum(map(len, BATCHES)) + 1):
        yield from _with_a_seal(seal)
    yield from _with_a_whole_chain(chains)
    yield from _with_the_log(chains[-1])


def _with_one_entry(chain: str, place: int) -> Iterator[Trick]:
    own = f"WHERE chain = '{chain}' AND number = {place}"
    for field in _FIELDS:
        change = f"UPDATE audit_entry SET {field} = 'x' {own}"
        yield Trick(f"alters {field}", (change,), _at(chain, place))
    yield Trick("removes one entry", (f"DELETE FROM audit_entry {own}",), _at(chain, place))


def _with_the_order(chain: str, place: int, length: int) -> Iterator[Trick]:
    removed = f"DELETE FROM audit_entry WHERE chain = '{chain}' AND number = {place}"
    moved = [_moved(chain, number, number - 1) for number in range(place + 1, length + 1)]
    yield Trick("removes one entry, closes the gap", (removed, *moved), _at(chain, place))
    swapped = [(place, -1), (place + 1, place), (-1, place + 1)]
    statements = tuple(_moved(chain, number, to) for number, to in swapped)
    yield Trick("swaps two entries", statements, _at(chain, place))


def _with_more_entries(chain: str, place: int, length: int) -> Iterator[Trick]:
    moved = [_moved(chain, number, number + 1) for number in range(length, place - 1, -1)]
    inserted = (*moved, _copied(chain, place + 1, place))
    yield Trick("inserts an entry, moves the others", inserted, _at(chain, place + 1))
    at_the_end = (_copied(chain, length, length + 1),)
    yield Trick("adds an entry at the end", at_the_end, _at(chain, length + 1))
    before = (_copied(chain, 1, 0),)
    yield Trick("adds an entry before the first", before, _at(chain, 0))


def _with_an_end(chain: str, length: int, batch: int) -> Iterator[Trick]:
    last = f"DELETE FROM audit_entry WHERE chain = '{chain}' AND number >"
    yield Trick("cuts off the last entry", (f"{last} {length - 1}",), _at(chain, length))
    seal = f"DELETE FROM audit_seal WHERE chain = '{chain}' AND last = {length}"
    yield Trick(
        "cuts off the last batch with its seal",
        (f"{last} {length - batch}", seal),
        _at(chain, length - batch + 1),
    )


def _with_a_seal(seal: int) -> Iterator[Trick]:
    own = f"WHERE number = {seal}"
    yield Trick("removes a seal", (f"DELETE FROM audit_seal {own}",), "entry")
    for field in ("first", "last"):
        change = f"UPDATE audit_seal SET {field} = {field} + 1 {own}"
        yield Trick(f"alters {field} of a seal", (change,), "entry")
    for field in ("chain", "entry_mac", "follows", "mac"):
        change = f"UPDATE audit_seal SET {field} = 'x' {own}"
        yield Trick(f"alters {field} of a seal", (change,), "entry")


def _with_a_whole_chain(chains: list[str]) -> Iterator[Trick]:
    tables = ("audit_entry", "audit_seal")
    for chain in chains:
        gone = tuple(f"DELETE FROM {table} WHERE chain = '{chain}'" for table in tables)
        yield Trick("removes a chain with its seals", gone, _at(chain, 1))
        other = tuple(f"UPDATE {table} SET chain = 'x' WHERE chain = '{chain}'" for table in tables)
        yield Trick("renames a chain", other, "entry 1:")
    added = _copied(chains[0], 1, 1).replace("SELECT chain,", "SELECT 'x',")
    yield Trick("adds a chain", (added,), _at("x", 1))


def _with_the_log(last: str) -> Iterator[Trick]:
    cut = (
        f"DELETE FROM audit_entry WHERE chain = '{last}' AND number > 2",
        "DELETE FROM audit_seal WHERE number > 4",
    )
    yield Trick("cuts the end off the log", cut, _at(last, 3))
    head = "UPDATE audit_head SET seals = 4, mac = (SELECT mac FROM audit_seal WHERE number = 4)"
    yield Trick("cuts the end off, makes up a head", (*cut, head), "head")
    yield Trick("removes the head", ("DELETE FROM audit_head",), "head")
    yield Trick("alters the head", ("UPDATE audit_head SET mac = 'x'",), "head")
    yield Trick("removes the key", ("DELETE FROM audit_key",), "entry 1:")
    empty = tuple(f"DELETE FROM audit_{name}" for name in ("entry", "seal", "key"))
    fresh = "UPDATE audit_head SET seals = 0, chain = '', mac = ''"
    yield Trick("begins the log anew", (*empty, fresh), "this machine saw 6 seals")


def _at(chain: str, number: int) -> str:
    return f"chain {chain}, entry {number}:"


def _moved(chain: str, number: int, to: int) -> str:
    return f"UPDATE audit_entry SET number = {to} WHERE chain = '{chain}' AND number = {number}"


def _copied(chain: str, number: int, to: int) -> str:
    fields = ", ".join(_FIELDS)
    return (
        f"INSERT INTO audit_entry (chain, number, {fields}) SELECT chain, {to}, {fields} "
        f"FROM audit_entry WHERE chain = '{chain}' AND number = {number}"
    )
