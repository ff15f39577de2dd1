"""A home with two practices of a made-up portal that sends notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from automation import store
from automation.catalog import Catalog
from automation.inbound import InboundSecrets
from automation.model import Practice
from automation.vault import GivenRing, Vault
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.vaults import KEY

T = TypeVar("T")

NORTH: Final = Practice(
    name="north", portal="acme", base_url="https://app.acme.example/4", timezone="UTC"
)
SOUTH: Final = NORTH.model_copy(update={"name": "south", "base_url": "https://app.acme.example/5"})
GET: Final = """version: 1
endpoint: get-client
effect: read
request: {method: GET, url: '/clients/{id}', path: {id: {input: client}}}
"""
INBOUND: Final = """version: 1
inbound: acme
id: '[0-9]{1,9}'
topics:
  client_id: {reads: [{read: get-client, by: client, shown: id}]}
  settings_id: {profile: true}
"""


@dataclass(frozen=True)
class Office:
    """What the parts work with."""

    files: Catalog
    rows: store.Store
    secrets: InboundSecrets
    notices: store.Notices
    clock: VirtualClock


def files_in(root: Path, inbound: str = INBOUND, **endpoints: str) -> Catalog:
    place = root / "flows" / "acme"
    (place / "endpoints").mkdir(parents=True, exist_ok=True)
    (place / "portal.yaml").write_text("version: 1\nportal: acme\ntitle: Acme\nhosts: []\n")
    for name, text in {"get_client": GET, **endpoints}.items():
        (place / "endpoints" / f"{name.replace('_', '-')}.yaml").write_text(text)
    (place / "inbound.yaml").write_text(inbound)
    return Catalog(root / "flows")


def played(root: Path, scene: Callable[[Office], Awaitable[T]], *, most: int = 100) -> T:
    """Play a scene in the home of a folder."""

    async def whole() -> T:
        clock, vault = VirtualClock(), Vault(GivenRing(KEY))
        url = f"sqlite+aiosqlite:///{root}/x.db"
        rows = await store.Store.open(url, clock=clock, sealer=vault)
        try:
            for practice in {NORTH, SOUTH} - set(await rows.practices()):
                await rows.add_practice(practice)
            notices = store.Notices(rows.database, clock, most=most)
            secrets = InboundSecrets(rows, vault)
            return await scene(Office(files_in(root), rows, secrets, notices, clock))
        finally:
            await rows.close()

    return run_engine(whole())
