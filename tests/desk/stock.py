"""The stockroom: products, inventory with its lots, suppliers, purchase orders."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, open_rows, page_through
from tests.desk.records import open_links
from tests.person import Person

JOURNEYS: Final[Journeys] = {
    "get-inventory-item": partial(open_links, screen="Inventory"),
    "get-purchase-order": partial(open_rows, screen="Purchase Orders"),
    "list-inventory": partial(page_through, screen="Inventory"),
    "list-products": partial(page_through, screen="Products & Services"),
    "list-purchase-orders": partial(page_through, screen="Purchase Orders"),
    "list-suppliers": partial(Person.go_to, screen="Vendors"),
}
