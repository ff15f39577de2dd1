"""The patients grid as an endpoint, the way inference writes it."""

from __future__ import annotations

from automation.model import (
    Constant,
    Endpoint,
    FromSession,
    Input,
    Paged,
    Pagination,
    RequestTemplate,
    ResponseShape,
    Slot,
    Source,
    Stop,
)
from tests.bench.patients import DATA, PAGE_SIZE, SCREEN

LIST_PATIENTS = Endpoint(
    endpoint="list-patients",
    effect="read",
    request=RequestTemplate(
        method="POST",
        url=DATA,
        headers={"X-Requested-With": Constant(constant="XMLHttpRequest")},
        form={
            "__RequestVerificationToken": FromSession(session="antiforgery"),
            "page": Paged(page="number"),
            "pageSize": Paged(page="size"),
            "search": Input(input="search", default=""),
            "species": Input(input="species", default=""),
            "status": Input(input="status", default=""),
        },
        encoding="form",
    ),
    response=ResponseShape(items="rows", key="PatientId"),
    pagination=Pagination(kind="page", start=1, size=PAGE_SIZE, stop=Stop(total="total")),
    slots={
        "antiforgery": Slot(
            open=SCREEN,
            sources=(
                Source(css='input[name="__RequestVerificationToken"]', attribute="value"),
                Source(header="X-Next-Verification-Token"),
            ),
        )
    },
)
