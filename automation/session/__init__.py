"""Logs in, keeps the session alive and sealed, renews it once: hands replay a Session."""

from automation.model import ACCESS_TOKEN
from automation.session.checking import Checked, LoginShown
from automation.session.doors import OpenTab
from automation.session.joint import JointSession
from automation.session.keeping import keep_all_alive
from automation.session.oauth import TokenLogin, TokenSafe
from automation.session.portal_session import PortalSession
from automation.session.sessions import (
    Desk,
    Outside,
    Sessions,
    Visit,
    writes_without_consent,
)
from automation.session.token_entrance import Ask, TokenEntrance
from automation.session.values import LoginValues

__all__ = [
    "ACCESS_TOKEN",
    "Ask",
    "Checked",
    "Desk",
    "JointSession",
    "LoginShown",
    "LoginValues",
    "OpenTab",
    "Outside",
    "PortalSession",
    "Sessions",
    "TokenEntrance",
    "TokenLogin",
    "TokenSafe",
    "Visit",
    "keep_all_alive",
    "writes_without_consent",
]
