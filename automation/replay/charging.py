"""What a call of an endpoint takes from which budget."""

from __future__ import annotations

from dataclasses import replace

from automation.errors import Refused
from automation.model import Call, Charge, Endpoint, Portal


def charged(call: Call, endpoint: Endpoint, portal: Portal) -> Call:
    """The same call, with what it takes from the budget of its endpoint, if that has one.

    Raises:
        Refused: it takes more than the budget ever holds.
    """
    budget = endpoint.budget
    if budget is None and endpoint.origin == "documented":
        budget = portal.budget
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
