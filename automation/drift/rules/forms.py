"""Rules about forms: ``dom.form`` and ``dom.submit``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from automation.drift.acting import Screen
from automation.drift.pages import ElementSignature
from automation.drift.presence import presence, settled
from automation.drift.tokens import digest
from automation.drift.view import Change, View
from automation.model import Severity

_CALLED: Final = ("field", "id", "autocomplete")
_SLOT: Final = ("label", "name", "autocomplete", "placeholder")


def renamed(view: View) -> Iterator[Change]:
    """A field is called otherwise in the same place of the same form."""
    for screen in view.screens.values():
        for old, new in renamed_fields(screen).items():
            yield _change(view, screen, old, old, new)


def new_required(view: View) -> Iterator[Change]:
    """A form wants a value that it never wanted."""
    yield from _added(view, required=True)


def new_optional(view: View) -> Iterator[Change]:
    """A form takes a value that it never took."""
    yield from _added(view, required=False)


def gone(view: View) -> Iterator[Change]:
    """A field that was always there is not."""
    for screen in view.screens.values():
        moved = renamed_fields(screen)
        for key, old in screen.usual.elements.items():
            if key in screen.now.elements or key in moved or not _is_field(old):
                continue
            found = presence(screen.always.elements[key].seen, screen.always.seen)
            used = _used(view, screen, key)
            if found.gone or (found.steady and used):
                yield _change(view, screen, key, "there", "absent")


def control(view: View) -> Iterator[Change]:
    """A field is of another type; of another kind, it wants another action."""
    for screen, key, old, new in _fields(view):
        kinds = _words(old, "kind"), _words(new, "kind")
        types = _words(old, "type"), _words(new, "type")
        if kinds[0] != kinds[1] or (types[0] and types[1] and types[0] != types[1]):
            worse = Severity.BREAKING if kinds[0] != kinds[1] else None
            shapes = [f"{kind} {type_}".strip() for kind, type_ in zip(kinds, types, strict=True)]
            yield _change(view, screen, key, shapes[0], shapes[1], severity=worse)


def constraint(view: View) -> Iterator[Change]:
    """What a field accepts is another rule."""
    yield from _other(view, "constraint")


def options(view: View) -> Iterator[Change]:
    """The options of a list are others; where ours is gone, nothing can be chosen."""
    chosen = {
        (acted.screen.step, acted.key): acted.use.option for acted in view.acted if acted.use.option
    }
    for change, screen, key, after in _others(view, "options"):
        ours = chosen.get((screen.step, key))
        known = {line.split(" ")[0] for line in after.split("\n")} | set(after.split("\n"))
        lost = ours is not None and not {ours, f"#{digest(ours)}"} & known
        yield replace(change, severity=Severity.BREAKING) if lost else change


def action(view: View) -> Iterator[Change]:
    """A form is sent elsewhere, or otherwise."""
    for screen in view.screens.values():
        for form, now in screen.now.forms.items():
            before = screen.before.forms.get(form)
            if before and not set(before) & set(now):
                keys = [
                    key
                    for key, one in screen.now.elements.items()
                    if form in _form(one).split("\n")
                ]
                used = any(_used(view, screen, key) for key in keys)
                yield Change(
                    subject=f"form {form}",
                    before=", ".join(sorted(before)),
                    after=", ".join(sorted(now)),
                    use="written" if used else "none",
                    step=screen.step,
                )


def submit_disabled(view: View) -> Iterator[Change]:
    """A button that could always be pressed cannot."""
    for screen in view.screens.values():
        for key, known, new in screen.pairs():
            old = screen.usual.elements.get(key, known)
            was, now = _words(old, "disabled"), _words(new, "disabled")
            if (was, now) == ("no", "yes") and _words(new, "kind") == "button":
                yield _change(view, screen, key, "enabled", "disabled")


def _added(view: View, *, required: bool) -> Iterator[Change]:
    for screen in view.screens.values():
        taken = set(renamed_fields(screen).values())
        for key, new in screen.now.elements.items():
            if key in screen.before.elements or key in taken or not _is_field(new):
                continue
            if (_words(new, "required") == "yes") is required and not new.data:
                used = _form_used(view, screen, new) and required
                yield Change(
                    subject=key,
                    after="required" if required else "optional",
                    use="written" if used else "none",
                    step=screen.step,
                )


def renamed_fields(screen: Screen) -> dict[str, str]:
    """Fields that are gone, with those that stand in their place; only where it is one for one."""
    gone_ = {k: e for k, e in screen.before.elements.items() if k not in screen.now.elements}
    new = {k: e for k, e in screen.now.elements.items() if k not in screen.before.elements}
    found: dict[str, str] = {}
    for key, old in gone_.items():
        fitting = [other for other, one in new.items() if _same_slot(old, one)]
        if len(fitting) == 1 and fitting[0] not in found.values() and _is_field(old):
            found[key] = fitting[0]
    return found


def _same_slot(old: ElementSignature, new: ElementSignature) -> bool:
    if all(_words(old, place) == _words(new, place) for place in _CALLED):
        return False
    if any(_words(old, place) != _words(new, place) for place in ("kind", "form")):
        return False
    return any(_words(old, place) and _words(old, place) == _words(new, place) for place in _SLOT)


def _fields(view: View) -> Iterator[tuple[Screen, str, ElementSignature, ElementSignature]]:
    """Fields before and now; of another kind they have another key and are found by name."""
    for screen in view.screens.values():
        for key, old, new in screen.pairs():
            if _is_field(old) and not old.data:
                yield screen, key, old, new
        for key, old in screen.before.elements.items():
            anchor = key.partition(" ")[2]
            for other, new in screen.now.elements.items():
                same = anchor.startswith("field=") and other.partition(" ")[2] == anchor
                if same and key != other and key not in screen.now.elements:
                    yield screen, key, old, new


def _other(view: View, place: str) -> Iterator[Change]:
    return (change for change, *_ in _others(view, place))


def _others(view: View, place: str) -> Iterator[tuple[Change, Screen, str, str]]:
    for screen, key, old, new in _fields(view):
        before, now = _words(old, place), _words(new, place)
        steady = place in old.evidence and settled(old.evidence[place], old.seen)
        if before != now and (steady or place not in old.evidence) and (before or now):
            yield _change(view, screen, key, before, now), screen, key, now


def _is_field(element: ElementSignature) -> bool:
    kinds = {"text", "secret", "choice", "checkbox", "radio", "slider"}
    return _words(element, "kind") in kinds


def _words(element: ElementSignature, place: str) -> str:
    known = element.evidence.get(place)
    return "\n".join(sorted(known.words)) if known else ""


def _used(view: View, screen: Screen, key: str) -> bool:
    return any(acted.screen is screen and acted.key == key for acted in view.acted)


def _form_used(view: View, screen: Screen, new: ElementSignature) -> bool:
    """Whether a flow fills anything in the same form, as it is now or was."""
    return any(
        acted.screen is screen and _form(new) in {_form(old) for old in _ways(screen, acted.key)}
        for acted in view.acted
    )


def _ways(screen: Screen, key: str) -> Iterator[ElementSignature]:
    """A control as it is now, where it is, and as it was."""
    for page in (screen.now, screen.before):
        if key in page.elements:
            yield page.elements[key]


def _form(element: ElementSignature) -> str:
    """The form that a control is in; one without a name is known by a field that it has."""
    return _words(element, "form") or _words(element, "group")


def _change(
    view: View,
    screen: Screen,
    key: str,
    before: str,
    after: str,
    severity: Severity | None = None,
) -> Change:
    return Change(
        subject=key,
        before=before,
        after=after,
        use="written" if _used(view, screen, key) else "none",
        step=screen.step,
        severity=severity,
    )
