"""The rules of the portal file recognise each page of the login as what it is, and no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from automation.catalog import Catalog
from automation.model import LoginOutcome
from fixtures.common.totp import STEP_SECONDS, code_for, step_at
from tests.record_flows import FLOWS, PORTAL
from tests.simulator import Account, Simulator, running

OUTCOMES = Catalog(FLOWS).portal(PORTAL).outcomes
WRONG = "not the password"


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, patients=5) as simulator:
        yield simulator


def meant(page: Page) -> tuple[str, str] | None:
    """What the first rule that fits says of a page, and the text it points at."""
    for outcome in OUTCOMES:
        text = shown(page, outcome)
        if text is not None and (outcome.text or "").casefold() in text.casefold():
            return outcome.meaning, text
    return None


def shown(page: Page, outcome: LoginOutcome) -> str | None:
    found = page.locator(outcome.target_css).filter(visible=True)
    return found.first.inner_text() if found.count() else None


def send(page: Page, **fields: str) -> None:
    """Fill fields by their labels and press the first button."""
    for label, text in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    with page.expect_navigation():
        page.get_by_role("button").first.click()


def sign_in(page: Page, portal: Simulator, account: Account, password: str | None = None) -> None:
    page.goto(f"{portal.url}/Practice/Account/LogOn")
    send(page, Email=account.username, Password=password or account.password)


def own_code(portal: Simulator, account: Account) -> str:
    portal.clock.advance(3 * STEP_SECONDS)
    return code_for(account.totp_secret or "", step_at(portal.clock.now()))


@pytest.mark.parametrize(
    "stop, meaning",
    [
        ("captcha", "challenge"),
        ("locked", "locked"),
        ("password_change", "password_expired"),
        ("terms", "terms"),
        ("notice", "terms"),
    ],
)
def test_a_page_that_stops_the_login_is_recognised(
    page: Page, portal: Simulator, stop: str, meaning: str
) -> None:
    account = portal.account("night.shift")
    portal.require(account, stop)
    sign_in(page, portal, account)
    found = meant(page)
    portal.require(account, stop, on=False)
    assert found is not None
    assert found[0] == meaning


@pytest.mark.parametrize(
    "name, meaning, told",
    [
        ("jamie.lin", "code_wanted", "We sent a code to the phone ending in 42."),
        ("casey.brandt", "code_wanted", "We sent a code to c***@harborview.example."),
        ("riley.novak", "approval_wanted", "We sent a request to the phone ending in 90."),
    ],
)
def test_what_is_asked_besides_the_password_is_recognised_and_told(
    page: Page, portal: Simulator, name: str, meaning: str, told: str
) -> None:
    sign_in(page, portal, portal.account(name))
    found = meant(page)
    assert found is not None
    assert found[0] == meaning
    assert found[1].startswith(told)


def test_a_refused_password_is_recognised(page: Page, portal: Simulator) -> None:
    sign_in(page, portal, portal.account("night.shift"), WRONG)
    found = meant(page)
    assert found is not None
    assert found[0] == "refused"


@pytest.mark.parametrize("name", ["front.desk", "jamie.lin"])
def test_a_refused_code_is_recognised(page: Page, portal: Simulator, name: str) -> None:
    sign_in(page, portal, portal.account(name))
    send(page, Authentication_code="not one")
    found = meant(page)
    assert found is not None
    assert found[0] == "code_refused"


def test_a_choice_of_practices_is_recognised(page: Page, portal: Simulator) -> None:
    account = portal.account("morgan.ellis")
    sign_in(page, portal, account)
    send(page, Authentication_code=own_code(portal, account))
    found = meant(page)
    assert found is not None
    assert found[0] == "choice"


def test_a_page_that_stops_nobody_is_taken_for_none_of_these(page: Page, portal: Simulator) -> None:
    account = portal.account("front.desk")
    page.goto(f"{portal.url}/Practice/Account/LogOn")
    assert meant(page) is None
    page.context.clear_cookies()
    send(page, Email=account.username, Password=account.password)
    assert page.get_by_role("alert").inner_text() == "The page has expired. Please try again."
    assert meant(page) is None
    sign_in(page, portal, account)
    send(page, Authentication_code=own_code(portal, account))
    assert page.url.endswith("/Practice/Home/Index")
    assert meant(page) is None


def test_a_code_of_an_app_is_asked_of_nobody(page: Page, portal: Simulator) -> None:
    """Whoever has the secret answers it alone; without one a person is asked all the same."""
    sign_in(page, portal, portal.account("front.desk"))
    assert page.get_by_label("Authentication code").is_visible()
    assert meant(page) is None
