"""Who may do what: tokens of programs, their scopes, and the decision."""

from automation.access.allow import Decision, allows, allows_organization, allows_somewhere
from automation.access.scopes import SCOPES, known_scopes
from automation.access.tokens import Issued, Tokens, Wish, session_name

__all__ = [
    "SCOPES",
    "Decision",
    "Issued",
    "Tokens",
    "Wish",
    "allows",
    "allows_organization",
    "allows_somewhere",
    "known_scopes",
    "session_name",
]
