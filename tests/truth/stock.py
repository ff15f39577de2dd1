"""The truth of the stockroom: suppliers, products, inventory with its lots, purchase orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.truth.words import (
    Find,
    Row,
    Truths,
    active,
    addresses,
    digits,
    people,
    plain,
    text,
    worded,
)

CATEGORIES = {
    "Service": "service",
    "Medication": "medicine",
    "Parasite control": "medicine",
    "Fluids & injectables": "medicine",
    "Vaccine": "vaccine",
    "Food & treats": "food",
    "Supplies": "supply",
}


def with_parts(table: str, parts: str, fact: str) -> Callable[[dict[str, Any]], list[Row]]:
    """The rows of a table, each with those of another that belong to it, in order."""

    def rows(tables: dict[str, Any]) -> list[Row]:
        of: dict[int, list[Row]] = defaultdict(list)
        for part in sorted(tables[parts], key=lambda one: int(one["id"])):
            of[part[fact]].append(part)
        return [row | {parts: of[row["id"]]} for row in tables[table]]

    return rows


def supplier(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "name", "code", "account_number", "contact_name", "website", "notes"),
        **active(row),
        "emails": [{"address": row["email"]}] if row["email"] else [],
        "phones": digits(row["phone"]),
        "addresses": addresses(row),
    }


def product(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "code", "name", "manufacturer", "unit", group_name="category"),
        **plain(row, price_minor="price_cents", cost_minor="cost_cents", taxable="is_taxable"),
        **plain(row, controlled="is_controlled"),
        **people(row, "supplier"),
        **active(row),
        "category": CATEGORIES[row["category"]],
    }


def inventory_item(row: Row, find: Find) -> Row:
    what = find("products", row["product_id"])
    return {
        **plain(row, "on_hand", "reorder_level", "reorder_quantity", "counted_on"),
        **plain(row, shelf="bin_location", unit="sell_measure", cost_minor="cost_cents"),
        **plain(what, "code", "name", "manufacturer", group_name="category"),
        **plain(what, controlled="is_controlled"),
        **people(row, "product", "supplier", "location"),
        "lots": [
            {**plain(lot, "number", "quantity", "received_on", "expires_on")}
            | {"source_id": text(lot["id"])}
            for lot in row["lots"]
        ],
    }


def purchase_order(row: Row, find: Find) -> Row:
    status = {"Not sent": "draft"}
    return {
        **plain(row, "number", "ordered_at", "ordered_by", "expected_on", "received_at"),
        **plain(row, reference="reference_number", source_created_at="created_at"),
        **plain(row, subtotal_minor="subtotal_cents", shipping_minor="shipping_cents"),
        **plain(row, total_minor="total_cents", notes="comments"),
        **people(row, "supplier", "location"),
        **worded(row["status"], **status),
        "lines": [_line(line, find) for line in row["purchase_order_lines"]],
    }


def _line(line: Row, find: Find) -> Row:
    what = find("products", find("inventory_items", line["item_id"])["product_id"])
    return {
        **plain(line, quantity_ordered="ordered", quantity_received="received"),
        **plain(line, quantity_backordered="back_ordered", unit_cost_minor="cost_cents"),
        **plain(line, note="comments"),
        **plain(what, "code", "name"),
        "source_id": text(line["id"]),
        "inventory_item_source_id": text(line["item_id"]),
    }


TRUTHS: Truths = {
    "supplier": ("suppliers", supplier),
    "product": ("products", product),
    "inventory_item": (with_parts("inventory_items", "lots", "item_id"), inventory_item),
    "purchase_order": (
        with_parts("purchase_orders", "purchase_order_lines", "order_id"),
        purchase_order,
    ),
}
