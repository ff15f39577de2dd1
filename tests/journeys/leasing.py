"""Who held which lease from when to when, as the database itself notes it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.databases import execute, on

_TABLE: Final = """
CREATE TABLE lease_story (
  key TEXT, fence BIGINT, at DOUBLE PRECISION, until DOUBLE PRECISION,
  fence_before BIGINT, until_before DOUBLE PRECISION)"""
_SQLITE: Final = (
    """
CREATE TRIGGER lease_first AFTER INSERT ON practice_lease BEGIN
  INSERT INTO lease_story VALUES (NEW.key, NEW.fence,
    (julianday('now') - 2440587.5) * 86400.0, NEW.expires_at, 0, 0);
END""",
    """
CREATE TRIGGER lease_later AFTER UPDATE ON practice_lease BEGIN
  INSERT INTO lease_story
  VALUES (NEW.key, NEW.fence, (julianday('now') - 2440587.5) * 86400.0,
    NEW.expires_at, OLD.fence, OLD.expires_at);
END""",
)
_POSTGRESQL: Final = (
    """
CREATE FUNCTION tell_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO lease_story VALUES (NEW.key, NEW.fence, extract(epoch from clock_timestamp()),
    NEW.expires_at, coalesce(OLD.fence, 0), coalesce(OLD.expires_at, 0));
  RETURN NULL;
END $$""",
    """
CREATE TRIGGER lease_told AFTER INSERT OR UPDATE ON practice_lease
FOR EACH ROW EXECUTE FUNCTION tell_lease()""",
)


@dataclass(frozen=True, slots=True)
class Tenure:
    """The time in which one holder had a lease.

    Attributes:
        key: what was held.
        fence: which holder it was.
        began, ended: epoch seconds; what was not given back ended when it ran out.
        early: it was taken before that of the holder before had ended.
    """

    key: str
    fence: int
    began: float
    ended: float
    early: bool


def tell_leases(path: Path) -> None:
    """Let a database note every change of a lease from now on."""
    for statement in (_TABLE, *(_SQLITE if on() == "sqlite" else _POSTGRESQL)):
        execute(path, statement)


def tenures(path: Path) -> list[Tenure]:
    """All of them, by what was held and in their order."""
    columns = "key, fence, at, until, fence_before, until_before"
    rows = execute(path, f"SELECT {columns} FROM lease_story ORDER BY key, fence, at")  # noqa: S608 - ours
    found: list[Tenure] = []
    for key, fence, at, until, fence_before, until_before in rows:
        assert isinstance(key, str)
        assert isinstance(fence, int)
        assert isinstance(at, float)
        ended = at if until == 0 else float(str(until))
        if fence != fence_before:
            assert fence == int(str(fence_before)) + 1
            found.append(Tenure(key, fence, at, ended, float(str(until_before)) > at))
        else:
            last = found[-1]
            found[-1] = Tenure(key, fence, last.began, ended, last.early)
    return found


def two_at_once(found: list[Tenure]) -> int:
    """How often somebody had a lease that another one had still."""
    overlapping = sum(
        one.key == other.key and other.began < one.ended for one, other in pairwise(found)
    )
    return overlapping + sum(each.early for each in found)
