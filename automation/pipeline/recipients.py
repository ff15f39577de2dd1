"""Who is told of drift: added, listed, removed, and tried out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from automation import notify
from automation.errors import BadArgument, NotKnown
from automation.model import Recipient, Secret
from automation.pipeline.tools import Tools

_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class RecipientWish:
    """A recipient that somebody wants.

    Attributes:
        address: mail address; empty where a service takes the letters.
        url: address of that service, as apprise writes it.
        practices: only of these; of all of the organization when empty.
        severity: how bad something has to be for a letter of its own.
        digest: what is less than that comes once a day.
        timezone: whose clocks are meant.
        quiet_hours: times of day at which nothing is sent.
        wakes: what is breaking is sent at these times, too.
    """

    address: str = ""
    url: Secret | None = None
    practices: Sequence[str] = ()
    severity: str = "risky"
    digest: bool = True
    timezone: str = "UTC"
    quiet_hours: Sequence[str] = ()
    wakes: bool = False


async def add_recipient(tools: Tools, organization: str, wish: RecipientWish) -> Recipient:
    """Tell somebody of drift from now on.

    What is open already is told with the next run that sees it.

    Raises:
        NotKnown: no such organization, or practice of it.
        BadArgument: it is no mail address or service, or a time or zone is not possible.
    """
    if bool(wish.address) == (wish.url is not None):
        raise BadArgument(
            "a recipient has either a mail address or a service",
            remedy="Give one of them.",
        )
    own = {each.name for each in await tools.store.practices(organization)}
    for name in wish.practices:
        if name not in own:
            raise NotKnown(f"practice of {organization}", name, tuple(own))
    facts = {
        "id": f"rcp_{secrets.token_hex(_BYTES)}",
        "organization": organization,
        "practices": sorted(set(wish.practices)),
        "severity": wish.severity,
        "digest": wish.digest,
        "address": wish.address,
        "service": notify.service_of(wish.url) if wish.url is not None else "",
        "timezone": wish.timezone,
        "quiet_hours": list(wish.quiet_hours),
        "wakes": wish.wakes,
        "created_at": tools.clock.now(),
        "created_by": tools.audit.actor,
    }
    try:
        made = Recipient.model_validate(facts)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        raise BadArgument(
            f"the {first['loc'][0]} of the recipient is not possible: {first['msg']}"
        ) from None
    await tools.store.recipients.add(made, wish.url)
    _note(tools, "recipient.added", made)
    return made


async def list_recipients(tools: Tools, organization: str | None = None) -> tuple[Recipient, ...]:
    """Who is told of drift, oldest first."""
    return await tools.store.recipients.all(organization)


async def remove_recipient(
    tools: Tools, number: str, *, organization: str | None = None
) -> Recipient:
    """Tell somebody of nothing any more; what is on its way to them goes, too.

    Raises:
        NotKnown: the organization has none of this id.
    """
    found = await tools.store.recipients.remove(number, organization=organization)
    _note(tools, "recipient.removed", found)
    return found


async def try_recipient(tools: Tools, number: str, *, organization: str | None = None) -> Recipient:
    """Send a letter now that shows that letters arrive, whatever the time of day.

    Raises:
        NotKnown: the organization has none of this id.
        Transient, Unready: it could not be handed over.
    """
    found = await tools.store.recipients.find(number, organization=organization)
    posting = notify.Posting(
        recipient=found,
        url=await tools.store.recipients.url(number),
        thread=f"trial-{number}",
        number=f"trial-{secrets.token_hex(_BYTES)}",
        at=tools.clock.now(),
    )
    await tools.outlet.send(notify.trial_letter(), posting)
    return found


def _note(tools: Tools, action: str, recipient: Recipient) -> None:
    detail = {"recipient": recipient.id}
    tools.audit.note(action, organization=recipient.organization, detail=detail)
