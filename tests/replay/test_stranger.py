"""The disguises of being signed out, and what only looks like one."""

from __future__ import annotations

import pytest

from automation.model import Reply, SignedOut
from automation.replay.reading import read_reply
from automation.replay.stranger import may_be_ordinary, why_stranger

RULES = SignedOut(statuses=(401, 440), login_paths=("*/account/logon*",), markers=("#loginBox",))
ASKED = "https://app.acme.example/Practice/Patients/Grid"
LOGIN = "https://app.acme.example/Practice/Account/LogOn?ReturnUrl=%2FPractice"


def look(
    body: str = "{}",
    *,
    status: int = 200,
    url: str = ASKED,
    asked: str = ASKED,
    expected: bool = True,
) -> str | None:
    redirects = (asked,) if url != asked else ()
    reading = read_reply(Reply(status, url, (), body.encode(), redirects))
    return why_stranger(reading, asked, RULES, expected=expected)


@pytest.mark.parametrize("status", [401, 440])
def test_a_status_may_say_it(status: int) -> None:
    assert look(status=status) == f"status {status}"


def test_a_redirect_to_the_login_says_it_whatever_the_page_holds() -> None:
    assert look("<p>hello</p>", url=LOGIN) == "a redirect to the login"


def test_asking_for_the_login_itself_says_nothing() -> None:
    assert look("<p>hello</p>", url=LOGIN, asked=LOGIN) is None


@pytest.mark.parametrize(
    "body,why",
    [
        ('<form><input type="password" name="p"></form>', "password field"),
        ("<form><input type=PASSWORD></form>", "password field"),
        ('<div id="loginBox"></div>', "the mark #loginBox"),
        (
            '\ufeff\n <form action="/Practice/Account/LogOn?x=1"><input name="user"></form>',
            "form goes to the login",
        ),
    ],
)
def test_a_login_page_with_status_200_says_it(body: str, why: str) -> None:
    assert why in (look(body) or "")


@pytest.mark.parametrize(
    "body",
    [
        "<html><h1>Sorry</h1></html>",
        '<form action="/search"><input type="text"></form>',
        "<a href='/Practice/Account/LogOff'>Log off</a>",
        "<form action='/Practice/Account/LogOn'><input type=hidden><button>Switch</button></form>",
        "<script>var back = '/Practice/Account/LogOn';</script>",
    ],
)
def test_another_page_does_not(body: str) -> None:
    assert look(body) is None


def test_json_that_names_the_login_says_it_only_when_it_was_not_expected() -> None:
    body = '{"error": {"redirect": "/Practice/Account/LogOn?ReturnUrl=x"}}'
    assert look(body, expected=False) == "an answer that names the login"
    assert look(body) is None


@pytest.mark.parametrize(
    "body",
    [
        "<script>top.location = '/Practice/Account/LogOn?r=' + here</script>",
        "<meta http-equiv='Refresh' content='0; url=/Practice/Account/LogOn'>",
        "<meta http-equiv='refresh' content=\"0;URL='/Practice/Account/LogOn?x=1'\">",
        "<form action='/Practice/Account/LogOn'><button>Sign in again</button></form>",
    ],
)
def test_a_page_that_leads_to_the_login_says_it_when_no_page_was_expected(body: str) -> None:
    assert look(body, expected=False) == "an answer that names the login"
    assert look(body) is None


def test_json_without_a_word_of_the_login_says_nothing() -> None:
    assert look('{"error": "no rights", "rows": ["/Practice/Home"]}', expected=False) is None


@pytest.mark.parametrize(
    "reply,ordinary",
    [
        (Reply(200, ASKED, (), b"[]"), True),
        (Reply(200, ASKED, (), b"{}"), True),
        (Reply(200, ASKED, (), b"<html>"), False),
        (Reply(200, ASKED, (), b""), False),
        (Reply(401, ASKED, (), b"{}"), False),
        (Reply(200, ASKED, (), b"{}", (ASKED,)), False),
    ],
)
def test_only_plain_json_is_read_without_a_second_look(reply: Reply, ordinary: bool) -> None:
    assert may_be_ordinary(reply) is ordinary
