"""What every route may answer is said of every route."""

from __future__ import annotations

from automation.serve.rest.answers import PROBLEM
from automation.serve.rest.described import ProblemShape, problems, scoped


def test_the_problems_of_every_route_are_among_those_of_one() -> None:
    found = problems(404)
    assert list(found) == [400, 401, 403, 404, 429]
    assert all(list(each["content"]) == [PROBLEM] for each in found.values())


def test_a_problem_says_what_each_member_means() -> None:
    assert all(field.description for field in ProblemShape.model_fields.values())
    assert scoped("patients:read", tags=["x"]) == {
        "x-required-scope": "patients:read",
        "tags": ["x"],
    }
