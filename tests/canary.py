"""The canary scanner: finds secrets in any byte of any artefact, in any encoding.

It is given the plain secrets and looks for each way of writing them in files, inside zip and gzip
members, cells of SQLite databases (write-ahead log included), text chunks of PNG pictures and file
names. It shares no code with the product, so that a mistake there cannot hide itself here.

    leaks = canary.scan([home, stdout], {"password": "...", "session cookie": "..."})
    assert not leaks, "\\n".join(map(str, leaks))

Not seen: text inside pixels, encrypted content, letters and digits that were escaped one by one
in only a part of a secret.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from typing_extensions import override

SHORTEST: Final = 6
DEPTH: Final = 6
PREFIX: Final = 4


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
    return sorted(
        {
            leak
            for root in roots
            for where, content in _contents(root)
            for leak in needles.leaks(where, content)
        },
        key=lambda leak: (leak.where, leak.offset, leak.secret, leak.encoding),
    )


# ---------------------------------------------------------------- encodings


def spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """Every way to write a secret as bytes, with the name of the way; repeats are possible."""
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


def _texts(secret: str) -> Iterator[tuple[str, str]]:
    yield "raw", secret
    for safe in ("", "/", "/:@", "!~*'()", "!$&'()*+,;=:@/?", "-_.~"):
        url = quote(secret, safe=safe, errors="replace")
        yield "url", url
        yield "url", re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), url)
        yield "url twice", quote(url, safe="")
    yield "url plus", quote_plus(secret, errors="replace")
    yield "url full", "".join(f"%{b:02X}" for b in secret.encode("utf-8", "replace"))
    for ascii_only in (True, False):
        text = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield "json", text
        yield "json", text.replace("/", "\\/")
        yield "json twice", json.dumps(text, ensure_ascii=ascii_only)[1:-1]
    yield from _escaped(secret)
    for text in (html.escape(secret), html.escape(secret, quote=False)):
        yield "html", text
        yield "html", text.replace("&#x27;", "&#39;")
        yield "html", text.replace("&#x27;", "&apos;")
        yield "html twice", html.escape(text)


def _escaped(secret: str) -> Iterator[tuple[str, str]]:
    """Character by character: everything, or everything but ASCII letters and digits."""
    ways: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("json \\uXXXX", lambda char: _units(char, "{:04x}")),
        ("json \\uXXXX", lambda char: _units(char, "{:04X}")),
        ("js \\xXX", lambda char: f"\\x{ord(char):02x}"),
        ("html decimal", lambda char: f"&#{ord(char)};"),
        ("html hex", lambda char: f"&#x{ord(char):x};"),
        ("html hex", lambda char: f"&#x{ord(char):X};"),
    )
    for name, way in ways:
        yield name, "".join(map(way, secret))
        yield name, "".join(c if c.isascii() and c.isalnum() else way(c) for c in secret)


def _units(char: str, form: str) -> str:
    content = char.encode("utf-16-be", "surrogatepass")
    return "".join("\\u" + form.format(unit) for (unit,) in struct.iter_unpack(">H", content))


def _base64_cores(content: bytes) -> Iterator[bytes]:
    """After 0, 1 and 2 other bytes, without the characters that other bytes have a part in."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + content)
        first = -(-before * 8 // 6)
        yield text[first : (before + len(content)) * 8 // 6]


class Needles:
    """All spellings of all secrets, found in one pass over the bytes."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._by_prefix: dict[bytes, list[tuple[bytes, str, str]]] = {}
        known: set[tuple[bytes, str]] = set()
        for name, secret in secrets.items():
            if len(secret) < SHORTEST:
                msg = f"{name} has fewer than {SHORTEST} characters: it would be found by chance"
                raise ValueError(msg)
            for encoding, content in spellings(secret):
                if (content, name) not in known:
                    known.add((content, name))
                    self._by_prefix.setdefault(content[:PREFIX], []).append(
                        (content, name, encoding)
                    )
        prefixes = _branches(sorted(self._by_prefix))
        self._pattern = re.compile(prefixes or b"(?!)", re.DOTALL)

    def leaks(self, where: str, content: bytes) -> Iterator[Leak]:
        at = 0
        while match := self._pattern.search(content, at):
            for needle, name, encoding in self._by_prefix[match[0]]:
                if content.startswith(needle, match.start()):
                    yield Leak(name, where, match.start(), encoding)
            at = match.start() + 1  # two may overlap


def _branches(texts: list[bytes]) -> bytes:
    """An alternation grouped by first byte; one long alternation would be slow."""
    groups: dict[bytes, list[bytes]] = {}
    for text in texts:
        if text:
            groups.setdefault(text[:1], []).append(text[1:])
    if not groups:
        return b""
    parts = [re.escape(first) + _branches(rest) for first, rest in groups.items()]
    return b"(?:" + b"|".join(parts) + b")"


# ---------------------------------------------------------------- artefacts


def _contents(root: Path | bytes) -> Iterator[tuple[str, bytes]]:
    if isinstance(root, bytes):
        yield from _layers("bytes", root)
    elif root.is_dir():
        for path in sorted(root.rglob("*")):
            yield f"name of {path}", str(path.relative_to(root)).encode()
            if path.is_file():
                yield from _file(path)
    else:
        yield from _file(root)


def _file(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    yield from _layers(str(path), content, 0)
    if content.startswith(b"SQLite format 3\0"):
        yield from _database(path)


def _layers(where: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The content, and whatever can be opened in it."""
    yield where, content
    if depth >= DEPTH:
        return
    for name, inner in _opened(content):
        yield from _layers(f"{where}!{name}", inner, depth + 1)


def _opened(content: bytes) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    yield member.filename, archive.read(member)
    elif content.startswith(b"\x1f\x8b"):
        yield from _gunzipped(content)
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _chunks(content)
    else:
        yield from _encoded_archives(content)


def _gunzipped(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Every member; a cut-off one as far as it goes, as a crash may leave it."""
    while content.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        yield "gunzipped", member.decompress(content)
        content = member.unused_data


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The text chunks of a PNG; two kinds of them may be compressed."""
    at = 8
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        data = content[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in {b"zTXt", b"iTXt", b"iCCP"}:
            for start in [match.start() for match in re.finditer(b"\0", data)]:
                for begin in (start + 1, start + 2):
                    inflater = zlib.decompressobj()
                    try:
                        yield kind.decode(), inflater.decompress(data[begin:])
                    except zlib.error:
                        continue


def _encoded_archives(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Archives that a text holds as base64, as an exported recording does."""
    for match in re.finditer(rb"(?:H4sI|UEsD|iVBO)[A-Za-z0-9+/]{16,}={0,2}", content):
        code = match[0].rstrip(b"=")
        code = code[: len(code) - (len(code) % 4 == 1)]
        yield f"base64 at {match.start()}", base64.b64decode(code + b"=" * (-len(code) % 4))


def _database(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every cell, as a reader sees it: long values lie on several pages, new ones in the log."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        shutil.copyfile(path, copy)
        log = path.with_name(path.name + "-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
        connection = sqlite3.connect(copy)
        connection.text_factory = bytes
        try:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in names.fetchall():
                yield from _table(connection, str(path), name.decode())
        finally:
            connection.close()


def _table(connection: sqlite3.Connection, where: str, table: str) -> Iterator[tuple[str, bytes]]:
    rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of the database
    columns = [column[0] for column in rows.description]
    for number, row in enumerate(rows):
        for column, cell in zip(columns, row, strict=True):
            content = cell if isinstance(cell, bytes) else str(cell).encode()
            yield from _layers(f"{where}!{table}.{column} row {number}", content)
