"""The baseline of one flow in one practice: what is accepted, what is pending, what is approved.

A run without findings is taken in, and what varied in it is noise from then on. A run with
findings waits beside the baseline until they are approved or the portal is as it was again; its
absences count meanwhile, so that the second one in a row can speak.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from pydantic import BaseModel

from automation.drift.network import NetworkSignature
from automation.drift.pages import PageSignature
from automation.drift.presence import LEARNING
from automation.drift.variants import assigned
from automation.model import Noun

FORMAT: Final = 2
"""What keys and shapes in signatures mean; with a baseline of another one nothing is compared."""
_HEALTHY: Final = 2
_WINDOW: Final = 400
_FORGOTTEN: Final = 100
_WAITING: Final = 20


class Observation(Noun):
    """The signatures of one run of one flow, numbered as run 0.

    Attributes:
        network: what was exchanged.
        pages: what was shown; empty for a replay, which shows nothing.
        direct: the requests were made by us and not by the portal's own pages.
    """

    network: NetworkSignature = NetworkSignature()
    pages: PageSignature = PageSignature()
    direct: bool = False

    def later(self, by: int) -> Self:
        """The same, numbered higher."""
        return self.model_copy(
            update={"network": self.network.later(by), "pages": self.pages.later(by)}
        )

    def merge(self, other: Self) -> Self:
        """What both saw."""
        return self.model_copy(
            update={
                "network": self.network.merge(other.network),
                "pages": self.pages.merge(other.pages),
            }
        )


class Baseline(Noun):
    """What one flow looks like in one practice while all is well.

    Attributes:
        portal: name of the portal.
        practice: name of the practice.
        flow: name of the flow.
        accepted: the runs that were taken in, merged.
        count: how many these are.
        pending: the runs since then that had findings, merged; numbered on from the accepted.
        waiting: how many these are.
        approved: fingerprints of findings that somebody accepted; they are silent from then on.
    """

    portal: str
    practice: str
    flow: str
    accepted: Observation = Observation()
    count: int = 0
    pending: Observation = Observation()
    waiting: int = 0
    approved: frozenset[str] = frozenset()

    def packed(self) -> bytes:
        """As it is kept."""
        return _Kept(version=FORMAT, baseline=self).model_dump_json(exclude_defaults=True).encode()

    @staticmethod
    def unpacked(content: bytes) -> Baseline | None:
        """As it was kept; None where nothing was, or in another format: then it is learnt anew."""
        if not content or _Head.model_validate_json(content).version != FORMAT:
            return None
        return _Kept.model_validate_json(content).baseline

    @property
    def ready(self) -> bool:
        """Whether anything can be compared with it: two healthy runs are the least."""
        return self.count >= _HEALTHY

    @property
    def learning(self) -> bool:
        """Whether it is too young to miss what nobody uses."""
        return self.count < LEARNING

    def compare(self, now: Observation) -> Comparison:
        """The accepted runs beside the one that was just seen."""
        return Comparison(baseline=self, now=self._placed(now))

    def taking(self, now: Observation) -> Self:
        """With one more healthy run, and with those that waited: it was noise."""
        whole = self.compare(now).whole
        count = self.count + self.waiting + 1
        if count > _WINDOW:
            whole, count = whole.later(-_FORGOTTEN), count - _FORGOTTEN
        taken = {"accepted": whole, "count": count, "pending": Observation(), "waiting": 0}
        return self.model_copy(update=taken)

    def holding(self, now: Observation) -> Self:
        """With one more run that differs; beyond twenty nothing new is learnt from them."""
        if self.waiting >= _WAITING:
            return self
        pending = self.pending.merge(self._placed(now))
        return self.model_copy(update={"pending": pending, "waiting": self.waiting + 1})

    def _placed(self, now: Observation) -> Observation:
        """A run after all those before it, its pages as the variants that these had."""
        later = now.later(self.count + self.waiting)
        pages = assigned(later.pages, self.accepted.pages, self.pending.pages)
        return later.model_copy(update={"pages": pages})

    def approving(self, *fingerprints: str) -> Self:
        """Some findings are how it is to be from now on."""
        return self.model_copy(update={"approved": self.approved | set(fingerprints)})

    def rejecting(self, *fingerprints: str) -> Self:
        """The approval is taken back."""
        return self.model_copy(update={"approved": self.approved - set(fingerprints)})


class _Head(BaseModel):
    version: int = 1


class _Kept(BaseModel):
    version: int
    baseline: Baseline


@dataclass(frozen=True)
class Comparison:
    """A run beside its baseline.

    Attributes:
        baseline: the baseline.
        now: the run, numbered on from those of the baseline.
    """

    baseline: Baseline
    now: Observation

    @property
    def before(self) -> Observation:
        """The accepted runs."""
        return self.baseline.accepted

    @cached_property
    def whole(self) -> Observation:
        """All runs: accepted, pending and the latest."""
        return self.before.merge(self.baseline.pending).merge(self.now)
