"""Steps 5 to 11: is this signature what it says it is? One function a question, each raises or returns what it found.

The steps and their numbers are those of `declaration.signing.judgement`. Nothing here reads a file, a clock or the
network; trust comes in as a keyword-only argument. What the ledger says (passkey, origins, frozen digests) is proven
before it is used, so step 10 begins before step 5 and ends after step 9.

`verify_bundle` and `verify_decline` judge a bundle as the public does; `verify_evidence` judges a signature before it
is recorded, with the same code, on what the server knows; `verify_alone` judges a CMS that came without a bundle, as
far as that goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NoReturn

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from declaration.canonical import digest, sha256
from declaration.ledger.entries import P256_SPKI, Kind
from declaration.signing import cms, p256
from declaration.signing.bundle import Bundle, Evidence
from declaration.signing.certificates import (
    DOCUMENT_SIGNING,
    EPHEMERAL,
    EPHEMERAL_EXTENSIONS,
    subject_bytes,
    subject_of,
)
from declaration.signing.chain import verify_chain
from declaration.signing.fields import KEY_USAGE, PURPOSES, Fields, Seen
from declaration.signing.judgement import altered, reading, unverifiable
from declaration.signing.passkey import Assertion, verify_assertion
from declaration.signing.recorded import Memory, Record, read_record
from declaration.signing.statement import Act, Declining, Signatory, Signing, Statement, read_expected
from declaration.signing.tally import Tally, verify_merged, verify_set
from declaration.signing.timestamp import Timestamp, verify_token
from declaration.signing.trust import Trust
from declaration.signing.verified import (
    FrozenInstrument,
    Known,
    VerifiedAlone,
    VerifiedDecline,
    VerifiedEvidence,
    VerifiedSignature,
)

__all__ = [
    "FrozenInstrument",
    "Known",
    "Memory",
    "Tally",
    "VerifiedAlone",
    "VerifiedDecline",
    "VerifiedEvidence",
    "VerifiedSignature",
    "verify_alone",
    "verify_bundle",
    "verify_decline",
    "verify_evidence",
    "verify_merged",
    "verify_set",
]


def verify_evidence(
    evidence: Evidence, *, known: Known, trust: Trust, memory: Memory | None = None
) -> VerifiedEvidence:
    """Verify a signature in steps 5 to 9.

    Args:
        evidence: statement, assertion, CMS, drawing.
        known: what it must agree with.
        trust: pinned roots.
        memory: of this run of the verifier.

    Raises:
        Altered: ``signature.*``, ``timestamp.*``, ``certificate.*``, ``statement.*``, ``assertion.*``.
        CannotBeVerified: likewise.

    """
    memory = memory or Memory()
    # 5 the CMS
    message = cms.read(evidence.cms)
    key = cms.verify_signature(message, digest=bytes.fromhex(known.instrument))
    # 6 its timestamp
    stamp = _verify_timestamp(message, trust, memory)
    # 7 its certificate
    _verify_certificate(message, known.signatory, at=stamp.at, trust=trust, memory=memory)
    # 8 the statement
    expected = Signing(
        version=known.version,
        instrument=known.instrument,
        document=known.document,
        key=digest(_written(key, message.signer)),
        drawn=None if evidence.drawn is None else digest(evidence.drawn),
    )
    statement = _verify_statement(evidence.statement, expected, known)
    # 9 the assertion
    _verify_assertion(evidence.assertion, statement, known)
    return VerifiedEvidence(statement, message.certificate, stamp)


def verify_alone(
    data: bytes, *, instrument: str, named: Mapping[bytes, Signatory], trust: Trust, memory: Memory
) -> VerifiedAlone:
    """Verify a CMS without statement, passkey and ledger: steps 5 to 7, and no more.

    Args:
        data: the CMS.
        instrument: SHA-256 of what it must sign, in hexadecimal.
        named: who is invited to sign, by the subject (DER) that their certificate must have.
        trust: pinned roots.
        memory: of this run of the verifier.

    Raises:
        Altered: ``signature.*``, ``timestamp.*``, ``certificate.*``; ``count.stranger``, the certificate names
            somebody who is not on the roster.
        CannotBeVerified: likewise, but for the last.

    """
    # 5 the CMS
    message = cms.read(data)
    cms.verify_signature(message, digest=bytes.fromhex(instrument))
    # 6 its timestamp
    stamp = _verify_timestamp(message, trust, memory)
    # 7 its certificate
    with reading("certificate.unreadable"):
        signatory = named.get(message.signer.fields.subject)
        if signatory is None:
            raise altered("count.stranger", signatory=message.certificate.subject.rfc4514_string()[:300])
    _verify_certificate(message, signatory, at=stamp.at, trust=trust, memory=memory)
    return VerifiedAlone(signatory, stamp)


def _verify_timestamp(message: cms.Message, trust: Trust, memory: Memory) -> Timestamp:
    if message.token is None:
        raise unverifiable("timestamp.missing")
    imprint = sha256(message.signature)
    return verify_token(message.token, imprint=imprint, root=trust.timestamp_root, links=memory.links)


def verify_bundle(
    bundle: Bundle, *, instrument: FrozenInstrument, trust: Trust, memory: Memory | None = None
) -> VerifiedSignature:
    """Verify a signature bundle in steps 5 to 10.

    Args:
        bundle: of a signature.
        instrument: what it must sign.
        trust: pinned roots and ledger keys.
        memory: of this run of the verifier; with one, what all bundles share is verified once.

    Raises:
        Altered: the code says what does not match.
        CannotBeVerified: the code says what is missing, unreadable or unknown.

    """
    memory = memory or Memory()
    evidence = bundle.evidence
    if evidence is None:
        raise unverifiable("bundle.act", expected=str(Act.SIGN))
    # 10 what the ledger holds
    record = read_record(bundle, trust=trust, memory=memory)
    known = _known(record, instrument)
    verified = verify_evidence(evidence, known=known, trust=trust, memory=memory)
    # 10 … and what it says about this signature
    record.require_answer(
        Kind.SIGNATURE_AFFIXED,
        credential=evidence.assertion.credential,
        instrument=instrument.digest,
        bound={"evidence": evidence.digest},
    )
    return VerifiedSignature(
        signatory=verified.statement.signatory,
        at=verified.timestamp.at,
        statement=verified.statement,
        instrument=instrument.digest,
        credential=evidence.assertion.credential,
        cms=digest(evidence.cms),
        index=bundle.recorded.index,
        enrolled=bundle.enrolled.index,
        checkpoint=record.checkpoint,
    )


def verify_decline(
    bundle: Bundle, *, instrument: FrozenInstrument, trust: Trust, memory: Memory | None = None
) -> VerifiedDecline:
    """Verify a decline in steps 8 to 10; arguments and errors as `verify_bundle`."""
    memory = memory or Memory()
    if bundle.act is not Act.DECLINE:
        raise unverifiable("bundle.act", expected=str(Act.DECLINE))
    record = read_record(bundle, trust=trust, memory=memory)
    known = _known(record, instrument)
    reason = str(record.recorded.body.get("reason", ""))
    expected = Declining(known.version, known.instrument, reason)
    statement = _verify_statement(bundle.statement, expected, known)
    _verify_assertion(bundle.assertion, statement, known)
    record.require_answer(
        Kind.SIGNATURE_DECLINED,
        credential=bundle.assertion.credential,
        instrument=instrument.digest,
        bound={
            "statement": bundle.statement.decode(),
            "assertion": bundle.assertion.as_json(),
        },
    )
    return VerifiedDecline(
        signatory=statement.signatory,
        at=record.recorded.at,
        reason=reason,
        statement=statement,
        instrument=instrument.digest,
        credential=bundle.assertion.credential,
        index=bundle.recorded.index,
        enrolled=bundle.enrolled.index,
        checkpoint=record.checkpoint,
    )


def _written(key: EllipticCurvePublicKey, signer: Seen) -> bytes:
    """Return the SubjectPublicKeyInfo of the signer's key as statements name it: with an uncompressed point."""
    given = signer.fields.key
    return given if len(given) == p256.SPKI_SIZE and given.startswith(P256_SPKI) else p256.spki(key)


def _known(record: Record, instrument: FrozenInstrument) -> Known:
    """Put together what the ledger proves and what the instrument says; they must agree, and the enrolment be good."""
    document = instrument.document
    signatory = instrument.signatories.get(record.signatory)
    if signatory is None:
        raise altered("ledger.stranger", signatory=record.signatory)
    frozen = record.frozen_digests
    if frozen != (document.version, instrument.digest, document.digest):
        raise altered("ledger.instrument")
    if document.declaration != record.declaration:
        raise altered("ledger.declaration")
    return Known(
        declaration=record.declaration,
        ledger=record.checkpoint.origin,
        rp_id=record.rp_id,
        origins=record.origins,
        signatory=signatory,
        credential=record.credential,
        public_key=record.verify_enrolment(signatory),
        version=document.version,
        instrument=instrument.digest,
        document=document.digest,
    )


def _verify_certificate(
    message: cms.Message, signatory: Signatory, *, at: datetime, trust: Trust, memory: Memory
) -> None:
    """Step 7: the exact profile of an ephemeral certificate, its subject, and its chain at the token's time."""
    certificate = message.certificate
    with reading("certificate.unreadable"):
        fields = message.signer.fields
        _verify_extensions(fields)
        begin, end = message.signer.begin, message.signer.end
        if end - begin != EPHEMERAL:
            raise unverifiable("certificate.profile")
        if fields.subject != subject_bytes(signatory):
            found, expected = certificate.subject.rfc4514_string()[:300], subject_of(signatory).rfc4514_string()
            raise altered("certificate.subject", found=found, expected=expected)
        if not begin <= message.attributes.signing_time <= end:
            raise unverifiable("certificate.signing-time")
    verify_chain(
        message.signer,
        message.others,
        trust.signing_root,
        at=at,
        family="certificate",
        purpose=DOCUMENT_SIGNING,
        links=memory.links,
    )


_EXTENSION_CODES: Final = {
    KEY_USAGE: "certificate.usage",
    PURPOSES: "certificate.purpose",
}


def _verify_extensions(fields: Fields) -> None:
    for oid, (critical, value) in EPHEMERAL_EXTENSIONS.items():
        item = fields.extensions.get(oid)
        if item is None or item.critical != critical or value not in {None, item.value}:
            raise unverifiable(_EXTENSION_CODES.get(oid, "certificate.profile"))
    if len(fields.extensions) != len(EPHEMERAL_EXTENSIONS):
        raise unverifiable("certificate.profile")


def _verify_statement(data: bytes, expected: Signing | Declining, known: Known) -> Statement:
    """Step 8: canonical, of this act, by this signatory, in this ledger, about exactly this."""
    statement = read_expected(
        data,
        expected,
        declaration=known.declaration,
        ledger=known.ledger,
        signatory=known.signatory,
        credential=known.credential,
    )
    if statement is None:
        _explain_statement(data, expected, known)
    return statement


def _explain_statement(data: bytes, expected: Signing | Declining, known: Known) -> NoReturn:
    """Say in which member a statement differs from the expected one."""
    with reading("statement.malformed"):
        statement = Statement.parse(data)
    act = Act.SIGN if isinstance(expected, Signing) else Act.DECLINE
    _require_equal("statement.act", str(statement.act), str(act))
    _require_equal("statement.declaration", statement.declaration, known.declaration)
    _require_equal("statement.ledger", statement.ledger, known.ledger)
    if statement.signatory != known.signatory:
        raise altered("statement.signatory", found=statement.signatory.id, expected=known.signatory.id)
    _require_equal("statement.credential", statement.credential, known.credential)
    for name, found, wanted in zip(expected._fields, statement.details, expected, strict=False):
        _require_equal(f"statement.{name}", str(found or ""), str(wanted or ""))
    raise unverifiable("statement.malformed")


def _require_equal(code: str, found: str, expected: str) -> None:
    if found != expected:
        raise altered(code, found=found, expected=expected)


def _verify_assertion(assertion: Assertion, statement: Statement, known: Known) -> None:
    """Step 9."""
    verify_assertion(
        assertion,
        challenge=statement.challenge,
        rp_id=known.rp_id,
        origins=known.origins,
        credential=known.credential,
        public_key=known.public_key,
    )
