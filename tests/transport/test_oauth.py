"""Tokens by OAuth 2.0, against a strict authorization server over HTTP."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import (
    AnswerNotUnderstood,
    AuthorizationRefused,
    BadArgument,
    ChallengeSeen,
    ClientRefused,
    PortalDown,
    Refused,
    Throttled,
    Unusable,
    VetportalError,
)
from automation.model import AllowList, Call, OAuth, OAuthClient, Pace, Reply, Secret, Tokens
from automation.transport import Authorization, HttpDoor, TokenEndpoint, authorization
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.oauth_server import CANARY, OAuthServer, authorization_server

HERE = "http://127.0.0.1:7/callback"
Asking = Callable[[TokenEndpoint], Awaitable[Tokens]]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def server(clock: VirtualClock) -> Iterator[OAuthServer]:
    with authorization_server(clock) as one:
        yield one


def oauth_of(server: OAuthServer, **changed: Any) -> OAuth:  # noqa: ANN401 - fields of a noun
    known: dict[str, Any] = {
        "token_url": f"{server.url}/oauth2/token/",
        "authorize_url": f"{server.url}/oauth2/authorize/",
        "grant": "authorization_code",
    }
    return OAuth(**known | changed)


def client_of(server: OAuthServer, **changed: str) -> OAuthClient:
    secret = changed.get("secret", server.client_secret)
    return OAuthClient(Secret(server.client_id), Secret(secret) if secret else None)


def ask(
    server: OAuthServer,
    asking: Asking,
    oauth: OAuth | None = None,
    client: OAuthClient | None = None,
) -> Tokens:
    clock = server.clock
    assert isinstance(clock, VirtualClock)

    async def run() -> Tokens:
        allowed = AllowList((), ("http", "127.0.0.1", urlsplit(server.url).port or 0), True)  # noqa: FBT003
        async with HttpDoor(allowed, Pace(), clock=clock, rng=Random(1)) as door:
            endpoint = TokenEndpoint(
                door, oauth or oauth_of(server), client or client_of(server), clock
            )
            return await asking(endpoint)

    return run_engine(run())


def by_itself(endpoint: TokenEndpoint) -> Awaitable[Tokens]:
    return endpoint.client_credentials()


def authorized(server: OAuthServer, **changed: Any) -> tuple[Authorization, Secret]:  # noqa: ANN401
    asked = authorization(oauth_of(server, **changed), client_of(server), HERE)
    return asked, asked.code_in(server.visit(asked.url))


# ---------------------------------------------------------------- grants


@pytest.mark.parametrize("way", ["basic", "post"])
def test_a_client_gets_tokens_by_itself_whatever_its_secret_is_made_of(
    server: OAuthServer, way: str
) -> None:
    server.client_auth = way
    tokens = ask(server, by_itself, oauth_of(server, client_auth=way, scopes=("restapi",)))
    assert tokens.access_token.reveal().startswith(CANARY)
    assert tokens.refresh_token is None
    assert tokens.scopes == ("restapi",)
    assert server.asked == [("client_credentials", "done")]


def test_a_client_without_a_secret_names_itself_only(server: OAuthServer) -> None:
    server.client_auth = "none"
    ask(server, by_itself, client=client_of(server, secret=""))
    assert server.asked == [("client_credentials", "done")]


def test_a_person_allows_the_access_and_the_code_becomes_tokens(server: OAuthServer) -> None:
    asked, code = authorized(server, scopes=("restapi", "openid"), issuer=server.issuer)
    tokens = ask(server, lambda endpoint: endpoint.exchange(asked, code))
    assert tokens.scopes == ("restapi", "openid")
    assert tokens.refresh_token is not None
    again = ask(server, lambda endpoint: endpoint.refresh(tokens.refresh_token or Secret("")))
    assert again.access_token != tokens.access_token
    assert again.refresh_token not in {None, tokens.refresh_token}


def test_a_code_is_worth_nothing_without_the_verifier_it_was_asked_with(
    server: OAuthServer,
) -> None:
    _, code = authorized(server)
    other, _ = authorized(server)
    with pytest.raises(AuthorizationRefused):
        ask(server, lambda endpoint: endpoint.exchange(other, code))


def test_a_code_is_good_for_one_use(server: OAuthServer) -> None:
    asked, code = authorized(server)
    ask(server, lambda endpoint: endpoint.exchange(asked, code))
    with pytest.raises(AuthorizationRefused):
        ask(server, lambda endpoint: endpoint.exchange(asked, code))


def test_verifier_and_state_are_long_fresh_and_only_the_challenge_is_shown(
    server: OAuthServer,
) -> None:
    one, other = (authorization(oauth_of(server), client_of(server), HERE) for _ in range(2))
    assert len(one.verifier.reveal()) >= 43
    assert one.verifier != other.verifier
    assert one.state != other.state
    assert one.verifier.reveal() not in one.url
    shown = dict(parse_qsl(urlsplit(one.url).query))
    assert shown["code_challenge_method"] == "S256"
    assert shown["redirect_uri"] == HERE
    assert server.client_secret not in shown.values()


def test_further_parameters_and_the_audience_go_with_every_request(server: OAuthServer) -> None:
    more = {"audience": "pims", "extra": {"tenant": "a b", "uri": "x", "body": "y"}}
    oauth = oauth_of(server, **more)
    asked = authorization(oauth, client_of(server), HERE)
    ask(server, by_itself, oauth)
    wanted = {"audience": "pims", "tenant": "a b", "uri": "x", "body": "y"}.items()
    assert wanted <= dict(parse_qsl(urlsplit(asked.url).query)).items()
    assert wanted <= server.forms[0].items()


def test_a_portal_that_asks_no_person_has_no_page(server: OAuthServer) -> None:
    with pytest.raises(BadArgument, match="without asking a person"):
        authorization(oauth_of(server, grant="client_credentials"), client_of(server), HERE)


# ---------------------------------------------------------------- the address that comes back


def came_back(server: OAuthServer, **changed: str | None) -> Secret:
    asked = authorization(oauth_of(server, issuer=server.issuer), client_of(server), HERE)
    given = dict(parse_qsl(urlsplit(server.visit(asked.url)).query))
    kept = {k: v for k, v in (given | changed).items() if v is not None}
    return asked.code_in(f"{HERE}?{urlencode(kept)}#_=_")


@pytest.mark.parametrize("state", ["another", "", None])
def test_an_address_of_another_question_is_not_taken(
    server: OAuthServer, state: str | None
) -> None:
    with pytest.raises(BadArgument, match="its state is another one"):
        came_back(server, state=state)


@pytest.mark.parametrize("issuer", ["https://evil.example", None])
def test_an_answer_of_another_server_is_not_taken(server: OAuthServer, issuer: str | None) -> None:
    with pytest.raises(Refused, match="another server answers"):
        came_back(server, iss=issuer)


def test_an_answer_without_a_code_or_with_two_is_not_understood(server: OAuthServer) -> None:
    with pytest.raises(AnswerNotUnderstood, match="holds no code"):
        came_back(server, code="")
    asked = authorization(oauth_of(server), client_of(server), HERE)
    with pytest.raises(AnswerNotUnderstood, match="twice"):
        asked.code_in(server.visit(asked.url) + "&code=other")


@pytest.mark.parametrize(
    "error,kind",
    [
        ("access_denied", AuthorizationRefused),
        ("unauthorized_client", ClientRefused),
        ("invalid_scope", Unusable),
        ("temporarily_unavailable", PortalDown),
        ("server_error", PortalDown),
        ("consent_required", ChallengeSeen),
    ],
)
def test_an_error_in_the_address_says_what_to_do_next(
    server: OAuthServer, error: str, kind: type[VetportalError]
) -> None:
    with pytest.raises(kind, match=error):
        came_back(server, error=error, code=None)


def test_a_person_who_says_no_is_heard(server: OAuthServer) -> None:
    server.allows = False
    with pytest.raises(AuthorizationRefused, match="was told not to allow the access"):
        authorized(server)


# ---------------------------------------------------------------- refusals and faults


def test_a_wrong_client_is_sent_once_and_needs_a_person(server: OAuthServer) -> None:
    with pytest.raises(ClientRefused, match="invalid_client") as raised:
        ask(server, by_itself, client=client_of(server, secret="canary-wrong"))
    assert server.asked == [("client_credentials", "invalid_client")]
    assert "vetportal practice authorize" in raised.value.remedy


def test_a_refresh_token_that_was_replaced_ends_the_family_and_is_told_so(
    server: OAuthServer,
) -> None:
    asked, code = authorized(server)
    first = ask(server, lambda endpoint: endpoint.exchange(asked, code)).refresh_token
    assert first is not None
    second = ask(server, lambda endpoint: endpoint.refresh(first)).refresh_token
    assert second is not None
    for token in (first, second):
        with pytest.raises(AuthorizationRefused, match="invalid_grant"):
            ask(server, lambda endpoint, token=token: endpoint.refresh(token))  # type: ignore[misc]


@pytest.mark.parametrize(
    "reply,kind",
    [
        ("503", PortalDown),
        ("429", Throttled),
        ("drop-before", PortalDown),
        ("drop-after", PortalDown),
        ((400, b'{"error":"temporarily_unavailable"}'), PortalDown),
        ((400, b'{"error":"unsupported_grant_type"}'), Unusable),
        ((200, b'{"error":"invalid_client"}'), ClientRefused),
        ((401, b"<html>no</html>"), ClientRefused),
        ((400, b"<html>no</html>"), ChallengeSeen),
        ((403, b"<html>are you human?</html>"), ChallengeSeen),
        ((400, b'{"error":{"canary":1}}'), ChallengeSeen),
        ((404, b"not here"), AnswerNotUnderstood),
        ((200, b"<html>"), AnswerNotUnderstood),
        ((200, b"[]"), AnswerNotUnderstood),
        ((200, b"{}"), AnswerNotUnderstood),
        ((200, b'{"access_token":7,"token_type":"bearer"}'), AnswerNotUnderstood),
        ((200, b'{"access_token":"","token_type":"bearer"}'), AnswerNotUnderstood),
        ((200, b'{"access_token":"a\\r\\nx: y","token_type":"bearer"}'), AnswerNotUnderstood),
        ((200, b'{"access_token":"canary"}'), AnswerNotUnderstood),
        ((200, b'{"access_token":"canary","token_type":"mac"}'), AnswerNotUnderstood),
    ],
    ids=str,
)
def test_each_way_to_give_no_token_has_its_error_and_is_asked_once(
    server: OAuthServer, reply: str | tuple[int, bytes], kind: type[VetportalError]
) -> None:
    server.replies = [reply]
    with pytest.raises(kind) as raised:
        ask(server, by_itself)
    assert type(raised.value) is kind
    assert server.replies == []
    assert len(server.asked) == (1 if reply == "drop-after" else 0)
    assert CANARY not in f"{raised.value} {raised.value.remedy} {raised.value.__cause__}"


def test_a_token_request_is_not_sent_on_to_another_address(server: OAuthServer) -> None:
    oauth = oauth_of(server, token_url=f"{server.url}/oauth2/token")
    with pytest.raises(Refused, match="sends a token request on") as raised:
        ask(server, by_itself, oauth)
    assert "slash" in raised.value.remedy
    assert server.asked == []


def test_a_host_that_is_not_on_the_allow_list_gets_no_secret(server: OAuthServer) -> None:
    with pytest.raises(Refused, match=r"id\.elsewhere\.example"):
        ask(server, by_itself, oauth_of(server, token_url="https://id.elsewhere.example/token"))


# ---------------------------------------------------------------- the life of a token


@pytest.mark.parametrize(
    "said,seconds",
    [(36_000, 35_940), ("36000", 35_940), (30, 27), (1e300, 315_360_000 - 60), (0.5, 0.45)],
)
def test_a_token_counts_as_over_before_it_is(
    server: OAuthServer, clock: VirtualClock, said: object, seconds: float
) -> None:
    answer = {"access_token": "x", "token_type": "bearer", "expires_in": said}
    server.replies = [(200, json.dumps(answer).encode())]
    assert ask(server, by_itself).expires_at == clock.now() + timedelta(seconds=seconds)


@pytest.mark.parametrize("said", ["soon", None, True, -5, 0, "nan", float("nan"), [1], "9" * 400])
def test_a_life_that_is_no_number_of_seconds_is_not_known(
    server: OAuthServer, said: object
) -> None:
    answer = {"access_token": "x", "token_type": "bearer", "expires_in": said}
    server.replies = [(200, json.dumps(answer).encode())]
    expires_at = ask(server, by_itself).expires_at
    assert expires_at is None if said != "9" * 400 else expires_at is not None


@pytest.mark.parametrize("hours", [-30, 30])
def test_the_clock_of_the_portal_plays_no_part(
    server: OAuthServer, clock: VirtualClock, hours: int
) -> None:
    server.skew = timedelta(hours=hours)
    life = timedelta(seconds=36_000 - 60)
    assert ask(server, by_itself).expires_at == clock.now() + life


# ---------------------------------------------------------------- any text


class Said:
    """A door that keeps what it was asked to send."""

    call: Call | None = None

    async def send(self, call: Call) -> Reply:
        self.call = call
        return Reply(200, call.url, (), b'{"access_token":"x","token_type":"bearer"}')


@given(own=st.text(min_size=1), secret=st.text(), token=st.text(min_size=1))
def test_any_text_arrives_as_it_was_in_header_and_body(own: str, secret: str, token: str) -> None:
    server = OAuthServer(VirtualClock(), client_id=own, client_secret=secret)
    for way in ("basic", "post"):
        server.client_auth = way if secret else "none"
        oauth = OAuth(token_url="https://x/t", grant="client_credentials", client_auth=way)
        client = OAuthClient(Secret(own), Secret(secret) if secret else None)
        door = Said()
        endpoint = TokenEndpoint(door, oauth, client, VirtualClock())  # type: ignore[arg-type]
        run_engine(endpoint.refresh(Secret(token)))
        assert door.call is not None
        form = dict(parse_qsl((door.call.content or b"").decode(), keep_blank_values=True))
        server.token(form, door.call.headers.get("Authorization", ""))
        assert server.asked[-1] == ("refresh_token", "invalid_grant")
        assert form["refresh_token"] == token
        assert not door.call.safe
        assert not door.call.follow
