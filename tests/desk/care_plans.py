"""Care plans: what patients subscribed to and what is charged for it."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, open_rows, page_through
from tests.person import Person

JOURNEYS: Final[Journeys] = {
    "get-care-plan": partial(open_rows, screen="Care Plans"),
    "list-care-plan-charges": partial(page_through, screen="Plan Charges"),
    "list-care-plans": partial(page_through, screen="Care Plans"),
    "list-failed-charges": partial(Person.go_to, screen="Action Queue"),
}
