"""Vaults for tests: they know the data keys of some practices and need no file."""

from __future__ import annotations

from automation.model import Secret
from automation.vault import GivenRing, Vault

KEY = Secret("0f" * 32)
OTHER_KEY = Secret("f0" * 32)


def vault_for(*practices: str, key: Secret = KEY) -> Vault:
    """A vault with fresh data keys for these practices."""
    vault = Vault(GivenRing(key))
    vault.learn([vault.new_key(practice, beside=()) for practice in practices])
    return vault
