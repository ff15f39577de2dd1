"""Kinds of jobs, and the first try of one."""

from __future__ import annotations

import pytest

from automation.errors import BadArgument, NotKnown
from automation.model import Job
from automation.worker import KINDS


def test_the_first_try_waits_where_its_kind_says_and_has_a_limit() -> None:
    attempt = KINDS.attempt(Job(kind="sync", practice="north"), "k")
    assert (attempt.queue, attempt.number, attempt.tries) == ("read", 1, 1)
    assert attempt.timeout > 0


def test_a_kind_that_no_worker_does_is_refused_before_it_is_asked_for() -> None:
    with pytest.raises(NotKnown, match="no kind of job is named 'mow'") as refused:
        KINDS.attempt(Job(kind="mow"), "k")
    told = refused.value.remedy.removeprefix("Known: ").removesuffix(".").split(", ")
    assert {"canary", "mail", "replay", "run_flow", "sync", "webhook", "write"} <= set(told)


@pytest.mark.parametrize("key", ["", " k", "k~2"])
def test_a_key_that_could_be_that_of_a_further_try_is_refused(key: str) -> None:
    with pytest.raises(BadArgument, match="is no key of a job"):
        KINDS.attempt(Job(kind="sync", practice="north"), key)
