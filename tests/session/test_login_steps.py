"""What a login had sent when it got stuck, and what is left of it to play."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.browser import template_names
from automation.model import (
    Click,
    Expect,
    Fill,
    Flow,
    Goto,
    Press,
    Step,
    Target,
    When,
)
from automation.session.login_steps import Path, first_page, rest_of, submitted

PASSWORD = "credential.password"
THERE = Target(id="x")

USER = Fill(target=THERE, value="{{ credential.username }}")
TYPED = Fill(target=THERE, value="{{ credential.password }}")
CODE = Fill(target=THERE, value="{{ totp }}")
CLICK = Click(target=THERE)
ENTER = Press(key="Enter")
LOOK = Expect(url="/home")


def flow_of(*steps: Step) -> Flow:
    return Flow(flow="login", portal="acme", steps=steps)


def when(*steps: Step) -> When:
    return When(target=THERE, steps=steps)


@pytest.mark.parametrize(
    "steps, stuck, sent",
    [
        ((USER, TYPED, CLICK, LOOK), "4", True),
        ((USER, TYPED, CLICK, LOOK), "3", False),
        ((USER, TYPED, CLICK, LOOK), "2", False),
        ((USER, TYPED, ENTER, LOOK), "4", True),
        ((USER, CLICK, TYPED, LOOK, CLICK), "4", False),
        ((USER, TYPED, CLICK, when(CODE, CLICK), LOOK), "4.1", True),
        ((when(USER, TYPED, CLICK), LOOK), "1.3", False),
        ((when(USER, TYPED, CLICK), LOOK), "2", True),
        ((when(USER, TYPED), CLICK, LOOK), "2", False),
        ((when(USER, TYPED), CLICK, LOOK), "3", True),
        ((TYPED, when(CLICK), LOOK), "3", False),
        ((TYPED, when(CLICK, LOOK)), "2.2", True),
        ((TYPED, CLICK, when(TYPED, CLICK), LOOK), "3.2", True),
        ((CODE, CLICK), "2", True),
    ],
    ids=[
        "after the click",
        "at the click",
        "at the field",
        "a key sends too",
        "a click before the field",
        "in a later branch",
        "at the click of its branch",
        "after its branch",
        "at the click after its branch",
        "after the click after its branch",
        "a click that may not have been",
        "a click before it in the same branch",
        "sent before, and wanted again",
        "what is left of a flow",
    ],
)
def test_what_was_filled_in_was_sent_by_the_click_that_followed(
    steps: tuple[Step, ...], stuck: str, sent: bool
) -> None:
    assert submitted(flow_of(*steps), PASSWORD, stuck) is sent


# ---------------------------------------------------------------- any flow, any way through it

LEAVES = st.sampled_from([USER, TYPED, CODE, CLICK, ENTER, LOOK, Goto(url="/x")])
STEPS = st.recursive(
    st.lists(LEAVES, min_size=1, max_size=5),
    lambda inner: st.lists(LEAVES | inner.map(lambda steps: when(*steps)), min_size=1, max_size=5),
    max_leaves=12,
)


def played(
    steps: tuple[Step, ...], taken: Iterator[bool], above: Path = ()
) -> Iterator[tuple[Path, Step]]:
    """The steps as one run meets them; `taken` says of each branch whether it shows up."""
    for number, step in enumerate(steps, 1):
        if isinstance(step, When):
            if next(taken):
                yield from played(step.steps, taken, (*above, number))
        else:
            yield (*above, number), step


@settings(max_examples=1000)
@given(STEPS, st.lists(st.booleans(), min_size=40, max_size=40), st.data())
def test_a_secret_is_never_said_to_be_sent_before_the_click(
    steps: list[Step], branches: list[bool], data: st.DataObject
) -> None:
    """Play any way through any flow, get stuck anywhere, and compare with what had happened."""
    run = list(played(tuple(steps), iter(branches)))
    if not run:
        return
    end = data.draw(st.integers(0, len(run) - 1))
    done = [step for _, step in run[:end]]
    filled = [n for n, step in enumerate(done) if step == TYPED]
    if not filled:
        return  # a name that was never filled in is not asked for
    clicked = any(isinstance(step, Click | Press) for step in done[filled[0] :])
    stuck = ".".join(map(str, run[end][0]))
    if submitted(flow_of(*steps), PASSWORD, stuck):
        assert clicked


@given(st.lists(LEAVES, min_size=1, max_size=8), st.data())
def test_without_branches_it_is_known_exactly(steps: list[Step], data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(steps) - 1))
    filled = [n for n, step in enumerate(steps[:end]) if step == TYPED]
    if filled:
        sent = any(isinstance(step, Click | Press) for step in steps[filled[0] : end])
        assert submitted(flow_of(*steps), PASSWORD, str(end + 1)) is sent


def names_in(steps: tuple[Step, ...]) -> set[str]:
    found: set[str] = set()
    for step in steps:
        if isinstance(step, When):
            found |= names_in(step.steps)
        elif isinstance(step, Fill):
            found |= set(template_names(step.value))
    return found


@given(STEPS)
def test_the_rest_of_a_login_looks_before_it_acts_and_has_no_password(steps: list[Step]) -> None:
    flow = flow_of(*steps)
    rest = rest_of(flow)
    assert PASSWORD not in names_in(rest.steps)
    assert flow.steps[len(flow.steps) - len(rest.steps) :] == rest.steps
    assert not rest.steps or isinstance(rest.steps[0], When | Expect)
    assert submitted(rest, PASSWORD, "1"), "what was sent before stays sent"


@given(st.lists(LEAVES, max_size=4), st.lists(LEAVES | st.just(when(CODE, CLICK)), max_size=4))
def test_no_look_after_the_password_is_left_out(before: list[Step], after: list[Step]) -> None:
    after = [step for step in after if step != TYPED]
    rest = rest_of(flow_of(*before, TYPED, *after))
    looks = [step for step in after if isinstance(step, When | Expect)]
    assert [step for step in rest.steps if isinstance(step, When | Expect)] == looks


@pytest.mark.parametrize("url, first", [("/login", "/login"), ("{{ input.start }}", "/")])
def test_a_login_begins_on_its_first_page_or_on_any(url: str, first: str) -> None:
    assert first_page(flow_of(USER, Goto(url=url), Goto(url="/second"))) == first
    assert first_page(flow_of(USER)) == "/"
