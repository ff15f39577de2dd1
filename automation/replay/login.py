"""A recorded login without a browser: its calls in their order, each built from what came before.

The one who sends them goes like this::

    calls = LoginCalls(endpoints, holding, clock=clock, rng=rng)
    for endpoint in calls.plan:
        if calls.asks_for(endpoint):
            for opener in calls.openers(endpoint):
                calls.saw(await send(opener))
            calls.saw(await send(calls.build(endpoint, code=code)), of=endpoint)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Final
from urllib.parse import urljoin

from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, Refused
from automation.model import (
    Call,
    Chosen,
    Derived,
    Endpoint,
    FromSecret,
    FromSession,
    Otp,
    Reply,
    Secret,
)
from automation.ports import Clock, Holding
from automation.replay.inputs import bindings_of
from automation.replay.places import Reading
from automation.replay.reading import read_reply
from automation.replay.request import build
from automation.replay.slots import SlotKeeper
from automation.replay.values import Given, refuse_unsendable
from automation.wire import Choice, offers, parse_path, path_segments, pick

_PARAMETER: Final = re.compile(r"\{[^{}]+\}")


def login_plan(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The calls that sign in, in their order; empty when none was inferred."""
    found = [endpoint for endpoint in endpoints if endpoint.turn is not None]
    return tuple(sorted(found, key=lambda endpoint: endpoint.turn or 0))


def why_not_without_browser(plan: Iterable[Endpoint]) -> str | None:
    """Why these calls cannot be built here; None when they can.

    A value that the portal's own script makes of the password needs its page, and one that is not
    understood must not be guessed in a login.
    """
    plan = tuple(plan)
    if not any(endpoint.effect == "auth" for endpoint in plan):
        return "no call of the login was inferred"
    for endpoint in plan:
        try:
            refuse_unsendable(endpoint)
        except Refused as problem:
            return problem.message
    return None


def asks_code(endpoint: Endpoint) -> bool:
    """Tell whether a call carries a one-time code."""
    return any(isinstance(binding, Otp) for _, _, binding in bindings_of(endpoint))


def carries_secret(endpoint: Endpoint, name: str) -> bool:
    """Tell whether a call carries this secret of the practice."""
    found = (binding for _, _, binding in bindings_of(endpoint))
    return any(isinstance(binding, FromSecret) and binding.secret == name for binding in found)


class LoginCalls:
    """Builds the calls of one login, one after another, and learns from every answer.

    Args:
        endpoints: all of the portal: the login also fills slots that only later calls need.
        holding: gives the secrets and keeps the slots; those of an earlier session are no longer
            good, so it begins without any.
        clock: the current time.
        rng: fresh values.
    """

    def __init__(
        self, endpoints: Iterable[Endpoint], holding: Holding, *, clock: Clock, rng: Random
    ) -> None:
        endpoints = tuple(endpoints)
        self.plan = login_plan(endpoints)
        self._given = Given(holding, clock, rng)
        self._keepers = {each.endpoint: SlotKeeper(each, holding) for each in endpoints}
        self._answers: list[Reading] = []
        self._documents: dict[str, JsonValue] = {}

    def openers(self, endpoint: Endpoint) -> list[Call]:
        """Pages to ask for first, because a value that the call needs was not given yet."""
        return self._keepers[endpoint.endpoint].openers(endpoint)

    def build(self, endpoint: Endpoint, *, code: Secret | None = None) -> Call:
        """The next call.

        Args:
            endpoint: one of the plan.
            code: the one-time code, for a call that asks for one.

        Raises:
            Refused: a value is made by the portal's own script, or is not understood.
            NotKnown: the practice has no such secret.
            ChoiceWanted: the practice's label is none of what the portal offers, or several.
            AnswerNotUnderstood: no answer gave a value that is needed.
        """
        refuse_unsendable(endpoint)
        derived = self._derived(endpoint)
        given = replace(self._given, answers=self._answers, derived=derived, code=code)
        return build(endpoint, given)

    def saw(self, reply: Reply, *, of: Endpoint | None = None) -> Reading:
        """Learn from an answer: slots are renewed, later values can be taken from it.

        Args:
            reply: what came back.
            of: the call of the plan it answers; None for a page that was opened.
        """
        reading = read_reply(reply)
        if of is not None:
            self._documents[of.endpoint] = reading.document
        for keeper in self._keepers.values():
            keeper.renew_from(reading)
        self._answers.append(reading)
        return reading

    def stored(self) -> dict[str, str]:
        """What the portal's scripts would have put into the storage of the page, by key."""
        slots = self._given.session.slots
        return {
            source.storage: slots[name]
            for keeper in self._keepers.values()
            for name, source in keeper.places()
            if source.storage is not None and name in slots
        }

    def asks_for(self, endpoint: Endpoint) -> bool:
        """Tell whether the portal wants this call now.

        A call of a step that always happens is always wanted. One below a ``when`` is, if the last
        answer is a page with its form or its choice, or a document and all is there that it needs.
        """
        if not self._answers or "." not in (endpoint.trigger or ""):
            return True
        last = self._answers[-1]
        if last.is_html:
            return self._has_form(last, endpoint) or self._offered(endpoint, (last,))
        return all(self._given_by_documents(endpoint))

    def _derived(self, endpoint: Endpoint) -> dict[tuple[str, str], JsonValue]:
        """Single values of earlier answers of this login.

        Raises:
            AnswerNotUnderstood: an earlier answer holds none, or several.
        """
        found: dict[tuple[str, str], JsonValue] = {}
        for _, name, binding in bindings_of(endpoint):
            if isinstance(binding, Derived):
                document = self._documents.get(binding.derived)
                values = list(pick(document, parse_path(binding.path)))
                if len(values) != 1 and not (binding.optional and not values):
                    raise AnswerNotUnderstood(
                        f"{endpoint.endpoint}, {name}: {binding.derived} gave {len(values)} "
                        f"values at {binding.path}, one is needed"
                    )
                if values:
                    found[binding.derived, binding.path] = values[0]
        return found

    def _has_form(self, page: Reading, endpoint: Endpoint) -> bool:
        shape = [None if _PARAMETER.search(s) else s for s in path_segments(endpoint.request.url)]
        for form in page.tree.css("form"):
            action = urljoin(page.reply.url, form.attributes.get("action") or "")
            asked = path_segments(action)
            if len(asked) == len(shape) and all(
                part in {None, segment} for part, segment in zip(shape, asked, strict=True)
            ):
                return True
        return False

    def _offered(self, endpoint: Endpoint, answers: Iterable[Reading]) -> bool:
        choices = [
            Choice(binding.items, binding.label, binding.value)
            for _, _, binding in bindings_of(endpoint)
            if isinstance(binding, Chosen) and binding.items is not None
        ]
        return any(
            offers(choice, answer.document, answer.tree if answer.is_html else None)
            for answer in answers
            for choice in choices
        )

    def _given_by_documents(self, endpoint: Endpoint) -> Iterator[bool]:
        """For each choice and each slot out of JSON that the call needs: was it given?"""
        for _, _, binding in bindings_of(endpoint):
            if isinstance(binding, FromSession) and (slot := endpoint.slots.get(binding.session)):
                if any(source.json_path is not None for source in slot.sources):
                    yield binding.session in self._given.session.slots
            elif isinstance(binding, Chosen) and binding.items and binding.items.json_path:
                yield self._offered(endpoint, self._answers)
