"""Refusals of freezes, signatures, declines and seals; of blobs and idempotency keys."""

from store_cases import attempt, case

from declaration.canonical import b64u
from declaration.drafting.amendment import Insert
from declaration.drafting.text import Clause
from declaration.errors import InputRefused, NotPermitted, StateConflict

# Freezing


@case(StateConflict, "instrument.version")
def frozen_the_version_before(scene):
    scene.ready("abidjan")
    body, data = scene.frozen_body()
    scene.adopt([scene.insert("c9")])
    return attempt(scene, "instrument.frozen", body, blobs=data)


@case(StateConflict, "instrument.incomplete")
def frozen_with_a_language_missing(scene):
    scene.ready("abidjan")
    half = Clause("c9", {"fr": "Clause."})
    scene.adopt([Insert("s1", "c3", half)])
    scene.confirm()
    body, data = scene.frozen_body(in_step=False)
    return attempt(scene, "instrument.frozen", body, blobs=data)


@case(StateConflict, "instrument.roster")
def frozen_with_another_count(scene):
    scene.ready("abidjan")
    body, data = scene.frozen_body(roster=2)
    return attempt(scene, "instrument.frozen", body, blobs=data)


@case(InputRefused, "blob.missing")
def frozen_without_the_instrument(scene):
    scene.ready("abidjan")
    body, data = scene.frozen_body()
    return attempt(scene, "instrument.frozen", body, blobs=data[1:])


def changed_document(why, change):
    def prepare(scene):
        scene.ready("abidjan", "lagos")
        scene.take("abidjan", scene.stance("c1", "accept-with-reservation", "Not on Sundays."))
        document = scene.declaration_json()
        change(document)
        body, data = scene.frozen_body(document, roster=2)
        return attempt(scene, "instrument.frozen", body, blobs=data)

    prepare.__name__ = why
    return case(InputRefused, "instrument.document")(prepare)


changed_document("another_format", lambda d: d.update(format="declaration/2"))
changed_document("another_version", lambda d: d["version"].update(number=7))
changed_document("a_member_more", lambda d: d.update(extra=1))
changed_document("a_signatory_left_out", lambda d: d["roster"].pop())
changed_document("a_signatory_twice", lambda d: d["roster"].append(d["roster"][0]))
changed_document("another_name", lambda d: d["roster"][0].update(name="Somebody"))
changed_document("a_roster_of_texts", lambda d: d.update(roster=["abidjan", "lagos"]))
changed_document("a_roster_that_is_no_list", lambda d: d.update(roster={}))
changed_document("a_reservation_left_out", lambda d: d["reservations"].clear())
changed_document("a_reservation_reworded", lambda d: d["reservations"][0].update(reservation="Gladly."))
changed_document(
    "a_reservation_made_up",
    lambda d: d["reservations"].append(d["reservations"][0] | {"signatory": "lagos"}),
)


@case(StateConflict, "declaration.phase")
def frozen_twice(scene):
    scene.ready("abidjan")
    scene.freeze()
    return scene.freeze


@case(StateConflict, "declaration.phase")
def unfrozen_while_drafting(scene):
    scene.ready("abidjan")
    scene.instrument = "0" * 64
    return scene.unfreeze


@case(StateConflict, "declaration.phase")
def unfrozen_when_sealed(scene):
    scene.ready("abidjan")
    scene.freeze()
    scene.seal(0, 0)
    return scene.unfreeze


@case(StateConflict, "instrument.other")
def unfrozen_another_instrument(scene):
    scene.ready("abidjan")
    scene.freeze()
    return attempt(scene, "instrument.unfrozen", {"instrument": "0" * 64, "reason": "Wrong."})


# Signing


def frozen(scene):
    scene.ready("abidjan", "lagos")
    scene.freeze()
    return scene


@case(StateConflict, "declaration.not-frozen")
def signed_while_drafting(scene):
    scene.ready("abidjan")
    scene.instrument = scene.document = "0" * 64
    return lambda: scene.sign("abidjan")


@case(StateConflict, "declaration.sealed")
def signed_when_sealed(scene):
    frozen(scene)
    scene.seal(0, 0)
    return lambda: scene.sign("abidjan")


@case(StateConflict, "signature.instrument")
def signed_the_instrument_of_a_freeze_that_was_ended(scene):
    frozen(scene)
    body, data = scene.affixed("abidjan")
    scene.unfreeze()
    scene.adopt([scene.insert("c9")])
    scene.freeze()
    return attempt(scene, "signature.affixed", body, by="abidjan", blobs=data)


@case(StateConflict, "signature.given")
def signed_twice(scene):
    frozen(scene).sign("abidjan")
    return lambda: scene.sign("abidjan")


@case(StateConflict, "signature.declined")
def signed_after_declining(scene):
    frozen(scene).decline("abidjan")
    return lambda: scene.sign("abidjan")


@case(StateConflict, "signature.given")
def declined_after_signing(scene):
    frozen(scene).sign("abidjan")
    return lambda: scene.decline("abidjan")


@case(StateConflict, "signature.declined")
def declined_twice(scene):
    frozen(scene).decline("abidjan")
    return lambda: scene.decline("abidjan")


@case(NotPermitted, "credential.unknown")
def signed_by_somebody_who_was_not_invited(scene):
    frozen(scene)
    return lambda: scene.sign("porto")


@case(NotPermitted, "credential.other")
def signed_with_the_passkey_of_another(scene):
    frozen(scene)
    body, data = scene.affixed("abidjan", credential=scene.credential("lagos"))
    return attempt(scene, "signature.affixed", body, by="abidjan", blobs=data)


@case(NotPermitted, "credential.revoked")
def signed_with_a_revoked_passkey(scene):
    frozen(scene).revoke("abidjan")
    return lambda: scene.sign("abidjan")


@case(InputRefused, "blob.missing")
def signed_without_evidence(scene):
    frozen(scene)
    body, _ = scene.affixed("abidjan")
    return attempt(scene, "signature.affixed", body, by="abidjan")


def changed_evidence(code, error, why, change):
    def prepare(scene):
        frozen(scene)
        evidence = scene.evidence("abidjan")
        change(scene, evidence)
        body, data = scene.affixed("abidjan", evidence)
        return attempt(scene, "signature.affixed", body, by="abidjan", blobs=data)

    prepare.__name__ = why
    return case(error, code)(prepare)


def restate(**changed):
    def change(scene, evidence):
        evidence["statement"] = scene.evidence("abidjan", **changed)["statement"]

    return change


changed_evidence("evidence.form", InputRefused, "no_cms", lambda _, e: e.update(cms=None))
changed_evidence("evidence.form", InputRefused, "a_member_more", lambda _, e: e.update(extra=1))
changed_evidence("evidence.form", InputRefused, "no_statement", lambda _, e: e.pop("statement"))
changed_evidence(
    "evidence.credential",
    NotPermitted,
    "an_assertion_of_another",
    lambda s, e: e.update(assertion=s.assertion(s.credential("lagos"))),
)
changed_evidence("statement.act", InputRefused, "a_decline", restate(act="decline"))
changed_evidence("statement.version", NotPermitted, "for_another_version", restate(version="0" * 64))
changed_evidence("statement.instrument", NotPermitted, "for_another_instrument", restate(instrument="0" * 64))
changed_evidence("statement.document", NotPermitted, "for_another_document", restate(document="0" * 64))
changed_evidence("statement.declaration", NotPermitted, "for_another_declaration", restate(declaration="d2"))
changed_evidence("statement.ledger", NotPermitted, "for_another_ledger", restate(ledger="evil.example/d1"))
changed_evidence("statement.credential", NotPermitted, "for_another_credential", restate(credential=b64u(b"x")))
changed_evidence(
    "statement.signatory",
    NotPermitted,
    "of_another_signatory",
    lambda s, e: e.update(statement=s.evidence("lagos")["statement"]),
)


@case(StateConflict, "statement.replayed")
def signed_again_with_the_statement_of_a_voided_signature(scene):
    frozen(scene)
    body, data = scene.affixed("abidjan")
    scene.act("signature.affixed", body, by="abidjan", blobs=data)
    scene.unfreeze()
    scene.freeze()  # the same text, the same instrument
    return attempt(scene, "signature.affixed", body, by="abidjan", blobs=data)


@case(InputRefused, "statement.reason")
def declined_with_another_reason(scene):
    frozen(scene)
    body = scene.declined_body("abidjan") | {"reason": "No reason."}
    return attempt(scene, "signature.declined", body, by="abidjan")


@case(NotPermitted, "statement.instrument")
def declined_another_instrument(scene):
    frozen(scene)
    return attempt(scene, "signature.declined", scene.declined_body("abidjan", instrument="0" * 64), by="abidjan")


# Sealing


@case(StateConflict, "declaration.phase")
def sealed_while_drafting(scene):
    scene.ready("abidjan")
    scene.instrument = "0" * 64
    return lambda: scene.seal(0, 0)


@case(StateConflict, "declaration.phase")
def sealed_twice(scene):
    frozen(scene).seal(0, 0)
    return lambda: scene.seal(0, 0)


@case(StateConflict, "instrument.other")
def sealed_another_instrument(scene):
    frozen(scene)
    body, data = scene.sealed(0, 0)
    return attempt(scene, "instrument.sealed", body | {"instrument": "0" * 64}, blobs=data)


@case(StateConflict, "seal.count")
def sealed_with_a_signature_too_many(scene):
    frozen(scene).sign("abidjan")
    return lambda: scene.seal(2, 0)


@case(StateConflict, "seal.count")
def sealed_with_a_decline_too_few(scene):
    frozen(scene).decline("abidjan")
    return lambda: scene.seal(0, 0)


@case(StateConflict, "seal.count")
def sealed_counting_voided_signatures(scene):
    frozen(scene).sign("abidjan")
    scene.unfreeze()
    scene.freeze()
    return lambda: scene.seal(1, 0)


@case(InputRefused, "blob.missing")
def sealed_without_the_edition(scene):
    frozen(scene)
    body, data = scene.sealed(0, 0)
    return attempt(scene, "instrument.sealed", body, blobs=data[1:])


# Blobs and keys


@case(InputRefused, "blob.stray")
def brought_a_blob_that_nobody_named(scene):
    scene.ready()
    return attempt(scene, "drafter.admitted", {"drafter": "w2", "name": "W2"}, blobs=[b"stray"])


@case(StateConflict, "record.key-used")
def the_key_stands_for_another_kind(scene):
    scene.ready()
    scene.invite("abidjan", key="k")
    return attempt(scene, "drafter.admitted", {"drafter": "w2", "name": "W2"}, key="k")


@case(StateConflict, "record.key-used")
def the_key_stands_for_another_subject(scene):
    scene.ready()
    scene.invite("abidjan", key="k")
    return lambda: scene.invite("lagos", key="k")


@case(StateConflict, "record.key-used")
def the_key_stands_for_the_act_of_another(scene):
    frozen(scene).sign("abidjan", key="k")
    return lambda: scene.sign("lagos", key="k")


@case(InputRefused, "record.key")
def the_key_is_malformed(scene):
    scene.ready()
    return lambda: scene.invite("abidjan", key="two words")
