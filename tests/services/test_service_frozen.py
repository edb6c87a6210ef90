"""After the freeze, and after the seal: every service that could change the text is refused, and none changes it."""

import ast
from pathlib import Path

import pytest
from service_attacks import flipped
from service_world import HOST, ID, party, text_of

from declaration import services
from declaration.drafting.states import Phase
from declaration.errors import DeclarationError, StateConflict
from declaration.services import (
    enrolment,
    negotiating,
    opening,
    positions,
    reservations,
    ruling,
    sealing,
    signing,
    supporting,
    translating,
)
from declaration.services.actors import Actor, Role
from declaration.services.consolidating import Given
from declaration.services.negotiating import Decision
from declaration.signing.statement import Objecting
from declaration.store import queries
from declaration.store.audit import audit

LAGOS = Actor(ID, Role.SIGNATORY, "lagos", "Lagos", "lagos")
DRAFTER = Actor(ID, Role.DRAFTER, "w2", "Workshop w2")


def late_amendment(w, name="a9"):
    return w.amendment(name, "w1", w.insert("c9"))


def position(w):
    return lambda: positions.confirm(w.chancery, *w.prepared("lagos", clause="c1"))


def objection(w):
    said = Objecting("haifa", "c1", "0" * 64, "It empties the clause.")
    return lambda: reservations.confirm(w.chancery, reservations.prepare(w.chancery, LAGOS, said), None)


WRITING = {
    # service: (what it does, its refusal while frozen, its refusal once sealed); None: it may
    "opening.open_declaration": (
        lambda w: lambda: opening.open_declaration(w.chancery, text_of(last="Autrement."), HOST),
        "declaration.taken",
        "declaration.taken",
    ),
    "opening.admit_drafter": (
        lambda w: lambda: opening.admit_drafter(w.chancery, ID, "w9", "Late workshop"),
        None,
        "declaration.sealed",
    ),
    "opening.invite_signatories": (
        lambda w: lambda: opening.invite_signatories(w.chancery, ID, [party("turin", "IT")]),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "enrolment.prove": (lambda w: lambda: w.enrol("porto"), None, "declaration.sealed"),
    "enrolment.revoke": (
        lambda w: lambda: enrolment.revoke(w.chancery, ID, "lagos", reason="Lost."),
        None,
        None,  # a stolen passkey is made known at any time
    ),
    "negotiating.table": (
        lambda w: lambda: negotiating.table(w.chancery, ID, late_amendment(w)),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "negotiating.revise": (
        lambda w: lambda: negotiating.revise(w.chancery, ID, late_amendment(w, "a1"), by="w1"),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "negotiating.withdraw": (
        lambda w: lambda: negotiating.withdraw(w.chancery, ID, "a1", by="w1"),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "negotiating.reject": (
        lambda w: lambda: negotiating.reject(w.chancery, ID, "a1", reason="No."),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "negotiating.adopt": (
        lambda w: lambda: negotiating.adopt(w.chancery, ID, Decision(w.version.digest, ("a3",))),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "ruling.set_rules": (
        lambda w: lambda: ruling.set_rules(w.chancery, ID, sponsors=2, deadline=None),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "supporting.ask": (
        lambda w: lambda: supporting.ask(w.chancery, DRAFTER, "d1", "w1"),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "supporting.give": (
        lambda w: lambda: supporting.give(w.chancery, DRAFTER, "d1", "0" * 64),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "supporting.support": (
        lambda w: lambda: supporting.support(w.chancery, DRAFTER, "a1", "0" * 64),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "supporting.stop_supporting": (
        lambda w: lambda: supporting.stop_supporting(w.chancery, DRAFTER, "a1"),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "translating.confirm": (
        lambda w: lambda: translating.confirm(w.chancery, ID, "en", base=w.version.digest),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "translating.confirm_all": (lambda w: lambda: translating.confirm_all(w.chancery, ID), None, None),  # nothing left
    "translating.correct": (
        lambda w: (
            lambda: translating.correct(
                w.chancery, ID, [Given("c1", None, "en", "We open.")], base=w.version.digest, reason="Late.", ask=False
            )
        ),
        "declaration.frozen",
        "declaration.sealed",
    ),
    "positions.confirm": (position, "declaration.frozen", "declaration.sealed"),
    "reservations.confirm": (objection, "declaration.frozen", "declaration.sealed"),
    "freezing.freeze": (lambda w: w.about_to_freeze(), "declaration.phase", "declaration.phase"),
    "freezing.unfreeze": (lambda w: w.unfreeze, None, "declaration.sealed"),
    "signing.complete": (lambda w: lambda: w.sign("lagos"), None, "declaration.sealed"),
    "signing.decline": (lambda w: lambda: w.decline("lagos"), None, "declaration.sealed"),
    "sealing.seal": (lambda w: lambda: sealing.seal(w.chancery, ID), None, None),  # the second time it is looked up
}
STEPS = {
    # services that write only what is private, or nothing: a challenge, a signed head of the ledger
    *(
        "enrolment.offer",
        "enrolment.register",
        "positions.prepare",
        "reservations.prepare",
        "signing.begin",
        "signing.authorise",
    ),
    *("signing.begin_decline", "evidence.checkpoint", "evidence.receipt", "gestures.give_out", "gestures.remember"),
    *("supporting.stop_asking", "supporting.decline"),
    *("gestures.use_up", "gestures.take_back", "gestures.authorised", "publishing.evidence_files"),
}
PARTS = (
    *("opening", "enrolment", "negotiating", "ruling", "supporting", "positions", "reservations"),
    *("freezing", "signing", "sealing", "evidence", "gestures", "translating"),
)


def test_no_service_changes_a_frozen_text(worlds):
    world = worlds.at("answered")
    for service, (act, code, _) in WRITING.items():
        if code is not None:
            refused(world, act, code, service)
    audit(world.store, ID)


@pytest.mark.parametrize("service", [service for service, row in WRITING.items() if row[1] is None])
def test_what_is_allowed_while_frozen_leaves_the_text_as_it_is(service, sqlite_worlds):
    world = sqlite_worlds.at("answered")
    version, instrument = world.version.digest, instrument_of(world)
    WRITING[service][0](world)()
    assert world.version.digest == version
    assert instrument_of(world) == (None if service == "freezing.unfreeze" else instrument)


def test_no_service_changes_a_sealed_one(sqlite_worlds):
    world = sqlite_worlds.at("answered")
    sealing.seal(world.chancery, ID)
    sealed = world.rows()["seals"]
    for service, (act, _, code) in WRITING.items():
        if code is not None:
            refused(world, act, code, service)
    for service, (act, _, code) in WRITING.items():
        if code is None:
            act(world)()
            assert world.rows()["seals"] == sealed, service
    audit(world.store, ID)


def refused(world, act, code, service):
    version, instrument, before = world.version.digest, instrument_of(world), world.rows()
    with pytest.raises(StateConflict) as refusal:
        act(world)()
    assert (service, refusal.value.code) == (service, code)
    assert world.rows() == before
    assert (world.version.digest, instrument_of(world)) == (version, instrument)


def instrument_of(world):
    with world.store.reading() as session:
        found = queries.instrument(session, ID)
        return found and found.instrument


def called_in(function):
    """Names that a function calls, and whether it opens a transaction."""
    calls = [call.func for call in ast.walk(function) if isinstance(call, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    return names | {call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr == "transaction"}


def test_the_table_names_every_service_that_writes():
    """A service that opens a transaction, by itself or through another of its module, stands in one of the lists."""
    found = set()
    for part in PARTS:
        tree = ast.parse(Path(services.__file__).with_name(f"{part}.py").read_text())
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        calls = {name: called_in(node) for name, node in functions.items()}
        writing = {name for name, called in calls.items() if "transaction" in called}
        while more := {name for name, called in calls.items() if called & writing} - writing:
            writing |= more
        found |= {f"{part}.{name}" for name in writing if not name.startswith("_")}
    assert found
    assert found <= WRITING.keys() | STEPS, found - WRITING.keys() - STEPS


def test_a_late_amendment_is_refused_and_can_be_tabled_again_after_unfreezing(worlds):
    world = worlds.at("answered")
    late = late_amendment(world)
    with pytest.raises(StateConflict) as refusal:
        negotiating.table(world.chancery, ID, late)
    assert refusal.value.code == "declaration.frozen"
    assert "unfreeze" in refusal.value.hint
    world.unfreeze()
    assert not negotiating.table(world.chancery, ID, late).repeated


def test_unfreezing_voids_every_answer_and_says_so(worlds):
    world = worlds.at("answered")
    with world.store.reading() as session:
        given = (*queries.signatures(session, ID), *queries.declines(session, ID))
    frozen = world.frozen()
    recorded = world.unfreeze("A comma was missing.")
    assert recorded.entry.body == {"instrument": frozen.instrument, "reason": "A comma was missing."}
    assert world.phase is Phase.DRAFTING
    with world.store.reading() as session:
        before = (
            *queries.signatures(session, ID, frozen.frozen),
            *queries.declines(session, ID, frozen.frozen),
        )
    assert [(line.signatory, line.entry, line.voided) for line in before] == [
        (line.signatory, line.entry, recorded.index) for line in given
    ]
    assert world.answers() == ({}, {})
    world.wait(seconds=1)
    world.freeze()
    # everybody answers anew, whoever declined may sign, and the seal counts the new answers alone
    world.sign("haifa")
    world.decline("abidjan")
    done = sealing.seal(world.chancery, ID)
    assert (done.seal.signatures, done.seal.declined) == (1, 1)
    audit(world.store, ID)


def test_a_signature_that_was_voided_is_not_taken_for_a_new_one(sqlite_worlds):
    """The same second, the same text, so the same instrument: the old gesture still counts for nothing."""
    world = sqlite_worlds.at("signing")
    gesture = world.gesture("abidjan").authorise().sign()
    gesture.complete()
    world.unfreeze()
    world.freeze()
    with pytest.raises(StateConflict) as refusal:
        gesture.complete()
    assert refusal.value.code == "challenge.used"
    assert world.answers() == ({}, {})


def test_a_statement_changed_by_one_byte_authorises_nothing(sqlite_worlds):
    world = sqlite_worlds.at("signing")
    gesture = world.gesture("abidjan")
    before = world.rows()
    for at in range(0, len(gesture.statement), 7):
        changed = flipped(gesture.statement, at)
        assertion = world.devices["abidjan"].passkey.confirm(changed)
        with pytest.raises(DeclarationError) as refusal:
            signing.authorise(world.chancery, changed, assertion, key=gesture.key)
        assert refusal.value.code.startswith(("challenge.", "json.", "statement.")), refusal.value.code
    assert world.rows() == before
    gesture.authorise().sign().complete()  # none of it has used up the right one
