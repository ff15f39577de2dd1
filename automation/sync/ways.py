"""Choose how an endpoint is read: everything, or only what changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from automation.model import Changes, Coverage, Upkeep, Way


def choose_way(
    rule: Changes | None, before: Coverage | None, *, upkeep: Upkeep, now: datetime, full: bool
) -> tuple[Way, str]:
    """How an endpoint is read, and why.

    Args:
        rule: how it tells what changed; None where it does not.
        before: what was read of it last, by the same files; None when nothing was.
        upkeep: how often everything is read.
        now: the current time.
        full: everything is asked for.
    """
    if rule is not None and rule.covered_by:
        return "parent", f"only items that changed are asked about; {rule.covered_by} gives all"
    if rule is None:
        return "full", "nothing tells what changed"
    why = "asked for" if full else _why_full(before, upkeep=upkeep, now=now)
    if why or before is None:
        return "full", why
    return _by_changes(rule, since_of(rule, before))


def _why_full(before: Coverage | None, *, upkeep: Upkeep, now: datetime) -> str:
    """Why everything has to be read; empty when it has not."""
    if before is None or before.full_at is None or before.complete_at is None:
        return "there is no complete reading of it by these files"
    if now >= due_at(before, upkeep) or before.since_full >= upkeep.full_runs:
        told = f"the last full reading began at {before.full_at:%Y-%m-%d %H:%M} UTC"
        return f"{told}, {before.since_full} readings ago"
    return ""


def _by_changes(rule: Changes, since: datetime) -> tuple[Way, str]:
    moment = f"{since:%Y-%m-%d %H:%M} UTC"
    if rule.kept:
        return "kept", "what changes is asked for item by item until everything is read again"
    if rule.parent:
        return "parent", "only items that changed are asked about"
    if rule.since:
        return "since", f"what changed since {moment} is asked for"
    return "newest", f"newest first, to a page on which nothing changed since {moment}"


def due_at(before: Coverage, upkeep: Upkeep) -> datetime:
    """When everything is read again; the beginning of time when it never was."""
    if before.full_at is None:
        return before.began_at
    return before.full_at + timedelta(hours=upkeep.full_hours)


def since_of(rule: Changes, before: Coverage) -> datetime:
    """What changed before this was read before."""
    began = before.complete_at or before.began_at
    return began - timedelta(minutes=rule.lookback)
