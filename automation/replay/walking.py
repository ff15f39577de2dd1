"""Read a list that changes meanwhile: rows that shift between two pages are noticed and fetched.

A page is asked for by its number or offset in a list as it is then. What is inserted before that
place moves rows into the next page, which shows them twice; what is deleted there moves rows into
the page before, where nobody looks any more. What tells is

- for offsets, one row that is asked for again with each page: it must be the last one of before;
- for numbers, and for links and cursors that hold one, the total that each answer states, or,
  where a list states none, a second look at the page before;
- for all of them, rows that come twice.

Rows that went to the page before are fetched by looking back. Rows that came to it may have been
inserted, or moved there unread from further on: unless the total grew by as many, the list is read
again that far, twice at most; what is not quiet then is a gap.

Where a list is left, the marks of the latest rows stay with the place, so that one that moved ahead
is known again later. Of a longer list the page before that place is looked at once more at the end:
what moved ahead from before it has shifted it. A row that moved from further back to further ahead
before the list was left is missed until the next reading.

A portal that refuses the place where its list goes on, because the row there was deleted, is asked
again from the beginning, twice at most.

A list that goes on behind a key is safe from inserts and deletes. What no reader of pages notices
are edits that cancel each other out within the three requests of one look, or around it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import orjson
import structlog
from pydantic import JsonValue

from automation.errors import PlaceGone
from automation.model import Endpoint
from automation.replay.confirmed import Held
from automation.replay.inputs import InputValue
from automation.replay.numbers import numbers_in
from automation.replay.paging import Series, Turn
from automation.replay.places import finder
from automation.replay.reading import Page
from automation.replay.sieve import Sieve, mark_of

Ask = Callable[[Turn, int], Awaitable[tuple[Held, Page]]]

_WINDOW: Final = 4
"""Pages whose rows are remembered, to drop what comes twice and to look back."""
_ROUNDS: Final = 3
_LEAST: Final = 3
"""Rows of a page from which on one of them is asked for again with the next."""

_log: Final = structlog.get_logger()


@dataclass
class Course:
    """What is told about a reading, while it goes on.

    Attributes:
        at: where it begins: what :attr:`Answer.after` said when it was left.
        found: whether an earlier reading found items: one that is missing now is gone then, where
            else the endpoint might have moved.
        shifts: how often rows were seen to shift.
        gaps: what may be missing, with the place.
        total: the number of all items that the list stated last.
        looks: requests that were made only to see whether rows shifted.
    """

    at: JsonValue = None
    found: bool = False
    shifts: int = 0
    gaps: list[str] = field(default_factory=list)
    total: int | None = None
    looks: int = 0


class _Past(NamedTuple):
    """A page that was read: how it was asked for, and the marks of its rows."""

    turn: Turn
    number: int
    marks: tuple[int, ...]


class Walk:
    """One list, read to its end.

    Args:
        endpoint: of the list.
        inputs: of its calls.
        ask: gets one page.
        course: is told what happens, and says where to begin.
    """

    def __init__(
        self, endpoint: Endpoint, inputs: Mapping[str, InputValue], ask: Ask, course: Course
    ) -> None:
        self._endpoint, self._inputs, self._ask, self._course = endpoint, inputs, ask, course
        self._rule = endpoint.pagination
        key = endpoint.response.key
        self._key = finder(key) if key else None
        self._past: deque[_Past] = deque(maxlen=_WINDOW)
        self._sieve: Sieve | None = None
        self._overlaps = self._rule is not None and self._rule.kind == "offset"
        self._numbered = self._rule is not None and self._rule.kind in {"page", "offset"}
        self._moves = self._rule is not None and self._rule.kind != "window"
        self._round, self._until, self._open = 1, 0, 0
        self._total: int | None = None
        self._resumed = self._disturbed = self._trusted = False
        self._border: _Past | None = None  # rows before it are forgotten
        self._inserted = 0  # rows that pushed others on since the border was seen
        self._series = Series(endpoint, inputs, repeats=_WINDOW)
        self._turn, self._number = self._series.first, 1
        if isinstance(course.at, dict):
            self._resume(course.at)

    async def answers(self) -> AsyncIterator[Held]:
        """The answers, each row once as far as memory goes; after a shift some come again.

        Raises:
            AnswerNotUnderstood: as :class:`Series` says.
            PlaceGone: the portal refuses the place where the list was left, or again and again
                the one where it goes on.
        """
        while True:
            try:
                async for held in self._to_the_end():
                    yield held
            except PlaceGone:
                if self._resumed or self._round == _ROUNDS:
                    raise
                self._open = 0  # not only so far
                self._again()
                continue
            if not self._open:
                return
            if self._round == _ROUNDS:
                self._gap()
                return
            self._again()

    def _again(self) -> None:
        """Begin anew, up to where rows came that may have been skipped."""
        _log.info("list_read_again", endpoint=self._endpoint.endpoint, until=self._open)
        self._round, self._until, self._open = self._round + 1, self._open, 0
        self._past.clear()
        self._sieve, self._total, self._border = None, None, None
        self._series = Series(self._endpoint, self._inputs, repeats=_WINDOW)
        self._turn, self._number = self._series.first, 1

    def _gap(self) -> None:
        self._course.gaps.append(
            f"{self._endpoint.endpoint}: rows shifted again and again up to page {self._open}, "
            f"while it was read {_ROUNDS} times"
        )

    # ------------------------------------------------------------ one time through

    async def _to_the_end(self) -> AsyncIterator[Held]:
        turn: Turn | None = self._turn
        await self._set_border()
        while turn is not None:
            place = self._place(turn)
            asked, back, held, page = await self._page(turn)
            marks = self._marks(page)
            near = self._near()
            behind = self._compare(marks, back, page)
            following = self._series.after(turn, page, back=back)
            if behind:
                async for earlier in self._look_back(marks, page):
                    yield _trimmed(earlier, self._marks, near | set(marks), place)
                if self._disturbed or following is None:
                    await self._look_again(asked, marks)
                near = self._near()
            self._see_kind(page, following)
            self._past.append(_Past(asked, self._number, marks))
            self._number += 1
            if self._until and self._number > self._until + 1:
                following = None
            if following is None:
                await self._look_at_border()
            after = self._after(following)
            yield _trimmed(held, self._marks, near, after)
            turn = following

    async def _page(self, turn: Turn) -> tuple[Turn, int, Held, Page]:
        """A page, asked for with the last row of the one before where that can be."""
        if self._laps():
            offset = turn.values["offset"]
            if isinstance(offset, int) and offset > 0:
                asked = Turn({**turn.values, "offset": offset - 1})
                held, page = await self._ask(asked, self._number)
                if self._marks(page) != self._past[-1].marks:
                    return asked, 1, held, page
                self._overlaps = False  # this portal knows whole pages only
        return turn, 0, *await self._ask(turn, self._number)

    def _laps(self) -> bool:
        """Whether the next page is asked for with a row of this one."""
        return self._overlaps and bool(self._past) and len(self._past[-1].marks) >= _LEAST

    def _compare(self, marks: tuple[int, ...], back: int, page: Page) -> bool:
        """Note what came twice; tell whether rows may have gone to the page before."""
        before, self._total = self._total, self._series.stated(page)
        self._course.total = self._total if self._total is not None else self._course.total
        far = self._seen_far_back(marks)
        if not self._past or not self._moves:
            return False
        near = self._near()
        twice = sum(mark in near for mark in marks)
        grown = None if before is None or self._total is None else self._total - before
        if back:
            behind = self._past[-1].marks[-1] not in marks
            twice -= not behind
        else:
            behind = self._numbered and (grown is None or grown < 0 or self._resumed)
        self._resumed = False
        if far or (twice > 0 and (grown is None or grown < twice)):
            self._open = self._number
        self._trusted = self._trusted or (self._numbered and not back and not behind)
        self._inserted += max(0, twice)
        self._course.shifts += bool(far or twice > 0)
        return behind

    def _seen_far_back(self, marks: tuple[int, ...]) -> bool:
        """Whether a row comes again that was read long ago: it moved, and another one with it."""
        if not self._numbered or self._total is None:
            return False
        self._sieve = self._sieve or Sieve()
        near = self._near()
        seen = [self._sieve.seen(mark) for mark in marks]
        return any(known and mark not in near for known, mark in zip(seen, marks, strict=True))

    async def _look_back(self, marks: tuple[int, ...], page: Page) -> AsyncIterator[Held]:
        """The pages before, until one still holds rows that it held then."""
        current, total, self._disturbed = set(marks), self._series.stated(page), False
        for place in range(len(self._past) - 1, -1, -1):
            past = self._past[place]
            self._course.looks += 1
            held, again = await self._ask(past.turn, past.number)
            now = self._marks(again)
            self._disturbed = self._disturbed or now != past.marks
            if self._series.stated(again) != total:
                self._open = self._number
            if self._border and not self._trusted and past.number == self._border.number:
                self._border, self._inserted = past._replace(marks=now), 0
            unseen = tuple(mark for mark in now if mark not in self._near() | current)
            if unseen:
                self._course.shifts += 1
                self._seen_far_back(unseen)
                self._past[place] = past._replace(marks=past.marks + unseen)
                yield held
            if set(now) & set(past.marks):
                return
        self._open = self._number

    async def _look_again(self, turn: Turn, marks: tuple[int, ...]) -> None:
        """Whether the page still holds what it held before the pages ahead were looked at."""
        self._course.looks += 1
        _, again = await self._ask(turn, self._number)
        if self._marks(again) != marks:
            self._course.shifts += 1
            self._open = self._number

    async def _set_border(self) -> None:
        """Of a long list that was left, only the latest rows are known where it goes on."""
        if not self._resumed:
            return
        await self._look_at_border()  # of the time before, whose rows are forgotten too
        known = len(self._sieve.latest) if self._sieve else 0
        forgotten = (self._series.place()[1] or 0) > known
        self._border = self._past[-1] if self._past and forgotten else None
        self._trusted, self._inserted = False, 0

    async def _look_at_border(self) -> None:
        """Whether forgotten rows moved on: then the page where the list went on has shifted."""
        border, new = self._border, self._inserted
        if border is None or not self._trusted:
            return
        self._course.looks += 1
        _, again = await self._ask(border.turn, border.number)
        kept = border.marks[: max(0, len(border.marks) - new)]
        if not kept or self._marks(again)[new:] != kept:
            self._course.shifts += 1
            self._open = self._number

    # ------------------------------------------------------------ rows

    def _marks(self, page: Page | Held) -> tuple[int, ...]:
        items = page.items if isinstance(page, Page) else page.answer.items
        if self._key is None:
            return tuple(mark_of(orjson.dumps(item)) for item in items)
        return tuple(mark_of(str(self._key(item)).encode()) for item in items)

    def _near(self) -> set[int]:
        return {mark for past in self._past for mark in past.marks}

    def _see_kind(self, page: Page, following: Turn | None) -> None:
        """A link or cursor that holds a number or an offset shifts like one."""
        if self._rule is None or following is None or self._rule.kind not in {"cursor", "next"}:
            return
        pages, items, *_ = self._series.place()
        last = str(self._key(page.items[-1])) if self._key and page.items else None
        said = following.link or str(following.values.get("cursor", ""))
        positions = {pages, (pages or 0) + 1, items}
        self._numbered = self._numbered or any(
            int(number) in positions for number in numbers_in(said) if number != last
        )

    # ------------------------------------------------------------ where it stands

    def _after(self, following: Turn | None) -> JsonValue:
        if following is not None:
            return self._place(following)
        if self._open and self._round < _ROUNDS:  # the list is not over, it begins again
            return {"round": self._round + 1, "until": self._open}
        return None

    def _place(self, turn: Turn) -> JsonValue:
        return {
            "turn": turn.dump(),
            "number": self._number,
            "series": [*self._series.place()],
            "past": [_kept(past) for past in self._past],
            "round": self._round,
            "until": self._until,
            "open": self._open,
            "total": self._total,
            "numbered": self._numbered,
            "overlaps": self._overlaps,
            "border": _kept(self._border) if self._border and self._trusted else None,
            "inserted": self._inserted,
            "read": self._sieve.told() if self._sieve and not self._laps() else "",
        }

    def _resume(self, at: Mapping[str, Any]) -> None:
        self._round, self._until = at["round"], at["until"]
        if "turn" not in at:
            return
        self._turn, self._number = Turn.load(at["turn"]), at["number"]
        self._series = Series(self._endpoint, self._inputs, at["series"], _WINDOW)
        self._past.extend(_past(*kept) for kept in at["past"])
        self._open, self._total = at["open"], at["total"]
        self._numbered, self._overlaps = at["numbered"], at["overlaps"]
        self._border = _past(*at["border"]) if at.get("border") else None
        self._trusted, self._inserted = self._border is not None, at.get("inserted", 0)
        self._resumed = True
        self._sieve = Sieve(at.get("read", ""))
        for mark in (mark for past in self._past for mark in past.marks):
            self._sieve.seen(mark)


def _trimmed(
    held: Held, marks_of: Callable[[Held], tuple[int, ...]], known: set[int], after: JsonValue
) -> Held:
    """The answer without rows that came already; asked for again it is trimmed alike."""
    marks = marks_of(held)
    items = tuple(
        item for item, mark in zip(held.answer.items, marks, strict=True) if mark not in known
    )
    again = held.again

    async def asked_again() -> Held:
        assert again is not None  # noqa: S101 - only given out where it is
        return _trimmed(await again(), marks_of, known, after)

    answer = replace(held.answer, items=items, after=after)
    return Held(answer, held.generation, asked_again if again else None)


def _kept(past: _Past) -> JsonValue:
    return [past.turn.dump(), past.number, [*past.marks]]


def _past(turn: Mapping[str, Any], number: int, marks: list[int]) -> _Past:
    return _Past(Turn.load(turn), number, tuple(marks))
