"""Codes against the vectors of RFC 6238 and an independent second computation."""

from __future__ import annotations

import base64
import hmac
import struct
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import BadArgument
from automation.model import Secret
from automation.vault import Algorithm, Totp

# RFC 6238, appendix B: the seed repeats "1234567890" to the length of the hash.
SEEDS: dict[Algorithm, bytes] = {
    "SHA1": b"1234567890" * 2,
    "SHA256": (b"1234567890" * 4)[:32],
    "SHA512": (b"1234567890" * 7)[:64],
}
VECTORS: list[tuple[int, Algorithm, str]] = [
    (59, "SHA1", "94287082"),
    (59, "SHA256", "46119246"),
    (59, "SHA512", "90693936"),
    (1111111109, "SHA1", "07081804"),
    (1111111109, "SHA256", "68084774"),
    (1111111109, "SHA512", "25091201"),
    (1111111111, "SHA1", "14050471"),
    (1111111111, "SHA256", "67062674"),
    (1111111111, "SHA512", "99943326"),
    (1234567890, "SHA1", "89005924"),
    (1234567890, "SHA256", "91819424"),
    (1234567890, "SHA512", "93441116"),
    (2000000000, "SHA1", "69279037"),
    (2000000000, "SHA256", "90698825"),
    (2000000000, "SHA512", "38618901"),
    (20000000000, "SHA1", "65353130"),
    (20000000000, "SHA256", "77737706"),
    (20000000000, "SHA512", "47863826"),
]
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy takes bare bounds
KEYS = st.binary(min_size=1, max_size=80)


def base32(key: bytes) -> Secret:
    return Secret(base64.b32encode(key).decode())


def second_opinion(key: bytes, step: int, digits: int, algorithm: str) -> str:
    digest = hmac.digest(key, struct.pack(">Q", step), algorithm)
    offset = digest[-1] % 16
    number = int.from_bytes(digest[offset : offset + 4], "big") % (1 << 31)
    return f"{number % 10**digits:0{digits}}"


@pytest.mark.parametrize("seconds, algorithm, code", VECTORS)
def test_codes_equal_the_vectors_of_rfc_6238(seconds: int, algorithm: Algorithm, code: str) -> None:
    totp = Totp(base32(SEEDS[algorithm]), digits=8, algorithm=algorithm)
    assert totp.code(datetime.fromtimestamp(seconds, UTC)).reveal() == code


@given(
    key=KEYS,
    at=TIMES,
    digits=st.integers(6, 8),
    period=st.integers(1, 86_400),
    algorithm=st.sampled_from(["SHA1", "SHA256", "SHA512"]),
)
def test_codes_equal_a_second_computation_for_any_length_of_key(
    key: bytes, at: datetime, digits: int, period: int, algorithm: Algorithm
) -> None:
    totp = Totp(base32(key), digits=digits, period=period, algorithm=algorithm)
    step = int(at.timestamp()) // period
    assert totp.code(at).reveal() == second_opinion(key, step, digits, algorithm)


def test_a_secret_of_sixteen_characters_makes_codes() -> None:
    totp = Totp.parse(Secret("JBSWY3DPEHPK3PXP"))
    assert totp.code(datetime.fromtimestamp(0, UTC)).reveal() == "282760"


@given(key=KEYS, at=TIMES)
def test_spaces_hyphens_small_letters_and_missing_padding_do_not_change_the_code(
    key: bytes, at: datetime
) -> None:
    text = base32(key).reveal()
    bare = text.rstrip("=").lower()
    pasted = " ".join(bare[i : i + 4] for i in range(0, len(bare), 4)) + "\n"
    hyphened = "-".join(bare[i : i + 4] for i in range(0, len(bare), 4))
    expected = Totp(Secret(text)).code(at)
    assert Totp.parse(Secret(pasted)).code(at) == expected
    assert Totp.parse(Secret(hyphened)).code(at) == expected


@given(at=TIMES, shift=st.integers(-12, 12))
def test_the_same_moment_in_another_time_zone_has_the_same_code(at: datetime, shift: int) -> None:
    totp = Totp(base32(b"some key"))
    elsewhere = at.astimezone(timezone(timedelta(hours=shift)))
    assert totp.code(elsewhere) == totp.code(at)


@given(at=TIMES, period=st.integers(1, 86_400))
def test_a_step_starts_at_or_before_its_times_and_the_next_one_after(
    at: datetime, period: int
) -> None:
    totp = Totp(base32(b"some key"), period=period)
    step = totp.step(at)
    assert totp.starts(step) <= at < totp.starts(step + 1)


def test_an_otpauth_address_sets_secret_digits_period_and_algorithm() -> None:
    address = (
        "otpauth://totp/Portal%3A%20North:dr%40example.com"
        "?secret=JBSWY3DPEHPK3PXP&issuer=Portal&algorithm=SHA256&digits=8&period=60"
    )
    totp = Totp.parse(Secret(address))
    assert totp == Totp(Secret("JBSWY3DPEHPK3PXP"), digits=8, period=60, algorithm="SHA256")


@pytest.mark.parametrize("period", [1, 15, 45, 120, 300, 3600, 86_400])
def test_an_otpauth_address_may_ask_for_any_period(period: int) -> None:
    address = f"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&period={period}"
    assert Totp.parse(Secret(address)).period == period


@given(key=KEYS)
def test_an_otpauth_address_with_a_secret_alone_takes_the_defaults(key: bytes) -> None:
    text = base32(key).reveal()
    address = f"otpauth://totp/a?secret={quote(text)}"
    assert Totp.parse(Secret(address)) == Totp(Secret(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "JBSWY3DP1HPK3PXP",
        "not a secret!",
        "JBSWY3DPEHPK3PXPé",
        "https://example.com/?secret=JBSWY3DPEHPK3PXP",
        "otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&counter=1",
        "otpauth://totp/a",
        "otpauth://totp/a?secret=",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&secret=JBSWY3DPEHPK3PXQ",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=5",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=six",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&period=0",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&period=86401",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&period=99999999999999999999",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&algorithm=MD5",
    ],
)
def test_what_cannot_make_codes_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadArgument) as caught:
        Totp.parse(Secret(text))
    shown = f"{caught.value} {caught.value.remedy}"
    assert "JBSWY3DP" not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(BadArgument, match="offset"):
        Totp(base32(b"key")).code(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


def test_neither_the_object_nor_its_code_prints_anything_secret() -> None:
    totp = Totp(Secret("JBSWY3DPEHPK3PXP"))
    shown = f"{totp} {totp!r} {totp.code(datetime.fromtimestamp(0, UTC))}"
    assert "JBSWY3DP" not in shown
    assert "282760" not in shown
