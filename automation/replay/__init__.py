"""Executes endpoints over HTTP: pages, slots, signed-out detection, fallback to the browser."""

from automation.replay.inputs import InputValue
from automation.replay.lineage import Parents, takes_values
from automation.replay.reading import read_reply
from automation.replay.replay import replay_endpoint
from automation.replay.stranger import why_stranger
from automation.replay.watched import watched_answers

__all__ = [
    "InputValue",
    "Parents",
    "read_reply",
    "replay_endpoint",
    "takes_values",
    "watched_answers",
    "why_stranger",
]
