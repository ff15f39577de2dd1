"""Flow: a recorded journey."""

from __future__ import annotations

from typing import Literal

from automation.model.noun import Noun
from automation.model.step import Step


class FlowInput(Noun):
    """A value that a person typed, or chose in a flow that writes, and another run may replace.

    Attributes:
        example: what was typed at recording time; used when no other value is given.
        again: a second value for the second capture, so that parameters show themselves.
    """

    example: str
    again: str | None = None


class Flow(Noun):
    """A recorded journey: steps that run on another day, for another practice.

    Values are templates: ``{{ credential.username }}``, ``{{ credential.password }}``,
    ``{{ totp }}``, ``{{ practice.label }}`` and ``{{ input.NAME }}``.

    Attributes:
        version: format version.
        flow: name, ``<verb>-<noun>``, or ``login``.
        portal: name of the portal folder.
        effect: what it does to the portal each time it is played. One that writes is played with
            explicit consent only, and never to read something.
        inputs: declared inputs by name.
        steps: the journey.
    """

    version: Literal[1] = 1
    flow: str
    portal: str
    effect: Literal["read", "write"] = "read"
    inputs: dict[str, FlowInput] = {}
    steps: tuple[Step, ...]
