"""Secrets at rest: key-encryption keys, data keys, sealed values, one-time passwords."""

from automation.vault.kek import KeyEncryptionKey, KeyRing
from automation.vault.keyfile import make_key_file
from automation.vault.ring import FileRing, GivenRing
from automation.vault.seal import Vault
from automation.vault.totp import Algorithm, Totp

__all__ = [
    "Algorithm",
    "FileRing",
    "GivenRing",
    "KeyEncryptionKey",
    "KeyRing",
    "Totp",
    "Vault",
    "make_key_file",
]
