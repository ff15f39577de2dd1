"""The door to Playwright: provision, launch, play steps, listen to the network."""

from automation.browser.action import (
    Action,
    Asked,
    Candidate,
    Caused,
    FieldNature,
    LogEntry,
    Opened,
    SeenElement,
)
from automation.browser.guard import Guard
from automation.browser.launch import launch, launch_options
from automation.browser.profile import BrowserProfile, Timeouts, Viewport, read_profile
from automation.browser.provision import (
    FoundBrowser,
    Machine,
    Outcome,
    ensure_browser,
    find_browser,
)
from automation.browser.recording import Recording, record_actions, until_closed
from automation.browser.tab import Tab, open_tab

__all__ = [
    "Action",
    "Asked",
    "BrowserProfile",
    "Candidate",
    "Caused",
    "FieldNature",
    "FoundBrowser",
    "Guard",
    "LogEntry",
    "Machine",
    "Opened",
    "Outcome",
    "Recording",
    "SeenElement",
    "Tab",
    "Timeouts",
    "Viewport",
    "ensure_browser",
    "find_browser",
    "launch",
    "launch_options",
    "open_tab",
    "read_profile",
    "record_actions",
    "until_closed",
]
