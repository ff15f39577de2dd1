"""Ask for one page: signed in, on the lowest rung that works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from automation.errors import (
    AnswerNotUnderstood,
    Gone,
    LoggedOut,
    NotPermitted,
    PlaceGone,
    Refused,
    Unready,
)
from automation.model import Call, Denied, Endpoint, Input, Rung
from automation.ports import Session
from automation.replay.charging import charged
from automation.replay.paging import Turn
from automation.replay.places import Reading
from automation.replay.reading import Page, read_reply, understand
from automation.replay.request import build
from automation.replay.slots import SlotKeeper
from automation.replay.stranger import may_be_ordinary, why_stranger
from automation.replay.values import Given

_RUNGS: Final = (Rung.HTTP, Rung.PAGE)
"""The rungs a built call can be sent on, lowest first. The others drive a screen."""
_ERROR: Final = 400
_GONE: Final = (404, 410)
_NO_SUCH_PLACE: Final = (400, 404, 410, 416, 422)
"""What portals answer to a cursor whose row was deleted, or to a page beyond the last."""
_BELIEVED: Final = 3
"""Items in a row that are taken for removed because an earlier reading found others."""

_log: Final = structlog.get_logger()


class Asker:
    """Gets the pages of one endpoint.

    A reply that is not understood is asked for once more, with fresh slots, because portals err for
    a moment; then the call goes up one rung and stays there. Being signed out is something else: it
    is answered by one login, after which the same page is asked for again.

    Args:
        endpoint: what to ask.
        session: signed in, or able to be.
        found: whether an earlier reading found items.

    Attributes:
        rung: the lowest that works so far.
        generation: of the session that gave the latest answer.

    Raises:
        Refused: the endpoint is read by driving its screen only.
    """

    def __init__(self, endpoint: Endpoint, session: Session, *, found: bool = False) -> None:
        if endpoint.reach.rung not in _RUNGS:
            raise Refused(
                f"{endpoint.endpoint} is reached by its screen only (rung {endpoint.reach.rung})",
                remedy="Run its flow in the browser, or verify a lower rung.",
            )
        self._endpoint = endpoint
        self._session = session
        self._slots = SlotKeeper(endpoint, session)
        # no page makes the calls of an interface for programs: none is asked to
        documented = endpoint.origin == "documented" and endpoint.reach.rung is Rung.HTTP
        self._rungs = (Rung.HTTP,) if documented else _RUNGS
        self.rung: Rung = endpoint.reach.rung
        self.generation = session.generation
        self._found = False
        self._by_input = any(isinstance(each, Input) for each in endpoint.request.path.values())
        self._believed = _BELIEVED if found else 0

    async def ask(self, given: Given, turn: Turn, page: int) -> tuple[Call, Page]:
        """One page and the call that got it.

        Args:
            given: where the values of the call come from.
            turn: the place in the list.
            page: its number, for messages.

        Raises:
            AnswerNotUnderstood: on no rung; the message says what each of them got.
            Gone: the item that is asked about is not there, while others were.
            LoggedOut: signed out again right after a login.
            NotPermitted: the user may not see it: as the portal's file knows it, or on every rung.
            PlaceGone: the pages before were there, and this place is refused, twice.
        """
        given = replace(given, turn=turn.values)
        name = self._endpoint.endpoint
        tried: list[str] = []
        before, denied = self.rung, 0
        for rung in self._rungs[self._rungs.index(self.rung) :]:
            if tried:
                self._lower(rung, page, tried[-1])
            try:
                return await self._twice(given, turn, rung)
            except AnswerNotUnderstood as problem:
                if page > 1 and problem.status in _NO_SUCH_PLACE:
                    raise PlaceGone(f"{name}, page {page}: {problem.message}") from None
                tried.append(f"{rung} twice: {problem.message}")
            except NotPermitted as problem:
                if problem.certain:
                    raise NotPermitted(f"{name}: {problem.message}", certain=True) from None
                denied += 1
                tried.append(f"{rung} twice: {problem.message}")
        self.rung = before  # no rung worked for this call, so none is better for the next
        if denied == len(tried):
            raise NotPermitted(f"{name}, page {page}: {'; '.join(tried)}")
        raise AnswerNotUnderstood(f"{name}, page {page}: {'; '.join(tried)}")

    def slot_values(self) -> Mapping[str, str]:
        """The current values of the slots this endpoint sends."""
        return self._slots.values()

    def _lower(self, rung: Rung, page: int, why: str) -> None:
        _log.warning(
            "rung_lowered",
            endpoint=self._endpoint.endpoint,
            page=page,
            before=str(self.rung),
            now=str(rung),
            why=why,
        )
        self.rung = rung

    async def _twice(self, given: Given, turn: Turn, rung: Rung) -> tuple[Call, Page]:
        try:
            return await self._signed_in(given, turn, rung)
        except (AnswerNotUnderstood, NotPermitted) as problem:
            _log.info(
                "answer_not_understood",
                endpoint=self._endpoint.endpoint,
                rung=str(rung),
                why=problem.message,
            )
        self._slots.forget()
        return await self._signed_in(given, turn, rung)

    async def _signed_in(self, given: Given, turn: Turn, rung: Rung) -> tuple[Call, Page]:
        seen = self._session.generation
        try:
            found = await self._once(given, turn, rung)
        except LoggedOut as problem:
            _log.info("session_ended", endpoint=self._endpoint.endpoint, why=problem.message)
            await self._session.renew(seen=seen)
            seen = self._session.generation
            found = await self._once(given, turn, rung)
        self.generation = seen
        return found

    async def _once(self, given: Given, turn: Turn, rung: Rung) -> tuple[Call, Page]:
        if not turn.opens:
            await self._open(given, rung)
        call = build(self._endpoint, given, link=turn.link, opens=turn.opens)
        call = charged(call, self._endpoint, self._session.portal)
        reading = await self._read(call, rung)
        try:
            page = understand(reading, self._endpoint.response)
        except (AnswerNotUnderstood, NotPermitted) as problem:
            self._refuse_stranger(reading, call, expected=False)
            about_one = given.derived or self._by_input
            if about_one and reading.reply.status in _GONE and self._is_gone():
                raise Gone(f"{self._endpoint.endpoint}: {problem.message}") from None
            raise
        self._found = True
        return call, page

    def _is_gone(self) -> bool:
        """Whether an item that is not there was removed; else all of them may have moved."""
        self._believed -= not self._found
        return self._found or self._believed >= 0

    async def _open(self, given: Given, rung: Rung) -> None:
        """Get the values that are missing from the pages that give them."""
        for opener in self._slots.openers(self._endpoint):
            await self._read(opener, rung)
        rule = self._endpoint.pagination
        if rule is not None and rule.opens is not None and self._slots.are_missing():
            await self._read(build(self._endpoint, given, opens=True), rung)

    async def _read(self, call: Call, rung: Rung) -> Reading:
        try:
            reply = await self._session.send(call, rung=rung)
        except Unready as problem:
            if rung is Rung.HTTP:
                raise
            # a machine without a browser reads on what needs none
            raise AnswerNotUnderstood(problem.message) from problem
        reading = read_reply(reply)
        if not may_be_ordinary(reply):
            self._refuse_stranger(reading, call, expected=True)
            refuse_denied(reading, self._session.portal.denied)
        self._slots.renew_from(reading)
        return reading

    def _refuse_stranger(self, reading: Reading, call: Call, *, expected: bool) -> None:
        rules = self._session.portal.signed_out
        why = why_stranger(reading, call.url, rules, expected=expected)
        if why is not None:
            raise LoggedOut(f"{self._endpoint.endpoint}: signed out ({why})")


def refuse_denied(reading: Reading, rules: Denied) -> None:
    """See that a reply does not look as the portal's file says a screen looks that is denied.

    Raises:
        NotPermitted: it does.
    """
    status = reading.reply.status
    if status in rules.statuses:
        raise NotPermitted(f"status {status}", certain=True)
    if status >= _ERROR and rules.texts:
        said = reading.reply.content.decode(errors="replace")
        if text := next((text for text in rules.texts if text in said), None):
            raise NotPermitted(f'status {status}, which says "{text}"', certain=True)
    if reading.is_html:
        for marker in rules.markers:
            if reading.tree.css_first(marker) is not None:
                raise NotPermitted(f"a page with the mark {marker}", certain=True)
