"""Passkeys: our own verification agrees with the library's where that is strict, and is stricter where it is not."""

import copy

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn import verify_authentication_response
from webauthn.helpers.exceptions import WebAuthnException

from declaration.canonical import b64u, sha256, unb64u
from declaration.ceremony.authenticator import Passkey
from declaration.errors import Altered, CannotBeVerified, DeclarationError, InputRefused, VerificationError
from declaration.signing import passkey
from declaration.signing.passkey import Assertion

CHALLENGE = sha256(b"a statement")
RP_ID = "declaration.example"
ORIGIN = "https://declaration.example"


@pytest.fixture(scope="module")
def authenticator():
    return Passkey(b"seed" * 8, rp_id=RP_ID, origin=ORIGIN)


@pytest.fixture(scope="module")
def one_assertion(authenticator):
    return Assertion.from_browser(authenticator.get(CHALLENGE))


def verify(assertion, authenticator, **changes):
    expected = {
        "challenge": CHALLENGE,
        "rp_id": RP_ID,
        "origins": [ORIGIN, "https://other.example"],
        "credential": authenticator.credential,
        "public_key": authenticator.public_key,
    }
    return passkey.verify_assertion(assertion, **(expected | changes))


def library(assertion, authenticator):
    numbers = authenticator._key.public_key().public_numbers()
    cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
    browser = {
        "id": assertion.credential,
        "rawId": assertion.credential,
        "type": "public-key",
        "response": {
            "clientDataJSON": b64u(assertion.client_data),
            "authenticatorData": b64u(assertion.authenticator_data),
            "signature": b64u(assertion.signature),
        },
    }
    return verify_authentication_response(
        credential=browser,
        expected_challenge=CHALLENGE,
        expected_rp_id=RP_ID,
        expected_origin=[ORIGIN, "https://other.example"],
        credential_public_key=cose,
        credential_current_sign_count=0,
        require_user_verification=True,
    )


def test_an_assertion_verifies_here_and_there(authenticator):
    assertion = Assertion.from_browser(authenticator.get(CHALLENGE))
    assert verify(assertion, authenticator) == passkey.Asserted(counter=0, backed_up=True)
    assert library(assertion, authenticator).user_verified


def test_the_same_seed_is_the_same_passkey():
    again = Passkey(b"seed" * 8, rp_id=RP_ID, origin=ORIGIN)
    other = Passkey(b"SEED" * 8, rp_id=RP_ID, origin=ORIGIN)
    assert again.public_key == Passkey(b"seed" * 8, rp_id=RP_ID, origin=ORIGIN).public_key
    assert {again.credential, again.public_key}.isdisjoint({other.credential, other.public_key})


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_changed_byte_verifies_here_or_there(authenticator, one_assertion, data):
    good = one_assertion
    name = data.draw(st.sampled_from(["client_data", "authenticator_data", "signature"]))
    value = bytearray(getattr(good, name))
    value[data.draw(st.integers(0, len(value) - 1))] ^= data.draw(st.integers(1, 255))
    parts = {"client_data": good.client_data, "authenticator_data": good.authenticator_data}
    bad = Assertion(good.credential, **(parts | {"signature": good.signature} | {name: bytes(value)}))
    with pytest.raises(VerificationError):
        verify(bad, authenticator)
    with pytest.raises((WebAuthnException, ValueError, TypeError)):
        library(bad, authenticator)


def test_where_the_library_is_lenient_we_are_not(authenticator, tools):
    lie = tools.confirm_with(client={"crossOrigin": True, "challenge": b64u(CHALLENGE)})(authenticator, b"")
    assert library(lie, authenticator)
    with pytest.raises(Altered) as caught:
        verify(lie, authenticator)
    assert caught.value.code == "assertion.cross-origin"


@pytest.mark.parametrize(
    "spoil", [lambda key: key[:-1], lambda key: key + b"\0", lambda key: key[:-1] + b"\0", lambda _: b""]
)
def test_the_enrolled_key_has_one_form(authenticator, spoil):
    assertion = Assertion.from_browser(authenticator.get(CHALLENGE))
    with pytest.raises(CannotBeVerified) as caught:
        verify(assertion, authenticator, public_key=spoil(authenticator.public_key))
    assert caught.value.code == "assertion.key"


@pytest.mark.parametrize("client", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"type":1.5}', b'{"a":1,"a":2}', b"[" * 3000])
def test_client_data_that_is_none(authenticator, client):
    with pytest.raises(CannotBeVerified) as caught:
        verify(Assertion(authenticator.credential, client, bytes(37), bytes(8)), authenticator)
    assert caught.value.code == "assertion.malformed"


@pytest.mark.parametrize("size", [0, 36, 1025])
def test_authenticator_data_has_a_size(authenticator, size):
    good = Assertion.from_browser(authenticator.get(CHALLENGE))
    with pytest.raises(CannotBeVerified) as caught:
        verify(Assertion(good.credential, good.client_data, bytes(size), good.signature), authenticator)
    assert caught.value.code == "assertion.malformed"


def test_assertions_survive_their_json(authenticator):
    good = Assertion.from_browser(authenticator.get(CHALLENGE))
    assert Assertion.from_json(good.as_json()) == good
    for name in good.as_json():
        for lie in ("", "=", None, 1, "A" * 9000):
            with pytest.raises(InputRefused):
                Assertion.from_json(good.as_json() | {name: lie})
    with pytest.raises(InputRefused):
        Assertion.from_json(good.as_json() | {"user_handle": ""})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: None,
        lambda _: [],
        lambda given: given | {"type": "password"},
        lambda given: given | {"rawId": "AAAA"},
        lambda given: given | {"response": None},
        lambda given: given | {"response": {**given["response"], "signature": None}},
        lambda given: given | {"response": {**given["response"], "clientDataJSON": 5}},
        lambda given: {name: value for name, value in given.items() if name != "response"},
    ],
)
def test_what_a_browser_never_sends(authenticator, spoil):
    with pytest.raises(InputRefused):
        Assertion.from_browser(spoil(authenticator.get(CHALLENGE)))


# registration


def register(given, challenge=CHALLENGE):
    return passkey.register(given, challenge=challenge, rp_id=RP_ID, origins=[ORIGIN])


def test_a_new_passkey_is_registered(authenticator):
    found = register(authenticator.create(CHALLENGE))
    assert found.credential == authenticator.credential
    assert found.public_key == authenticator.public_key
    assert found.backed_up


def twist(given, change):
    """Return a registration whose decoded attestation object was changed."""
    result = copy.deepcopy(given)
    attestation = cbor2.loads(unb64u(given["response"]["attestationObject"], what=""))
    change(attestation)
    result["response"]["attestationObject"] = b64u(cbor2.dumps(attestation))
    return result


def flags(value):
    def change(attestation):
        data = bytearray(attestation["authData"])
        data[32] = value
        attestation["authData"] = bytes(data)

    return change


def cose(**members):
    def change(attestation):
        data = attestation["authData"]
        key = cbor2.loads(data[37 + 18 + 32 :])
        key |= {int(name.removeprefix("m").replace("_", "-")): value for name, value in members.items()}
        attestation["authData"] = data[: 37 + 18 + 32] + cbor2.dumps(key)

    return change


REGISTRATION_LIES = {
    "user not verified": flags(0x59),
    "user not present": flags(0x5C),
    "no credential": flags(0x1D),
    "another algorithm": cose(m3=-257),
    "another curve": cose(m_1=2),
    "a point off the curve": cose(m_2=bytes(31) + b"\x05"),
    "a short coordinate": cose(m_2=b"\x05"),
    "a coordinate that is a list": cose(m_2=[1]),
    "an attestation of an unknown kind": lambda found: found.update(fmt="mine"),
    "an attestation by a chip": lambda found: found.update(fmt="tpm", attStmt={"ver": "2.0"}),
    "none with a statement": lambda found: found.update(attStmt={"sig": b"x"}),
    "cut off": lambda found: found.update(authData=found["authData"][:60]),
    "another site": lambda found: found.update(authData=bytes(32) + found["authData"][32:]),
    "no data": lambda found: found.pop("authData"),
}


@pytest.mark.parametrize("name", REGISTRATION_LIES)
def test_a_registration_is_of_one_kind(authenticator, name):
    given = twist(authenticator.create(CHALLENGE), REGISTRATION_LIES[name])
    with pytest.raises(InputRefused) as caught:
        register(given)
    assert caught.value.code == "passkey.refused"


def test_a_registration_is_on_our_site_and_answers_our_challenge(authenticator):
    given = authenticator.create(CHALLENGE)
    elsewhere = Passkey(b"seed" * 8, rp_id=RP_ID, origin="https://evil.example").create(CHALLENGE)
    inside = copy.deepcopy(given)
    client = unb64u(given["response"]["clientDataJSON"], what="").replace(b"false", b"true")
    inside["response"]["clientDataJSON"] = b64u(client)
    asked = copy.deepcopy(given)
    client = unb64u(given["response"]["clientDataJSON"], what="").replace(b"webauthn.create", b"webauthn.get")
    asked["response"]["clientDataJSON"] = b64u(client)
    for lie, code in ((elsewhere, "origin"), (inside, "cross-origin"), (asked, "type")):
        with pytest.raises(InputRefused) as caught:
            register(lie)
        assert caught.value.code == f"passkey.{code}"
    with pytest.raises(InputRefused) as caught:
        register(given, challenge=bytes(32))
    assert caught.value.code == "passkey.challenge"


def test_the_id_outside_is_the_id_inside(authenticator):
    other = Passkey(b"other" * 8, rp_id=RP_ID, origin=ORIGIN)
    lie = authenticator.create(CHALLENGE) | {"id": other.credential, "rawId": other.credential}
    with pytest.raises(InputRefused) as caught:
        register(lie)
    assert caught.value.code == "passkey.refused"


@pytest.mark.parametrize("lie", [{}, {"response": None}, {"response": {}}, {"id": 1, "rawId": 1}, {"type": "x"}])
def test_registrations_that_are_none(authenticator, lie):
    with pytest.raises(InputRefused):
        register(authenticator.create(CHALLENGE) | lie if lie else {})
    huge = authenticator.create(CHALLENGE)
    huge["response"]["attestationObject"] = "A" * 100_000
    with pytest.raises(InputRefused):
        register(huge)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_hostile_registrations_never_raise_anything_of_their_own(authenticator, data):
    given = copy.deepcopy(authenticator.create(CHALLENGE))
    raw = bytearray(unb64u(given["response"]["attestationObject"], what=""))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    given["response"]["attestationObject"] = b64u(bytes(raw))
    try:
        found = register(given)
    except DeclarationError:
        return
    assert found.credential == authenticator.credential


def test_options_ask_for_what_is_accepted():
    created = passkey.creation_options(
        challenge=CHALLENGE, rp_id=RP_ID, rp_name="Summit", user=b"u", user_name="Mayor", exclude=["AAAA"]
    )
    assert created["pubKeyCredParams"] == [{"type": "public-key", "alg": -7}]
    assert created["authenticatorSelection"]["userVerification"] == "required"
    assert created["attestation"] == "none"
    asked = passkey.request_options(challenge=CHALLENGE, rp_id=RP_ID, credential="AAAA")
    assert asked["userVerification"] == "required"
    assert asked["allowCredentials"] == [{"type": "public-key", "id": "AAAA"}]
