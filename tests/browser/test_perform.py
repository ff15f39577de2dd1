"""Steps do to their element what a person would."""

from __future__ import annotations

import pytest

from automation.browser import Tab
from automation.browser.perform import put_text, scroll
from automation.model import Secret
from tests.browser.site import Site
from tests.browser.workshop import Workshop

KEYS = """<script>
  const heard = [];
  for (const kind of ["keydown", "input"])
    addEventListener(kind, event => heard.push(kind + ":" + (event.key || "")), true);
</script>"""


def typed(running: Workshop, site: Site, html: str, text: str | Secret) -> tuple[str, list[str]]:
    """What the first field holds afterwards, and what the page heard."""
    site.pages["/"] = KEYS + html

    async def put(tab: Tab) -> tuple[str, list[str]]:
        await tab.goto(f"{site.url}/")
        field = await tab.page.query_selector("input, textarea, [contenteditable]")
        assert field is not None
        await put_text(tab.page, field, text)
        held: str = await field.evaluate("e => 'value' in e ? e.value : e.textContent")
        heard: list[str] = await tab.page.evaluate("heard")
        return held, heard

    return running.run(site.url, put)


def test_a_text_replaces_the_old_one_key_by_key(running: Workshop, site: Site) -> None:
    held, heard = typed(running, site, "<input value=old>", "Zoë")
    assert held == "Zoë"
    assert [event for event in heard if event.startswith("keydown:Z")] == ["keydown:Z"]
    assert heard.count("input:") == 4


def test_a_secret_is_typed_as_it_is(running: Workshop, site: Site) -> None:
    assert typed(running, site, "<input type=password>", Secret("p4ss word"))[0] == "p4ss word"


@pytest.mark.parametrize(
    "html, text",
    [
        ("<input type=date>", "2026-03-02"),
        ("<textarea>old</textarea>", "one\ntwo"),
        ("<div contenteditable>old</div>", "new"),
        ("<input>", "x" * 500),
    ],
)
def test_fields_that_take_no_keys_are_filled_at_once(
    running: Workshop, site: Site, html: str, text: str
) -> None:
    assert typed(running, site, html, text)[0] == text


def test_digits_go_on_in_the_next_box_where_the_page_moves_the_cursor(
    running: Workshop, site: Site
) -> None:
    html = """<input maxlength=1><input maxlength=1><script>
        addEventListener("input", event => event.target.nextElementSibling?.focus?.())</script>"""
    site.pages["/"] = html

    async def put(tab: Tab) -> list[str]:
        await tab.goto(f"{site.url}/")
        field = await tab.page.query_selector("input")
        assert field is not None
        await put_text(tab.page, field, Secret("42"))
        boxes: list[str] = await tab.page.evaluate(
            "[...document.forms, ...document.querySelectorAll('input')].map(box => box.value)"
        )
        return boxes

    assert running.run(site.url, put) == ["4", "2"]


def test_a_page_and_a_box_scroll_to_their_ends(running: Workshop, site: Site) -> None:
    tall = "<div style='height: 3000px'></div>"
    site.pages["/"] = f"<div id=box style='height: 99px; overflow: auto'>{tall}</div>{tall}"

    async def ends(tab: Tab) -> list[tuple[int, int]]:
        await tab.goto(f"{site.url}/")
        box = await tab.page.query_selector("#box")
        places: list[tuple[int, int]] = []
        for to in ("end", "start"):
            await scroll(tab.page, box, to)
            await scroll(tab.page, None, to)
            places.append(tuple(await tab.page.evaluate("[box.scrollTop, scrollY]")))
        return places

    (box_end, page_end), start = running.run(site.url, ends)
    assert box_end > 2000
    assert page_end > 2000
    assert start == (0, 0)
