"""What a person does at the screens of the portal whose tenants share a host.

Its newer pages are elements with shadow roots, its older ones are drawn by the server.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
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


_MORE: Final = 26
"""So that a list has a second page."""
_UNDER_WAY: Final = 8
_HOME_DELIVERY: Final = 3
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
    headers = {
        "Authorization": f"Bearer {token['access_token']}",
        "Content-Type": "application/json",
    }

    def post(path: str, **facts: object) -> None:
        _sent(f"{home}/api/0.1/{path}", json.dumps(facts).encode(), headers)

    for button in _BUTTONS:
        post("custom_integration/", action=1, method=0, parameter_name="id", **button)
    _send_home(simulator, each["tenant"], post)
    newest = max(one["id"] for one in simulator.dump(each["tenant"], "reminder")["reminder"])
    simulator.add(each["tenant"], "reminder", newest)  # a second one of the same patient
    for _ in range(_MORE):
        simulator.add(each["tenant"], "home_delivery_item", 1)
        simulator.add(each["tenant"], "order", 1)


def _send_home(simulator: Simulator, number: int, post: Callable[..., None]) -> None:
    """Sell food that is sent to the client, in a visit that goes on."""
    visits = simulator.dump(number, "consultation")["consultation"]
    visit = next(one for one in visits if one["status"] == _UNDER_WAY)
    food = next(one for one in simulator.dump(number, "item")["item"] if one["code"] == "F100")
    root = f"{simulator.url}/{number}/api/0.1"
    post(
        f"consultation/{visit['id']}/foods/",
        item=f"{root}/item/{food['id']}/",
        patient=f"{root}/patient/{visit['patients'][0]}/",
        quantity=1,
        usage_type=_HOME_DELIVERY,
    )
    rows = simulator.dump(number, "invoicerow")["invoicerow"]
    row = next(one for one in rows if one["invoice"] == visit["invoice"])
    post(f"invoicerow_draft/{row['id']}/finalize/")


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


async def page_through(person: Person, screen: str, times: int = 2) -> None:
    """Open a list and turn its pages, so many times."""
    await look_at(person, (screen,))
    for _ in range(times):
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
    "list-clients-page": partial(page_through, screen="Clients"),
    "list-consultations-page": partial(page_through, screen="Consultations"),
    "list-estimates-page": partial(page_through, screen="Estimates", times=1),
    "list-home-deliveries-page": partial(page_through, screen="Home deliveries", times=1),
    "list-orders-page": partial(page_through, screen="Orders", times=1),
    "list-patients-page": partial(page_through, screen="Patients"),
    "list-reminders-page": partial(page_through, screen="Reminders"),
    "list-settlements-page": partial(page_through, screen="Provet Pay settlements"),
    "list-stock-page": partial(page_through, screen="Stock", times=1),
    "list-tasks-page": partial(page_through, screen="Tasks", times=1),
    "list-integration-buttons": partial(look_at, screens=("Settings", "Custom integrations")),
    "list-online-prescriptions": partial(page_through, screen="Online prescriptions"),
}
