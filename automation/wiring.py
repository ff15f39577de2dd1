"""The composition root: builds every part from the settings and hands it over."""

from __future__ import annotations

import logging
from typing import Final, TextIO

import structlog

from automation import browser
from automation.settings import Settings

_LEVELS: Final = logging.getLevelNamesMapping()


def configure_logging(settings: Settings, stream: TextIO) -> None:
    """Write structured events to the stream, one JSON object per line.

    Event names are ``noun_verbed`` with fields, never bodies or headers; a `Secret` shows as
    ``***`` here as everywhere.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(default=str, sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[settings.log_level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def browser_profile(settings: Settings) -> browser.BrowserProfile:
    """The configured browser set-up, with what the environment says put over it.

    Raises:
        BadFile: the configuration file cannot be used.
    """
    return browser.read_profile(settings.browser_config).using(
        executable=settings.browser_executable,
        channel=settings.browser_channel,
        headless=settings.browser_headless,
    )
