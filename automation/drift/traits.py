"""What a page asks of a person, told from its words; only the kind of page is kept.

A list of words per kind, in the languages portals of this trade come in. They decide nothing that
is done: they name what stands in the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "captcha": (
        r"captcha",
        r"i'?m not a robot",
        r"ich bin kein roboter",
        r"no soy un robot",
    ),
    "challenge": (
        r"checking (?:your|the) browser",
        r"verify(?:ing)? (?:that )?you are (?:a )?human",
        r"just a moment",
        r"unusual traffic",
        r"security check",
        r"ddos protection",
    ),
    "maintenance": (
        r"(?:down|offline|closed) for maintenance",
        r"under maintenance",
        r"scheduled maintenance",
        r"wartungsarbeiten",
        r"en mantenimiento",
        r"temporarily unavailable",
    ),
    "password.expired": (
        r"password (?:has |is )?expired",
        r"(?:must|need to|please) (?:change|update|reset) your password",
        r"passwort (?:ist )?abgelaufen",
        r"choose a new password",
        r"contraseña (?:ha )?(?:caducado|expirado)",
    ),
    "mfa": (
        r"one[- ]time (?:code|password)",
        r"verification code",
        r"authenticat(?:or|ion) (?:app|code)",
        r"two[- ](?:factor|step)",
        r"security code",
        r"passkey",
        r"6-digit code",
        r"bestätigungscode",
        r"código de verificación",
    ),
    "terms": (
        r"(?:accept|agree to) (?:the |our )?(?:new |updated )?(?:terms|conditions|agreement)",
        r"terms of (?:service|use) (?:have )?(?:changed|been updated)",
        r"updated (?:our )?terms",
        r"nutzungsbedingungen (?:zustimmen|akzeptieren)",
    ),
    "consent": (
        r"cookies?\b.{0,80}(?:accept|consent|allow|reject|privacy)",
        r"we (?:use|value).{0,30}cookies",
        r"(?:accept|allow|reject) (?:all )?cookies",
        r"cookie[- ]einstellungen",
    ),
    "survey": (
        r"how (?:likely|satisfied|are we doing)",
        r"(?:take|short|quick) (?:a |our )?survey",
        r"give (?:us )?feedback",
        r"rate your experience",
        r"umfrage",
    ),
    "whatsnew": (
        r"what'?s new",
        r"release notes",
        r"new features?",
        r"take (?:a|the) tour",
        r"guided tour",
        r"neuigkeiten",
        r"welcome to the new",
    ),
    "account.chooser": (
        r"(?:choose|select|pick) an? account",
        r"which account",
        r"konto (?:aus)?wählen",
    ),
    "tenant.chooser": (
        r"(?:choose|select|pick|switch) (?:a |your |the )?(?:practice|location|clinic|site)",
        r"(?:choose|select|pick|switch) (?:an? |your |the )?(?:organi[sz]ation|hospital)",
        r"praxis (?:aus)?wählen",
    ),
    "empty": (
        r"no (?:results|records|data|entries|matches|items)(?: (?:were )?found)?\b",
        r"nothing found",
        r"keine (?:ergebnisse|einträge|daten)",
        r"sin resultados",
    ),
}
TRAITS: Final = {name: re.compile("|".join(words), re.IGNORECASE) for name, words in _WORDS.items()}
"""How each kind of page is recognised."""


def traits_of(texts: Iterable[str]) -> Iterator[str]:
    """The kinds that the texts of a page, or of a dialog on it, speak of."""
    whole = "\n".join(texts)
    for name, words in TRAITS.items():
        if words.search(whole):
            yield name
