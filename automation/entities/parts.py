"""The elements of lists in entities, kept as JSON.

Times (``..._at``) are ISO 8601 with offset, days (``..._on``) ISO 8601, amounts (``..._minor``) in
minor units of the entity's currency. ``source_id`` is the portal's id of the element and
``..._source_id`` its id of another thing.
"""

from __future__ import annotations

from typing_extensions import TypedDict


class BoardTask(TypedDict, total=False):
    """One thing to be done for a patient on the treatment board."""

    source_id: str | None
    treatment: str | None
    due_at: str | None
    frequency: str | None
    status: str | None
    done_by: str | None
    done_at: str | None
    note: str | None


class Vital(TypedDict, total=False):
    """One measurement: temperature, pulse, a pain score; ``number`` when the value is one."""

    source_id: str | None
    patient_source_id: str | None
    name: str | None
    value: str | None
    number: float | None
    unit: str | None
    measured_at: str | None


class Diagnosis(TypedDict, total=False):
    """What it is; ``certainty`` is ``confirmed``, ``tentative`` or ``ruled_out``."""

    source_id: str | None
    patient_source_id: str | None
    code: str | None
    name: str | None
    certainty: str | None
    diagnosed_at: str | None


class Treatment(TypedDict, total=False):
    """What was done or given in a visit."""

    source_id: str | None
    patient_source_id: str | None
    code: str | None
    name: str | None
    quantity: float | None
    unit: str | None
    instructions: str | None
    performed_by: str | None
    performed_at: str | None
    amount_minor: int | None


class Addendum(TypedDict, total=False):
    """What was added to a final note."""

    source_id: str | None
    text: str | None
    author_name: str | None
    author_source_id: str | None
    written_at: str | None


class Analyte(TypedDict, total=False):
    """One value of a result.

    ``value`` is as the laboratory wrote it (``<0.5``) and ``number`` the number it is, if it is
    one; ``low``, ``high`` and ``range`` say the same of what is normal. ``flag`` is ``normal``,
    ``low``, ``high``, ``critical_low``, ``critical_high`` or ``abnormal``.
    """

    source_id: str | None
    code: str | None
    name: str | None
    value: str | None
    number: float | None
    unit: str | None
    low: float | None
    high: float | None
    range: str | None
    flag: str | None
    status: str | None
    note: str | None


class Media(TypedDict, total=False):
    """A file that came with a message; ``document_source_id`` is the document that it is."""

    source_id: str | None
    document_source_id: str | None
    title: str | None
    content_type: str | None
    size_bytes: int | None


class FormAnswer(TypedDict, total=False):
    """One question with what was answered."""

    source_id: str | None
    question: str | None
    answer: str | None
    kind: str | None


class PlanService(TypedDict, total=False):
    """One service of a care plan; ``alternate_for`` names the service it can stand in for."""

    source_id: str | None
    code: str | None
    name: str | None
    units_included: float | None
    units_used: float | None
    units_remaining: float | None
    alternate_for: str | None


class SettledPayment(TypedDict, total=False):
    """One payment of a batch, as the practice took it and as the processor paid it."""

    source_id: str | None
    payment_source_id: str | None
    status: str | None
    expected_minor: int | None
    actual_minor: int | None
    reference: str | None
    note: str | None


class Lot(TypedDict, total=False):
    """What was delivered together."""

    source_id: str | None
    number: str | None
    quantity: float | None
    received_on: str | None
    expires_on: str | None


class PurchaseOrderLine(TypedDict, total=False):
    """One thing that is ordered."""

    source_id: str | None
    product_source_id: str | None
    inventory_item_source_id: str | None
    code: str | None
    name: str | None
    unit: str | None
    quantity_ordered: float | None
    quantity_received: float | None
    quantity_backordered: float | None
    unit_cost_minor: int | None
    total_minor: int | None
    note: str | None


class PatientLink(TypedDict, total=False):
    """One of several patients that something is about."""

    patient_source_id: str | None


class EstimateLine(TypedDict, total=False):
    """One thing that may be charged; ``..._max`` where a range was told, net and gross amounts."""

    source_id: str | None
    product_source_id: str | None
    code: str | None
    name: str | None
    quantity: float | None
    quantity_max: float | None
    unit_price_minor: int | None
    unit_price_max_minor: int | None
    amount_minor: int | None
    tax_minor: int | None
    total_minor: int | None
    declined: bool | None


class HomeDeliveryLine(TypedDict, total=False):
    """One thing that is sent; ``status`` is as that of the delivery."""

    source_id: str | None
    product_source_id: str | None
    invoice_line_source_id: str | None
    patient_source_id: str | None
    name: str | None
    quantity: float | None
    status: str | None
    tracking_number: str | None
