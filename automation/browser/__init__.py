"""The door to Playwright: provision, launch, play steps, listen to the network."""

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
from automation.browser.tab import Tab, open_tab

__all__ = [
    "BrowserProfile",
    "FoundBrowser",
    "Guard",
    "Machine",
    "Outcome",
    "Tab",
    "Timeouts",
    "Viewport",
    "ensure_browser",
    "find_browser",
    "launch",
    "launch_options",
    "open_tab",
    "read_profile",
]
