"""Network signatures are joined in any order and survive being written."""

from __future__ import annotations

import itertools

from automation.drift import NetworkSignature
from tests.drift.runs import healthy, many, operations_counted, watched


def test_signatures_are_merged_in_any_order() -> None:
    runs = [watched(healthy(day)).later(day) for day in range(3)]
    merged = [a.merge(b).merge(c) for a, b, c in itertools.permutations(runs)]
    assert all(one == merged[0] for one in merged)
    assert runs[0].merge(runs[1].merge(runs[2])) == merged[0]


def test_a_signature_survives_being_written() -> None:
    old = many(3).later(500)
    assert NetworkSignature.model_validate_json(old.model_dump_json()) == old


def test_only_the_latest_runs_keep_the_order_of_their_calls() -> None:
    assert sorted(many(14).orders) == list(range(2, 14))


def test_a_merge_costs_as_much_as_there_are_places_however_many_runs_there_were() -> None:
    few, much, one = many(3), many(10), watched(healthy(40))
    early = operations_counted(lambda: few.merge(one.later(3)))
    late = operations_counted(lambda: much.merge(one.later(10)))
    assert late < 1.5 * early


def test_a_signature_grows_with_its_places_and_hardly_with_its_runs() -> None:
    few, much = (len(many(runs).model_dump_json()) for runs in (3, 12))
    assert much < 3 * few
