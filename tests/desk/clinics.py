"""What a person does at the screens of the portal whose tenants share a host.

Its newer pages are elements with shadow roots, its older ones are drawn by the server.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import partial
from typing import Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.desk.core import Journeys
from tests.person import Login, Person
from tests.simulator import Simulator

_HOME: Final = "/"
_ROWS: Final = """
() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
  return all(document).filter((each) => each.matches("tbody tr")).length;
}
"""


_BUTTONS: Final = (
    {"name": "Send to laboratory", "type": 1, "url": "https://lab.example/in"},
    {"name": "Insurance claim", "type": 10, "url": "https://claims.example/new"},
    {"name": "Open in pharmacy", "type": 12, "url": "https://pharmacy.example/open"},
)


def furnish(simulator: Simulator) -> None:
    """Give the first practice the custom integration buttons that others have set up."""
    for each in simulator.door.ask("applications"):
        if each["tenant"] == simulator.practices()[0].id and each["grant"] == "client_credentials":
            break
    home = f"{simulator.url}/{each['tenant']}"
    client = b64encode(f"{each['client_id']}:{each['client_secret']}".encode()).decode()
    asked = urlencode({"grant_type": "client_credentials"}).encode()
    token = _sent(f"{home}/oauth2/token/", asked, {"Authorization": f"Basic {client}"})
    for button in _BUTTONS:
        body = json.dumps({"action": 1, "method": 0, "parameter_name": "id", **button}).encode()
        headers = {
            "Authorization": f"Bearer {token['access_token']}",
            "Content-Type": "application/json",
        }
        _sent(f"{home}/api/0.1/custom_integration/", body, headers)


def _sent(url: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
    with urlopen(Request(url, body, headers)) as answer:  # noqa: S310 - loopback
        found: dict[str, str] = json.load(answer)
    return found


async def sign_in(person: Person, login: Login) -> None:
    """Sign in, with the code of the second factor when one is asked for."""
    await person.open("/accounts/login/")
    await person.type("Email", login.username)
    await person.type("Password", login.password)
    await person.click("Log in")
    if login.code:
        await person.look("field", "Code")
        await person.type("Code", login.code())
        await person.click("Log in")
    await person.look("press", "Dashboard")


async def look_at(person: Person, screens: tuple[str, ...] = ()) -> None:
    """Go from one screen to the next."""
    await person.open(_HOME)
    for screen in screens:
        await person.click(screen)


async def turn_days(person: Person) -> None:
    """Look at today in the calendar, and at the two days after."""
    await look_at(person, ("Appointment calendar",))
    await person.click("Next day")
    await person.click("Next day")


async def ask_for_more(person: Person, screen: str, times: int) -> None:
    """Open a list that shows more rows when it is asked to, and ask for them."""
    await look_at(person, (screen,))
    for _ in range(times):
        await person.look("row", "")
        shown = await person.page.evaluate(_ROWS)
        await person.click("Show more")
        await person.page.wait_for_function(f"(shown) => ({_ROWS})() > shown", arg=shown)
        await person.calm()


async def page_through(person: Person, screen: str) -> None:
    """Open a list and go to its third page."""
    await look_at(person, (screen,))
    await person.click("Next")
    await person.click("Next")


async def open_rows(person: Person, screen: str) -> None:
    """Look at the pages of the first two things of a list, one after the other."""
    for row in (0, 1):
        await look_at(person, (screen,))
        await person.click("", what="opener", nth=row)


JOURNEYS: Final[Journeys] = {
    "get-bill": partial(open_rows, screen="Invoices"),
    "get-dashboard": look_at,
    "get-online-prescription": partial(open_rows, screen="Online prescriptions"),
    "get-patient-page": partial(open_rows, screen="Patients"),
    "list-bills": partial(ask_for_more, screen="Invoices", times=2),
    "list-calendar": turn_days,
    "list-catalogue": partial(ask_for_more, screen="Item lists", times=1),
    "list-integration-buttons": partial(look_at, screens=("Settings", "Custom integrations")),
    "list-online-prescriptions": partial(page_through, screen="Online prescriptions"),
}
