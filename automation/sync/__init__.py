"""Makes the store equal to a portal: replays, normalises and stores everything that is mapped."""

from automation.sync.reading import Progress, Reading, by_dates, quietly, span

__all__ = ["Progress", "Reading", "by_dates", "quietly", "span"]
