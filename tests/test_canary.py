"""The canary scanner finds what is planted, in every artefact and encoding, and nothing else."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import itertools
import json
import lzma
import quopri
import random
import shlex
import sqlite3
import string
import struct
import zipfile
import zlib
from collections.abc import Callable
from html.entities import codepoint2name
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import canary

PASSWORD = "c4nary W&rd/é+\"1'"
TOKEN = "Zq7RfT2mLx9KbV4cNw8P"
SECRETS = {"password": PASSWORD, "token": TOKEN}

Encode = Callable[[str], bytes]
Plant = Callable[[Path, bytes], None]


def plain(char: str) -> bool:
    return char.isascii() and char.isalnum()


def escaped(char: str) -> str:
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def utf_16_units(text: str) -> str:
    """A text as `escape` of a browser takes it: what lies beyond 16 bits is two characters."""
    units = text.encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2] for at in range(0, len(units), 2))
    return "".join(chr(int.from_bytes(pair)) for pair in pairs)


def percented(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


ENCODINGS: dict[str, Encode] = {
    "raw": str.encode,
    "url": lambda s: quote(s, safe="").encode(),
    "url with slashes kept": lambda s: quote(s).encode(),
    "url in lower case": lambda s: "".join(
        c if plain(c) else quote(c, safe="").lower() for c in s
    ).encode(),
    "url plus": lambda s: quote_plus(s).encode(),
    "url twice": lambda s: quote(quote(s, safe=""), safe="").encode(),
    "json": lambda s: json.dumps(s).encode(),
    "json in utf-8": lambda s: json.dumps(s, ensure_ascii=False).encode(),
    "json with escaped slashes": lambda s: json.dumps(s).replace("/", "\\/").encode(),
    "json in json": lambda s: json.dumps(json.dumps(s)).encode(),
    "json, every character escaped": lambda s: "".join(map(escaped, s)).encode(),
    "json, special characters escaped": lambda s: "".join(
        c if plain(c) else escaped(c).upper().replace("U", "u") for c in s
    ).encode(),
    "html": lambda s: html.escape(s).encode(),
    "html, every character escaped": lambda s: "".join(f"&#{ord(c)};" for c in s).encode(),
    "html, hexadecimal": lambda s: "".join(f"&#x{ord(c):X};" for c in s).encode(),
    "base64": lambda s: base64.b64encode(s.encode()),
    "base64 after one byte": lambda s: base64.b64encode(b"x" + s.encode()),
    "base64 after two bytes": lambda s: base64.b64encode(b"xy" + s.encode() + b"tail"),
    "base64url": lambda s: base64.urlsafe_b64encode(b"??>" + s.encode()).rstrip(b"="),
    "basic credentials": lambda s: b"Basic " + base64.b64encode(b"anna:" + s.encode()),
    "base64 of json": lambda s: base64.b64encode(json.dumps({"a": s}).encode()),
    "base64 in an address": lambda s: quote(base64.b64encode(s.encode()), safe="").encode(),
    "hexadecimal": lambda s: s.encode().hex().encode(),
    "hexadecimal in upper case": lambda s: s.encode().hex().upper().encode(),
    "utf-16 little endian": lambda s: s.encode("utf-16-le"),
    "utf-16 big endian": lambda s: s.encode("utf-16-be"),
    "url, as a form of a browser": lambda s: "".join(
        c if plain(c) or c in "*-._" else "+" if c == " " else percented(c) for c in s
    ).encode(),
    "url, every character escaped": lambda s: "".join(map(percented, s)).encode(),
    "url, some letters escaped": lambda s: "".join(
        percented(c) if at % 3 == 0 or not plain(c) else c for at, c in enumerate(s)
    ).encode(),
    "url, in an old character set": lambda s: "".join(
        c if plain(c) else f"%u{ord(c):04X}" if ord(c) > 255 else f"%{ord(c):02X}"
        for c in utf_16_units(s)
    ).encode("utf-8", "replace"),
    "html, as an attribute of a browser": lambda s: (
        s.replace("&", "&amp;").replace('"', "&quot;").encode()
    ),
    "html, by names": lambda s: "".join(
        f"&{codepoint2name[ord(c)]};" if ord(c) in codepoint2name else c for c in s
    ).encode(),
    "json in html": lambda s: html.escape(json.dumps(s)).encode(),
    "url in json in html": lambda s: html.escape(json.dumps({"u": f"/?a={quote(s)}"})).encode(),
    "a program's text": lambda s: repr(f"it's {s}").encode(),
    "a program's bytes": lambda s: repr(f"it's {s}".encode()).encode(),
    "a script's text": lambda s: "".join(
        c if plain(c) else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{{{ord(c):x}}}" for c in s
    ).encode(),
    "quotes doubled, as in YAML and SQL": lambda s: b"'" + s.replace("'", "''").encode() + b"'",
    "quotes doubled, as in CSV": lambda s: b'"' + s.replace('"', '""').encode() + b'"',
    "a word of a shell": lambda s: shlex.quote(s).encode(),
    "quoted-printable": lambda s: quopri.encodestring(s.encode()),
    "base64 in lines": lambda s: base64.encodebytes(b"x" * 43 + s.encode() + b"y" * 43),
    "base64 in lines, in json": lambda s: json.dumps(
        base64.encodebytes(b"x" * 43 + s.encode() + b"y" * 43).decode()
    ).encode(),
    "base64 twice": lambda s: base64.b64encode(base64.b64encode(b"anna:" + s.encode())),
    "base64 of an escaped address": lambda s: base64.b64encode(
        f"https://a.example/?q={''.join(map(percented, s))}".encode()
    ),
}


def text_file(folder: Path, planted: bytes) -> None:
    (folder / "run.log").write_bytes(b"2026-01-05 step 3 " + planted + b" done\n")


def zipped(planted: bytes, *, before: bytes = b'{"a": 1}\n' * 40) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("trace.network", before + planted)
    return buffer.getvalue()


def trace_zip(folder: Path, planted: bytes) -> None:
    (folder / "trace.zip").write_bytes(zipped(planted))


def zip_in_a_zip(folder: Path, planted: bytes) -> None:
    (folder / "bundle.zip").write_bytes(zipped(zipped(planted)))


def zip_without_an_end(folder: Path, planted: bytes) -> None:
    whole = zipped(planted)
    (folder / "trace.zip").write_bytes(whole[: whole.index(b"PK\x01\x02")])


def gzip_in_a_dump(folder: Path, planted: bytes) -> None:
    (folder / "core").write_bytes(b"\0" * 99 + gzip.compress(b"line\n" * 40 + planted) + b"\0" * 99)


def deflated_body(folder: Path, planted: bytes) -> None:
    (folder / "body").write_bytes(b"\r\n\r\n" + zlib.compress(b"line\n" * 40 + planted, 9))


def bzip2_file(folder: Path, planted: bytes) -> None:
    (folder / "old.log.bz2").write_bytes(bz2.compress(b"line\n" * 40 + planted))


def xz_file(folder: Path, planted: bytes) -> None:
    (folder / "old.log.xz").write_bytes(lzma.compress(b"line\n" * 40 + planted))


def gzip_file(folder: Path, planted: bytes) -> None:
    (folder / "old.log.gz").write_bytes(gzip.compress(b"line\n" * 40 + planted))


def second_gzip_member_cut_off(folder: Path, planted: bytes) -> None:
    filling = bytes(random.Random(1).randbytes(4000))
    cut = gzip.compress(b"a") + gzip.compress(planted + filling)[:-1000]
    (folder / "cut.log.gz").write_bytes(cut)


def write_row(folder: Path, cell: bytes) -> None:
    connection = sqlite3.connect(folder / "vetportal.db")
    connection.execute("CREATE TABLE run (log BLOB)")
    connection.execute("INSERT INTO run VALUES (?)", (cell,))
    connection.commit()
    connection.close()


def database(folder: Path, planted: bytes) -> None:
    write_row(folder, b"x" * 4060 + planted)


def database_blob_in_gzip(folder: Path, planted: bytes) -> None:
    write_row(folder, gzip.compress(b"line\n" * 40 + planted))


def database_in_a_zip(folder: Path, planted: bytes) -> None:
    write_row(folder, b"x" * 4060 + planted)
    database_file = folder / "vetportal.db"
    (folder / "backup.zip").write_bytes(zipped(database_file.read_bytes(), before=b""))
    database_file.unlink()


def deleted_row(folder: Path, planted: bytes) -> None:
    write_row(folder, planted)
    connection = sqlite3.connect(folder / "vetportal.db")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("DELETE FROM run")
    connection.commit()
    connection.close()


def png(kind: bytes, data: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    picture = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(kind, data) + picture + chunk(b"IEND", b"")


def picture_text(folder: Path, planted: bytes) -> None:
    (folder / "shot.png").write_bytes(png(b"tEXt", b"Comment\0" + planted))


def picture_compressed_text(folder: Path, planted: bytes) -> None:
    data = b"Comment\0\0" + zlib.compress(b"text " * 20 + planted)
    (folder / "shot.png").write_bytes(png(b"zTXt", data))


def picture_international_text(folder: Path, planted: bytes) -> None:
    data = b"Comment\0\1\0en\0Kommentar\0" + zlib.compress(b"text " * 20 + planted)
    (folder / "shot.png").write_bytes(png(b"iTXt", data))


def archive_inside_a_recording(folder: Path, planted: bytes) -> None:
    content = {"encoding": "base64", "text": base64.b64encode(gzip.compress(planted)).decode()}
    (folder / "run.har").write_text(json.dumps(content))


ARTEFACTS: tuple[Plant, ...] = (
    text_file,
    trace_zip,
    zip_in_a_zip,
    zip_without_an_end,
    gzip_file,
    second_gzip_member_cut_off,
    gzip_in_a_dump,
    deflated_body,
    bzip2_file,
    xz_file,
    database,
    database_blob_in_gzip,
    database_in_a_zip,
    deleted_row,
    picture_text,
    picture_compressed_text,
    picture_international_text,
    archive_inside_a_recording,
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_found_in_every_encoding(encoding: str, secret: str) -> None:
    planted = ENCODINGS[encoding](SECRETS[secret])
    leaks = canary.scan([b"before " + planted + b" after"], SECRETS)
    assert {leak.secret for leak in leaks} == {secret}


@pytest.mark.parametrize("encoding", ["raw", "url plus", "json", "base64 after one byte"])
@pytest.mark.parametrize("plant", ARTEFACTS, ids=lambda plant: plant.__name__)
def test_a_leak_planted_in_any_kind_of_artefact_is_found(
    plant: Plant, encoding: str, tmp_path: Path
) -> None:
    plant(tmp_path, ENCODINGS[encoding](PASSWORD))
    leaks = canary.scan([tmp_path], SECRETS)
    assert {leak.secret for leak in leaks} == {"password"}


def test_a_row_that_stands_only_in_the_write_ahead_log_is_found(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "vetportal.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE run (id INTEGER, log TEXT)")
    connection.execute("INSERT INTO run VALUES (1, ?)", ("x" * 4060 + TOKEN,))
    connection.commit()
    assert TOKEN.encode() not in (tmp_path / "vetportal.db").read_bytes()
    leaks = canary.scan([tmp_path / "vetportal.db"], SECRETS)
    connection.close()
    assert [leak.where.rpartition("!")[2] for leak in leaks] == ["run.log row 0"]


def test_a_value_that_two_database_pages_share_is_found(tmp_path: Path) -> None:
    for size in range(4000, 4100):
        path = tmp_path / f"{size}.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE run (log TEXT)")
        connection.execute("INSERT INTO run VALUES (?)", ("x" * size + TOKEN + "y" * 5000,))
        connection.commit()
        connection.close()
        assert canary.scan([path], SECRETS), f"not found after {size} bytes"


def test_a_secret_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{TOKEN}.json").write_text("{}")
    assert canary.scan([tmp_path], SECRETS)


def test_what_a_program_printed_is_scanned_too() -> None:
    (leak,) = canary.scan([f"signed in with {TOKEN}\n".encode()], SECRETS)
    assert (leak.secret, leak.where, leak.offset, leak.encoding) == ("token", "bytes", 15, "raw")


def test_a_secret_inside_another_one_is_reported_beside_it() -> None:
    leaks = canary.scan([TOKEN.encode()], {"whole": TOKEN, "start": TOKEN[:8], "end": TOKEN[6:]})
    assert {leak.secret for leak in leaks} == {"whole", "start", "end"}


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    for plant in ARTEFACTS:
        folder = tmp_path / plant.__name__
        folder.mkdir()
        plant(folder, b"nothing to see, c4nary Word and Zq7RfT2mLx9KbV4cNw8")
    assert canary.scan([tmp_path, b"done\n"], SECRETS) == []


def test_a_report_never_shows_the_secret() -> None:
    leaks = canary.scan([PASSWORD.encode()], SECRETS)
    assert PASSWORD not in " ".join(f"{leak} {leak!r}" for leak in leaks)


def test_a_scan_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        canary.scan([tmp_path / "missing"], SECRETS)


def test_a_secret_that_chance_would_find_is_refused() -> None:
    with pytest.raises(ValueError, match="pin has fewer than 6 characters"):
        canary.scan([b""], {"pin": "12345"})


def set_free(secret: str) -> str:
    """Without what quoting adds: of what stays of a shorter one, chance would find much."""
    return secret.translate(str.maketrans("", "", "'\"\\"))


@given(
    secret=st.text(
        st.characters(codec="utf-8", exclude_characters="\0"), min_size=canary.SHORTEST, max_size=30
    ).filter(lambda s: len(set_free(s)) >= canary.SHORTEST),
    way=st.sampled_from(sorted(ENCODINGS)),
    around=st.text(string.ascii_letters + string.digits, max_size=12),
)
def test_any_text_is_found_in_any_encoding(secret: str, way: str, around: str) -> None:
    content = around.encode() + b" " + ENCODINGS[way](secret) + b" " + around.encode()
    assert canary.scan([content], {"it": secret})


ESCAPES: dict[str, Callable[[str, bool], str]] = {
    "url": lambda c, upper: "".join(
        f"%{byte:02X}" if upper else f"%{byte:02x}" for byte in c.encode()
    ),
    "html": lambda c, upper: f"&#{ord(c)};" if upper else f"&#x{ord(c):x};",
    "json": lambda c, upper: escaped(c).upper().replace("U", "u") if upper else escaped(c),
}
"""Each leaves no character alone that means something to itself."""
MEANT = {"url": "%", "html": "&", "json": "\\"}
NESTED = [
    *(list(ways) for depth in (1, 2, 3) for ways in itertools.permutations(sorted(ESCAPES), depth)),
    *([way, way] for way in sorted(ESCAPES)),
]
"""One kind twice below another, each on some characters only, can be read in more ways than one."""


@given(
    secret=st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=8, max_size=20),
    ways=st.sampled_from(NESTED),
    chance=st.randoms(use_true_random=False),
)
def test_escapes_may_be_nested_and_stand_at_some_characters_only(
    secret: str, ways: list[str], chance: random.Random
) -> None:
    text = secret
    for way in ways:
        text = "".join(
            ESCAPES[way](char, chance.random() < 0.5)
            if char == MEANT[way] or chance.random() < 0.3
            else char
            for char in text
        )
    assert canary.scan([f"<{text}>".encode()], {"it": secret})


def test_the_target_of_a_link_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "SingletonLock").symlink_to(TOKEN)
    assert canary.scan([tmp_path], SECRETS)


@pytest.mark.must_hold("spine")
def test_a_leak_planted_in_each_kind_of_artefact_makes_the_scan_fail(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    missed = []
    for plant in ARTEFACTS:
        for encoding, encode in ENCODINGS.items():
            folder = tmp_path / plant.__name__ / encoding.replace(" ", "-")
            folder.mkdir(parents=True)
            plant(folder, encode(PASSWORD))
            if not canary.scan([folder], SECRETS):
                missed.append((plant.__name__, encoding))
    planted = len(ARTEFACTS) * len(ENCODINGS)
    measured("leaks found", f"{planted - len(missed)} of {planted}")
    assert missed == []
