"""What is owed, what failed, and what belongs together is added up as it stands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.store import Store
from tests.serve.office import id_of, made
from tests.store.support import in_store
from tests.store.views.viewed import NOW, day, keep, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def invoice(number: int, client: int, balance: int, due: int, **more: Any) -> Any:  # noqa: ANN401
    return made(
        "invoice", number, client_id=id_of("client", client), balance_minor=balance,
        due_on=day(due), **{"currency": "USD", **more},
    )  # fmt: skip


def test_what_clients_owe_is_summed_by_client_and_currency(path: Path) -> None:
    async def scene(store: Store) -> None:
        await keep(
            store,
            invoice(1, 1, 1_000, 1),
            invoice(2, 1, 500, 2),
            invoice(3, 1, 70, 1, currency="EUR"),
            invoice(4, 2, 0, 1),
            invoice(5, 2, 900, 1, status="paid"),
            invoice(6, 3, 30, 5),
        )
        rows = await whole(store, "outstanding_balances")
        found = {
            (row["client_id"], row["currency"]): (
                row["invoices"], row["balance_minor"], row["overdue_minor"], row["oldest_due_on"]
            )
            for row in rows
        }  # fmt: skip
        assert found == {
            (id_of("client", 1), "USD"): (2, 1_500, 1_000, day(1)),
            (id_of("client", 1), "EUR"): (1, 70, 70, day(1)),
            (id_of("client", 3), "USD"): (1, 30, 0, day(5)),
        }

    in_store(path, scene)


def test_charges_of_care_plans_are_held_against_the_payments_they_name(path: Path) -> None:
    own: dict[str, Any] = {"client_id": id_of("client", 1), "amount_minor": 2_000}

    def charge(number: int, **more: Any) -> Any:  # noqa: ANN401
        return made("care_plan_charge", number, **{**own, "status": "paid", **more})

    def payment(number: int, **more: Any) -> Any:  # noqa: ANN401
        return made("payment", number, **{**own, "status": "approved", **more})

    async def scene(store: Store) -> None:
        long_ago = NOW - timedelta(days=40)
        await keep(
            store,
            payment(1, paid_at=long_ago),
            payment(2, amount_minor=1_500, paid_at=long_ago),
            payment(3, status="declined", paid_at=long_ago),
            payment(4, paid_at=NOW),
            charge(1, payment_id=id_of("payment", 1)),
            charge(2, payment_id=id_of("payment", 2)),
            charge(3, payment_id=id_of("payment", 3)),
            charge(4, charged_at=NOW),
            charge(5, charged_at=NOW - timedelta(days=5)),
            charge(6, status="failed"),
            charge(7, status="cancelled"),
            charge(8, status="scheduled", due_on=day(2)),
            charge(9, status="scheduled", due_on=day(3)),
        )
        rows = await whole(store, "care_plan_charges_paid")
        by_id = {row["id"]: row for row in rows}
        found = [by_id[id_of("care_plan_charge", n)] for n in range(1, 10)]
        assert [row["outcome"] for row in found] == [
            "matched", "different", "failed", "likely", "unmatched", "failed", "cancelled", "due",
            "scheduled",
        ]  # fmt: skip
        assert found[3]["likely_payment_id"] == id_of("payment", 4)
        assert found[1]["payment_minor"] == 1_500
        await keep(store, payment(5, paid_at=NOW))
        again = {row["id"]: row for row in await whole(store, "care_plan_charges_paid")}
        assert again[id_of("care_plan_charge", 4)]["outcome"] == "unmatched"

    in_store(path, scene)


def test_pay_outs_are_held_against_their_payments(path: Path) -> None:
    def payment(number: int, batch: int, amount: int, status: str = "approved") -> Any:  # noqa: ANN401
        return made(
            "payment", number, settlement_id=id_of("settlement", batch), amount_minor=amount,
            status=status,
        )  # fmt: skip

    async def scene(store: Store) -> None:
        await keep(
            store,
            made("settlement", 1, expected_minor=900, actual_minor=900),
            made("settlement", 2, expected_minor=900, actual_minor=850),
            made("settlement", 3, expected_minor=900, actual_minor=900),
            payment(1, 1, 1_000),
            payment(2, 1, -100, "refunded"),
            payment(3, 1, 5_000, "declined"),
            payment(4, 2, 900),
        )
        rows = {row["id"]: row for row in await whole(store, "settlements_paid")}
        found = [rows[id_of("settlement", number)] for number in (1, 2, 3)]
        assert [row["outcome"] for row in found] == ["matched", "different", "unknown"]
        assert [row["payments_minor"] for row in found] == [900, 900, 0]
        assert [row["payments"] for row in found] == [3, 1, 0]

    in_store(path, scene)


def test_scripts_and_what_is_sent_home_are_held_against_bills(path: Path) -> None:
    pet: dict[str, Any] = {"patient_id": id_of("patient", 1)}

    def line(number: int, words: str, on: int, **more: Any) -> Any:  # noqa: ANN401
        return made(
            "invoice_line", number, description=words, service_on=day(on), total_minor=100 * number,
            currency="USD", **{**pet, **more},
        )  # fmt: skip

    async def scene(store: Store) -> None:
        sent = [{"invoice_line_source_id": "1"}, {"invoice_line_source_id": "99"}, {"name": "x"}]
        await keep(
            store,
            line(1, "Apoquel 16mg, 30", 2),
            line(2, "APOQUEL 16MG", 4),
            line(3, "Apoquel 16mg", 1),
            line(4, "Nail trim", 3),
            line(5, "Apoquel 16mg", 3, patient_id=id_of("patient", 2)),
            made("prescription", 1, product="Apoquel 16mg", written_at=NOW, **pet),
            made("prescription", 2, product="%", written_at=NOW, **pet),
            made("invoice", 1, total_minor=5_000, currency="USD"),
            made("home_delivery", 1, invoice_id=id_of("invoice", 1), lines=sent),
        )
        rows = {row["id"]: row for row in await whole(store, "prescription_revenue")}
        script = rows[id_of("prescription", 1)]
        assert (script["lines"], script["revenue_minor"], script["currency"]) == (2, 300, "USD")
        assert rows[id_of("prescription", 2)]["lines"] == 0
        [parcel] = await whole(store, "home_delivery_revenue")
        assert (parcel["lines_sent"], parcel["lines_billed"], parcel["revenue_minor"]) == (
            3,
            1,
            100,
        )
        assert parcel["invoice_minor"] == 5_000

    in_store(path, scene)
