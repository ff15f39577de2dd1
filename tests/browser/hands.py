"""Raw mouse and keyboard on a page, aimed by CSS selectors; for tests of what is heard of it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Frame, Page

_MIDDLE = """
selector => {
  const parts = selector.split(" >> ");
  const inside = (root, part) => root.querySelector(part).shadowRoot;
  const root = parts.slice(0, -1).reduce(inside, document);
  const box = root.querySelector(parts.at(-1)).getBoundingClientRect();
  return [box.x + Math.min(box.width, 300) / 2, box.y + box.height / 2];
}
"""


@dataclass(frozen=True)
class Hands:
    """Works in one page; ``host >> inner`` aims into an open shadow root."""

    page: Page

    async def move(self, selector: str, *, frames: tuple[Frame, ...] = ()) -> None:
        """Move over an element; ``frames`` are those around it, outermost first."""
        x, y = 0.0, 0.0
        for frame in frames:
            box = await (await frame.frame_element()).bounding_box()
            assert box is not None
            x, y = box["x"], box["y"]
        scope = frames[-1] if frames else self.page
        inner_x, inner_y = await scope.evaluate(_MIDDLE, selector)
        await self.page.mouse.move(x + inner_x, y + inner_y, steps=3)

    async def click(self, selector: str, *, frames: tuple[Frame, ...] = ()) -> None:
        await self.move(selector, frames=frames)
        await self.page.mouse.down()
        await self.page.mouse.up()

    async def double_click(self, selector: str) -> None:
        await self.move(selector)
        for count in (1, 2):
            await self.page.mouse.down(click_count=count)
            await self.page.mouse.up(click_count=count)

    async def type(self, selector: str, text: str) -> None:
        await self.click(selector)
        await self.page.keyboard.type(text)

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)
