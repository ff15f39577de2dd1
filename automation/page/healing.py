"""Which control that is there may stand for one that was recorded; none, when it is gone.

In stages: a ladder of unique matches, the resemblance, all controls of a page together, and a
gate that each of them has to pass. Taking the one that is most alike is no option for software
that types secrets: where the true control was removed, something is always most alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from automation.page.assignment import assign
from automation.page.look import Look
from automation.page.scoring import contributions, score

SCORE: Final = 0.6
"""The least resemblance that may stand for the recorded control."""
AHEAD: Final = 0.05
"""How far the best rival has to be behind."""
CALLED: Final = 0.8
"""How alike at least one of the ways to call a control has to be."""
STRANGE: Final = 0.4
"""Where nothing on a page resembles a control more than this, a step is missing, not a locator."""

_BEST: Final = 5
_ALL: Final = 0.999
_CALLED: Final = ("field", "name", "text", "label", "test_id", "href", "id", "placeholder")
_AROUND: Final = ("near", "place", "form", "location")
_BESIDE: Final = 0.25
"""How much of what is around a control has to be there where it is called a little otherwise."""
_HARM: Final = re.compile(
    r"\b(?:delete|remove|cancel|discard|void|refund|pay(?:ment)?|charge|sign out|log ?out|reset"
    r"|decline|reject|l[öo]schen|abbrechen|stornieren|bezahlen|zahlen|eliminar|cancelar|pagar)\b",
    re.IGNORECASE,
)

Refusal = Literal["gone", "unsure", "kind", "place", "meaning", "state", "taken"]


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one recorded control.

    Attributes:
        index: of the control that may stand for it; None where none may.
        score: its resemblance, or that of the best that was refused.
        ahead: how far its best rival is behind.
        stage: what found it: a rung of the ladder, ``tag and text``, or ``score``.
        refused: why none may.
        best: the three most alike, with their resemblance.
    """

    index: int | None
    score: float
    ahead: float = 0.0
    stage: str = ""
    refused: Refusal | None = None
    best: tuple[tuple[int, float], ...] = ()

    @property
    def strange(self) -> bool:
        """Whether nothing on the page is like it at all: rather a page nobody knows."""
        return self.index is None and self.score < STRANGE


def heal(
    recorded: Sequence[Look],
    seen: Sequence[Look],
    *,
    beside: Sequence[Look] = (),
    volatile: Collection[str] = (),
) -> tuple[Match, ...]:
    """What may stand for each recorded control of a page.

    Args:
        recorded: the controls that are looked for, all of the page together.
        seen: the visible controls that are there.
        beside: the other controls of the page as it was recorded; one that is more like a
            candidate keeps it, so that a twin never stands for what was removed.
        volatile: names of evidence that changes without meaning on this page.
    """
    scores = [[score(one, other, volatile) for other in seen] for one in recorded]
    joint = assign(scores)
    found = [
        _match(one, seen, row, place)
        for one, row, place in zip(recorded, scores, joint, strict=True)
    ]
    checked = [
        _kept(match, one, seen, beside, volatile)
        for match, one in zip(found, recorded, strict=True)
    ]
    return tuple(_one_each(checked))


def _match(recorded: Look, seen: Sequence[Look], row: Sequence[float], joint: int | None) -> Match:
    """By the ladder; else by the place that all controls together leave to it."""
    ranked = sorted(range(len(seen)), key=lambda index: (-row[index], index))
    best = tuple((index, row[index]) for index in ranked[:3])
    if not ranked or row[ranked[0]] <= 0:
        return Match(None, 0.0, refused="gone")
    for stage, index in _unique(recorded, seen):
        near = index in ranked[:_BEST] or seen[index].related(seen[ranked[0]])
        if near and row[index] >= STRANGE and _objection(recorded, seen[index]) is None:
            return Match(index, row[index], _ahead(index, seen, row), stage, best=best)
    index = ranked[0] if joint is None else joint
    return _gate(recorded, seen, row, index, best)


def _gate(
    recorded: Look,
    seen: Sequence[Look],
    row: Sequence[float],
    index: int,
    best: tuple[tuple[int, float], ...],
) -> Match:
    ahead = _ahead(index, seen, row)
    objection = _objection(recorded, seen[index])
    if row[index] < SCORE or not _known(recorded, seen[index]):
        refused: Refusal | None = "gone"
    elif objection is not None:
        refused = objection
    elif ahead < AHEAD and not (_whole(row[index], ahead) or _all_one(seen, row, index)):
        refused = "unsure"
    else:
        refused = None
    place = index if refused is None else None
    return Match(place, row[index], ahead, "score" if refused is None else "", refused, best)


def _known(recorded: Look, seen: Look) -> bool:
    """Whether anything by which people or programs call the control is the same, or nearly so.

    Controls of one form are alike by type, role and place; that makes none the other. What is
    called nearly the same is another thing when nothing around it is as it was: ``Owner``, the
    head of a column, is not ``Owners``, the link of a menu.
    """
    told = {name: alike for name, (_, alike) in contributions(recorded, seen).items()}
    called = max((told[name] for name in _CALLED if name in told), default=0.0)
    around = [told[name] for name in _AROUND if name in told]
    return called >= _ALL or (called >= CALLED and max(around, default=1.0) >= _BESIDE)


def contradicts(recorded: Look, seen: Look) -> bool:
    """Whether a control that stands where one was recorded is called otherwise, as far as known."""
    named = any(getattr(recorded, name) for name in _CALLED)
    return named and (not _known(recorded, seen) or _objection(recorded, seen) is not None)


def _whole(alike: float, ahead: float) -> bool:
    """Whether all that was recorded is there, and no rival has all of it."""
    return alike >= _ALL and ahead > 0


def _unique(recorded: Look, seen: Sequence[Look]) -> list[tuple[str, int]]:
    """The rungs that exactly one control of the same kind answers, the surest first."""
    found: list[tuple[str, int]] = []
    for stage, fits in _RUNGS:
        fitting = [
            index
            for index, one in enumerate(seen)
            if fits(recorded, one) and one.kind == recorded.kind
        ]
        if len(fitting) == 1:
            found.append((stage, fitting[0]))
    return found


def _objection(recorded: Look, seen: Look) -> Refusal | None:
    """What contradicts the record, however alike two controls are."""
    if seen.disabled and not recorded.disabled:
        return "state"
    if recorded.kind != seen.kind or (recorded.role and seen.role and recorded.role != seen.role):
        return "kind"
    for one, other in ((recorded.form, seen.form), (recorded.place, seen.place)):
        if one and other and one != other:
            return "place"
    if recorded.shared and not _is_called(recorded, seen):
        return "unsure"
    return "meaning" if _harms(seen) - _harms(recorded) else None


def _is_called(recorded: Look, seen: Look) -> bool:
    """Whether something besides its text, which others had, too, is the same."""
    told = contributions(recorded, seen)
    return any(told[name][1] >= _ALL for name in _CALLED if name in told and name != "text")


def _harms(look: Look) -> set[str]:
    said = f"{look.name} {look.text} {look.label} {look.title}"
    return {word.casefold() for word in _HARM.findall(said)}


def _ahead(index: int, seen: Sequence[Look], row: Sequence[float]) -> float:
    """How far the best rival is behind; what is around or inside the control is none."""
    rivals = [
        row[other]
        for other in range(len(seen))
        if other != index and not seen[other].related(seen[index])
    ]
    return row[index] - max(rivals, default=0.0)


def _all_one(seen: Sequence[Look], row: Sequence[float], index: int) -> bool:
    """Whether the rivals are links to the same place under the same name: any of them will do."""
    own = seen[index]
    rivals = [seen[other] for other in range(len(seen)) if row[index] - row[other] < AHEAD]
    return bool(own.href) and all(
        one.kind == own.kind == "link" and (one.href, one.name) == (own.href, own.name)
        for one in rivals
    )


def _kept(
    match: Match,
    recorded: Look,
    seen: Sequence[Look],
    beside: Sequence[Look],
    volatile: Collection[str],
) -> Match:
    """Matched back against the page as it was, a control has to select the recorded one."""
    if match.index is None:
        return match
    found = seen[match.index]
    own = score(found, recorded, volatile)
    if any(score(found, other, volatile) >= own for other in beside if other != recorded):
        return Match(None, match.score, match.ahead, refused="taken", best=match.best)
    return match


def _one_each(matches: Sequence[Match]) -> list[Match]:
    """No control stands for two; where it would, it stands for neither."""
    wanted = [match.index for match in matches]
    return [
        Match(None, match.score, match.ahead, refused="taken", best=match.best)
        if match.index is not None and wanted.count(match.index) > 1
        else match
        for match in matches
    ]


Fits = Callable[[Look, Look], bool]


def _by(*names: str) -> Fits:
    """Whether some evidence was recorded and is the same, all of it."""
    return lambda one, other: all(
        getattr(one, name) and getattr(one, name) == getattr(other, name) for name in names
    )


def _tag_and_text(one: Look, other: Look) -> bool:
    own, said = one.text or one.name, other.text or other.name
    return bool(own) and one.tag == other.tag and own == said


def _in_form(name: str) -> Fits:
    same = _by(name)
    return lambda one, other: same(one, other) and one.form == other.form


_RUNGS: Final[tuple[tuple[str, Fits], ...]] = (
    ("test id", _by("test_id")),
    ("role and name", _by("role", "name")),
    ("label", _by("label")),
    ("field in its form", _in_form("field")),
    ("autocomplete in its form", _in_form("autocomplete")),
    ("placeholder", _by("placeholder")),
    ("tag and text", _tag_and_text),
)


Permission = Literal["apply", "verify", "propose"]


def permission(action: str, look: Look, *, writes: bool, login: bool) -> Permission:
    """What may be done with a control that was found again.

    ``apply``: it may be used within the run. ``verify``: it may, and what was filled has to be
    read back. ``propose``: a person decides.

    Args:
        action: what the step does: ``click``, ``fill``, ...
        look: the control.
        writes: the flow changes the portal.
        login: the flow signs in.
    """
    sends = look.type.lower() in {"submit", "image"} or bool(_harms(look))
    if writes or login or look.kind == "secret" or sends:
        return "propose"
    return "verify" if action in {"fill", "select", "check"} else "apply"
