"""Every lie that a server, a mayor or a stranger could tell in a bundle, each refused with its own code.

Each attacker here controls everything that the lie needs, the issuing key and the ledger included: only the one thing
under test is wrong, so the step that must notice it is the step that does.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID

from declaration.canonical import b64u, digest, sha256
from declaration.errors import Altered, CannotBeVerified, VerificationError
from declaration.ledger.entries import Entry
from declaration.signing import certificates, cms, verify
from declaration.signing import structures as der
from declaration.signing.bundle import Evidence
from declaration.signing.certificates import DOCUMENT_SIGNING, key_usage
from declaration.signing.drawing import Drawing
from declaration.signing.judgement import step_of
from declaration.signing.p256 import ORDER
from declaration.signing.statement import Party

MAYOR = "abidjan"
OTHER = "algiers"


def code_of(world, evidence, /, **changes):
    """Record the evidence as a lying server would, and return the code with which the bundle is refused."""
    world.affix(MAYOR, evidence, **changes)
    with pytest.raises(VerificationError) as caught:
        world.verify(MAYOR)
    assert caught.value.hint
    return caught.value.code


def rebuilt(message, change):
    """Return a CMS whose decoded form was changed, encoded again."""
    content = asn1.decode_der(der.ContentInfo, message)
    change(content, content.content, content.content.signer_infos.as_list()[0])
    return der.encode(content)


def resigned(signer, signed):
    signed.signer_infos = asn1.SetOf([signer])


# 5 the CMS

CMS_LIES = {}


def cms_lie(code):
    def keep(function):
        CMS_LIES[function.__name__] = (code, function)
        return function

    return keep


@cms_lie("signature.embedded-content")
def embeds_the_text(_content, signed, _signer):
    signed.content.content = b"%PDF-1.7 another text"


@cms_lie("signature.signers")
def two_signers(_content, signed, signer):
    again = der.SignerInfo(**{**vars(signer), "unsigned_attributes": None})
    signed.signer_infos = asn1.SetOf([signer, again])


@cms_lie("signature.signers")
def no_signer(_content, signed, _signer):
    signed.signer_infos = asn1.SetOf([])


@cms_lie("signature.profile")
def another_version(_content, signed, _signer):
    signed.version = 3


@cms_lie("signature.profile")
def another_content_type(_content, signed, _signer):
    signed.content.content_type = der.TST_INFO


@cms_lie("signature.profile")
def another_outer_type(content, _signed, _signer):
    content.content_type = der.DATA


@cms_lie("signature.profile")
def revocations_in_it(_content, signed, _signer):
    signed.crls = asn1.SetOf([der.tlv(1)])


@cms_lie("signature.algorithm")
def null_parameters(_content, signed, signer):
    signer.digest_algorithm.parameters = asn1.Null()
    resigned(signer, signed)


@cms_lie("signature.algorithm")
def another_digest(_content, signed, signer):
    signer.digest_algorithm.algorithm = der.SHA512
    resigned(signer, signed)


@cms_lie("signature.algorithm")
def another_signature_algorithm(_content, signed, signer):
    signer.signature_algorithm.algorithm = x509.ObjectIdentifier("1.2.840.10045.4.3.4")
    resigned(signer, signed)


@cms_lie("signature.algorithm")
def no_digest_algorithm(_content, signed, _signer):
    signed.digest_algorithms = asn1.SetOf([])


@cms_lie("signature.attributes")
def no_signed_attributes(_content, signed, signer):
    signer.signed_attributes = None
    resigned(signer, signed)


@cms_lie("signature.attributes")
def an_attribute_less(_content, signed, signer):
    signer.signed_attributes = asn1.SetOf(signer.signed_attributes.as_list()[1:])
    resigned(signer, signed)


@cms_lie("signature.attributes")
def an_attribute_more(_content, signed, signer):
    more = cms.attribute(x509.ObjectIdentifier("1.2.3.4"), 1)
    signer.signed_attributes = asn1.SetOf([*signer.signed_attributes.as_list(), more])
    resigned(signer, signed)


@cms_lie("signature.attributes")
def an_unsigned_attribute_more(_content, signed, signer):
    more = cms.attribute(x509.ObjectIdentifier("1.2.3.4"), 1)
    signer.unsigned_attributes = asn1.SetOf([*signer.unsigned_attributes.as_list(), more])
    resigned(signer, signed)


@cms_lie("signature.attributes")
def two_timestamps_in_one(_content, signed, signer):
    [stamp] = signer.unsigned_attributes.as_list()
    stamp.values = asn1.SetOf([*stamp.values.as_list(), der.tlv(1)])
    signer.unsigned_attributes = asn1.SetOf([stamp])
    resigned(signer, signed)


@cms_lie("signature.signer-certificate")
def no_certificates(_content, signed, _signer):
    signed.certificates = None


@cms_lie("signature.signer-certificate")
def another_serial(_content, signed, signer):
    signer.sid.serial += 1
    resigned(signer, signed)


@cms_lie("signature.invalid")
def a_signature_over_something_else(_content, signed, signer):
    r, s = decode_dss_signature(signer.signature)
    signer.signature = encode_dss_signature(r, s ^ 1)
    resigned(signer, signed)


@cms_lie("timestamp.missing")
def no_timestamp(_content, signed, signer):
    signer.unsigned_attributes = None
    resigned(signer, signed)


@cms_lie("timestamp.unreadable")
def a_timestamp_that_is_none(_content, signed, signer):
    signer.unsigned_attributes = asn1.SetOf([cms.attribute(der.SIGNATURE_TIMESTAMP, 1)])
    resigned(signer, signed)


@cms_lie("certificate.untrusted")
def the_chain_is_missing(_content, signed, _signer):
    signed.certificates = asn1.SetOf(
        [item for item in signed.certificates.as_list() if "issuing" not in item.subject.rfc4514_string()]
    )


@pytest.mark.parametrize("name", CMS_LIES)
def test_the_cms_is_of_one_profile(enrolled, name):
    code, change = CMS_LIES[name]
    honest = enrolled.sign(MAYOR)
    assert code_of(enrolled, replace(honest, cms=rebuilt(honest.cms, change))) == code


def test_the_signature_is_over_this_instrument(enrolled):
    evidence = enrolled.forge(MAYOR, attributes={"digest": sha256(b"another text")})
    assert code_of(enrolled, evidence) == "signature.message-digest"


def test_the_signature_names_its_certificate(enrolled):
    stranger = enrolled.keys.issuing_key.certificate
    assert code_of(enrolled, enrolled.forge(MAYOR, attributes={"certificate": stranger})) == "signature.certificate"


def test_the_other_form_of_an_ecdsa_signature_is_not_what_was_recorded(enrolled):
    """(r, n - s) verifies as well as (r, s): the ledger says which of them was given."""
    honest = enrolled.sign(MAYOR)

    def mirror(_content, signed, signer):
        r, s = decode_dss_signature(signer.signature)
        signer.signature = encode_dss_signature(r, ORDER - s)
        signer.unsigned_attributes = None
        resigned(signer, signed)

    mirrored = replace(honest, cms=enrolled.stamp(rebuilt(honest.cms, mirror)))
    verify.verify_evidence(mirrored, known=enrolled.known(MAYOR), trust=enrolled.trust)
    assert code_of(enrolled, mirrored, evidence=honest.digest) == "ledger.evidence"


# 6 the timestamp


def test_the_timestamp_covers_this_signature(enrolled):
    honest, other = enrolled.sign(MAYOR), enrolled.sign(MAYOR)

    def borrow(_content, signed, signer):
        theirs = asn1.decode_der(der.ContentInfo, other.cms).content.signer_infos.as_list()[0]
        signer.unsigned_attributes = theirs.unsigned_attributes
        resigned(signer, signed)

    assert code_of(enrolled, replace(honest, cms=rebuilt(honest.cms, borrow))) == "timestamp.imprint"


def test_the_timestamp_is_by_the_pinned_authority(enrolled, tools):
    stranger = tools.World(seed=2)
    honest = enrolled.sign(MAYOR)
    enrolled.keys = replace(enrolled.keys, timestamp_key=stranger.keys.timestamp_key)

    def strip(_content, signed, signer):
        signer.unsigned_attributes = None
        resigned(signer, signed)

    stamped = enrolled.stamp(rebuilt(honest.cms, strip))
    assert code_of(enrolled, replace(honest, cms=stamped)) == "timestamp.untrusted"


# 7 the certificate

FEW = x509.ExtendedKeyUsage([DOCUMENT_SIGNING])
CERTIFICATE_LIES = {
    "a purpose too few": ("certificate.purpose", {"purposes": FEW}),
    "for servers": ("certificate.purpose", {"purposes": x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])}),
    "for another use": ("certificate.usage", {"usage": key_usage(signing=True)}),
    "for a year": ("certificate.profile", {"life": timedelta(days=365)}),
    "with a name of its own": (
        "certificate.profile",
        {"more": [(x509.SubjectAlternativeName([x509.DNSName("example")]), False)]},
    ),
    "with an unknown critical extension": (
        "certificate.profile",
        {"more": [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)]},
    ),
    "as an authority": ("certificate.profile", {"more": [(x509.BasicConstraints(ca=True, path_length=None), True)]}),
    "with a strange noRevAvail": ("certificate.profile", {"no_rev_avail": b"\x04\x00"}),
    "for another office": (
        "certificate.subject",
        {
            "subject": certificates.subject_of(
                Party(MAYOR, "Clerk", "Mayor of Abidjan", "Abidjan", "Abidjan", "CI").signatory
            )
        },
    ),
    "for nobody": ("certificate.subject", {"subject": x509.Name([x509.NameAttribute(x509.NameOID.TITLE, "Mayor")])}),
    "signed by somebody else": ("certificate.forged", {"sign_with": generate_private_key(SECP256R1())}),
}


@pytest.mark.parametrize("name", CERTIFICATE_LIES)
def test_the_certificate_is_of_one_profile(enrolled, name):
    code, changes = CERTIFICATE_LIES[name]
    assert code_of(enrolled, enrolled.forge(MAYOR, certificate=changes)) == code


@pytest.mark.parametrize("late", [timedelta(minutes=10), timedelta(days=400), -timedelta(minutes=2)])
def test_the_certificate_was_valid_at_the_time_of_the_token(enrolled, tools, late):
    assert code_of(enrolled, enrolled.forge(MAYOR, at=tools.NOW + late)) == "certificate.validity"


def test_the_time_claimed_lies_within_the_certificate(enrolled, tools):
    claimed = {"signing_time": tools.NOW - timedelta(hours=1)}
    assert code_of(enrolled, enrolled.forge(MAYOR, attributes=claimed)) == "certificate.signing-time"


def test_the_certificate_chains_to_the_pinned_root(enrolled, tools):
    stranger = tools.World(seed=2).keys
    enrolled.keys = replace(enrolled.keys, issuing_key=stranger.issuing_key)
    assert code_of(enrolled, enrolled.sign(MAYOR)) == "certificate.untrusted"


def test_no_certificate_is_there_without_need(enrolled):
    chain = (*enrolled.keys.issuing.chain, enrolled.keys.timestamp_key.certificate)
    assert code_of(enrolled, enrolled.forge(MAYOR, chain=chain)) == "certificate.surplus"


def test_the_root_itself_may_travel_along(enrolled):
    chain = (*enrolled.keys.issuing.chain, enrolled.trust.signing_root)
    enrolled.affix(MAYOR, enrolled.forge(MAYOR, chain=chain))
    assert enrolled.verify(MAYOR).signatory.id == MAYOR


def test_an_issuer_must_be_an_authority(enrolled, tools):
    """A mayor's ephemeral key issues a certificate for another mayor's key."""
    key = generate_private_key(SECP256R1())
    leaf = enrolled.certificate(OTHER, key.public_key())
    rogue = certificates.Certified(key, leaf, (leaf, *enrolled.keys.issuing.chain))
    enrolled.keys = replace(enrolled.keys, issuing_key=rogue)
    assert code_of(enrolled, enrolled.sign(MAYOR)) == "certificate.authority"


def test_an_authority_may_not_make_another(enrolled, tools):
    """pathLenConstraint of the issuing certificate is 0."""
    below = certificates.issue_authority(
        enrolled.keys.issuing_key, generate_private_key(SECP256R1()), "Rogue", at=tools.NOW, random=enrolled.random
    )
    chain = (below.certificate, *enrolled.keys.issuing.chain)
    enrolled.keys = replace(enrolled.keys, issuing_key=certificates.Certified(below.key, below.certificate, chain))
    # a certificate's life begins a minute before it is made, the rogue authority's a moment later
    evidence = enrolled.forge(MAYOR, certificate={"begin": tools.NOW})
    assert code_of(enrolled, evidence) == "certificate.authority"


def test_two_signatures_swapped_between_bundles(signed):
    """Each mayor's bundle carries the other's CMS; the text that they signed is the same."""
    mine, theirs = signed.evidence[MAYOR], signed.evidence[OTHER]
    for name, evidence in ((MAYOR, replace(mine, cms=theirs.cms)), (OTHER, replace(theirs, cms=mine.cms))):
        with pytest.raises(Altered) as caught:
            verify.verify_evidence(evidence, known=signed.known(name), trust=signed.trust)
        assert caught.value.code == "certificate.subject"
    with pytest.raises(Altered) as caught:
        signed.verify(MAYOR, cms=theirs.cms)
    assert caught.value.code == "certificate.subject"


# 8 the statement

HASH = digest(b"another")
STATEMENT_LIES = {
    "another version": ("statement.version", {"version": HASH}),
    "another instrument": ("statement.instrument", {"instrument": HASH}),
    "another declaration.json": ("statement.document", {"document": HASH}),
    "another key": ("statement.key", {"key": HASH}),
    "a drawing that is not there": ("statement.drawn", {"drawn": HASH}),
    "another declaration": ("statement.declaration", {"occasion": {"declaration": "paris-2020"}}),
    "another ledger": ("statement.ledger", {"occasion": {"ledger": "declaration.example/paris-2020"}}),
    "another passkey": ("statement.credential", {"occasion": {"credential": b64u(b"another")}}),
    "another office": (
        "statement.signatory",
        {"occasion": {"party": Party(MAYOR, "Clerk", "Mayor of Abidjan", "Abidjan", "Abidjan", "CI")}},
    ),
    "another mayor": (
        "statement.signatory",
        {"occasion": {"party": Party(OTHER, "Mayor", "Mayor of Algiers", "Algiers", "الجزائر", "DZ")}},
    ),
}


@pytest.mark.parametrize("name", STATEMENT_LIES)
def test_the_statement_names_exactly_this(enrolled, name):
    code, changes = STATEMENT_LIES[name]
    assert code_of(enrolled, enrolled.forge(MAYOR, said=changes)) == code


def test_the_drawing_is_the_one_confirmed(enrolled):
    evidence = enrolled.sign(MAYOR, drawn=Drawing((((1, 2), (3, 4)),)).svg())
    assert code_of(enrolled, replace(evidence, drawn=Drawing((((1, 2), (3, 5)),)).svg())) == "statement.drawn"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said + b" ",
        lambda said: said.replace(b'{"act"', b'{ "act"'),
        lambda said: said[:-1] + b',"zebra":1}',
        lambda said: said.replace(b"declaration-statement/1", b"declaration-statement/2"),
        lambda said: said.replace(b'"nonce":"', b'"nonce":"A'),
        lambda _said: b"{}",
        lambda _said: b"\xef\xbb\xbf{}",
    ],
)
def test_the_statement_is_canonical(enrolled, spoil):
    """Even where the passkey has confirmed exactly these bytes."""
    honest = enrolled.sign(MAYOR)
    said = spoil(honest.statement)
    evidence = replace(honest, statement=said, assertion=enrolled.devices[MAYOR].passkey.confirm(said))
    with pytest.raises(CannotBeVerified) as caught:
        verify.verify_evidence(evidence, known=enrolled.known(MAYOR), trust=enrolled.trust)
    assert caught.value.code == "statement.malformed"


def test_a_statement_of_another_act_signs_nothing(enrolled):
    passkey = enrolled.devices[MAYOR].passkey
    enrolment = enrolled.entries[enrolled.index[f"enrolled {MAYOR}"]]
    assert b"enrol" in enrolment
    honest = enrolled.sign(MAYOR)
    said = enrolled.sign_statement(MAYOR, b"").replace(b'"act":"sign"', b'"act":"decline"')
    evidence = Evidence(said, passkey.confirm(said), honest.cms)
    with pytest.raises(CannotBeVerified) as caught:
        verify.verify_evidence(evidence, known=enrolled.known(MAYOR), trust=enrolled.trust)
    assert caught.value.code == "statement.malformed"


# 9 the assertion

STRANGER = generate_private_key(SECP256R1())
ASSERTION_LIES = {
    "user not verified": ("assertion.user-verified", {"flags": 0x19}),
    "user not present": ("assertion.user-present", {"flags": 0x1C}),
    "backed up though it cannot be": ("assertion.flags", {"flags": 0x15}),
    "attested data announced": ("assertion.flags", {"flags": 0x5D}),
    "extensions announced and absent": ("assertion.flags", {"flags": 0x9D}),
    "extensions present and not announced": ("assertion.flags", {"tail": b"\xa0"}),
    "inside another site's page": ("assertion.cross-origin", {"client": {"crossOrigin": True}}),
    "crossOrigin in another spelling": ("assertion.cross-origin", {"client": {"crossOrigin": "false"}}),
    "crossOrigin a list": ("assertion.cross-origin", {"client": {"crossOrigin": []}}),
    "with a top origin": ("assertion.cross-origin", {"client": {"topOrigin": "https://evil.example"}}),
    "on another site": ("assertion.origin", {"client": {"origin": "https://declaration.example.evil.example"}}),
    "on another port": ("assertion.origin", {"client": {"origin": "https://declaration.example:8443"}}),
    "without encryption": ("assertion.origin", {"client": {"origin": "http://declaration.example"}}),
    "with a slash more": ("assertion.origin", {"client": {"origin": "https://declaration.example/"}}),
    "from nowhere": ("assertion.origin", {"without_member": ["origin"]}),
    "from a list of places": ("assertion.origin", {"client": {"origin": ["https://declaration.example"]}}),
    "for another relying party": ("assertion.rp-id", {"rp_id": "evil.example"}),
    "at registration": ("assertion.type", {"client": {"type": "webauthn.create"}}),
    "of another challenge": ("assertion.challenge", {"client": {"challenge": b64u(bytes(32))}}),
    "of a challenge with padding": (
        "assertion.challenge",
        {"client": {"challenge": b64u(bytes(32)) + "="}},
    ),
    "by another key": ("assertion.invalid", {"key": STRANGER}),
    "by another passkey": ("assertion.credential", {"credential": b64u(b"another"), "key": STRANGER}),
}


@pytest.mark.parametrize("name", ASSERTION_LIES)
def test_the_assertion_is_the_mayors_gesture(enrolled, tools, name):
    code, changes = ASSERTION_LIES[name]
    evidence = enrolled.forge(MAYOR, assertion=tools.confirm_with(**changes))
    assert code_of(enrolled, evidence, credential=enrolled.devices[MAYOR].credential) == code


def test_extensions_that_are_announced_are_allowed(enrolled, tools):
    evidence = enrolled.forge(MAYOR, assertion=tools.confirm_with(flags=0x9D, tail=b"\xa0"))
    enrolled.affix(MAYOR, evidence)
    assert enrolled.verify(MAYOR).signatory.id == MAYOR


def test_members_that_browsers_add_are_allowed(enrolled, tools):
    note = {"other_keys_can_be_added_here": "do not compare clientDataJSON against a template"}
    enrolled.affix(MAYOR, enrolled.forge(MAYOR, assertion=tools.confirm_with(client=note)))
    assert enrolled.verify(MAYOR).signatory.id == MAYOR


def test_another_mayors_passkey(enrolled):
    """The other mayor's own passkey confirms, honestly, a statement in this mayor's name."""
    theirs = enrolled.devices[OTHER].passkey
    evidence = enrolled.forge(MAYOR, passkey=theirs)
    assert code_of(enrolled, evidence) == "assertion.credential"


def test_a_replayed_assertion(enrolled):
    """An assertion over an earlier statement of the same mayor."""
    earlier, later = enrolled.sign(MAYOR), enrolled.sign(MAYOR)
    assert code_of(enrolled, replace(later, assertion=earlier.assertion)) == "assertion.challenge"


# 10 the ledger


def refused(world, bundle):
    with pytest.raises(VerificationError) as caught:
        world.judge(bundle)
    return caught.value.code


def test_an_entry_that_is_not_in_the_ledger(signed):
    bundle = signed.bundle(MAYOR)
    other = signed.prove(f"answer {OTHER}")
    for name in ("opened", "enrolled", "frozen", "recorded"):
        proven = getattr(bundle, name)
        assert refused(signed, replace(bundle, **{name: replace(proven, proof=other.proof)})) == "ledger.inclusion"
        assert refused(signed, replace(bundle, **{name: replace(proven, index=proven.index + 1)})) == "ledger.inclusion"
        changed = proven.entry.replace(b"2019", b"2018", 1)
        assert refused(signed, replace(bundle, **{name: replace(proven, entry=changed)})) == "ledger.inclusion"


def test_an_entry_of_another_kind(signed):
    bundle = signed.bundle(MAYOR)
    for name in ("opened", "enrolled", "frozen", "recorded"):
        wrong = bundle.frozen if name != "frozen" else bundle.enrolled
        assert refused(signed, replace(bundle, **{name: wrong})) == "ledger.kind"
    declined = signed.bundle("bijeljina")
    assert refused(signed, replace(bundle, recorded=declined.recorded)) == "ledger.kind"


def test_another_mayors_entries(signed):
    mine, theirs = signed.bundle(MAYOR), signed.bundle(OTHER)
    assert refused(signed, replace(mine, enrolled=theirs.enrolled)) == "ledger.signatory"
    assert refused(signed, replace(mine, recorded=theirs.recorded)) == "ledger.signatory"
    # both: then it is the other mayor's bundle with this mayor's signature in it
    both = replace(mine, enrolled=theirs.enrolled, recorded=theirs.recorded)
    assert refused(signed, both) == "certificate.subject"


def test_a_passkey_enrolled_after_the_signature(enrolled):
    late = enrolled.twin()
    honest = late.sign(MAYOR)
    late.affix(MAYOR, honest)
    late.enrol(MAYOR)
    assert refused(late, late.bundle(MAYOR)) == "ledger.order"


def test_a_freeze_after_the_signature(enrolled):
    late = enrolled.twin()
    late.affix(MAYOR, late.sign(MAYOR))
    late.freeze()
    assert refused(late, late.bundle(MAYOR)) == "ledger.order"


def test_a_freeze_of_another_text(enrolled):
    for name in ("version", "instrument", "document"):
        world = enrolled.twin()
        world.freeze(**{name: HASH})
        world.affix(MAYOR, world.sign(MAYOR))
        assert refused(world, world.bundle(MAYOR)) == "ledger.instrument"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("ledger.instrument", {"instrument": HASH}),
        ("ledger.credential", {"credential": b64u(b"another")}),
        ("ledger.evidence", {"evidence": HASH}),
    ],
)
def test_a_record_of_something_else(enrolled, code, changes):
    assert code_of(enrolled, enrolled.sign(MAYOR), **changes) == code


def test_a_stranger(enrolled):
    """Enrolled and recorded, but not on the roster of what was frozen."""
    world = enrolled.twin()
    world.parties = {**world.parties, "paris": Party("paris", "Mayor", "Mayor of Paris", "Paris", "Paris", "FR")}
    world.devices = {**world.devices, "paris": world.devices[MAYOR]}
    world.enrol("paris")
    world.affix("paris", world.sign(MAYOR))
    assert refused(world, world.bundle("paris")) == "ledger.stranger"


@pytest.mark.parametrize("lie", ["signatory", "key", "assertion", "challenge", "passkey"])
def test_an_enrolment_without_possession(enrolled, lie, tools):
    """A server enrols a key of its own in a mayor's name, without what the mayor's device would have signed."""
    world = enrolled.twin()
    mine, other = world.devices[MAYOR].passkey, world.devices[OTHER].passkey
    body = world.entries[world.index[f"enrolled {MAYOR}"]]
    theirs = tools.World().device(world.parties[MAYOR], seed=b"server" * 6)
    if lie == "signatory":
        world.enrol(MAYOR, statement=_enrolment_of(enrolled, OTHER))
    elif lie == "key":
        world.enrol(MAYOR, public_key=b64u(other.public_key))
    elif lie == "assertion":
        assertion = other.confirm(b"something").as_json() | {"credential": mine.credential}
        world.enrol(MAYOR, assertion=assertion)
    elif lie == "challenge":
        assertion = mine.confirm(b"something").as_json()
        world.enrol(MAYOR, assertion=assertion)
    else:
        world.enrol(MAYOR, public_key=b64u(theirs.passkey.public_key))
    assert body != world.entries[-1]
    world.affix(MAYOR, world.sign(MAYOR))
    assert refused(world, world.bundle(MAYOR)) == "ledger.enrolment"


def _enrolment_of(world, name):
    return Entry.parse(world.entries[world.index[f"enrolled {name}"]]).body["statement"]


def test_a_ledger_of_another_origin(enrolled, tools):
    """The opening names another ledger than the checkpoint that proves it."""
    world = tools.World()
    world.open(origin="declaration.example/paris-2020")
    for name in world.parties:
        world.enrol(name)
    world.freeze()
    world.affix(MAYOR, world.sign(MAYOR))
    assert refused(world, world.bundle(MAYOR)) == "ledger.declaration"


def test_an_entry_of_another_declaration(enrolled):
    world = enrolled.twin()
    evidence = world.sign(MAYOR)
    world.affix(MAYOR, evidence)
    entry = world.entries.pop().replace(b'"declaration":"duesseldorf-2019"', b'"declaration":"paris-2020"')
    world.entries.append(entry)
    assert refused(world, world.bundle(MAYOR)) == "ledger.declaration"


def test_origins_come_from_the_ledger(tools):
    """Not from the statement, the assertion or a setting: a server that opened with another site is found out."""
    world = tools.World()
    world.open(origins=["https://evil.example"])
    for name in world.parties:
        world.enrol(name)
    world.freeze()
    world.affix(MAYOR, world.sign(MAYOR))
    assert refused(world, world.bundle(MAYOR)) == "ledger.enrolment"


CHECKPOINT_LIES = {
    "by one key only": (
        "ledger.unsigned",
        lambda world, _: world.checkpoint(world.keys.ledger_keys(world.trust.ledger)[:1]),
    ),
    "by the other only": (
        "ledger.unsigned",
        lambda world, _: world.checkpoint(world.keys.ledger_keys(world.trust.ledger)[1:]),
    ),
    "by a stranger": (
        "ledger.unsigned",
        lambda world, tools: world.checkpoint(tools.World(2).keys.ledger_keys(tools.LEDGER)),
    ),
    "by a stranger's post-quantum key": (
        "ledger.unsigned",
        lambda world, tools: world.checkpoint(
            (world.keys.ledger_keys(tools.LEDGER)[0], tools.World(2).keys.ledger_keys(tools.LEDGER)[1])
        ),
    ),
    "no note": ("ledger.checkpoint", lambda *_: b"nonsense"),
    "a letter less": ("ledger.checkpoint", lambda world, _: world.checkpoint()[:-2]),
}


@pytest.mark.parametrize("name", CHECKPOINT_LIES)
def test_the_checkpoint_is_by_both_keys(signed, tools, name):
    code, make = CHECKPOINT_LIES[name]
    assert refused(signed, replace(signed.bundle(MAYOR), checkpoint=make(signed, tools))) == code


@pytest.mark.parametrize("line", [4, 5])
def test_each_line_of_the_checkpoint_counts(signed, line):
    lines = signed.checkpoint().decode().split("\n")
    head, text = lines[line].rsplit(" ", 1)
    lines[line] = f"{head} {text[:20]}{'A' if text[20] != 'A' else 'B'}{text[21:]}"
    bundle = replace(signed.bundle(MAYOR), checkpoint="\n".join(lines).encode())
    assert refused(signed, bundle) in {"ledger.signature", "ledger.checkpoint"}


def test_an_instrument_that_is_not_the_frozen_one(signed):
    other = replace(signed.frozen, digest=HASH)
    with pytest.raises(Altered) as caught:
        verify.verify_bundle(signed.bundle(MAYOR), instrument=other, trust=signed.trust)
    assert caught.value.code == "ledger.instrument"


# declines


def test_a_decline_is_not_a_signature_and_a_signature_is_not_a_decline(signed):
    with pytest.raises(CannotBeVerified) as caught:
        signed.judge(signed.bundle("bijeljina"))
    assert caught.value.code == "bundle.act"
    with pytest.raises(CannotBeVerified) as caught:
        verify.verify_decline(signed.bundle(MAYOR), instrument=signed.frozen, trust=signed.trust)
    assert caught.value.code == "bundle.act"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("statement.reason", {"reason": "Another reason."}),
        ("ledger.instrument", {"instrument": HASH}),
    ],
)
def test_a_decline_that_was_recorded_otherwise(enrolled, code, changes):
    enrolled.decline(MAYOR, **changes)
    with pytest.raises(Altered) as caught:
        verify.verify_decline(enrolled.bundle(MAYOR), instrument=enrolled.frozen, trust=enrolled.trust)
    assert caught.value.code == code


def test_a_decline_with_another_assertion_or_statement(signed):
    mayor = "bijeljina"
    passkey = signed.devices[mayor].passkey
    bundle = signed.bundle(mayor)
    again = passkey.confirm(bundle.statement)
    for lie in (replace(bundle, assertion=again),):
        with pytest.raises(Altered) as caught:
            verify.verify_decline(lie, instrument=signed.frozen, trust=signed.trust)
        assert caught.value.code == "ledger.evidence"
    signing = signed.sign_statement(mayor, b"")
    with pytest.raises(Altered) as caught:
        verify.verify_decline(
            replace(bundle, statement=signing, assertion=passkey.confirm(signing)),
            instrument=signed.frozen,
            trust=signed.trust,
        )
    assert caught.value.code == "statement.act"


# 11 the count


def test_nobody_counts_twice(signed):
    mine, theirs = signed.verify(MAYOR), signed.verify(OTHER)
    decline = verify.verify_decline(signed.bundle("bijeljina"), instrument=signed.frozen, trust=signed.trust)
    lies = {
        "count.signatory": ([mine, mine], []),
        "count.credential": ([mine, replace(theirs, credential=mine.credential)], []),
        "count.cms": ([mine, replace(theirs, cms=mine.cms)], []),
        "count.entry": ([mine, replace(theirs, index=mine.index)], []),
        "count.instrument": ([replace(mine, instrument=HASH)], []),
        "count.stranger": ([replace(mine, signatory=replace(mine.signatory, id="paris"))], []),
        "count.fork": ([mine, replace(theirs, checkpoint=replace(theirs.checkpoint, root=bytes(32)))], []),
    }
    for code, (signatures, declines) in lies.items():
        with pytest.raises(Altered) as caught:
            verify.verify_set(signatures, declines, instrument=signed.frozen)
        assert caught.value.code == code
    both = replace(decline, signatory=mine.signatory)
    with pytest.raises(Altered) as caught:
        verify.verify_set([mine], [both], instrument=signed.frozen)
    assert caught.value.code == "count.signatory"


def test_the_merged_file_is_exactly_the_signatures(signed):
    messages = [signed.evidence[name].cms for name in (MAYOR, OTHER)]
    merged = cms.merge(messages)
    verify.verify_merged(merged, messages[::-1])
    for wrong in (merged[:-1], cms.merge(messages[:1]), messages[0], b""):
        with pytest.raises(Altered) as caught:
            verify.verify_merged(wrong, messages)
        assert caught.value.code == "count.merged"
    with pytest.raises(Altered):
        verify.verify_merged(b"", [])


def test_curves_other_than_p256_do_not_sign(enrolled, tools):
    """The issuing key certifies a P-384 key; such a signature is outside the profile."""
    key = generate_private_key(SECP384R1())
    issued = enrolled.certificate(MAYOR, key.public_key())
    honest = enrolled.sign(MAYOR)
    signed = cms.signed_attributes(digest=sha256(enrolled.instrument), certificate=issued, signing_time=tools.NOW)

    def change(_content, message, signer):
        message.certificates = asn1.SetOf([issued, *enrolled.keys.issuing.chain])
        signer.sid = cms.signer_identifier(issued)
        wrapped = asn1.decode_der(der.SignedAttributes, der.wrap(0x30, signed))
        signer.signed_attributes = wrapped.attributes
        resigned(signer, message)

    assert code_of(enrolled, replace(honest, cms=rebuilt(honest.cms, change))) == "signature.key"


def test_every_code_belongs_to_the_step_it_names():
    for name, step in {"signature": 5, "timestamp": 6, "certificate": 7, "statement": 8, "assertion": 9}.items():
        assert step_of(f"{name}.anything") == step
    for table, step in ((CERTIFICATE_LIES, 7), (STATEMENT_LIES, 8), (ASSERTION_LIES, 9), (CHECKPOINT_LIES, 10)):
        assert {step_of(code) for code, _ in table.values()} == {step}
