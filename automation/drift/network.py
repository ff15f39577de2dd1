"""The network signature: what the pages of a flow exchange with the portal, without any value."""

from __future__ import annotations

from typing import ClassVar

from automation.drift.algebra import (
    Counts,
    Join,
    Marks,
    Mergeable,
    Runs,
    Vocabulary,
    same,
    summed,
)
from automation.drift.fields import Fields


class LeafSignature(Mergeable):
    """What is known of one value that requests of an operation carry.

    Attributes:
        seen: runs in which it was sent.
        partial: runs in which some of the calls left it out.
        texts: token classes of what was sent; JSON types that are no text as ``json number``.
        words: digests of what was sent.
        fresh: runs in which each of several calls sent another value.
        sources: where the value had been seen before: ``cookie sid``, ``page``, ``json token``.
        unknown: runs in which it was sent and nothing before had held it.
    """

    seen: Runs = 0
    partial: Runs = 0
    texts: Vocabulary = Vocabulary()
    words: Vocabulary = Vocabulary()
    fresh: Runs = 0
    sources: Marks = {}
    unknown: Runs = 0


class OperationSignature(Mergeable):
    """What is known of one operation: one method of one address, and what says which is meant.

    Attributes:
        method: upper case.
        host: class of the host: ``own``, ``portal``, ``identity``, ``content`` or ``third``.
        path: template with ``{}``.
        kind: name and value of what tells operations of one address apart (``operationName=X``).
        seen: runs in which it was called.
        steps: the steps of the flow that caused it; ``-`` when none did.
        hosts: the hosts that were called, the practice's own part left out.
        calls: number of calls of a run, by how often there were as many.
        leaves: values of its requests, by ``place path`` (``query page``, ``json filter.text``).
        encodings: how its bodies were written.
        auth: how it said who asks.
        statuses: what was answered.
        redirects: where it was sent on to.
        types: media types of the answers; ``empty`` for none.
        charsets: how the answers were written.
        headers: names of the headers of the answers.
        cookies: names and attributes of the cookies that were set.
        policies: headers of the answers that say what browsers may do, by name and digest.
        limits: magnitudes of announced limits, by header.
        builds: what the answers say of the build of the portal.
        secured: version of TLS, and a digest of who issued the certificate.
        fields: places of the answers.
        latency: magnitudes of the milliseconds until the answer was there.
        size: magnitudes of the bytes of the answers.
    """

    method: str
    host: str
    path: str
    kind: str = ""
    seen: Runs = 0
    steps: Marks = {}
    hosts: Marks = {}
    calls: Counts = {}
    leaves: dict[str, LeafSignature] = {}
    encodings: Marks = {}
    auth: Marks = {}
    statuses: dict[int, Runs] = {}
    redirects: Marks = {}
    types: Marks = {}
    charsets: Marks = {}
    headers: Marks = {}
    cookies: Marks = {}
    policies: Marks = {}
    limits: dict[str, Counts] = {}
    secured: Marks = {}
    builds: Marks = {}
    fields: Fields = {}
    latency: Counts = {}
    size: Counts = {}

    JOINS: ClassVar[dict[str, Join]] = {
        "method": same,
        "host": same,
        "path": same,
        "kind": same,
        "calls": summed,
        "limits": lambda one, other: {
            key: summed(one.get(key, {}), other.get(key, {})) for key in {**one, **other}
        },
        "latency": summed,
        "size": summed,
    }

    @property
    def key(self) -> str:
        """What identifies the operation: ``GET own /api/pets/{} operationName=X``."""
        return f"{self.method} {self.host} {self.path} {self.kind}".rstrip()


class NetworkSignature(Mergeable):
    """What the pages of one flow exchanged in some runs.

    A signature that was just made is that of run 0; :meth:`later` numbers it, so that it can be
    merged with those of earlier runs. Merging two signatures of the same run counts its calls
    twice.

    Attributes:
        runs: the runs it is made of.
        operations: what was called, by key.
        orders: of the latest runs, the operations in the order of their first call.
    """

    runs: Runs = 0
    operations: dict[str, OperationSignature] = {}
    orders: dict[int, tuple[str, ...]] = {}

    LATEST: ClassVar[dict[str, int]] = {"orders": 12}
