"""Executes endpoints over HTTP: pages, slots, signed-out detection, fallback to the browser."""

from automation.replay.asking import refuse_denied
from automation.replay.charging import budget_of
from automation.replay.doing import do_once
from automation.replay.inputs import InputValue, Later
from automation.replay.lineage import (
    Child,
    Parents,
    children_in,
    giver_of,
    takes_beside,
    takes_values,
)
from automation.replay.login import (
    LoginCalls,
    asks_code,
    carries_secret,
    login_plan,
    why_not_without_browser,
)
from automation.replay.places import Reading, place_of
from automation.replay.plain import plain_call, without_session
from automation.replay.preparing import prepared_call
from automation.replay.reading import read_reply, understand
from automation.replay.replay import replay_endpoint
from automation.replay.stranger import why_stranger
from automation.replay.submitting import own_words, submit_call
from automation.replay.walking import Course
from automation.replay.watched import watched_answers

__all__ = [
    "Child",
    "Course",
    "InputValue",
    "Later",
    "LoginCalls",
    "Parents",
    "Reading",
    "asks_code",
    "budget_of",
    "carries_secret",
    "children_in",
    "do_once",
    "giver_of",
    "login_plan",
    "own_words",
    "place_of",
    "plain_call",
    "prepared_call",
    "read_reply",
    "refuse_denied",
    "replay_endpoint",
    "submit_call",
    "takes_beside",
    "takes_values",
    "understand",
    "watched_answers",
    "why_not_without_browser",
    "why_stranger",
    "without_session",
]
