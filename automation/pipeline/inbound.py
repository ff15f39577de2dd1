"""What a portal tells by itself: clicks on its button are opened, subscriptions kept."""

from __future__ import annotations

from collections.abc import Sequence

from automation import inbound
from automation.entities import Entity
from automation.errors import NotKnown, Refused
from automation.model import Practice
from automation.pipeline.following import drain
from automation.pipeline.stops import refuse_stopped
from automation.pipeline.tools import Tools
from automation.ports import Session
from automation.store import Scope

# -------------------------------------------------------------------- clicks


async def open_click(
    tools: Tools, practice: Practice, pairs: Sequence[tuple[str, str]]
) -> inbound.Context:
    """What a click on the portal's button shows, as we have it; read first where we have not.

    Args:
        tools: what to work with.
        practice: whose portal was clicked in.
        pairs: names and values of the query or form, in the order they came.

    Raises:
        Refused: the click is not proven, too old, or shows nothing that we know; or the practice
            is paused.
        NotKnown: the portal has no button that we know, or the practice no salt; or the portal
            does not show the record to us either.
    """
    practice.refuse_paused()
    files = tools.catalog.inbound(practice.portal)
    salt = await tools.inbound_secrets.salt(practice.name)
    if files.button is None or salt is None:
        raise NotKnown("button of a portal" if salt else "button salt of", practice.name, ())
    click = inbound.read_click(files.button, salt, pairs, now=tools.clock.now())
    if not files.is_id(click.record):
        raise Refused(f"{click.parameter} is no id")
    shows = files.button.shows
    shown = await _stored(tools, practice, shows[click.parameter], click.record)
    if shown is None and click.parameter in files.topics:
        await tools.notices.note(practice.name, click.parameter, click.record)
        await drain(tools, practice)
        shown = await _stored(tools, practice, shows[click.parameter], click.record)
    if shown is None:
        raise NotKnown(shows[click.parameter], click.record, ())
    beside: dict[str, Entity] = {}
    for name, value in click.said.items():
        if name in shows and name != click.parameter:
            other = await _stored(tools, practice, shows[name], value)
            beside |= {shows[name]: other} if other else {}
    return inbound.Context(shown, beside, click.said)


async def _stored(tools: Tools, practice: Practice, kind: str, record: str) -> Entity | None:
    scope = Scope(practice.name, {"source_id": record})
    return next(iter(await tools.store.rows(kind, scope, limit=1)), None)


# -------------------------------------------------------------------- subscriptions


async def check_hooks(
    tools: Tools, practice: Practice, base: str
) -> tuple[inbound.Difference, ...]:
    """How the subscriptions of a practice differ from what they should be; nothing is changed.

    Args:
        tools: what to work with.
        practice: whose.
        base: the address at which the receiver is mounted.

    Raises:
        Refused: the practice is paused.
        BadArgument: the address is none for notices.
        NotKnown: the portal has no way to subscribe that we know.
        NotPermitted: the user may not see subscriptions.
    """
    practice.refuse_paused()
    secret = await tools.inbound_secrets.address(practice.name)
    async with await tools.sessions.open(practice) as session:
        return await _hooks(tools, session).check(base, secret)


async def register_hooks(
    tools: Tools, practice: Practice, base: str, *, anew: bool = False
) -> inbound.Done:
    """Make the subscriptions of a practice what they should be; the same again changes nothing.

    Args:
        tools: what to work with.
        practice: whose.
        base: the address at which the receiver is mounted.
        anew: put another secret into the address; notices to the old one are no longer taken.

    Raises:
        Refused, BadArgument, NotKnown, NotPermitted: as :func:`check_hooks`; or writes are stopped.
        AnswerNotUnderstood: the portal did not keep what it was told.
    """
    practice.refuse_paused()
    await refuse_stopped(tools)
    inbound.refuse_address(base, practice)
    async with await tools.sessions.open(practice) as session:
        hooks = _hooks(tools, session)
        secret = await tools.inbound_secrets.make_address(practice.name, anew=anew)
        done = await hooks.register(base, secret)
    _note(tools, practice, "hooks.registered", done)
    return done


async def remove_hooks(tools: Tools, practice: Practice, base: str) -> inbound.Done:
    """Remove every subscription of a practice that points below an address.

    Raises:
        Refused, BadArgument, NotKnown, NotPermitted: as :func:`register_hooks`.
    """
    practice.refuse_paused()
    await refuse_stopped(tools)
    async with await tools.sessions.open(practice) as session:
        done = await _hooks(tools, session).remove(base)
    _note(tools, practice, "hooks.removed", done)
    return done


def _hooks(tools: Tools, session: Session) -> inbound.Subscriptions:
    files = tools.catalog
    portal = session.practice.portal
    endpoints = {each.endpoint: each for each in files.endpoints(portal)}
    return inbound.Subscriptions(session, files.inbound(portal), endpoints, tools.clock, tools.rng)


def _note(tools: Tools, practice: Practice, action: str, done: inbound.Done) -> None:
    counts = {"created": done.created, "changed": done.changed, "removed": done.removed}
    detail = {name: str(count) for name, count in counts.items()}
    tools.audit.note(action, practice=practice.name, detail=detail)
