"""Many at once, and death in the middle: one decision, one answer each, one seal, one identical file."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from service_world import ID, World, device

from declaration.canonical import digest
from declaration.drafting.states import Phase
from declaration.errors import ConfigurationError, DeclarationError, StateConflict
from declaration.services import enrolment, entering, evidence, publishing, sealing, signing
from declaration.services.actors import Role
from declaration.services.public import PublicRecord
from declaration.signing.edition import open_edition
from declaration.store import queries
from declaration.store.audit import audit

RIVALS = Path(__file__).with_name("service_rivals.py")


def at_once(*calls):
    """Start all calls together; return what each returned, or the refusal it met."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except DeclarationError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def codes(answers):
    return Counter(answer.code for answer in answers if isinstance(answer, DeclarationError))


def one_seal(world):
    """Once whoever is last has sealed: is there exactly one seal, with a file that holds? Return that file."""
    edition = sealing.seal(world.chancery, ID).edition
    audit(world.store, ID)
    with world.store.reading() as session:
        kinds = Counter(str(queries.entry(session, ID, at).entry.kind) for at in range(queries.tree(session, ID).size))
    assert kinds["instrument.sealed"] == 1
    assert world.phase is Phase.SEALED
    trust = world.chancery.trust(ID)
    assert open_edition(edition, seal_root=trust.seal_root, timestamp_root=trust.timestamp_root).files
    return edition


# Threads


def test_of_two_depositaries_one_adopts(worlds):
    world = worlds.at("drafting")
    base = world.version
    answers = at_once(lambda: world.adopt("a1"), lambda: world.adopt("a3"))
    # whoever reads the version after the other has adopted decides on that one, which is fine; nobody overwrites
    adopted = [answer for answer in answers if not isinstance(answer, DeclarationError)]
    assert adopted
    assert codes(answers).keys() <= {"version.stale"}
    assert world.version.number == base.number + len(adopted)
    audit(world.store, ID)


def test_the_last_two_sign_while_two_seal(worlds):
    world = worlds.at("signing")
    world.sign("abidjan")
    last = [world.gesture(name).authorise().sign() for name in ("haifa", "lagos")]
    answers = at_once(
        *(gesture.complete for gesture in last),
        *(lambda: sealing.seal(world.chancery, ID) for _ in range(2)),
    )
    # a seal that was overtaken by a signature is refused; a signature that was overtaken by the seal, too
    assert codes(answers).keys() <= {"seal.count", "declaration.sealed"}
    edition = one_seal(world)
    sealed = {answer.edition for answer in answers[2:] if not isinstance(answer, DeclarationError)}
    assert sealed <= {edition}
    signed = {name for name in ("haifa", "lagos") if name in world.answers()[0]}
    assert len(signed) == sum(not isinstance(answer, DeclarationError) for answer in answers[:2])


def test_eight_sealers_get_one_file(worlds):
    world = worlds.at("answered")
    answers = at_once(*(lambda: sealing.seal(world.chancery, ID) for _ in range(8)))
    assert {answer.edition for answer in answers} == {one_seal(world)}
    files = publishing.evidence_files(world.chancery, ID)
    assert files["signed.pdf"] == answers[0].edition


def test_one_mayor_signs_and_declines_with_many_hands(worlds):
    world = worlds.at("signing")
    gestures = [world.gesture("lagos").authorise().sign() for _ in range(4)]
    declines = [world.declining("lagos", f"Reason {number}.") for number in range(4)]
    answers = at_once(
        *(gesture.complete for gesture in gestures),
        *(lambda d=d: signing.decline(world.chancery, *d) for d in declines),
    )
    assert sum(not isinstance(answer, DeclarationError) for answer in answers) == 1
    assert codes(answers).keys() <= {"signature.given", "signature.declined"}
    assert sum(len(answered) for answered in world.answers()) == 1
    audit(world.store, ID)


def test_one_statement_in_many_hands_is_used_once(worlds):
    world = worlds.at("signing")
    gesture = world.gesture("lagos")
    answers = at_once(*(gesture.authorise for _ in range(6)))
    assert codes(answers) == {"challenge.used": 5}


def test_one_invitation_on_many_phones_enrols_one(worlds):
    world = worlds.at("drafting")
    world.chancery = replace(world.chancery, secret=b"a secret of thirty-two bytes 123")
    secret = entering.invite(world.chancery, ID, Role.SIGNATORY, "porto").secret
    proofs = []
    for number in range(5):
        phone = device("porto", generation=number)
        challenge = enrolment.offer(world.chancery, ID, "porto").challenge
        made = entering.create(world.chancery, ID, secret, challenge=challenge, credential=phone.create(challenge))
        proofs.append((made, phone.prove(made.statement)))
    answers = at_once(
        *(
            lambda made=made, assertion=assertion: entering.prove(
                world.chancery,
                ID,
                secret,
                statement=made.statement,
                public_key=made.public_key,
                assertion=assertion,
            )
            for made, assertion in proofs
        )
    )
    assert sum(codes(answers).values()) == 4
    assert codes(answers).keys() <= {"invitation.used", "credential.active"}
    with world.store.reading() as session:
        assert len([c for c in queries.credentials(session, ID, "porto") if c.revoked is None]) == 1
    audit(world.store, ID)


def test_unfreezing_while_the_last_ones_sign_leaves_nobody_half_signed(worlds):
    world = worlds.at("signing")
    last = [world.gesture(name).authorise().sign() for name in ("abidjan", "haifa", "lagos")]
    answers = at_once(*(gesture.complete for gesture in last), world.unfreeze)
    unfrozen = answers[-1].index
    assert codes(answers).keys() <= {"declaration.not-frozen", "declaration.drafting"}
    signed = [answer.index for answer in answers[:-1] if not isinstance(answer, DeclarationError)]
    assert all(index < unfrozen for index in signed)
    assert world.answers() == ({}, {})
    audit(world.store, ID)


def test_a_revocation_meets_the_signature_on_one_side(worlds):
    world = worlds.at("signing")
    gesture = world.gesture("lagos").authorise().sign()
    signed, revoked = at_once(gesture.complete, lambda: enrolment.revoke(world.chancery, ID, "lagos", reason="Stolen."))
    if isinstance(signed, DeclarationError):
        assert signed.code in {"credential.none", "credential.revoked"}
    else:
        assert signed.index < revoked.index
    audit(world.store, ID)


def test_a_receipt_while_others_sign_leads_to_its_own_checkpoint(sqlite_worlds):
    world = sqlite_worlds.at("signing")
    world.sign("abidjan")
    last = [world.gesture(name).authorise().sign() for name in ("haifa", "lagos")]
    answers = at_once(
        *(gesture.complete for gesture in last), *(lambda: evidence.receipt(world.chancery, ID, "abidjan"),) * 4
    )
    for bundle in answers[2:]:
        assert evidence.size_of(bundle.checkpoint) > bundle.recorded.index


# Processes


def rivals(world, *acts):
    """What each process answered; one that died answers nothing."""
    ended = subprocess.run(
        [sys.executable, str(RIVALS), world.url, world.time.isoformat(), *acts],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_processes_sign_and_seal_at_once_and_there_is_one_file(postgresql_worlds):
    world = postgresql_worlds.at("signing")
    world.sign("abidjan")
    answers = rivals(world, "sign:haifa", "sign:lagos", "seal", "seal")
    assert len(answers) == 4
    refused = {answer.get("refused") for answer in answers} - {None}
    assert refused <= {"seal.count", "declaration.sealed"}
    sealed = {answer["edition"] for answer in answers if "edition" in answer}
    assert sealed <= {digest(one_seal(world))}


def test_two_depositaries_in_two_processes_decide_once_each_version(postgresql_worlds):
    world = postgresql_worlds.at("drafting")
    before = world.version.number
    answers = rivals(world, "adopt:a1", "adopt:a3")
    adopted = [answer["version"] for answer in answers if "version" in answer]
    assert {answer.get("refused") for answer in answers} <= {None, "version.stale"}
    assert len(set(adopted)) == len(adopted) == world.version.number - before
    audit(world.store, ID)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_seal_killed_in_the_middle_is_made_by_whoever_comes_next(kind, request):
    """Killed while it waits for each of the timestamps that a seal needs: nothing is recorded before all is made."""
    world = request.getfixturevalue(f"{kind}_worlds").at("answered")
    before = world.rows()
    assert rivals(world, "seal!1", "seal!2") == []
    assert world.rows() == before
    assert world.phase is Phase.FROZEN
    one_seal(world)


def test_a_seal_whose_timestamps_fail_is_made_later(sqlite_worlds):
    world = sqlite_worlds.at("answered")
    before = world.rows()

    class Failing:
        def __init__(self, authority, number):
            self.authority, self.left = authority, number

        def stamp(self, imprint, *, nonce, at):
            self.left -= 1
            if not self.left:
                raise ConfigurationError("timestamp.unreachable", "Nobody answers.", hint="Try again.")
            return self.authority.stamp(imprint, nonce=nonce, at=at)

    asked = 0
    while world.phase is Phase.FROZEN:
        asked += 1
        failing = World(world.store, world.chancery.keys, world.time)
        failing.chancery = replace(world.chancery, timestamps=Failing(world.chancery.timestamps, asked))
        try:
            sealing.seal(failing.chancery, ID)
        except ConfigurationError:
            assert world.rows() == before
    assert asked >= 2
    one_seal(world)


def test_a_seal_overtaken_by_an_answer_is_refused_and_made_again(sqlite_worlds):
    """The answer comes in while the seal waits for its timestamp."""
    world = sqlite_worlds.at("answered")
    gesture = world.gesture("lagos").authorise().sign()

    class Slow:
        def __init__(self, authority):
            self.authority, self.signed = authority, False

        def stamp(self, imprint, *, nonce, at):
            if not self.signed:
                self.signed = True
                gesture.complete()
            return self.authority.stamp(imprint, nonce=nonce, at=at)

    slow = replace(world.chancery, timestamps=Slow(world.chancery.timestamps))
    with pytest.raises(StateConflict) as refusal:
        sealing.seal(slow, ID)
    assert refusal.value.code == "seal.count"
    assert sealing.seal(world.chancery, ID).seal.signatures == 2
    one_seal(world)


def test_many_ask_for_the_signed_head_at_once(worlds):
    world = worlds.at("answered")
    answers = at_once(*(lambda: evidence.checkpoint(world.chancery, ID) for _ in range(12)))
    assert codes(answers) == {}
    assert len(set(answers)) == 1
    world.unfreeze()
    assert evidence.size_of(evidence.checkpoint(world.chancery, ID)) == evidence.size_of(answers[0]) + 1


def test_the_receipt_of_a_signatory_is_the_bundle_that_the_edition_carries(sqlite_worlds):
    """Also when somebody asks for a receipt while the seal is being made."""
    world = sqlite_worlds.at("answered")
    receipts = []

    class Slow:
        def __init__(self, authority):
            self.authority = authority

        def stamp(self, imprint, *, nonce, at):
            world.wait(seconds=1)
            receipts.append(evidence.receipt(world.chancery, ID, "abidjan").encode())
            return self.authority.stamp(imprint, nonce=nonce, at=at)

    done = sealing.seal(replace(world.chancery, timestamps=Slow(world.chancery.timestamps)), ID)
    trust = world.chancery.trust(ID)
    files = open_edition(done.edition, seal_root=trust.seal_root, timestamp_root=trust.timestamp_root).files
    assert set(receipts) == {files["abidjan.signature.json"]}
    with PublicRecord(world.chancery).open(ID) as record:
        assert record.receipt("abidjan").read() == receipts[0]
