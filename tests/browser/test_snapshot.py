"""A snapshot says what a page offers, and nothing of what was typed into it."""

from __future__ import annotations

import struct
import zlib

from automation.browser import Tab, take_snapshot
from automation.model import Element, Secret, Snapshot
from tests.browser.site import Site
from tests.browser.workshop import Workshop

PAGE = """<title>Sign in</title><h1>Sign in</h1><form>
<label>Email <input name=u id=user value="typed-email"></label>
<label>Password <input type=password value="typed-password"></label>
<input aria-label=Code autocomplete=one-time-code value="typed-code">
<textarea aria-label=Notes>typed-notes</textarea>
<div contenteditable aria-label=Rich role=textbox>typed-rich</div>
<table><tr><td><input aria-label=Cell value="typed-cell"></td></tr></table>
<select aria-label=Species><option>Cat<option selected>Dog</select>
<input type=submit value="Go on"><button disabled>Later</button><a href=/help>Help</a>
<button hidden>Never</button></form>
<div id=host></div><iframe src=/frame></iframe>
<script>
  host.attachShadow({mode: "open"}).innerHTML = "<input aria-label=Shadow value=typed-shadow>";
  localStorage.setItem("theme", "dark");
  sessionStorage.setItem("tab", "2");
</script>"""
FRAME = "<button>In the frame</button><input aria-label=Framed value=typed-framed>"


def snapshot_of(running: Workshop, site: Site) -> tuple[Snapshot, bytes | None]:
    site.pages |= {"/": PAGE, "/frame": FRAME}

    async def look(tab: Tab) -> tuple[Snapshot, bytes | None]:
        await tab.goto(f"{site.url}/")
        await tab.rest()
        return await take_snapshot(tab, step="4.2", taken=1.5)

    return running.run(site.url, look)


def test_nothing_typed_is_in_any_part_of_it(running: Workshop, site: Site) -> None:
    snapshot, _ = snapshot_of(running, site)
    assert "typed" not in snapshot.model_dump_json()


def test_it_says_where_it_was_taken_and_what_the_page_stores(running: Workshop, site: Site) -> None:
    snapshot, _ = snapshot_of(running, site)
    assert (snapshot.step, snapshot.taken) == ("4.2", 1.5)
    assert (snapshot.url, snapshot.title) == (f"{site.url}/", "Sign in")
    assert snapshot.storage == {"localStorage.theme": "dark", "sessionStorage.tab": "2"}


def test_the_tree_names_what_is_there_frames_included(running: Workshop, site: Site) -> None:
    aria = snapshot_of(running, site)[0].aria.splitlines()
    for line in (
        '- heading "Sign in" [level=1]',
        '- textbox "Email"',
        '- button "Later" [disabled]',
        '- textbox "Shadow"',
        "- iframe:",
        '  - button "In the frame"',
    ):
        assert line in [each if each.startswith("  - button") else each.lstrip() for each in aria]


def test_the_usable_elements_are_listed_in_document_order(running: Workshop, site: Site) -> None:
    elements = snapshot_of(running, site)[0].elements
    assert [(each.role, each.name) for each in elements] == [
        ("textbox", "Email"),
        ("textbox", "Password"),
        ("textbox", "Code"),
        ("textbox", "Notes"),
        ("textbox", "Rich"),
        ("textbox", "Cell"),
        ("combobox", "Species"),
        ("button", "Go on"),
        ("button", "Later"),
        ("link", "Help"),
        ("textbox", "Shadow"),
        ("button", "In the frame"),
        ("textbox", "Framed"),
    ]
    first = elements[0].model_copy(update={"evidence": {}})
    assert first == Element(role="textbox", name="Email", tag="input", id="user", field="u")
    assert elements[8].disabled


OFFICE = """<header><a href="/home?sid=1#top" title="Start">Home</a></header>
<main><h2>Patients</h2>
<form name=find method=post action="/find?x=1"><p>By name</p>
<label>Name* <input name=n placeholder="any part" autocomplete=off maxlength=30></label>
<input type=date min=2026-01-01 aria-label=Born required>
<select aria-label=Species><option>Cat<option>Dog</select>
<button type=button data-testid=more>Show more</button></form>
<table><tr><th>Name</th><th>Owner</th></tr>
<tr><td><a href=/p/1>Bella</a></td><td>Ann</td></tr></table>
<button id=under style="position: fixed; top: 300px; left: 0; width: 90px">Under</button>
<div style="position: fixed; top: 290px; left: 0; width: 400px; height: 90px"></div></main>"""


def test_each_control_comes_with_what_else_is_known_of_it(running: Workshop, site: Site) -> None:
    site.pages["/"] = OFFICE

    async def look(tab: Tab) -> tuple[Element, ...]:
        await tab.goto(f"{site.url}/")
        return (await take_snapshot(tab, step="1", taken=0))[0].elements

    home, name, born, species, more, bella, under = running.run(site.url, look)
    assert (home.evidence["href"], home.evidence["landmark"]) == ("/home", "banner")
    assert (home.evidence["title"], home.evidence["text"]) == ("Start", "Home")
    assert {"label": "Name*", "placeholder": "any part", "required": "yes"}.items() <= (
        name.evidence.items()
    )
    assert {"form": "find", "action": "POST /find application/x-www-form-urlencoded"}.items() <= (
        name.evidence.items()
    )
    assert (name.evidence["heading"], name.evidence["constraint"]) == ("Patients", "maxlength=30")
    assert "Home" in name.evidence["near"].splitlines()
    assert (born.evidence["required"], born.evidence.get("constraint")) == ("yes", None)
    assert species.evidence["options"] == "Cat\nDog"
    assert more.evidence["test_id"] == "data-testid=more"
    assert (bella.evidence["row"], bella.evidence.get("text")) == ("yes", None)
    assert (under.evidence["covered"], more.evidence["covered"]) == ("yes", "no")
    assert all(len(each.evidence["box"].split()) == 4 for each in (home, name, under))
    assert more.evidence["paint"] == under.evidence["paint"] != home.evidence["paint"]
    assert "paint" not in bella.evidence


PANEL = "<div class=panel{}><p>One</p><p>Two</p><label><input type=checkbox> {}</label></div>"
HIDDEN = " style='display: none'"


def test_panels_behind_tabs_are_no_rows_and_what_stands_together_is(
    running: Workshop, site: Site
) -> None:
    behind = "".join(PANEL.format(HIDDEN, name) for name in ("Users", "Access"))
    site.pages["/"] = "<section>" + PANEL.format("", "Ask before deleting") + behind + "</section>"
    site.pages["/list"] = "".join(PANEL.format("", name) for name in ("Ann", "Bob", "Cid"))

    async def look(tab: Tab) -> list[tuple[str, str | None]]:
        told: list[tuple[str, str | None]] = []
        for path in ("/", "/list"):
            await tab.goto(f"{site.url}{path}")
            seen, _ = await take_snapshot(tab, step="1", taken=0)
            told += [(each.name, each.evidence.get("row")) for each in seen.elements]
        return told

    settings, *rows = running.run(site.url, look)
    assert settings == ("Ask before deleting", None)
    assert rows == [("Ann", "yes"), ("Bob", "yes"), ("Cid", "yes")]


TABLES = """<table aria-label=All><tr><th>A</th></tr><tr><td>1</td></tr></table>
<table aria-label=Counted aria-rowcount=2><tr><th>A</th></tr><tr><td>1</td></tr></table>
<table aria-label=Some aria-rowcount=900><tr><th>A</th></tr><tr><td>1</td></tr></table>
<div role=grid><div style="height: 900px; position: relative">
<div role=row style="position: absolute; height: 20px"><i role=gridcell>1</i></div></div></div>
"""


def test_how_tables_hold_their_rows_is_told_where_it_is_not_all_of_them(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = TABLES
    assert drawn_of(running, site) == {"Counted": "whole", "Some": "part", "4": "part"}
    site.pages["/"] = "<canvas style='width: 100vw; height: 90vh'></canvas>"
    assert drawn_of(running, site) == {"canvas": "canvas"}


def drawn_of(running: Workshop, site: Site) -> dict[str, str]:
    async def look(tab: Tab) -> dict[str, str]:
        await tab.goto(f"{site.url}/")
        return (await take_snapshot(tab, step="1", taken=0))[0].drawn

    return running.run(site.url, look)


def test_a_control_in_a_frame_says_so(running: Workshop, site: Site) -> None:
    elements = snapshot_of(running, site)[0].elements
    framed = {each.name for each in elements if "frame" in each.evidence}
    assert framed == {"In the frame", "Framed"}
    assert elements[-1].evidence["frame"] == f"{site.url}/frame"


def test_the_picture_covers_every_field(running: Workshop, site: Site) -> None:
    """Playwright covers in one colour; a page of fields on white has no other colours left."""
    site.pages["/"] = """<body style="background: #fff; margin: 20px">
        <style>* { border: 0; outline: 0 } input, textarea, div { font-size: 40px; color: #0a0 }
        iframe { width: 500px; height: 200px }</style>
        <input value=typed><textarea>typed</textarea><div contenteditable>typed</div>
        <iframe srcdoc="<style>input{font-size:40px;color:#0a0}</style><input value=typed>">
        </iframe>"""

    async def look(tab: Tab) -> bytes | None:
        await tab.goto(f"{site.url}/")
        await tab.rest()
        return (await take_snapshot(tab, step="1", taken=0))[1]

    png = running.run(site.url, look)
    assert png is not None
    pixels = pixels_of(png)
    assert (255, 0, 255) in pixels
    green = [(r, g, b) for r, g, b in pixels if g > r + 40 and g > b + 40]
    assert green == []


def test_two_secrets_that_a_page_shows_give_one_picture(running: Workshop, site: Site) -> None:
    """Also in a frame, in other letters, and in a piece of a sentence."""
    shown = """<style>p {{ width: 600px; height: 40px; overflow: hidden }}
        b {{ display: inline-block; width: 400px; text-transform: uppercase }}</style>
        <h1>Welcome</h1><p>Signed in as <b>{0}</b></p>
        <p>We wrote to {0}, look there.</p><iframe srcdoc="<p style='height: 40px'>{0}</p>">
        </iframe>"""

    def picture(secret: str, *, hidden: bool) -> bytes | None:
        site.pages["/"] = shown.format(secret)

        async def look(tab: Tab) -> bytes | None:
            await tab.goto(f"{site.url}/")
            await tab.rest()
            secrets = [Secret(secret)] if hidden else []
            return (await take_snapshot(tab, step="1", taken=0, hidden=secrets))[1]

        return running.run(site.url, look)

    one, other = ("anna+(1)@nest.example", "otto-[2]@nest.example")
    assert picture(one, hidden=False) != picture(other, hidden=False)
    assert picture(one, hidden=True) == picture(other, hidden=True)


def pixels_of(png: bytes) -> set[tuple[int, int, int]]:
    """The colours of an 8-bit RGB(A) picture."""
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    channels = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        length = struct.unpack(">I", png[at : at + 4])[0]
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    return set(colours(zlib.decompress(data), width, height, channels))


def colours(raw: bytes, width: int, height: int, channels: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    stride = width * channels
    above = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        line = unfilter(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), above, channels)
        found += {(line[at], line[at + 1], line[at + 2]) for at in range(0, stride, channels)}
        above = line
    return found


def unfilter(kind: int, line: bytearray, above: bytearray, channels: int) -> bytearray:
    """Undo the filter of one line, as the format says."""
    for at in range(len(line)):
        left = line[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        line[at] = (line[at] + predicted(kind, left, above[at], corner)) % 256
    return line


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind < 4:
        return (0, left, above, (left + above) // 2)[kind]
    near = left + above - corner
    return min((left, above, corner), key=lambda each: abs(near - each))
