"""Attacks on invitations and on enrolling a passkey."""

from dataclasses import replace

from service_attacks import attack, flipped, reworded
from service_world import ID, device, party

from declaration.canonical import b64u
from declaration.errors import Altered, InputRefused, NotFound, NotPermitted, StateConflict
from declaration.services import enrolment, entering, opening, sealing
from declaration.services.actors import Role


def offered(w, name="porto", declaration=ID):
    return enrolment.offer(w.chancery, declaration, name).challenge


def registering(w, challenge, *, name="porto", by=None, declaration=ID, over=None):
    """Registering `name` with a passkey made over a challenge."""
    credential = (by or w.devices["porto"]).create(challenge if over is None else over)
    return lambda: enrolment.register(w.chancery, declaration, name, challenge=challenge, credential=credential)


def proving(w, registered, *, by=None, statement=None, public_key=None):
    statement = statement or registered.statement
    assertion = (by or w.devices["porto"]).passkey.confirm(statement)
    return lambda: enrolment.prove(
        w.chancery, statement, public_key=public_key or registered.public_key, assertion=assertion
    )


# Creating a passkey


@attack("drafting", NotFound, "signatory.unknown")
def enrolling_uninvited(w):
    return lambda: offered(w, "mallory")


@attack("drafting", NotFound, "signatory.unknown")
def enrolling_in_a_declaration_that_is_not_there(w):
    return lambda: offered(w, declaration="nowhere")


@attack("drafting", StateConflict, "challenge.used")
def creating_two_passkeys_for_one_challenge(w):
    challenge = offered(w)
    registering(w, challenge)()
    return registering(w, challenge, by=device("porto", generation=1))


@attack("drafting", NotPermitted, "challenge.other")
def creating_a_passkey_for_another_mayor(w):
    return registering(w, offered(w), name="haifa")


@attack("drafting", NotPermitted, "challenge.other")
def creating_a_passkey_in_another_declaration(w):
    w.open("d2")
    w.invite("porto", declaration="d2")
    return registering(w, offered(w), declaration="d2")


@attack("drafting", NotFound, "challenge.unknown")
def creating_a_passkey_unasked(w):
    return registering(w, bytes(32))


@attack("drafting", StateConflict, "challenge.expired")
def creating_a_passkey_too_late(w):
    challenge = offered(w)
    w.wait(minutes=10)
    return registering(w, challenge)


@attack("drafting", InputRefused, "passkey.challenge")
def a_passkey_made_over_another_challenge(w):
    return registering(w, offered(w), over=bytes(32))


@attack("drafting", InputRefused, "passkey.origin")
def a_passkey_made_on_another_page(w):
    return registering(w, offered(w), by=device("porto", origin="https://evil.example"))


@attack("drafting", InputRefused, "passkey.refused")
def a_passkey_made_for_another_service(w):
    return registering(w, offered(w), by=device("porto", rp_id="evil.example"))


@attack("drafting", InputRefused, "passkey.refused")
def a_passkey_that_is_none(w):
    challenge = offered(w)
    return lambda: enrolment.register(
        w.chancery, ID, "porto", challenge=challenge, credential={"id": "AA", "response": {}}
    )


# Proving possession


@attack("drafting", Altered, "assertion.credential")
def a_proof_by_another_passkey(w):
    return proving(w, w.registered("porto"), by=w.devices["haifa"])


@attack("drafting", Altered, "enrolment.key")
def a_proof_for_another_key(w):
    return proving(w, w.registered("porto"), public_key=w.devices["haifa"].passkey.public_key)


@attack("drafting", Altered, "enrolment.key")
def a_proof_for_a_key_changed_by_one_byte(w):
    registered = w.registered("porto")
    return proving(w, registered, public_key=flipped(registered.public_key))


@attack("drafting", StateConflict, "challenge.used")
def a_proof_replayed(w):
    registered = w.registered("porto")
    proving(w, registered)()
    return proving(w, registered)


@attack("drafting", StateConflict, "challenge.expired")
def a_proof_that_comes_too_late(w):
    registered = w.registered("porto")
    w.wait(minutes=10)
    return proving(w, registered)


@attack("drafting", NotPermitted, "challenge.other")
def a_proof_rewritten_to_another_mayor(w):
    registered = w.registered("porto")
    forged = reworded(registered.statement, signatory=party("haifa").signatory.as_json())
    return proving(w, registered, statement=forged)


@attack("drafting", NotFound, "challenge.unknown")
def a_proof_over_a_statement_of_ones_own(w):
    registered = w.registered("porto")
    return proving(w, registered, statement=reworded(registered.statement, nonce=b64u(bytes(32))))


@attack("drafting", StateConflict, "credential.active")
def a_second_passkey_beside_the_first(w):
    w.enrol("porto")
    return lambda: w.enrol("porto", device=device("porto", generation=1))


@attack("drafting", StateConflict, "credential.active")
def taking_over_another_mayors_place(w):
    return lambda: w.enrol("haifa", device=device("haifa", generation=9))


@attack("drafting", StateConflict, "credential.known")
def one_passkey_for_two_mayors(w):
    theirs = w.devices["abidjan"].passkey
    w.devices["porto"].passkey.__dict__.update(theirs.__dict__)
    return lambda: w.enrol("porto")


@attack("drafting", StateConflict, "credential.known")
def a_revoked_passkey_enrolled_again(w):
    enrolment.revoke(w.chancery, ID, "haifa", reason="Lost.")
    return lambda: w.enrol("haifa")


@attack("answered", StateConflict, "declaration.sealed")
def enrolling_after_the_seal(w):
    registered = w.registered("porto")
    sealing.seal(w.chancery, ID)
    return proving(w, registered)


# Revoking


@attack("drafting", NotFound, "credential.none")
def revoking_what_is_not_there(w):
    return lambda: enrolment.revoke(w.chancery, ID, "porto", reason="Lost.")


@attack("drafting", NotFound, "credential.none")
def revoking_twice(w):
    enrolment.revoke(w.chancery, ID, "haifa", reason="Lost.")
    return lambda: enrolment.revoke(w.chancery, ID, "haifa", reason="Lost.")


@attack("drafting", InputRefused, "entry.form")
def revoking_without_a_reason(w):
    return lambda: enrolment.revoke(w.chancery, ID, "haifa", reason=" ")


# Invitations


def with_a_secret(w):
    w.chancery = replace(w.chancery, secret=b"a secret of thirty-two bytes 123")
    return w


def invited(w, subject="porto", role=Role.SIGNATORY, declaration=ID):
    return entering.invite(with_a_secret(w).chancery, declaration, role, subject).secret


def created(w, secret, by=None):
    """A signatory's new passkey, made with an invitation; returns the statement to prove."""
    challenge = enrolment.offer(w.chancery, ID, "porto").challenge
    credential = (by or w.devices["porto"]).create(challenge)
    return entering.create(w.chancery, ID, secret, challenge=challenge, credential=credential)


def entered(w, secret, made, by=None):
    assertion = (by or w.devices["porto"]).passkey.confirm(made.statement)
    return lambda: entering.prove(
        w.chancery, ID, secret, statement=made.statement, public_key=made.public_key, assertion=assertion
    )


@attack("drafting", StateConflict, "invitation.used")
def an_invitation_used_twice(w):
    secret = invited(w)
    entered(w, secret, created(w, secret))()
    return lambda: created(w, secret, device("porto", generation=1))


@attack("drafting", StateConflict, "invitation.used")
def an_invitation_used_by_two_devices_that_both_began(w):
    secret = invited(w)
    other = device("porto", generation=1)
    mine, theirs = created(w, secret), created(w, secret, other)
    entered(w, secret, theirs, other)()
    return entered(w, secret, mine)


@attack("drafting", StateConflict, "invitation.recalled")
def an_invitation_after_a_newer_one(w):
    old = invited(w)
    invited(w)
    return lambda: entering.offer(w.chancery, ID, old)


@attack("drafting", StateConflict, "invitation.expired")
def an_invitation_after_a_month(w):
    secret = invited(w)
    w.wait(days=30)
    return lambda: entering.offer(w.chancery, ID, secret)


@attack("drafting", NotFound, "invitation.unknown")
def an_invitation_guessed(w):
    with_a_secret(w)
    return lambda: entering.offer(w.chancery, ID, b64u(bytes(32)))


@attack("drafting", NotFound, "invitation.unknown")
def an_invitation_to_another_declaration(w):
    w.open("d2")
    w.invite("porto", declaration="d2")
    secret = invited(w, declaration="d2")
    return lambda: entering.offer(w.chancery, ID, secret)


@attack("drafting", StateConflict, "invitation.enrolled")
def an_invitation_for_one_who_is_in(w):
    with_a_secret(w)
    return lambda: entering.invite(w.chancery, ID, Role.SIGNATORY, "haifa")


@attack("drafting", NotPermitted, "enrolment.other")
def another_mayors_invitation(w):
    """Porto's statement, proved with the invitation of a fifth city."""
    porto = invited(w)
    opening.invite_signatories(w.chancery, ID, [party("turin", "IT")])
    return entered(w, invited(w, "turin"), created(w, porto))


@attack("drafting", NotPermitted, "challenge.other")
def a_drafters_invitation_for_a_mayors_passkey(w):
    secret = invited(w, "w1", Role.DRAFTER)
    challenge = enrolment.offer(w.chancery, ID, "porto").challenge
    credential = w.devices["porto"].create(challenge)
    return lambda: entering.create(w.chancery, ID, secret, challenge=challenge, credential=credential)


@attack("drafting", NotFound, "depositary.unknown")
def an_invitation_to_be_the_depositary(w):
    with_a_secret(w)
    return lambda: entering.invite(w.chancery, ID, Role.DEPOSITARY, "mallory")
