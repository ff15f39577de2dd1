"""One tree of errors, named by what to do next.

    VetportalError
    ├── Unusable          fix the file, the setting or the argument, then run again
    │   ├── BadFile           a file does not parse or contradicts itself
    │   ├── BadArgument       a value given by the caller is not possible
    │   └── NotKnown          a name that does not exist here; the known ones are listed
    ├── Unready           fix the machine: a browser, a key file, disk space, permissions
    ├── Transient         try again later; nothing is broken
    │   ├── PortalDown        no connection, no answer, or a server error
    │   │   └── AnswerLate        no answer in the time that was waited
    │   ├── Throttled         the portal asked us to slow down
    │   ├── Incomplete        something of the portal was not read, or not in peace
    │   ├── LeaseLost         another process went on meanwhile
    │   └── DatabaseAway      no connection to the database, or others held it for too long
    ├── LoggedOut         log in again, once
    ├── PersonNeeded      hold the practice until a person acts; retrying may lock the account
    │   ├── CredentialRefused user name or password was not accepted
    │   ├── CodeRefused       the second factor was not accepted
    │   ├── ClientRefused     the OAuth client was not accepted
    │   ├── AuthorizationRefused  nobody allows the access, or no longer
    │   ├── AccountLocked     the portal says that the account is locked
    │   ├── PasswordExpired   the portal wants a new password
    │   ├── TermsChanged      the portal wants new terms to be accepted
    │   ├── ChoiceWanted      the portal asks which of several is meant
    │   ├── AnswerAwaited     nobody answered what the login asked in time
    │   └── ChallengeSeen     the login asks for something that no rule answers
    ├── PortalChanged     stop: the portal is no longer what was recorded
    │   ├── StepNotPossible   a step of a flow finds no target, or more than one
    │   ├── LoginStuck        the calls of the login lead somewhere else
    │   ├── AnswerNotUnderstood   a response has not the recorded shape
    │   │   └── PlaceGone             a list does not go on where it was left
    │   └── Gone                  an item was removed after it was listed
    ├── NotPermitted      ask the practice for the right, or do without
    ├── PracticeMixedUp   stop: the session shows another practice; log in anew
    ├── AuditBroken       find out who wrote the database; a person with its copies at hand
    ├── Refused           never retry: a rule of ours forbids it
    │   └── KeyTaken          something else was asked for under the same key
    ├── WriteRefused      the portal said no to a write: change what is asked for
    ├── WriteUnknown      nobody can tell whether a write happened: look, never ask for it anew
    └── Bug               our own mistake; report it

Every error carries a ``remedy``: the sentence that tells the reader what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class VetportalError(Exception):
    """Carries one sentence of what happened and one of what to do.

    Args:
        message: what happened, with the place; never a secret.
        remedy: what to do next; the class has a default.
    """

    exit_code: ClassVar[int] = 1
    default_remedy: ClassVar[str] = "See the log of this run."

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        """Keep message and remedy apart so that every face can print both."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy or self.default_remedy


class Unusable(VetportalError):
    """Something that was given to us cannot be used as it is."""

    exit_code = 2
    default_remedy = "Correct it and run the command again."


class BadFile(Unusable):
    """A file does not parse, misses something or has something too much.

    Args:
        path: the file, as the user knows it.
        problem: what is wrong, with the place inside the file.
    """

    def __init__(self, path: str, problem: str, *, remedy: str | None = None) -> None:
        """Put the file in front of the problem."""
        super().__init__(f"{path}: {problem}", remedy=remedy or f"Correct {path} and run again.")
        self.path = path


class BadArgument(Unusable):
    """A value of the caller is not possible."""


class NotKnown(Unusable):
    """A name does not exist here.

    Args:
        kind: what was looked for ("practice").
        name: the name that was given.
        known: the names that would have been possible.
    """

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        """List what is known, so that the next try succeeds."""
        listed = ", ".join(sorted(known)) or "none yet"
        super().__init__(f"no {kind} is named {name!r}", remedy=f"Known: {listed}.")


class Unready(VetportalError):
    """The machine lacks something: a browser, a key, space, a permission."""

    exit_code = 3
    default_remedy = "Run `vetportal doctor` to see what is missing."


class Transient(VetportalError):
    """It may work later without any change."""

    exit_code = 75
    default_remedy = "Try again later."


class PortalDown(Transient):
    """The portal did not answer, or answered with a server error."""

    default_remedy = "Check that the portal is up, then run again; finished pages are kept."


class AnswerLate(PortalDown):
    """The portal took longer than anybody waits, and may be at it still."""


class Throttled(Transient):
    """The portal asked us to slow down.

    Args:
        message: what was asked, where.
        retry_after: seconds to wait, when the portal named them.
    """

    default_remedy = "Wait, then run again; lower the pace in portal.yaml if it repeats."

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """Keep the seconds the portal named."""
        super().__init__(message)
        self.retry_after = retry_after


class Incomplete(Transient):
    """Rows shifted too often while they were read, or more of them was gone than is believed."""

    default_remedy = (
        "Run again, best when fewer people work: what was read is kept, and nothing was removed."
    )


class LeaseLost(Transient):
    """The right to go on ran out, because this process stood still for too long."""

    default_remedy = "Run again; whoever holds the lease now may have done the work."


class DatabaseAway(Transient):
    """The database is not reached, its connection was lost, or others held it for too long."""

    default_remedy = "See that the server of the database runs, then run again."


class LoggedOut(VetportalError):
    """The portal treats us as a stranger; one new login may follow."""

    exit_code = 4
    default_remedy = "Run again to log in; check the credentials if it repeats."


class PersonNeeded(VetportalError):
    """Only a person can go on; trying again by machine may lock the account."""

    exit_code = 5
    default_remedy = "Sign in by hand once, see what the portal asks, then run again."


class CredentialRefused(PersonNeeded):
    """User name or password was not accepted; it is not sent a second time."""

    default_remedy = "Check user name and password with the practice before the next try."


class CodeRefused(PersonNeeded):
    """The second factor was not accepted; it is not sent a second time."""

    default_remedy = "Check the TOTP secret with the practice and the clock of this machine."


class ClientRefused(PersonNeeded):
    """The OAuth client was not accepted; its secret is not sent a second time."""

    default_remedy = (
        "Check client id and secret with the portal, then run `vetportal practice authorize NAME`."
    )


class AuthorizationRefused(PersonNeeded):
    """The access was never allowed, was withdrawn, or ran out; the token is not sent again."""

    default_remedy = "Let the practice allow the access anew: `vetportal practice authorize NAME`."


class AccountLocked(PersonNeeded):
    """The portal says that the account is locked."""

    default_remedy = "Wait until the lock ends or ask the portal to unlock the account."


class PasswordExpired(PersonNeeded):
    """The portal wants a new password before it lets anybody in."""

    default_remedy = (
        "Let the practice set a new password in the portal, then run `vetportal practice rotate`."
    )


class TermsChanged(PersonNeeded):
    """The portal wants new terms to be accepted; no machine may do that."""

    default_remedy = (
        "Let the practice sign in, read and accept them; then run `vetportal practice release`."
    )


class ChoiceWanted(PersonNeeded):
    """The portal asks which of several is meant, and the practice's label is none of them."""

    default_remedy = "Set the label of the practice to what the portal calls it."


class AnswerAwaited(PersonNeeded):
    """The login asked for a code or an approval, and nobody answered in time."""

    default_remedy = (
        "Run `vetportal practice release`, then `vetportal session open`, and answer with "
        "`vetportal session answer` while it waits."
    )


class ChallengeSeen(PersonNeeded):
    """The login asks for something that no rule answers (captcha, new terms, a choice)."""


class PortalChanged(VetportalError):
    """The portal is no longer what was recorded."""

    exit_code = 6
    default_remedy = "Record the flow again: `vetportal record PORTAL FLOW`."


class StepNotPossible(PortalChanged):
    """A step finds no element, or cannot tell which of several is meant.

    Args:
        flow: name of the flow.
        step: path of the step in it, 1-based ("4.2" is the second inside the fourth).
        target: the target as it is written in the flow.
        tried: one line per locator: what it matched.
    """

    def __init__(self, *, flow: str, step: str, target: str, tried: tuple[str, ...]) -> None:
        """Say what was looked for and what each locator found instead."""
        looked = "; ".join(tried) or "no locator"
        super().__init__(
            f"flow {flow}, step {step}: {target} was not found ({looked})",
            remedy=f"Record {flow} again, or correct the target of step {step}.",
        )
        self.flow = flow
        self.step = step


class LoginStuck(PortalChanged):
    """The recorded calls of the login no longer lead into the portal."""

    default_remedy = "Record the login again; until then a browser logs in."


class AnswerNotUnderstood(PortalChanged):
    """A response has not the shape that was recorded, on any rung."""

    default_remedy = "Compare with `vetportal explain ENDPOINT`, then capture and infer again."

    def __init__(self, message: str, *, remedy: str | None = None, status: int = 0) -> None:
        """Keep the status of the response; 0 where that is no error."""
        super().__init__(message, remedy=remedy)
        self.status = status


class PlaceGone(AnswerNotUnderstood):
    """A portal that gave the pages before refuses the place where its list was to go on."""

    default_remedy = "Read the list again from its beginning: rows went since."


class Gone(PortalChanged):
    """The portal says of one item that it is not there, where it showed others."""

    default_remedy = "Read the list again: the item was removed since."


class NotPermitted(VetportalError):
    """The portal knows who asks, and says that this user may not see it.

    Args:
        message: what was asked for, and what the portal said.
        certain: the portal's file says that it looks like this; elsewhere another rung may do.
    """

    exit_code = 10
    default_remedy = "Ask the practice to give our user the right, or do without this screen."

    def __init__(self, message: str, *, certain: bool = False) -> None:
        """Keep how sure it is."""
        super().__init__(message)
        self.certain = certain


class PracticeMixedUp(VetportalError):
    """An answer belongs to another practice than the one that was asked for."""

    exit_code = 8
    default_remedy = (
        "Nothing of it was kept, and the session is dropped: run again to log in anew. If it "
        "repeats, somebody works with the same login: ask the practice for one of its own."
    )


class AuditBroken(VetportalError):
    """The audit log is not what was written to it."""

    exit_code = 9
    default_remedy = "Keep the database as it is, compare it with copies, find out who wrote it."


class Refused(VetportalError):
    """A rule of ours forbids it; retrying changes nothing."""

    exit_code = 7
    default_remedy = "Change the rule knowingly, or leave it."


class KeyTaken(Refused):
    """A key names one request for good; this one differs from the one it was first used for.

    Args:
        key: the key that both have.
    """

    default_remedy = "Ask with the same content again, or under a key of its own."

    def __init__(self, key: str) -> None:
        """Say which key it is."""
        super().__init__(f"something else was asked for under the key {key!r}")
        self.key = key


class WriteRefused(VetportalError):
    """The portal, or a look just before it was asked, said no to a write; the code says why."""

    exit_code = 11
    code: str | None = None
    default_remedy = "Read its words, change what is asked for, and use another key."


class WriteUnknown(VetportalError):
    """A write may have happened or not; asking for it anew may do it twice."""

    exit_code = 12
    default_remedy = "Look at the portal; tell what you saw: `vetportal operation settle ID`."


class Bug(VetportalError):
    """Our own mistake."""

    exit_code = 70
    default_remedy = "Report it with the run id and the log of the run."


@contextmanager
def first_failure() -> Iterator[None]:
    """Raise what failed first of several tasks; the others only stopped for it.

    Raises:
        BaseException: the first of an exception group, however deep, in the place of the group.
    """
    try:
        yield
    except BaseExceptionGroup as several:
        first: BaseException = several
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
