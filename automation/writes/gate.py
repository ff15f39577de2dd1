"""The gate of a write: nothing passes that the journal and the lease do not let out."""

from __future__ import annotations

from automation.errors import LeaseLost
from automation.model import JournalStep, Write
from automation.store import Lease, WriteIntents, boot_time
from automation.writes.seams import Seam, Seams
from automation.writes.times import Times


class FencedGate:
    """Lets one request of a write out; see :class:`automation.ports.Gate`.

    First the database proves the lease and notes that the step is sent, then this machine's own
    clock proves that no time was lost since, and nothing is awaited between that and the send. The
    second proof is made again when the connection stands.

    Args:
        journal: of the write.
        lease: of the practice's writer.
        write: whose request it is.
        step: that it makes, as the journal has it.
        times: how long it may take.
        seam: is told what was passed.

    Attributes:
        seconds: as the port has it; for so long the lease is proven.
        upload: as the port has it.
        patience: as the port has it.
        opened: the journal says that it was sent.
        passed: bytes may have left.
    """

    def __init__(
        self,
        journal: WriteIntents,
        lease: Lease,
        *,
        write: Write,
        step: JournalStep,
        times: Times,
        seam: Seams,
    ) -> None:
        self.seconds, self.patience = times.send, times.answer
        self.upload = times.upload(step.size)
        self.opened = self.passed = False
        self._journal, self._lease, self._seam = journal, lease, seam
        self._write, self._step = write, step.step
        self._until = 0.0

    async def open(self) -> None:
        """Note that it is sent, if that is allowed.

        Raises:
            LeaseLost: it is not; nothing left.
        """
        sent = self._journal.send_step(self._write, self._step, self._lease, budget=self.seconds)
        if not await sent:
            raise LeaseLost(
                f"{self._step}: somebody else writes, or writes were stopped; nothing was sent"
            )
        self.opened = True
        self._seam(Seam.BEFORE_SEND)
        self._until = boot_time() + self.seconds
        self._prove()

    def leave(self) -> None:
        """See once more that there is time, now that there is a connection.

        Raises:
            LeaseLost: there is not; nothing left.
        """
        self._prove()
        self.passed = True

    def left(self) -> None:
        """All of it left."""
        self._seam(Seam.AFTER_SEND_BEFORE_ANSWER)

    def _prove(self) -> None:
        rest = self._until - boot_time()
        if rest <= 0 or not self._lease.lasts(rest):
            raise LeaseLost(f"{self._step}: this process stood still for too long; nothing left")
