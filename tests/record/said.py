"""Short ways to say what a recording heard."""

from __future__ import annotations

from automation.browser import Action, Asked, Candidate, Caused, FieldNature, Opened, SeenElement
from automation.model import Fingerprint, Secret, Signal


def element(name: str, *, row: bool = False, **more: str) -> SeenElement:
    """An element found by each of the given kinds; ``role`` gets the name."""
    values = {"css": f"main > {name.lower().replace(' ', '-')}"} | more
    candidates = [
        Candidate(kind=kind, value=value, name=name if kind == "role" else None, matches=1)
        for kind, value in values.items()
    ]
    return SeenElement(
        candidates=tuple(candidates), row=row, fingerprint=Fingerprint(tag="input", text=name)
    )


def opened(url: str, at: float = 0, *, referrer: str = "", page: int = 0) -> Opened:
    return Opened(url=url, at=at, referrer=referrer, page=page, document=f"doc {url}")


def click(name: str, at: float, **more: object) -> Action:
    return _action("click", name, at, **more)


def fill(name: str, text: str | None, at: float, **more: object) -> Action:
    value = None if text is None else Secret(text)
    return _action("fill", name, at, **{"value": value} | more)


def other(kind: str, name: str, at: float, **more: object) -> Action:
    return _action(kind, name, at, **more)


def asked(what: str, at: float) -> Asked:
    return Asked(what=what, at=at)


def caused(signal: Signal, at: float, *, opened: int | None = None) -> Caused:
    return Caused(signal=signal, at=at, opened=opened)


def nature(kind: str = "text", hints: str = "", *, secret: bool = False) -> FieldNature:
    return FieldNature(type=kind, autocomplete=hints, secret=secret)


def _action(kind: str, name: str, at: float, **more: object) -> Action:
    plain = {"document": "doc", "element": element(name, label=name)}
    return Action.model_validate({"kind": kind, "at": at} | plain | more)
