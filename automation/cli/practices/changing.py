"""`vetportal practice set | pause | resume | release | rotate`: changes of a practice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.practices import options
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Practice
    from automation.pipeline import Tools

Name = Annotated[str, typer.Argument(help="Name of the practice.")]


def set_(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a practice
    name: Name,
    base_url: Annotated[
        str | None, typer.Option(help="Scheme and host the practice signs in at.")
    ] = None,
    label: options.Label | None = None,
    timezone: options.Timezone | None = None,
    currency: options.Currency | None = None,
    organization: options.Organization | None = None,
    authorised_by: options.AuthorisedBy | None = None,
    authorised_at: options.AuthorisedAt | None = None,
    proxy: options.Proxy | None = None,
    ca_file: options.CaFile | None = None,
    quiet_hours: options.QuietHours | None = None,
    pace: options.PaceOption | None = None,
    parallel: options.Parallel | None = None,
    horizon: options.Horizon | None = None,
    opening_hours: options.OpeningHours | None = None,
    as_json: AsJson = False,
) -> None:
    """Change what is known of a practice; an empty text takes it back.

    Where the address or the label changes, the session is closed, and the next run logs in.
    """
    from automation.errors import BadArgument

    given = {
        "base_url": base_url,
        "label": label,
        "timezone": timezone,
        "currency": currency,
        "organization": organization,
        "proxy": proxy,
        "ca_file": ca_file,
        "authorised_by": authorised_by,
        "authorised_at": authorised_at,
        "quiet_hours": quiet_hours,
        "pace": pace,
        "parallel": parallel,
        "horizon": horizon,
        "opening_hours": opening_hours,
    }
    texts = {field: text for field, text in given.items() if text is not None}
    if not texts:
        raise BadArgument("nothing to change", remedy="See `vetportal practice set --help`.")

    async def work(tools: Tools) -> Practice:
        return await change(tools, name, texts)

    changed = with_tools(work)
    told = f"changed {name}: {', '.join(texts)}"
    emit(changed.model_dump(mode="json"), told, as_json=as_json)


async def change(tools: Tools, name: str, texts: dict[str, str]) -> Practice:
    """Change what texts say of a practice.

    Raises:
        NotKnown: no such practice, or no such organization.
        BadArgument: a text cannot be.
    """
    from automation.cli.practices.draft import DraftError, close_moved, drafted
    from automation.errors import BadArgument
    from automation.store import Roster

    before = await tools.store.practice(name)
    portal = tools.catalog.portal(before.portal)
    now = tools.clock.now()
    try:
        wanted = drafted(texts, portal, now=now, before=before)
        await close_moved(tools, before, wanted)
        changed = await Roster(tools.store.database).change(
            name, lambda practice: drafted(texts, portal, now=now, before=practice)
        )
    except DraftError as problem:
        raise BadArgument(problem.said) from None
    tools.audit.note("practice.changed", practice=name, detail={"fields": " ".join(texts)})
    return changed


def pause(
    name: Name,
    why: Annotated[str, typer.Option(help="The reason, for people.")],
    as_json: AsJson = False,
) -> None:
    """Let nothing happen in a practice until it is resumed."""

    async def work(tools: Tools) -> Practice:
        from automation.store import Roster

        now = tools.clock.now()

        def paused(practice: Practice) -> Practice:
            update = {"paused_since": practice.paused_since or now, "paused_why": why}
            return practice.model_copy(update=update)

        changed = await Roster(tools.store.database).change(name, paused)
        tools.audit.note("practice.paused", practice=name, detail={"why": why})
        return changed

    changed = with_tools(work)
    emit(changed.model_dump(mode="json"), f"paused {name}: {why}", as_json=as_json)


def resume(name: Name, as_json: AsJson = False) -> None:
    """Let a paused practice go on."""

    async def work(tools: Tools) -> tuple[Practice, bool]:
        from automation.store import Roster

        was_paused = (await tools.store.practice(name)).paused_since is not None
        changed = await Roster(tools.store.database).change(
            name, lambda it: it.model_copy(update={"paused_since": None, "paused_why": ""})
        )
        tools.audit.note("practice.resumed", practice=name)
        return changed, was_paused

    changed, was_paused = with_tools(work)
    text = f"resumed {name}" if was_paused else f"{name} was not paused"
    emit(changed.model_dump(mode="json"), text, as_json=as_json)


def release(name: Name, as_json: AsJson = False) -> None:
    """Allow the next login after a person saw to what held it up."""

    async def work(tools: Tools) -> None:
        await tools.sessions.release(await tools.store.practice(name))
        tools.audit.note("practice.released", practice=name)

    with_tools(work)
    text = f"released {name}: the next run may log in"
    emit({"practice": name, "released": True}, text, as_json=as_json)


def rotate(name: Name, credentials: options.Credentials = "", as_json: AsJson = False) -> None:
    """Put a new login in the place of the old one, once the portal has accepted it.

    The portal is asked once. What it refuses is not kept, and the old login stays in force.
    """
    from automation.cli.practices.credentials import read_credentials

    given = read_credentials(credentials)

    async def work(tools: Tools) -> None:
        practice = await tools.store.practice(name)
        practice.refuse_paused()
        await tools.sessions.rotate(practice, given)

    with_tools(work)
    text = f"rotated {name}: the portal accepted the new login, the old one is forgotten"
    emit({"practice": name, "rotated": True}, text, as_json=as_json)
