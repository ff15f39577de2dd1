"""Every error has a status, a code that is explained, and no words that are not for callers."""

from __future__ import annotations

from collections.abc import Iterator

from automation.errors import (
    BadFile,
    DatabaseAway,
    Gone,
    KeyTaken,
    PortalDown,
    VetportalError,
    WriteRefused,
)
from automation.model import JobEnd
from automation.serve.problems import (
    AGAIN,
    FAULTS,
    OURS,
    TITLES,
    fault_of,
    problem_of,
    problem_of_job,
)


def leaves(error: type[VetportalError] = VetportalError) -> Iterator[type[VetportalError]]:
    yield error
    for each in error.__subclasses__():
        yield from leaves(each)


def test_every_branch_of_the_tree_has_an_answer_of_its_own() -> None:
    assert set(VetportalError.__subclasses__()) <= set(FAULTS)
    for error in leaves():
        fault = next(FAULTS[each] for each in error.__mro__ if each in FAULTS)
        assert fault.code in TITLES
        assert 400 <= fault.status < 600


def test_an_error_without_an_answer_is_answered_as_the_class_it_comes_from() -> None:
    assert fault_of(Gone("it went")).code == "portal_changed"


def test_what_may_work_later_says_when() -> None:
    assert problem_of(PortalDown("no answer")).retry_after == 30
    assert problem_of(KeyTaken("k1")).retry_after is None


def test_words_about_the_installation_are_not_told() -> None:
    broken = BadFile("/home/vet/flows/x.yaml", "line 3 is no mapping")
    for error in (broken, DatabaseAway("db.internal is away")):
        problem = problem_of(error)
        assert "/" not in problem.detail
        assert "db.internal" not in problem.detail
        assert problem.remedy in {OURS, AGAIN}


def test_a_refusal_of_a_write_keeps_its_own_code() -> None:
    refusal = WriteRefused("the column has another visit then")
    refusal.code = "slot_taken"
    assert (problem_of(refusal).status, problem_of(refusal).code) == (409, "slot_taken")
    refusal.code = None
    assert problem_of(refusal).code == "write_refused"


def test_why_a_job_failed_is_told_as_the_error_itself_would_be() -> None:
    down = problem_of_job(JobEnd(how="dead", error="PortalDown", why="no answer", remedy="wait"))
    assert (down.status, down.code, down.detail) == (503, "portal_unavailable", "no answer")
    assert (down.remedy, down.retry_after) == ("wait", 30)
    bug = problem_of_job(JobEnd(how="dead", error="Bug", why="KeyError in x.py:3"))
    assert (bug.status, bug.code, bug.detail) == (500, "internal", "A mistake of ours")
    for error in ("", "NoSuchError"):
        told = problem_of_job(JobEnd(how="skipped", error=error, why="north is paused"))
        assert (told.status, told.code) == (503, "try_again")
