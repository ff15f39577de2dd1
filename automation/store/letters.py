"""Letters: queued with what they tell of, in one transaction, each once, whoever looks first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import (
    Incident,
    Letter,
    LetterKind,
    LetterState,
    Recipient,
    Severity,
    is_worse,
    letter_due,
    worst_of,
)
from automation.ports import Clock
from automation.store.database import Database
from automation.store.recipients import recipient_of
from automation.store.schema import INCIDENT, LETTER, PRACTICE, RECIPIENT, insert_into
from automation.store.turns import take_turn

_ROW: Final = LETTER.c
_BYTES: Final = 12
_UNSENT: Final[tuple[LetterState, ...]] = ("waiting", "asked")
_OPEN: Final[tuple[LetterState, ...]] = (*_UNSENT, "sending")
_STANDS: Final = ("open", "noted")
_ALONE: Final[tuple[LetterKind, ...]] = ("opened", "worse")


class Letters:
    """Looks at letters, and keeps what came of them.

    Args:
        database: where the rows stand.
        clock: tells what is due.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def due(self, *, mail: bool, limit: int = 200) -> tuple[Letter, ...]:
        """Letters for which nobody asked yet and whose time has come, oldest first.

        Of those that go together in a letter of the day the first one stands for all.

        Args:
            mail: there is a mail server; without one what goes by mail waits.
            limit: how many at most.
        """
        statement = select(LETTER).where(self._is_due()).order_by(_ROW.next_at, _ROW.id)
        if not mail:
            services = select(RECIPIENT.c.id).where(RECIPIENT.c.address == "")
            statement = statement.where(_ROW.recipient.in_(services))
        async with self._database.read() as connection:
            rows = (await connection.execute(statement.limit(limit))).mappings().all()
        found: dict[str, Letter] = {}
        for letter in map(letter_of, rows):
            together = letter.recipient if letter.kind == "noted" else letter.id
            found.setdefault(together, letter)
        return tuple(found.values())

    async def asked(self, letters: Iterable[Letter]) -> None:
        """Somebody sends these now, and what goes with them."""
        due = list(letters)
        daily = [each.recipient for each in due if each.kind == "noted"]
        together = and_(_ROW.recipient.in_(daily), _ROW.kind == "noted", self._is_due())
        this = or_(_ROW.id.in_([each.id for each in due]), together)
        if due:
            async with self._database.write() as connection:
                await take_turn(connection, "letters")
                waits = and_(this, _ROW.state == "waiting")
                await connection.execute(update(LETTER).where(waits).values(state="asked"))

    async def open(self, number: str) -> tuple[Letter, ...]:
        """A letter that is not sent yet, and those that go with it; none when it is over."""
        statement = select(LETTER).where(_ROW.id == number, _ROW.state.in_(_OPEN))
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
            if row is None or row["kind"] != "noted":
                return (letter_of(row),) if row else ()
            more = select(LETTER).where(
                _ROW.recipient == row["recipient"],
                _ROW.kind == "noted",
                or_(self._is_due(), _ROW.state.in_(("asked", "sending"))),
            )
            rows = (await connection.execute(more.order_by(_ROW.made_at, _ROW.id))).mappings().all()
        return tuple(map(letter_of, rows))

    async def mark(
        self, letters: Iterable[Letter], state: LetterState, *, next_at: datetime | None = None
    ) -> None:
        """Keep how far letters are, and when they are due again."""
        values: dict[str, object] = {"state": state}
        if next_at is not None:
            values["next_at"] = next_at.timestamp()
        this = _ROW.id.in_([each.id for each in letters])
        async with self._database.write() as connection:
            await take_turn(connection, "letters")
            await connection.execute(update(LETTER).where(this).values(**values))

    async def listed(self, recipient: str | None = None, *, limit: int = 50) -> tuple[Letter, ...]:
        """Letters, the latest first; only to one recipient where that is given."""
        statement = select(LETTER).order_by(_ROW.made_at.desc(), _ROW.id).limit(limit)
        if recipient is not None:
            statement = statement.where(_ROW.recipient == recipient)
        async with self._database.read() as connection:
            return tuple(map(letter_of, (await connection.execute(statement)).mappings().all()))

    def _is_due(self) -> ColumnElement[bool]:
        return and_(_ROW.state == "waiting", _ROW.next_at <= self._clock.now().timestamp())


def letter_of(row: Mapping[Any, Any]) -> Letter:
    """The letter of a row."""
    return Letter.model_validate(dict(row))


class _Told(NamedTuple):
    """What is so of a finding, for one recipient."""

    stands: tuple[Severity, ...]
    resolved: bool


async def queue_letters(
    connection: AsyncConnection, practice: str, incidents: Sequence[Incident], *, at: datetime
) -> None:
    """Queue what recipients are to be told after incidents changed; the same again is nothing.

    One finding in many practices is one letter to each recipient, whichever had it first; it ends
    when none of them has it. One that gets worse is told once more, for each rise.
    What nobody has heard of yet is not told when it is over.

    Args:
        connection: in the transaction that wrote the incidents.
        practice: whose they are.
        incidents: as they are now.
        at: now.
    """
    whose = select(PRACTICE.c.organization).where(PRACTICE.c.name == practice).scalar_subquery()
    own = select(RECIPIENT).where(RECIPIENT.c.organization == whose).order_by(RECIPIENT.c.id)
    rows = (await connection.execute(own)).mappings().all()
    recipients = [each for each in map(recipient_of, rows) if _hears(each, practice)]
    if not recipients or not incidents:
        return
    await take_turn(connection, "letters")
    portals = {each.finding.fingerprint: each.finding.portal for each in incidents}
    members = select(PRACTICE.c.name).where(PRACTICE.c.organization == whose)
    row = INCIDENT.c
    known = select(row.practice, row.fingerprint, row.state, row.severity).where(
        row.fingerprint.in_(portals), row.practice.in_(members)
    )
    states = (await connection.execute(known)).all()
    for recipient in recipients:
        told: dict[str, list[Any]] = defaultdict(list)
        for state in states:
            if _hears(recipient, state.practice):
                told[state.fingerprint].append(state)
        latest = await _latest(connection, recipient.id, tuple(portals))
        for fingerprint, portal in portals.items():
            all_ = told[fingerprint]
            stands = tuple(Severity(one.severity) for one in all_ if one.state in _STANDS)
            so = _Told(stands, any(one.state == "resolved" for one in all_))
            last = latest.get(fingerprint)
            await _follow(connection, _Case(recipient, portal, fingerprint, last, at), so)


class _Case(NamedTuple):
    recipient: Recipient
    portal: str
    fingerprint: str
    last: Letter | None
    at: datetime

    def letter(self, kind: LetterKind, episode: int, severity: Severity) -> Letter:
        return Letter(
            id=self._number(kind, episode, severity),
            recipient=self.recipient.id,
            portal=self.portal,
            fingerprint=self.fingerprint,
            episode=episode,
            kind=kind,
            made_at=self.at,
            next_at=letter_due(self.recipient, kind, severity, self.at),
        )

    def told_as(self, letter: Letter) -> Severity:
        """How bad a letter said that it is, as its id tells."""
        numbers = {self._number(letter.kind, letter.episode, each): each for each in Severity}
        return numbers.get(letter.id, Severity.BREAKING)

    def _number(self, kind: LetterKind, episode: int, severity: Severity) -> str:
        text = f"{self.recipient.id}|{self.fingerprint}|{episode}|{kind}|{severity}"
        return f"let_{blake2b(text.encode(), digest_size=_BYTES).hexdigest()}"


async def _follow(connection: AsyncConnection, case: _Case, so: _Told) -> None:
    """Queue or take back what one recipient is told of one finding."""
    last = case.last
    if so.stands:
        if last and last.kind == "resolved" and last.state in _UNSENT:
            await _take_back(connection, last)  # it came back before anybody heard that it went
        elif last and last.kind in _ALONE:
            await _follow_rise(connection, case, last, worst_of(so.stands))
        else:
            await _begin(connection, case, so.stands)
    elif last and last.kind != "resolved" and last.state in _UNSENT:
        await _take_back(connection, last)
    elif last and last.kind in _ALONE:
        over = case.letter("resolved", last.episode, Severity.COSMETIC)
        # what somebody accepted is over without a word to those who accepted it
        await _put(connection, over if so.resolved else over.model_copy(update={"state": "left"}))


async def _begin(connection: AsyncConnection, case: _Case, stands: tuple[Severity, ...]) -> None:
    """Tell of what nobody got a letter about; one in a letter of the day gets its own if worse."""
    last, wanted = case.last, case.recipient.kind_of(stands)
    if wanted == "opened":
        episode = last.episode if last else 0
        noted = last is not None and last.kind == "noted"
        if last and noted and last.state in _UNSENT:
            await _take_back(connection, last)
        number = episode if noted else episode + 1
        await _put(connection, case.letter("opened", number, worst_of(stands)))
    elif wanted == "noted" and last is None:
        await _put(connection, case.letter("noted", 1, Severity.COSMETIC))


async def _follow_rise(
    connection: AsyncConnection, case: _Case, last: Letter, worst: Severity
) -> None:
    """Say once that it is worse than the last letter said, or in that letter, if it waits still."""
    if not is_worse(worst, case.told_as(last)):
        return
    waits = last.state in _UNSENT
    if waits:
        await _take_back(connection, last)
    kind: LetterKind = last.kind if waits else "worse"
    await _put(connection, case.letter(kind, last.episode, worst))


async def _put(connection: AsyncConnection, letter: Letter) -> None:
    times = {"made_at": letter.made_at.timestamp(), "next_at": letter.next_at.timestamp()}
    insert = insert_into(connection, LETTER).values(letter.model_dump(mode="json") | times)
    await connection.execute(insert.on_conflict_do_nothing())


async def _take_back(connection: AsyncConnection, letter: Letter) -> None:
    await connection.execute(delete(LETTER).where(_ROW.id == letter.id))


async def _latest(
    connection: AsyncConnection, recipient: str, fingerprints: Sequence[str]
) -> dict[str, Letter]:
    """The latest letter about each finding: of the last episode, and of that the last one."""
    order = ("noted", "opened", "worse", "resolved")
    statement = select(LETTER).where(
        _ROW.recipient == recipient, _ROW.fingerprint.in_(fingerprints)
    )
    rows = (await connection.execute(statement)).mappings().all()
    found = sorted(
        map(letter_of, rows), key=lambda one: (one.episode, order.index(one.kind), one.made_at)
    )
    return {letter.fingerprint: letter for letter in found}


def _hears(recipient: Recipient, practice: str) -> bool:
    return not recipient.practices or practice in recipient.practices
