"""What must be so before anything is sent, and whether it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from automation.errors import WriteRefused
from automation.model import Condition, Operation, Profile, RefusalCode, StateRule, names_in
from automation.wire import canonical
from automation.writes.known import Known

Outcome = Literal["holds", "fails", "later", "unknown"]
RIGHTS = "rights"
"""The section of a profile that holds what a login may do."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at.

    Attributes:
        what: in words, or the path.
        outcome: ``later`` is known only once a step was answered; ``unknown`` cannot be told.
        why: what is so instead, or why it cannot be told.
        code: what it is where it fails, for programs.
    """

    what: str
    outcome: Outcome
    why: str = ""
    code: RefusalCode | None = None


def refuse_failed(checks: Iterable[Checked], operation: str) -> None:
    """See that nothing is otherwise than it must be.

    Raises:
        WriteRefused: something is; the first of it is told.
    """
    failed = next((check for check in checks if check.outcome == "fails"), None)
    if failed is not None:
        refusal = WriteRefused(f"{operation}: {failed.why or failed.what}; nothing was sent")
        refusal.code = failed.code
        raise refusal


def check_rights(operation: Operation, profile: Profile | None) -> Iterator[Checked]:
    """Whether the login has the rights that the operation names."""
    section = profile.sections.get(RIGHTS) if profile else None
    for right in operation.rights:
        what = f"right {right}"
        if section is None:
            yield Checked(what, "unknown", "the rights of this practice were not read")
        elif right in section:
            yield Checked(what, "holds")
        else:
            why = "the login of this practice does not have it"
            yield Checked(what, "fails", why, "not_permitted_in_portal")


def check_conditions(conditions: Iterable[Condition], known: Known) -> Iterator[Checked]:
    """Whether conditions hold, as far as that is known.

    Raises:
        BadFile: a path does not fit what it is given.
    """
    for condition in conditions:
        if depends_on_steps(condition.holds):
            yield Checked(condition.holds, "later", condition.otherwise)
        elif known.holds(condition.holds):
            yield Checked(condition.holds, "holds")
        else:
            yield Checked(condition.holds, "fails", condition.otherwise, condition.code)


def check_states(rule: StateRule | None, known: Known) -> Iterator[Checked]:
    """Whether the wanted move is allowed.

    Raises:
        BadFile: a path does not fit what it is given.
    """
    wanted = None if rule is None else known.value(rule.wanted)
    if rule is None or wanted is None:
        return
    now, then = canonical(known.value(rule.now)), canonical(wanted)
    what = f"from {_called(rule, now)} to {_called(rule, then)}"
    follow = rule.moves.get(now)
    if follow is None:
        yield Checked(what, "fails", f"{now or 'nothing'} is no state that is known")
    elif then == now or then in follow:
        yield Checked(what, "holds")
    else:
        told = ", ".join(_called(rule, state) for state in follow) or "nothing"
        why = f"{_called(rule, now)} may become: {told}"
        yield Checked(what, "fails", why, "state_conflict")


def depends_on_steps(path: str) -> bool:
    """Whether a path looks at what only an answer to a step tells."""
    return any(place[0] == "steps" for place in names_in(path))


def _called(rule: StateRule, state: str) -> str:
    return f"{state} ({rule.names[state]})" if state in rule.names else state
