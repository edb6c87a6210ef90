"""Statements: one form for each act, one spelling for each statement."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.canonical import b64u, digest, encode, sha256
from declaration.errors import DeclarationError, InputRefused, LimitExceeded
from declaration.signing import statement
from declaration.signing.party import Party, Signatory
from declaration.signing.statement import (
    MAX_POSITIONS,
    Act,
    Declining,
    Enrolment,
    Objecting,
    ObjectionWithdrawal,
    PositionLine,
    PositionsTaken,
    ReservationWithdrawal,
    Signing,
    Statement,
)

HASH = digest(b"something")
LINES = (
    PositionLine("clause-1", HASH, "accept", None),
    PositionLine("clause-2", HASH, "accept-with-reservation", "Sous réserve de moyens.\nEt de temps."),
    PositionLine("clause-3", HASH, "object", "Non."),
    PositionLine("clause-4", HASH, "object", None),
    PositionLine("clause-5", HASH, "abstain", None),
)


def build(world, act, name="algiers"):
    occasion = world.occasion(name)
    match act:
        case Act.ENROL:
            return statement.build_enrol(occasion, key=HASH)
        case Act.POSITIONS:
            return statement.build_positions(occasion, version=HASH, language="fr", positions=LINES)
        case Act.OBJECT:
            return statement.build_named(occasion, Objecting("dhaka", "clause-2", HASH, "It empties\nthe clause."))
        case Act.WITHDRAW_OBJECTION:
            return statement.build_named(occasion, ObjectionWithdrawal("dhaka", "clause-2", HASH))
        case Act.WITHDRAW_RESERVATION:
            return statement.build_named(occasion, ReservationWithdrawal("clause-2", HASH))
        case Act.SIGN:
            return statement.build_sign(occasion, version=HASH, instrument=HASH, document=HASH, key=HASH, drawn=None)
        case Act.DECLINE:
            return statement.build_decline(occasion, version=HASH, instrument=HASH, reason="Nicht so.")


@pytest.mark.parametrize("act", list(Act))
def test_what_is_built_is_read(enrolled_world, tools, act):
    data = build(enrolled_world, act)
    parsed = Statement.parse(data)
    assert parsed.act is act
    assert parsed.data == data
    assert parsed.challenge == sha256(data)
    assert parsed.signatory == enrolled_world.parties["algiers"].signatory
    assert parsed.at == tools.NOW
    assert encode(json.loads(data)) == data


def test_each_act_has_its_details(enrolled_world):
    found = {act: Statement.parse(build(enrolled_world, act)).details for act in Act}
    assert found[Act.ENROL] == Enrolment(HASH)
    assert found[Act.POSITIONS] == PositionsTaken(HASH, "fr", LINES)
    assert found[Act.OBJECT] == Objecting("dhaka", "clause-2", HASH, "It empties\nthe clause.")
    assert found[Act.WITHDRAW_OBJECTION] == ObjectionWithdrawal("dhaka", "clause-2", HASH)
    assert found[Act.WITHDRAW_RESERVATION] == ReservationWithdrawal("clause-2", HASH)
    assert found[Act.SIGN] == Signing(HASH, HASH, HASH, HASH, None)
    assert found[Act.DECLINE] == Declining(HASH, HASH, "Nicht so.")


@pytest.mark.parametrize("act", [Act.ENROL, Act.SIGN, Act.DECLINE])
def test_an_expected_statement_is_read_as_any_other(enrolled_world, act):
    data = build(enrolled_world, act)
    parsed = Statement.parse(data)
    facts = {
        "declaration": parsed.declaration,
        "ledger": parsed.ledger,
        "signatory": parsed.signatory,
        "credential": parsed.credential,
    }
    assert statement.read_expected(data, parsed.details, **facts) == parsed
    for name in facts:
        other = facts | {name: parsed.signatory if name != "signatory" else Signatory("x", "x", "x", "x", "XX")}
        other[name] = other[name].id if name != "signatory" else other[name]
        assert statement.read_expected(data, parsed.details, **other) is None
    for wrong in (data[:-1], data + b" ", b"", b"{}", data.replace(b"T", b"t", 1), b"\xff" * 50):
        assert statement.read_expected(wrong, parsed.details, **facts) is None


def test_an_expected_statement_has_a_real_nonce_and_moment(enrolled_world):
    data = build(enrolled_world, Act.ENROL)
    parsed = Statement.parse(data)
    facts = (parsed.details,)
    names = {"declaration": parsed.declaration, "ledger": parsed.ledger, "signatory": parsed.signatory}
    for old, new in (
        (parsed.nonce, "A" * 42 + "B"),  # stray bits after the last byte
        (parsed.nonce, "+" * 43),
        ("2019-09-01T11:00:00Z", "2019-02-30T11:00:00Z"),
        ("2019-09-01T11:00:00Z", "2019-09-01 11:00:00Z"),
    ):
        lie = data.replace(old.encode(), new.encode())
        assert lie != data
        assert statement.read_expected(lie, *facts, credential=parsed.credential, **names) is None
        with pytest.raises(InputRefused):
            Statement.parse(lie)


def changed(data, *path, value):
    tree = json.loads(data)
    place = tree
    for name in path[:-1]:
        place = place[name]
    if value is None and path[-1] in place:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return encode(tree)


LIES = {
    "an unknown act": (Act.SIGN, ("act",), "sell"),
    "an act that is a list": (Act.SIGN, ("act",), []),
    "another format": (Act.SIGN, ("format",), "declaration-statement/2"),
    "a member too many": (Act.SIGN, ("extra",), 1),
    "a member too few": (Act.SIGN, ("document",), None),
    "another act's members": (Act.DECLINE, ("act",), "sign"),
    "a short nonce": (Act.SIGN, ("nonce",), b64u(bytes(31))),
    "a digest in capitals": (Act.SIGN, ("version",), HASH.upper()),
    "a number for a digest": (Act.SIGN, ("version",), 1),
    "a padded credential": (Act.SIGN, ("credential",), "AAA="),
    "a moment without zone": (Act.SIGN, ("at",), "2019-09-01T11:00:00"),
    "a moment that does not exist": (Act.SIGN, ("at",), "2019-13-01T11:00:00Z"),
    "a country in small letters": (Act.SIGN, ("signatory", "country"), "dz"),
    "a city in its own script": (Act.SIGN, ("signatory", "native"), "الجزائر"),
    "a name that turns round": (Act.SIGN, ("signatory", "name"), "Mayor\u202e of Algiers"),
    "a name that is not NFC": (Act.SIGN, ("signatory", "name"), "Dusseldorf u\u0308"),
    "a ledger with a scheme": (Act.SIGN, ("ledger",), "https://declaration.example/x"),
    "no positions": (Act.POSITIONS, ("positions",), []),
    "positions that are none": (Act.POSITIONS, ("positions",), {}),
    "a clause twice": (Act.POSITIONS, ("positions",), [LINES[0]._asdict(), LINES[0]._asdict()]),
    "an unknown stance": (Act.POSITIONS, ("positions", 0, "stance"), "maybe"),
    "a reservation to a yes": (Act.POSITIONS, ("positions", 0, "reservation"), "But."),
    "a reservation that is empty": (Act.POSITIONS, ("positions", 1, "reservation"), " "),
    "a decline without reason": (Act.DECLINE, ("reason",), ""),
    "a surrogate": (Act.DECLINE, ("reason",), "x"),
}


@pytest.mark.parametrize("name", LIES)
def test_anything_else_is_no_statement(enrolled_world, name):
    act, path, value = LIES[name]
    data = changed(build(enrolled_world, act), *path, value=value)
    if name == "a surrogate":
        data = data.replace(b'"x"', b'"\\ud800"')
    with pytest.raises(InputRefused) as caught:
        Statement.parse(data)
    assert caught.value.hint


def test_a_reservation_is_given_where_the_stance_needs_one(enrolled_world):
    lie = [LINES[1]._replace(reservation=None)]
    with pytest.raises(InputRefused, match="do not fit"):
        statement.build_positions(enrolled_world.occasion("algiers"), version=HASH, language="fr", positions=lie)


def test_a_statement_fits_into_an_entry(enrolled_world):
    occasion = enrolled_world.occasion("algiers")
    many = [PositionLine(f"clause-{n}", HASH, "accept", None) for n in range(MAX_POSITIONS)]
    with pytest.raises(LimitExceeded):
        statement.build_positions(occasion, version=HASH, language="fr", positions=many)
    assert statement.build_positions(occasion, version=HASH, language="fr", positions=many[:300])
    with pytest.raises(InputRefused):
        statement.build_positions(occasion, version=HASH, language="fr", positions=[*many, LINES[0]])


def test_occasions_are_checked(enrolled_world, tools):
    for lie in (
        {"nonce": bytes(16)},
        {"at": tools.NOW + timedelta(microseconds=1)},
        {"at": tools.NOW.replace(tzinfo=None)},
        {"credential": ""},
        {"declaration": "no spaces"},
    ):
        with pytest.raises(InputRefused):
            statement.build_enrol(enrolled_world.occasion("algiers", **lie), key=HASH)


def test_parties_are_checked():
    good = {"id": "a", "office": "Mayor", "name": "A", "city": "A", "native": "A", "country": "FR"}
    assert Party.from_json(good).as_json() == good
    assert Party(**good).signatory == Signatory("a", "Mayor", "A", "A", "FR")
    for name, lie in (("id", "no spaces"), ("name", ""), ("city", "x" * 201), ("country", "FRA"), ("native", None)):
        with pytest.raises(InputRefused, match=name):
            Party.from_json(good | {name: lie})
    for lie in (None, [], "x", good | {"more": 1}):
        with pytest.raises(InputRefused):
            Party.from_json(lie)
    with pytest.raises(InputRefused):
        Signatory("a", "Mayor", "A\n", "A", "FR")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_hostile_bytes_never_raise_anything_of_their_own(enrolled_world, data):
    good = bytearray(build(enrolled_world, data.draw(st.sampled_from(list(Act)))))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(good) - 1))
        good[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        parsed = Statement.parse(bytes(good))
    except DeclarationError:
        return
    assert encode(json.loads(bytes(good))) == parsed.data
