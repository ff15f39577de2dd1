"""Where the key-encryption keys are: in the key file, or given by the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from automation.errors import BadArgument
from automation.model import Secret
from automation.vault.kek import KeyEncryptionKey, LocalKek
from automation.vault.keyfile import new_key, read_keys, replace_keys

_ROTATE: Final = (
    "Set VETPORTAL_KEY to a new key of 64 hexadecimal digits and VETPORTAL_KEY_PREVIOUS to the one "
    "in use, restart what runs, then run this again."
)


class FileRing:
    """The keys of a key file.

    The file is read at once, before anything is read that a key of it wraps, and again whenever a
    key is asked for that was not in it. A rotation by another process thus goes unnoticed: what it
    takes out of the file was known here before, and what it puts in is found when it is met.

    Args:
        path: the key file, which exists.

    Raises:
        Unready: it cannot be used.
    """

    __slots__ = ("_known", "_path")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, LocalKek] = {}
        self._read()

    @property
    def place(self) -> str:
        """The path of the file."""
        return str(self._path)

    def current(self) -> KeyEncryptionKey:
        """The first key that stands in the file now."""
        return self._read()

    def find(self, kek: str) -> KeyEncryptionKey | None:
        """The key of this id, or None."""
        if kek not in self._known:
            self._read()
        return self._known.get(kek)

    def begin_rotation(self) -> KeyEncryptionKey:
        """Put a fresh key before the others, unless a rotation that was interrupted did."""
        keys = read_keys(self._path)
        if len(keys) == 1:
            replace_keys(self._path, (new_key(), *keys))
        return self._read()

    def end_rotation(self) -> None:
        """Leave only the first key in the file."""
        replace_keys(self._path, read_keys(self._path)[:1])

    def _read(self) -> LocalKek:
        keks = [LocalKek(key) for key in read_keys(self._path)]
        self._known.update({kek.id: kek for kek in keks})
        return keks[0]


class GivenRing:
    """The keys that the environment gives; they stay the same while the process runs.

    Args:
        key: the one in use, 64 hexadecimal digits.
        previous: the one that was in use before, while there are data keys that it wraps.
    """

    __slots__ = ("_current", "_known")

    def __init__(self, key: Secret, previous: Secret | None = None) -> None:
        self._current = LocalKek(key)
        keks = [self._current, *([LocalKek(previous)] if previous else [])]
        self._known = {kek.id: kek for kek in keks}

    @property
    def place(self) -> str:
        """The variable."""
        return "VETPORTAL_KEY"

    def current(self) -> KeyEncryptionKey:
        """The key in use."""
        return self._current

    def find(self, kek: str) -> KeyEncryptionKey | None:
        """The key of this id, or None."""
        return self._known.get(kek)

    def begin_rotation(self) -> KeyEncryptionKey:
        """The key in use, which whoever runs this has replaced already.

        Raises:
            BadArgument: there is no previous key that anything could come from.
        """
        if len(self._known) == 1:
            raise BadArgument("the key comes from the environment", remedy=_ROTATE)
        return self._current

    def end_rotation(self) -> None:
        """Nothing to do: whoever set the previous key takes it away."""
