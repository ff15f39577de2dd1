"""Times of every notation become instants with the offset of the practice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.normalise.times import read_date, read_datetime

CHICAGO = ZoneInfo("America/Chicago")
ZONES = st.sampled_from(["America/Chicago", "America/New_York", "Europe/Berlin", "Asia/Kolkata"])
INSTANTS = st.datetimes(
    datetime.fromisoformat("1977-01-01"),
    datetime.fromisoformat("2100-01-01"),
    timezones=st.just(UTC),
).map(lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000))


def milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(instant=INSTANTS, zone=ZONES.map(ZoneInfo))
def test_every_notation_of_an_instant_reads_as_that_instant(
    instant: datetime, zone: ZoneInfo
) -> None:
    number = milliseconds(instant)
    notations = [
        f"/Date({number})/",
        f"\\/Date({number})\\/",
        number,
        *([str(number)] if number >= 10**12 else []),
        instant.isoformat(),
        instant.astimezone(zone).isoformat(),
        instant.isoformat().replace("+00:00", "Z"),
    ]
    for notation in notations:
        assert read_datetime(notation, zone) == instant
    assert read_datetime(number // 1000, zone) == instant.replace(microsecond=0)


def test_milliseconds_that_may_as_well_be_a_written_time_are_refused_and_others_are_not() -> None:
    assert read_datetime(191980800000, CHICAGO) == datetime(1976, 2, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="12 digits"):
        read_datetime(197604011230, CHICAGO)


@given(instant=INSTANTS, zone=ZONES.map(ZoneInfo))
def test_a_time_without_offset_is_the_clock_of_the_practice(
    instant: datetime, zone: ZoneInfo
) -> None:
    local = instant.astimezone(zone)
    read = read_datetime(local.replace(tzinfo=None).isoformat(), zone)
    assert read is not None
    if not local.fold:
        assert (read, read.utcoffset()) == (instant, local.utcoffset())


@pytest.mark.parametrize(
    "written, instant, offset",
    [
        ("2026-03-08T01:59:59", "2026-03-08T07:59:59", -6),
        ("2026-03-08T02:30:00", "2026-03-08T08:30:00", -5),  # exists not: clocks showed 03:30
        ("2026-03-08T03:00:00", "2026-03-08T08:00:00", -5),
        ("2026-11-01T01:30:00", "2026-11-01T06:30:00", -5),  # exists twice: the earlier
        ("2026-11-01T02:00:00", "2026-11-01T08:00:00", -6),
    ],
)
def test_the_hours_around_a_change_of_clocks_are_read_as_documented(
    written: str, instant: str, offset: int
) -> None:
    read = read_datetime(written, CHICAGO)
    assert read is not None
    assert read == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert read.utcoffset() == timedelta(hours=offset)


def test_an_offset_that_is_written_stays() -> None:
    for written in ("2026-11-20T15:30:00+05:30", "/Date(1795168800000+0530)/"):
        read = read_datetime(written, CHICAGO)
        assert read is not None
        assert read.utcoffset() == timedelta(hours=5, minutes=30)
    read = read_datetime("/Date(1795168800000-0330)/", CHICAGO)
    assert read is not None
    assert read.tzinfo == timezone(-timedelta(hours=3, minutes=30))


def test_a_number_has_the_offset_of_the_practice_at_that_instant() -> None:
    summer, winter = (read_datetime(n, CHICAGO) for n in ("/Date(1782903600000)/", 1795168800))
    assert summer is not None
    assert winter is not None
    assert (summer.utcoffset(), winter.utcoffset()) == (timedelta(hours=-5), timedelta(hours=-6))


@given(day=st.dates(date(1900, 1, 1), date(2100, 1, 1)), zone=ZONES.map(ZoneInfo))
def test_a_written_day_is_that_day_in_every_zone(day: date, zone: ZoneInfo) -> None:
    for written in (day.isoformat(), f"{day}T00:00:00", f"{day}T00:00:00Z", day.strftime("%Y%m%d")):
        assert read_date(written, zone) == day


@given(instant=INSTANTS, zone=ZONES.map(ZoneInfo))
def test_a_number_is_the_day_that_clocks_of_the_practice_showed(
    instant: datetime, zone: ZoneInfo
) -> None:
    assert read_date(f"/Date({milliseconds(instant)})/", zone) == instant.astimezone(zone).date()


@pytest.mark.parametrize(
    "digits", ["2019", "201904", "202611201200", "20261120120000", "1", "17000"]
)
def test_digits_that_may_be_a_written_time_are_no_epoch(digits: str) -> None:
    for read in (read_datetime, read_date):
        with pytest.raises(ValueError, match="is no .* give its .format."):
            read(digits, CHICAGO)


@pytest.mark.parametrize("number", [2019, 202611201200, 20261120120000, 99999999])
def test_numbers_that_may_be_a_written_time_are_no_epoch(number: int) -> None:
    with pytest.raises(ValueError, match=f"a whole number of {len(str(number))} digits is no time"):
        read_datetime(number, CHICAGO)


def test_numbers_that_can_only_be_an_epoch_are_one_of_any_size() -> None:
    for seconds in (-86_400 * 365, 5, 86_400 * 30, 1.5, 930_000_000):
        wanted = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        assert read_datetime(seconds, CHICAGO) == wanted
    assert read_datetime(930_000_000_000, CHICAGO) == read_datetime("930000000", CHICAGO)


def test_a_day_of_eight_digits_is_that_day_as_text_and_as_number() -> None:
    assert read_date("20190401", CHICAGO) == read_date(20190401, CHICAGO) == date(2019, 4, 1)


def test_a_form_of_its_own_reads_numbers_too() -> None:
    read = read_datetime(202611201200, CHICAGO, "%Y%m%d%H%M")
    assert read == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    assert read_date("2019", CHICAGO, "%Y") == date(2019, 1, 1)


def test_a_form_of_its_own_is_read_by_its_notation() -> None:
    read = read_datetime("11/20/2026 9:30 AM", CHICAGO, "%m/%d/%Y %I:%M %p")
    assert read == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert read_date("20.11.2026", CHICAGO, "%d.%m.%Y") == date(2026, 11, 20)


def test_of_several_forms_the_one_that_fits_is_meant_and_what_two_read_differently_is_refused() -> (
    None
):
    forms = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
    assert read_date("20.11.2026", CHICAGO, forms) == date(2026, 11, 20)
    assert read_date("20/11/2026", CHICAGO, forms) == date(2026, 11, 20)
    assert read_date("11/11/2026", CHICAGO, forms) == date(2026, 11, 11)
    for unclear in ("03/04/2026", "2026-11-20"):
        with pytest.raises(ValueError, match=r"is no date of the form %d\.%m\.%Y or %m"):
            read_date(unclear, CHICAGO, forms)


@pytest.mark.parametrize(
    "nothing", ["", "  ", 0, 0.0, "0", "00000000", "0001-01-01T00:00:00", "/Date(-62135596800000)/"]
)
def test_empty_texts_zero_and_the_first_year_mean_nothing(nothing: object) -> None:
    assert read_datetime(nothing, ZoneInfo("UTC")) is None
    assert read_date(nothing, ZoneInfo("UTC")) is None


@pytest.mark.parametrize(
    "value, told",
    [
        ("11/20/2026", 'the text "99/99/9999" is no time'),
        ("soon", 'the text "aaaa" is no time'),
        ("2026-02-30", "is no time"),
        (True, "the value true is no time"),
        ([], "a list is no time"),
        (10**30, "is no time"),
        ("/Date(99999999999999999)/", "is no time"),
    ],
)
def test_what_is_no_time_is_refused_by_its_form(value: object, told: str) -> None:
    with pytest.raises(ValueError, match=".") as caught:
        read_datetime(value, CHICAGO)
    assert told in str(caught.value)


def test_a_refusal_names_the_form_that_was_expected() -> None:
    with pytest.raises(ValueError, match="is no date of the form %d/%m"):
        read_date("2026-11-20", CHICAGO, "%d/%m")
