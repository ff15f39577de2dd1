"""Find the element that a target means.

Three ways, each tried only when the ones before gave nothing for a while:

1. the cheapest locator matches exactly one visible element;
2. another one does, and a locator of an independent kind of evidence agrees with it;
3. one element resembles the recorded one by all evidence, no other nearly as much, and what the
   step does with it is nothing that a person has to allow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from playwright.async_api import ElementHandle, Error
from pydantic import BaseModel, TypeAdapter
from typing_extensions import override

from automation import page
from automation.browser.queries import Scope, matching
from automation.browser.scripts import survey
from automation.browser.tab import Tab
from automation.model import Element, Locator, Target

_EVERY: Final = 0.1
"""Seconds between two looks at the page."""
_AGREEING_AFTER: Final = 0.2
_HEALING_AFTER: Final = 0.5
"""Parts of the waiting time after which the second and the third way are tried as well: the
element may only be late, and what is there meanwhile may look like it."""
_FEW: Final = 5
"""A locator that matches more elements than this agrees with nothing in particular."""
_MOST_COMPARED: Final = 300

_PLACES: Final = frozenset({"near", "css", "xpath"})
"""Locators that say where an element stands, and not what it is."""

_SAME: Final = "(one, other) => one === other"
_SAME_OR_INSIDE: Final = "(one, other) => one.contains(other) || other.contains(one)"

_CONTROLS: Final = "a,button,input,select,textarea,summary,[contenteditable],[onclick],[role]"


class _Seen(BaseModel):
    """What the script says of one element."""

    element: Element
    path: tuple[int, ...]


_LOOKS: Final = TypeAdapter(list[_Seen])


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with an element that is looked for; it decides whether resemblance is enough.

    Attributes:
        action: what the step does: ``click``, ``fill``, ...
        writes: its flow changes the portal.
        login: its flow signs in.
    """

    action: str
    writes: bool = False
    login: bool = False


@dataclass(frozen=True, slots=True)
class Located:
    """The element, and how it was found.

    Attributes:
        element: the element.
        locator: the locator that found it; None when it was healed by resemblance.
        healed: whether it was not the cheapest locator that found it.
    """

    element: ElementHandle
    locator: Locator | None
    healed: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """No element, or no single one.

    Attributes:
        tried: one line per locator: what it matched.
    """

    tried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """What one locator matched: how many visible elements, and the first few of them."""

    locator: Locator
    count: int
    elements: tuple[ElementHandle, ...]

    @property
    def vague(self) -> bool:
        """Whether the locator says next to nothing."""
        return self.locator.kind == "role" and self.locator.name is None

    @override
    def __str__(self) -> str:
        name = f" {self.locator.name!r}" if self.locator.name else ""
        shown = f"{self.locator.kind} {self.locator.expression!r}{name}"
        return f"{shown} matched {self.count or 'nothing'}"


async def locate(
    tab: Tab,
    target: Target,
    *,
    seconds: float | None = None,
    deed: Deed | None = None,
    hidden: bool = False,
) -> Located | Missing:
    """Find the element, waiting for it as long as the profile allows.

    Args:
        tab: the page to look at.
        target: what to look for; templates already filled in.
        seconds: how long to wait; None takes the time for an action; 0 looks once.
        deed: what is done with it; without, resemblance decides nothing, because the absence of
            the element is an answer, too.
        hidden: whether elements that are not visible count, too.
    """
    search = _Search(tab, target, hidden=hidden)
    limit = tab.timeouts.action_ms / 1000 if seconds is None else seconds
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while True:
        waited = loop.time() - begun
        last = waited >= limit
        if found := await search.best():
            return found
        if (last or waited >= limit * _AGREEING_AFTER) and (found := await search.agreed()):
            return found
        late = last or waited >= limit * _HEALING_AFTER
        if deed and late and (found := await search.healed(deed)):
            return found
        if last:
            return Missing(await search.tried())
        await asyncio.sleep(_EVERY)


class _Search:
    """One target in one page."""

    def __init__(self, tab: Tab, target: Target, *, hidden: bool) -> None:
        self._tab = tab
        self._hidden = hidden
        self._target = target
        self._locators = target.locators()

    async def best(self) -> Located | None:
        """What the cheapest locator finds, if it is one element."""
        if not self._locators:
            return None
        match = await self._match(self._locators[0])
        return Located(match.elements[0], match.locator) if match.count == 1 else None

    async def agreed(self) -> Located | None:
        """What a dearer locator finds, if it is one element and independent evidence agrees."""
        matches = [await self._match(locator) for locator in self._locators]
        # A text may find what lies inside the element, so it is the last to be believed.
        for match in sorted(matches[1:], key=lambda each: each.locator.kind == "text"):
            if match.count != 1 or match.vague:
                continue
            for other in matches:
                if await _agrees(match, other) and not await self._is_another(match, other):
                    return Located(match.elements[0], match.locator, healed=True)
        return None

    async def _is_another(self, one: _Match, other: _Match) -> bool:
        """Whether only places lead there, and what stands there now is called otherwise.

        Where an element was taken away, its neighbour moves into its place.
        """
        if not {one.locator.kind, other.locator.kind} <= _PLACES:
            return False
        seen = await _looks(one.elements[:1])
        return bool(seen) and page.contradicts(page.look_of_target(self._target), seen[0])

    async def healed(self, deed: Deed) -> Located | None:
        """The one element that resembles the recorded one, if there is one and it may be used."""
        if self._target.fingerprint is None:
            return None
        elements = await self._controls()
        seen = await _looks(elements)
        (match,) = page.heal([page.look_of_target(self._target)], seen)
        if match.index is None:
            return None
        found = seen[match.index]
        allowed = page.permission(deed.action, found, writes=deed.writes, login=deed.login)
        return None if allowed == "propose" else Located(elements[match.index], None, healed=True)

    async def tried(self) -> tuple[str, ...]:
        """What each locator matches now, in words."""
        return tuple([str(await self._match(locator)) for locator in self._locators])

    async def _controls(self) -> list[ElementHandle]:
        try:
            found = self._scope().locator(_CONTROLS).filter(visible=True)
            return (await found.element_handles())[:_MOST_COMPARED]
        except Error:
            return []

    async def _match(self, locator: Locator) -> _Match:
        try:
            elements = await matching(self._scope(), locator, hidden=self._hidden)
        except Error:
            # A frame that is not there, a selector the page cannot take, a page on its way out.
            return _Match(locator, 0, ())
        return _Match(locator, len(elements), tuple(elements[:_FEW]))

    def _scope(self) -> Scope:
        scope: Scope = self._tab.page
        for selector in self._target.frame:
            scope = scope.frame_locator(selector)
        return scope


async def _agrees(one: _Match, other: _Match) -> bool:
    """Tell whether both mean the same element; a text may lie inside the element it names."""
    if other.vague or other.count > _FEW or other.locator.evidence is one.locator.evidence:
        return False
    script = _SAME if "text" not in {one.locator.kind, other.locator.kind} else _SAME_OR_INSIDE
    for each in other.elements:
        try:
            if await one.elements[0].evaluate(script, each):
                return True
        except Error:
            return False
    return False


async def _looks(elements: Sequence[ElementHandle]) -> list[page.Look]:
    """What these elements look like now; they all belong to one frame. None where it is gone."""
    try:
        frame = await elements[0].owner_frame() if elements else None
        if frame is None:
            return []
        script = f"elements => {survey()}.looks(elements)"
        seen = _LOOKS.validate_python(await frame.evaluate(script, list(elements)))
    except Error:
        return []
    return [page.look_of(each.element, each.path) for each in seen]
