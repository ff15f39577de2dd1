"""`vetportal practice add`: one practice with its login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.practices import options
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.cli.practices.draft import Draft
    from automation.pipeline import Tools


def add(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a practice
    name: Annotated[str, typer.Argument(help="Our name for it: a-z, 0-9 and dashes.")],
    portal: Annotated[str, typer.Option(help="Name of the portal folder.")],
    base_url: Annotated[
        str,
        typer.Option(
            help="Scheme and host it signs in at, and its path where tenants share a host."
        ),
    ],
    label: options.Label = "",
    timezone: options.Timezone = "",
    currency: options.Currency = "",
    organization: options.Organization = "",
    authorised_by: options.AuthorisedBy = "",
    authorised_at: options.AuthorisedAt = "",
    proxy: options.Proxy = "",
    ca_file: options.CaFile = "",
    quiet_hours: options.QuietHours = "",
    pace: options.PaceOption = "",
    parallel: options.Parallel = "",
    horizon: options.Horizon = "",
    opening_hours: options.OpeningHours = "",
    schedule: options.Schedule = "",
    credentials: options.Credentials = "",
    loopback: Annotated[
        bool, typer.Option("--loopback", help="It is a simulator on this machine.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a practice with its login. Secrets are sealed at once and never shown."""
    from automation.cli.practices.credentials import read_credentials
    from automation.cli.practices.draft import Draft, DraftError, drafted, keep_new
    from automation.errors import BadArgument

    texts = {
        "name": name,
        "portal": portal,
        "base_url": base_url,
        "label": label,
        "timezone": timezone,
        "currency": currency,
        "organization": organization,
        "authorised_by": authorised_by,
        "authorised_at": authorised_at,
        "proxy": proxy,
        "ca_file": ca_file,
        "quiet_hours": quiet_hours,
        "pace": pace,
        "parallel": parallel,
        "horizon": horizon,
        "opening_hours": opening_hours,
        "loopback": "yes" if loopback else "no",
    }
    secrets = read_credentials(credentials)

    async def work(tools: Tools) -> Draft:
        kind = tools.catalog.portal(portal)
        try:
            practice = drafted(texts, kind, now=tools.clock.now())
            draft = Draft(practice, secrets, schedule)
        except DraftError as problem:
            raise BadArgument(problem.said) from None
        await keep_new(tools, draft)
        return draft

    practice = with_tools(work).practice
    emit(
        practice.model_dump(mode="json"),
        f"added {practice.name}: {practice.portal} at {practice.base_url}",
        as_json=as_json,
    )
