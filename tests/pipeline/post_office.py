"""A home whose letters go to a real mail server, on a virtual clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from automation import wiring
from automation.model import Incident, Recipient, Secret
from automation.notify import MailServer, Outlet
from automation.pipeline import RecipientWish, Tools, add_recipient, due_letters, send_letter
from automation.settings import Settings
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.notify.mailbox import PASSWORD, Mailbox, mailbox
from tests.pipeline.scene import NORTH
from tests.store.lettering import found_in, seen

SOUTH: Final = NORTH.model_copy(update={"name": "south"})
TO: Final = "ops@clinic.example"


@dataclass
class PostOffice:
    """What a scene works with."""

    tools: Tools
    clock: VirtualClock
    box: Mailbox

    async def recipient(self, **wish: Any) -> Recipient:  # noqa: ANN401
        return await add_recipient(self.tools, "default", RecipientWish(TO, **wish))

    async def see(self, practice: str, *more: Any, **facts: Any) -> Incident:  # noqa: ANN401
        made = found_in(practice, *more, **facts)
        await seen(self.tools.store, made, at=self.clock.now())
        return made

    async def send(self, *, after: float = 0) -> list[object]:
        """Send what is due after some time; what became of each."""
        self.clock.pass_time(after)
        due = await due_letters(self.tools)
        await self.tools.store.letters.asked(due)
        return [await send_letter(self.tools, each.id) for each in due]

    @property
    def subjects(self) -> list[str]:
        return [str(each["Subject"]) for each in self.box.letters]

    @property
    def last(self) -> EmailMessage:
        return self.box.letters[-1]


def in_post_office(home: Path, scene: Callable[[PostOffice], Awaitable[None]]) -> None:
    """Play a scene with the practices north and south."""
    clock = VirtualClock()

    async def whole(box: Mailbox, outlet: Outlet) -> None:
        async with wiring.tools(Settings(home=home), clock=clock) as tools:
            for practice in (NORTH, SOUTH):
                await tools.store.add_practice(practice)
            await scene(PostOffice(replace(tools, outlet=outlet), clock, box))

    home.mkdir(exist_ok=True)
    with mailbox(home.parent) as (box, trust):
        server = MailServer.read(Secret(f"smtp://vetportal:{PASSWORD}@localhost:{box.port}"))
        outlet = Outlet(server, "alerts@clinic.example", trust=trust)
        run_engine(whole(box, outlet))
