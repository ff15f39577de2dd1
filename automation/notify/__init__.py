"""What leaves for people and systems: drift mails and outgoing webhooks."""

from automation.notify.courier import TEST_TYPE, Carried, Courier, made_up
from automation.notify.letter import Alarm, Written, digest_letter, drift_letter, trial_letter
from automation.notify.outlet import Outlet, Posting
from automation.notify.patience import PAUSES, WINDOW
from automation.notify.payload import body_of
from automation.notify.post import MailServer
from automation.notify.registry import COLUMNS, EVENTS, Raised, events_of, known_types
from automation.notify.report import Chapter, chapters_of, drift_report
from automation.notify.ruling import Left, filled, known_of, refuse_places, refuse_unwanted
from automation.notify.services import SERVICES, service_of
from automation.notify.signing import new_secret, signed

__all__ = [
    "COLUMNS",
    "EVENTS",
    "PAUSES",
    "SERVICES",
    "TEST_TYPE",
    "WINDOW",
    "Alarm",
    "Carried",
    "Chapter",
    "Courier",
    "Left",
    "MailServer",
    "Outlet",
    "Posting",
    "Raised",
    "Written",
    "body_of",
    "chapters_of",
    "digest_letter",
    "drift_letter",
    "drift_report",
    "events_of",
    "filled",
    "known_of",
    "known_types",
    "made_up",
    "new_secret",
    "refuse_places",
    "refuse_unwanted",
    "service_of",
    "signed",
    "trial_letter",
]
