"""The simulated device trusts nothing that the service says, and its key signs once."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import digest, encode, sha256
from declaration.ceremony.device import Choice
from declaration.errors import Altered, CannotBeVerified, DeclarationError
from declaration.signing import cms, p256, statement
from declaration.signing.party import Party
from declaration.signing.statement import PositionLine

MAYOR = "abidjan"
HASH = digest(b"another")


@pytest.fixture
def device(enrolled):
    return enrolled.devices[MAYOR]


@pytest.fixture
def gesture(enrolled, device):
    return device.begin(enrolled.instrument, enrolled.document)


def refused(function, *arguments):
    with pytest.raises(Altered) as caught:
        function(*arguments)
    assert caught.value.hint
    return caught.value.code


STATEMENT_LIES = [
    {"version": HASH},
    {"instrument": HASH},
    {"document": HASH},
    {"key": HASH},
    {"drawn": HASH},
    {"occasion": {"declaration": "paris-2020"}},
    {"occasion": {"ledger": "declaration.example/paris-2020"}},
    {"occasion": {"credential": "AAAA"}},
    {"occasion": {"party": Party(MAYOR, "Clerk", "Mayor of Abidjan", "Abidjan", "Abidjan", "CI")}},
]


@pytest.mark.parametrize("lie", STATEMENT_LIES, ids=str)
def test_it_confirms_no_statement_that_says_something_else(enrolled, gesture, lie):
    said = enrolled.sign_statement(MAYOR, gesture.public_key, **lie)
    assert refused(gesture.authorise, said) == "device.statement"


def test_it_confirms_no_other_act(enrolled, device, gesture):
    occasion = enrolled.occasion(MAYOR)
    decline = statement.build_decline(
        occasion, version=enrolled.version, instrument=digest(enrolled.instrument), reason="No."
    )
    assert refused(gesture.authorise, decline) == "device.statement"
    with pytest.raises(CannotBeVerified):
        gesture.authorise(b"{}")
    with pytest.raises(CannotBeVerified):
        gesture.authorise(decline + b" ")


def test_it_confirms_what_it_computed_itself(enrolled, gesture):
    said = enrolled.sign_statement(MAYOR, gesture.public_key)
    assert gesture.authorise(said).credential == enrolled.devices[MAYOR].credential


def test_it_proves_possession_of_its_own_key_only(enrolled, device):
    own = statement.build_enrol(enrolled.occasion(MAYOR), key=digest(device.passkey.public_key))
    assert device.prove(own)
    assert refused(device.prove, statement.build_enrol(enrolled.occasion(MAYOR), key=HASH)) == "device.statement"


def test_it_takes_only_the_positions_that_were_chosen(enrolled, device):
    chosen = {"clause-1": Choice(HASH, "accept", None), "clause-2": Choice(HASH, "object", "Why.")}

    def positions(*lines):
        return statement.build_positions(enrolled.occasion(MAYOR), version=HASH, language="fr", positions=lines)

    one = PositionLine("clause-1", HASH, "accept", None)
    two = PositionLine("clause-2", HASH, "object", "Why.")
    assert device.confirm(positions(one, two), chosen)
    assert device.confirm(positions(two), chosen)
    for lie in (
        one._replace(stance="object"),
        one._replace(digest=digest(b"other words")),
        one._replace(clause="clause-3"),
        two._replace(reservation="Something else."),
    ):
        assert refused(device.confirm, positions(lie), chosen) == "device.statement"
    assert refused(device.confirm, enrolled.sign_statement(MAYOR, b""), chosen) == "device.statement"


def test_it_declines_in_its_owners_words_only(enrolled, device):
    occasion = enrolled.occasion(MAYOR)

    def decline(**changes):
        body = {"version": enrolled.version, "instrument": digest(enrolled.instrument), "reason": "No."}
        return statement.build_decline(occasion, **(body | changes))

    assert device.decline(enrolled.instrument, enrolled.document, decline(), "No.")
    for lie in ({"reason": "Yes."}, {"version": HASH}, {"instrument": HASH}):
        said = decline(**lie)
        assert refused(device.decline, enrolled.instrument, enrolled.document, said, "No.") == "device.statement"


def test_it_begins_nothing_that_its_owner_was_not_invited_to(enrolled, tools, device):
    stranger = enrolled.device(Party("paris", "Mayor", "Mayor of Paris", "Paris", "Paris", "FR"))
    assert refused(stranger.begin, enrolled.instrument, enrolled.document) == "device.document"
    elsewhere = enrolled.device(enrolled.parties[MAYOR], declaration="paris-2020")
    assert refused(elsewhere.begin, enrolled.instrument, enrolled.document) == "device.document"
    altered = enrolled.document.replace(b"Vivre ensemble, 1", b"Vivre ensemble, 7")
    assert refused(device.begin, enrolled.instrument, altered) == "document.text"
    with pytest.raises(DeclarationError):
        device.begin(enrolled.instrument, encode({}))


def signing(enrolled, gesture, at, **changes):
    certificate = enrolled.keys.issuing.issue(gesture.public_key, enrolled.parties[MAYOR], at)
    expected = {"digest": sha256(enrolled.instrument), "certificate": certificate, "signing_time": at}
    return cms.signed_attributes(**(expected | changes)), certificate.public_bytes(Encoding.DER)


def test_it_signs_what_it_hashed_itself(enrolled, gesture, tools):
    attributes, certificate = signing(enrolled, gesture, tools.NOW)
    signature = gesture.sign(attributes, certificate)
    assert len(signature) == 64
    assert p256.der_signature(signature)


@pytest.mark.parametrize("lie", ["digest", "certificate", "signing_time"])
def test_it_signs_no_other_attributes(enrolled, gesture, tools, lie):
    changes = {
        "digest": bytes(32),
        "certificate": enrolled.keys.issuing_key.certificate,
        "signing_time": tools.NOW.replace(year=2018),
    }
    attributes, certificate = signing(enrolled, gesture, tools.NOW, **{lie: changes[lie]})
    assert refused(gesture.sign, attributes, certificate) == "device.attributes"


def test_it_signs_with_no_certificate_but_its_own(enrolled, tools, device):
    other = enrolled.parties["algiers"]
    stranger = p256.spki(generate_private_key(SECP256R1()).public_key())
    for key, party in ((None, other), (stranger, enrolled.parties[MAYOR])):
        gesture = device.begin(enrolled.instrument, enrolled.document)
        wrong = enrolled.keys.issuing.issue(key or gesture.public_key, party, tools.NOW)
        attributes = cms.signed_attributes(
            digest=sha256(enrolled.instrument), certificate=wrong, signing_time=tools.NOW
        )
        assert refused(gesture.sign, attributes, wrong.public_bytes(Encoding.DER)) == "device.certificate"


def test_hostile_answers_are_refused(enrolled, tools, device):
    for spoil in (lambda _: b"", lambda data: data[:-1], lambda data: data + b"\0", lambda data: b"\x30" + data[1:]):
        for which in (0, 1):
            gesture = device.begin(enrolled.instrument, enrolled.document)
            answer = list(signing(enrolled, gesture, tools.NOW))
            if (spoiled := spoil(answer[which])) == answer[which]:
                continue
            answer[which] = spoiled
            with pytest.raises(DeclarationError):
                gesture.sign(*answer)


def test_the_key_is_gone_after_one_signature_or_one_refusal(enrolled, tools, device):
    gesture = device.begin(enrolled.instrument, enrolled.document)
    good = signing(enrolled, gesture, tools.NOW)
    gesture.sign(*good)
    assert gesture._key is None
    assert refused(gesture.sign, *good) == "device.used"
    refusing = device.begin(enrolled.instrument, enrolled.document)
    lie = signing(enrolled, refusing, tools.NOW, digest=bytes(32))
    assert refused(refusing.sign, *lie) == "device.attributes"
    assert refused(refusing.sign, *signing(enrolled, refusing, tools.NOW)) == "device.used"


def test_two_signatures_never_share_a_key(enrolled, device):
    keys = {device.begin(enrolled.instrument, enrolled.document).public_key for _ in range(5)}
    assert len(keys) == 5
