"""A small practice whose lists post: a form that keeps its state, and rows inside of JSON."""

from __future__ import annotations

import json
from html import escape
from typing import Final
from urllib.parse import parse_qs

from tests.browser.site import Asked, Served, Site, as_json
from tests.journeys.paper import Animal, Paper

PER_PAGE: Final = 4
WINDOW: Final = 3
"""Numbers of a pager before it says that there are more."""
_GRID: Final = "ctl00$Main$Grid"
_SCRIPT: Final = """function __doPostBack(target, argument) {
  var form = document.forms[0];
  form.__EVENTTARGET.value = target; form.__EVENTARGUMENT.value = argument; form.submit(); }"""
_MORE: Final = """<h1>Stock</h1><button id=more>Show more</button><table>
<thead><tr><th>Name</th><th>Owner</th></tr></thead>
<tbody id=rows></tbody></table><script>
var page = 0;
function load() { page += 1; fetch("/Stock/Rows?page=" + page).then(r => r.json()).then(said => {
  document.getElementById("rows").insertAdjacentHTML("beforeend", said.html);
  document.getElementById("more").hidden = !said.more; }); }
document.getElementById("more").onclick = load; load();</script>"""


class Forms:
    """Serves the animals of a practice; a form whose state is not that of its last page is refused.

    Attributes:
        refused: how often that was so.
    """

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.refused = 0
        self._states: dict[str, int] = {}

    def serve(self, site: Site) -> None:
        site.pages["/Animals.aspx"] = self.grid
        site.pages["/Stock"] = _MORE
        site.pages["/Stock/Rows"] = self.rows

    def everyone(self) -> list[Animal]:
        return sorted(self.paper.animals.values(), key=lambda one: one.number)

    def grid(self, asked: Asked) -> str | Served:
        if asked.method == "GET":
            return self._page(1)
        form = {key: found[0] for key, found in parse_qs(asked.body.decode()).items()}
        shown = self._states.get(form.get("__VIEWSTATE", ""))
        wanted = form.get("__EVENTARGUMENT", "").removeprefix("Page$")
        offered = self._numbers(shown) if shown else []
        if form.get("__EVENTTARGET") != _GRID or int(wanted or 0) not in offered:
            self.refused += 1
            return Served("<h1>Invalid postback argument</h1>", status=500)
        return self._page(int(wanted))

    def _last(self) -> int:
        return -(-len(self.paper.animals) // PER_PAGE)

    def _numbers(self, page: int) -> list[int]:
        """The pages that the pager of a page offers, as grids of that kind do."""
        first = (page - 1) // WINDOW * WINDOW + 1
        around = range(first - 1, first + WINDOW + 1)
        return [number for number in around if 1 <= number <= self._last() and number != page]

    def _page(self, page: int) -> str:
        state = f"/wEPDwUKLTY0{len(self._states):06d}MDk2OTsWAgIDD2QWAgIB"
        self._states[state] = page
        shown = self.everyone()[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = "".join(
            f"<tr><td>{escape(one.name)}</td><td>{escape(one.species)}</td>"
            f'<td><a href="Animal.aspx?AnimalID={one.number}">View</a></td></tr>'
            for one in shown
        )
        first = (page - 1) // WINDOW * WINDOW + 1
        links = "".join(
            f"<td>{self._link(number, inside=first <= number < first + WINDOW)}</td>"
            for number in sorted({*self._numbers(page), page})
        ).replace(self._link(page, inside=True), f"<span>{page}</span>")
        pager = f"<tr><td colspan=3><table><tr>{links}</tr></table></td></tr>"
        return f"""<html><body><form method=post action="/Animals.aspx">
          <input type=hidden name=__EVENTTARGET value=""><input type=hidden name=__EVENTARGUMENT
          value=""><input type=hidden name=__VIEWSTATE value="{state}">
          <script>{_SCRIPT}</script><h2>Animals</h2><input name="ctl00$Main$txtName">
          <table id=ctl00_Main_Grid><tr><th>Name</th><th>Species</th><th>&nbsp;</th></tr>
          {rows}{pager}</table></form></body></html>"""

    def _link(self, number: int, *, inside: bool) -> str:
        script = f"javascript:__doPostBack(&#39;{_GRID}&#39;,&#39;Page${number}&#39;)"
        return f'<a class=p{number} href="{script}">{number if inside else "..."}</a>'

    def rows(self, asked: Asked) -> Served:
        page = int(parse_qs(asked.query)["page"][0])
        shown = self.everyone()[(page - 1) * PER_PAGE : page * PER_PAGE]
        html = "".join(
            f'<tr data-animal-id="{one.number}"><td><a href="/Animal.aspx?AnimalID={one.number}">'
            f"{escape(one.name)}</a></td><td>{escape(one.owner)}</td></tr>"
            for one in shown
        )
        nothing = "<tr><td colspan=2>Nothing found</td></tr>"
        more = page * PER_PAGE < len(self.paper.animals)
        return as_json({"html": html or nothing, "more": more})


def identities(found: object) -> list[str]:
    """The animals that some rows lead to."""
    return [part.partition('"')[0] for part in json.dumps(found).split('"@href?AnimalID": "')[1:]]
