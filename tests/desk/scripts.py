"""What belongs to prescriptions: each with its fills, and all fills."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, open_rows, page_through

JOURNEYS: Final[Journeys] = {
    "get-prescription": partial(open_rows, screen="Prescriptions"),
    "list-refills": partial(page_through, screen="Refills"),
}
