from __future__ import annotations

import pytest

from automation.model import Credential, OAuth, Portal
from automation.session.login_kind import login_kind

PORTAL = Portal(portal="acme", title="Acme", hosts=())
TOKENS = OAuth(token_url="token/", grant="client_credentials")
NAMES = Credential()
BOTH = (NAMES.username, NAMES.password)
PERSON = "a code or an approval by a person where the portal asks for one"


@pytest.mark.parametrize(
    "secrets, over_http, said",
    [
        ((), True, "no password is kept yet"),
        (BOTH, False, f"password; {PERSON}; in a browser"),
        (
            (*BOTH, NAMES.totp),
            True,
            "password; one-time code from the kept secret; over HTTP after the first login",
        ),
    ],
)
def test_a_login_is_told_by_what_is_kept_for_it(
    secrets: tuple[str, ...], over_http: bool, said: str
) -> None:
    assert login_kind(PORTAL, secrets, over_http=over_http) == said


def test_a_portal_that_hands_out_tokens_is_told_by_its_grant() -> None:
    portal = PORTAL.model_copy(update={"oauth": TOKENS})
    assert login_kind(portal, BOTH, ("token",), over_http=True) == "OAuth 2.0, client credentials"
