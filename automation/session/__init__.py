"""Logs in, keeps the session alive and sealed, renews it once: hands replay a Session."""

from automation.session.portal_session import PortalSession
from automation.session.sessions import Desk, OpenTab, Sessions, Visit
from automation.session.values import LoginValues

__all__ = ["Desk", "LoginValues", "OpenTab", "PortalSession", "Sessions", "Visit"]
