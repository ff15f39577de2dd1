"""What a call of an endpoint takes from which budget."""

from __future__ import annotations

from dataclasses import replace

from automation.errors import Refused
from automation.model import Budget, Call, Charge, Endpoint, Portal


def budget_of(endpoint: Endpoint, portal: Portal) -> Budget | None:
    """The budget that the calls of an endpoint take from: its own, or what each documented one has.

    What was learnt from screens has none but its own: what portals state is about their interfaces.
    """
    if endpoint.budget is None and endpoint.origin == "documented":
        return portal.budget
    return endpoint.budget


def charged(call: Call, endpoint: Endpoint, portal: Portal) -> Call:
    """The same call, with what it takes from the budget of its endpoint, if that has one.

    Raises:
        Refused: it takes more than the budget ever holds.
    """
    budget = budget_of(endpoint, portal)
    if budget is None:
        return call
    size = endpoint.pagination.size if endpoint.pagination else None
    weight = budget.weight(size)
    if weight > budget.calls:
        raise Refused(
            f"{endpoint.endpoint} asks for {size} items with one call, which weighs {weight} of "
            f"the {budget.calls} that the portal takes within {budget.seconds:g} s",
            remedy="Make pagination.size in the endpoint's file smaller.",
        )
    return replace(call, charge=Charge(budget.shared or endpoint.endpoint, budget, weight))
