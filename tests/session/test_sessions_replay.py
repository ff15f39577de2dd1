"""The journey of a read: log in by a flow, replay over HTTP, and go on when the session ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from automation import replay, store
from automation.model import (
    Answer,
    Binding,
    Constant,
    Derived,
    Endpoint,
    FromSession,
    Input,
    Paged,
    Pagination,
    Practice,
    RequestTemplate,
    ResponseShape,
    Rung,
    Slot,
    Source,
    Stop,
)
from automation.session import Sessions
from tests.browser.workshop import Workshop
from tests.session.office import Office, opened, practice_of
from tests.simulator import Simulator

pytestmark = pytest.mark.journey

XHR: dict[str, Binding] = {"X-Requested-With": Constant(constant="XMLHttpRequest")}
TOKEN = "__RequestVerificationToken"
SLOT = Slot(
    open="/Practice/Patients/Index",
    sources=(
        Source(css=f'input[name="{TOKEN}"]', attribute="value"),
        Source(header="x-next-verification-token"),
    ),
)


def listing(name: str, url: str, shape: ResponseShape, rule: Pagination, **more: Any) -> Endpoint:  # noqa: ANN401 - fields of two nouns
    method = more.pop("method", "GET")
    slots = more.pop("slots", {})
    request = {"headers": XHR, **more}
    return Endpoint(
        endpoint=name,
        effect="read",
        request=RequestTemplate(method=method, url=url, **request),
        response=shape,
        pagination=rule,
        slots=slots,
    )


ENDPOINTS = {
    "patients": listing(
        "list-patients",
        "/Practice/Patients/GetGrid",
        ResponseShape(items="rows", key="PatientId"),
        Pagination(kind="page", start=1, size=10, stop=Stop(total="total")),
        method="POST",
        encoding="form",
        form={
            TOKEN: FromSession(session="token"),
            "page": Paged(page="number"),
            "pageSize": Paged(page="size"),
            "species": Input(input="species", default=""),
        },
        slots={"token": SLOT},
    ),
    "clients": listing(
        "list-clients",
        "/Practice/Clients/Search",
        ResponseShape(items="items"),
        Pagination(kind="offset", step=15, size=15, stop=Stop(total="count")),
        query={"offset": Paged(page="offset"), "limit": Paged(page="size")},
    ),
    "prescriptions": listing(
        "list-prescriptions",
        "/Practice/Prescriptions/Query",
        ResponseShape(items="data.items"),
        Pagination(kind="cursor", source=Source(json_path="data.nextCursor"), size=20),
        method="POST",
        encoding="json",
        headers={**XHR, "RequestVerificationToken": FromSession(session="token")},
        json_body={
            "filter.text": Constant(constant=""),
            "filter.state": Constant(constant=""),
            "take": Paged(page="size"),
            "cursor": Paged(page="cursor"),
        },
        slots={"token": SLOT},
    ),
    "requests": listing(
        "list-requests",
        "/Practice/ClientRequests/List",
        ResponseShape(items="requests"),
        Pagination(kind="next", source=Source(json_path="links.next")),
    ),
    "orders": listing(
        "list-orders",
        "/Practice/PharmacyOrders/Feed",
        ResponseShape(items="@"),
        Pagination(kind="next", source=Source(header="link")),
    ),
    "invoices": listing(
        "list-invoices",
        "/Practice/Invoices/GetPage",
        ResponseShape(items="list", key="InvoiceId"),
        Pagination(kind="page", start=0, size=25, stop=Stop(more="hasMore")),
        query={"pageIndex": Paged(page="number"), "rows": Paged(page="size")},
    ),
}
DETAIL = Endpoint(
    endpoint="get-invoice",
    effect="read",
    request=RequestTemplate(
        method="GET",
        url="/Practice/Invoices/GetDetail/{id}",
        path={"id": Derived(derived="list-invoices", path="list[].InvoiceId")},
        headers=XHR,
    ),
    response=ResponseShape(),
)


@dataclass(frozen=True)
class Reading:
    """A practice that is signed in, and the portal's own number for it."""

    office: Office
    practice: Practice
    number: int

    def truth(self, table: str) -> list[int]:
        return [row["id"] for row in self.office.simulator.dump(self.number, table)[table]]


@pytest.fixture(scope="module")
def signed_in(
    simulator: Simulator, tmp_path_factory: pytest.TempPathFactory, bench: Workshop
) -> Iterator[Reading]:
    """One login for the tests of this module; its session is kept from one to the next."""
    with opened(simulator, tmp_path_factory.mktemp("reading"), bench) as office:
        account = simulator.accounts()[0]
        label = account.practices[0]
        practice = practice_of(simulator, label)
        office.admit(practice, account)
        number = next(each.id for each in simulator.practices() if each.name == label)
        reading = Reading(office, practice, number)
        read(reading, ENDPOINTS["orders"])
        yield reading


@pytest.fixture
def reading(signed_in: Reading) -> Reading:
    signed_in.office.simulator.faults.clear()
    signed_in.office.simulator.reset_counts()
    return signed_in


def read(
    reading: Reading,
    endpoint: Endpoint,
    *,
    parents: Endpoint | None = None,
    after: Callable[[Answer], None] = lambda _: None,
) -> list[Answer]:
    """All answers of an endpoint; `after` is called between one page and the next."""

    async def work(sessions: Sessions, _: store.Store) -> list[Answer]:
        async with await sessions.open(reading.practice) as session:

            def stream(
                one: Endpoint, given_by: replay.Parents | None = None
            ) -> AsyncIterator[Answer]:
                return replay.replay_endpoint(
                    one, session, parents=given_by, clock=reading.office.clock, rng=Random(1)
                )

            given_by = (lambda _name: stream(parents)) if parents else None
            found = []
            async for answer in stream(endpoint, given_by):
                found.append(answer)
                after(answer)
            return found

    return reading.office.run(work)


def ids(answers: list[Answer]) -> list[int]:
    """Identities of the items, whatever the portal calls the field."""
    items = [item for answer in answers for item in answer.items]
    assert all(isinstance(item, dict) for item in items)
    return [next(v for v in item.values() if isinstance(v, int)) for item in items]  # type: ignore[union-attr]


@pytest.mark.parametrize("table", sorted(ENDPOINTS))
def test_every_way_of_paging_gives_what_the_portal_has(reading: Reading, table: str) -> None:
    assert sorted(ids(read(reading, ENDPOINTS[table]))) == sorted(reading.truth(table))


def test_a_session_that_ends_half_way_is_renewed_once_and_the_list_goes_on_where_it_was(
    reading: Reading,
) -> None:
    simulator = reading.office.simulator

    def expire(answer: Answer) -> None:
        if answer.page == 1:
            simulator.expire()

    found = read(reading, ENDPOINTS["patients"], after=expire)
    assert sorted(ids(found)) == sorted(reading.truth("patients"))
    pages = len(found)
    assert pages > 4
    counts = simulator.counts()
    assert counts["sign_in"] == {"passwords_accepted": 1, "codes_accepted": 1, "logins": 1}
    # each page once, and once more the one that a stranger asked for
    assert counts["served"]["patients_data"] == pages + 1
    assert counts.get("refused", {}) == {}


@pytest.mark.parametrize(
    "kind", ["429", "429-retry-after", "503", "drop-before", "drop-after", "truncate", "html"]
)
def test_a_portal_that_stumbles_is_read_completely(reading: Reading, kind: str) -> None:
    simulator = reading.office.simulator

    def stumble(answer: Answer) -> None:
        if answer.page == 1:
            simulator.faults.add("clients_data", kind, seconds=5)

    found = read(reading, ENDPOINTS["clients"], after=stumble)
    assert sorted(ids(found)) == sorted(reading.truth("clients"))
    assert {answer.rung for answer in found} == {Rung.HTTP}
    assert simulator.faults.active() == []
    assert "sign_in" not in simulator.counts()


def test_when_plain_http_is_answered_with_nonsense_the_page_of_the_browser_goes_on(
    reading: Reading,
) -> None:
    simulator = reading.office.simulator

    def break_http(answer: Answer) -> None:
        if answer.page == 1:
            simulator.faults.add("clients_data", "html", times=2)

    with capture_logs() as logs:
        found = read(reading, ENDPOINTS["clients"], after=break_http)
    assert sorted(ids(found)) == sorted(reading.truth("clients"))
    rungs = [answer.rung for answer in found]
    assert rungs == [Rung.HTTP] + [Rung.PAGE] * (len(found) - 1)
    assert [log["event"] for log in logs].count("rung_lowered") == 1
    assert "sign_in" not in simulator.counts()


def test_each_invoice_is_asked_for_once_with_its_lines(reading: Reading) -> None:
    found = read(reading, DETAIL, parents=ENDPOINTS["invoices"])
    invoices = reading.truth("invoices")
    assert len(found) == len(invoices)
    lines: list[Any] = [line for answer in found for line in answer.document["lines"]]  # type: ignore[index,call-overload,union-attr]
    assert len(lines) == len(reading.truth("lines"))
    assert reading.office.simulator.counts()["served"]["invoice"] == len(invoices)
