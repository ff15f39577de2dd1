"""Each kind of locator means on playing what it meant on recording."""

from __future__ import annotations

import pytest

from automation.browser import Tab
from automation.browser.queries import QUERIES, matching
from automation.model import Evidence, Locator
from automation.model.target import KINDS
from tests.browser.site import Site
from tests.browser.workshop import Workshop

PAGE = """
<style>.gone { display: none }</style>
<h2>Search</h2>
<label>Client <input data-i=1 name=client title="Type a name" data-testid='a"b'></label>
<h2>Other</h2><input data-i=2 id="x'y" placeholder="Find it" value="Find it">
<button data-i=3 class=btn><span data-i=4>Save  all</span></button>
<button class="btn gone">Save all</button>
<img data-i=5 alt="A dog" width=10 height=10 src="data:,">
<section><p>Twice</p><p>Twice</p><b data-i=6>After twice</b></section>
<h3>Notes</h3><div data-i=7>Notes<textarea data-i=8></textarea></div>
<div id=host></div><script>
  host.attachShadow({mode: "open"}).innerHTML = "<button data-i=9>In the shadow</button>";
</script>
"""


def test_each_kind_of_locator_has_its_query() -> None:
    assert set(QUERIES) == {kind for kind, _, _ in KINDS}


@pytest.mark.parametrize(
    "kind, expression, name, found",
    [
        ("test_id", 'data-testid=a"b', None, ["1"]),
        ("role", "button", "Save all", ["3"]),
        ("role", "button", "Save", []),
        ("role", "button", None, ["3", "9"]),
        ("role", "button", "In the shadow", ["9"]),
        ("placeholder", "Find it", None, ["2"]),
        ("label", "Client", None, ["1"]),
        ("alt", "A dog", None, ["5"]),
        ("text", "Save all", None, ["4"]),
        ("text", "Save", None, []),
        ("title", "Type a name", None, ["1"]),
        ("id", "x'y", None, ["2"]),
        ("field", "client", None, ["1"]),
        ("near", "input|Search", None, ["1"]),
        ("near", "input|Other", None, ["2"]),
        ("near", "button|Other", None, ["3"]),
        ("near", "b|Twice", None, []),
        ("near", "input|Nothing", None, []),
        ("css", "button.btn > span", None, ["4"]),
        ("xpath", '//h2[normalize-space()="Other"]/following::button[1]', None, ["3"]),
    ],
)
def test_a_locator_finds_the_visible_elements_it_means(
    running: Workshop, site: Site, kind: str, expression: str, name: str | None, found: list[str]
) -> None:
    site.pages["/"] = PAGE
    locator = Locator(kind=kind, expression=expression, name=name, evidence=Evidence.AUTHOR, cost=1)

    async def look(tab: Tab) -> list[str | None]:
        await tab.goto(f"{site.url}/")
        elements = await matching(tab.page, locator)
        return [await element.get_attribute("data-i") for element in elements]

    assert running.run(site.url, look) == found


def test_hidden_elements_count_where_they_are_asked_for(running: Workshop, site: Site) -> None:
    site.pages["/"] = PAGE
    locator = Locator(kind="css", expression="button.btn", evidence=Evidence.STRUCTURE, cost=1)

    async def look(tab: Tab) -> tuple[int, int]:
        await tab.goto(f"{site.url}/")
        shown = await matching(tab.page, locator)
        return len(shown), len(await matching(tab.page, locator, hidden=True))

    assert running.run(site.url, look) == (1, 2)
