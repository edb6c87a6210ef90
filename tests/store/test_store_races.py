"""Many at once: one of two adoptions, one of two seals, one entry a key, no gap in the ledger."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from store_scene import Scene

from declaration.drafting.states import Phase
from declaration.errors import DeclarationError, StateConflict
from declaration.ledger.merkle import leaf_hash, root
from declaration.store import queries
from declaration.store.audit import audit

WRITER = Path(__file__).with_name("store_writer.py")


def at_once(*calls):
    """Start all calls together; return what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except DeclarationError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def whole(scene):
    """The ledger has no gap, its tree is that of its entries, and it replays to the tables there are."""
    with scene.store.reading() as session:
        entries, tree = queries.entries(session, scene.declaration), queries.tree(session, scene.declaration)
        assert len(entries) == tree.size
        assert tree.root() == root(leaf_hash(data) for data in entries)
    audit(scene.store, scene.declaration)
    return entries


def test_of_two_adoptions_one_is_adopted(scene):
    scene.ready()
    scene.table("a1", scene.insert("c10", after="c1"))
    new = [scene.next_version([scene.insert(name)]) for name in ("c8", "c9")]
    prepared = [
        scene.version_body(version, scene.carriage([scene.insert(name)]))
        for version, name in zip(new, ("c8", "c9"), strict=True)
    ]
    answers = at_once(*(lambda b=body, d=data: scene.act("version.adopted", b, blobs=d) for body, data in prepared))
    refused = [answer for answer in answers if isinstance(answer, StateConflict)]
    assert [error.code for error in refused] == ["version.number"]
    with scene.store.reading() as session:
        assert len(queries.versions(session, "d1")) == 2
        assert len(queries.open_amendments(session, "d1")) == 1
    whole(scene)


def test_thirty_five_sign_at_once_and_all_have_signed(scene):
    names = [f"city{number}" for number in range(35)]
    scene.ready(*names)
    scene.freeze()
    answers = at_once(*(lambda name=name: scene.sign(name) for name in names))
    assert sorted(answer.index for answer in answers) == list(range(scene_size(scene) - 35, scene_size(scene)))
    with scene.store.reading() as session:
        assert {item.signatory for item in queries.signatures(session, "d1")} == set(names)
    scene.seal(35, 0)
    whole(scene)


def scene_size(scene):
    with scene.store.reading() as session:
        return queries.declaration(session, scene.declaration).size


def test_last_signers_at_once_give_one_seal(scene):
    """Each of the two last signers seals when nobody is left: documenso#3187 sealed twice."""
    scene.ready("abidjan", "lagos", "porto")
    scene.freeze()
    scene.sign("abidjan")

    def sign_and_seal(name):
        scene.sign(name)
        with scene.store.reading() as session:
            count = len(queries.signatures(session, "d1"))
        return scene.seal(count, 0) if count == 3 else None

    answers = at_once(lambda: sign_and_seal("lagos"), lambda: sign_and_seal("porto"))
    assert all(answer is None or isinstance(answer, StateConflict) or answer.index for answer in answers)
    with scene.store.reading() as session:
        assert queries.declaration(session, "d1").phase is Phase.SEALED
        assert queries.seal(session, "d1").signatures == 3
    kinds = [data for data in whole(scene) if b'"instrument.sealed"' in data]
    assert len(kinds) == 1


def test_sealing_with_one_key_is_sealing_once(scene):
    scene.ready("abidjan")
    scene.freeze()
    scene.sign("abidjan")
    answers = at_once(*(lambda: scene.seal(1, 0, key="seal") for _ in range(8)))
    assert len({answer.index for answer in answers}) == 1
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * 7


def test_the_same_signature_in_twenty_threads_is_one_signature(scene):
    scene.ready("abidjan")
    scene.freeze()
    answers = at_once(*(lambda: scene.sign("abidjan", key="sign") for _ in range(20)))
    assert len({(answer.index, answer.leaf_hash) for answer in answers}) == 1
    assert sum(not answer.repeated for answer in answers) == 1
    whole(scene)


def test_the_same_signature_without_a_key_is_accepted_once(scene):
    scene.ready("abidjan")
    scene.freeze()
    answers = at_once(*(lambda: scene.sign("abidjan") for _ in range(20)))
    refused = [answer.code for answer in answers if isinstance(answer, DeclarationError)]
    assert refused == ["signature.given"] * 19
    whole(scene)


def test_signing_and_declining_at_once_is_one_answer(scene):
    names = [f"city{number}" for number in range(6)]
    scene.ready(*names)
    scene.freeze()
    calls = [call for name in names for call in (lambda n=name: scene.sign(n), lambda n=name: scene.decline(n))]
    answers = at_once(*calls)
    assert sum(isinstance(answer, StateConflict) for answer in answers) == 6
    with scene.store.reading() as session:
        signed = {item.signatory for item in queries.signatures(session, "d1")}
        declined = {item.signatory for item in queries.declines(session, "d1")}
    assert signed | declined == set(names)
    assert not signed & declined


def test_freezing_while_amendments_arrive_keeps_each_on_one_side(scene):
    scene.ready("abidjan")
    changes = [scene.amendment(f"a{n}", [scene.insert(f"x{n}")]) for n in range(8)]
    body, data = scene.frozen_body()
    answers = at_once(
        *(lambda a=a: scene.put("amendment.tabled", a) for a in changes),
        lambda: scene.act("instrument.frozen", body, blobs=data),
    )
    frozen = answers[-1].index
    for answer in answers[:-1]:
        assert answer.code == "declaration.frozen" if isinstance(answer, StateConflict) else answer.index < frozen
    whole(scene)


@pytest.mark.parametrize("same_key", [True, False])
def test_opening_at_once_opens_once(scene, same_key):
    answers = at_once(*(lambda: scene.open(key="opening" if same_key else None) for _ in range(10)))
    refused = [answer.code for answer in answers if isinstance(answer, DeclarationError)]
    assert refused == ([] if same_key else ["declaration.taken"] * 9)
    whole(scene)


def test_opening_ids_that_differ_in_capitals_at_once_opens_one(store):
    scenes = [Scene(store, name, origin=f"sign.example/{number}") for number, name in enumerate(("abc", "ABC", "Abc"))]
    answers = at_once(*(scene.open for scene in scenes))
    assert sorted(isinstance(answer, StateConflict) for answer in answers) == [False, True, True]
    with store.reading() as session:
        assert len(queries.declarations(session)) == 1


def test_two_processes_share_one_ledger(scene, store_url):
    names = [f"city{number}" for number in range(24)]
    scene.ready(*names)
    scene.freeze()
    writers = [
        subprocess.Popen([sys.executable, str(WRITER), store_url, str(first), "2"], stdout=subprocess.PIPE, text=True)
        for first in range(2)
    ]
    said = [line.split() for writer in writers for line in writer.communicate(timeout=60)[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0]
    signed = {name: int(index) for _, name, index in (line for line in said if line[0] == "signed")}
    assert set(signed) == set(names)
    assert len(set(signed.values())) == 24
    entries = whole(scene)
    assert all(f'"signatory":"{name}"'.encode() in entries[index] for name, index in signed.items())
