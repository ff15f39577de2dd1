"""The tree of errors: each says what to do next, and each branch ends in its own way."""

from __future__ import annotations

import inspect
import re

import pytest

from automation import errors
from automation.errors import BadFile, NotKnown, StepNotPossible, Throttled, VetportalError

BRANCHES = VetportalError.__subclasses__()


def kinds() -> list[type[VetportalError]]:
    return [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, VetportalError)
    ]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_each_error_has_a_remedy_of_its_class_that_is_a_sentence(
    kind: type[VetportalError],
) -> None:
    assert re.fullmatch(r"[A-Z].+\.", kind.default_remedy)


def test_each_branch_has_an_exit_code_of_its_own_that_its_leaves_keep() -> None:
    codes = [branch.exit_code for branch in BRANCHES]
    assert len(codes) == len(set(codes))
    for branch in BRANCHES:
        for kind in kinds():
            if issubclass(kind, branch):
                assert kind.exit_code == branch.exit_code


def test_no_exit_code_means_success_or_belongs_to_the_shell() -> None:
    assert all(0 < kind.exit_code < 126 for kind in kinds())


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(drawn) == sorted(kind.__name__ for kind in kinds() if kind is not VetportalError)


def test_a_remedy_that_is_given_stands_over_the_one_of_the_class() -> None:
    assert VetportalError("a", remedy="Do b.").remedy == "Do b."
    assert VetportalError("a").remedy == VetportalError.default_remedy


def test_a_bad_file_is_named_before_its_problem_and_again_in_the_remedy() -> None:
    problem = BadFile("flows/acme/portal.yaml", "hosts: is missing")
    assert str(problem) == "flows/acme/portal.yaml: hosts: is missing"
    assert "flows/acme/portal.yaml" in problem.remedy


def test_an_unknown_name_is_answered_with_the_known_ones_in_order() -> None:
    assert NotKnown("practice", "nroth", ("south", "north")).remedy == "Known: north, south."
    assert NotKnown("practice", "nroth", ()).remedy == "Known: none yet."


def test_a_step_that_is_not_possible_says_what_each_locator_found() -> None:
    problem = StepNotPossible(
        flow="login", step="4.2", target="button 'Verify'", tried=("role: none", "css: 2")
    )
    assert "login, step 4.2: button 'Verify' was not found (role: none; css: 2)" in str(problem)
    assert "login" in problem.remedy


def test_a_throttled_call_keeps_the_seconds_the_portal_named() -> None:
    assert Throttled("429", retry_after=3.5).retry_after == 3.5
    assert Throttled("429").retry_after is None


def test_of_tasks_that_fail_together_the_first_says_what_happened() -> None:
    lost = errors.LoggedOut("the session is gone")
    several = ExceptionGroup("all", [ExceptionGroup("some", [lost]), ValueError("stopped for it")])
    with pytest.raises(errors.LoggedOut) as caught, errors.first_failure():
        raise several
    assert caught.value is lost
    with pytest.raises(KeyError), errors.first_failure():
        raise KeyError
