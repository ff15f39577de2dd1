"""What a request is answered with that gets no result: one table for all faces.

Every class of the errors tree has a status (RFC 9110) and a code that programs may rely on; the
shape on the wire is RFC 9457, "Problem Details for HTTP APIs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from automation import errors
from automation.model import JobEnd

OURS: Final = "Tell whoever runs this service, with the id of the request."
"""What to do about what callers can do nothing about."""
READ_DOCS: Final = "See at /docs what this route takes."
BY_LIST: Final = "Take an id that a list shows; what is out of the token's reach is in none."
AGAIN: Final = "Try again; if it stays so, tell whoever runs this service."
OTHER_TOKEN: Final = "Ask with a token that is not restricted to locations."  # noqa: S105 - words


class Problem(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A request that gets no result.

    Attributes:
        status: HTTP status.
        code: what programs know it by.
        detail: what is wrong, for people; no secrets, and nothing that the caller may not know.
        remedy: what to do next.
        retry_after: seconds after which it may be tried again, if that helps.
        parameter: the parameter that it is about, if it is about one.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        remedy: str,
        retry_after: int | None = None,
        parameter: str = "",
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.remedy = status, code, detail, remedy
        self.retry_after, self.parameter = retry_after, parameter


@dataclass(frozen=True, slots=True)
class Fault:
    """How an error of the tree is answered.

    Attributes:
        status: HTTP status.
        code: what programs know it by.
        title: the same for people; it does not change from one occurrence to the next.
        told: whether the error's own words are for the caller; else they are for the log.
    """

    status: int
    code: str
    title: str
    told: bool = True


FAULTS: Final[dict[type[errors.VetportalError], Fault]] = {
    errors.BadArgument: Fault(400, "invalid_request", "The request cannot be understood"),
    errors.BadFile: Fault(503, "misconfigured", "A file of this installation is wrong", told=False),
    errors.NotKnown: Fault(404, "not_found", "There is no such thing"),
    errors.Unusable: Fault(400, "invalid_request", "The request cannot be understood"),
    errors.Unready: Fault(503, "not_ready", "The service is not ready", told=False),
    errors.PortalDown: Fault(503, "portal_unavailable", "The portal does not answer"),
    errors.AnswerLate: Fault(504, "portal_timeout", "The portal did not answer in time"),
    errors.Throttled: Fault(503, "portal_busy", "The portal asks to be asked less"),
    errors.Incomplete: Fault(503, "incomplete", "The portal could not be read in peace"),
    errors.LeaseLost: Fault(503, "busy", "Another process went on with it"),
    errors.DatabaseAway: Fault(503, "not_ready", "The service is not ready", told=False),
    errors.Transient: Fault(503, "try_again", "It does not work now"),
    errors.LoggedOut: Fault(503, "session_expired", "The session with the portal is over"),
    errors.CredentialRefused: Fault(401, "credentials_invalid", "The login is not accepted"),
    errors.CodeRefused: Fault(401, "mfa_invalid", "The portal refused the code"),
    errors.ClientRefused: Fault(401, "credentials_invalid", "The login is not accepted"),
    errors.AuthorizationRefused: Fault(401, "authorization_refused", "Nobody allows the access"),
    errors.AccountLocked: Fault(423, "account_locked", "The portal locked the account"),
    errors.PasswordExpired: Fault(423, "password_expired", "The portal wants a new password"),
    errors.TermsChanged: Fault(423, "terms_changed", "The portal wants its terms accepted"),
    errors.ChoiceWanted: Fault(409, "choice_wanted", "The portal asks which one is meant"),
    errors.AnswerAwaited: Fault(401, "mfa_required", "The portal asks for a second factor"),
    errors.ChallengeSeen: Fault(423, "person_needed", "The portal asks for a person"),
    errors.PersonNeeded: Fault(423, "person_needed", "The portal asks for a person"),
    errors.PortalChanged: Fault(502, "portal_changed", "The portal is not what it was"),
    errors.NotPermitted: Fault(403, "not_permitted_in_portal", "The login has not the right"),
    errors.PracticeMixedUp: Fault(502, "practice_mixed_up", "The portal shows another practice"),
    errors.KeyTaken: Fault(409, "idempotency_conflict", "The key stands for another request"),
    errors.Refused: Fault(403, "refused", "A rule forbids it"),
    errors.WriteRefused: Fault(409, "write_refused", "The portal does not take it"),
    errors.WriteUnknown: Fault(409, "write_unknown", "Nobody can tell whether it happened"),
    errors.AuditBroken: Fault(503, "not_ready", "The service is not ready", told=False),
    errors.Bug: Fault(500, "internal", "A mistake of ours", told=False),
    errors.VetportalError: Fault(500, "internal", "A mistake of ours", told=False),
}
"""How each error is answered; one that is not here is answered as the class it comes from."""

_AGAIN: Final = {503: 30, 504: 30}
_MORE: Final[dict[str, tuple[int, str]]] = {
    "unauthenticated": (401, "No token, or none that is valid"),
    "insufficient_scope": (403, "The token does not allow it"),
    "rate_limited": (429, "Too many requests"),
    "not_available_in_practice": (404, "The practice has no such thing"),
    "idempotency_key_required": (400, "A key is wanted"),
    "confirmation_required": (409, "A person has to confirm it"),
    "card_number_refused": (400, "Card numbers are never taken"),
    "slot_taken": (409, "The time is taken"),
    "client_ambiguous": (409, "Several clients may be meant"),
    "state_conflict": (409, "It is not in a state that allows this"),
    "too_large": (413, "The body is too large"),
    "method_not_allowed": (405, "The path has no such method"),
    "unsupported_version": (400, "There is no such version"),
    "unsupported_media_type": (415, "The body is of another type"),
}
TITLES: Final[dict[str, str]] = {fault.code: fault.title for fault in FAULTS.values()} | {
    code: title for code, (_, title) in _MORE.items()
}
"""What codes mean, for people."""
STATUSES: Final[dict[str, int]] = {fault.code: fault.status for fault in FAULTS.values()} | {
    code: status for code, (status, _) in _MORE.items()
}
"""The HTTP status of each code."""


def fault_of(error: errors.VetportalError) -> Fault:
    """How an error is answered."""
    return _fault(type(error))


def _fault(kind: type[errors.VetportalError]) -> Fault:
    return next(FAULTS[each] for each in kind.__mro__ if each in FAULTS)


def problem_of(error: errors.VetportalError) -> Problem:
    """The answer to an error."""
    fault = fault_of(error)
    code = getattr(error, "code", "") or fault.code
    return Problem(
        fault.status,
        code,
        error.message if fault.told else fault.title,
        remedy=error.remedy if fault.told else _remedy(fault),
        retry_after=_AGAIN.get(fault.status),
    )


def problem_of_job(end: JobEnd) -> Problem:
    """The answer to somebody who waited for a job that failed."""
    kind = getattr(errors, end.error, errors.Transient)
    fault = _fault(kind)
    return Problem(
        fault.status,
        fault.code,
        end.why if fault.told and end.why else fault.title,
        remedy=end.remedy if fault.told and end.remedy else _remedy(fault),
        retry_after=_AGAIN.get(fault.status),
    )


def _remedy(fault: Fault) -> str:
    return AGAIN if fault.status in _AGAIN else OURS
