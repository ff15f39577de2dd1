"""Lists that change while they are read."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerNotUnderstood, PlaceGone
from automation.model import (
    Answer,
    Binding,
    Call,
    Derived,
    Endpoint,
    Paged,
    Pagination,
    Reply,
    RequestTemplate,
    ResponseShape,
    Source,
    Stop,
)
from automation.replay import Course, sieve
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply

Kind = Literal["page", "offset", "cursor", "next", "keyset"]
Edit = Literal["insert", "delete", "move"]


@dataclass
class Living:
    """A list of a portal that people work in: so many rows, and an edit after some requests.

    Attributes:
        kind: how it goes on.
        size: rows of a page.
        rows: their keys, in order.
        edits: what happens after a request, by its number: what, where from, where to.
    """

    kind: Kind
    size: int
    rows: list[int]
    edits: dict[int, Sequence[tuple[Edit, float, float]]] = field(default_factory=dict)
    requests: int = 0
    last: int = 1_000

    def __post_init__(self) -> None:
        self.kept = set(self.rows)
        self._moved: set[int] = set()

    def __call__(self, call: Call) -> Reply:
        asked = dict(parse_qsl(urlsplit(call.url).query))
        start = self._start(asked)
        rows: list[JsonValue] = [{"id": key} for key in self.rows[start : start + self.size]]
        after = start + self.size
        more = after < len(self.rows)
        document: dict[str, JsonValue] = {"rows": rows, "total": len(self.rows), "more": more}
        document["cursor"] = base64.urlsafe_b64encode(b'{"from":%d}' % after).decode()
        document["next"] = f"/x?per_page={self.size}&page={after // self.size + 1}"
        if not more:
            document["cursor"] = document["next"] = None
        self.requests += 1
        for edit, here, there in self.edits.get(self.requests, ()):
            self._edit(edit, here, there)
        return json_reply(call, document)

    def _start(self, asked: dict[str, str]) -> int:
        if "key" in asked:  # the rows of such a list are ordered by their key
            return sum(key <= int(asked["key"]) for key in self.rows)
        if "cursor" in asked:
            return int(json.loads(base64.urlsafe_b64decode(asked["cursor"]))["from"])
        if "page" in asked:
            return (int(asked["page"]) - 1) * self.size
        return int(asked.get("offset", 0))

    def _edit(self, edit: Edit, here: float, there: float) -> None:
        at = int(here * len(self.rows))
        if edit == "insert":
            self.last += 1
            self.rows.insert(at, self.last)
        elif self.rows and edit == "delete":
            self.kept.discard(self.rows.pop(at))
        elif self.rows and self.rows[at] not in self._moved:
            self._moved.add(self.rows[at])
            self.rows.insert(int(there * len(self.rows)), self.rows.pop(at))
        if self.kind == "keyset":
            self.rows.sort()


KINDS_OF_EDIT: tuple[Edit, ...] = ("insert", "delete", "move")
QUERIES: dict[Kind, tuple[dict[str, Binding], Pagination]] = {
    "page": ({"page": Paged(page="number")}, Pagination(kind="page", start=1)),
    "offset": ({"offset": Paged(page="offset")}, Pagination(kind="offset")),
    "cursor": (
        {"cursor": Paged(page="cursor", optional=True)},
        Pagination(kind="cursor", source=Source(json_path="cursor"), stop=Stop(absent=True)),
    ),
    "next": (
        {},
        Pagination(kind="next", source=Source(json_path="next"), stop=Stop(absent=True)),
    ),
    "keyset": ({"key": Paged(page="key", optional=True)}, Pagination(kind="keyset")),
}
TOTAL, MORE, NONE = Stop(total="total"), Stop(more="more"), Stop()
LISTS: list[tuple[Kind, Stop | None]] = [
    ("page", TOTAL),
    ("page", MORE),
    ("page", NONE),
    ("offset", TOTAL),
    ("offset", MORE),
    ("offset", NONE),
    ("cursor", None),
    ("next", None),
    ("keyset", NONE),
]


def listing(kind: Kind, stop: Stop | None) -> Endpoint:
    query, rule = QUERIES[kind]
    return Endpoint(
        endpoint="list-x",
        effect="read",
        request=RequestTemplate(method="GET", url="/x", query=query),
        response=ResponseShape(items="rows", key="id"),
        pagination=rule if stop is None else rule.model_copy(update={"stop": stop}),
    )


def read(
    endpoint: Endpoint, portal: Callable[[Call], Reply], course: Course, *, most: int = 10_000
) -> list[Answer]:
    async def run() -> list[Answer]:
        stream = replay.replay_endpoint(
            endpoint, FakeSession(portal), course=course, clock=VirtualClock(), rng=Random(1)
        )
        found: list[Answer] = []
        async for answer in stream:
            found.append(answer)
            if len(found) == most:
                break
        return found

    return run_engine(run())


def keys(answers: Sequence[Answer]) -> list[int]:
    return [item["id"] for answer in answers for item in answer.items]  # type: ignore[index,call-overload,misc]


Edits = Sequence[tuple[int, Edit, float, float]]


def living(
    kind: Kind, size: int, rows: int, edits: Sequence[tuple[int, Edit, float, float]]
) -> Living:
    """A list with edits that lie at least as far apart as one look at neighbouring pages takes."""
    portal = Living(kind, size, [5000 + 7 * number for number in range(rows)])
    at = 0
    for later, edit, here, there in edits:
        at += later
        portal.edits[at] = [(edit, here, there)]
    return portal


PLACE = st.floats(0, 1, exclude_max=True)
AN_EDIT = st.tuples(st.integers(4, 9), st.sampled_from(KINDS_OF_EDIT), PLACE, PLACE)
EDITS = st.lists(AN_EDIT, max_size=6)
ONE_EDIT = st.lists(AN_EDIT, max_size=1)


@pytest.mark.parametrize("kind,stop", LISTS)
@settings(max_examples=150)
@given(size=st.integers(2, 8), rows=st.integers(0, 40), edits=EDITS)
def test_whatever_is_edited_meanwhile_each_row_that_was_there_all_the_time_comes_or_a_gap_is_named(
    kind: Kind,
    stop: Stop | None,
    size: int,
    rows: int,
    edits: Edits,
) -> None:
    portal = living(kind, size, rows, edits)
    course = Course()
    found = keys(read(listing(kind, stop), portal, course))
    assert course.gaps or portal.kept <= set(found)
    assert set(found) <= portal.kept | set(portal.rows) | {*range(1_000, 1_100)} | {
        5000 + 7 * number for number in range(rows)
    }


@pytest.mark.parametrize("kind,stop", LISTS)
@given(size=st.integers(1, 8), rows=st.integers(0, 40))
def test_in_a_list_that_rests_each_row_comes_once_and_in_order(
    kind: Kind, stop: Stop | None, size: int, rows: int
) -> None:
    portal = living(kind, size, rows, ())
    course = Course()
    assert keys(read(listing(kind, stop), portal, course)) == portal.rows
    assert (course.gaps, course.shifts) == ([], 0)


@pytest.mark.parametrize(
    "kind,stop,most",
    [
        ("page", TOTAL, 40),
        ("offset", TOTAL, 41),
        ("keyset", NONE, 41),
        ("page", MORE, 80),
        ("next", None, 80),
    ],
)
def test_a_thousand_rows_in_pages_of_25_that_rest_take_so_many_requests(
    kind: Kind, stop: Stop | None, most: int
) -> None:
    portal = living(kind, 25, 1_000, ())
    read(listing(kind, stop), portal, Course())
    assert portal.requests - 1 <= most * 1.06


def test_of_a_list_that_never_rests_the_place_of_the_gap_is_named() -> None:
    portal = Living("page", 8, [5000 + 7 * number for number in range(80)])
    portal.edits = {number: [("insert", 0.0, 0.0)] for number in range(1, 200)}
    course = Course()
    found = keys(read(listing("page", MORE), portal, course))
    assert portal.kept <= set(found)
    assert len(course.gaps) == 1
    assert "list-x: rows shifted again and again up to page 1" in course.gaps[0]
    assert "while it was read 3 times" in course.gaps[0]


def test_where_the_row_was_deleted_at_which_a_list_was_to_go_on_it_is_read_from_its_beginning() -> (
    None
):
    portal = Anchored([*range(1, 13)])
    portal.deletes = {2}
    assert set(keys(read(listing("cursor", None), portal, Course()))) == {*range(1, 13)}
    assert portal.refused == 2  # a refusal may be an error of the moment


def test_a_place_that_is_refused_each_time_ends_the_list_by_name() -> None:
    portal = Anchored([*range(1, 40)], deletes={*range(9)})
    with pytest.raises(PlaceGone, match="list-x, page 2: status 400"):
        read(listing("cursor", None), portal, Course())


@dataclass
class Anchored:
    """A list whose cursor is its last row: refused when that row was deleted.

    Attributes:
        rows: their keys, in order.
        deletes: after which of the pages that were given their last row goes.
    """

    rows: list[int]
    deletes: set[int] = field(default_factory=set)
    given: int = 0
    refused: int = 0

    def __call__(self, call: Call) -> Reply:
        after = int(dict(parse_qsl(urlsplit(call.url).query)).get("cursor", 0))
        if after and after not in self.rows:
            self.refused += 1
            return json_reply(call, {"error": "no such cursor"}, status=400)
        start = self.rows.index(after) + 1 if after else 0
        page = self.rows[start : start + 3]
        more = start + 3 < len(self.rows)
        self.given += 1
        if self.given in self.deletes:
            self.rows.remove(page[-1])
        rows: list[JsonValue] = [{"id": key} for key in page]
        return json_reply(call, {"rows": rows, "cursor": str(page[-1]) if more else None})


def test_what_the_total_explains_needs_no_second_reading() -> None:
    portal = Living("page", 3, [5000 + 7 * number for number in range(30)])
    portal.edits = {number: [("insert", 0.0, 0.0)] for number in range(1, 200)}
    course = Course()
    found = keys(read(listing("page", TOTAL), portal, course))
    assert portal.kept <= set(found)
    assert (course.gaps, portal.requests) == ([], 15)


def test_a_portal_that_knows_whole_pages_only_is_not_asked_for_the_row_before() -> None:
    rows: list[JsonValue] = [{"id": number} for number in range(20)]
    asked: list[int] = []

    def whole_pages(call: Call) -> Reply:
        asked.append(int(dict(parse_qsl(urlsplit(call.url).query))["offset"]))
        start = asked[-1] // 5 * 5
        return json_reply(call, {"rows": rows[start : start + 5], "total": 20})

    assert keys(read(listing("offset", TOTAL), whole_pages, Course())) == [*range(20)]
    assert asked == [0, 4, 5, 10, 15]


def test_a_portal_that_shows_the_same_page_for_ever_is_left() -> None:
    def stuck(call: Call) -> Reply:
        return json_reply(call, {"rows": [{"id": 1}, {"id": 2}], "more": True})

    with pytest.raises(AnswerNotUnderstood, match="does not advance: the same items came twice"):
        read(listing("page", MORE), stuck, Course())


@pytest.mark.parametrize("kind,stop", LISTS)
@given(size=st.integers(2, 8), rows=st.integers(0, 40), most=st.integers(1, 9), edit=ONE_EDIT)
@example(size=2, rows=20, most=1, edit=[(4, "move", 0.0, 0.5)])  # forgotten when it was left
@example(size=3, rows=40, most=5, edit=[(4, "move", 0.05, 0.44)])  # in a page that did not count
@example(size=8, rows=76, most=5, edit=[(4, "move", 0.02, 0.6)])
def test_a_list_that_was_left_goes_on_where_it_was_without_asking_again_for_what_came(
    kind: Kind,
    stop: Stop | None,
    size: int,
    rows: int,
    most: int,
    edit: Edits,
) -> None:
    portal = living(kind, size, rows, edit)
    endpoint = listing(kind, stop)
    before = read(endpoint, portal, Course(), most=most)
    place = json.loads(json.dumps(before[-1].after))
    asked = portal.requests
    course = Course(at=place)
    after = read(endpoint, portal, course) if place else []
    assert course.gaps or portal.kept <= {*keys(before), *keys(after)}
    if not edit and place:
        looks = 2 if course.looks else 1
        assert portal.requests - asked <= (rows // (size - 1) + 2 - len(before)) * looks + 1


def left_and_gone_on_with(portal: Living, *most: int) -> tuple[set[int], Course]:
    """The keys that came in so many answers, left and gone on with each time."""
    endpoint = listing(portal.kind, TOTAL)
    found, course = set[int](), Course()
    for answers in (*most, 10_000):
        part = read(endpoint, portal, course, most=answers)
        found |= {*keys(part)}
        if part[-1].after is None:
            break
        at = json.loads(json.dumps(part[-1].after))
        course = Course(at=at, shifts=course.shifts, gaps=course.gaps)
    return found, course


@pytest.mark.parametrize("kind,most", [("page", (7,)), ("offset", (7,)), ("page", (7, 8))])
@pytest.mark.parametrize("later", [14, 18, 24])
def test_a_row_that_moves_ahead_from_before_the_rows_that_are_remembered_is_noticed_at_the_end(
    kind: Kind, most: tuple[int, ...], later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "_LATEST", 1)
    portal = living(kind, 2, 60, [(later, "move", 0.0, 0.9)])
    found, course = left_and_gone_on_with(portal, *most)
    assert (found, course.gaps) == (portal.kept, [])
    assert course.shifts > 0


@pytest.mark.parametrize("edits", [(), [(15, "insert", 0.0, 0.0)]])
def test_of_rows_that_are_not_remembered_one_page_is_asked_for_again_at_the_end(
    edits: Edits, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembers, forgets = living("page", 3, 60, edits), living("page", 3, 60, edits)
    left_and_gone_on_with(remembers, 7)
    monkeypatch.setattr(sieve, "_LATEST", 1)
    found, course = left_and_gone_on_with(forgets, 7)
    assert (forgets.kept - found, course.gaps) == (set(), [])
    assert forgets.requests == remembers.requests + 1


@pytest.mark.must_hold("pulse")
def test_of_many_lists_that_people_edit_meanwhile_none_loses_a_row_unnamed(
    scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    rng, told = Random(4), Counter[str]()
    lists = scale(400, 4_000)
    for number in range(lists):
        kind, stop = LISTS[number % len(LISTS)]
        edits: list[tuple[int, Edit, float, float]] = [
            (
                rng.randint(4, 20),
                rng.choice(["insert", "delete", "move"]),
                rng.random(),
                rng.random(),
            )
            for _ in range(rng.randint(1, 5))
        ]
        portal = living(kind, rng.randint(3, 25), rng.randint(0, 400), edits)
        course = Course()
        found = keys(read(listing(kind, stop), portal, course))
        told["rows"] += len(portal.kept)
        told["lost"] += 0 if course.gaps else len(portal.kept - set(found))
        told["gaps"] += bool(course.gaps)
        told["shifted"] += bool(course.shifts)
    measured("lists, edited while they were read", lists)
    measured("of them with rows that shifted", told["shifted"])
    measured("of them with a named gap", told["gaps"])
    measured("rows that were there all the time", told["rows"])
    measured("of them lost without a word", told["lost"])
    assert told["lost"] == 0
    assert told["shifted"] > lists / 4


DETAIL = Endpoint(
    endpoint="get-x",
    effect="read",
    request=RequestTemplate(
        method="GET", url="/x/{id}", path={"id": Derived(derived="list-x", path="rows[].id")}
    ),
    response=ResponseShape(),
)


def details(refused: set[int], course: Course, status: int = 500) -> list[Answer]:
    def portal(call: Call) -> Reply:
        number = int(call.url.rsplit("/", 1)[-1])
        return json_reply(call, {"id": number}, status=status if number in refused else 200)

    async def run() -> list[Answer]:
        async def parents(_: str) -> AsyncIterator[Answer]:
            rows: list[JsonValue] = [{"id": number} for number in range(40)]
            yield Answer(endpoint="list-x", url="/x", items=(), document={"rows": rows})

        stream = replay.replay_endpoint(
            DETAIL,
            FakeSession(portal),
            parents=parents,
            course=course,
            clock=VirtualClock(),
            rng=Random(1),
        )
        return [answer async for answer in stream]

    return run_engine(run())


def test_one_item_of_many_that_cannot_be_asked_for_is_a_gap() -> None:
    course = Course()
    assert len(details({7, 30}, course)) == 38
    assert [gap.count("status 500") for gap in course.gaps] == [2, 2]


def test_an_item_that_went_after_it_was_listed_is_a_gap_and_no_other_rung_is_tried() -> None:
    course = Course()
    assert len(details({7, 30}, course, status=404)) == 38
    assert [gap.count("status 404") for gap in course.gaps] == [1, 1]


def test_when_no_item_can_be_asked_for_the_endpoint_is_broken() -> None:
    with pytest.raises(AnswerNotUnderstood, match="status 500"):
        details(set(range(40)), Course())
