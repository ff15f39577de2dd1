"""A request as it may be shown."""

from __future__ import annotations

from random import Random

from automation.model import Call
from automation.writes.shown import shown_request

CALL = Call(
    "POST",
    "https://acme.example/api/sale/?pin=canary-1",
    {"authorization": "Bearer canary-token-77aa", "content-type": "application/json; charset=x"},
    '{"z":1,"pin":"canary-1","a":[1.50,"Löwe"]}'.encode(),
)


def test_hidden_values_and_recognised_secrets_are_replaced_and_the_rest_stays_as_it_is() -> None:
    shown = shown_request(CALL, ["canary-1"], Random(1))
    assert "canary" not in repr(shown)
    assert shown.url.startswith("https://acme.example/api/sale/?pin=")
    assert shown.body is not None
    assert shown.body.text.startswith('{"z":1,"pin":"')
    assert shown.body.text.endswith('","a":[1.50,"Löwe"]}')


def test_a_request_without_a_secret_is_shown_byte_by_byte() -> None:
    content = '{"b": 1.0,\n "a":"x"}'
    call = Call("POST", "https://acme.example/a", {"content-type": "application/json"})
    plain = shown_request(
        Call(call.method, call.url, call.headers, content.encode()), [], Random(1)
    )
    assert plain.body is not None
    assert plain.body.text == content
    assert shown_request(call, [], Random(1)).body is None
