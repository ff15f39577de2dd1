"""The MACs cover everything, in order, and need the key."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from automation.audit.chain import START, head_after, linked, sealed
from automation.model import AuditEntry, AuditHead, AuditSeal

KEY = b"k" * 32
TEXTS = st.text(max_size=20)
ENTRIES = st.builds(
    AuditEntry,
    chain=TEXTS,
    number=st.integers(1, 10**9),
    at=TEXTS,
    actor=TEXTS,
    action=TEXTS,
    practice=TEXTS,
    organization=TEXTS,
    outcome=TEXTS,
    request=TEXTS,
    detail=TEXTS,
)
SEALS = st.builds(
    AuditSeal,
    number=st.integers(1, 10**9),
    chain=TEXTS,
    first=st.integers(1, 10**9),
    last=st.integers(1, 10**9),
    entry_mac=TEXTS,
    follows=TEXTS,
)


@given(ENTRIES, ENTRIES)
def test_two_entries_have_one_mac_only_if_they_are_equal(one: AuditEntry, two: AuditEntry) -> None:
    same = linked(KEY, START, one).mac == linked(KEY, START, two).mac
    assert same == (one == two)


@given(ENTRIES, st.sampled_from([each.name for each in fields(AuditEntry)][2:-1]), TEXTS)
def test_each_field_of_an_entry_is_covered(entry: AuditEntry, field: str, text: str) -> None:
    assume(getattr(entry, field) != text)
    other = replace(entry, **{field: text})  # type: ignore[arg-type]  # the name is drawn
    assert linked(KEY, START, entry).mac != linked(KEY, START, other).mac


@given(ENTRIES, TEXTS)
def test_an_entry_belongs_after_one_other_only(entry: AuditEntry, before: str) -> None:
    assume(before != START)
    assert linked(KEY, START, entry).mac != linked(KEY, before, entry).mac


@given(ENTRIES)
def test_another_key_gives_another_mac(entry: AuditEntry) -> None:
    assert linked(KEY, START, entry).mac != linked(b"j" * 32, START, entry).mac


@given(ENTRIES, TEXTS)
def test_a_mac_that_is_there_already_changes_nothing(entry: AuditEntry, mac: str) -> None:
    assert linked(KEY, START, replace(entry, mac=mac)) == linked(KEY, START, entry)


@given(SEALS, SEALS)
def test_two_seals_have_one_mac_and_one_head_only_if_they_are_equal(
    one: AuditSeal, two: AuditSeal
) -> None:
    upon = AuditHead(1, "c", "m")
    macs = [sealed(KEY, upon, each).mac for each in (one, two)]
    heads = [head_after(KEY, sealed(KEY, upon, each)) for each in (one, two)]
    assert (macs[0] == macs[1], heads[0] == heads[1]) == (one == two, one == two)


@given(SEALS)
def test_a_seal_belongs_upon_one_head_only(seal: AuditSeal) -> None:
    assert sealed(KEY, AuditHead(), seal).mac != sealed(KEY, AuditHead(1, "c", "m"), seal).mac
