"""What leaves for people and systems: drift mails and outgoing webhooks."""

from automation.notify.courier import TEST_TYPE, Carried, Courier, made_up
from automation.notify.patience import PAUSES, WINDOW
from automation.notify.payload import body_of
from automation.notify.registry import COLUMNS, EVENTS, Raised, events_of, known_types
from automation.notify.ruling import Left, filled, known_of, refuse_places, refuse_unwanted
from automation.notify.signing import new_secret, signed

__all__ = [
    "COLUMNS",
    "EVENTS",
    "PAUSES",
    "TEST_TYPE",
    "WINDOW",
    "Carried",
    "Courier",
    "Left",
    "Raised",
    "body_of",
    "events_of",
    "filled",
    "known_of",
    "known_types",
    "made_up",
    "new_secret",
    "refuse_places",
    "refuse_unwanted",
    "signed",
]
