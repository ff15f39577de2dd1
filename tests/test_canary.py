"""The canary scanner finds what is planted, in every artefact and encoding, and nothing else."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import random
import sqlite3
import string
import struct
import zipfile
import zlib
from collections.abc import Callable
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
}


def text_file(folder: Path, planted: bytes) -> None:
    (folder / "run.log").write_bytes(b"2026-01-05 step 3 " + planted + b" done\n")


def zipped(planted: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("trace.network", b'{"a": 1}\n' * 40 + planted)
    return buffer.getvalue()


def trace_zip(folder: Path, planted: bytes) -> None:
    (folder / "trace.zip").write_bytes(zipped(planted))


def zip_in_a_zip(folder: Path, planted: bytes) -> None:
    (folder / "bundle.zip").write_bytes(zipped(zipped(planted)))


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
    gzip_file,
    second_gzip_member_cut_off,
    database,
    database_blob_in_gzip,
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


@given(
    secret=st.text(
        st.characters(codec="utf-8", exclude_characters="\0"), min_size=canary.SHORTEST, max_size=30
    ),
    way=st.sampled_from(sorted(ENCODINGS)),
    around=st.text(string.ascii_letters + string.digits, max_size=12),
)
def test_any_text_is_found_in_any_encoding(secret: str, way: str, around: str) -> None:
    content = around.encode() + b" " + ENCODINGS[way](secret) + b" " + around.encode()
    assert canary.scan([content], {"it": secret})


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
