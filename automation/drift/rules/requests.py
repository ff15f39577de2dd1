"""Rules about what the portal's own pages send: ``net.req.*``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from automation.drift.network import LeafSignature
from automation.drift.presence import presence, settled
from automation.drift.view import Call, Change, View
from automation.model import Severity
from automation.wire import words

_STEADY: Final = 2
_CSRF: Final = frozenset({"csrf", "xsrf", "csrftoken", "xsrftoken", "antiforgery", "verification"})
_CLIENT: Final = frozenset({"client", "app", "application", "version", "build", "platform", "ua"})
_TYPED: Final = frozenset("9Aa .,:;/-+()%$€£#?")
_WRITTEN: Final = frozenset("9.,-/:+ ")
_PROOF: Final = frozenset({"nonce", "sign", "signature", "hmac", "timestamp", "digest", "proof"})


def param_new(view: View) -> Iterator[Change]:
    """Each call carries a value that none carried before."""
    for call in view.calls:
        for place in _added(call):
            if not (_is_csrf(place) or _is_proof(place, call) or _is_client(place)):
                yield _change(call, place, "", "on every call", direct=Severity.BREAKING)


def param_gone(view: View) -> Iterator[Change]:
    """A value that each call carried is no longer sent."""
    for call in view.calls:
        for place in _dropped(call):
            if not _is_csrf(place):
                yield _change(call, place, "on every call", "")


def retyped(view: View) -> Iterator[Change]:
    """A value is written in another way."""
    for call in view.calls:
        for place, before, now in _both(call):
            if not settled(before.texts, before.seen) or "blank" in now.texts.words:
                continue
            old, new = (set(map(_coarse, each.texts.words)) for each in (before, now))
            if new and not old & new:
                yield _change(call, place, ", ".join(sorted(old)), ", ".join(sorted(new)))


def encoding(view: View) -> Iterator[Change]:
    """The bodies are written in another way."""
    yield from _other(view, "encodings", "body")


def signature(view: View) -> Iterator[Change]:
    """Each call proves itself by a value that no answer held."""
    for call in view.calls:
        for place in _added(call):
            if _is_proof(place, call) and not _is_csrf(place):
                yield _change(call, place, "", "another value per call")


def csrf(view: View) -> Iterator[Change]:
    """The token against forged requests is carried elsewhere, or comes from elsewhere."""
    for call in view.calls:
        added = [place for place in _added(call) if _is_csrf(place)]
        dropped = [place for place in _dropped(call) if _is_csrf(place)]
        for place in added or dropped:
            yield _change(call, "csrf", ", ".join(dropped), ", ".join(added) and place)
        for place, before, now in _both(call):
            old, new = set(before.sources), set(now.sources)
            if _is_csrf(place) and old and new and not old & new:
                yield _change(call, place, ", ".join(sorted(old)), ", ".join(sorted(new)))


def auth_header(view: View) -> Iterator[Change]:
    """Who asks is said in another way, or a way more."""
    for call in view.calls:
        old, new = set(call.before.auth), set(call.now.auth)
        steady = {name for name in old if call.before.auth[name] == call.before.seen}
        lost, added = steady - new, new - old
        told = {name for name in added if _is_told(name, call)}
        if (lost or added - told) and not all(_is_csrf(name) for name in lost | added):
            yield _change(call, "auth", ", ".join(sorted(old)), ", ".join(sorted(new)))


def _is_told(name: str, call: Call) -> bool:
    """Whether a new header is a proof per call, of which the rule of signatures tells."""
    return name in call.now.leaves and _is_proof(name, call)


def client(view: View) -> Iterator[Change]:
    """The pages say which client they are; who does not may be refused."""
    for call in view.calls:
        for place in _added(call):
            if _is_client(place) and not _is_proof(place, call):
                yield _change(call, place, "", "on every call")


def _coarse(kind: str) -> str:
    """The class of a value that is sent; whatever people may type is one class."""
    typed = kind in {"word", "words", "text"} or (set(kind) <= _TYPED and not set(kind) <= _WRITTEN)
    return "text" if typed else kind


def _both(call: Call) -> Iterator[tuple[str, LeafSignature, LeafSignature]]:
    for place, now in call.now.leaves.items():
        before = call.before.leaves.get(place)
        if before is not None:
            yield place, before, now


def _added(call: Call) -> Iterator[str]:
    """What all calls of the latest run sent and none before."""
    for place, now in call.now.leaves.items():
        if place not in call.before.leaves and not now.partial and not _is_auth(place):
            yield place


def _dropped(call: Call) -> Iterator[str]:
    """What all calls sent and those of the latest run did not."""
    for place, before in call.before.leaves.items():
        if place in call.now.leaves or _is_auth(place):
            continue
        found = presence(call.whole.leaves[place].seen, call.whole.seen)
        sure = found.steady and found.seen > _STEADY and not before.partial
        if found.gone or sure:
            yield place


def _is_auth(place: str) -> bool:
    kind, _, name = place.partition(" ")
    return kind == "header" and bool(
        {"auth", "authorization", "apikey", "session"}.intersection(words(name))
    )


def _is_csrf(place: str) -> bool:
    return bool(_CSRF.intersection(words(place)))


def _is_client(place: str) -> bool:
    kind, _, name = place.partition(" ")
    return kind == "header" and bool(_CLIENT.intersection(words(name)))


def _is_proof(place: str, call: Call) -> bool:
    """A value per call that nothing before held; its name says so where there was one call."""
    leaf = call.now.leaves[place]
    if not leaf.unknown:
        return False
    return bool(leaf.fresh) or bool(_PROOF.intersection(words(place)))


def _other(view: View, part: str, subject: str) -> Iterator[Change]:
    for call in view.calls:
        old, new = set(getattr(call.before, part)), set(getattr(call.now, part))
        if old and new and not old & new:
            yield _change(call, subject, ", ".join(sorted(old)), ", ".join(sorted(new)))


def _change(
    call: Call, place: str, before: str, after: str, *, direct: Severity | None = None
) -> Change:
    return Change(
        subject=f"{call.key} {place}",
        before=before,
        after=after,
        use=call.kind,
        step=min((s for s in call.before.steps if s != "-"), default=""),
        severity=direct if call.direct else None,
    )
