"""The door to HTTP: one client per practice, pace, retries for reads, the host allow-list."""

from automation.transport.door import HttpDoor
from automation.transport.httpdate import http_date
from automation.transport.trouble import Trouble, judge

__all__ = ["HttpDoor", "Trouble", "http_date", "judge"]
