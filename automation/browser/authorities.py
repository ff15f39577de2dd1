"""Make Chromium trust the authorities of a practice, and only in that one start.

Chromium has no flag for it that verifies: ``--ignore-certificate-errors-spki-list`` accepts any
chain that shows the named key. What it does read, beside its own list, is the NSS database of the
user it runs as. So it is given a home of its own with such a database in it.

The database is written by NSS itself, the library that Chromium stands on and that is therefore
there wherever Chromium is. It keeps its state for the life of a process, so it runs in one of its
own: this file, as a program.
"""

from __future__ import annotations

import asyncio
import ctypes
import re
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

_FOLDER: Final = Path(".pki") / "nssdb"
"""Where NSS of the user looks, below the home."""
_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", flags=re.DOTALL
)
_VALID_CA: Final = 1 << 3
_TRUSTED_CA: Final = 1 << 4
"""Bits of a trust record: an authority (certdb.h: CERTDB_VALID_CA), one that signs servers."""
_SECONDS: Final = 60.0


@asynccontextmanager
async def home_trusting(authorities: str) -> AsyncIterator[Mapping[str, str]]:
    """A home for one start of the browser.

    Args:
        authorities: PEM certificates; empty leaves the browser the home it has.

    Returns:
        what has to change in the environment of the browser.

    Raises:
        Unready: NSS is not there, or does not take the certificates.
    """
    if not authorities:
        yield {}
        return
    with TemporaryDirectory(prefix="vetportal-home-", ignore_cleanup_errors=True) as home:
        await _write(Path(home) / _FOLDER, authorities)
        yield {"HOME": home, "XDG_DATA_HOME": str(Path(home) / ".local" / "share")}


async def _write(folder: Path, authorities: str) -> None:
    from automation.errors import Unready  # noqa: PLC0415 - this file is a program, too

    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", __file__, str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            _, said = await child.communicate(authorities.encode())
    except TimeoutError:
        child.kill()
        await child.wait()
        said = b"it does not end"
    if child.returncode:
        reason = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise Unready(
            f"the browser cannot be told the authorities of this practice: {reason}",
            remedy="NSS belongs to every Chromium; Debian: `apt-get install libnss3`.",
        )


class _Trust(ctypes.Structure):
    """``CERTCertTrust``: a word of bits for each use of a certificate."""

    _fields_ = (("servers", ctypes.c_uint), ("mail", ctypes.c_uint), ("code", ctypes.c_uint))


class _Bytes(ctypes.Structure):
    """``SECItem``: a kind, which is of no matter here, and bytes."""

    _fields_ = (("kind", ctypes.c_int), ("data", ctypes.c_char_p), ("length", ctypes.c_uint))


class _Nss:
    """The few functions of NSS that its tool certutil would call; a failure ends the program."""

    def __init__(self, folder: str) -> None:
        """Begin an empty database without a password."""
        self._library = ctypes.CDLL("libnss3.so")
        self._done("NSS_InitReadWrite", f"sql:{folder}".encode())
        self._slot = self._made("PK11_GetInternalKeySlot")
        self._done("PK11_InitPin", self._slot, None, b"")

    def trust(self, name: bytes, der: bytes) -> None:
        """Keep a certificate as an authority for servers."""
        database = self._made("CERT_GetDefaultCertDB")
        item = ctypes.byref(_Bytes(0, der, len(der)))
        certificate = self._made("CERT_NewTempCertificate", database, item, None, 0, 1)
        self._done("PK11_ImportCert", self._slot, certificate, ctypes.c_ulong(0), name, 0)
        trust = ctypes.byref(_Trust(_VALID_CA | _TRUSTED_CA, 0, 0))
        self._done("CERT_ChangeCertTrust", database, certificate, trust)

    def _made(self, name: str, *arguments: object) -> ctypes.c_void_p:
        """Call a function that gives a pointer."""
        function = getattr(self._library, name)
        function.restype = ctypes.c_void_p
        return ctypes.c_void_p(function(*arguments) or self._failed(name))

    def _done(self, name: str, *arguments: object) -> None:
        """Call a function that gives 0 when it did it."""
        if getattr(self._library, name)(*arguments):
            self._failed(name)

    def _failed(self, name: str) -> NoReturn:
        sys.exit(f"{name} of NSS fails with {self._library.PR_GetError()}")


def main(folder: str, authorities: str) -> None:
    """Write the database; runs in a process of its own."""
    try:
        Path(folder).mkdir(mode=0o700, parents=True)
        nss = _Nss(folder)
    except OSError as problem:
        sys.exit(f"{problem}")
    for number, pem in enumerate(_CERTIFICATE.findall(authorities), start=1):
        nss.trust(f"authority {number}".encode(), ssl.PEM_cert_to_DER_cert(pem))


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
