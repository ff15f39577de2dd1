"""A robot that works in a browser as a person does, for tests that record or check.

It reads what is on the screen and moves mouse and keyboard, nothing else; it shares no code with
the product. It knows the words on the screens of the simulated portal; a dictionary of other words
lets it work where everything is called differently.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Page

_PATIENCE_MS: Final = 15_000
_REST_MS: Final = 400  # somebody looks at what came before the wheel is turned on

# Where an element is that a person would find by its words: buttons, links, rows, fields, what a
# search found, and the
# first link of each row, whatever shadow root it stands in.
_LOOK = """
([what, words, nth]) => {
  const fold = (text) => (text || "").replace(/\\s+/g, " ").trim();
  const shown = (e) => { const b = e.getBoundingClientRect(); return b.width > 0 && b.height > 0; };
  const all = (css, root = document) => [...root.querySelectorAll("*")].flatMap((e) =>
    [...(e.matches(css) ? [e] : []), ...(e.shadowRoot ? all(css, e.shadowRoot) : [])]);
  const find = {
    press: () => all("a, button, [role=button], summary")
      .filter((e) => !e.disabled && [fold(e.innerText || e.value), e.ariaLabel].includes(words)),
    field: () => all("label")
      .filter((label) => fold(label.textContent) === words).map((label) => label.control)
      .concat(all("input").filter((e) => e.ariaLabel === words)),
    label: () => all("label").filter((label) => fold(label.textContent) === words),
    found: () => all("li[tabindex]"),
    row: () => all("table").find(shown)?.querySelectorAll("tbody tr") || [],
    opener: () => [...find.row()].map((row) => row.querySelector("a[href]")),
  };
  const element = [...find[what]()].filter((e) => e && shown(e))[nth];
  if (!element) return null;
  element.scrollIntoView({ block: "center", inline: "nearest" });
  const box = element.getBoundingClientRect();
  return [box.x, box.y, Math.min(box.width, innerWidth - box.x), box.height];
}
"""
_LONGER = "(height) => document.documentElement.scrollHeight > height"
_CALM = """
() => {
  const busy = (root) => [...root.querySelectorAll("*")].some((e) =>
    (e.ariaBusy === "true" && e.getBoundingClientRect().height > 0)
      || (e.shadowRoot && busy(e.shadowRoot)));
  return document.readyState === "complete" && !busy(document);
}
"""


@dataclass
class Login:
    """What a person knows to sign in.

    Attributes:
        username: the e-mail address.
        password: the password.
        code: reads the code from the authenticator; None when none is asked for.
        practice: which practice to work in; empty when there is no choice.
    """

    username: str
    password: str
    code: Callable[[], str] | None = None
    practice: str = ""


@dataclass
class Person:
    """Somebody in front of a page.

    Attributes:
        page: where they work; only its mouse, its keyboard and its looks are used.
        base_url: scheme, host and port of the portal.
        words: what each word on the screen is called here.
        paths: what each address is called here.
    """

    page: Page
    base_url: str
    words: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)

    # ---------------------------------------------------------------- hands and eyes

    async def open(self, path: str) -> None:
        """Type an address; the only thing that is done with neither mouse nor keyboard."""
        await self.page.goto(self.base_url + self.paths.get(path, path))
        await self.calm()

    async def calm(self) -> None:
        """Wait until nothing on the screen says that it is busy."""
        await self.page.wait_for_function(_CALM, timeout=_PATIENCE_MS)

    async def look(self, what: str, words: str, nth: int = 0) -> list[float]:
        """Wait until it is there; x, y, width, height."""
        wanted = [what, self.words.get(words, words), nth]
        seen = await self.page.wait_for_function(_LOOK, arg=wanted, timeout=_PATIENCE_MS)
        box: list[float] = await seen.json_value()
        return box

    async def click(self, words: str, *, what: str = "press", nth: int = 0) -> None:
        """Move there and click."""
        x, y, width, height = await self.look(what, words, nth)
        await self.page.mouse.move(x + width / 2, y + height / 2, steps=3)
        await self.page.mouse.down()
        await self.page.mouse.up()
        await self.calm()

    async def type(self, label: str, text: str, *, nth: int = 0) -> None:
        """Put the cursor into a field, take out what is in it, and type."""
        await self.click(label, what="field", nth=nth)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.press("Delete")
        await self.page.keyboard.type(text)

    async def choose(self, label: str, option: str) -> None:
        """Go to a list by its label and type what is wanted until it is chosen."""
        await self.click(label, what="label")
        await self.page.keyboard.type(option)

    async def hand_over(self, label: str, name: str) -> None:
        """Open the dialog for a file and choose one of this name."""
        async with self.page.expect_file_chooser() as dialog:
            await self.click(label, what="field")
        chooser = await dialog.value
        kind = mimetypes.guess_type(name)[0] or "text/plain"
        content = f"This is {name}.\n".encode()
        await chooser.set_files({"name": name, "mimeType": kind, "buffer": content})

    async def set_time(self, label: str, time: str) -> None:
        """Type a date and a time, ``03/05/2026 10:00 AM``, into a field with a part for each."""
        await self.set_day(label, time.partition(" ")[0])
        await self.page.keyboard.press("ArrowRight")
        await self.page.keyboard.type(time.partition(" ")[2].replace(":", "").replace(" ", ""))

    async def set_day(self, label: str, day: str) -> None:
        """Type a date, ``03/05/2026``, into a field with a part for each of its numbers."""
        await self.click(label, what="field")
        for _ in range(6):
            await self.page.keyboard.press("ArrowLeft")
        await self.page.keyboard.type(day.replace("/", ""))

    async def scroll(self) -> None:
        """Turn the wheel down to the end of the page, and wait until there is more of it."""
        await self.page.mouse.move(640, 400)
        height = await self.page.evaluate("document.documentElement.scrollHeight")
        await self.page.mouse.wheel(0, height)
        await self.page.wait_for_function(_LONGER, arg=height, timeout=_PATIENCE_MS)
        await self.page.wait_for_timeout(_REST_MS)
        await self.calm()

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)
        await self.calm()

    # ---------------------------------------------------------------- journeys

    async def sign_in(self, login: Login) -> None:
        """Sign in, with code and choice of the practice when they are asked for."""
        await self.open("/Practice/Account/LogOn")
        await self.type("Email", login.username)
        await self.type("Password", login.password)
        await self.click("Sign in")
        if login.code:
            await self.look("field", "Authentication code")
            await self.type("Authentication code", login.code())
            await self.click("Remember this device", what="field")
            await self.click("Verify")
        if login.practice:
            await self.click(login.practice)
        await self.look("press", "Patients")

    async def go_to(self, screen: str) -> None:
        """Open a screen from the navigation."""
        await self.open("/Practice/Home/Index")
        await self.click(screen)
