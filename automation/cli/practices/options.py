"""The options that say what is known of a practice; all are texts, and empty says nothing."""

from __future__ import annotations

from typing import Annotated

import typer

Label = Annotated[
    str, typer.Option(help="What the portal calls it, where a login has several practices.")
]
Timezone = Annotated[str, typer.Option(help="IANA zone of its clocks.")]
Currency = Annotated[str, typer.Option(help="ISO 4217 code.")]
Organization = Annotated[
    str, typer.Option(help="Who owns it; see `vetportal organization`.", metavar="NAME")
]
AuthorisedBy = Annotated[
    str, typer.Option(help="Who at the practice allowed us in.", metavar="PERSON")
]
AuthorisedAt = Annotated[
    str, typer.Option(help="When that was; now when left out.", metavar="ISO-TIME")
]
Proxy = Annotated[
    str,
    typer.Option(
        help="Proxy that all its traffic goes through: http://host:port, https:// or socks5://.",
        metavar="URL",
    ),
]
CaFile = Annotated[
    str, typer.Option(help="PEM file with certificate authorities of its own.", metavar="PATH")
]
QuietHours = Annotated[
    str,
    typer.Option(
        help="When it is left alone, on its own clocks: 22:00-06:30; several with spaces between.",
        metavar="SPANS",
    ),
]
PaceOption = Annotated[
    str,
    typer.Option(
        "--pace",
        help="Requests per second, in place of what its portal says.",
        metavar="NUMBER",
    ),
]
Parallel = Annotated[
    str, typer.Option(help="Reads under way at once, in place of the portal's.", metavar="NUMBER")
]
Horizon = Annotated[
    str,
    typer.Option(
        help="Days past and to come that a kind is read for, in place of its portal's: "
        "appointment=365:90; several with spaces between.",
        metavar="KIND=PAST:FUTURE",
    ),
]
OpeningHours = Annotated[
    str,
    typer.Option(
        help="When it is open, in place of what its portal says: mon-fri=08:00-18:00; several "
        "with spaces between.",
        metavar="HOURS",
    ),
]
Schedule = Annotated[
    str,
    typer.Option(
        help="Let workers read it again and again: default, or its opening hours 08:00-18:00.",
        metavar="default|HOURS",
    ),
]

Credentials = Annotated[
    str,
    typer.Option(
        "--credentials",
        help="File with a JSON object of username, password, totp, client_id, client_secret, "
        "refresh_token, proxy_username, proxy_password, webhook_secret and button_salt, as far as "
        "there are; - reads standard input. Asked for at the terminal when left out.",
    ),
]
