import pytest
from store_scene import START

from declaration.errors import InputRefused, NotFound, StateConflict
from declaration.store import checkpoints


def keep(scene, note):
    with scene.store.transaction() as session:
        return checkpoints.keep(session, "d1", note, at=START)


def test_checkpoints_are_kept_by_size(scene, note_of):
    scene.open()
    with scene.store.reading() as session:
        assert checkpoints.latest(session, "d1") is None
    first = note_of(scene)
    assert keep(scene, first).size == 1
    scene.adopt_first()
    scene.admit()
    second = note_of(scene)
    assert keep(scene, second).size == 3
    keep(scene, note_of(scene, size=2))
    with scene.store.reading() as session:
        assert checkpoints.latest(session, "d1") == second
        assert checkpoints.notes(session, "d1") == (first, note_of(scene, size=2), second)


def test_more_signatures_replace_the_note_of_the_same_size(scene, note_of):
    scene.open()
    note = note_of(scene)
    keep(scene, note)
    cosigned = note + note.splitlines(keepends=True)[-1]
    keep(scene, cosigned)
    with scene.store.reading() as session:
        assert checkpoints.notes(session, "d1") == (cosigned,)


def test_only_heads_of_this_ledger_are_kept(scene, note_of):
    scene.open()
    for changed in ({"root": bytes(32)}, {"origin": "sign.example/d2"}):
        with pytest.raises(StateConflict) as refused:
            keep(scene, note_of(scene, **changed))
        assert refused.value.code == "checkpoint.other"
    with pytest.raises(InputRefused):
        keep(scene, note_of(scene, size=9, root=bytes(32)))
    with pytest.raises(InputRefused):
        keep(scene, b"no note")
    with scene.store.reading() as session:
        assert checkpoints.notes(session, "d1") == ()


def test_there_is_no_checkpoint_of_an_unknown_ledger(scene, note_of):
    scene.open()
    with scene.store.transaction() as session, pytest.raises(NotFound):
        checkpoints.keep(session, "d2", note_of(scene), at=START)
