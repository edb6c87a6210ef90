"""Refusals of openings, admissions, invitations, passkeys and positions."""

from store_cases import Careless, attempt, case

from declaration.canonical import b64u, digest, encode
from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict

# Opening and people


@case(NotFound, "declaration.unknown")
def before_the_opening(scene):
    return scene.admit


@case(StateConflict, "declaration.taken")
def opened_twice(scene):
    scene.open()
    return scene.open


@case(StateConflict, "declaration.taken")
def opened_in_other_capitals(scene):
    scene.open()
    return Careless(scene.store, "D1", origin="sign.example/other").open


@case(StateConflict, "declaration.taken")
def opened_with_the_same_origin(scene):
    scene.open()
    return Careless(scene.store, "d2", origin="sign.example/d1").open


@case(NotPermitted, "depositary.only")
def admitted_by_a_drafter(scene):
    scene.ready()
    return attempt(scene, "drafter.admitted", {"drafter": "w2", "name": "W2"}, by="w1")


@case(NotPermitted, "depositary.only")
def adopted_by_a_drafter(scene):
    scene.ready()
    body, data = scene.version_body(scene.next_version([scene.insert("c9")]), scene.carriage([scene.insert("c9")]))
    return attempt(scene, "version.adopted", body, by="w1", blobs=data)


@case(NotPermitted, "depositary.only")
def frozen_by_a_signatory(scene):
    scene.ready("abidjan")
    body, data = scene.frozen_body()
    return attempt(scene, "instrument.frozen", body, by="abidjan", blobs=data)


@case(NotPermitted, "depositary.only")
def sealed_by_a_signatory(scene):
    scene.ready("abidjan")
    scene.freeze()
    body, data = scene.sealed(0, 0)
    return attempt(scene, "instrument.sealed", body, by="abidjan", blobs=data)


@case(StateConflict, "drafter.known")
def admitted_twice(scene):
    scene.ready()
    return lambda: scene.admit("W1")


@case(InputRefused, "drafter.depositary")
def admitted_as_the_depositary(scene):
    scene.ready()
    return lambda: scene.admit("Duesseldorf")


@case(StateConflict, "signatory.known")
def invited_twice(scene):
    scene.ready("abidjan")
    return lambda: scene.invite("Abidjan")


@case(StateConflict, "declaration.frozen")
def invited_when_frozen(scene):
    scene.ready("abidjan")
    scene.freeze()
    return lambda: scene.invite("lagos")


@case(StateConflict, "declaration.sealed")
def admitted_when_sealed(scene):
    scene.ready("abidjan")
    scene.freeze()
    scene.seal(0, 0)
    return lambda: scene.admit("w2")


# Passkeys


@case(NotPermitted, "signatory.unknown")
def enrolled_before_invited(scene):
    scene.ready()
    return lambda: scene.enrol("abidjan")


@case(StateConflict, "credential.active")
def enrolled_a_second_passkey(scene):
    scene.ready("abidjan")
    return lambda: scene.enrol("abidjan", 1)


@case(StateConflict, "credential.known")
def enrolled_a_revoked_passkey_again(scene):
    scene.ready("abidjan")
    scene.revoke("abidjan")
    return lambda: scene.enrol("abidjan")


@case(StateConflict, "credential.known")
def enrolled_the_key_of_another(scene):
    scene.ready("abidjan")
    scene.invite("lagos")
    body = scene.enrolled_body("lagos")
    key = scene.public_key("abidjan")
    statement = scene.statement("enrol", "lagos", key=digest(key))
    body |= {"public_key": b64u(key), "statement": encode(statement).decode()}
    return attempt(scene, "credential.enrolled", body, by="lagos")


@case(NotPermitted, "statement.key")
def enrolled_another_key_than_stated(scene):
    scene.ready()
    scene.invite("abidjan")
    body = scene.enrolled_body("abidjan") | {"public_key": b64u(scene.public_key("lagos"))}
    return attempt(scene, "credential.enrolled", body, by="abidjan")


@case(StateConflict, "declaration.sealed")
def enrolled_when_sealed(scene):
    scene.ready("abidjan")
    scene.invite("lagos")
    scene.freeze()
    scene.seal(0, 0)
    return lambda: scene.enrol("lagos")


@case(NotFound, "credential.unknown")
def revoked_the_passkey_of_another(scene):
    scene.ready("abidjan", "lagos")
    body = {"signatory": "lagos", "credential": scene.credential("abidjan"), "reason": "Lost."}
    return attempt(scene, "credential.revoked", body)


@case(StateConflict, "credential.revoked")
def revoked_twice(scene):
    scene.ready("abidjan")
    scene.revoke("abidjan")
    return lambda: scene.revoke("abidjan")


# Statements, here in positions


def changed_statement(code, error=NotPermitted, **changed):
    def prepare(scene):
        scene.ready("abidjan", "lagos")
        made = {name: value(scene) if callable(value) else value for name, value in changed.items()}
        body = scene.positions_body("abidjan", scene.stance("c1"), **made)
        return attempt(scene, "positions.taken", body, by="abidjan")

    prepare.__name__ = "_".join(changed)
    return case(error, code)(prepare)


changed_statement("statement.form", InputRefused, format="declaration-statement/2")
changed_statement("statement.act", InputRefused, act="sign")
changed_statement("statement.declaration", declaration="d2")
changed_statement("statement.ledger", ledger="sign.example/d2")
changed_statement("statement.signatory", signatory=lambda scene: scene.statement("sign", "lagos")["signatory"])
changed_statement(
    "statement.signatory", signatory=lambda s: s.statement("sign", "abidjan")["signatory"] | {"city": "Elsewhere"}
)
changed_statement("statement.credential", credential=lambda scene: scene.credential("lagos"))
changed_statement("statement.nonce", InputRefused, nonce=b64u(bytes(31)))
changed_statement("statement.nonce", InputRefused, nonce=None)
changed_statement("base64.malformed", InputRefused, nonce="not base64!")
changed_statement("positions.version", StateConflict, version="0" * 64)
changed_statement("positions.form", InputRefused, positions=[])
changed_statement("positions.form", InputRefused, positions={"c1": "accept"})
changed_statement("positions.form", InputRefused, positions=[{"clause": "c1"}])
changed_statement("positions.form", InputRefused, positions=lambda scene: [scene.stance("c1") | {"clause": 1}])
changed_statement("positions.form", InputRefused, positions=lambda scene: [scene.stance("c1", "maybe")])
changed_statement("positions.twice", InputRefused, positions=lambda scene: [scene.stance("c1"), scene.stance("c1")])
changed_statement("positions.clause", InputRefused, positions=lambda s: [s.stance("c8", digest_of="0" * 64)])
changed_statement("positions.stale", StateConflict, positions=lambda s: [s.stance("c1", digest_of="0" * 64)])
changed_statement("position.digest", InputRefused, positions=lambda scene: [scene.stance("c1", digest_of="words")])
changed_statement(
    "position.reservation-missing", InputRefused, positions=lambda s: [s.stance("c1", "accept-with-reservation")]
)
changed_statement("position.reservation-stray", InputRefused, positions=lambda s: [s.stance("c1", "accept", "But.")])
changed_statement("entry.form", InputRefused, positions=lambda scene: [scene.stance("c1", "object", "a\0b")])


@case(StateConflict, "statement.replayed")
def positions_sent_again(scene):
    scene.ready("abidjan")
    body = scene.positions_body("abidjan", scene.stance("c1"))
    scene.act("positions.taken", body, by="abidjan")
    return attempt(scene, "positions.taken", body, by="abidjan")


@case(NotPermitted, "credential.unknown")
def positions_by_an_unknown_passkey(scene):
    scene.ready("abidjan")
    body = scene.positions_body("abidjan", scene.stance("c1"))
    return attempt(scene, "positions.taken", body | {"assertion": scene.assertion(b64u(b"unknown"))}, by="abidjan")


@case(NotPermitted, "credential.other")
def positions_by_the_passkey_of_another(scene):
    scene.ready("abidjan", "lagos")
    body = scene.positions_body("abidjan", scene.stance("c1"), credential=scene.credential("lagos"))
    body["assertion"] = scene.assertion(scene.credential("lagos"))
    return attempt(scene, "positions.taken", body, by="abidjan")


@case(NotPermitted, "credential.revoked")
def positions_by_a_revoked_passkey(scene):
    scene.ready("abidjan")
    scene.revoke("abidjan")
    return lambda: scene.take("abidjan", scene.stance("c1"))


@case(StateConflict, "declaration.frozen")
def positions_when_frozen(scene):
    scene.ready("abidjan")
    scene.freeze()
    return lambda: scene.take("abidjan", scene.stance("c1"))


@case(StateConflict, "positions.version")
def positions_on_the_version_before(scene):
    scene.ready("abidjan")
    body = scene.positions_body("abidjan", scene.stance("c1"))
    scene.adopt([scene.insert("c9")])
    return attempt(scene, "positions.taken", body, by="abidjan")
