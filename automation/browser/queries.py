"""What each kind of locator asks of Playwright."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from playwright.async_api import ElementHandle, FrameLocator, Page
from playwright.async_api import Locator as PlaywrightLocator

from automation.model import Locator

Scope = Page | FrameLocator


async def matching(scope: Scope, locator: Locator, *, hidden: bool = False) -> list[ElementHandle]:
    """All elements of a page or frame that a locator means.

    Args:
        scope: the page or frame.
        locator: what to look for.
        hidden: whether elements that are not visible count, too.

    Raises:
        playwright.async_api.Error: the frame is not there, or the selector is none.
    """
    if locator.kind == "near" and await _text_before(scope, locator).count() != 1:
        return []
    found = QUERIES[locator.kind](scope, locator)
    return await (found if hidden else found.filter(visible=True)).element_handles()


def _css_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
    return f'"{escaped}"'


def _attribute(scope: Scope, name: str, value: str) -> PlaywrightLocator:
    return scope.locator(f"[{name}={_css_text(value)}]")


def _test_id(scope: Scope, locator: Locator) -> PlaywrightLocator:
    name, _, value = locator.expression.partition("=")
    return _attribute(scope, name, value)


def _role(scope: Scope, locator: Locator) -> PlaywrightLocator:
    role = cast("Any", locator.expression)  # Playwright lists the roles it knows as literals
    if locator.name is None:
        return scope.get_by_role(role)
    return scope.get_by_role(role, name=locator.name, exact=True)


def _text_before(scope: Scope, locator: Locator) -> PlaywrightLocator:
    text = locator.expression.partition("|")[2]
    return scope.get_by_text(text, exact=True).filter(visible=True)


def _near(scope: Scope, locator: Locator) -> PlaywrightLocator:
    """The first visible element with this tag after the beginning of the text."""
    tag = locator.expression.partition("|")[0]
    after = _text_before(scope, locator).locator(f"xpath=descendant::{tag}|following::{tag}")
    return after.filter(visible=True).first


QUERIES: Final[Mapping[str, Callable[[Scope, Locator], PlaywrightLocator]]] = {
    "test_id": _test_id,
    "role": _role,
    "placeholder": lambda scope, it: scope.get_by_placeholder(it.expression, exact=True),
    "label": lambda scope, it: scope.get_by_label(it.expression, exact=True),
    "alt": lambda scope, it: scope.get_by_alt_text(it.expression, exact=True),
    "text": lambda scope, it: scope.get_by_text(it.expression, exact=True),
    "title": lambda scope, it: scope.get_by_title(it.expression, exact=True),
    "id": lambda scope, it: _attribute(scope, "id", it.expression),
    "field": lambda scope, it: _attribute(scope, "name", it.expression),
    "near": _near,
    "css": lambda scope, it: scope.locator(f"css={it.expression}"),
    "xpath": lambda scope, it: scope.locator(f"xpath={it.expression}"),
}
"""By the kind of the locator; complete, which a test holds."""
