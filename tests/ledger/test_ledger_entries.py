"""Entries: what is valid round-trips to the byte, and everything else is refused with the place named."""

import copy
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaration.canonical import b64u, encode
from declaration.errors import DeclarationError, InputRefused, LimitExceeded
from declaration.ledger import forms
from declaration.ledger.entries import BODIES, MAX_ENTRY, MAX_SPONSORS, OPTIONAL, PERSONAL, Entry, Kind, read


def document(entry):
    return json.loads(entry.encode())


def test_the_samples_cover_every_kind(samples):
    assert set(samples) == set(Kind) == set(BODIES)


@pytest.mark.parametrize("kind", list(Kind))
def test_valid_entries_round_trip_to_the_byte(samples, kind):
    entry = samples[kind]
    again = Entry.parse(entry.encode())
    assert again == entry
    assert again.encode() == entry.encode() == encode(document(entry))
    assert again.at.tzinfo is UTC


@pytest.mark.parametrize("kind", list(Kind))
def test_every_member_is_needed_and_no_other_is_allowed(samples, kind):
    def objects(value, path=()):
        if isinstance(value, dict):
            yield path
            for name, item in value.items():
                yield from objects(item, (*path, name))

    whole = document(samples[kind])
    for path in objects(whole):
        names = list(at(whole, path))
        for name in names:
            if path == ("body",) and name in OPTIONAL.get(kind, ()):
                continue
            lacking = copy.deepcopy(whole)
            del at(lacking, path)[name]
            with pytest.raises(InputRefused):
                Entry.parse(encode(lacking))
        extended = copy.deepcopy(whole)
        at(extended, path)["extra"] = 1
        with pytest.raises(InputRefused):
            Entry.parse(encode(extended))


FITTING = {"body.parent": [None], "body.carriage": [None], "body.number": [2**53 - 1], "body.deadline": [None]}
"""The places where one of the values below has the right form; it is then another member that does not fit."""
FITTING |= {"body.signatures": [0], "body.declined": [0], "body.passages": [None]}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("value", [None, True, False, 0, -1, 2**53 - 1, "", " ", "\u202e", "!" * 5_000, [], [[]], {}])
def test_no_member_takes_a_value_of_another_form(samples, kind, value):
    def leaves(item, path=()):
        yield path
        if isinstance(item, dict):
            for name in item:
                yield from leaves(item[name], (*path, name))

    whole = document(samples[kind])
    for path in leaves(whole):
        if value in FITTING.get(".".join(path), ()) and not isinstance(value, bool):
            continue
        if path == ("body", "correction", "ask") and isinstance(value, bool):
            continue
        changed = value if not path else put(whole, path, value)
        with pytest.raises(InputRefused):
            Entry.parse(encode(changed))


def at(value, path):
    for name in path:
        value = value[name]
    return value


def put(value, path, new):
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


REFUSED = [
    ("declaration.opened", ("body", "origin"), "https://declaration.example/d", "entry.body.origin"),
    ("declaration.opened", ("body", "origin"), "declaration.example", "entry.body.origin"),
    ("declaration.opened", ("body", "origin"), "declaration.example/a+b", "entry.body.origin"),
    ("declaration.opened", ("body", "origin"), "a" * 63 + "/" + "b" * 192, "entry.body.origin"),
    ("declaration.opened", ("body", "rp_id"), "Declaration.example", "entry.body.rp_id"),
    ("declaration.opened", ("body", "rp_id"), "declaration.example.", "entry.body.rp_id"),
    ("declaration.opened", ("body", "origins"), ["https://declaration.example/"], "entry.body.origins[0]"),
    ("declaration.opened", ("body", "origins"), ["https://a.example", "https://a.example"], "entry.body.origins"),
    ("declaration.opened", ("body", "languages"), ["fr", "FR"], "entry.body.languages[1]"),
    ("declaration.opened", ("body", "languages"), ["fr", "fr"], "entry.body.languages"),
    ("declaration.opened", ("body", "depositary", "country"), "de", "entry.body.depositary.country"),
    ("declaration.opened", ("body", "depositary", "id"), "bonn", "entry.by"),
    ("declaration.opened", ("by",), "bonn", "entry.by"),
    ("declaration.opened", ("declaration",), "-a", "entry.declaration"),
    ("declaration.opened", ("declaration",), "a" * 65, "entry.declaration"),
    ("declaration.opened", ("declaration",), "a\n", "entry.declaration"),
    ("declaration.opened", ("at",), "2019-08-30T09:00:00+00:00", "entry.at"),
    ("declaration.opened", ("at",), "2019-02-29T09:00:00Z", "entry.at"),
    ("declaration.opened", ("at",), "2019-08-30T24:00:00Z", "entry.at"),
    ("declaration.opened", ("at",), "2019-08-30T23:59:60Z", "entry.at"),
    ("declaration.opened", ("at",), "0000-08-30T23:59:00Z", "entry.at"),
    ("declaration.opened", ("at",), "٢٠١٩-08-30T23:59:00Z", "entry.at"),
    ("declaration.opened", ("format",), "declaration-entry/2", "entry.format"),
    ("declaration.opened", ("kind",), "declaration.closed", "entry.kind"),
    ("drafter.admitted", ("body", "name"), "Cafe\u0301", "entry.body.name"),
    ("drafter.admitted", ("body", "name"), "two\nlines", "entry.body.name"),
    ("drafter.admitted", ("body", "name"), " Workshop", "entry.body.name"),
    ("drafter.admitted", ("body", "name"), "a\u2067b", "entry.body.name"),
    ("drafter.admitted", ("body", "name"), "a\u2028b", "entry.body.name"),
    ("drafter.admitted", ("body", "name"), "a" * 201, "entry.body.name"),
    ("credential.enrolled", ("body", "algorithm"), -8, "entry.body.algorithm"),
    ("credential.enrolled", ("body", "credential"), "AA==", "entry.body.credential"),
    ("credential.enrolled", ("body", "credential"), "AB", "entry.body.credential"),
    ("credential.enrolled", ("body", "credential"), b64u(bytes(16)), "entry.body.assertion"),
    ("credential.enrolled", ("body", "public_key"), b64u(bytes(91)), "entry.body.public_key"),
    ("credential.enrolled", ("body", "statement"), '{"a": 1}', "entry.body.statement"),
    ("credential.enrolled", ("body", "statement"), "[1]", "entry.body.statement"),
    ("credential.enrolled", ("body", "assertion", "signature"), b64u(bytes(73)), "entry.body.assertion.signature"),
    ("credential.enrolled", ("by",), "algiers2", "entry.by"),
    ("positions.taken", ("by",), "duesseldorf", "entry.by"),
    ("signature.affixed", ("by",), "duesseldorf", "entry.by"),
    ("signature.declined", ("by",), "duesseldorf", "entry.by"),
    ("signature.affixed", ("body", "evidence"), "A" * 64, "entry.body.evidence"),
    ("version.adopted", ("body", "number"), 1, "entry.body"),
    ("version.adopted", ("body", "parent"), None, "entry.body"),
    ("version.adopted", ("body", "carriage"), None, "entry.body"),
    ("version.adopted", ("body", "correction", "language"), "DE", "entry.body.correction.language"),
    ("version.adopted", ("body", "correction", "ask"), 1, "entry.body.correction.ask"),
    ("version.adopted", ("body", "correction", "reason"), "", "entry.body.correction.reason"),
    ("translation.confirmed", ("body", "passages"), [], "entry.body.passages"),
    ("translation.confirmed", ("body", "passages"), ["title", "title"], "entry.body.passages"),
    ("translation.confirmed", ("body", "passages"), ["c1"], "entry.body.passages[0]"),
    ("translation.confirmed", ("body", "passages"), ["clause:"], "entry.body.passages[0]"),
    ("translation.confirmed", ("body", "passages"), [f"clause:c{n}" for n in range(501)], "entry.body.passages"),
    ("instrument.frozen", ("body", "roster"), 0, "entry.body.roster"),
    ("instrument.frozen", ("body", "roster"), True, "entry.body.roster"),
    ("rules.set", ("body", "sponsors"), 0, "entry.body.sponsors"),
    ("rules.set", ("body", "sponsors"), 202, "entry.body.sponsors"),
    ("rules.set", ("body", "deadline", "zone"), "Europe/", "entry.body.deadline.zone"),
    ("rules.set", ("body", "deadline", "zone"), "../etc/passwd", "entry.body.deadline.zone"),
    ("rules.set", ("body", "deadline", "at"), "2019-08-30T18:00:00+02:00", "entry.body.deadline.at"),
    ("instrument.sealed", ("body", "signatures"), -1, "entry.body.signatures"),
]


@pytest.mark.parametrize(("kind", "path", "value", "place"), REFUSED)
def test_a_refusal_names_the_place(samples, kind, path, value, place):
    with pytest.raises(InputRefused) as refused:
        Entry.parse(encode(put(document(samples[kind]), path, value)))
    assert refused.value.message.startswith(place)
    assert refused.value.hint


def with_sponsors(samples, *sponsors):
    return put(document(samples["amendment.tabled"]), ("body", "sponsors"), list(sponsors))


def a_sponsor(drafter="workshop-2", **changed):
    return {"drafter": drafter, "content": "0" * 64, "at": "2019-08-30T09:00:00Z"} | changed


def test_sponsors_are_there_where_there_are_any(samples):
    named = with_sponsors(samples, a_sponsor(), a_sponsor("workshop-3"))
    assert Entry.parse(encode(named)).encode() == encode(named)
    for sponsors in (
        [],
        [a_sponsor(), a_sponsor()],
        [a_sponsor(), a_sponsor("Workshop-2")],
        [a_sponsor(extra=1)],
        [a_sponsor(content="A" * 64)],
        [a_sponsor(at="2019-08-30")],
        ["workshop-2"],
        [a_sponsor(f"w{number}") for number in range(MAX_SPONSORS + 1)],
    ):
        with pytest.raises(InputRefused, match=r"^entry\.body\.sponsors"):
            Entry.parse(encode(with_sponsors(samples, *sponsors)))
    revised = put(document(samples["amendment.revised"]), ("body", "sponsors"), None)
    with pytest.raises(InputRefused, match="list of 1 to 200"):
        Entry.parse(encode(revised))


def test_as_many_sponsors_as_an_entry_may_name_fit_into_it(samples):
    longest = [a_sponsor(f"{number:064}") for number in range(MAX_SPONSORS)]
    assert len(Entry.parse(encode(with_sponsors(samples, *longest))).encode()) < MAX_ENTRY * 3 // 4


def test_reasons_may_hold_lines_and_any_script(samples):
    changed = put(document(samples["signature.declined"]), ("body", "reason"), "Нет.\nপরে। لا\u200cحقاً")
    assert Entry.parse(encode(changed)).body["reason"] == "Нет.\nপরে। لا\u200cحقاً"


@pytest.mark.parametrize("kind", sorted(PERSONAL))
def test_acts_of_a_signatory_are_by_the_signatory(samples, kind):
    assert samples[kind].by == samples[kind].body["signatory"]


def test_spelling_is_part_of_the_entry(samples):
    data = samples["drafter.admitted"].encode()
    for other in (data + b"\n", data.replace(b":", b": ", 1), data.replace(b"workshop", b"\\u0077orkshop")):
        with pytest.raises(InputRefused):
            Entry.parse(other)


def test_an_entry_holds_65535_bytes_and_not_one_more(samples):
    sample = samples["positions.taken"]

    def padded(letters):
        # each mark is two bytes of the statement and four of the entry: so an entry can outgrow its limit first
        statement = encode({"pad": '"' * 12_000 + "x" * letters}).decode()
        return Entry(sample.kind, "d", sample.at, sample.by, {**sample.body, "statement": statement})

    room = MAX_ENTRY - len(padded(0).encode())
    longest = padded(room).encode()
    assert len(longest) == MAX_ENTRY
    assert Entry.parse(longest).encode() == longest
    with pytest.raises(LimitExceeded) as refused:
        padded(room + 1)
    assert refused.value.code == "entry.size"
    with pytest.raises(LimitExceeded):
        Entry.parse(longest + b" ")


def test_moments_are_kept_in_utc(samples):
    sample = samples["drafter.admitted"]
    local = sample.at.astimezone(timezone(timedelta(hours=2)))
    assert Entry(sample.kind, sample.declaration, local, sample.by, sample.body) == sample
    for at_ in (datetime(2019, 8, 30), sample.at.replace(microsecond=1), "2019-08-30T09:00:00Z"):  # noqa: DTZ001 - refused
        with pytest.raises(InputRefused):
            Entry(sample.kind, sample.declaration, at_, sample.by, sample.body)


def test_a_ledger_is_of_one_declaration_and_opens_once(samples):
    opened, other = samples["declaration.opened"], samples["drafter.admitted"]
    assert read(opened.encode(), declaration=opened.declaration, index=0) == opened
    assert read(other.encode(), declaration=other.declaration, index=7) == other
    for entry, declaration, index in (
        (opened, "other", 0),
        (opened, opened.declaration, 1),
        (other, other.declaration, 0),
    ):
        with pytest.raises(InputRefused):
            read(entry.encode(), declaration=declaration, index=index)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_one_of_our_errors(data):
    with pytest.raises(DeclarationError):
        Entry.parse(data)


HOSTILE = [
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b"1" * 60_000,
    b"\xff",
    b'"\\ud800"',
    b"NaN",
    b"-0",
    b"1e999",
    b"null",
    b"",
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_json_is_refused_with_one_of_our_errors(data):
    with pytest.raises(InputRefused):
        Entry.parse(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "signature", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data())
def test_any_value_anywhere_is_taken_or_refused_cleanly(samples, data):
    kind = data.draw(st.sampled_from(list(Kind)))
    whole = document(samples[kind])
    path = ("body", data.draw(st.sampled_from(sorted(whole["body"]))))
    changed = put(whole, path, data.draw(json_values))
    try:
        written = encode(changed)
        assert Entry.parse(written).encode() == written
    except InputRefused as refused:
        assert refused.code  # noqa: PT017 - either outcome is right


def test_true_is_not_one():
    forms.one_of(1, "a")(1, "place")
    for value in (True, "1", None):
        with pytest.raises(InputRefused):
            forms.one_of(1, "a")(value, "place")
