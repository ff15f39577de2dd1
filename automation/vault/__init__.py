"""Secrets at rest: the key file, sealing of fields, one-time passwords."""

from automation.vault.keyfile import load_or_create_key
from automation.vault.seal import Vault
from automation.vault.totp import Algorithm, Totp

__all__ = ["Algorithm", "Totp", "Vault", "load_or_create_key"]
