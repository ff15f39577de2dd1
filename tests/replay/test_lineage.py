"""Calls that take values from earlier answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.errors import BadArgument, BadFile
from automation.model import Answer, Constant, Derived, Endpoint, RequestTemplate
from automation.replay.lineage import Child, Parents, children
from tests.engine import run_engine


def endpoint(*bindings: Derived) -> Endpoint:
    query = {f"q{number}": binding for number, binding in enumerate(bindings)}
    request = RequestTemplate(method="GET", url="/x", query={"c": Constant(constant=1), **query})
    return Endpoint(endpoint="get-x", effect="read", request=request)


def parents(**documents: list[JsonValue]) -> Parents:
    async def answers(name: str) -> AsyncIterator[Answer]:
        for document in documents[name]:
            yield Answer(endpoint=name, url="", items=(), document=document)

    return answers


def family(target: Endpoint, given_by: Parents | None) -> list[Child]:
    async def run() -> list[Child]:
        return [child async for child in children(target, given_by)]

    return run_engine(run())


def test_an_endpoint_that_takes_nothing_is_called_once() -> None:
    assert family(endpoint(), None) == [Child()]


def test_each_item_of_each_page_gives_one_call_in_order() -> None:
    one = Derived(derived="a", path="rows[].id")
    pages: list[JsonValue] = [{"rows": [{"id": 3}, {"id": 1}]}, {"rows": [{"id": 2}]}]
    found = family(endpoint(one), parents(a=pages))
    assert [child.derived["a", "rows[].id"] for child in found] == [3, 1, 2]
    assert [child.item for child in found] == [{"id": 3}, {"id": 1}, {"id": 2}]


def test_values_of_one_item_stay_together_at_every_depth() -> None:
    outer = Derived(derived="a", path="rows[].id")
    inner = Derived(derived="a", path="rows[].pets[].no")
    document: JsonValue = {
        "rows": [
            {"id": 1, "pets": [{"no": 10}, {"no": 11}]},
            {"id": 2, "pets": []},
            {"id": 3, "pets": [{"no": 30}]},
        ]
    }
    found = family(endpoint(outer, inner), parents(a=[document]))
    assert [tuple(child.derived.values()) for child in found] == [(1, 10), (1, 11), (3, 30)]
    assert [child.item for child in found] == [{"no": 10}, {"no": 11}, {"no": 30}]


def test_scalars_in_a_list_are_items_too() -> None:
    found = family(endpoint(Derived(derived="a", path="[]")), parents(a=[[5, 6]]))
    assert [child.item for child in found] == [5, 6]


def test_an_item_without_the_value_is_left_out_unless_it_is_optional() -> None:
    needed = Derived(derived="a", path="[].id")
    extra = Derived(derived="a", path="[].x", optional=True)
    found = family(endpoint(needed, extra), parents(a=[[{"id": 1}, {"x": 2}, {"id": None}]]))
    assert [dict(child.derived) for child in found] == [{("a", "[].id"): 1, ("a", "[].x"): None}]


def test_the_same_values_are_asked_for_once() -> None:
    one = Derived(derived="a", path="[].id")
    found = family(endpoint(one), parents(a=[[{"id": 1, "n": 1}, {"id": 1, "n": 2}], [{"id": 1}]]))
    assert [child.item for child in found] == [{"id": 1, "n": 1}]


def test_a_value_that_stands_once_comes_from_the_first_answer() -> None:
    single = Derived(derived="b", path="token")
    each = Derived(derived="a", path="[].id")
    found = family(
        endpoint(single, each),
        parents(a=[[{"id": 1}, {"id": 2}]], b=[{"token": "t"}, {"token": "u"}]),
    )
    assert [dict(child.derived) for child in found] == [
        {("b", "token"): "t", ("a", "[].id"): number} for number in (1, 2)
    ]
    assert family(endpoint(single), parents(b=[{"token": "t"}]))[0].derived == {("b", "token"): "t"}


def test_without_the_earlier_answers_the_needed_endpoints_are_named() -> None:
    with pytest.raises(BadArgument, match="takes values from a"):
        family(endpoint(Derived(derived="a", path="[].id")), None)


def test_two_lists_at_once_are_refused() -> None:
    two = endpoint(Derived(derived="a", path="[].id"), Derived(derived="b", path="[].id"))
    with pytest.raises(BadFile, match=r"endpoints/get-x\.yaml: .*two lists: a, b"):
        family(two, parents(a=[], b=[]))


def test_a_path_that_does_not_parse_names_its_file() -> None:
    with pytest.raises(BadFile, match=r"endpoints/get-x\.yaml"):
        family(endpoint(Derived(derived="a", path="[?x].id")), parents(a=[]))


@given(st.lists(st.lists(st.integers(0, 50), max_size=6), max_size=4))
def test_every_distinct_value_gives_exactly_one_call(pages: list[list[int]]) -> None:
    documents: list[JsonValue] = [{"rows": [{"id": each} for each in page]} for page in pages]
    found = family(endpoint(Derived(derived="a", path="rows[].id")), parents(a=documents))
    values = [child.derived["a", "rows[].id"] for child in found]
    assert values == list(dict.fromkeys(each for page in pages for each in page))
