"""The canary scanner: finds secrets in any byte of any artefact, in any encoding.

It is given the plain secrets and looks for each way of writing them: in files and their names, in
members of gzip, zlib and zip that stand anywhere (cut-off ones as far as they go), bzip2 and xz,
cells of SQLite databases (write-ahead log included), text chunks of PNG pictures, and in whatever
is written there as base64. Escapes of addresses, HTML, JSON and program texts may be mixed, nested
or put on some of the characters only. It shares no code with the product, so that a mistake there
cannot hide itself here.

    leaks = canary.scan([home, stdout], {"password": "...", "session cookie": "..."})
    assert not leaks, "\\n".join(map(str, leaks))

Not seen: text inside pixels; escapes of one kind twice below another where each stands at some
characters only; a secret of hardly more than quotes and backslashes, escaped; what is encrypted or
hashed; brotli, zstd, snappy and compressions other than those above, as in PDF; a secret that is
broken by a line end, by markup or by the page border of a deleted database row; UTF-32, UTF-7 and
other rare character sets.
"""

from __future__ import annotations

import base64
import bz2
import html
import json
import lzma
import quopri
import re
import shlex
import sqlite3
import string
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from typing_extensions import override

SHORTEST: Final = 6
DEPTH: Final = 6
_START: Final = 4


@dataclass(frozen=True, slots=True)
class Leak:
    """One place where a secret stands.

    Attributes:
        secret: the name of the secret; never its text.
        where: the file, then what had to be opened in it: ``trace.zip!trace.network``.
        offset: bytes from the start of the innermost content.
        encoding: how the secret is written there: ``raw``, ``base64 of json``, ...
    """

    secret: str
    where: str
    offset: int
    encoding: str

    @override
    def __str__(self) -> str:
        return f"{self.where}: {self.secret} at byte {self.offset} ({self.encoding})"


def scan(roots: Iterable[Path | bytes], secrets: Mapping[str, str]) -> list[Leak]:
    """Every leak below the roots.

    Args:
        roots: folders, files or bytes (what a program printed).
        secrets: plain texts by a name that may be shown.

    Raises:
        ValueError: a secret is so short that it would be found by chance.
        FileNotFoundError: a root does not exist; a scan of nothing would prove nothing.
    """
    needles = Needles(secrets)
    found = (
        leak
        for root in roots
        for where, content in _contents(root)
        for leak in needles.leaks(where, content)
    )
    return sorted(
        set(found), key=lambda leak: (leak.where, leak.offset, leak.secret, leak.encoding)
    )


# ---------------------------------------------------------------- encodings


def spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """The ways to write a secret as bytes, with the name of the way; repeats are possible.

    Other ways to escape it are found in :func:`plain` text.
    """
    for name, text in _texts(secret):
        content = text.encode("utf-8", "surrogatepass")
        yield name, content
        of = "" if name == "raw" else f" of {name}"
        yield f"hex{of}", content.hex().encode()
        yield f"hex{of}", content.hex().upper().encode()
        for core in _base64_cores(content):
            yield f"base64{of}", core
            yield f"base64url{of}", core.translate(bytes.maketrans(b"+/", b"-_"))
            yield f"base64{of} in url", quote(core.decode(), safe="").encode()
        for order in ("le", "be"):
            yield f"utf-16-{order}{of}", text.encode(f"utf-16-{order}", "surrogatepass")
    yield "quoted-printable", quopri.encodestring(secret.encode("utf-8", "replace"))


def _texts(secret: str) -> Iterator[tuple[str, str]]:
    yield "raw", secret
    yield "url", quote(secret, safe="", errors="replace")
    yield "url plus", quote_plus(secret, errors="replace")
    yield "json", json.dumps(secret)[1:-1]
    yield "json", json.dumps(secret, ensure_ascii=False)[1:-1]
    yield "html", html.escape(secret)
    yield "html", html.escape(secret, quote=False)
    yield "html", secret.replace("&", "&amp;").replace('"', "&quot;")
    yield "program", repr(secret)[1:-1]
    yield "shell", shlex.quote(secret).strip("'")


def _base64_cores(content: bytes) -> Iterator[bytes]:
    """After 0, 1 and 2 other bytes, without the characters that other bytes have a part in."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + content)
        first = -(-before * 8 // 6)
        yield text[first : (before + len(content)) * 8 // 6]


_ESCAPE: Final = re.compile(
    rb"[%&\\](?:"  # begins with a set, which is looked for much faster than alternatives
    rb"(?<=%)(?P<byte>[0-9A-F]{2})|(?<=%)u(?P<unit>[0-9A-F]{4})"
    rb"|(?<=&)#x(?P<hex>[0-9A-F]{1,6});|(?<=&)#(?P<decimal>[0-9]{1,7});"
    rb"|(?<=&)(?P<name>[A-Z][A-Z0-9]{1,31});"
    rb"|(?<=\\)\\*(?:x(?P<code>[0-9A-F]{2})|(?-i:U)(?P<long>[0-9A-F]{8})"
    rb"|u(?P<high>D[89AB][0-9A-F]{2})\\+u(?P<low>D[C-F][0-9A-F]{2})"
    rb"|u(?P<point>[0-9A-F]{4})|u\{(?P<braced>[0-9A-F]{1,6})\}|(?P<control>[nrtbf])))",
    re.IGNORECASE,
)
_CONTROLS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PASSES: Final = 12
_POINTS: Final = 0x110000


@lru_cache(1)
def plain(content: bytes) -> bytes:
    """The same with all escapes taken off, however deep they are nested.

    Backslashes before what needs none stay: what follows them may still be escaped otherwise.
    """
    for _ in range(_PASSES):
        before, content = content, _ESCAPE.sub(_unescaped, content)
        if content == before:
            break
    return content


def _unescaped(match: re.Match[bytes]) -> bytes:
    kind = str(match.lastgroup)
    text = match[kind]
    if kind == "control":
        return _CONTROLS.get(text, text)
    if kind == "name":
        return html5.get(f"{text.decode()};", match[0].decode()).encode()
    return _by_number(kind, text, match)


def _by_number(kind: str, text: bytes, match: re.Match[bytes]) -> bytes:
    if kind in {"byte", "code"}:
        return bytes.fromhex(text.decode())
    if kind == "low":
        return bytes.fromhex((match["high"] + text).decode()).decode("utf-16-be").encode()
    number = int(text, 10 if kind == "decimal" else 16)
    return chr(number).encode("utf-8", "replace") if number < _POINTS else match[0]


def _half_in_bytes(secret: str) -> Iterator[bytes]:
    """As :func:`plain` reads what scripts escape: bytes up to 255, numbers of characters above.

    `%E9%u0100` are units of UTF-16 (ECMAScript's `escape`), `\\xe9\\u{1f600}` whole characters.
    """
    for order, size in (("utf-16-be", 2), ("utf-32-be", 4)):
        written = secret.encode(order, "surrogatepass")
        numbers = [int.from_bytes(written[at : at + size]) for at in range(0, len(written), size)]
        yield b"".join(
            bytes([each]) if each < 256 else chr(each).encode("utf-8", "replace")
            for each in numbers
        )


def folded(content: bytes) -> bytes:
    """Plain text without what quoting doubles or adds, and with spaces as forms write them."""
    return plain(content).translate(bytes.maketrans(b"+", b" "), b"'\"\\")


class Needles:
    """All spellings of all secrets, found in one pass over the bytes."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._written = _Finder()
        self._folded = _Finder()
        for name, secret in secrets.items():
            if len(secret) < SHORTEST:
                msg = f"{name} has fewer than {SHORTEST} characters: it would be found by chance"
                raise ValueError(msg)
            for encoding, content in spellings(secret):
                self._written.add(content, name, encoding)
            for text in (secret.encode("utf-8", "replace"), *_half_in_bytes(secret)):
                content = folded(text)
                if len(content) >= SHORTEST:
                    self._folded.add(content, name, "escaped")

    def leaks(self, where: str, content: bytes) -> Iterator[Leak]:
        found = set()
        for leak in self._written.leaks(where, content):
            found.add(leak.secret)
            yield leak
        for leak in self._folded.leaks(where, folded(content)):
            if leak.secret not in found:  # said better already
                yield leak


class _Finder:
    """Looks for many texts at once: first which of their beginnings occur, at any offset."""

    def __init__(self) -> None:
        self._by_start: dict[int, dict[tuple[bytes, str], str]] = {}

    def add(self, content: bytes, name: str, encoding: str) -> None:
        start = int.from_bytes(content[:_START], sys.byteorder)
        self._by_start.setdefault(start, {}).setdefault((content, name), encoding)

    def leaks(self, where: str, content: bytes) -> Iterator[Leak]:
        view = memoryview(content)
        shifted = (view[at : at + (len(view) - at) // _START * _START] for at in range(_START))
        starts = {start for each in shifted for start in self._met(each)}
        for start in starts:
            for (needle, name), encoding in self._by_start[start].items():
                at = content.find(needle)
                while at >= 0:
                    yield Leak(name, where, at, encoding)
                    at = content.find(needle, at + 1)

    def _met(self, view: memoryview) -> set[int]:
        return self._by_start.keys() & view.cast("I") if len(view) else set()


# ---------------------------------------------------------------- artefacts


def _contents(root: Path | bytes) -> Iterator[tuple[str, bytes]]:
    if isinstance(root, bytes):
        yield from _layers("bytes", root)
    elif root.is_dir():
        for path in sorted(root.rglob("*")):
            yield f"name of {path}", str(path.relative_to(root)).encode()
            if path.is_symlink():
                yield f"target of {path}", bytes(path.readlink())
            elif path.is_file():
                yield from _file(path)
    else:
        yield from _file(root)


def _file(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    yield from _layers(str(path), content)
    if content.startswith(_DATABASE):
        log = path.with_name(path.name + "-wal")
        yield from _database(str(path), content, log.read_bytes() if log.exists() else b"")


def _layers(where: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The content, and whatever can be opened in it."""
    yield where, content
    if depth >= DEPTH:
        return
    for name, inner in _opened(content):
        if inner:
            yield from _layers(f"{where}!{name}", inner, depth + 1)
    if depth and content.startswith(_DATABASE):
        yield from _database(where, content, b"")


def _opened(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _chunks(content)
        return
    yield from _streams(content)
    yield from _from_base64(content)
    if content.startswith(b"BZh"):
        yield "from bzip2", _unpacked(bz2.BZ2Decompressor().decompress, content)
    if content.startswith(b"\xfd7zXZ\0"):
        yield "from xz", _unpacked(lzma.LZMADecompressor().decompress, content)


def _streams(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Members of gzip, zlib and zip, wherever they begin; text looks like one by chance only."""
    for match in re.finditer(rb"\x1f\x8b\x08|PK\x03\x04|x[\x01\x5e\x9c\xda]", content):
        at, kind = match.start(), match[0]
        if kind.startswith(b"PK"):
            head = content[at : at + 30]
            if len(head) == 30 and head[8:10] == b"\x08\0":
                name, extra = struct.unpack_from("<HH", head, 26)
                body = at + 30 + name + extra
                member = content[at + 30 : at + 30 + name].decode("utf-8", "replace")
                yield member, _unpacked(zlib.decompressobj(-15).decompress, content[body:])
        elif kind.startswith(b"x"):
            yield f"zlib at {at}", _unpacked(zlib.decompressobj(15).decompress, content[at:])
        else:
            yield f"gzip at {at}", _unpacked(zlib.decompressobj(31).decompress, content[at:])


def _unpacked(inflate: Callable[[bytes], bytes], content: bytes) -> bytes:
    """What comes out before the end or the first damage, as a crash may leave it."""
    out = bytearray()
    with suppress(zlib.error, lzma.LZMAError, EOFError, OSError):
        for at in range(0, len(content), 256):
            out += inflate(content[at : at + 256])
    return bytes(out)


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The text chunks of a PNG; they may be compressed."""
    at = 8
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        data = content[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in {b"tEXt", b"zTXt", b"iTXt", b"iCCP"}:
            yield kind.decode(), data
            for match in re.finditer(b"\0", data):
                for begin in (match.start() + 1, match.start() + 2):
                    inflate = zlib.decompressobj().decompress
                    yield kind.decode(), _unpacked(inflate, data[begin:])


_BASE64: Final = string.ascii_letters.encode() + string.digits.encode() + b"+/-_"
_OTHERS: Final = bytes(set(range(256)) - set(_BASE64))
_RUNS: Final = bytes.maketrans(_OTHERS + b"-_", b" " * len(_OTHERS) + b"+/")
_RUN: Final = 16
_LINE: Final = 60


def _from_base64(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What is written as base64, also where other letters come directly before it."""
    texts: list[bytes] = []
    before = b""
    for run in plain(content).translate(_RUNS, b"\\").split():
        if len(before) >= _LINE:
            texts[-1] += run  # the next line of the same text
        elif len(run) >= _RUN:
            texts.append(run)
        before = run
    for after in range(4):
        yield f"base64 after {after}", b"\0".join(_decoded(text[after:]) for text in texts)


def _decoded(code: bytes) -> bytes:
    whole = code[: len(code) - (len(code) % 4 == 1)]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


_DATABASE: Final = b"SQLite format 3\0"


def _database(where: str, content: bytes, log: bytes) -> Iterator[tuple[str, bytes]]:
    """Every cell, as a reader sees it: long values lie on several pages, new ones in the log."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        copy.write_bytes(content)
        if log:
            copy.with_name(copy.name + "-wal").write_bytes(log)
        with closing(sqlite3.connect(copy)) as connection:
            connection.text_factory = bytes
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in names.fetchall():
                yield from _table(connection, where, name.decode())


def _table(connection: sqlite3.Connection, where: str, table: str) -> Iterator[tuple[str, bytes]]:
    rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of the database
    columns = [column[0] for column in rows.description]
    for number, row in enumerate(rows):
        for column, cell in zip(columns, row, strict=True):
            content = cell if isinstance(cell, bytes) else str(cell).encode()
            yield from _layers(f"{where}!{table}.{column} row {number}", content)
