"""Work out repairs of a flow from the pages as they were and as they are.

A control is found again by the gate of :func:`automation.page.heal`; what it refuses has no
repair. A page that stands in the way gets a step of its own, which a person has to allow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

from automation.drift.traits import traits_of
from automation.model import (
    Element,
    Fingerprint,
    Flow,
    Locator,
    PatchLine,
    Snapshot,
    Step,
    Target,
    When,
)
from automation.page import (
    Look,
    Permission,
    heal,
    look_of,
    look_of_target,
    outline,
    permission,
)
from automation.wire import form_of

_HELD: Final = frozenset({"consent", "survey", "whatsnew", "tenant.chooser"})
"""What may stand in the way and be put aside; whatever else it is, only a person may."""
_NEVER: Final = frozenset(
    {"captcha", "challenge", "password.expired", "mfa", "terms", "account.chooser"}
)
_ASIDE: Final = re.compile(
    r"\A(?:close|dismiss|not now|no,? thanks|maybe later|later|skip(?: (?:tour|for now))?|got it"
    r"|ok|okay|continue|reject(?: all)?|decline(?: all)?|(?:only )?necessary(?: cookies)?(?: only)?"
    r"|schließen|später|ablehnen|alle ablehnen|verstanden|cerrar|ahora no|rechazar"
    r"|\xd7|x)\Z",
    re.IGNORECASE,
)
_KINDS: Final = frozenset({"click", "fill", "press", "select", "check", "hover"})
_LABEL: Final = "{{ practice.label }}"
_TEMPLATE: Final = "{{"
_FAILED: Final = "-failed"


class Repair(NamedTuple):
    """A repair of one step of a flow.

    Attributes:
        kind: whether a control is found otherwise, or a step comes in.
        step: path of the step; of one that comes in, of the one it comes before.
        lines: the changes of the flow.
        action: what may be done with it without a person.
        proof: what speaks for it.
    """

    kind: Literal["locator", "step"]
    step: str
    lines: tuple[PatchLine, ...]
    action: Permission
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """One acting step, with where it stands in the file."""

    path: str
    pointer: str
    step: Step
    target: Target


def locator_repairs(
    flow: Flow, before: Sequence[Snapshot], now: Sequence[Snapshot], *, login: bool = False
) -> tuple[Repair, ...]:
    """How the controls that are not found any more can be found.

    All of a page are worked out together. Without the control that was chosen, the gate has to
    refuse: else a look-alike would have been taken for one that is gone.

    Args:
        flow: as it is.
        before: the pages of a run that was well.
        now: the pages of the latest run, the one on which a step failed included.
        login: the flow signs in.
    """
    old, new = _by_step(before), _by_step(now)
    found: list[Repair] = []
    pages: dict[str, list[_Place]] = {}
    for place in _places(flow.steps):
        page = _page_before(new, place.path)
        if page is None or _page_before(old, place.path) is None:
            continue
        if len(_matching(page.elements, place.target)) != 1:
            pages.setdefault(page.step, []).append(place)
    for places in pages.values():
        then, there = _page_before(old, places[0].path), _page_before(new, places[0].path)
        if then is not None and there is not None:
            found += _healed(flow, places, then, there, login=login)
    return tuple(found)


def _healed(
    flow: Flow, places: Sequence[_Place], then: Snapshot, there: Snapshot, *, login: bool
) -> Iterator[Repair]:
    known = [_recorded(then.elements, place.target) for place in places]
    free = [each for each in there.elements if not each.evidence.get("row")]
    seen = [look_of(each) for each in free]
    beside = [look_of(each) for each in then.elements]
    for place, match in zip(places, heal(known, seen, beside=beside), strict=True):
        if match.index is None:
            continue
        recorded, chosen = known[places.index(place)], free[match.index]
        if not _is_alone(recorded, seen, match.index, beside):
            continue
        target = _target_of(chosen, free)
        if target is None:
            continue
        proof = (
            f"found by {match.stage}, score {match.score:.2f}, ahead by {match.ahead:.2f}",
            "next best: " + ", ".join(f"{score:.2f}" for _, score in match.best[1:]),
            "matched back it is the recorded one; without it the gate refuses",
        )
        action = permission(
            place.step.kind, seen[match.index], writes=flow.effect == "write", login=login
        )
        line = PatchLine(
            op="replace",
            path=f"{place.pointer}/target",
            before=_plain(place.target),
            after=_plain(target),
        )
        yield Repair("locator", place.path, (line,), action, proof)


def _is_alone(recorded: Look, seen: Sequence[Look], chosen: int, beside: Sequence[Look]) -> bool:
    """Whether nothing else would be taken if the chosen one were not there."""
    others = [look for index, look in enumerate(seen) if index != chosen]
    return heal([recorded], others, beside=beside)[0].index is None


def step_repairs(
    flow: Flow, before: Sequence[Snapshot], now: Sequence[Snapshot], *, label: str = ""
) -> tuple[Repair, ...]:
    """How what stands in the way of a step can be put aside, as a step that a person allows.

    Args:
        flow: as it is.
        before: the pages of a run that was well.
        now: the pages of the latest run.
        label: what the portal calls the practice, for a page that asks which one is meant.
    """
    old, new = _by_step(before), _by_step(now)
    for place in _places(flow.steps):
        page, then = _page_before(new, place.path), _page_before(old, place.path)
        if page is None or then is None:
            continue
        covered = page.step == f"{place.path}{_FAILED}"  # it is there, and was not to be reached
        if not covered and _matching(page.elements, place.target):
            continue
        asks = set(traits_of(_spoken(page))) - set(traits_of(_spoken(then)))
        if asks & _NEVER:
            return ()
        aside = _aside(page, then, asks, label)
        if aside is not None:
            return (_stepping(place, aside, asks),)
    return ()


def _aside(page: Snapshot, then: Snapshot, asks: set[str], label: str) -> Target | None:
    """The one control that puts away what came to the page."""
    known = {(each.role, each.name) for each in then.elements}
    fresh = [each for each in page.elements if (each.role, each.name) not in known]
    if "tenant.chooser" in asks:
        named = [each for each in fresh if label and each.name == label]
        role = named[0].role if len(named) == 1 else ""
        return Target(role=role, name=_LABEL) if role else None
    fits = [each for each in fresh if _ASIDE.match(each.name) and each.role in {"button", "link"}]
    in_dialog = _has_dialog(page) and not _has_dialog(then)
    if len(fits) != 1 or not (asks & _HELD or in_dialog):
        return None
    return _target_of(fits[0], page.elements)


def _stepping(place: _Place, aside: Target, asks: set[str]) -> Repair:
    target = _plain(aside)
    after: JsonValue = {"when": {"target": target, "steps": [{"click": {"target": target}}]}}
    pointer = place.pointer.rpartition("/")[0]
    what = ", ".join(sorted(asks)) or "a dialog"
    proof = (f"{what} came to the page", f"it is put aside by {aside.describe()}")
    line = PatchLine(op="add", path=pointer, after=after)
    return Repair("step", place.path, (line,), "propose", proof)


# ---------------------------------------------------------------- steps and pages


def _places(steps: Sequence[Step], above: str = "", way: str = "/steps") -> Iterator[_Place]:
    for number, step in enumerate(steps):
        path, pointer = f"{above}{number + 1}", f"{way}/{number}/{step.kind}"
        if isinstance(step, When):
            yield from _places(step.steps, f"{path}.", f"{pointer}/steps")
            continue
        target = getattr(step, "target", None)
        if target is not None and step.kind in _KINDS and not _is_open(target):
            yield _Place(path, pointer, step, target)


def _is_open(target: Target) -> bool:
    """Whether a template stands in it, so that it means another control each time."""
    return any(
        _TEMPLATE in locator.expression + (locator.name or "") for locator in target.locators()
    )


def _by_step(pages: Sequence[Snapshot]) -> dict[tuple[int, ...], Snapshot]:
    """The pages by step; that on which a step failed is the one the step before left."""
    found: dict[tuple[int, ...], Snapshot] = {}
    for page in pages:
        if page.step.endswith(_FAILED) and found:
            found[max(found)] = page
        else:
            found[_number(page.step)] = page
    return found


def _page_before(pages: dict[tuple[int, ...], Snapshot], step: str) -> Snapshot | None:
    earlier = [number for number in pages if number < _number(step)]
    return pages[max(earlier)] if earlier else None


def _number(step: str) -> tuple[int, ...]:
    return tuple(int(part) for part in step.removesuffix(_FAILED).split("."))


def _spoken(page: Snapshot) -> Iterator[str]:
    yield page.title
    for node in outline(page.aria):
        yield node.name


def _has_dialog(page: Snapshot) -> bool:
    return any(node.role in {"dialog", "alertdialog"} for node in outline(page.aria))


# ---------------------------------------------------------------- controls


def _recorded(elements: Sequence[Element], target: Target) -> Look:
    """The control as it was on the page; as the flow recorded it, where that says nothing."""
    found = _matching(elements, target)
    return look_of(found[0]) if len(found) == 1 else look_of_target(target)


def _matching(elements: Sequence[Element], target: Target) -> list[Element]:
    """What the first of its locators finds that says anything here."""
    for locator in target.locators():
        if locator.kind in _SAYS and (locator.kind != "role" or locator.name):
            return [each for each in elements if _says(each, locator)]
    return []


def _says(element: Element, locator: Locator) -> bool:
    told = _SAYS[locator.kind](element)
    if locator.kind == "role":
        return told == locator.expression and element.name == locator.name
    return told == locator.expression


_SAYS: Final[dict[str, Callable[[Element], str]]] = {
    "test_id": lambda each: each.evidence.get("test_id", ""),
    "role": lambda each: each.role,
    "placeholder": lambda each: each.evidence.get("placeholder", ""),
    "label": lambda each: each.evidence.get("label", ""),
    "alt": lambda each: each.evidence.get("alt", ""),
    "text": lambda each: each.evidence.get("text", "") or each.name,
    "title": lambda each: each.evidence.get("title", ""),
    "id": lambda each: each.id,
    "field": lambda each: each.field,
}


def _target_of(element: Element, beside: Sequence[Element]) -> Target | None:
    """How a control is found from now on, by what it alone has; None where nothing is its own.

    One in an inner frame needs the way into it, which a page does not tell.
    """
    if "frame" in element.evidence:
        return None
    told: dict[str, str] = {"role": element.role, "name": element.name}
    for kind, tell in _SAYS.items():
        value = tell(element)
        alone = sum(tell(each) == value for each in beside) == 1
        if kind != "role" and value and alone and (kind != "id" or form_of(value) is None):
            told[kind] = value
    named = sum((e.role, e.name) == (element.role, element.name) for e in beside) == 1
    if not (element.name and named):
        told.pop("name")
        if len(told) == 1:
            return None
    return Target.model_validate({**told, "fingerprint": _fingerprint(element)})


def _fingerprint(element: Element) -> Fingerprint:
    known = element.evidence
    named = {"type": element.type, "name": element.field, "id": element.id}
    also = {name: known.get(name, "") for name in ("placeholder", "title", "alt", "autocomplete")}
    box = [int(number) for number in known.get("box", "").split()]
    return Fingerprint(
        tag=element.tag,
        attributes={name: value for name, value in {**named, **also}.items() if value},
        text=known.get("text", ""),
        neighbours=tuple(filter(None, known.get("near", "").splitlines())),
        box=(box[0], box[1], box[2], box[3]) if len(box) == 4 else None,  # noqa: PLR2004
    )


def _plain(target: Target) -> JsonValue:
    found: JsonValue = target.model_dump(mode="json", exclude_defaults=True)
    return found
