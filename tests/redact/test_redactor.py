"""What leaves the redactor holds no secret, and still says which values were equal."""

from __future__ import annotations

import base64
import html
import json
import string
from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, quote, quote_plus, unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automation.errors import BadArgument
from automation.model import Body, Element, Exchange, Request, Response, Secret, Snapshot
from automation.redact import Redactor, find_placeholders
from tests import canary

KEY = b"a key for the tests"
PASSWORD = 'p@ss "w&rd"/é+1\''
USERNAME = "anna@clinic.example"
KNOWN = {"credential.username": Secret(USERNAME), "credential.password": Secret(PASSWORD)}
TOKEN = "CfDJ8Nq-7xZ_w2Kq9LmP0aBcDeFg"
FORM = "application/x-www-form-urlencoded"

ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "url": lambda s: quote(s, safe=""),
    "url, slashes kept": quote,
    "url plus": quote_plus,
    "url twice": lambda s: quote(quote(s, safe=""), safe=""),
    "json": json.dumps,
    "json in utf-8": lambda s: json.dumps(s, ensure_ascii=False),
    "json in json": lambda s: json.dumps(json.dumps(s)),
    "html": html.escape,
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 after one byte": lambda s: base64.b64encode(b"x" + s.encode()).decode(),
    "base64 after two bytes": lambda s: base64.b64encode(b"xy" + s.encode() + b"z").decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "hexadecimal": lambda s: s.encode().hex(),
    "hexadecimal in upper case": lambda s: s.encode().hex().upper(),
}

SECRETS = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="\x7f«»"),
    min_size=8,
    max_size=24,
).filter(lambda s: sum(map(str.isalnum, s)) >= 4)
PLAIN = st.text(string.ascii_letters + string.digits + " .:/-", max_size=20)


def redactor(**known: str) -> Redactor:
    return Redactor(KEY, {name.replace("_", "."): Secret(text) for name, text in known.items()})


def exchange(
    *,
    url: str = "https://portal.example/Practice/Home",
    sent: tuple[tuple[str, str], ...] = (),
    form: str | None = None,
    got: tuple[tuple[str, str], ...] = (),
    body: str = "",
    mime: str = "application/json",
) -> Exchange:
    return Exchange(
        seq=0,
        started=0,
        resource="xhr",
        request=Request(
            method="GET" if form is None else "POST",
            url=url,
            headers=sent,
            body=None if form is None else Body(text=form, mime=FORM),
        ),
        response=Response(status=200, headers=got, body=Body(text=body, mime=mime)),
    )


def answer(exchange: Exchange) -> str:
    assert exchange.response is not None
    assert exchange.response.body is not None
    return exchange.response.body.text


def form_of(exchange: Exchange) -> dict[str, str]:
    assert exchange.request.body is not None
    return dict(parse_qsl(exchange.request.body.text))


# ---------------------------------------------------------------- equality


@given(
    secret=SECRETS, one=st.sampled_from(sorted(ENCODINGS)), two=st.sampled_from(sorted(ENCODINGS))
)
def test_a_known_value_has_one_placeholder_in_whatever_encoding_it_stands(
    secret: str, one: str, two: str
) -> None:
    subject = redactor(credential_password=secret)
    first, second = (subject.redact_text(f"<{ENCODINGS[way](secret)}>") for way in (one, two))
    assert find_placeholders(first) == find_placeholders(second)
    (found,) = find_placeholders(first)
    assert (found.kind, found.length) == ("credential.password", len(secret))


@pytest.mark.parametrize("way", ENCODINGS)
def test_a_password_with_every_kind_of_character_is_found_in_every_encoding(way: str) -> None:
    (found,) = find_placeholders(Redactor(KEY, KNOWN).redact_text(ENCODINGS[way](PASSWORD)))
    assert str(found) == Redactor(KEY, KNOWN).redact_text(PASSWORD)


@given(secret=SECRETS, way=st.sampled_from(sorted(ENCODINGS)), before=PLAIN, after=PLAIN)
def test_a_hit_inside_a_longer_text_keeps_the_rest(
    secret: str, way: str, before: str, after: str
) -> None:
    assume(secret not in f"{before}{after}")
    assume("64" not in way and "hexadecimal" not in way)
    done = redactor(credential_password=secret).redact_text(
        f"{before}<{ENCODINGS[way](secret)}>{after}"
    )
    assert done.startswith(f"{before}<")
    assert done.endswith(f">{after}")
    assert "sec" in done


@given(one=SECRETS, two=SECRETS)
def test_different_values_have_different_placeholders(one: str, two: str) -> None:
    assume(one not in two and two not in one)
    subject = redactor(credential_password=one, credential_username=two)
    assert subject.redact_text(one) != subject.redact_text(two)


def test_two_redactors_with_one_key_agree_and_with_two_keys_do_not() -> None:
    again = Redactor(KEY, KNOWN).redact_text(PASSWORD)
    assert Redactor(KEY, KNOWN).redact_text(PASSWORD) == again
    assert Redactor(b"another key for it", KNOWN).redact_text(PASSWORD) != again


def test_decoding_base64_gives_the_placeholder_and_the_rest_of_the_text() -> None:
    subject = Redactor(KEY, KNOWN)
    code = base64.b64encode(f"user {USERNAME}, id 7".encode()).decode()
    plain = base64.b64decode(subject.redact_text(code)).decode()
    assert plain == f"user {subject.redact_text(USERNAME)}, id 7"


# ---------------------------------------------------------------- nothing survives


@given(
    secret=SECRETS,
    ways=st.lists(st.sampled_from(sorted(ENCODINGS)), min_size=1, max_size=4),
    mime=st.sampled_from(["text/html", "text/plain", "application/json", "text/javascript"]),
)
def test_no_secret_survives_in_any_encoding(secret: str, ways: list[str], mime: str) -> None:
    body = "\n".join(f"<p>{ENCODINGS[way](secret)}</p>" for way in ways)
    url = f"/{quote(secret, safe='')}?q={quote_plus(secret)}#{quote(secret)}"
    seen = exchange(
        url=f"https://portal.example{url}",
        sent=(("referer", f"https://portal.example/?q={quote(secret)}"), ("x-note", secret)),
        form=f"a={quote_plus(secret)}&b={quote_plus(json.dumps([secret]))}",
        got=(("location", f"/next?user={quote(secret)}"),),
        body=body,
        mime=mime,
    )
    done = redactor(credential_password=secret).redact_exchange(seen)
    stored = json.dumps(done.model_dump(mode="json"), ensure_ascii=False).encode()
    assert canary.scan([stored, answer(done).encode()], {"it": secret}) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | PLAIN | st.just("@"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(PLAIN | st.just("@"), inner, max_size=4)
    ),
    max_leaves=12,
)


def planted(value: object, secret: str) -> object:
    match value:
        case dict():
            return {planted(k, secret): planted(v, secret) for k, v in value.items()}
        case list():
            return [planted(v, secret) for v in value]
        case str():
            return value.replace("@", f"x {secret} y")
        case _:
            return value


@given(
    document=JSON,
    secret=SECRETS | st.from_regex(r"\A[1-9][0-9]{5,12}\Z"),
    indent=st.sampled_from([None, 2]),
)
def test_json_stays_json_and_everything_but_the_secret_stays_equal(
    document: object, secret: str, indent: int | None
) -> None:
    assume(secret not in json.dumps(document))
    subject = redactor(credential_password=secret)
    shown = subject.redact_text(secret)
    text = json.dumps(planted(document, secret), indent=indent)
    done = answer(subject.redact_exchange(exchange(body=text)))
    assert json.loads(done) == planted(document, shown)


@given(number=st.integers(10**5, 10**13))
def test_a_number_that_is_a_secret_becomes_a_text(number: int) -> None:
    subject = redactor(totp=str(number))
    body = json.dumps(
        {"code": number, "list": [number, -number], "price": 1.5, "text": str(number)}
    )
    done = json.loads(answer(subject.redact_exchange(exchange(body=body))))
    shown = subject.redact_text(str(number))
    assert done == {"code": shown, "list": [shown, f"-{shown}"], "price": 1.5, "text": shown}


def test_numbers_and_white_space_beside_no_secret_stay_as_they_were_written() -> None:
    body = '{ "total": 1.50,\n "big": 12345678901234567890, "e": 1e5, "s": "\\/Date(1)\\/" }'
    assert answer(Redactor(KEY, KNOWN).redact_exchange(exchange(body=body))) == body
    held = body.replace(" }", f', "by": {json.dumps(PASSWORD)}}}').replace("1.50", "1.50")
    done = answer(Redactor(KEY, KNOWN).redact_exchange(exchange(body=held)))
    assert '"total": 1.50' in done or '"total":1.50' in done


def test_an_exchange_without_secrets_stays_as_it_is() -> None:
    seen = exchange(
        url="https://portal.example/Practice/Patients/GetGrid?page=2&sort=Name%20asc",
        sent=(("x-requested-with", "XMLHttpRequest"), ("accept", "*/*")),
        form="page=2&pageSize=50&filter%5Bspecies%5D=Canine&empty=",
        body='{"rows": [{"id": 7, "Name": "Bella", "born": "2019-01-05T00:00:00"}], "total": 1}',
    )
    assert Redactor(KEY, KNOWN).redact_exchange(seen) == seen


# ---------------------------------------------------------------- once is enough


@given(
    secret=SECRETS,
    word=st.from_regex(r"\A[a-z]{4,7}\Z"),
    ways=st.lists(st.sampled_from(sorted(ENCODINGS)), min_size=1, max_size=3),
    name=st.sampled_from(["token", "note", "Password", "sid"]),
    mime=st.sampled_from(["text/html", "application/json", FORM, "text/plain"]),
)
def test_redacting_twice_changes_nothing(
    secret: str, word: str, ways: list[str], name: str, mime: str
) -> None:
    subject = redactor(credential_password=secret, credential_username=word)
    text = word.join(ENCODINGS[way](secret) for way in ways) + word
    seen = exchange(
        url=f"https://portal.example/a/{quote(text)}?{name}={quote(text)}",
        sent=(
            ("cookie", f"{name}={quote(text)}; b={word}"),
            ("authorization", "Basic " + base64.b64encode(f"{word}:{secret}".encode()).decode()),
        ),
        form=f"{name}={quote_plus(text)}&x={quote_plus(word)}",
        body=json.dumps({name: text, "x": [text, {"y": text}]}) if "json" in mime else text,
        mime=mime,
    )
    once = subject.redact_exchange(seen)
    assert subject.redact_exchange(once) == once


# ---------------------------------------------------------------- what is recognised


def test_an_anti_forgery_value_of_a_page_is_the_same_placeholder_in_the_form_that_sends_it() -> (
    None
):
    field = f'<input name="__RequestVerificationToken" type="hidden" value="{TOKEN}">'
    page = exchange(mime="text/html", body=f"<form>{field}</form>")
    post = exchange(form=f"__RequestVerificationToken={TOKEN}&page=1")
    (first, second), _ = Redactor(KEY, {}).redact([page, post])
    sent = form_of(second)["__RequestVerificationToken"]
    assert f'value="{sent}"' in answer(first)
    assert [one.kind for one in find_placeholders(sent)] == ["field"]
    assert form_of(second)["page"] == "1"


def test_a_value_that_only_a_later_header_gives_away_is_gone_from_the_earlier_response() -> None:
    page = exchange(mime="text/html", body=f'<script>createMiddleware( "{TOKEN}" );</script>')
    call = exchange(sent=(("x-wp-nonce", TOKEN),))
    (first, second), _ = Redactor(KEY, {}).redact([page, call])
    assert TOKEN not in answer(first)
    assert find_placeholders(answer(first)) == find_placeholders(
        dict(second.request.headers)["x-wp-nonce"]
    )


def test_a_random_text_that_a_response_held_and_any_header_repeats_is_a_secret() -> None:
    login = exchange(body=json.dumps({"handle": TOKEN, "version": "2026-01-05-release-17"}))
    call = exchange(sent=(("x-handle", TOKEN), ("x-version", "2026-01-05-release-17")))
    (first, second), _ = Redactor(KEY, {}).redact([login, call])
    headers = dict(second.request.headers)
    assert json.loads(answer(first))["handle"] == headers["x-handle"] != TOKEN
    assert headers["x-version"] == "2026-01-05-release-17"


def test_a_random_text_that_the_client_made_itself_stays_visible() -> None:
    made = "0f8fad5b-d9cb-469f-a165-70867728950e"
    done = Redactor(KEY, {}).redact_exchange(exchange(sent=(("x-request-id", made),)))
    assert dict(done.request.headers)["x-request-id"] == made


def test_a_cookie_is_equal_where_it_is_set_sent_and_repeated_in_a_header() -> None:
    value = "Zm9v/Ymr+9=="
    first = exchange(
        got=(("set-cookie", f"XSRF-TOKEN={quote(value, safe='')}; Path=/; Max-Age=60"),)
    )
    second = exchange(
        sent=(("cookie", f"a=1; XSRF-TOKEN={quote(value, safe='')}"), ("x-xsrf-token", value))
    )
    (one, two), _ = Redactor(KEY, {}).redact([first, second])
    assert one.response is not None
    given_out = dict(one.response.headers)["set-cookie"]
    headers = dict(two.request.headers)
    (shown,) = find_placeholders(headers["x-xsrf-token"])
    assert headers["x-xsrf-token"] == str(shown)
    assert unquote(given_out) == f"XSRF-TOKEN={shown}; Path=/; Max-Age=60"
    assert unquote(headers["cookie"]).endswith(f"XSRF-TOKEN={shown}")
    assert shown.kind == "cookie"


def test_basic_credentials_keep_their_form_and_lose_user_and_password() -> None:
    code = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
    subject = Redactor(KEY, KNOWN)
    done = subject.redact_exchange(exchange(sent=(("authorization", f"Basic {code}"),)))
    scheme, _, rest = dict(done.request.headers)["authorization"].partition(" ")
    user, _, password = base64.b64decode(rest).decode().partition("»:")
    assert (scheme, user + "»") == ("Basic", subject.redact_text(USERNAME))
    assert password == subject.redact_text(PASSWORD)


def jwt(**claims: object) -> str:
    parts = [json.dumps({"alg": "RS256", "typ": "JWT"}), json.dumps(claims)]
    coded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, "c2lnbmF0dXJl-LXNpZ25hdHVyZQ"])


def test_a_web_token_keeps_algorithm_times_and_claim_names_and_loses_the_rest() -> None:
    token = jwt(sub="anna-7", exp=1_700_000_000, iat=1_699_990_000, role="vet")
    login = exchange(body=json.dumps({"access_token": token, "expires_in": 600}))
    call = exchange(sent=(("authorization", f"Bearer {token}"),))
    (first, second), _ = Redactor(KEY, {}).redact([login, call])
    shown = json.loads(answer(first))["access_token"]
    assert dict(second.request.headers)["authorization"] == f"Bearer {shown}"
    (found,) = find_placeholders(shown)
    assert found.kind == "jwt"
    assert found.charset == "jwt;alg=RS256;exp=1700000000;iat=1699990000;claims=exp,iat,role,sub"
    assert json.loads(answer(first))["expires_in"] == 600


@pytest.mark.parametrize(
    "body",
    [
        {"password": "abc"},
        {"newPassword": "correct horse battery"},
        {"one": {"client_secret": "s3cret"}},
        {"csrf": {"value": "ab"}},
        {"tokens": ["t-1", "t-2"]},
        [{"name": "__RequestVerificationToken", "value": "zz"}],
        {"otp": 123456},
        {"inner": '{"session": "ab"}'},
        {"html": "<p>" + "x" * 99 + f'<i a="{TOKEN}"><input name="csrf" value="ab">'},
        {"html": "<div>" + "x" * 99 + '<input type="hidden" name="csrf" value="ab"></div>'},
    ],
)
def test_the_name_of_a_place_is_enough_however_short_the_value(body: object) -> None:
    subject = redactor(credential_password=TOKEN)
    done = answer(subject.redact_exchange(exchange(body=json.dumps(body))))
    assert find_placeholders(done)
    for value in ("abc", "correct", "s3cret", 'ab\\"', '"ab"', "t-1", "t-2", '"zz"', "123456"):
        assert value not in done
    json.loads(done)


@pytest.mark.parametrize(
    "body",
    [
        {"tokenType": "bearer", "expires_in": 3600, "session_timeout": 30},
        {"passwordRequired": True, "hasSession": False, "token": None, "csrf": ""},
        {"passenger": "Bella", "species": "Canine", "sideEffects": "none", "author": "Dr Who"},
        {"attemptsOfPassword": 3, "pin": 12},
    ],
)
def test_what_is_about_a_secret_and_no_secret_stays(body: object) -> None:
    text = json.dumps(body)
    assert answer(Redactor(KEY, {}).redact_exchange(exchange(body=text))) == text


def test_a_label_under_the_name_of_a_secret_is_replaced_there_and_nowhere_else() -> None:
    body = json.dumps({"labels": {"password": "Password"}, "title": "Password forgotten?"})
    done = json.loads(answer(Redactor(KEY, {}).redact_exchange(exchange(body=body))))
    assert done["title"] == "Password forgotten?"
    assert find_placeholders(done["labels"]["password"])


# ---------------------------------------------------------------- short and common values


def test_a_user_name_of_a_few_letters_leaves_other_words_alone() -> None:
    subject = redactor(credential_username="anna")
    done = subject.redact_text("Hannah, Annabel and joanna met anna.")
    assert done == f"Hannah, Annabel and joanna met {subject.redact_text('anna')}."


def test_a_user_name_under_four_characters_is_replaced_in_requests_only() -> None:
    subject = redactor(credential_username="bob")
    seen = exchange(form="UserName=bob&name=bobby", body='{"name":"bob","token":"x"}')
    done = subject.redact_exchange(seen)
    assert json.loads(answer(done))["name"] == "bob"
    assert form_of(done)["name"] == "bobby"
    assert [one.kind for one in find_placeholders(form_of(done)["UserName"])] == [
        "credential.username"
    ]


def test_a_one_time_code_is_not_found_inside_longer_numbers() -> None:
    subject = redactor(totp="123456")
    done = subject.redact_text("id 9123456, phone 1234567, code 123456")
    assert done.startswith("id 9123456, phone 1234567, code «sec:totp:")


def test_a_one_time_code_after_an_escape_is_found() -> None:
    for text in ("code%3D123456", "code%20123456", "\\u003d123456", "\\n123456"):
        assert "123456" not in redactor(totp="123456").redact_text(text)


def test_the_host_of_an_address_is_never_changed() -> None:
    subject = redactor(credential_username="portal")
    seen = exchange(
        url="https://portal.example:8443/portal?x=portal", sent=(("host", "portal.example"),)
    )
    done = subject.redact_exchange(seen).request
    assert urlsplit(done.url).netloc == "portal.example:8443"
    assert dict(done.headers)["host"] == "portal.example"
    assert parse_qs(urlsplit(done.url).query)["x"] == [subject.redact_text("portal")]


# ---------------------------------------------------------------- the rest of a capture


def test_frame_initiator_and_failure_are_redacted_too() -> None:
    seen = exchange().model_copy(
        update={
            "frame": f"https://portal.example/?user={quote(USERNAME)}",
            "initiator": f"script https://portal.example/app.js?u={USERNAME}:7",
            "failure": f"no route to {USERNAME}",
        }
    )
    done = Redactor(KEY, KNOWN).redact_exchange(seen)
    assert canary.scan([done.model_dump_json().encode()], {"user": USERNAME}) == []
    assert done.frame.startswith("https://portal.example/?user=%C2%ABsec")


def test_binary_content_is_left_out() -> None:
    body = Body(
        text=base64.b64encode(b"\x89PNG\xff" + PASSWORD.encode()).decode(), base64=True, size=21
    )
    seen = exchange().model_copy(update={"response": Response(status=200, body=body)})
    done = Redactor(KEY, KNOWN).redact_exchange(seen)
    assert done.response == Response(status=200, body=Body(size=21, truncated=True))


def test_text_that_came_as_base64_is_redacted_as_text() -> None:
    body = Body(text=base64.b64encode(PASSWORD.encode()).decode(), base64=True, mime="text/plain")
    seen = exchange().model_copy(update={"response": Response(status=200, body=body)})
    assert answer(Redactor(KEY, KNOWN).redact_exchange(seen)).startswith(
        "«sec:credential.password:"
    )


def test_a_snapshot_loses_secrets_in_every_part() -> None:
    snapshot = Snapshot(
        step="2",
        taken=1.5,
        url=f"https://portal.example/?token={TOKEN}",
        title=f"Home of {USERNAME}",
        aria=f'- textbox "Password": {PASSWORD}\n- link "Log out"',
        elements=(
            Element(
                role="link",
                name=USERNAME,
                id=f"u-{USERNAME}",
                field="x",
                evidence={"title": USERNAME, "href": f"/users/{USERNAME}"},
            ),
        ),
        storage={"theme": "dark", "auth": json.dumps({"jwt": jwt(sub="a")}), "sid": "s-1"},
    )
    _, (done,) = Redactor(KEY, KNOWN).redact([], [snapshot])
    secrets = {"token": TOKEN, "user": USERNAME, "password": PASSWORD, "jwt": jwt(sub="a")}
    assert canary.scan([done.model_dump_json().encode()], secrets) == []
    assert done.storage["theme"] == "dark"
    assert find_placeholders(done.storage["sid"])
    assert '- link "Log out"' in done.aria


def test_a_secret_that_only_the_storage_names_is_gone_from_earlier_exchanges() -> None:
    page = exchange(body=json.dumps({"handle": TOKEN}))
    snapshot = Snapshot(step="1", taken=1, url="https://portal.example/", storage={"jwt": TOKEN})
    (done,), _ = Redactor(KEY, {}).redact([page], [snapshot])
    assert TOKEN not in answer(done)


def test_a_code_learnt_on_the_way_is_redacted_from_then_on() -> None:
    subject = Redactor(KEY, KNOWN)
    subject.learn("totp", Secret("204817"))
    done = form_of(subject.redact_exchange(exchange(form="code=204817&remember=false")))
    assert [one.kind for one in find_placeholders(done["code"])] == ["totp"]
    assert done["remember"] == "false"


def test_a_log_event_is_redacted_to_the_last_nested_text() -> None:
    event = {
        "event": f"signed in as {USERNAME}",
        "step": 3,
        "token": TOKEN,
        "more": {"list": [PASSWORD, ("a", PASSWORD.encode())], PASSWORD: 1},
    }
    done = Redactor(KEY, KNOWN).redact_event(None, "info", event)
    secrets = {"token": TOKEN, "user": USERNAME, "password": PASSWORD}
    assert canary.scan([repr(done).encode()], secrets) == []
    assert done["step"] == 3


def test_an_address_alone_is_redacted_percent_encoded() -> None:
    done = Redactor(KEY, KNOWN).redact_url(f"https://portal.example/a?user={quote(USERNAME)}&b=1")
    assert done.isascii()
    assert find_placeholders(parse_qs(urlsplit(done).query)["user"][0])


def test_a_redactor_shows_nothing_of_what_it_knows() -> None:
    assert PASSWORD not in f"{Redactor(KEY, KNOWN)!r}"


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(BadArgument, match="16 bytes"):
        Redactor(b"short", {})


def test_a_name_that_would_break_placeholders_is_refused() -> None:
    with pytest.raises(BadArgument, match="no name of a secret"):
        Redactor(KEY, {"a:b": Secret("whatever")})
