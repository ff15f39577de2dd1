"""The composition root: builds every part from the settings and hands it over."""

from __future__ import annotations

import asyncio
import logging
import os
import pwd
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict

from automation import audit, browser, capture, inbound, notify, store, transport, vault
from automation.catalog import Catalog
from automation.errors import BadArgument, Unready
from automation.model import AllowList, Egress, Endpoint
from automation.pipeline import Tools
from automation.ports import Clock
from automation.session import OpenTab, Outside, Sessions
from automation.settings import Settings

_LEVELS: Final = logging.getLevelNamesMapping()


def configure_logging(settings: Settings, stream: TextIO, *, kept: TextIO | None = None) -> None:
    """Write structured events, one JSON object per line.

    Event names are ``noun_verbed`` with fields, never bodies or headers; a `Secret` shows as
    ``***`` here as everywhere.

    Args:
        settings: the level of what people see.
        stream: what people see.
        kept: gets everything from level info on, so that a run can be looked at afterwards.
    """
    shown = _LEVELS[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Rendering(kept, shown),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(min(shown, logging.INFO)),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


@contextmanager
def log_file(settings: Settings) -> Iterator[TextIO]:
    """The file that today's events are added to, for this user's eyes only."""
    settings.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.logs / f"{SystemClock().now():%Y-%m-%d}.ndjson"
    kept = open(path, "a", encoding="utf-8", opener=_private)  # noqa: SIM115 - closed below
    try:
        yield kept
    finally:
        structlog.reset_defaults()  # nothing is told to a file that is closed
        with suppress(OSError):  # what a full disk did not take stays untold
            kept.close()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _Rendering:
    """Writes every event to the kept file as JSON, and lets through what people want to see."""

    def __init__(self, kept: TextIO | None, shown: int) -> None:
        self._kept, self._shown = kept, shown
        self._render = structlog.processors.JSONRenderer(default=str, sort_keys=True)

    def __call__(self, logger: object, method: str, event: EventDict) -> str:
        line = str(self._render(logger, method, event))
        if self._kept is not None:
            try:
                self._kept.write(f"{line}\n")
                self._kept.flush()
            except OSError:
                self._kept = None  # a full disk ends the log, not the run
        if _LEVELS.get(method.upper(), logging.ERROR) < self._shown:
            raise structlog.DropEvent
        return line


def browser_profile(settings: Settings) -> browser.BrowserProfile:
    """The configured browser set-up, with what the environment says put over it.

    Raises:
        BadFile: the configuration file cannot be used.
    """
    return browser.read_profile(settings.browser_config).using(
        executable=settings.browser_executable,
        channel=settings.browser_channel,
        headless=settings.browser_headless,
    )


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the clock that is handed to the rest

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def catalog(settings: Settings) -> Catalog:
    """The portal folders."""
    return Catalog(settings.flows)


def find_endpoint(settings: Settings, name: str, portal: str | None) -> tuple[str, Endpoint]:
    """The endpoint of a name, with the portal it belongs to.

    Raises:
        NotKnown: no portal, or no endpoint, has this name.
        BadArgument: two portals have it and none was named.
    """
    files = catalog(settings)
    having = [
        each
        for each in ([portal] if portal else files.portals())
        if name in files.endpoint_names(each)
    ]
    if len(having) > 1:
        raise BadArgument(
            f"{name} exists in {', '.join(having)}", remedy="Say which one with --portal."
        )
    owner = having[0] if having else portal or next(iter(files.portals()), "")
    return owner, files.endpoint(owner, name)


@asynccontextmanager
async def tools(
    settings: Settings, *, actor: str | None = None, clock: Clock | None = None
) -> AsyncIterator[Tools]:
    """Everything the stages work with; at the end the audit log is written, the database closed.

    Args:
        settings: where everything is.
        actor: who acts, for the audit log; the user of this machine when not given.
        clock: tells the time; that of this machine when not given.

    Raises:
        Unready: the key, the home or the database cannot be used.
        BadFile: the browser's configuration cannot be used.
        BadArgument: the address of the mail server, or of who sends, is none.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealer = vault.Vault(key_ring(settings))
    clock = clock or SystemClock()
    rng = Random(SystemRandom().getrandbits(64))  # noqa: S311 - no secrets
    outlet = notify.Outlet.at(settings.mail_server, settings.mail_sender)
    rows = await store.Store.open(settings.database_address.reveal(), clock=clock, sealer=sealer)
    files = catalog(settings)
    log = audit.AuditLog(
        store.AuditTrail(rows.database, sealer),
        audit.Anchor(settings.audit_anchor),
        clock=clock,
        actor=actor or _person(),
    )
    archive = capture.Archive(settings.captures, sealer)
    pool = browser.BrowserPool(
        most=settings.browser_processes,
        uses=settings.browser_uses,
        idle=settings.browser_idle,
        idle_seconds=settings.browser_idle_seconds,
    )
    outside = Outside(_tab_opener(settings, pool), archive.keep_picture, log, clock, rng)
    sessions = Sessions(rows, sealer, files, outside)
    try:
        targets = transport.Targets(settings.webhook_networks)
        event_door = transport.EventDoor(targets, clock)
        async with log.open(), pool, event_door:
            profiles = store.Profiles(rows.database, sealer)
            notices = store.Notices(rows.database, clock)
            secrets = inbound.InboundSecrets(rows, sealer)
            yield Tools(
                catalog=files,
                store=rows,
                sessions=sessions,
                archive=archive,
                audit=log,
                profiles=profiles,
                clock=clock,
                rng=rng,
                notices=notices,
                inbound_secrets=secrets,
                journal=store.WriteIntents(rows.database, sealer),
                event_door=event_door,
                baselines=store.Baselines(rows.database, sealer),
                incidents=store.Incidents(rows.database),
                heals=store.Heals(rows.database),
                outlet=outlet,
            )
    finally:
        await rows.close()


def _person() -> str:
    """The user of this machine, as the system knows it and not as the environment says."""
    user = os.getuid()
    try:
        return f"cli:{pwd.getpwuid(user).pw_name}"
    except KeyError:  # a container may run as a user without a name
        return f"cli:{user}"


def key_ring(settings: Settings) -> vault.KeyRing:
    """The key-encryption keys: those of the environment, else those of the key file.

    The first use makes the key file, unless a database is there already.

    Raises:
        Unready: the key file is damaged, can be read by others, or is missing beside a database.
        BadArgument: the environment gives a previous key only.
    """
    if settings.key is not None:
        return vault.GivenRing(settings.key, settings.key_previous)
    if settings.key_previous is not None:
        raise BadArgument(
            "VETPORTAL_KEY_PREVIOUS is set without VETPORTAL_KEY",
            remedy="Set both, or none of them to use the key file.",
        )
    _refuse_lost_key(settings)
    vault.make_key_file(settings.key_file)
    return vault.FileRing(settings.key_file)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of this home.

    Attributes:
        ring: the key-encryption keys.
        sealer: wraps and unwraps with them.
        data_keys: what they wrap.
    """

    ring: vault.KeyRing
    sealer: vault.Vault
    data_keys: store.DataKeys


@asynccontextmanager
async def keys(settings: Settings) -> AsyncIterator[Keys]:
    """The keys of this home, also when they do not belong to its database.

    Raises:
        Unready: the key, the home or the database cannot be used.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    ring = key_ring(settings)
    database = await store.Database.open(settings.database_address.reveal())
    try:
        yield Keys(ring, vault.Vault(ring), store.DataKeys(database))
    finally:
        await database.close()


async def prepare(settings: Settings) -> dict[str, bool]:
    """Make what is missing of home, key file and database; say of each whether it was made.

    Raises:
        Unready: one of them cannot be made or used.
    """
    made = {str(settings.home): not settings.home.exists()}
    if settings.key is None:
        made[str(settings.key_file)] = not settings.key_file.exists()
    address = settings.database_address.reveal()
    made[store.shown_place(address)] = not _is_there(settings)
    async with keys(settings):
        return made


def _is_there(settings: Settings) -> bool:
    """Whether the database was made before."""
    if settings.database_url is None:
        return settings.database.exists()
    return store.look_into(settings.database_url.reveal()) is not None


def _tab_opener(settings: Settings, pool: browser.BrowserPool) -> OpenTab:
    """Finds the browser when the first tab is asked for: most runs need none."""

    def open_tab(allowed: AllowList, egress: Egress) -> AbstractAsyncContextManager[browser.Tab]:
        profile = browser_profile(settings)
        found = browser.find_browser(profile, browser.Machine())
        return browser.open_tab(profile, found, allow=allowed, egress=egress, pool=pool)

    return open_tab


def check_browser(settings: Settings) -> str:
    """Say which browser would be used.

    Raises:
        Unready: there is none, or the named one does not run.
        BadFile: its configuration cannot be used.
    """
    return str(browser.find_browser(browser_profile(settings), browser.Machine()))


def check_home(settings: Settings) -> str:
    """Say where everything is kept.

    Raises:
        Unready: it cannot be written.
    """
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        raise Unready(f"{place} cannot be written", remedy="Set VETPORTAL_HOME to another folder.")
    return str(settings.home) if place == settings.home else f"{settings.home} (not there yet)"


def check_key(settings: Settings) -> str:
    """Say whether the key opens.

    Raises:
        Unready: others can read it, it is damaged, it is gone while the database is there, or it is
            not the key of this database.
    """
    if settings.key is None:
        _refuse_lost_key(settings)
        if not settings.key_file.exists():
            return "made at first use"
    ring = key_ring(settings)
    found = store.look_into(settings.database_address.reveal())
    keks = found.keks if found else ()
    if strange := [kek for kek in keks if ring.find(kek) is None]:
        raise Unready(
            f"{ring.place} is not the key of this database, which needs {', '.join(strange)}",
            remedy="Put back the key that belongs to this database.",
        )
    return ring.place


def _refuse_lost_key(settings: Settings) -> None:
    """A new key beside an old database would open nothing of it."""
    if not settings.key_file.exists() and _is_there(settings):
        raise Unready(
            "the key of this database is missing",
            remedy=f"Restore {settings.key_file.name} from your copy; without it sealed values "
            "stay closed.",
        )


def check_database(settings: Settings) -> str:
    """Look into the database if there is one; nothing is written.

    Raises:
        Unready: it does not open, or is newer than this program.
        DatabaseAway: its server cannot be reached.
    """
    address = settings.database_address.reveal()
    if (found := store.look_into(address)) is None:
        return f"{store.shown_place(address)}, made at first use"
    return f"{found.place}, practices: {found.practices}"


def check_portal(settings: Settings, portal: str) -> str:
    """Read every file of a portal.

    Raises:
        BadFile: one of them cannot be used.
    """
    files = catalog(settings)
    files.portal(portal)
    counts = {
        "flows": len(files.flows(portal)),
        "endpoints": len(files.endpoints(portal)),
        "mappings": len(files.mappings(portal)),
        "operations": len(files.operations(portal)),
    }
    return ", ".join(f"{count} {noun}" for noun, count in counts.items())
