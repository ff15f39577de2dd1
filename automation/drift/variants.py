"""Pages that are shown in one of a few ways, as to cohorts of a test or during a roll-out.

Each run of a step belongs to a variant, told by the structure of its page. What was seen in any
variant is known; what is absent is missed only where the run's own variant always had it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from automation.drift.algebra import every, size_of
from automation.drift.pages import PageSignature, State, StepSignature, alike
from automation.drift.tokens import digest

_ONE: Final = 0.88
"""How alike pages of one variant are: no less than on two days, 0.93, with the usual slack."""
_MOST: Final = 5
_KNOWN: Final = 3
"""Runs after which a variant is one; below, it may be a page that was there by chance."""


def assigned(now: PageSignature, *known: PageSignature) -> PageSignature:
    """The pages of one run, each as one of the variants that are known, or as a new one.

    Args:
        now: the pages of one run.
        known: the pages of the runs before it.
    """
    steps = {
        step: _assigned(page, [one.steps[step] for one in known if step in one.steps])
        for step, page in now.steps.items()
    }
    return now.model_copy(update={"steps": steps})


def same_variant(before: StepSignature, now: StepSignature) -> int | None:
    """The accepted runs of the variant that a run shows; None where there is but one to know."""
    established = {
        variant: runs for variant, runs in before.variants.items() if size_of(runs) >= _KNOWN
    }
    mine = next(iter(now.variants), "")
    return established.get(mine) if len(established) > 1 else None


def histories(page: StepSignature) -> Iterator[tuple[State, ...]]:
    """The latest structures of each variant; those of no variant are one."""
    others = ~every(page.variants.values())
    for runs in (*page.variants.values(), others):
        yield tuple(state for run, state in page.states.items() if runs >> run & 1)


def _assigned(page: StepSignature, known: list[StepSignature]) -> StepSignature:
    state = next(iter(page.states.values()), None)
    if state is None:
        return page
    models = {name: model for one in known for name, model in one.models.items()}
    living = {name for one in known for name, runs in one.variants.items() if runs}
    variant, nearest = _nearest(state, {name: models[name] for name in sorted(living)})
    if nearest >= _ONE or len(living) >= _MOST:
        return page.model_copy(update={"variants": {variant: page.seen}, "models": {}})
    name = digest(repr(sorted(state.items())))
    update = {"variants": {name: page.seen}, "models": {name: state}}
    return page.model_copy(update=update)


def _nearest(state: State, models: dict[str, State]) -> tuple[str, float]:
    """The model that a page is most like, and how much."""
    ranked = [(alike(state, model), name) for name, model in models.items()]
    likeness, name = max(ranked, default=(0.0, ""))
    return name, likeness
