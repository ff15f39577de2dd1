"""The answers of an endpoint, page after page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from random import Random
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerNotUnderstood, BadArgument, Refused
from automation.model import (
    Answer,
    Binding,
    Call,
    Constant,
    Derived,
    Endpoint,
    FromSession,
    Paged,
    Pagination,
    Portal,
    Reply,
    RequestTemplate,
    ResponseShape,
    Rung,
    Slot,
    Source,
    Stop,
    Unknown,
)
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, html_reply, json_reply

Kind = Literal["page", "offset", "cursor", "next", "header", "keyset"]


def answers(
    endpoint: Endpoint,
    session: FakeSession,
    inputs: dict[str, replay.InputValue] | None = None,
    parents: replay.Parents | None = None,
) -> list[Answer]:
    async def run() -> list[Answer]:
        stream = replay.replay_endpoint(
            endpoint, session, inputs=inputs, parents=parents, clock=VirtualClock(), rng=Random(1)
        )
        return [answer async for answer in stream]

    return run_engine(run())


def listing(
    query: dict[str, Binding] | None = None,
    pagination: Pagination | None = None,
    **changed: object,
) -> Endpoint:
    endpoint = Endpoint(
        endpoint="list-x",
        effect="read",
        request=RequestTemplate(method="GET", url="/x", query=query or {}),
        response=ResponseShape(items="rows", key="id"),
        pagination=pagination,
    )
    return endpoint.model_copy(update=changed)


# ---------------------------------------------------------------- paging


class PagedServer:
    """A list of so many items, given out page by page in one of the ways portals have."""

    def __init__(self, kind: Kind, count: int, size: int) -> None:
        self.kind, self.size = kind, size
        self.rows: list[JsonValue] = [{"id": number * 7 + 1} for number in range(count)]

    def __call__(self, call: Call) -> Reply:
        asked = dict(parse_qsl(urlsplit(call.url).query))
        size = min(self.size, int(asked.get("size", self.size)))
        start = self._start(asked, size)
        rows = self.rows[start : start + size]
        more = start + size < len(self.rows)
        mark = f"m{start + size}" if more else None
        document: dict[str, JsonValue] = {
            "rows": rows,
            "total": len(self.rows),
            "pages": -(-len(self.rows) // size),
            "more": more,
            "cursor": mark,
            "next": f"?mark={mark}" if mark else None,
        }
        header = [("link", f'</x?mark={mark}>; rel="next"')] if mark else []
        return json_reply(call, document, *header)

    def _start(self, asked: dict[str, str], size: int) -> int:
        if "page" in asked:
            return (int(asked["page"]) - 1) * size
        if "key" in asked:
            return next(
                place + 1 for place, row in enumerate(self.rows) if row == {"id": int(asked["key"])}
            )
        return int(asked.get("offset") or asked.get("mark", "m0")[1:])


RULES: dict[Kind, tuple[dict[str, Binding], Pagination]] = {
    "page": ({"page": Paged(page="number")}, Pagination(kind="page", start=1)),
    "offset": ({"offset": Paged(page="offset")}, Pagination(kind="offset")),
    "cursor": (
        {"mark": Paged(page="cursor", optional=True)},
        Pagination(kind="cursor", source=Source(json_path="cursor"), stop=Stop(absent=True)),
    ),
    "next": (
        {},
        Pagination(kind="next", source=Source(json_path="next"), stop=Stop(absent=True)),
    ),
    "header": (
        {},
        Pagination(kind="next", source=Source(header="link"), stop=Stop(absent=True)),
    ),
    "keyset": (
        {"key": Paged(page="key", optional=True)},
        Pagination(kind="keyset", stop=Stop(short=True)),
    ),
}
STOPS = [Stop(total="total"), Stop(pages="pages"), Stop(more="more"), Stop(short=True), Stop()]


@given(
    kind=st.sampled_from(sorted(RULES)),
    count=st.integers(0, 60),
    size=st.integers(1, 13),
    stop=st.sampled_from(STOPS),
    asks_size=st.booleans(),
)
def test_every_item_of_any_paged_list_comes_exactly_once_and_in_order(
    kind: Kind, count: int, size: int, stop: Stop, asks_size: bool
) -> None:
    server = PagedServer(kind, count, size)
    query, rule = RULES[kind]
    changed: dict[str, object] = {}
    if kind in {"page", "offset"}:
        changed["stop"] = stop
    if asks_size:
        query = {**query, "size": Paged(page="size")}
        changed["size"] = size
    session = FakeSession(server)
    found = answers(listing(query, rule.model_copy(update=changed)), session)
    assert [item for answer in found for item in answer.items] == server.rows
    assert [answer.page for answer in found] == list(range(1, len(found) + 1))
    assert len(session.sent) <= count // size + 2


@given(days=st.integers(1, 40), step=st.integers(1, 9), overlap=st.integers(0, 1))
def test_windows_of_dates_cover_every_day(days: int, step: int, overlap: int) -> None:
    asked: list[tuple[int, int]] = []

    def server(call: Call) -> Reply:
        given_days = dict(parse_qsl(urlsplit(call.url).query))
        asked.append((int(given_days["from"]), int(given_days["to"])))
        return json_reply(call, {"rows": []})

    query: dict[str, Binding] = {
        "from": Paged(page="from", format="%j"),
        "to": Paged(page="until", format="%j"),
    }
    rule = Pagination(kind="window", step=step, size=step - 1 + overlap)
    last = f"2026-02-{days:02}" if days <= 28 else f"2026-03-{days - 28:02}"
    answers(listing(query, rule), FakeSession(server), {"since": "2026-02-01", "until": last})
    covered = {day for first, end in asked for day in range(first, end + 1)}
    assert set(range(32, 32 + days)) <= covered
    assert len(asked) == -(-days // step)


def test_pages_are_held_back_in_groups_that_grow_and_no_more() -> None:
    query, rule = RULES["page"]
    endpoint = listing(query, rule.model_copy(update={"stop": Stop(total="total")}))

    async def run(size: int) -> list[int]:
        session = FakeSession(PagedServer("page", 5 * size, size))
        stream = replay.replay_endpoint(endpoint, session, clock=VirtualClock(), rng=Random(1))
        return [len(session.sent) async for _ in stream]

    assert run_engine(run(1)) == [1, 3, 3, 5, 5]
    assert run_engine(run(20)) == [1, 2, 3, 4, 5]


def test_a_session_that_ends_on_the_way_goes_on_where_it_was() -> None:
    server = PagedServer("offset", 5, 1)
    logged_out_at = {3, 6}
    pages: list[str] = []

    def answer(call: Call) -> Reply:
        pages.append(dict(parse_qsl(urlsplit(call.url).query))["offset"])
        if len(pages) in logged_out_at:
            return json_reply(call, {}, status=401)
        return server(call)

    query, rule = RULES["offset"]
    endpoint = listing(query, rule.model_copy(update={"stop": Stop(total="total")}))
    session = FakeSession(answer)
    found = answers(endpoint, session)
    assert [item for each in found for item in each.items] == server.rows
    # 1 was not confirmed before its session ended: the new one is asked for it too
    assert pages == ["0", "1", "2", "2", "1", "3", "3", "4"]
    assert session.generation == 3


def test_what_was_yielded_before_a_broken_page_is_good() -> None:
    server = PagedServer("page", 50, 10)

    def answer(call: Call) -> Reply:
        if "page=3" in call.url:
            return Reply(200, call.url, (), b'{"rows": [{')
        return server(call)

    query, rule = RULES["page"]
    endpoint = listing(query, rule.model_copy(update={"stop": Stop(total="total")}))
    seen: list[JsonValue] = []

    async def run() -> None:
        stream = replay.replay_endpoint(
            endpoint, FakeSession(answer), clock=VirtualClock(), rng=Random(1)
        )
        async for each in stream:
            seen.extend(each.items)

    with pytest.raises(AnswerNotUnderstood, match="list-x, page 3: http twice: .*; page twice"):
        run_engine(run())
    assert seen == server.rows[:20]


# ---------------------------------------------------------------- what an answer says


def test_an_answer_says_where_it_came_from() -> None:
    def sorry(call: Call) -> Reply:
        return Reply(200, call.url, (), b"<h1>Sorry</h1>")

    def good(call: Call) -> Reply:
        return json_reply(call, {"rows": [{"id": 1}], "total": 1})

    (answer,) = answers(listing({"a": Constant(constant=1)}), FakeSession(sorry, page=good))
    assert answer == Answer(
        endpoint="list-x",
        url="https://app.acme.example/x?a=1",
        items=({"id": 1},),
        document={"rows": [{"id": 1}], "total": 1},
        rung=Rung.PAGE,
    )


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("effect", ["write", "unknown", "auth"])
def test_only_reads_are_replayed(effect: str) -> None:
    session = FakeSession(PagedServer("page", 1, 1))
    with pytest.raises(Refused, match=f"effect: {effect}"):
        answers(listing(effect=effect), session)
    assert session.sent == []


def test_a_value_nobody_understands_is_not_sent() -> None:
    session = FakeSession(PagedServer("page", 1, 1))
    with pytest.raises(Refused, match=r"list-x, query\.sig"):
        answers(listing({"sig": Unknown(unknown="x")}), session)
    assert session.sent == []


def test_a_wrong_input_is_refused_before_anything_is_sent() -> None:
    session = FakeSession(PagedServer("page", 1, 1))
    with pytest.raises(BadArgument, match="no input 'x'"):
        answers(listing(), session, {"x": 1})
    assert session.sent == []


# ---------------------------------------------------------------- one call per item

DETAIL = Endpoint(
    endpoint="get-x",
    effect="read",
    request=RequestTemplate(
        method="GET",
        url="/x/{id}",
        path={"id": Derived(derived="list-x", path="rows[].id")},
        query={"page": Paged(page="number")},
    ),
    response=ResponseShape(items="lines"),
    pagination=Pagination(kind="page", start=1, stop=Stop(pages="pages")),
)


def some(count: int) -> replay.Parents:
    async def parents(_: str) -> AsyncIterator[Answer]:
        for start in range(0, count, 10):
            rows: list[JsonValue] = [{"id": n} for n in range(start, min(count, start + 10))]
            yield Answer(endpoint="list-x", url="", items=(), document={"rows": rows})

    return parents


def detail(call: Call) -> Reply:
    """Item n has n % 3 + 1 pages of one line each."""
    parts = urlsplit(call.url)
    number, page = int(parts.path.rsplit("/", 1)[-1]), int(dict(parse_qsl(parts.query))["page"])
    return json_reply(call, {"lines": [[number, page]], "pages": number % 3 + 1})


@given(count=st.integers(0, 70))
@settings(max_examples=25)
def test_each_item_of_an_earlier_answer_is_asked_for_in_order(count: int) -> None:
    found = answers(DETAIL, FakeSession(detail), parents=some(count))
    expected = [[n, page] for n in range(count) for page in range(1, n % 3 + 2)]
    assert [line for answer in found for line in answer.items] == expected
    assert all(
        answer.parent == {"id": json.loads(answer.url.split("?")[0].rsplit("/", 1)[1])}
        for answer in found
    )


def test_an_item_that_is_named_is_asked_for_without_the_list() -> None:
    path: dict[str, Binding] = {"thing_id": Derived(derived="list-x", path="rows[].Id")}
    request = RequestTemplate(method="GET", url="/x/{thing_id}", path=path)
    session = FakeSession(lambda call: json_reply(call, {"asked": urlsplit(call.url).path}))
    one = Endpoint(endpoint="get-x", effect="read", request=request)
    (found,) = answers(one, session, {"thing_id": 7})
    assert found.document == {"asked": "/x/7"}


def test_several_items_are_asked_for_at_once_but_not_all() -> None:
    session = FakeSession(detail)
    answers(DETAIL, session, parents=some(100))
    assert 4 <= session.most_under_way <= 16


def test_a_token_that_every_answer_renews_admits_one_call_at_a_time() -> None:
    tokens = iter(range(1000))
    current = ["home"]

    def rolling(call: Call) -> Reply:
        if call.url.endswith("/home"):
            return json_reply(call, {}, ("x-next", current[0]))
        if call.headers["x-token"] != current[0]:
            return json_reply(call, {"error": "token"}, status=403)
        current[0] = f"t{next(tokens)}"
        return json_reply(call, {"lines": [[1]], "pages": 1}, ("x-next", current[0]))

    endpoint = DETAIL.model_copy(
        update={
            "request": DETAIL.request.model_copy(
                update={"headers": {"X-Token": FromSession(session="token")}}
            ),
            "slots": {"token": Slot(open="/home", sources=(Source(header="x-next"),))},
        }
    )
    session = FakeSession(rolling)
    assert len(answers(endpoint, session, parents=some(40))) == 40
    assert session.most_under_way == 1
    assert len(session.sent) == 41


def test_an_item_that_fails_is_an_error_of_its_own_and_not_a_group() -> None:
    def failing(call: Call) -> Reply:
        if "/x/5?" in call.url:
            return Reply(406, call.url, (), b"")
        return detail(call)

    with pytest.raises(AnswerNotUnderstood, match="get-x, page 1: http twice: status 406"):
        answers(DETAIL, FakeSession(failing), parents=some(10))


def test_the_portal_of_a_session_names_slots_by_hand() -> None:
    portal = Portal(portal="acme", title="A", hosts=(), slots={"token": (Source(header="x-next"),)})
    session = FakeSession(
        lambda call: json_reply(call, {"rows": []}, ("x-next", "n")), portal=portal
    )
    answers(listing(), session)
    assert session.slots == {"token": "n"}


# ---------------------------------------------------------------- what the page before posts


class FormServer:
    """A list whose pager posts; the state of the form has to be that of the page before."""

    def __init__(self, pages: int, link: str = "Page${}") -> None:
        self.pages, self.link, self.state = pages, link, 0
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, call: Call) -> Reply:
        form = dict(parse_qsl((call.content or b"").decode(), keep_blank_values=True))
        self.asked.append((call.method, form))
        if call.method == "GET":
            return html_reply(call, self.page(1))
        if form["state"] != f"s{self.state}":
            return html_reply(call, "<h1>Invalid postback</h1>", status=500)
        if not form["target"]:
            return html_reply(call, self.page(1))
        now = self.state % 1000
        return html_reply(call, self.page(int(form["argument"].partition("$")[2] or now + 1)))

    def page(self, number: int) -> str:
        self.state = self.state // 1000 * 1000 + 1000 + number
        last = min(self.pages, number + 2)
        shown = [*range(number + 1, last + 1), *(["..."] * (last < self.pages))]
        links = "".join(self.to(n, last + 1) for n in shown)
        return f"""<input name=state value=s{self.state}>
          <table id=rows><tr><th>A</th><th>B</th></tr><tr data-id={number}>
          <td>{number}</td><td>x</td></tr></table><p>{links}</p>"""

    def to(self, said: int | str, following: int) -> str:
        argument = self.link.format(following if said == "..." else said)
        script = f"javascript:__doPostBack('g','{argument}')"
        return f"""<a href="{script}">{said if argument else ">"}</a> """


def posting(opens: Literal["get"] | None) -> Endpoint:
    state = Slot(sources=(Source(css='input[name="state"]', attribute="value"),), open="/x")
    first = None if opens else ""
    form: dict[str, Binding] = {
        "target": Paged(page="target", first=first),
        "argument": Paged(page="argument", first=first),
        "button": Paged(page="begin", first="Search", optional=True),
        "state": FromSession(session="state"),
    }
    return Endpoint(
        endpoint="list-x",
        effect="read",
        request=RequestTemplate(method="POST", url="/x", form=form, encoding="form"),
        response=ResponseShape(kind="html", items="tables.rows", key='"@data-id"'),
        pagination=Pagination(kind="post", opens=opens, stop=Stop(absent=True)),
        slots={"state": state},
    )


@pytest.mark.parametrize("pages", [1, 2, 7])
@pytest.mark.parametrize("link", ["Page${}", ""])
def test_a_list_is_read_by_what_each_page_posts_for_the_next(pages: int, link: str) -> None:
    server = FormServer(pages, link)
    found = answers(posting("get"), FakeSession(server))
    rows = [item["A"] for answer in found for item in answer.items]  # type: ignore[index,call-overload]  # rows
    assert rows == [str(number) for number in range(1, pages + 1)]
    assert [method for method, _ in server.asked] == ["GET", *["POST"] * (pages - 1)]


def test_what_begins_a_list_of_posts_is_sent_once() -> None:
    server = FormServer(3)
    assert len(answers(posting(None), FakeSession(server))) == 3
    assert [form.get("button") for method, form in server.asked if method == "POST"] == [
        "Search",
        None,
        None,
    ]


def test_a_page_that_is_asked_for_again_is_asked_for_from_a_fresh_form() -> None:
    server = FormServer(3)
    broken = iter([False, False, True])

    def erring(call: Call) -> Reply:
        if call.method == "POST" and next(broken, False):
            return html_reply(call, "<h1>Busy</h1>", status=500)
        return server(call)

    session = FakeSession(erring)
    rows = [item for answer in answers(posting("get"), session) for item in answer.items]
    assert len(rows) == 3
    assert [method for method, _ in server.asked] == ["GET", "POST", "POST"]


def test_a_list_that_is_left_between_posts_goes_on_there() -> None:
    server = FormServer(4)
    endpoint = posting("get")

    async def read(course: replay.Course, count: int) -> list[Answer]:
        found = []
        stream = replay.replay_endpoint(
            endpoint, FakeSession(server), course=course, clock=VirtualClock(), rng=Random(1)
        )
        async for answer in stream:
            found.append(answer)
            if len(found) == count:
                break
        await stream.aclose()
        return found

    first = run_engine(read(replay.Course(), 2))
    rest = run_engine(read(replay.Course(at=first[-1].after), 9))
    assert [item["A"] for answer in (*first, *rest) for item in answer.items] == list("1234")  # type: ignore[index,call-overload]  # rows
