"""Attacks on signing and declining."""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from service_attacks import attack, flipped, reworded
from service_world import ID, World, device

from declaration.canonical import b64u, digest, sha256
from declaration.errors import (
    Altered,
    CannotBeVerified,
    ConfigurationError,
    InputRefused,
    LimitExceeded,
    NotFound,
    NotPermitted,
    StateConflict,
)
from declaration.services import enrolment, sealing, signing
from declaration.signing.drawing import Drawing
from declaration.store import queries


def line(end=40):
    return Drawing((((0, 0), (end, 20)),)).svg()


def refused_by(world, gesture, *, statement=None, assertion=None, key=None, drawn=None):
    """The second step, with other parts than the gesture's."""
    return lambda: signing.authorise(
        world.chancery,
        statement or gesture.statement,
        assertion or gesture.assertion,
        key=key or gesture.key,
        drawn=drawn or gesture.drawn,
    )


# Whose passkey


@attack("signing", Altered, "assertion.credential")
def a_passkey_that_nobody_enrolled(w):
    gesture = w.gesture("abidjan")
    return refused_by(w, gesture, assertion=device("abidjan", generation=1).passkey.confirm(gesture.statement))


@attack("signing", Altered, "assertion.credential")
def another_mayors_passkey(w):
    gesture = w.gesture("abidjan")
    return refused_by(w, gesture, assertion=w.devices["haifa"].passkey.confirm(gesture.statement))


@attack("signing", Altered, "assertion.invalid")
def another_mayors_passkey_under_this_ones_name(w):
    gesture = w.gesture("abidjan")
    theirs = w.devices["haifa"].passkey.confirm(gesture.statement)
    return refused_by(w, gesture, assertion=replace(theirs, credential=w.devices["abidjan"].credential))


@attack("signing", Altered, "assertion.challenge")
def an_assertion_replayed_over_another_statement(w):
    first, second = w.gesture("abidjan"), w.gesture("abidjan")
    return refused_by(w, second, assertion=first.assertion)


@attack("signing", Altered, "assertion.origin")
def a_gesture_on_another_page(w):
    gesture = w.gesture("abidjan")
    phished = device("abidjan", origin="https://sign.example.evil.example")
    return refused_by(w, gesture, assertion=phished.passkey.confirm(gesture.statement))


@attack("signing", Altered, "assertion.rp-id")
def a_gesture_for_another_service(w):
    gesture = w.gesture("abidjan")
    return refused_by(w, gesture, assertion=device("abidjan", rp_id="evil.example").passkey.confirm(gesture.statement))


@attack("signing", Altered, "assertion.challenge")
def an_assertion_that_was_made_to_enrol(w):
    registered = w.registered("porto")
    w.enrol("porto", device=w.devices["porto"])
    gesture = w.gesture("porto")
    return refused_by(w, gesture, assertion=w.devices["porto"].prove(registered.statement))


# Which statement


@attack("signing", StateConflict, "challenge.used")
def a_statement_replayed(w):
    gesture = w.gesture("abidjan").authorise()
    return refused_by(w, gesture)


@attack("signing", StateConflict, "challenge.used")
def a_statement_replayed_after_the_signature(w):
    gesture = w.gesture("abidjan").authorise().sign()
    gesture.complete()
    return refused_by(w, gesture)


@attack("signing", StateConflict, "challenge.used")
def a_second_try_after_a_wrong_passkey(w):
    gesture = w.gesture("abidjan")
    try:
        refused_by(w, gesture, assertion=w.devices["haifa"].passkey.confirm(gesture.statement))()
    except Altered:
        return refused_by(w, gesture)
    return lambda: None


@attack("signing", StateConflict, "challenge.expired")
def an_expired_statement(w):
    gesture = w.gesture("abidjan")
    w.wait(minutes=10)
    return refused_by(w, gesture)


@attack("signing", NotFound, "challenge.unknown")
def a_statement_that_the_service_never_wrote(w):
    gesture = w.gesture("abidjan")
    forged = reworded(gesture.statement, nonce=b64u(bytes(32)))
    return refused_by(w, gesture, statement=forged, assertion=w.devices["abidjan"].passkey.confirm(forged))


def _rewritten(w, **changes):
    gesture = w.gesture("abidjan")
    forged = reworded(gesture.statement, **changes)
    return refused_by(w, gesture, statement=forged, assertion=w.devices["abidjan"].passkey.confirm(forged))


@attack("signing", NotPermitted, "challenge.other")
def a_statement_rewritten_to_another_instrument(w):
    return _rewritten(w, instrument=digest(b"another"))


@attack("signing", NotPermitted, "challenge.other")
def a_statement_rewritten_to_another_version(w):
    return _rewritten(w, version=digest(b"another"))


@attack("signing", NotPermitted, "challenge.other")
def a_statement_rewritten_to_another_ledger(w):
    return _rewritten(w, ledger="evil.example/d1")


@attack("signing", NotPermitted, "challenge.other")
def a_statement_rewritten_to_another_moment(w):
    return _rewritten(w, at="2019-09-01T09:00:01Z")


@attack("signing", NotPermitted, "challenge.other")
def a_statement_rewritten_to_another_mayor(w):
    return _rewritten(w, signatory=w.devices["haifa"].party.signatory.as_json())


@attack("signing", NotPermitted, "challenge.other")
def a_statement_rewritten_to_another_declaration(w):
    w.open("d2")
    return _rewritten(w, declaration="d2", ledger="sign.example/d2")


@attack("signing", InputRefused, "json.not-canonical")
def a_statement_in_another_spelling(w):
    gesture = w.gesture("abidjan")
    return refused_by(w, gesture, statement=gesture.statement + b" ")


@attack("signing", InputRefused, "json.malformed")
def a_statement_that_is_no_text(w):
    return refused_by(w, w.gesture("abidjan"), statement=b"\xff\xfe{}")


@attack("signing", NotPermitted, "challenge.other")
def a_statement_to_decline_used_for_signing(w):
    statement, assertion = w.declining("abidjan")
    return refused_by(w, w.gesture("abidjan"), statement=statement, assertion=assertion)


@attack("signing", NotPermitted, "challenge.other")
def a_statement_to_sign_used_for_declining(w):
    gesture = w.gesture("abidjan")
    return lambda: signing.decline(w.chancery, gesture.statement, gesture.assertion)


@attack("signing", NotPermitted, "challenge.other")
def a_statement_to_sign_used_for_enrolling(w):
    gesture = w.gesture("abidjan")
    return lambda: enrolment.prove(w.chancery, gesture.statement, public_key=gesture.key, assertion=gesture.assertion)


@attack("signing", Altered, "signature.message-digest")
def a_statement_for_an_instrument_that_was_unfrozen(w):
    gesture = w.gesture("abidjan").authorise().sign()
    w.unfreeze()
    w.wait(seconds=1)
    w.freeze()
    return gesture.complete


@attack("signing", StateConflict, "declaration.not-frozen")
def an_unfreeze_before_the_last_step(w):
    gesture = w.gesture("abidjan").authorise().sign()
    w.unfreeze()
    return gesture.complete


# What was exchanged on the way


@attack("signing", InputRefused, "signing.parts")
def another_key_than_the_statement_names(w):
    return refused_by(w, w.gesture("abidjan"), key=w.gesture("abidjan").key)


@attack("signing", InputRefused, "signing.parts")
def another_drawing_than_the_statement_names(w):
    return refused_by(w, w.gesture("abidjan", drawn=line()), drawn=line(41))


@attack("signing", InputRefused, "signing.parts")
def a_drawing_where_the_statement_names_none(w):
    return refused_by(w, w.gesture("abidjan"), drawn=line())


@attack("signing", InputRefused, "signing.parts")
def a_drawing_left_out(w):
    gesture = w.gesture("abidjan", drawn=line())
    return lambda: signing.authorise(w.chancery, gesture.statement, gesture.assertion, key=gesture.key)


@attack("signing", NotPermitted, "challenge.other")
def another_drawing_at_the_end(w):
    gesture = w.gesture("abidjan", drawn=line()).authorise().sign()
    return lambda: gesture.complete(drawn=line(41))


@attack("signing", NotPermitted, "challenge.other")
def the_drawing_left_out_at_the_end(w):
    gesture = w.gesture("abidjan", drawn=line()).authorise().sign()
    return lambda: gesture.complete(drawn=None)


@attack("signing", NotPermitted, "challenge.other")
def another_certificate_of_the_same_mayor(w):
    first, second = (w.gesture("abidjan").authorise().sign() for _ in range(2))
    return lambda: second.complete(certificate=first.answer.certificate)


@attack("signing", NotPermitted, "challenge.other")
def another_mayors_certificate(w):
    theirs, mine = (w.gesture(name).authorise().sign() for name in ("haifa", "abidjan"))
    return lambda: mine.complete(certificate=theirs.answer.certificate)


@attack("signing", NotFound, "challenge.unknown")
def a_certificate_changed_by_one_byte(w):
    gesture = w.gesture("abidjan").authorise().sign()
    return lambda: gesture.complete(certificate=flipped(gesture.answer.certificate))


@attack("signing", NotPermitted, "challenge.other")
def attributes_changed_by_one_byte(w):
    gesture = w.gesture("abidjan").authorise().sign()
    return lambda: gesture.complete(attributes=flipped(gesture.answer.attributes))


@attack("signing", NotPermitted, "challenge.other")
def another_gesture_over_the_same_statement_at_the_end(w):
    gesture = w.gesture("abidjan").authorise().sign()
    again = w.devices["abidjan"].passkey.confirm(gesture.statement)
    return lambda: gesture.complete(assertion=again)


@attack("signing", NotPermitted, "challenge.other")
def another_statement_at_the_end(w):
    first, second = (w.gesture("abidjan").authorise().sign() for _ in range(2))
    return lambda: second.complete(statement=first.statement)


@attack("signing", NotPermitted, "challenge.other")
def another_mayors_statement_at_the_end(w):
    theirs, mine = (w.gesture(name).authorise().sign() for name in ("haifa", "abidjan"))
    return lambda: mine.complete(statement=theirs.statement, assertion=theirs.assertion)


@attack("signing", Altered, "signature.invalid")
def a_signature_by_another_key(w):
    first, second = (w.gesture("abidjan").authorise().sign() for _ in range(2))
    second.signature = first.signature
    return second.complete


@attack("signing", InputRefused, "signature.encoding")
def a_signature_that_is_none(w):
    gesture = w.gesture("abidjan").authorise().sign()
    gesture.signature = bytes(64)
    return gesture.complete


@attack("signing", StateConflict, "challenge.used")
def a_signature_completed_twice(w):
    gesture = w.gesture("abidjan").authorise().sign()
    gesture.complete()
    return gesture.complete


@attack("signing", StateConflict, "challenge.used")
def a_second_try_after_a_wrong_signature(w):
    gesture = w.gesture("abidjan").authorise().sign()
    right, gesture.signature = gesture.signature, bytes(64)
    try:
        gesture.complete()
    except InputRefused:
        gesture.signature = right
    return gesture.complete


@attack("signing", StateConflict, "challenge.expired")
def a_certificate_that_waited_too_long(w):
    gesture = w.gesture("abidjan").authorise().sign()
    w.wait(minutes=10)
    return gesture.complete


# Keys and drawings that are none


def _with_key(w, key):
    statement = signing.begin(w.chancery, ID, "abidjan", key=key)
    assertion = w.devices["abidjan"].passkey.confirm(statement)
    return lambda: signing.authorise(w.chancery, statement, assertion, key=key)


@attack("signing", InputRefused, "key.p256")
def a_key_that_is_none(w):
    return _with_key(w, b"key")


@attack("signing", InputRefused, "key.p256")
def a_key_on_another_curve(w):
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    return _with_key(w, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


@attack("signing", InputRefused, "key.p256")
def a_key_that_is_not_on_its_curve(w):
    return _with_key(w, flipped(w.gesture("abidjan").key))


@attack("signing", InputRefused, "drawn.raster")
def a_drawing_that_is_a_photograph(w):
    return lambda: w.gesture("abidjan", drawn=b"\x89PNG\r\n\x1a\n" + bytes(100))


@attack("signing", InputRefused, "drawn.form")
def a_drawing_that_holds_a_script(w):
    return lambda: w.gesture("abidjan", drawn=line().replace(b"</svg>", b"<script>alert(1)</script></svg>"))


@attack("signing", LimitExceeded, "drawn.size")
def a_drawing_that_is_too_long(w):
    return lambda: w.gesture("abidjan", drawn=line() + bytes(66_000))


# Once, and for oneself


@attack("answered", StateConflict, "signature.given")
def signing_twice(w):
    return lambda: w.gesture("abidjan")


@attack("signing", StateConflict, "signature.given")
def signing_twice_with_both_gestures_made_before(w):
    first, second = (w.gesture("abidjan").authorise().sign() for _ in range(2))
    first.complete()
    return second.complete


@attack("answered", StateConflict, "signature.declined")
def signing_after_declining(w):
    return lambda: w.gesture("haifa")


@attack("signing", StateConflict, "signature.declined")
def signing_after_declining_with_the_gesture_made_before(w):
    gesture = w.gesture("haifa").authorise().sign()
    w.decline("haifa")
    return gesture.complete


@attack("answered", StateConflict, "signature.given")
def declining_after_signing(w):
    return lambda: w.declining("abidjan")


@attack("signing", StateConflict, "signature.given")
def declining_after_signing_with_the_gesture_made_before(w):
    declining = w.declining("abidjan")
    w.sign("abidjan")
    return lambda: signing.decline(w.chancery, *declining)


@attack("answered", StateConflict, "signature.declined")
def declining_twice(w):
    return lambda: w.declining("haifa", "Another reason.")


@attack("signing", StateConflict, "challenge.used")
def a_decline_replayed(w):
    declining = w.declining("haifa")
    signing.decline(w.chancery, *declining)
    return lambda: signing.decline(w.chancery, *declining)


@attack("signing", NotPermitted, "challenge.other")
def a_decline_with_another_reason(w):
    statement, _ = w.declining("haifa")
    forged = reworded(statement, reason="I never liked it.")
    return lambda: signing.decline(w.chancery, forged, w.devices["haifa"].passkey.confirm(forged))


@attack("signing", Altered, "assertion.credential")
def declining_for_another(w):
    statement, _ = w.declining("haifa")
    return lambda: signing.decline(w.chancery, statement, w.devices["abidjan"].passkey.confirm(statement))


@attack("signing", InputRefused, "statement.form")
def a_reason_that_reads_backwards(w):
    return lambda: w.declining("haifa", "Because \u202eon")


@attack("signing", Altered, "assertion.credential")
def signing_for_another(w):
    key = w.devices["abidjan"].begin(*w.what_is_signed()).public_key
    statement = signing.begin(w.chancery, ID, "haifa", key=key)
    mine = w.devices["abidjan"].passkey.confirm(statement)
    return lambda: signing.authorise(w.chancery, statement, mine, key=key)


@attack("signing", NotFound, "credential.none")
def signing_for_one_who_has_not_enrolled(w):
    return lambda: w.gesture("porto")


@attack("signing", NotFound, "signatory.unknown")
def signing_without_an_invitation(w):
    return lambda: signing.begin(w.chancery, ID, "mallory", key=b"key")


# Revoked passkeys


def _revoke(w, name="abidjan"):
    enrolment.revoke(w.chancery, ID, name, reason="The phone was stolen.")


@attack("signing", NotFound, "credential.none")
def signing_with_a_revoked_passkey(w):
    _revoke(w)
    return lambda: w.gesture("abidjan")


@attack("signing", NotFound, "credential.none")
def a_passkey_revoked_before_the_gesture_came_back(w):
    gesture = w.gesture("abidjan")
    _revoke(w)
    return gesture.authorise


@attack("signing", NotFound, "credential.none")
def a_passkey_revoked_before_the_signature_came_back(w):
    gesture = w.gesture("abidjan").authorise().sign()
    _revoke(w)
    return gesture.complete


@attack("signing", Altered, "assertion.credential")
def a_gesture_by_the_passkey_before_the_present_one(w):
    gesture = w.gesture("abidjan")
    _revoke(w)
    w.enrol("abidjan", device=device("abidjan", generation=1))
    return gesture.authorise


@attack("signing", Altered, "statement.credential")
def a_signature_by_the_passkey_before_the_present_one(w):
    gesture = w.gesture("abidjan").authorise().sign()
    _revoke(w)
    w.enrol("abidjan", device=device("abidjan", generation=1))
    return gesture.complete


@attack("answered", StateConflict, "signature.given")
def signing_again_with_a_new_passkey(w):
    _revoke(w)
    w.devices["abidjan"] = device("abidjan", generation=1)
    w.enrol("abidjan")
    return lambda: w.gesture("abidjan")


# When


@attack("drafting", StateConflict, "declaration.not-frozen")
def signing_a_draft(w):
    return lambda: signing.begin(w.chancery, ID, "abidjan", key=b"key")


@attack("drafting", StateConflict, "declaration.not-frozen")
def declining_a_draft(w):
    return lambda: signing.begin_decline(w.chancery, ID, "abidjan", reason="No.")


@attack("answered", StateConflict, "declaration.sealed")
def signing_after_the_seal(w):
    sealing.seal(w.chancery, ID)
    return lambda: w.gesture("lagos")


@attack("answered", StateConflict, "declaration.sealed")
def a_signature_that_comes_back_after_the_seal(w):
    gesture = w.gesture("lagos").authorise().sign()
    sealing.seal(w.chancery, ID)
    return gesture.complete


@attack("answered", StateConflict, "declaration.sealed")
def a_decline_that_comes_back_after_the_seal(w):
    declining = w.declining("lagos")
    sealing.seal(w.chancery, ID)
    return lambda: signing.decline(w.chancery, *declining)


@attack("drafting", StateConflict, "declaration.not-frozen")
def sealing_a_draft(w):
    return lambda: sealing.seal(w.chancery, ID)


@attack("signing", StateConflict, "seal.empty")
def sealing_what_nobody_has_signed(w):
    w.decline("haifa")
    return lambda: sealing.seal(w.chancery, ID)


@attack("signing", StateConflict, "seal.declined")
def sealing_what_everybody_has_declined(w):
    with w.chancery.store.reading() as session:
        roster = [party.id for party in queries.signatories(session, ID)]
        enrolled = {line.signatory for line in queries.credentials(session, ID) if line.revoked is None}
    for signatory in roster:
        if signatory not in enrolled:
            w.enrol(signatory)
        w.decline(signatory)
    return lambda: sealing.seal(w.chancery, ID)


# A timestamp authority that fails, or lies


class _Authority:
    def __init__(self, answer):
        self.stamp = lambda imprint, *, nonce, at: answer(imprint, nonce, at)


def _stamped_by(w, answer):
    gesture = w.gesture("abidjan").authorise().sign()
    gesture.world = World(w.store, w.chancery.keys, w.time)
    gesture.world.chancery = replace(w.chancery, timestamps=_Authority(answer))
    return gesture.complete


@attack("signing", ConfigurationError, "timestamp.unreachable")
def an_authority_that_does_not_answer(w):
    def silent(*_):
        raise ConfigurationError("timestamp.unreachable", "Nobody answers.", hint="Try again.")

    return _stamped_by(w, silent)


@attack("signing", Altered, "timestamp.imprint")
def an_authority_that_stamps_something_else(w):
    stamp = w.chancery.timestamps.stamp
    return _stamped_by(w, lambda imprint, nonce, at: stamp(sha256(imprint), nonce=nonce, at=at))


@attack("signing", CannotBeVerified, "certificate.validity")
def an_authority_whose_clock_is_wrong(w):
    stamp = w.chancery.timestamps.stamp
    later = w.time.replace(hour=12)
    return _stamped_by(w, lambda imprint, nonce, _: stamp(imprint, nonce=nonce, at=later))
