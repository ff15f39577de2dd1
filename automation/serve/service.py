"""What the faces work with: built once, where the program starts."""

from __future__ import annotations

from dataclasses import dataclass, field

from automation.access import Tokens
from automation.model import Secret
from automation.pipeline import Tools
from automation.serve.auditing import AuditReader
from automation.serve.authenticating import Authenticator
from automation.serve.callers import Caller
from automation.serve.jobs import Jobs
from automation.serve.overview import Overview
from automation.serve.problems import Problem
from automation.serve.reading import Reader
from automation.serve.webhooks import Webhooks
from automation.serve.writing import Writer
from automation.store import Lists


@dataclass(frozen=True, slots=True)
class Service:
    """What the faces work with.

    Attributes:
        tools: what the stages work with.
        tokens: knows callers by their tokens.
        jobs: asks for jobs.
        rate: requests that a token may make in a minute.
        reader: the read model.
        writer: changes portals.
        overview: knows practices, runs and jobs.
        audit: reads the audit log.
        webhooks: knows where events are sent.
        authenticator: gives tokens to those who know the login of a practice.
    """

    tools: Tools
    tokens: Tokens
    jobs: Jobs
    rate: int = 600
    reader: Reader = field(init=False)
    writer: Writer = field(init=False)
    overview: Overview = field(init=False)
    audit: AuditReader = field(init=False)
    webhooks: Webhooks = field(init=False)
    authenticator: Authenticator = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", Reader(self.tools, self.jobs))
        object.__setattr__(self, "writer", Writer(self.tools, self.jobs))
        object.__setattr__(self, "overview", Overview(self.tools, self.reader.freshness))
        object.__setattr__(self, "audit", AuditReader(self.tools))
        object.__setattr__(self, "webhooks", Webhooks(self.tools))
        authenticator = Authenticator(self.tools, self.tokens, self.jobs)
        object.__setattr__(self, "authenticator", authenticator)

    async def recognised(self, shown: Secret | None) -> Caller:
        """Who shows a token.

        Raises:
            Problem: nobody whom we know.
        """
        token = None if shown is None else await self.tokens.recognise(shown)
        if token is None:
            raise Problem(
                401,
                "unauthenticated",
                "the request shows no token that is valid",
                remedy="Send `Authorization: Bearer vp_...`.",
            )
        return Caller(token, self.tools.clock.now())

    async def practices(self, caller: Caller) -> dict[str, str]:
        """The practices that a caller may see, by name in order, with the time zone of each."""
        return await Lists(self.tools.store.database).practices(caller.reach)
