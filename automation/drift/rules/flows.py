"""Rules about what stands between the steps of a flow: ``dom.flow``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from automation.drift.acting import Screen
from automation.drift.algebra import size_of
from automation.drift.presence import presence
from automation.drift.view import Change, View

_TRAITS: Final = frozenset(
    {
        *("account.chooser", "captcha", "challenge", "consent", "maintenance", "mfa"),
        *("password.expired", "survey", "tenant.chooser", "terms", "whatsnew"),
    }
)
_ENVIRONMENT: Final = frozenset({"captcha", "challenge", "maintenance", "password.expired"})
_SIGN_IN: Final = "current-password"


def asks(trait: str) -> Callable[[View], Iterator[Change]]:
    """The rule that a page asks for something it never asked for."""

    def rule(view: View) -> Iterator[Change]:
        """A page asks for what it never asked for."""
        for screen in view.screens.values():
            if trait in screen.now.traits and trait not in screen.before.traits:
                yield _change(screen, "page", trait, environment=trait in _ENVIRONMENT)

    return rule


def interstitial(view: View) -> Iterator[Change]:
    """A page or dialog of a kind nobody knows stands between two steps; or work is done there."""
    for screen in view.screens.values():
        new = set(screen.now.traits) - set(screen.before.traits)
        if "maintenance" in new:
            yield _change(screen, "page", "maintenance", environment=True)
        elif not new & _TRAITS and not _signs_in(screen) and not _newly_opened(screen):
            dialogs = set(screen.now.dialogs) - set(screen.before.dialogs)
            if dialogs and len(screen.now.dialogs) > len(screen.before.dialogs):
                yield _change(screen, "dialog", "unknown")
            elif not set(screen.now.addresses) & (
                set(screen.before.addresses) | ahead(view, screen)
            ):
                yield _change(screen, "address", ", ".join(sorted(screen.now.addresses)))


def ahead(view: View, screen: Screen) -> set[str]:
    """Where later steps led before: who is there already was spared a page."""
    steps = view.comparison.before.pages.steps
    later = (page for step, page in steps.items() if _number(step) > _number(screen.step))
    return {address for page in later for address in page.addresses}


def opens(kind: str) -> Callable[[View], Iterator[Change]]:
    """The rule that a step opens something besides the page, and never did."""

    def rule(view: View) -> Iterator[Change]:
        """A step opens what it never opened."""
        for screen in view.screens.values():
            if kind in _newly_opened(screen):
                yield Change(
                    subject=f"step {screen.step}",
                    before="stays on the page",
                    after=f"opens a {kind}",
                    use="navigation",
                    step=screen.step,
                )

    return rule


def _newly_opened(screen: Screen) -> set[str]:
    return set(screen.now.opened) - set(screen.before.opened)


def session(view: View) -> Iterator[Change]:
    """A page that was shown to somebody signed in asks to sign in."""
    for screen in view.screens.values():
        if _signs_in(screen):
            yield _change(screen, "page", "asks to sign in", environment=True)


def step_gone(view: View) -> Iterator[Change]:
    """A page that always came is skipped, and the flow goes on.

    One that was there lately only, as where a flow stopped for a day or two, was never to stay.
    """
    before, now = view.comparison.before.pages, view.comparison.now.pages
    whole = view.comparison.whole.pages
    for step, page in before.steps.items():
        later = any(_number(other) > _number(step) for other in now.steps)
        found = presence(page.seen, whole.runs)
        usual = 2 * size_of(page.seen) > size_of(before.runs)
        if step not in now.steps and later and usual and found.seen > 1 and found.steady:
            yield Change(
                subject=f"page of step {step}",
                before="shown",
                after="skipped",
                use="navigation",
                step=step,
                heal=True,
            )


def _signs_in(screen: Screen) -> bool:
    """A field for a password on a page that had none."""
    old, new = (
        any(key.startswith("secret ") for key in each.elements)
        for each in (screen.before, screen.now)
    )
    return new and not old


def _change(screen: Screen, subject: str, after: str, *, environment: bool = False) -> Change:
    return Change(
        subject=subject,
        before="as it was",
        after=after,
        use="navigation",
        step=screen.step,
        environment=environment,
        heal=not environment,
    )


def _number(step: str) -> tuple[int, ...]:
    return tuple(int(part) for part in step.split(".") if part.isdigit())
