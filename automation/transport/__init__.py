"""The door to HTTP: one client per practice, pace, retries for reads, the host allow-list.

On top of it the one protocol that needs more than a call: tokens by OAuth 2.0.
"""

from automation.transport.budgets import Budgets, OwnLedger
from automation.transport.door import HttpDoor
from automation.transport.egress import read_egress
from automation.transport.eventdoor import EventDoor, Taken
from automation.transport.httpdate import http_date
from automation.transport.loopback import Loopback, loopback
from automation.transport.oauth import Authorization, TokenEndpoint, authorization
from automation.transport.targets import Network, Targets
from automation.transport.trouble import Trouble, judge

__all__ = [
    "Authorization",
    "Budgets",
    "EventDoor",
    "HttpDoor",
    "Loopback",
    "Network",
    "OwnLedger",
    "Taken",
    "Targets",
    "TokenEndpoint",
    "Trouble",
    "authorization",
    "http_date",
    "judge",
    "loopback",
    "read_egress",
]
