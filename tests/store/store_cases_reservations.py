"""Refusals of reservations and of objections to them."""

from store_cases import attempt, case

from declaration.drafting.derive import derive_delete
from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict


def three(scene):
    scene.ready("abidjan", "lagos", "porto")
    return scene.reserve("lagos")


@case(NotPermitted, "objection.own")
def object_to_ones_own(scene):
    content = three(scene)
    return lambda: scene.object("lagos", "lagos", content)


@case(StateConflict, "objection.given")
def object_twice(scene):
    content = three(scene)
    scene.object("porto", "lagos", content)
    return lambda: scene.object("porto", "lagos", content, reason="Again.")


@case(NotFound, "reservation.unknown")
def object_to_a_plain_yes(scene):
    content = three(scene)
    scene.take("lagos", scene.stance("c1"))
    return lambda: scene.object("porto", "lagos", content)


@case(NotFound, "reservation.unknown")
def object_to_nobody(scene):
    content = three(scene)
    return lambda: scene.object("porto", "nobody", content)


@case(StateConflict, "reservation.changed")
def object_to_former_words(scene):
    content = three(scene)
    scene.reserve("lagos", words="As far as we can.")
    return lambda: scene.object("porto", "lagos", content)


@case(StateConflict, "reservation.stale")
def object_to_what_was_said_of_a_former_clause(scene):
    content = three(scene)
    scene.adopt([scene.replace("c1", "Nous ouvrons nos cités à tous.")])
    return lambda: scene.object("porto", "lagos", content)


@case(StateConflict, "reservation.stale")
def object_to_what_was_said_of_a_clause_that_is_gone(scene):
    content = three(scene)
    scene.adopt([derive_delete(scene.version.text, "c1")])
    return lambda: scene.object("porto", "lagos", content)


@case(NotPermitted, "credential.other")
def object_uninvited(scene):
    content = three(scene)
    body = scene.stated("object", "porto", author="lagos", clause="c1", reservation=content, reason="No.")
    return attempt(scene, "objection.raised", body | {"signatory": "stranger"}, by="stranger")


@case(NotPermitted, "credential.unknown")
def object_without_a_passkey(scene):
    content = three(scene)
    scene.invite("turin")
    return lambda: scene.object("turin", "lagos", content)


@case(NotPermitted, "credential.revoked")
def object_with_a_revoked_passkey(scene):
    content = three(scene)
    scene.revoke("porto")
    return lambda: scene.object("porto", "lagos", content)


@case(NotPermitted, "credential.other")
def object_in_the_place_of_another(scene):
    content = three(scene)
    body = scene.stated("object", "porto", author="lagos", clause="c1", reservation=content, reason="No.")
    return attempt(scene, "objection.raised", body | {"signatory": "abidjan"}, by="abidjan")


@case(StateConflict, "declaration.frozen")
def object_when_frozen(scene):
    content = three(scene)
    scene.freeze()
    return lambda: scene.object("porto", "lagos", content)


@case(StateConflict, "statement.replayed")
def object_again_with_the_statement_of_an_objection_withdrawn(scene):
    content = three(scene)
    body = scene.stated("object", "porto", author="lagos", clause="c1", reservation=content, reason="No.")
    scene.act("objection.raised", body, by="porto")
    scene.relent("porto", "lagos", content)
    return attempt(scene, "objection.raised", body, by="porto")


@case(InputRefused, "statement.act")
def object_with_a_withdrawal(scene):
    content = three(scene)
    body = scene.stated("withdraw-objection", "porto", author="lagos", clause="c1", reservation=content)
    return attempt(scene, "objection.raised", body, by="porto")


def hostile(name, reason):
    def prepare(scene):
        content = three(scene)
        return lambda: scene.object("porto", "lagos", content, reason=reason)

    prepare.__name__ = f"object_with_{name}"
    case(InputRefused, "entry.form")(prepare)


hostile("a_control", "a\0b")
hostile("an_override", "No\u202eevil")
hostile("an_isolate", "\u2066No")
hostile("decomposed_letters", "e\u0301")
hostile("nothing", " ")
hostile("4001_characters", "x" * 4_001)


@case(InputRefused, "entry.form")
def object_with_a_member_more(scene):
    content = three(scene)
    said = {"author": "lagos", "clause": "c1", "reservation": content, "reason": "No.", "more": "x"}
    return attempt(scene, "objection.raised", scene.stated("object", "porto", **said), by="porto")


@case(StateConflict, "objection.none")
def withdraw_an_objection_twice(scene):
    content = three(scene)
    scene.object("porto", "lagos", content)
    scene.relent("porto", "lagos", content)
    return lambda: scene.relent("porto", "lagos", content)


@case(StateConflict, "objection.none")
def withdraw_the_objection_of_another(scene):
    content = three(scene)
    scene.object("porto", "lagos", content)
    return lambda: scene.relent("abidjan", "lagos", content)


@case(StateConflict, "objection.none")
def withdraw_an_objection_that_has_lapsed(scene):
    content = three(scene)
    scene.object("porto", "lagos", content)
    scene.reserve("lagos", words="As far as we can.")
    return lambda: scene.relent("porto", "lagos", content)


@case(StateConflict, "declaration.not-frozen")
def withdraw_a_reservation_in_drafting(scene):
    content = three(scene)
    return lambda: scene.unreserve("lagos", content)


@case(NotFound, "reservation.unknown")
def withdraw_a_reservation_twice(scene):
    content = three(scene)
    scene.freeze()
    scene.unreserve("lagos", content)
    return lambda: scene.unreserve("lagos", content)


@case(NotFound, "reservation.unknown")
def withdraw_the_reservation_of_another(scene):
    content = three(scene)
    scene.freeze()
    return lambda: scene.unreserve("porto", content)


@case(InputRefused, "instrument.document")
def freeze_without_the_objections(scene):
    content = three(scene)
    scene.object("porto", "lagos", content)
    document = scene.declaration_json()
    del document["reservations"][0]["objections"]
    body, blobs = scene.frozen_body(document)
    return attempt(scene, "instrument.frozen", body, blobs=blobs)


@case(InputRefused, "instrument.document")
def freeze_with_an_objection_that_was_withdrawn(scene):
    content = three(scene)
    scene.object("porto", "lagos", content)
    document = scene.declaration_json()
    scene.relent("porto", "lagos", content)
    body, blobs = scene.frozen_body(document)
    return attempt(scene, "instrument.frozen", body, blobs=blobs)
