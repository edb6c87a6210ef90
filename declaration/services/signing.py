"""Signing and declining: the device decides, the service assembles, and nothing counts before it has been verified.

begin      the statement goes out
authorise  the passkey's assertion comes back; a certificate for the device's key and the attributes to sign go out
complete   the device's signature comes back; timestamped, verified as the public will verify it, recorded
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import Json, b64u, digest, encode, sha256, unb64u
from declaration.errors import InputRefused, StateConflict
from declaration.services import gestures
from declaration.services.chancery import Chancery, party_of
from declaration.signing import cms, verify
from declaration.signing.bundle import Evidence
from declaration.signing.drawing import require_drawing
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act, Declining, Signing, Statement, build_decline, build_sign
from declaration.signing.verify import Known
from declaration.store import queries
from declaration.store.record import Recorded, record


@dataclass(frozen=True, slots=True)
class Authorised:
    """What the device needs to sign.

    Args:
        certificate: DER, for the device's own key, valid for ten minutes.
        attributes: DER of the CMS signed attributes, the bytes to sign.

    """

    certificate: bytes
    attributes: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that comes back with the last step; the service has remembered only its digest."""

    statement: bytes
    assertion: Assertion
    certificate: bytes
    attributes: bytes
    drawn: bytes | None = None

    def digest_bytes(self) -> bytes:
        """Return what is remembered: SHA-256 over the canonical form of all parts."""
        return sha256(
            encode(
                {
                    "statement": self.statement.decode(),
                    "assertion": self.assertion.as_json(),
                    "certificate": b64u(self.certificate),
                    "attributes": b64u(self.attributes),
                    "drawn": None if self.drawn is None else b64u(self.drawn),
                }
            )
        )


def begin(chancery: Chancery, declaration: str, signatory: str, *, key: bytes, drawn: bytes | None = None) -> bytes:
    """Return the statement that the signatory's passkey must sign.

    Args:
        chancery: the service.
        declaration: its id.
        signatory: who signs.
        key: SubjectPublicKeyInfo (DER) of the device's ephemeral P-256 key.
        drawn: a drawn signature in its one form, if any; nothing of it is kept before it is signed.

    Raises:
        StateConflict: nothing is frozen, or the signatory has already signed or declined.
        NotFound: no such signatory, or no active passkey.
        InputRefused: the drawing is not of the form (`declaration.signing.drawing`), or too large.

    """
    require_drawing(drawn)
    with chancery.store.reading() as session:
        frozen = queries.frozen_instrument(session, declaration)
        party = queries.signatory(session, declaration, signatory)
        queries.require_unanswered(session, declaration, signatory)
        credential = queries.active_credential(session, declaration, signatory).credential
    statement = build_sign(
        chancery.occasion(declaration, party, credential),
        version=frozen.version,
        instrument=frozen.instrument,
        document=frozen.document,
        key=digest(key),
        drawn=None if drawn is None else digest(drawn),
    )
    return gestures.give_out(chancery, statement)


def authorise(
    chancery: Chancery, statement: bytes, assertion: Assertion, *, key: bytes, drawn: bytes | None = None
) -> Authorised:
    """Check the gesture, certify the device's key, and answer with the attributes that it must sign.

    Raises:
        StateConflict: the statement has been used or is too old.
        InputRefused: the key or the drawing is not the one that the statement names.
        VerificationError: the assertion is not by the signatory's passkey over this statement.

    """
    parsed = gestures.authorised(chancery, statement, assertion, Act.SIGN)
    details = _signing(parsed)
    if digest(key) != details.key or (None if drawn is None else digest(drawn)) != details.drawn:
        raise InputRefused(
            "signing.parts", "The key or the drawing is not the one that the statement names.", hint="Sign again."
        )
    with chancery.store.reading() as session:
        party = queries.signatory(session, parsed.declaration, parsed.signatory.id)
    now = chancery.now()
    certificate = chancery.keys.issuing.issue(key, party_of(party), now)
    attributes = cms.signed_attributes(
        digest=bytes.fromhex(details.instrument), certificate=certificate, signing_time=now
    )
    answer = Authorised(certificate.public_bytes(Encoding.DER), attributes)
    draft = Draft(statement, assertion, answer.certificate, answer.attributes, drawn)
    gestures.remember(
        chancery, parsed, purpose="complete", secret=sha256(answer.certificate), what=draft.digest_bytes()
    )
    return answer


def complete(chancery: Chancery, draft: Draft, signature: bytes) -> Recorded:
    """Assemble, timestamp, verify and record the signature.

    Args:
        chancery: the service.
        draft: what `authorise` answered, with what it was asked.
        signature: by the device's key over ``draft.attributes``: raw r‖s (64 bytes, WebCrypto) or DER.

    Raises:
        StateConflict: used already, too old, or the signatory has answered meanwhile.
        VerificationError: the signature does not verify.

    """
    parsed = Statement.parse(draft.statement)
    gestures.use_up(chancery, parsed, purpose="complete", secret=sha256(draft.certificate), what=draft.digest_bytes())
    chain = (x509.load_der_x509_certificate(draft.certificate), *chancery.keys.issuing.chain)
    unstamped = cms.assemble(draft.attributes, signature, chain)
    stamped = cms.add_timestamp(unstamped, chancery.stamp(cms.imprint(unstamped)))
    evidence = Evidence(draft.statement, draft.assertion, stamped, draft.drawn)
    known = _known(chancery, parsed)
    verify.verify_evidence(evidence, known=known, trust=chancery.trust(parsed.declaration))
    return _record_signature(chancery, parsed, evidence)


def _known(chancery: Chancery, parsed: Statement) -> Known:
    """Return what the record says, for the signature to be compared with."""
    with chancery.store.reading() as session:
        enrolled = queries.active_credential(session, parsed.declaration, parsed.signatory.id)
        frozen = queries.frozen_instrument(session, parsed.declaration)
        party = queries.signatory(session, parsed.declaration, parsed.signatory.id)
    return Known(
        declaration=parsed.declaration,
        ledger=chancery.site.ledger_origin(parsed.declaration),
        rp_id=chancery.site.rp_id,
        origins=chancery.site.origins,
        signatory=party_of(party).signatory,
        credential=enrolled.credential,
        public_key=unb64u(enrolled.public_key, what="The enrolled key"),
        version=frozen.version,
        instrument=frozen.instrument,
        document=frozen.document,
    )


def _record_signature(chancery: Chancery, parsed: Statement, evidence: Evidence) -> Recorded:
    body: dict[str, Json] = {
        "signatory": parsed.signatory.id,
        "instrument": _signing(parsed).instrument,
        "credential": parsed.credential,
        "evidence": evidence.digest,
    }
    entry = chancery.entry("signature.affixed", parsed.declaration, by=parsed.signatory.id, body=body)
    with chancery.store.transaction() as session:
        return record(session, entry, blobs={evidence.digest: evidence.encode()})


def begin_decline(chancery: Chancery, declaration: str, signatory: str, *, reason: str) -> bytes:
    """Return the statement by which a signatory declines to sign, with a reason.

    Raises:
        StateConflict: nothing is frozen, or the signatory has already signed or declined.

    """
    with chancery.store.reading() as session:
        frozen = queries.frozen_instrument(session, declaration)
        party = queries.signatory(session, declaration, signatory)
        queries.require_unanswered(session, declaration, signatory)
        credential = queries.active_credential(session, declaration, signatory).credential
    occasion = chancery.occasion(declaration, party, credential)
    return gestures.give_out(
        chancery,
        build_decline(occasion, version=frozen.version, instrument=frozen.instrument, reason=reason),
    )


def decline(chancery: Chancery, statement: bytes, assertion: Assertion) -> Recorded:
    """Record that a signatory declines to sign.

    Raises:
        StateConflict: the statement has been used, or the signatory has answered meanwhile.
        VerificationError: the assertion is not by the signatory's passkey over this statement.

    """
    parsed = gestures.authorised(chancery, statement, assertion, Act.DECLINE)
    if not isinstance(parsed.details, Declining):
        raise _other_act()
    body: dict[str, Json] = {
        "signatory": parsed.signatory.id,
        "instrument": parsed.details.instrument,
        "statement": statement.decode(),
        "assertion": assertion.as_json(),
        "reason": parsed.details.reason,
    }
    entry = chancery.entry("signature.declined", parsed.declaration, by=parsed.signatory.id, body=body)
    with chancery.store.transaction() as session:
        return record(session, entry)


def _signing(statement: Statement) -> Signing:
    if not isinstance(statement.details, Signing):
        raise _other_act()
    return statement.details


def _other_act() -> StateConflict:
    return StateConflict("signing.act", "This statement authorises another act.", hint="Begin again.")
