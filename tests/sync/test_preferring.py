"""Which of several ways to a kind of entity is taken."""

from __future__ import annotations

import pytest

from automation.errors import BadFile
from automation.model import FieldMap, Mapping
from automation.sync.preferring import chosen_of, refuse_misfits


def mapping(name: str, *, instead_of: str | None = None, entity: str = "client") -> Mapping:
    key = FieldMap(path="id")
    return Mapping(
        mapping=name,
        entity=entity,
        endpoints=(f"list-{name}",),
        key=key,
        fields={},
        instead_of=instead_of,
    )


REST, SCREEN, OTHER = mapping("rest"), mapping("screen", instead_of="rest"), mapping("other")


@pytest.mark.parametrize(
    "denied,chosen",
    [
        (set(), ["rest", "other"]),
        ({"rest"}, ["screen", "other"]),
        ({"other"}, ["rest", "other"]),
        ({"screen"}, ["rest", "other"]),
        ({"rest", "screen"}, ["screen", "other"]),
    ],
)
def test_what_stands_in_counts_where_the_preferred_is_denied_and_nowhere_else(
    denied: set[str], chosen: list[str]
) -> None:
    assert [each.mapping for each in chosen_of((REST, SCREEN, OTHER), denied)] == chosen


@pytest.mark.parametrize(
    "misfit",
    [
        mapping("screen", instead_of="rset"),
        mapping("screen", instead_of="rest", entity="patient"),
        mapping("screen", instead_of="screen"),
    ],
    ids=["not known", "of another kind", "itself"],
)
def test_what_can_stand_in_for_nothing_is_told_with_what_it_could(misfit: Mapping) -> None:
    with pytest.raises(BadFile, match="instead_of") as caught:
        refuse_misfits((REST, misfit))
    assert f"{misfit.entity}: {'rest' if misfit.entity == 'client' else 'none'}" in str(
        caught.value
    )


def test_what_fits_is_not_refused() -> None:
    refuse_misfits((REST, SCREEN, OTHER))
