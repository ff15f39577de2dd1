"""The observer learns from places, and changes nothing."""

from __future__ import annotations

import json

import pytest

from automation.model import Body, Exchange, Request, Response, Snapshot
from automation.redact.observer import Observer
from automation.redact.registry import Registry

TOKEN = "CfDJ8Nq-7xZ_w2Kq9LmP0aBcDeFg"
HTML = "text/html"
FORM = "application/x-www-form-urlencoded"


def sent(url: str = "/", *, body: str = "", mime: str = FORM, **headers: str) -> Exchange:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    request = Request(method="POST", url=url, headers=given, body=Body(text=body, mime=mime))
    return Exchange(seq=0, started=0, resource="xhr", request=request)


def got(body: str = "", mime: str = "application/json", **headers: str) -> Exchange:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    response = Response(status=200, headers=given, body=Body(text=body, mime=mime))
    return sent().model_copy(update={"response": response})


def learnt(*exchanges: Exchange) -> set[str]:
    registry = Registry(b"a key for the tests")
    observer = Observer(registry)
    for exchange in exchanges:
        observer.exchange(exchange)
    return {one.value for one in registry.needles}


@pytest.mark.parametrize(
    "exchange",
    [
        sent(f"/a?access_token={TOKEN}"),
        sent(f"/a#id_token={TOKEN}"),
        sent(referer=f"https://h/?token={TOKEN}"),
        sent(cookie=f"a=1; sid={TOKEN}"),
        sent(authorization=f"Bearer {TOKEN}"),
        sent(x_csrf_token=TOKEN),
        sent(body=f"csrf={TOKEN}"),
        sent(body=json.dumps({"a": [{"token": TOKEN}]}), mime="application/json"),
        got(set_cookie=f"anything={TOKEN}; Path=/"),
        got(location=f"/next?token={TOKEN}"),
        got(x_csrf_token=TOKEN),
        got(json.dumps({"a": {"sessionId": TOKEN}})),
        got(json.dumps({"html": f'<input name="csrf" value="{TOKEN}">', "b": "x" * 99})),
        got(f'<meta name="csrf-token" content="{TOKEN}">', HTML),
        got(f"<script>var token = '{TOKEN}'</script>", HTML),
    ],
)
def test_a_secret_is_learnt_from_every_place_that_says_so(exchange: Exchange) -> None:
    assert learnt(exchange) == {TOKEN}


@pytest.mark.parametrize(
    "exchange",
    [
        sent(f"/a?page={TOKEN}", body=f"name={TOKEN}", x_note=TOKEN),
        got(json.dumps({"id": TOKEN})),
        got(f'<input name="id" value="{TOKEN}">', HTML),
        got(etag=TOKEN),
    ],
)
def test_other_places_teach_nothing(exchange: Exchange) -> None:
    assert learnt(exchange) == set()


def test_a_response_that_comes_before_the_header_makes_the_value_a_secret() -> None:
    response, request = got(json.dumps({"id": TOKEN})), sent(x_note=f"v1 {TOKEN}")
    assert learnt(response, request) == {TOKEN}
    assert learnt(request, response) == set()


def test_what_a_browser_repeats_for_its_cache_is_no_secret() -> None:
    assert learnt(got(etag=TOKEN), sent(if_none_match=TOKEN)) == set()


def test_storage_and_address_of_a_page_teach_too() -> None:
    registry = Registry(b"a key for the tests")
    url = "https://h/?token=3f2a9c0be1"
    storage = {"auth": json.dumps({"token": TOKEN}), "theme": "dark-mode-7"}
    Observer(registry).snapshot(Snapshot(step="1", taken=0, url=url, storage=storage))
    assert {one.value for one in registry.needles} == {TOKEN, "3f2a9c0be1"}
