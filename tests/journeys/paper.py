"""A small practice whose portal knows no JSON: lists and charts are pages, as older portals are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from typing import Final
from urllib.parse import parse_qs

from tests.browser.site import Asked, Served, Site

PER_PAGE: Final = 10

_FRAME: Final = """<!doctype html><html><head><title>{title}</title></head><body>
<header><nav><ul><li><a href="/Patients">Patients</a></li><li><a href="/Chart/1">Last</a></li></ul>
</nav></header><form method="get" action="/Patients"><label>Search</label><input name="q"></form>
<main><h1>{title}</h1>{content}</main><footer>Served at 09:12:44</footer></body></html>"""


@dataclass(frozen=True)
class Note:
    """One note of a chart."""

    number: int
    status: str
    subjective: str
    plan: tuple[str, ...] = ()


@dataclass(frozen=True)
class Visit:
    """One visit of a chart."""

    number: int
    day: str
    reason: str
    weight: float


@dataclass(frozen=True)
class Animal:
    """One patient with everything in its chart."""

    number: int
    name: str
    species: str
    owner: str
    visits: tuple[Visit, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class Paper:
    """The practice; what changes here is what the next page shows."""

    animals: dict[int, Animal] = field(default_factory=dict)
    visits_are_called: str = "Visits"

    @classmethod
    def of(cls, count: int) -> Paper:
        """A practice with this many patients; every third has no visit, every fourth no note."""
        return cls({number: _animal(number) for number in range(1001, 1001 + count)})

    def change(self, number: int, **to: object) -> None:
        self.animals[number] = replace(self.animals[number], **to)  # type: ignore[arg-type]  # its own fields

    def serve(self, site: Site) -> None:
        """Answer on this site; who asks for a chart that is gone is told so."""
        site.pages["/Patients"] = self.list_page
        for number in range(1001, 1101):
            site.pages[f"/Patients/Chart/{number}"] = partial(self.asked_for, number)

    def list_page(self, asked: Asked) -> str:
        given = parse_qs(asked.query)
        page = int(given.get("page", ["1"])[0])
        everyone = sorted(self.animals.values(), key=lambda one: one.number)
        shown = everyone[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = "".join(
            f'<tr id="row_{one.number}"><td><a href="/Patients/Chart/{one.number}?tab=all">'
            f"{escape(one.name)}</a></td><td>{escape(one.species)}</td>"
            f"<td>{escape(one.owner)}</td></tr>"
            for one in shown
        )
        more = page * PER_PAGE < len(everyone)
        onward = f'<a class="next" href="?page={page + 1}">Next &raquo;</a>' if more else ""
        table = _table("Patients", "grid", ("Name", "Species", "Owner"), rows)
        return _page("Patients", f'{table}<div class="paging"><b>{page}</b> {onward}</div>')

    def asked_for(self, number: int, _: Asked) -> str | Served:
        return self.chart(number)

    def chart(self, number: int) -> str | Served:
        one = self.animals.get(number)
        if one is None:
            return Served(_page("Not found", "<p>There is no such patient.</p>"), status=404)
        facts = f"""<div class="card"><h2>Patient</h2><table>
            <tr><th>Patient number</th><td>{one.number}</td></tr>
            <tr><th>Name</th><td>{escape(one.name)}</td></tr>
            <tr><th>Species</th><td>{escape(one.species)}</td></tr></table></div>
            <div class="card"><h2>Owner</h2>
            <dl><dt>Name</dt><dd>{escape(one.owner)}</dd></dl></div>"""
        visits = "".join(
            f'<tr data-visit-id="{visit.number}"><td>{visit.day}</td>'
            f"<td>{escape(visit.reason)}</td><td>{visit.weight:.1f} lbs</td></tr>"
            for visit in one.visits
        )
        table = _table(
            f"{self.visits_are_called} ({len(one.visits)})",
            "",
            ("Date", "Reason", "Weight"),
            visits,
        )
        notes = "".join(map(_note, one.notes)) or "<p>No notes yet.</p>"
        return _page(one.name, f"{facts}{table}<section><h2>Notes</h2>{notes}</section>")


def _animal(number: int) -> Animal:
    visits = tuple(
        Visit(number * 10 + turn, f"0{turn}/1{turn}/2026", f"Cough & {turn} more", 4.5 + turn)
        for turn in range(1, 1 + number % 3)
    )
    notes = tuple(
        Note(number * 10 + turn, ("draft", "final")[turn % 2], f"Calm <{turn}>.\nEats well.",
             ("Recheck in 2 weeks", "Walk")[:turn])
        for turn in range(number % 4)
    )  # fmt: skip
    species = ("Canine", "Feline", "Avian")[number % 3]
    return Animal(number, f"Rex {number}", species, f"Ann O'Neil {number % 7}", visits, notes)


def _table(caption: str, identity: str, heads: tuple[str, ...], rows: str) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    nothing = f'<tr><td colspan="{len(heads)}">No records found</td></tr>'
    named = f' id="{identity}"' if identity else ""
    return (
        f"<table{named}><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows or nothing}</tbody></table>"
    )


def _note(note: Note) -> str:
    plan = "".join(f"<li>{escape(line)}</li>" for line in note.plan)
    subjective = escape(note.subjective).replace("\n", "<br>")
    return f"""<article data-note-id="{note.number}" class="note {note.status}">
        <header><h3>SOAP note</h3><span class="label">Status</span><span>{note.status}</span>
        </header><h4>Subjective</h4><p>{subjective}</p>
        <h4>Plan</h4><ul>{plan}</ul></article>"""


def _page(title: str, content: str) -> str:
    return _FRAME.format(title=escape(title), content=content)
