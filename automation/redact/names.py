"""Names that say: the value beside me is a secret."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from automation.wire import words

# Anywhere in a name, whatever the spelling: csrf_token, ASP.NET_SessionId, X-Api-Key.
_PARTS: Final = (
    "apikey",
    "authenticity",
    "authoriz",
    "credential",
    "csrf",
    "jwt",
    "nonce",
    "passcode",
    "passphrase",
    "passw",
    "pwd",
    "secret",
    "session",
    "token",
    "verification",
    "xsrf",
)
# Only as a word of its own: "pass" but not "passenger".
_WORDS: Final = frozenset({"auth", "cvc", "cvv", "otp", "pass", "pin", "sid", "totp"})
# As the last word they say that the value is about the secret and not the secret itself.
_ABOUT: Final = frozenset(
    {
        "age", "algorithm", "at", "attempts", "count", "date", "days", "enabled", "error",
        "expiration", "expired", "expires", "expiry", "format", "hint", "in", "label", "length",
        "max", "message", "min", "minutes", "mode", "name", "path", "placeholder", "policy",
        "required", "seconds", "state", "status", "text", "timeout", "title", "ttl", "type",
        "uri", "url",
    }
)  # fmt: skip
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]")


def _any_case(word: str) -> str:
    return "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in word)


def _spoken() -> str:
    """Letters are grouped by the first one: flags and long alternations are slow."""
    known = {"api", *_PARTS, *_WORDS}
    begins = sorted(w for w in known if not any(w != v and w.startswith(v) for v in known))
    firsts = sorted({word[0] for word in begins})
    groups = [
        _any_case(first) + "(?:" + "|".join(_any_case(w[1:]) for w in begins if w[0] == first) + ")"
        for first in firsts
    ]
    return "(?:" + "|".join(groups) + ")"


SPOKEN: Final = _spoken()
"""A regular expression without groups that every secret name contains a match of."""

_SPOKEN: Final = re.compile(SPOKEN)


def speaks_of_secrets(text: str) -> bool:
    """Tell whether a text may hold the name of a secret."""
    return _SPOKEN.search(text) is not None


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Tell whether the value under this name is a secret by convention.

    Works for keys of forms and JSON, names of headers, cookies, inputs and variables.
    """
    if not speaks_of_secrets(name):
        return False
    parts = words(name)
    if not parts or parts[-1] in _ABOUT:
        return False
    folded = _NOT_ALNUM.sub("", name.lower())
    return any(part in folded for part in _PARTS) or not _WORDS.isdisjoint(parts)
