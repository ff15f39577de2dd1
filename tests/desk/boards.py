"""The boards of the hospital: who is in the house, and the plan of each patient."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, open_rows
from tests.person import Person

JOURNEYS: Final[Journeys] = {
    "get-patient-plan": partial(open_rows, screen="Treatment Board"),
    "list-whiteboard": partial(Person.go_to, screen="Whiteboard"),
}
