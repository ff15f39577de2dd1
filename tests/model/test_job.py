"""Jobs and their tries."""

from __future__ import annotations

from automation.model import Attempt, Job


def test_jobs_are_the_same_by_what_is_to_be_done_and_not_by_who_asked() -> None:
    job = Job(kind="sync", practice="north", arguments={"full": True, "entities": ["patient"]})
    same = Job(kind="sync", practice="north", arguments={"entities": ["patient"], "full": True})
    assert job.digest == same.model_copy(update={"person": True}).digest
    others: list[tuple[str, object]] = [
        ("kind", "replay"),
        ("practice", "south"),
        ("practice", None),
        ("arguments", {}),
    ]
    digests = {job.model_copy(update={field: value}).digest for field, value in others}
    assert len(digests | {job.digest}) == 5


def test_a_try_that_is_not_to_blame_does_not_count_and_a_person_begins_anew() -> None:
    first = Attempt(key="k", job=Job(kind="sync"), queue="other", timeout=5)
    second = first.next(blamed=False)
    third = second.next(blamed=True)
    assert [(each.number, each.tries) for each in (second, third)] == [(2, 1), (3, 2)]
    assert (third.anew().number, third.anew().tries) == (4, 1)
