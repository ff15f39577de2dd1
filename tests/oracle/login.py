"""Signs in to the simulated portal the way its own users do, with codes of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import Final

from playwright.sync_api import Page

from tests.simulator import Account, Practice, Simulator

_STEP: Final = 30
_MOST_PAGES: Final = 8
_PASSWORD: Final = "input[type=password]"
_CODE: Final = "input[autocomplete=one-time-code]"

_spent: dict[tuple[str, str], set[int]] = {}


def own_account(portal: Simulator, practice: Practice) -> Account:
    """The login with the fewest practices that may open this one and is asked for a code.

    A test's own login is rather the one with the most, and then their codes do not collide.
    """
    able = [one for one in portal.accounts() if practice.name in one.practices and one.totp_secret]
    return min(able, key=lambda one: len(one.practices))


def sign_in(page: Page, portal: Simulator, account: Account, practice: Practice) -> None:
    """Go from the portal's address to a practice, past whatever a release puts in between.

    Raises:
        AssertionError: the portal does not let this login in.
    """
    page.goto(f"{portal.url}/")
    password_sent = False
    for _ in range(_MOST_PAGES):
        if page.locator(_PASSWORD).count():
            assert not password_sent, "the password was not accepted"
            password_sent = True
            page.locator("input[type=email]").fill(account.username)
            page.locator(_PASSWORD).fill(account.password)
            _press(page, "button")
        elif page.locator(_CODE).count():
            page.locator(_CODE).fill(_next_code(portal, account))
            _press(page, "button")
        elif page.locator("nav").count():
            assert page.locator("header").get_by_text(practice.name, exact=True).count()
            return
        elif page.get_by_role("button", name=practice.name, exact=True).count():
            _press(page, f"button:text-is({practice.name!r})")
        else:
            _press(page, "a[role=button]")
    raise AssertionError(f"the login of {account.username} leads in a circle")


def _press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


def _next_code(portal: Simulator, account: Account) -> str:
    """A code that was not used here before; the oldest that is accepted comes first.

    So a product that signs in with the same login at the same time keeps the present code.
    """
    spent = _spent.setdefault((portal.url, account.username), set())
    while True:
        present = int(portal.clock.now().timestamp()) // _STEP
        free = [step for step in (present - 1, present, present + 1) if step not in spent]
        if free:
            spent.add(free[0])
            return _code(account.totp_secret or "", free[0])
        time.sleep(1)


def _code(secret: str, step: int) -> str:
    """RFC 6238 with SHA-1 and six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"
