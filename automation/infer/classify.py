"""The class of every leaf of a request: where its value comes from, with the evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from automation.infer.clock import clock_binding
from automation.infer.logins import scrambled, step_order
from automation.infer.observe import Operation
from automation.infer.provenance import readings, tells
from automation.infer.series import Series
from automation.model import (
    Binding,
    Computed,
    Constant,
    FromSecret,
    Input,
    Otp,
    Random,
    Unknown,
)
from automation.wire import (
    PLACEHOLDER,
    Place,
    form_of,
    information,
    placeholder_class,
    tells_operation,
    words,
)


def known_binding(series: Series) -> Binding | None:
    """Classes that need no other operation: secret, code, program text, typed input, clock."""
    for rule in (_secret, _scrambled, _program, _call_number, _typed, clock_binding):
        if found := rule(series):
            return found
    return None


def last_binding(series: Series) -> Binding:
    """Classes for a leaf that nobody provided: constant, choice, random, computed, unknown."""
    for rule in (_made_of_password, _switched_on, _constant, _asked, _computed, _choice, _random):
        if found := rule(series):
            return found
    example = series.values[0]
    why = f"{len(set(series.texts))} different values and nothing that gives them"
    return Unknown(unknown=example, optional=series.optional, why=why)


def _secret(series: Series) -> Binding | None:
    classes = {placeholder_class(text) for text in series.texts}
    if len(classes) != 1 or (found := classes.pop()) is None:
        return None
    if found == "totp":
        return Otp(otp="totp", optional=series.optional, why="the one-time code was typed")
    if "." in found:
        return FromSecret(secret=found, optional=series.optional, why=f"{found} was typed")
    return None


def _scrambled(series: Series) -> Binding | None:
    """A credential in an encoding that the portal's own script made."""
    found = {scrambled(text) for text in series.texts} - {None}
    if not found:
        return None
    names = " and ".join(sorted(map(str, found)))
    why = f"{names} was typed and is sent in base64"
    return Computed(computed=f"base64 of {names}", optional=series.optional, why=why)


def _program(series: Series) -> Binding | None:
    """What the client's author wrote: the text of a GraphQL query and its name, media types.

    That a script of the page holds it, too, makes it no state of a session.

    Source: GraphQL over HTTP, section 5.1 (the parameters ``query`` and ``operationName``).
    """
    written = (
        all(_MEDIA_TYPE.match(text) for text in series.texts)
        or (series.name in {"query", "operationName"} and all(s.graphql for s in series.present))
        or (tells_operation(series.name) and all(map(_WORD.match, series.texts)))
    )
    return _constant(series) if written else None


def _call_number(series: Series) -> Binding | None:
    """What the client numbers its calls by; one that makes a call of its own may say any number."""
    if not all(sighting.numbers_call(series.spot) for sighting in series.present):
        return None
    why = "numbers the calls of a client (JSON-RPC), and the answers say it again"
    return Constant(constant=series.values[0], optional=series.optional, why=why)


_WORD: Final = re.compile(r"\A[A-Za-z]+(?:[._/-]?[A-Za-z]+)*\Z")
_MEDIA_TYPE: Final = re.compile(r"\A[a-z]+/[\w.+*-]+(?:[,;] ?[^«»]*)?\Z")


def _typed(series: Series) -> Binding | None:
    """A person typed it: equal, or contained in a text that the client wraps around it."""
    votes: Counter[tuple[str, str | None]] = Counter()
    for sighting, text in zip(series.present, series.texts, strict=True):
        for name, typed in sighting.capture.inputs.items():
            wrap = _wrapped(text, typed)
            if wrap is not None:
                votes[name, wrap] += 1
    if not votes:
        return None
    (name, wrap), count = votes.most_common(1)[0]
    if _refuted(series, name):
        return None
    untyped = [v for v, t in zip(series.values, series.texts, strict=True) if not t]
    rest = len(series.texts) - count - len(untyped)
    if rest > count:
        return None
    why = f"the typed {name} stood in {count} of {len(series.texts)} calls"
    default = untyped[0] if untyped else None if _must_be_said(series) else series.values[0]
    return Input(
        input=name,
        default=default,
        wrap=None if wrap == "{}" else wrap,
        optional=series.optional,
        why=why,
    )


def _must_be_said(series: Series) -> bool:
    """What names a thing, or came with what was written, is nothing to ask for by default."""
    written = any(s.capture.effect == "write" for s in series.present)
    return series.optional or written or series.spot[0] is Place.PATH


def _refuted(series: Series, name: str) -> bool:
    """Another text was typed the other time, and the leaf did not care."""
    typed = {s.capture.inputs[name] for s in series.present if name in s.capture.inputs}
    return len(typed) > 1 and not series.varies


def _wrapped(text: str, typed: str) -> str | None:
    """``{}`` when the text is the typed one, the template around it when it contains it."""
    if typed and text.strip().casefold() == typed.strip().casefold():
        return "{}"
    word = re.compile(rf"(?<![^\W_]){re.escape(typed)}(?![^\W_])")
    if len(typed) > 2 and len(word.findall(text)) == 1:  # noqa: PLR2004 - shorter are everywhere
        return word.sub("\0", text).replace("{", "{{").replace("}", "}}").replace("\0", "{}")
    return None


def _switched_on(series: Series) -> Binding | None:
    """What a list was first asked without, and then with at a later step, is a filter somebody set.

    It is left out unless the caller says it: else only what it lets through would ever be read.
    """
    if series.spot[0] is not Place.QUERY or series.operation.key.method != "GET":
        return None
    runs = series.operation.by_run().values()
    later = (s for run in runs if series.spot not in run[0].leaves for s in run[1:])
    firsts = {run[0].run: run[0].exchange.step for run in runs}
    if not any(series.spot in s.leaves and s.exchange.step != firsts[s.run] for s in later):
        return None
    if any(form_of(text) == "placeholder" or information(text) >= _SHORT for text in series.texts):
        return None
    name = "-".join(words(series.name)) or "value"
    return Input(input=name, optional=True, why="the list was first asked for without it")


def _constant(series: Series) -> Binding | None:
    if series.varies or any(PLACEHOLDER.search(text) for text in series.texts):
        return None  # a secret never changes into a constant
    calls, runs = len(series.texts), len({s.run for s in series.present})
    why = f"the same in {calls} calls of {runs} recordings"
    if calls == 1:
        why = "seen once: a hypothesis"
    return Constant(constant=series.values[0], optional=series.optional, why=why)


def _asked(series: Series) -> Binding | None:
    """What changes in the path names what is wanted: the caller must say it."""
    if series.spot[0] is not Place.PATH:
        return None
    why = f"{len(set(series.texts))} different values in the path and nothing that gives them"
    return Input(input=f"segment-{series.spot[1]}", why=why)


_SIGNATURE_WORDS: Final = frozenset(
    {"sign", "signature", "sig", "hash", "hmac", "digest", "checksum", "mac"}
)
_DIGEST: Final = re.compile(
    r"\A(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[\w+/-]{27,86}={0,2})\Z"
)


def _computed(series: Series) -> Binding | None:
    named = _SIGNATURE_WORDS & set(words(series.name))
    if not named or not all(_DIGEST.match(text) or form_of(text) for text in series.texts):
        return None
    why = f"changes, nothing provides it, and {series.name} names a signature"
    return Computed(computed="signature", optional=series.optional, why=why)


def _made_of_password(series: Series) -> Binding | None:
    """The password was typed, and no call carries it so: a script hashed or encrypted it."""
    for sighting, text in zip(series.present, series.texts, strict=True):
        login = sighting.login
        if login is None or login.as_typed or not _opaque(text):
            return None
        if step_order(sighting.exchange.step) < step_order(login.typed_at):
            return None
    why = "the password was typed, no call carries it as it is, and nothing provides this value"
    made = "hash or encryption of credential.password"
    return Computed(computed=made, optional=series.optional, why=why)


def _opaque(text: str) -> bool:
    """A hash, a ciphertext, or what was redacted under a secret's name."""
    found = placeholder_class(text)
    if found is not None:
        return "." not in found
    return form_of(text) != "uuid" and bool(_DIGEST.match(text) or _CIPHERTEXT.match(text))


_CIPHERTEXT: Final = re.compile(r"\A(?=.*\d)(?=.*[A-Za-z])[\w+/-]{40,}={0,2}\Z")


def _choice(series: Series) -> Binding | None:
    """A short value that changed where a person acted: a filter, a tab, a view."""
    short = all(
        information(text) < _SHORT and form_of(text) in {None, "integer", "date"}
        for text in series.texts
    )
    by_step = {s.exchange.step for s in series.present}
    if not short or len(by_step) < 2:  # noqa: PLR2004 - one step cannot show a choice
        return None
    why = f"took {len(set(series.texts))} values, changing with the steps of the journey"
    number = all(isinstance(v, int | float) and not isinstance(v, bool) for v in series.values)
    return Input(
        input="-".join(words(series.name)) or "value",
        type="number" if number else "text",
        default=series.values[0],
        optional=series.optional or series.values[0] is None,
        why=why,
    )


_SHORT: Final = 60
"""Bits below which a value is a choice rather than a token."""


def _random(series: Series) -> Binding | None:
    texts = series.texts
    if len(set(texts)) < len(texts):
        return None
    forms = {_shape_of(text) for text in texts}
    lengths = {len(text) for text in texts}
    shape = None
    if forms == {"uuid"}:
        shape = "uuid"
    elif len(lengths) == 1 and (form := forms.pop() if len(forms) == 1 else None):
        kinds = {"hex": "hex", "integer": "digits", "token": "alnum", "ksuid": "alnum"}
        shape = f"{kinds[form]}:{lengths.pop()}" if form in kinds else None
    if shape is None:
        return None
    why = f"{len(texts)} different values of one form and nothing that gives them"
    return Random(random=shape, optional=series.optional, why=why)


def _shape_of(text: str) -> str | None:
    """The form of a value; that of a redacted one only where nothing else looks like it."""
    hidden = PLACEHOLDER.fullmatch(text)
    if hidden is None:
        return form_of(text)
    return "uuid" if hidden["charset"] == "uuid" else None


def provided_by_list(
    series: Series, operation_at: Callable[[int, int], Operation | None]
) -> tuple[Operation, str, str | None, str] | None:
    """The operation whose items gave this leaf its values: (operation, path, wrap, why).

    Args:
        series: the leaf.
        operation_at: the operation behind an exchange, by run and sequence number.
    """
    votes: Counter[tuple[int, str, str | None]] = Counter()
    named: dict[int, Operation] = {}
    each = True
    # what varies in the path of an address names a thing, whatever its key is called elsewhere
    consumer = "id" if series.spot[0] is Place.PATH else series.name
    for sighting, text in zip(series.present, series.texts, strict=True):
        voted = set()
        for inner, wrap in readings(text):
            for provider in series.books[sighting.run].before(inner, sighting.exchange):
                giver = operation_at(sighting.run, provider.seq)
                path = provider.source.json_path
                usable = giver is not None and giver is not series.operation and path is not None
                told = tells(inner, consumer, provider.name)
                if usable and not told and wrap is None:
                    told = (
                        _names_list(series.name, path or "")
                        or _lies_below(series, giver, path)
                        or _is_of_giver(series.name, giver, path)
                    )
                if usable and told:
                    named[id(giver)] = giver  # type: ignore[assignment]
                    voted.add((id(giver), path or "", wrap))
        votes.update(voted)
        each = each and bool(voted)
    # one thing may be opened from several lists: then the one it was opened from most gives it
    most = max(votes.values(), default=0)
    if not each or not votes or (most < len(series.texts) and series.spot[0] is not Place.PATH):
        return None
    full = [(key, n) for key, n in votes.items() if n == most]
    best = min(full, key=lambda kn: _rank(kn[0], named[kn[0][0]], series))[0]
    changed = "changed with it" if series.varies else "an identity, though it never changed"
    of = f"{most} of {len(series.texts)}" if most < len(series.texts) else f"each of {most}"
    why = f"{best[1]} held the value before {of} calls; {changed}"
    return named[best[0]], best[1], best[2], why


def _names_list(consumer: str, path: str) -> bool:
    """``location`` and ``locations[].id``: a short number means what its list says it does."""
    listed, _, key = path.rpartition("[].")
    name = consumer.lower()
    return key == "id" and listed.rpartition(".")[2].lower() in {f"{name}s", f"{name}es"}


def _lies_below(series: Series, giver: Operation | None, path: str | None) -> bool:
    """``/pets/`` and then ``/pets/7/``: what comes below a list is one of it, however short."""
    place, depth = series.spot
    if place is not Place.PATH or giver is None or path is None:
        return False
    own, listed = series.operation.key, giver.key
    before = [part for part in own.template[: int(depth)] if part][-1:]
    above = [part for part in listed.template if part][-1:]
    named = words(path.rpartition("[].")[2]) in {("id",), ("pk",)}
    return named and own.origin == listed.origin and bool(before) and before == above


def _is_of_giver(consumer: str, giver: Operation | None, path: str | None) -> bool:
    """``petId`` and the ``id`` in what ``/pets`` or ``pets_list`` gave."""
    if giver is None or path is None or words(path.rpartition("[].")[2]) != ("id",):
        return False
    *noun, last = words(consumer) or ("",)
    spoken = giver.key.discriminator[1] if giver.key.discriminator else giver.key.path
    plural = {f"{noun[-1]}s", f"{noun[-1]}es"} if noun else set()
    return last == "id" and bool(plural.intersection(words(spoken)))


def _rank(
    key: tuple[int, str, str | None], giver: Operation, series: Series
) -> tuple[bool, bool, int, bool, int, str]:
    """Prefer the whole value, the same or a matching name, the giver with more in common.

    The name of a list is what people call it, and its id when nothing else stays the same.
    """
    _, path, wrap = key
    provider_name = set(words(path.rsplit(".", 1)[-1]))
    shared = len(provider_name & set(words(series.name)))
    together = len(giver.flows & series.operation.flows)
    return (wrap is not None, not shared, -together, '"#' in path, len(path), path)
