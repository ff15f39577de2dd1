"""Practices of a simulator, added as their owner would."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automation.cli.demo.simulator import Login, Running
    from automation.model import Practice
    from automation.pipeline import Tools


async def join(tools: Tools, simulator: Running, login: Login) -> Practice:
    """Add a practice of a simulator with its login.

    Args:
        tools: what keeps it.
        simulator: where it is.
        login: what its owner knows.
    """
    from automation.model import Practice, Secret

    kind = tools.catalog.portal(simulator.portal)
    practice = Practice(
        name="-".join("".join(c if c.isalnum() else " " for c in login.label.lower()).split()),
        portal=simulator.portal,
        base_url=f"{simulator.base_url}{login.path}",
        label=login.label,
        timezone=login.timezone or kind.timezone,
        currency=login.currency or kind.currency,
        loopback=True,
    )
    await tools.store.add_practice(practice)
    for name, text in login.secrets.items():
        await tools.sessions.put_secret(practice.name, name, Secret(text))
    return practice
