"""Rules about finding controls, and what they are called: ``dom.loc`` and names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from automation.drift.acting import Acted, Screen
from automation.drift.pages import ElementSignature
from automation.drift.presence import settled
from automation.drift.rules.forms import renamed_fields
from automation.drift.view import Change, View
from automation.model import Severity

_ANCHORS: Final = ("test_id", "field", "id", "href")
_SWITCHED: Final = 0.6
_FEW: Final = 4


def missing(view: View) -> Iterator[Change]:
    """None of the ways to find a control finds anything."""
    for acted in view.acted:
        if not any(keys for _, keys in acted.now) and not elsewhere(acted):
            yield _of(acted, acted.before[0][0].kind, "nothing")


def ambiguous(view: View) -> Iterator[Change]:
    """What found one control finds several."""
    for acted in view.acted:
        before, now = acted.before[0][1], acted.now[0][1]
        several = len(now) > 1 or any(acted.screen.now.elements[key].several for key in now)
        alone = len(before) == 1 and not acted.page.elements[before[0]].several
        if alone and several:
            yield _of(acted, "one", "several")


def shifted(view: View) -> Iterator[Change]:
    """What found one control finds another one."""
    for acted in view.acted:
        before, now = acted.before[0][1], acted.now[0][1]
        renamed = len(before) == 1 and renamed_fields(acted.screen).get(before[0])
        if len(before) == len(now) == 1 and now[0] not in {before[0], renamed}:
            old = acted.page.elements[before[0]]
            new = acted.screen.now.elements[now[0]]
            told = [name for name in _ANCHORS if name in old.evidence and name in new.evidence]
            if told and all(_differs(old, new, name) for name in told):
                yield _of(acted, "the control that was recorded", "another one")


def degraded(view: View) -> Iterator[Change]:
    """The best way to find a control fails, another one does not."""
    for acted in view.acted:
        if not acted.now[0][1]:
            found = next((locator.kind for locator, keys in acted.now if keys), None)
            if found is not None:
                yield _of(acted, acted.before[0][0].kind, found)


def role(view: View) -> Iterator[Change]:
    """A control has another role."""
    for screen, key, old, new in _kept(view):
        if _differs(old, new, "role") and not _lost(old, new, "role"):
            yield _named(view, screen, key, "role", old, new)


def name(view: View) -> Iterator[Change]:
    """A control has another accessible name; told as one where the language is another one."""
    for screen, key, old, new in _kept(view):
        renamed = _differs(old, new, "name") and not _lost(old, new, "name")
        if renamed and not _translated(view, screen):
            yield _named(view, screen, key, "name", old, new)


def label(view: View) -> Iterator[Change]:
    """A control has another visible label or placeholder."""
    for screen, key, old, new in _kept(view):
        for place in ("label", "placeholder", "title"):
            if _differs(old, new, place) and not _translated(view, screen):
                acted = _acted(view, screen, key)
                by_text = acted is not None and acted.reads(place)
                change = _named(view, screen, key, place, old, new)
                yield replace(change, severity=Severity.RISKY) if by_text else change


def language(view: View) -> Iterator[Change]:
    """Most texts of a page are others at the same structure."""
    for screen in view.screens.values():
        if _translated(view, screen):
            used = any(acted.screen is screen and acted.by_text for acted in view.acted)
            yield Change(
                subject="language of the page",
                before="one language",
                after="another one",
                use="navigation" if used else "none",
                step=screen.step,
                severity=Severity.RISKY if used else None,
            )


def accessibility(view: View) -> Iterator[Change]:
    """A control lost its role or its name."""
    for screen, key, old, new in _kept(view):
        for place in ("role", "name"):
            if _lost(old, new, place):
                yield _named(view, screen, key, place, old, new)


def marks(view: View) -> Iterator[Change]:
    """Attributes for tests came, went, or are called otherwise."""
    for screen in view.screens.values():
        old = any("test_id" in one.evidence for one in screen.before.elements.values())
        new = any("test_id" in one.evidence for one in screen.now.elements.values())
        if old != new:
            words = ("there", "absent")
            yield Change(
                subject="test ids",
                before=words[not old],
                after=words[not new],
                step=screen.step,
            )


def elsewhere(acted: Acted) -> bool:
    """Whether a control is not where it was because the page is another one, or in a frame."""
    now, before = acted.screen.now, acted.screen.before
    framed = bool(now.frames) and not before.frames
    away = not set(now.addresses) & set(before.addresses)
    return framed or away or bool(set(now.traits) - set(before.traits) - {"empty"})


def _kept(view: View) -> Iterator[tuple[Screen, str, ElementSignature, ElementSignature]]:
    for screen in view.screens.values():
        for key, old, new in screen.pairs():
            if not old.data:
                yield screen, key, old, new


def _differs(old: ElementSignature, new: ElementSignature, place: str) -> bool:
    before, now = old.evidence.get(place), new.evidence.get(place)
    if before is None or now is None or now.many or not settled(before, old.seen):
        return False
    return bool(now.words) and not set(before.words) & set(now.words)


def _lost(old: ElementSignature, new: ElementSignature, place: str) -> bool:
    return bool(old.evidence.get(place)) and place not in new.evidence


def _translated(view: View, screen: Screen) -> bool:
    """Whether most names are others; those of a page with few say so only beside another page."""
    named, switched = _switched(screen)
    return switched and (named >= _FEW or any(_is_other(one) for one in view.screens.values()))


def _is_other(screen: Screen) -> bool:
    named, switched = _switched(screen)
    return switched and named >= _FEW


def _switched(screen: Screen) -> tuple[int, bool]:
    """How many controls had and have a name, and whether most of these are other ones."""
    named = [
        (old, new)
        for _, old, new in screen.pairs()
        if "name" in old.evidence and "name" in new.evidence and not old.data
    ]
    changed = sum(_differs(old, new, "name") for old, new in named)
    return len(named), changed > _SWITCHED * len(named)


def _acted(view: View, screen: Screen, key: str) -> Acted | None:
    return next((one for one in view.acted if one.screen is screen and one.key == key), None)


def _named(
    view: View,
    screen: Screen,
    key: str,
    place: str,
    old: ElementSignature,
    new: ElementSignature,
) -> Change:
    acted = _acted(view, screen, key)
    words = [
        ", ".join(sorted(one.evidence[place].words)) if place in one.evidence else ""
        for one in (old, new)
    ]
    return Change(
        subject=f"{key} {place}",
        before=words[0],
        after=words[1],
        use="none" if acted is None else "navigation",
        step=screen.step if acted is None else acted.step,
    )


def _of(acted: Acted, before: str, after: str) -> Change:
    return Change(
        subject=acted.subject,
        before=before,
        after=after,
        use="written" if acted.use.action in {"fill", "select", "check"} else "navigation",
        step=acted.step,
        heal=True,
    )
