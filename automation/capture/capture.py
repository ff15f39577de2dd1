"""Run a flow and keep what was said behind it, redacted before anything is written.

All of it stays in memory until the flow has ended: a value is often known to be a secret only when
a later request sends it back. Then everything is redacted at once and handed to the writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from automation import browser
from automation.capture.linking import Acted, link
from automation.errors import VetportalError
from automation.model import (
    Capture,
    Dropped,
    Exchange,
    Fill,
    Flow,
    Goto,
    Portal,
    Practice,
    Secret,
    Select,
    Snapshot,
    Step,
    Upload,
    When,
)
from automation.ports import Clock, Values
from automation.redact import Redactor

_QUIET: Final = 0.25
"""Seconds without a new request after which a step is over."""
_TYPED_QUIET: Final = 0.5
"""The same after typing: longer than pages wait before they react to what is typed, so that what
they ask then is counted to the right step."""
_TYPING: Final = frozenset({"fill", "select"})
_LOOKING: Final = frozenset({"expect", "when"})
_TIMEZONE: Final = "() => Intl.DateTimeFormat().resolvedOptions().timeZone"
_INPUT: Final = "input."


class CaptureSink(Protocol):
    """Takes a capture, redacted; nothing is there under its final name before the end."""

    def exchange(self, exchange: Exchange) -> None:
        """Append one exchange; they come in order of request start."""
        ...

    def snapshot(self, snapshot: Snapshot, png: bytes | None) -> None:
        """Append one snapshot with its picture."""
        ...

    def finish(self, head: Capture) -> None:
        """Put the capture in place; the head holds neither exchanges nor snapshots."""
        ...

    def abandon(self, head: Capture) -> str:
        """Keep what there is as a failed capture and return where it is."""
        ...


async def capture_flow(  # noqa: PLR0913 - one name for each thing that is handed over
    flow: Flow,
    tab: browser.Tab,
    values: Values,
    *,
    practice: Practice,
    portal: Portal,
    redactor: Redactor,
    writer: CaptureSink,
    clock: Clock,
    inputs: Mapping[str, str],
) -> Capture:
    """Play a flow and keep every exchange and a snapshot per step.

    Args:
        flow: what to play.
        tab: where; its page is empty or where the flow begins.
        values: answers the templates; each secret among the answers is made known to the redactor
            before it is typed.
        practice: whose portal it is.
        portal: the kind of portal.
        redactor: takes the secrets out.
        writer: gets the capture, redacted, when the flow has ended.
        clock: has to run like the time of the browser.
        inputs: the values of this run for the flow's inputs.

    Returns:
        The capture as it was written.

    Raises:
        VetportalError: the flow failed; the remedy says where the part until then is kept.
    """
    run = _Run(clock, redactor)
    timezone = str(await tab.evaluate(_TIMEZONE))
    failure: VetportalError | None = None
    with _patient(tab, _QUIET):
        async with browser.watch_network(
            tab, now=run.elapsed, deliver=run.exchanges.append
        ) as network:
            try:
                learning = _Learning(values, redactor)
                await browser.play_flow(
                    flow, tab, learning, base_url=practice.base_url, watcher=run
                )
            except VetportalError as problem:
                failure = problem
                await run.look(f"{run.last}-failed", tab)
    head = Capture(
        id=f"{run.started_at:%Y%m%dT%H%M%S%f}-{flow.flow}",
        flow=flow.flow,
        portal=portal.portal,
        practice=practice.name,
        base_url=practice.base_url,
        started_at=run.started_at,
        timezone=timezone,
        inputs=dict(inputs),
        typed=dict(typed_inputs(flow.steps)),
        label=practice.label or practice.name,
        used=dict(used_values(flow.steps)),
        effect=flow.effect,
        dropped=_redacted_urls(network.dropped, redactor),
    )
    return _write(head, run, redactor, writer, failure)


def typed_inputs(steps: tuple[Step, ...], above: str = "") -> Iterator[tuple[str, str]]:
    """The path of each step that types an input of the flow, with the name of the input."""
    for number, step in enumerate(steps, 1):
        path = f"{above}{number}"
        if isinstance(step, When):
            yield from typed_inputs(step.steps, f"{path}.")
        names = browser.template_names(_text_of(step))
        inputs = [name.removeprefix(_INPUT) for name in names if name.startswith(_INPUT)]
        if inputs:
            yield path, inputs[0]


def used_values(steps: tuple[Step, ...], above: str = "") -> Iterator[tuple[str, str]]:
    """The path of each step that types or chooses by a value of the run that is no input."""
    for number, step in enumerate(steps, 1):
        path = f"{above}{number}"
        if isinstance(step, When):
            yield from used_values(step.steps, f"{path}.")
            continue
        target = getattr(step, "target", None)
        texts = (_text_of(step), *(target.model_dump(mode="json").values() if target else ()))
        found = [n for text in texts if isinstance(text, str) for n in browser.template_names(text)]
        names = [name for name in found if not name.startswith(_INPUT)]
        if names and step.kind not in _LOOKING:
            yield path, names[0]


def _text_of(step: Step) -> str:
    match step:
        case Fill():
            return step.value
        case Select():
            return step.option
        case Upload():
            return step.file
        case Goto():
            return step.url
        case _:
            return ""


@dataclass
class _Run:
    """What is seen while the flow plays; the watcher of its steps."""

    clock: Clock
    redactor: Redactor
    exchanges: list[Exchange] = field(default_factory=list)
    snapshots: list[tuple[Snapshot, bytes | None]] = field(default_factory=list)
    acted: list[Acted] = field(default_factory=list)
    last: str = "0"

    def __post_init__(self) -> None:
        self.started_at = self.clock.now()
        self._zero = self.clock.monotonic()

    def elapsed(self) -> float:
        """Seconds since the capture began."""
        return self.clock.monotonic() - self._zero

    def step_started(self, path: str, step: Step) -> None:
        """Remember when a step acted; looking causes nothing."""
        self.last = path
        if step.kind not in _LOOKING:
            self.acted.append(Acted(path, self.elapsed()))

    async def step_settled(self, path: str, step: Step, tab: browser.Tab) -> None:
        """Look at the page after a step."""
        if step.kind in _TYPING:
            with _patient(tab, _TYPED_QUIET):
                await tab.rest()
        await self.look(path, tab)

    async def look(self, path: str, tab: browser.Tab) -> None:
        """Keep a snapshot of the page."""
        snapshot, png = await browser.take_snapshot(
            tab, step=path, taken=self.elapsed(), hidden=self.redactor.known
        )
        if png is not None:
            snapshot = snapshot.model_copy(update={"screenshot": f"step-{path}.png"})
        self.snapshots.append((snapshot, png))


class _Learning:
    """Makes each secret known to the redactor before it is typed."""

    def __init__(self, values: Values, redactor: Redactor) -> None:
        self._values = values
        self._redactor = redactor

    async def resolve(self, name: str) -> str | Secret:
        value = await self._values.resolve(name)
        if isinstance(value, Secret):
            self._redactor.learn(name, value)
        return value


@contextmanager
def _patient(tab: browser.Tab, quiet: float) -> Iterator[None]:
    """Let steps take long enough to see all they cause."""
    before, tab.quiet = tab.quiet, max(tab.quiet, quiet)
    try:
        yield
    finally:
        tab.quiet = before


def _redacted_urls(dropped: tuple[Dropped, ...], redactor: Redactor) -> tuple[Dropped, ...]:
    return tuple(each.model_copy(update={"url": redactor.redact_url(each.url)}) for each in dropped)


def _write(
    head: Capture,
    run: _Run,
    redactor: Redactor,
    writer: CaptureSink,
    failure: VetportalError | None,
) -> Capture:
    """Redact all of it, then write all of it."""
    seen = sorted(run.exchanges, key=lambda exchange: exchange.seq)
    looked = [snapshot for snapshot, _ in run.snapshots]
    exchanges, snapshots = redactor.redact(link(seen, run.acted), looked)
    for exchange in exchanges:
        writer.exchange(exchange)
    for snapshot, (_, png) in zip(snapshots, run.snapshots, strict=True):
        writer.snapshot(snapshot, png)
    if failure is not None:
        place = writer.abandon(head)
        failure.remedy = f"{failure.remedy} What was seen until then is kept in {place}."
        raise failure
    writer.finish(head)
    return head.model_copy(update={"exchanges": exchanges, "snapshots": snapshots})
