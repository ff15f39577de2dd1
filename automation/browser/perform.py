"""What each acting step does to its element."""

from __future__ import annotations

from typing import Final

from playwright.async_api import ElementHandle, Page

from automation.model import Secret

_TYPED: Final = frozenset({"text", "search", "email", "password", "tel", "url", "number"})
"""Input types that take their text key by key; pages listen to the keys."""
_LONGEST_TYPED: Final = 200
_NATURE: Final = "field => field.matches('input') ? field.type : field.localName"
_SCROLL: Final = """(box, to) => box.scrollTo({
    top: to === "end" ? box.scrollHeight : 0,
    behavior: "instant",
})"""
_SCROLL_PAGE: Final = f"to => ({_SCROLL})(document.scrollingElement, to)"


async def put_text(page: Page, field: ElementHandle, text: str | Secret) -> None:
    """Replace the text of a field the way a person does, where it is short enough.

    Emptying comes first: it waits until the field can be edited, and puts the cursor there.
    """
    nature = str(await field.evaluate(_NATURE))
    plain = text.reveal() if isinstance(text, Secret) else text
    if nature not in _TYPED or len(plain) > _LONGEST_TYPED:
        await field.fill(plain)
        return
    await field.fill("")
    await page.keyboard.type(plain)


async def scroll(page: Page, element: ElementHandle | None, to: str) -> None:
    """Scroll an element, or the page, to its end or start."""
    if element is None:
        await page.evaluate(_SCROLL_PAGE, to)
    else:
        await element.evaluate(_SCROLL, to)
