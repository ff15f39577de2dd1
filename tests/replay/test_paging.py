"""How a list goes on, when it ends, and when it is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from structlog.testing import capture_logs

from automation.errors import AnswerNotUnderstood, BadArgument
from automation.model import (
    Endpoint,
    Pagination,
    Reply,
    RequestTemplate,
    ResponseShape,
    Source,
    Stop,
)
from automation.replay.inputs import InputValue
from automation.replay.paging import Series, Turn
from automation.replay.reading import Page, read_reply, understand
from tests.fakes import json_reply

URL = "https://app.acme.example/x/list?a=1"
SHAPE = ResponseShape(items="rows", key="id")


def series(rule: Pagination | None, key: str | None = "id", **inputs: InputValue) -> Series:
    return Series(
        Endpoint(
            endpoint="list-x",
            effect="read",
            request=RequestTemplate(method="GET", url="/x"),
            response=ResponseShape(items="rows", key=key),
            pagination=rule,
        ),
        inputs,
    )


def page(ids: object, *headers: tuple[str, str], **beside: object) -> Page:
    rows = [{"id": each} for each in ids]  # type: ignore[attr-defined]
    call = Reply(200, URL, (), b"")
    document = {"rows": rows, **beside}
    reply = json_reply(call, document, *headers)  # type: ignore[arg-type]
    return understand(read_reply(reply), SHAPE)


def walk(listed: Series, *pages: Page) -> list[Turn | None]:
    """The turns of a list whose portal gives these pages."""
    turns: list[Turn | None] = [listed.first]
    for each in pages:
        turn = turns[-1]
        assert turn is not None
        turns.append(listed.after(turn, each))
    return turns


def said(turns: list[Turn | None], word: str) -> list[object]:
    return [None if turn is None else turn.values.get(word) for turn in turns]


def test_a_call_without_pagination_is_made_once() -> None:
    assert walk(series(None), page([1])) == [Turn(), None]


def test_pages_are_counted_until_all_items_were_seen() -> None:
    rule = Pagination(kind="page", start=1, size=2, stop=Stop(total="total"))
    turns = walk(series(rule), page([1, 2], total=5), page([3, 4], total=5), page([5], total="5"))
    assert said(turns, "number") == [1, 2, 3, None]
    assert said(turns, "size") == [2, 2, 2, None]


def test_pages_end_with_the_number_of_pages() -> None:
    rule = Pagination(kind="page", start=0, stop=Stop(pages="pages"))
    assert said(walk(series(rule), page([1], pages=2), page([2], pages=2)), "number") == [
        0,
        1,
        None,
    ]


def test_pages_end_when_there_is_no_more() -> None:
    rule = Pagination(kind="page", stop=Stop(more="more"))
    turns = walk(series(rule), page([1], more=True), page([2], more=False))
    assert said(turns, "number") == [0, 1, None]


def test_pages_end_with_a_short_one() -> None:
    rule = Pagination(kind="page", size=2, stop=Stop(short=True))
    assert said(walk(series(rule), page([1, 2]), page([3])), "number") == [0, 1, None]


def test_without_any_rule_an_empty_page_is_the_end() -> None:
    rule = Pagination(kind="page")
    assert said(walk(series(rule), page([1]), page([])), "number") == [0, 1, None]


def test_offsets_grow_by_the_items_that_came() -> None:
    rule = Pagination(kind="offset", step=40, size=40, stop=Stop(total="total"))
    turns = walk(
        series(rule),
        page(range(40), total=70),
        page(range(40, 60), total=70),
        page(range(60, 70), total=70),
    )
    assert said(turns, "offset") == [0, 40, 60, None]


def test_a_cursor_is_handed_on_until_there_is_none() -> None:
    rule = Pagination(kind="cursor", source=Source(json_path="next"), stop=Stop(absent=True))
    turns = walk(series(rule), page([1], next="c1"), page([], next=7), page([2], next=None))
    assert said(turns, "cursor") == [None, "c1", "7", None]


@pytest.mark.parametrize(
    "link,address",
    [
        ("/x/list?after=c", "https://app.acme.example/x/list?after=c"),
        ("?after=c", "https://app.acme.example/x/list?after=c"),
        ("https://app.acme.example/y", "https://app.acme.example/y"),
    ],
)
def test_a_link_leads_on_from_where_it_stood(link: str, address: str) -> None:
    rule = Pagination(kind="next", source=Source(json_path="next"))
    turns = walk(series(rule), page([1], next=link), page([2]))
    assert [turn and turn.link for turn in turns] == [None, address, None]


def test_a_link_may_stand_in_a_header() -> None:
    rule = Pagination(kind="next", source=Source(header="link"))
    first = page([1], ("link", '</x?p=2>; rel="next"'))
    assert (walk(series(rule), first)[1] or Turn()).link == "https://app.acme.example/x?p=2"


@pytest.mark.parametrize("source", [None, Source(json_path="id")])
def test_a_key_is_that_of_the_last_item(source: Source | None) -> None:
    rule = Pagination(kind="keyset", source=source, size=2, stop=Stop(short=True))
    turns = walk(series(rule), page([1, 2]), page([3, 4]), page([]))
    assert said(turns, "key") == [None, 2, 4, None]


def test_a_key_may_be_that_of_the_first_item() -> None:
    rule = Pagination(kind="keyset", item="first", size=2, stop=Stop(short=True))
    turns = walk(series(rule), page([3, 4]), page([1, 2]), page([]))
    assert said(turns, "key") == [None, 3, 1, None]


@pytest.mark.parametrize(
    "step,size,froms,untils",
    [
        (7, 6, [1, 8, 15], [7, 14, 21]),
        (7, 7, [1, 8, 15], [8, 15, 22]),
        (8, None, [1, 9], [1, 9]),
        (30, 29, [1], [30]),
    ],
)
def test_windows_of_dates_follow_one_another_until_the_last_day_is_inside(
    step: int, size: int | None, froms: list[int], untils: list[int]
) -> None:
    rule = Pagination(kind="window", step=step, size=size)
    listed = series(rule, since="2026-03-01", until=date(2026, 3, 15))
    turns: list[Turn] = [listed.first]
    while following := listed.after(turns[-1], page([1])):
        turns.append(following)
    assert [turn.values["from"] for turn in turns] == [date(2026, 3, day) for day in froms]
    assert [turn.values["until"] for turn in turns] == [date(2026, 3, day) for day in untils]


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadArgument, match="lies before"):
        series(Pagination(kind="window"), since="2026-03-02", until="2026-03-01")


BROKEN: list[tuple[Pagination, list[Callable[[], Page]], str]] = [
    (
        Pagination(kind="page"),
        [lambda: page([1, 2]), lambda: page([1, 2])],
        "page 2: pagination does not advance: the same items came twice",
    ),
    (
        Pagination(kind="page"),
        [lambda: page([1]), lambda: page([2]), lambda: page([1])],
        "page 3: pagination does not advance: the same items",
    ),
    (
        Pagination(kind="cursor", source=Source(json_path="next")),
        [lambda: page([1], next="c"), lambda: page([2], next="c")],
        "page 2: pagination does not advance: the same cursor",
    ),
    (
        Pagination(kind="next", source=Source(json_path="next")),
        [lambda: page([1], next="/a"), lambda: page([], next="/b"), lambda: page([], next="/a")],
        "page 3: pagination does not advance: the same cursor or link",
    ),
    (
        Pagination(kind="keyset"),
        [lambda: page([1, 2]), lambda: page([3, 2])],
        "page 2: pagination does not advance: the last key",
    ),
    (
        Pagination(kind="page", stop=Stop(more="more")),
        [lambda: page([1], more=True), lambda: page([], more=True)],
        "page 2: pagination does not advance: an empty page says that there is more",
    ),
    (
        Pagination(kind="page", stop=Stop(total="total")),
        [lambda: page([1, 2], total=3), lambda: page([], total=3)],
        "page 2: it ends after 2 of 3 items",
    ),
    (
        Pagination(kind="page", stop=Stop(total="total")),
        [lambda: page([1, 2], Total=3)],
        "page 1: no number at total",
    ),
    (
        Pagination(kind="page", stop=Stop(more="more")),
        [lambda: page([1, 2], more="yes")],
        "page 1: neither true nor false at more",
    ),
    (
        Pagination(kind="cursor"),
        [lambda: page([1])],
        "page 1: nothing says where its next cursor or link stands",
    ),
]


@pytest.mark.parametrize("rule,pages,told", BROKEN)
def test_a_list_that_does_not_go_on_as_it_should_is_an_error(
    rule: Pagination, pages: list[Callable[[], Page]], told: str
) -> None:
    with pytest.raises(AnswerNotUnderstood) as raised:
        walk(series(rule), *(make() for make in pages))
    assert told in str(raised.value)
    assert str(raised.value).startswith("list-x, page ")


def test_without_a_key_whole_items_are_compared() -> None:
    listed = series(Pagination(kind="page"), key=None)
    walk(listed, page([1]), page([2]))
    with pytest.raises(AnswerNotUnderstood, match="the same items"):
        listed.after(Turn({"number": 3}), page([1]))


def test_windows_may_hold_the_same_items() -> None:
    rule = Pagination(kind="window", step=1)
    listed = series(rule, since="2026-03-01", until="2026-03-03")
    assert len(walk(listed, page([1]), page([1]), page([1]))) == 4


def test_an_endless_list_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automation.replay.paging._MOST_PAGES", 3)
    with pytest.raises(AnswerNotUnderstood, match="no end after 3 pages"):
        walk(series(Pagination(kind="page")), page([1]), page([2]), page([3]))


def test_a_total_that_changes_on_the_way_is_noted_and_followed() -> None:
    rule = Pagination(kind="page", stop=Stop(total="total"))
    with capture_logs() as logs:
        turns = walk(series(rule), page([1, 2], total=3), page([3], total=4), page([4], total=4))
    assert said(turns, "number") == [0, 1, 2, None]
    (event,) = logs
    assert (event["event"], event["page"], event["before"], event["now"]) == (
        "total_drifted",
        2,
        3,
        4,
    )


@pytest.mark.parametrize(
    "turn",
    [
        Turn({"from": date(2026, 1, 2), "until": date(2026, 1, 9)}),
        Turn({"number": 3, "size": 25, "key": None}, link="/x?page=3"),
        Turn(opens=True),
    ],
)
def test_a_turn_that_was_kept_as_json_is_the_same_turn(turn: Turn) -> None:
    assert Turn.load(json.loads(json.dumps(turn.dump()))) == turn


DEEP = Pagination(
    kind="next",
    size=2,
    deepest=4,
    source=Source(json_path="next"),
    stop=Stop(total="count", absent=True),
)


def deep(*ids: int, count: int, link: str | None) -> Page:
    return page(ids, count=count, next=link)


def test_a_long_list_goes_on_behind_a_key_before_its_links_lead_too_deep() -> None:
    listed = series(DEEP)
    pages = [
        deep(1, 2, count=9, link="/x/list?page=2"),
        deep(3, 4, count=9, link="/x/list?page=3"),
        deep(5, 6, count=5, link="/x/list?after=4&page=2"),
        deep(7, 8, count=5, link="/x/list?after=4&page=3"),
        deep(9, count=1, link=None),
    ]
    turns = walk(listed, *pages)
    assert said(turns, "key") == [None, None, 4, 4, 8, None]
    links = [turn.link if turn else None for turn in turns]
    assert [link and link.rpartition("?")[2] for link in links] == [
        None,
        "page=2",
        None,
        "after=4&page=2",
        None,
        None,
    ]
    assert listed.place() == [5, 9, 9, 8]
    assert listed.stated(pages[-1]) == 9


def test_a_long_list_that_was_left_knows_how_many_items_came_before_its_key() -> None:
    endpoint = Endpoint(
        endpoint="list-x",
        effect="read",
        request=RequestTemplate(method="GET", url="/x"),
        response=SHAPE,
        pagination=DEEP,
    )
    last = deep(7, 8, count=5, link=None)
    assert Series(endpoint, {}, [3, 6, 9, 4]).stated(last) == 9
    assert Series(endpoint, {}, [3, 6, 9]).stated(last) == 5  # left before there were keys


def test_a_key_that_the_portal_passes_over_is_told_at_once() -> None:
    pages = [
        deep(1, 2, count=9, link="/x/list?page=2"),
        deep(3, 4, count=9, link="/x/list?page=3"),
        deep(2, 3, count=9, link="/x/list?after=4&page=2"),
    ]
    with pytest.raises(AnswerNotUnderstood, match="passes over the key"):
        walk(series(DEEP), *pages)
