"""What is said of an element, held against the way it will be looked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import ElementHandle, Page

from automation.browser import BrowserProfile, FoundBrowser, SeenElement, Tab
from automation.browser.queries import matching
from automation.browser.scripts import describing
from automation.model import Evidence, Locator, Target
from automation.model.target import KINDS
from tests.browser.site import Site
from tests.browser.workshop import Workshop, workshop

SCRIPT = f"element => {describing('return description;')}.describe(element)"
EVIDENCE: dict[str, Evidence] = {kind: evidence for kind, evidence, _ in KINDS}

ZOO = """
<title>Zoo</title>
<header><a href="/">Home</a><button title="Menu"><svg width=9 height=9></svg></button></header>
<nav aria-label="Main"><ul><li><a href="/p">Patients</a><li><a href="/c">Clients</a></ul></nav>
<main>
  <h1>Patients</h1>
  <form id="f">
    <h2>Search</h2>
    <label for="name">Patient  name</label> <input id="name" name="name" placeholder="any part">
    <label>Species <select name="kind"><option>Dog</option><option>Cat</option></select></label>
    <label><input type="checkbox" name="dead"> Deceased, <b>too</b></label>
    <span id="lbl">Born <i>after</i></span><input type="date" aria-labelledby="lbl">
    <input type="search" aria-label="Chip number"><input type="password" placeholder="PIN">
    <textarea title="Remarks">typed text</textarea>
    <input type="submit" value="Find them"><input type="reset">
    <button type="button" data-testid="more"><span>Show</span> <em>more</em></button>
    <button type="button" aria-label="Close dialog">x</button>
    <button type="button" style="text-transform: uppercase">Apply</button>
    <button type="button">Bee<br>line</button>
    <button type="button" class="q">Ask<style>.q::after { content: " ?" }</style></button>
    <button type="button"><img src="data:," alt="Print" width=9 height=9></button>
    <div role="button" tabindex="0">Act</div>
    <button hidden>Apply</button><span style="display: none">Act</span>
  </form>
  <fieldset><legend>Sex</legend>
    <label><input type="radio" name="s" value="f">Female</label>
    <label><input type="radio" name="s" value="m">Male</label>
  </fieldset>
  <details><summary>Advanced</summary>inside</details>
  <div role="tablist"><button role="tab">List</button><button role="tab">Board</button></div>
  <div contenteditable aria-label="Note">old <b>note</b></div>
  <x-shadow></x-shadow>
  <x-list></x-list>
</main>
<script>
  document.querySelector("x-shadow").attachShadow({mode: "open"}).innerHTML =
    '<label for="n">Shadow name</label><input id="n"><button>Inside</button>';
  const list = document.querySelector("x-list").attachShadow({mode: "open"});
  list.innerHTML =
    '<h3>Beasts</h3><button aria-label="Next beast">&rsaquo;</button><x-card></x-card>';
  list.querySelector("x-card").attachShadow({mode: "open"}).innerHTML =
    '<table><tr><th>Beast<tr><td><a href="/b/1">Griffin</a><tr><td><a href="/b/2">Wyvern</a>'
    + '</table><p>2 of 9</p><button class="deep">More beasts</button>';
</script>
"""
EVERY = """() => {
  const inside = root => [...root.querySelectorAll(
    "a,button,input,select,textarea,summary,[role=button],[contenteditable]"),
    ...[...root.querySelectorAll("*")].flatMap(e => e.shadowRoot ? inside(e.shadowRoot) : [])];
  return inside(document).filter(e => e.checkVisibility());
}"""


@pytest.fixture(scope="module")
def chromium(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Iterator[Workshop]:
    with workshop(browser_profile, found_browser) as running:
        yield running


def seen(chromium: Workshop, site: Site, html: str, css: str) -> SeenElement:
    """What is said of one element of a page."""

    async def look(tab: Tab) -> SeenElement:
        await tab.page.set_content(html)
        return SeenElement.model_validate(await tab.page.locator(css).first.evaluate(SCRIPT))

    return chromium.run(site.url, look)


def kinds(element: SeenElement, *wanted: str) -> dict[str, str]:
    """What finds the element alone, by kind."""
    found = {c.kind: c.name or c.value for c in element.candidates if c.matches == 1}
    return {kind: found[kind] for kind in wanted if kind in found} if wanted else found


async def elements_of(page: Page) -> list[ElementHandle]:
    properties = await (await page.evaluate_handle(EVERY)).get_properties()
    return [each for value in properties.values() if (each := value.as_element())]


async def disagreements(page: Page, element: ElementHandle) -> list[str]:
    """Each locator that is said to find this element alone and does not."""
    described = SeenElement.model_validate(await element.evaluate(SCRIPT))
    wrong = []
    for each in described.candidates:
        if each.matches != 1:
            continue
        locator = Locator(
            kind=each.kind,
            expression=each.value,
            name=each.name,
            evidence=EVIDENCE[each.kind],
            cost=1,
        )
        found = await matching(page, locator)
        same = "(it, other) => it === other || it.contains(other)"
        if len(found) != 1 or not await element.evaluate(same, found[0]):
            wrong.append(f"{described.fingerprint.tag} {each!r}: {len(found)}")
    return wrong


def test_what_is_said_to_find_an_element_alone_does_so_when_it_is_looked_for(
    chromium: Workshop, site: Site
) -> None:
    async def look(tab: Tab) -> tuple[int, list[str]]:
        await tab.page.set_content(ZOO)
        elements = await elements_of(tab.page)
        wrong = [line for each in elements for line in await disagreements(tab.page, each)]
        return len(elements), wrong

    count, wrong = chromium.run(site.url, look)
    print(*wrong, sep="\n")
    assert wrong == []
    assert count > 25


@pytest.mark.parametrize(
    "css,name",
    [
        ("#name", "Patient name"),
        ("select", "Species"),
        ("[type=checkbox]", "Deceased, too"),
        ("[type=date]", "Born after"),
        ("[type=search]", "Chip number"),
        ("[type=password]", "PIN"),
        ("textarea", "Remarks"),
        ("[type=submit]", "Find them"),
        ("[type=reset]", "Reset"),
        ("[data-testid]", "Show more"),
        ("[aria-label='Close dialog']", "Close dialog"),
        (".q", "Ask ?"),
        ("button:has(img)", "Print"),
        ("header button", "Menu"),
        ("[value=f]", "Female"),
        ("fieldset", "Sex"),
    ],
)
def test_the_name_of_an_element_is_what_is_read_out_and_never_what_was_typed(
    chromium: Workshop, site: Site, css: str, name: str
) -> None:
    assert kinds(seen(chromium, site, ZOO, css), "role") == {"role": name}


@pytest.mark.parametrize("css", ["#name", "select", "[data-testid]", "nav a", "[type=submit]"])
def test_an_ordinary_element_is_found_in_four_ways_from_three_kinds_of_evidence(
    chromium: Workshop, site: Site, css: str
) -> None:
    found = kinds(seen(chromium, site, ZOO, css))
    assert set(found) <= set(Target.model_fields)
    assert len(found) >= 4
    assert len({EVIDENCE[kind] for kind in found}) >= 3


@pytest.mark.parametrize(
    "token",
    [
        "6f1e5a2c-1111-4222-8333-444455556666",
        "row_10442",
        "ember12",
        ":r1:",
        "ext-gen7",
        "a1b2c3d4e5",
        "x-9f8e7d6c5b4a3f2e",
    ],
)
def test_an_id_that_a_machine_made_is_not_used(chromium: Workshop, site: Site, token: str) -> None:
    html = f"<div id='{token}'><button id='{token}'>a</button><button>b</button></div>"
    assert token not in str(kinds(seen(chromium, site, html, "button")))


@pytest.mark.parametrize("token", ["UserName", "btnNext", "address-2", "grid_body"])
def test_an_id_that_a_person_made_is_used(chromium: Workshop, site: Site, token: str) -> None:
    found = seen(chromium, site, f"<button id='{token}'>a</button><button>b</button>", "button")
    assert kinds(found, "id") == {"id": token}


def test_two_elements_with_one_name_are_told_apart_by_their_place_only(
    chromium: Workshop, site: Site
) -> None:
    html = "<main><dt>One</dt><button>Edit</button><dt>Two</dt><button>Edit</button></main>"
    assert kinds(seen(chromium, site, html, "button:last-child")) == {
        "near": "button|Two",
        "css": "main > button:nth-of-type(2)",
        "xpath": "//main/button[2]",
    }


def test_states_of_an_element_are_no_part_of_its_path(chromium: Workshop, site: Site) -> None:
    html = "<main><a href=# class='tab active is-open css-1x2y3z'>a</a><a href=#>b</a></main>"
    assert kinds(seen(chromium, site, html, ".tab"), "css") == {"css": "main > a.tab"}


TABLE = """<main><input><table><thead><tr><th>No</th><th>Name</th></tr></thead><tbody>
  <tr><td><a href=#1 title="INV-1">INV-1</a></td><td>Bella</td></tr>
  <tr><td><a href=#2 title="INV-2">INV-2</a></td><td>Max</td></tr></tbody></table></main>"""


def test_an_element_in_a_row_of_data_is_said_to_be_there_and_its_data_kept_out_of_its_likeness(
    chromium: Workshop, site: Site
) -> None:
    found = seen(chromium, site, TABLE, "tbody a")
    assert found.row
    assert kinds(found, "near", "css", "xpath") == {
        "css": "main > table > tbody:nth-of-type(1) > tr:nth-of-type(1) > td:nth-of-type(1)"
        " > a:nth-of-type(1)",
        "xpath": "//table/tbody[1]/tr[1]/td[1]/a[1]",
    } | kinds(found, "css")
    likeness = repr(found.fingerprint)
    assert "INV" not in likeness
    assert "Bella" not in likeness
    assert found.fingerprint.neighbours == ("No", "Name")


@pytest.mark.parametrize(
    "html,css,row",
    [
        (TABLE, "th", False),
        (TABLE, "input", False),
        (TABLE, "tbody tr:last-child", True),
        ("<table><tr><td>Name<td><button>Go</button></table>", "button", False),
        (
            "<table><tr><th>A<th>B<tr><td>x<td><input name=qty></table>",
            "input",
            False,
        ),
        ("<nav><ul>" + "<li><a href=#>a</a> <b>1</b> <i>x</i>" * 4 + "</ul></nav>", "a", False),
        ("<ul>" + "<li><a href=#>a</a>" * 4 + "</ul>", "a", False),
        ("<ul>" + "<li><a href=#>a</a> <b>1</b> <i>x</i>" * 4 + "</ul>", "a", True),
        (
            (
                "<div role=grid><div role=row><b role=columnheader>A</b></div><div role=row>"
                "<b role=gridcell><a href=#>a</a></b><b role=gridcell>x</b></div></div>"
            ),
            "a",
            True,
        ),
    ],
)
def test_a_row_of_data_is_told_from_a_menu_and_a_form(
    chromium: Workshop, site: Site, html: str, css: str, *, row: bool
) -> None:
    assert seen(chromium, site, html, css).row is row


def test_what_was_typed_stands_in_no_part_of_what_is_said(chromium: Workshop, site: Site) -> None:
    html = """<label>Name <input id=n><textarea>hunter2</textarea></label>
        <div contenteditable>hunter2</div><select><option>hunter2</select><button>Go</button>
        <script>n.value = "hunter2"; n.setAttribute("value", "hunter2")</script>"""
    for css in ("#n", "textarea", "[contenteditable]"):
        assert "hunter2" not in seen(chromium, site, html, css).model_dump_json()


CHART = """<nav><a href="/c/4711/home">Home</a><a href="/c/4711/x">Clients</a>
    <a href="/c/4711/y">Visits</a><a href="/c/4711/z">Reports</a></nav>
  <main><p><a href="/c/4711/client/77">White, Sophia</a> <a href="/c/4711/pet/99/edit">Edit</a></p>
  <h1>New visit of Rosie</h1><p>Rosie is 3</p>
  <fieldset><legend>Which pet</legend>
    <label><input type="radio" name="pet" value="501">Mochi</label>
    <label><input type="radio" name="kind" value="1">First visit</label></fieldset>
  <div class="pair"><span>Reason</span><input></div>
  <dl><dt>Owner</dt><dd>White, Sophia</dd></dl>
  <h2>Visits</h2><button>Save</button></main>"""


@pytest.mark.parametrize("css", ["a[href*=edit]", "input:not([type])", "button", "[name=kind]"])
def test_what_may_be_a_name_is_no_evidence_for_what_stands_beside_it(
    chromium: Workshop, site: Site, css: str
) -> None:
    told = seen(chromium, site, CHART, css)
    kept = told.model_dump_json(exclude={"data", "parts"})
    assert not [name for name in ("Sophia", "Rosie", "Mochi") if name in kept]
    assert "White, Sophia" in told.data


def test_labels_buttons_menus_and_headings_of_their_words_are_evidence(
    chromium: Workshop, site: Site
) -> None:
    told = seen(chromium, site, CHART, "button")
    assert kinds(told)["near"] == "button|Owner"
    own = {"First visit", "Home", "Owner", "Reason", "Reports", "Visits", "Which pet"}
    assert len(told.fingerprint.neighbours) == 4
    assert set(told.fingerprint.neighbours) <= own
    assert kinds(seen(chromium, site, CHART, "input:not([type])"))["near"] == "input|Reason"


@pytest.mark.parametrize(
    "css, thing",
    [
        ("a[href*=client]", True),
        ("a[href*=edit]", False),
        ("nav a", False),
        ("[value='501']", True),
        ("[value='1']", False),
        ("button", False),
    ],
)
def test_a_link_or_a_box_that_stands_for_a_thing_is_named_after_it(
    chromium: Workshop, site: Site, css: str, thing: bool
) -> None:
    assert seen(chromium, site, CHART, css).thing is thing


def test_a_list_that_is_scrolled_is_known_by_none_of_its_texts(
    chromium: Workshop, site: Site
) -> None:
    html = "<section><table><tr><th>Pet<th>Owner<tr><td>Rosie<td>White, Sophia</table></section>"
    told = seen(chromium, site, html, "section")
    assert "Rosie" not in told.model_dump_json(exclude={"data", "parts"})
