"""All that a page says to its portal is seen, with its answer, whatever the page does then."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from playwright.async_api import FilePayload

from automation.browser import NetworkWatch, Tab, watch_network
from automation.errors import BadArgument, Unready
from automation.model import Dropped, Exchange
from automation.wire import request_leaves
from tests.browser.site import Asked, Browser, Served, Site, as_json, redirect, serving
from tests.browser.workshop import Workshop

Work = Callable[[Tab], Awaitable[object]]
Seen = tuple[list[Exchange], tuple[Dropped, ...]]


def watched(running: Workshop | Browser, site: Site, work: Work, *, patience: float = 5.0) -> Seen:
    """The exchanges in order of start, and what was left out."""

    async def watch(tab: Tab) -> Seen:
        loop = asyncio.get_running_loop()
        zero = loop.time()
        seen: list[Exchange] = []
        async with watch_network(
            tab, now=lambda: loop.time() - zero, deliver=seen.append, patience=patience
        ) as network:
            await work(tab)
        return sorted(seen, key=lambda each: each.seq), network.dropped

    return running.run(site.url, watch)


def visiting(url: str) -> Work:
    async def work(tab: Tab) -> None:
        await tab.goto(url)
        await tab.rest()

    return work


def summary(exchanges: list[Exchange]) -> list[tuple[str, str, str, int | None]]:
    return [
        (
            each.request.method,
            each.request.url.partition("//")[2].partition("/")[2],
            each.resource,
            each.response.status if each.response else None,
        )
        for each in exchanges
    ]


def text_of(exchange: Exchange) -> str:
    assert exchange.response is not None
    assert exchange.response.body is not None
    return exchange.response.body.text


def test_a_page_and_its_data_are_kept_with_all_headers(running: Workshop, site: Site) -> None:
    cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; HttpOnly"), ("X-Slot", "s")]
    site.pages |= {
        "/": Served(
            "<script>fetch('/data?x=1#here', {method: 'POST', headers: {'X-Own': 'é'.length},"
            " body: JSON.stringify({a: 1})})</script>",
            headers=cookies,
        ),
        "/data": as_json({"rows": []}),
    }
    (page, data), dropped = watched(running, site, visiting(f"{site.url}/"))
    assert summary([page, data]) == [
        ("GET", "", "document", 200),
        ("POST", "data?x=1", "fetch", 200),
    ]
    assert page.response is not None
    assert [value for name, value in page.response.headers if name == "set-cookie"] == [
        "a=1",
        "b=2; HttpOnly",
    ]
    sent = dict(data.request.headers)
    assert sent["cookie"] == "a=1; b=2"
    assert sent["x-own"] == "1"
    assert data.request.body is not None
    assert (data.request.body.text, data.request.body.mime) == ('{"a":1}', "text/plain")
    assert text_of(data) == '{"rows": []}'
    assert data.frame == f"{site.url}/"
    assert data.initiator == f"script {site.url}/:1"
    assert dropped == ()


def test_no_body_is_lost_by_pages_that_leave_at_once(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": """<script>const asking = new XMLHttpRequest();
            asking.open("GET", "/data");
            asking.onload = () => location = "/one";
            asking.send()</script>""",
        "/data": as_json({"token": "x" * 20_000}),
        "/one": "<script>fetch('/more').then(g => g.json()).then(() => location = '/two')</script>",
        "/more": as_json({"more": "y" * 20_000}),
        "/two": "<form method=post action=/three></form><script>document.forms[0].submit()"
        "</script>",
        "/three": "<meta http-equiv=refresh content='0;url=/end'>",
        "/end": "<h1>End</h1>",
    }

    async def work(tab: Tab) -> None:
        for _ in range(5):
            await tab.goto(f"{site.url}/")
            await tab.page.wait_for_url("**/end")

    exchanges, _ = watched(running, site, work)
    assert len(exchanges) == 5 * 7
    assert [each.request.url for each in exchanges if not text_of(each)] == []


def test_a_chain_of_redirects_is_kept_hop_by_hop(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": redirect("/two", ("Set-Cookie", "hop=1")),
        "/two": redirect("/three"),
        "/three": "<h1>Three</h1>",
    }
    (one, two, three), _ = watched(running, site, visiting(f"{site.url}/"))
    assert [each.redirect_of for each in (one, two, three)] == [None, one.seq, two.seq]
    assert one.response is not None
    assert (one.response.status, one.response.body) == (302, None)
    assert ("set-cookie", "hop=1") in one.response.headers
    assert dict(two.request.headers)["cookie"] == "hop=1"


def test_forms_of_all_encodings_are_kept(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": """<script>
          const form = new FormData();
          form.append("name", "Müller");
          fetch("/multipart", {method: "POST", body: form});
          fetch("/form", {method: "POST", body: new URLSearchParams({name: "Zoë", x: "1"})});
          fetch("/binary", {method: "POST", body: new Uint8Array([0, 255, 1])});
        </script>""",
        "/multipart": as_json(1),
        "/form": as_json(1),
        "/binary": as_json(1),
    }
    exchanges, _ = watched(running, site, visiting(f"{site.url}/"))
    sent = {each.request.url.rpartition("/")[2]: each.request.body for each in exchanges}
    multipart, form, binary = sent["multipart"], sent["form"], sent["binary"]
    assert multipart is not None
    assert multipart.mime == "multipart/form-data"
    assert 'name="name"\r\n\r\nMüller\r\n' in multipart.text
    assert form is not None
    assert (form.text, form.mime) == ("name=Zo%C3%AB&x=1", "application/x-www-form-urlencoded")
    assert binary is not None
    assert base64.b64decode(binary.text) == b"\x00\xff\x01"
    assert binary.base64


def test_a_binary_answer_is_kept_as_base64(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": "<script>fetch('/picture')</script>",
        "/picture": Served(b"\x89PNG\xff", mime="image/png"),
    }
    (_, picture), _ = watched(running, site, visiting(f"{site.url}/"))
    assert picture.response is not None
    assert picture.response.body is not None
    assert picture.response.body.base64
    assert base64.b64decode(picture.response.body.text) == b"\x89PNG\xff"


def test_a_dropped_connection_is_kept_as_a_failure(running: Workshop, site: Site) -> None:
    site.pages |= {"/": "<script>fetch('/gone').catch(() => 0)</script>", "/gone": Served(status=0)}
    (_, gone), _ = watched(running, site, visiting(f"{site.url}/"))
    assert gone.response is None
    assert gone.failure == "net::ERR_EMPTY_RESPONSE"
    assert gone.finished is not None


def test_frames_and_popups_are_followed_too(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": "<iframe src=/frame></iframe><a href=/popup target=_blank>Go</a>",
        "/frame": "<script>fetch('/from-frame')</script>",
        "/popup": "<script>fetch('/from-popup')</script>",
        "/from-frame": as_json(1),
        "/from-popup": as_json(2),
    }

    async def work(tab: Tab) -> None:
        await tab.goto(f"{site.url}/")
        await tab.rest()
        async with tab.context.expect_page() as opening:
            await tab.page.click("a")
        tab.bring_forward(await opening.value)
        await tab.rest()

    exchanges, _ = watched(running, site, work)
    by_path = {each.request.url.removeprefix(site.url): each for each in exchanges}
    assert set(by_path) == {"/", "/frame", "/from-frame", "/popup", "/from-popup"}
    assert by_path["/from-frame"].frame == f"{site.url}/frame"
    assert text_of(by_path["/from-popup"]) == "2"


def test_noise_is_left_out_and_counted_by_rule(chromium: Browser, site: Site) -> None:
    with serving() as foreign:
        site.pages |= {
            "/": f"""<link rel=stylesheet href=/a.css?v=1><img src=/a.png>
                <script src=/a.js></script><script>
                navigator.sendBeacon("/beacon", "x");
                fetch("{foreign.elsewhere}/stats?id=1").catch(() => 0);
                fetch("{foreign.elsewhere}/stats?id=2").catch(() => 0);
                fetch("/telemetry", {{method: "POST", body: "x"}});</script>
                <a href=/file.pdf>File</a>""",
            "/telemetry": Served(status=204),
            "/file.pdf": Served(b"%PDF", headers=[("Content-Disposition", "attachment")]),
        }

        async def work(tab: Tab) -> None:
            await tab.goto(f"{site.url}/")
            await tab.page.click("a")
            await tab.rest()

        exchanges, dropped = watched(chromium, site, work)
        assert summary(exchanges) == [
            ("GET", "", "document", 200),
            ("POST", "telemetry", "fetch", 204),
        ]
        left_out = {(each.rule, each.url.removeprefix(site.url)): each.count for each in dropped}
        assert left_out == {
            ("static", "/a.css"): 1,
            ("static", "/a.png"): 1,
            ("static", "/a.js"): 1,
            ("beacon", "/beacon"): 1,
            ("foreign-host", f"{foreign.elsewhere}/stats"): 2,
            ("download", "/file.pdf"): 1,
        }


def test_an_answer_ends_before_the_request_that_uses_it_starts(
    running: Workshop, site: Site
) -> None:
    """The browser's own events say the opposite of an XHR whose onload asks again."""
    site.pages |= {
        "/": """<script>let left = 30; const next = () => {
            const asking = new XMLHttpRequest();
            asking.open("GET", "/data?" + left);
            asking.onload = () => left-- && next();
            asking.send();
          }; next()</script>""",
        "/data": as_json("x"),
    }
    (_, *chain), _ = watched(running, site, visiting(f"{site.url}/"))
    assert len(chain) == 31
    late = [
        (before, after)
        for before, after in pairwise(chain)
        if before.finished is None or before.finished > after.started
    ]
    assert late == []
    assert [each.seq for each in chain] == sorted(each.seq for each in chain)
    starts = [each.started for each in chain]
    assert starts == sorted(starts)


def test_what_is_under_way_at_the_end_is_waited_for(running: Workshop, site: Site) -> None:
    hold = threading.Event()

    def slow(asked: Asked) -> Served:
        hold.wait(20)
        return as_json("late")

    site.pages |= {"/": "<script>fetch('/slow')</script>", "/slow": slow}

    async def work(tab: Tab) -> None:
        async with tab.page.expect_request("**/slow"):
            await tab.goto(f"{site.url}/")
        asyncio.get_running_loop().call_later(0.3, hold.set)

    (_, late), _ = watched(running, site, work)
    assert text_of(late) == '"late"'


def test_what_never_ends_is_kept_without_an_end(running: Workshop, site: Site) -> None:
    hold = threading.Event()

    def endless(asked: Asked) -> Served:
        hold.wait(20)
        return as_json("late")

    site.pages |= {"/": "<script>fetch('/poll')</script>", "/poll": endless}

    async def work(tab: Tab) -> None:
        async with tab.page.expect_request("**/poll"):
            await tab.goto(f"{site.url}/")

    (_, poll), _ = watched(running, site, work, patience=0.3)
    hold.set()
    assert (poll.finished, poll.response) == (None, None)
    assert poll.failure == "still open when the capture ended"


def test_a_receiver_that_fails_stops_the_work_with_its_own_error(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = "<h1>Here</h1>"

    def full(exchange: Exchange) -> None:
        raise Unready("the disk is full")

    async def watch(tab: Tab) -> None:
        async with watch_network(tab, now=lambda: 0.0, deliver=full):
            await tab.goto(f"{site.url}/")
            await asyncio.sleep(20)

    with pytest.raises(Unready, match="the disk is full"):
        running.run(site.url, watch)


def test_an_error_of_the_work_comes_out_as_it_is(running: Workshop, site: Site) -> None:
    async def watch(tab: Tab) -> None:
        async with watch_network(tab, now=lambda: 0.0, deliver=lambda _: None):
            raise BadArgument("not this")

    with pytest.raises(BadArgument, match="not this"):
        running.run(site.url, watch)


def test_nothing_is_heard_after_the_end(running: Workshop, site: Site) -> None:
    site.pages["/"] = "<h1>Here</h1>"

    async def watch(tab: Tab) -> tuple[int, NetworkWatch]:
        seen: list[Exchange] = []
        async with watch_network(tab, now=lambda: 0.0, deliver=seen.append) as network:
            await tab.goto(f"{site.url}/")
        await tab.goto(f"{site.url}/?again")
        return len(seen), network

    assert running.run(site.url, watch)[0] == 1


@pytest.mark.parametrize("answer", [Served("kept"), redirect("/done")])
def test_a_form_with_a_file_is_seen_with_its_fields_and_the_name_of_the_file(
    chromium: Browser, site: Site, answer: Served
) -> None:
    form = (
        '<form method="post" action="/kept" enctype="multipart/form-data">'
        '<input name="title" value="Ear"><input type="file" name="scan"><button>Go</button></form>'
    )
    site.pages["/"] = Served(form.encode())
    site.pages |= {"/kept": answer, "/done": "done"}
    file: FilePayload = {"name": "ear.pdf", "mimeType": "application/pdf", "buffer": b"\xff\x00"}

    async def work(tab: Tab) -> None:
        await tab.goto(site.url)
        await tab.page.set_input_files("input[type=file]", file)
        await tab.page.click("button")
        await tab.rest()

    seen, _ = watched(chromium, site, work)
    (posted,) = [each.request for each in seen if each.request.method == "POST"]
    assert posted.body is not None
    assert posted.body.mime == "multipart/form-data"
    leaves = {leaf.path: (leaf.value, leaf.file) for leaf in request_leaves(posted)}
    assert leaves["title"] == ("Ear", False)
    assert leaves["scan"] == ("ear.pdf", True)
