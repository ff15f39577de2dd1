"""The door to Playwright: provision, launch, play steps, listen to the network."""

from automation.browser.launch import launch, launch_options
from automation.browser.profile import BrowserProfile, Timeouts, Viewport, read_profile
from automation.browser.provision import (
    FoundBrowser,
    Machine,
    Outcome,
    ensure_browser,
    find_browser,
)

__all__ = [
    "BrowserProfile",
    "FoundBrowser",
    "Machine",
    "Outcome",
    "Timeouts",
    "Viewport",
    "ensure_browser",
    "find_browser",
    "launch",
    "launch_options",
    "read_profile",
]
