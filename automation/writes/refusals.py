"""Why a write was refused, in the codes that programs know, whatever the portal calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from automation.errors import NotPermitted, VetportalError
from automation.model import RefusalCode, Said, WriteStep

_BY_STATUS: Final[Mapping[int, RefusalCode]] = {
    403: "not_permitted_in_portal",
    409: "state_conflict",
}


def code_of(plan: WriteStep, said: Said | None) -> RefusalCode | None:
    """What a refusal of the portal means: by its words where they are known, else by its status."""
    if said is None:
        return None
    words = said.words.lower()
    known = next((each.code for each in plan.refusals if each.says.lower() in words), None)
    return known or _BY_STATUS.get(said.status or 0)


def code_of_problem(problem: VetportalError) -> RefusalCode | None:
    """What it means that something could not be read, or a request not be built."""
    return "not_permitted_in_portal" if isinstance(problem, NotPermitted) else None
