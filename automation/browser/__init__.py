"""The door to Playwright: provision, launch, play steps, listen to the network."""

from automation.browser.action import (
    Action,
    Answered,
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
from automation.browser.locate import Deed, Located, Missing, locate
from automation.browser.network import NetworkWatch, watch_network
from automation.browser.player import PERFORMERS, play_flow
from automation.browser.pool import BrowserPool
from automation.browser.profile import BrowserProfile, Timeouts, Viewport, read_profile
from automation.browser.provision import (
    FoundBrowser,
    Machine,
    Outcome,
    ensure_browser,
    find_browser,
)
from automation.browser.recording import Recording, record_actions, until_closed
from automation.browser.snapshot import take_snapshot
from automation.browser.stage import Found, StepWatcher
from automation.browser.tab import Tab, open_tab
from automation.browser.templates import template_names

__all__ = [
    "PERFORMERS",
    "Action",
    "Answered",
    "Asked",
    "BrowserPool",
    "BrowserProfile",
    "Candidate",
    "Caused",
    "Deed",
    "FieldNature",
    "Found",
    "FoundBrowser",
    "Guard",
    "Located",
    "LogEntry",
    "Machine",
    "Missing",
    "NetworkWatch",
    "Opened",
    "Outcome",
    "Recording",
    "SeenElement",
    "StepWatcher",
    "Tab",
    "Timeouts",
    "Viewport",
    "ensure_browser",
    "find_browser",
    "launch",
    "launch_options",
    "locate",
    "open_tab",
    "play_flow",
    "read_profile",
    "record_actions",
    "take_snapshot",
    "template_names",
    "until_closed",
    "watch_network",
]
