"""Lists that go on by what is posted from the page before, which itself came by a plain GET."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from automation.infer.observe import Operation, Sighting
from automation.infer.paging_steps import Paging, Spot, disjoint, text_at
from automation.infer.records import Records
from automation.model import Paged, Pagination, Stop
from automation.wire import Place, onward

_TARGET: Final[Spot] = (Place.FORM, "__EVENTTARGET")
_ARGUMENT: Final[Spot] = (Place.FORM, "__EVENTARGUMENT")


def by_post(
    operation: Operation, records: Records | None, opening: Operation | None
) -> Paging | None:
    """The target and the argument that a link of the page before posts (``__doPostBack``).

    The series begins with the page itself, or with a call that has another target: a search.
    """
    firsts = [sightings[0] for sightings in operation.by_run().values()]
    if records is None or not all(spot in s.leaves for s in firsts for spot in _SPOTS):
        return None
    opens: Literal["get"] | None = None
    runs = list(operation.by_run().values())
    count = sum(map(_followed, runs))
    if opening is not None and not all(map(_begins, runs)):
        runs = [[before, *run] for run in runs if (before := _before(opening, run[0])) is not None]
        opens, count = "get", sum(map(_followed, runs))
    if not count:
        return None
    why = f"a link of the page before posted the target and the argument, {count} times"
    pagination = Pagination(kind="post", opens=opens, stop=Stop(absent=True), why=why)
    return Paging(pagination, {**_posted(firsts, opens, why), **_begin(operation, firsts, opens)})


_SPOTS: Final = (_TARGET, _ARGUMENT)


def _begins(run: Sequence[Sighting]) -> bool:
    """Whether the first call of a recording is no turn to another page, and a later one is."""
    return not text_at(run[0], _TARGET) or _followed(run) == len(run) - 1 > 0


def _followed(run: Sequence[Sighting]) -> int:
    """How often a call posted what leads on from the page before it."""
    return sum(
        _leads(one, number) == (text_at(two, _TARGET), text_at(two, _ARGUMENT))
        for number, (one, two) in enumerate(pairwise(run), start=1)
    )


def _leads(page: Sighting, number: int) -> tuple[str, str] | None:
    posts = page.document.get("posts") if isinstance(page.document, dict) else None
    return onward(posts, number) if isinstance(posts, dict) else None


def _before(opening: Operation, first: Sighting) -> Sighting | None:
    """The page that a recording was on before its first call."""
    found = [s for s in opening.by_run().get(first.run, ()) if s.exchange.seq < first.exchange.seq]
    return found[-1] if found else None


def _posted(
    firsts: Sequence[Sighting], opens: Literal["get"] | None, why: str
) -> dict[Spot, Paged]:
    said = [None if opens else text_at(firsts[0], spot) for spot in _SPOTS]
    return {
        _TARGET: Paged(page="target", first=said[0], why=why),
        _ARGUMENT: Paged(page="argument", first=said[1], why=why),
    }


def _begin(
    operation: Operation, firsts: Sequence[Sighting], opens: Literal["get"] | None
) -> dict[Spot, Paged]:
    """What only the first calls send, always the same: the button that searches."""
    if opens:
        return {}
    later = {spot for s in operation.sightings if s not in firsts for spot in s.leaves}
    spots = [spot for spot in firsts[0].leaves if spot not in later]
    return {
        spot: Paged(
            page="begin",
            first=firsts[0].leaves[spot].value,
            optional=True,
            why=f"only the first of the calls sent it, in {len(firsts)} recordings",
        )
        for spot in spots
        if len({text_at(first, spot) for first in firsts}) == 1
    }


def opened(
    found: Paging, operation: Operation, records: Records | None, opening: Operation | None
) -> Paging:
    """A series of numbers that begins with the second page: the first one came by a plain GET.

    Where nobody saw it come, it is asked for like the others, by the number one.
    """
    rule = found.pagination
    if operation.key.method == "GET" or rule.kind not in {"page", "offset"} or rule.start == 0:
        return found
    firsts = [run[0] for run in operation.by_run().values()]
    befores = [_before(opening, first) if opening else None for first in firsts]
    asked = any(first.capture.inputs for first in firsts)  # a search shows other items, too
    if (
        records
        and not asked
        and all(
            before and disjoint((before, first), records)
            for before, first in zip(befores, firsts, strict=True)
        )
    ):
        why = f"{rule.why}; the page before them came by a GET of the same address"
        return Paging(rule.model_copy(update={"opens": "get", "why": why}), found.bindings)
    start = 0 if rule.kind == "offset" else min(rule.start, 1)
    return Paging(rule.model_copy(update={"start": start}), found.bindings)
