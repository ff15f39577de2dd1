"""The bytes of a document come as they are, or not at all."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from automation.errors import (
    AnswerNotUnderstood,
    LoggedOut,
    NotPermitted,
    PortalDown,
    Refused,
    Unusable,
)
from automation.model import Denied
from tests.documents.portal import LOGIN, PDF, Signed, answer, document, fetched, house

EMPTY_PAGE = b"<!DOCTYPE html><h1>Something went wrong</h1>"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_the_bytes_of_a_document_are_written_as_they_are(path: Path) -> None:
    with house(lambda _path, _login: answer(PDF)) as portal:
        got = fetched(Signed(portal), document(size_bytes=17), path)
    assert path.read_bytes() == PDF
    assert (got.size, got.expected) == (len(PDF), 17)
    assert got.sha256 == hashlib.sha256(PDF).hexdigest()
    assert got.content_type == "application/pdf"
    assert portal.asked == ["/files/7"]
    assert "accept-encoding: identity" in portal.heads[0].lower()


def test_the_portal_confirms_whose_session_it_was_after_the_bytes(path: Path) -> None:
    with house(lambda _path, _login: answer(PDF)) as portal:
        session = Signed(portal)
        session.ends_at_confirmation = 1
        fetched(session, document(), path)
    assert session.confirmed == 2
    assert portal.asked == ["/files/7"] * 2  # what an ended session was told counts for nothing
    assert path.read_bytes() == PDF


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(answer(LOGIN.encode(), "text/html"), id="the login page with status 200"),
        pytest.param(answer(LOGIN.encode(), "application/pdf"), id="the same under a false name"),
        pytest.param(answer(b"", status="401 Unauthorized"), id="status 401"),
        pytest.param(
            answer(b"", status="302 Found", headers={"location": "/Account/LogOn?ReturnUrl=x"}),
            id="a redirect to the login",
        ),
        pytest.param(
            answer(b'{"redirect": "/Account/LogOn"}', "application/json"), id="JSON that names it"
        ),
    ],
)
def test_a_login_in_place_of_the_file_is_answered_by_one_login(path: Path, stranger: bytes) -> None:
    def serve(asked: str, login: int) -> bytes:
        if asked.startswith("/Account"):
            return answer(LOGIN.encode(), "text/html")
        return stranger if login == 1 else answer(PDF)

    with house(serve) as portal:
        session = Signed(portal)
        fetched(session, document(), path)
    assert session.generation == 2
    assert path.read_bytes() == PDF


def test_a_portal_that_signs_out_again_right_after_the_login_is_left_alone(path: Path) -> None:
    with house(lambda _path, _login: answer(LOGIN.encode(), "text/html")) as portal:
        session = Signed(portal)
        with pytest.raises(LoggedOut, match="document doc_7: signed out"):
            fetched(session, document(), path)
    assert session.generation == 2
    assert portal.asked == ["/files/7"] * 2
    assert not path.exists()  # a page may hold tokens: it never gets to the disk


def test_a_document_that_is_a_page_itself_is_told_from_the_login(path: Path) -> None:
    form = b"<!DOCTYPE html><h1>Consent</h1>"

    def serve(_asked: str, login: int) -> bytes:
        return answer(LOGIN.encode() if login == 1 else form, "text/html; charset=utf-8")

    with house(serve) as portal:
        session = Signed(portal)
        fetched(session, document(content_type="text/html"), path)
    assert session.generation == 2
    assert path.read_bytes() == form


@pytest.mark.parametrize(
    "said, told",
    [
        (answer(EMPTY_PAGE, "text/html"), r"a page \(text/html\) instead of the file"),
        (answer(b'{"error": "no"}', "application/json"), r"a page \(application/json\)"),
        (answer(b"gone", status="404 Not Found"), "status 404 instead of the file"),
        (answer(b""), "no bytes instead of the file"),
    ],
)
def test_what_is_not_the_file_is_refused_with_what_it_was(
    path: Path, said: bytes, told: str
) -> None:
    with house(lambda _path, _login: said) as portal:
        session = Signed(portal)
        with pytest.raises(AnswerNotUnderstood, match=f"document doc_7: {told}"):
            fetched(session, document(), path)
    assert session.generation == 1


def test_a_document_that_is_empty_by_the_word_of_the_portal_may_be_so(path: Path) -> None:
    with house(lambda _path, _login: answer(b"")) as portal:
        assert fetched(Signed(portal), document(size_bytes=0), path).size == 0
    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    "said", [answer(b"no", status="403 Forbidden"), answer(b"<p class='denied'>", "text/html")]
)
def test_what_the_user_may_not_see_is_said_to_be_so(path: Path, said: bytes) -> None:
    with house(lambda _path, _login: said) as portal:
        session = Signed(portal, denied=Denied(markers=(".denied",)))
        with pytest.raises(NotPermitted):
            fetched(session, document(), path)


def test_a_file_that_says_it_is_too_large_is_not_waited_for(path: Path) -> None:
    with (
        house(lambda _path, _login: answer(b"%PDF-1.7", length=10**12)) as portal,
        pytest.raises(Refused, match="more than 52,428,800 bytes"),
    ):
        fetched(Signed(portal), document(), path)
    assert len(portal.asked) == 1


def test_a_file_that_grows_too_large_is_given_up(path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\nconnection: close\r\n\r\n"
    with (
        house(lambda _path, _login: [head, *[PDF] * 40]) as portal,
        pytest.raises(Refused, match="more than 2,000,000 bytes"),
    ):
        fetched(Signed(portal), document(), path, limit=2_000_000)
    assert path.stat().st_size <= 2_000_000


def test_a_file_of_exactly_the_limit_is_let_through(path: Path) -> None:
    with house(lambda _path, _login: answer(PDF)) as portal:
        assert fetched(Signed(portal), document(), path, limit=len(PDF)).size == len(PDF)


def test_a_file_that_is_cut_off_is_asked_for_again_and_written_once(path: Path) -> None:
    turns = [answer(PDF[:100], length=len(PDF)), answer(PDF)]
    with house(lambda _path, _login: turns.pop(0)) as portal:
        fetched(Signed(portal), document(), path)
    assert path.read_bytes() == PDF


def test_a_file_that_is_cut_off_every_time_is_an_error(path: Path) -> None:
    with (
        house(lambda _path, _login: answer(PDF[:100], length=len(PDF))) as portal,
        pytest.raises(PortalDown, match="before the answer was complete"),
    ):
        fetched(Signed(portal), document(), path)


def test_bytes_beyond_the_length_an_answer_says_it_has_are_not_part_of_it(path: Path) -> None:
    with house(lambda _path, _login: answer(PDF, length=100)) as portal:
        got = fetched(Signed(portal), document(size_bytes=len(PDF)), path)
    assert path.read_bytes() == PDF[:100]
    assert (got.size, got.expected) == (100, len(PDF))


@pytest.mark.parametrize(
    "address", ["https://files.elsewhere.example/7", "//files.elsewhere.example/7"]
)
def test_a_file_on_a_host_that_is_not_the_portals_is_not_asked_for(
    path: Path, address: str
) -> None:
    with (
        house(lambda _path, _login: answer(PDF)) as portal,
        pytest.raises(Refused, match=r"files\.elsewhere\.example"),
    ):
        fetched(Signed(portal), document(address), path)
    assert portal.asked == []


def test_a_redirect_to_a_host_that_is_not_the_portals_is_not_followed(path: Path) -> None:
    away = answer(b"", status="302 Found", headers={"location": "https://evil.example/7"})
    with (
        house(lambda _path, _login: away) as portal,
        pytest.raises(Refused, match=r"redirects to evil\.example"),
    ):
        fetched(Signed(portal), document(), path)
    assert not path.exists()


def test_a_redirect_inside_the_portal_leads_to_the_file(path: Path) -> None:
    def serve(asked: str, _login: int) -> bytes:
        if asked == "/files/7":
            return answer(b"", status="302 Found", headers={"location": "/store/7"})
        return answer(PDF)

    with house(serve) as portal:
        fetched(Signed(portal), document(), path)
    assert path.read_bytes() == PDF


def test_a_portal_with_access_tokens_gets_the_one_of_the_session(path: Path) -> None:
    with house(lambda _path, _login: answer(PDF)) as portal:
        session = Signed(portal)
        session.slots["access-token"] = "t-1"
        fetched(session, document(), path)
    assert "authorization: bearer t-1" in portal.heads[0].lower()


@pytest.mark.parametrize("address", [None, ""])
def test_a_document_without_an_address_is_refused(path: Path, address: str | None) -> None:
    with (
        house(lambda _path, _login: answer(PDF)) as portal,
        pytest.raises(Unusable, match="document doc_7: the portal gives no address"),
    ):
        fetched(Signed(portal), document(address), path)


def test_memory_stays_flat_whatever_the_size(path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nconnection: close\r\n\r\n"
    pieces = [head, *[PDF] * 30]  # 38 MB
    with house(lambda _path, _login: pieces) as portal:
        tracemalloc.start()
        try:
            got = fetched(Signed(portal), document(), path)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert got.size == 30 * len(PDF)
    assert most < 8_000_000
