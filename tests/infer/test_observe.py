"""Which calls are operations, and which are noise."""

from automation.infer import infer_endpoints
from automation.model import Capture, Constant
from tests.infer.traffic import Journey, infer, people


def test_polling_and_telemetry_are_left_out_with_the_rule_that_said_so() -> None:
    def journey(flow: str, run: int) -> Capture:
        return (
            Journey(flow)
            .call("GET", f"/{flow}", {"rows": people(0, 3)})
            .call("POST", "/beat", None, form={"t": str(run)}, status=204)
            .call("GET", "/unread", {"count": 3}, step=None)
            .done(run)
        )

    inference = infer_endpoints(
        [journey(flow, run) for flow in ("list-a", "list-b") for run in (0, 1)]
    )
    assert {e.endpoint for e in inference.endpoints} == {"list-a", "list-b"}
    rules = {left.operation: left.rule.split(":")[0] for left in inference.left}
    assert rules == {"POST /beat": "telemetry", "GET /unread": "background"}


def test_operations_that_share_an_address_are_told_apart() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for name, rows in (("Pets", people(0, 5)), ("Owners", people(50, 5))):
            made.call(
                "POST",
                "/graphql",
                {"data": {name.lower(): rows}},
                send={"operationName": name, "query": f"query {name} {{ id name }}"},
                step="1" if name == "Pets" else "2",
            )
        return made.done(run)

    endpoints = infer(journey(0), journey(1))
    assert len(endpoints) == 2
    assert {e.effect for e in endpoints.values()} == {"read"}
    names = {e.request.json_body["operationName"].constant for e in endpoints.values()
             if isinstance(e.request.json_body["operationName"], Constant)}  # fmt: skip
    assert names == {"Pets", "Owners"}
