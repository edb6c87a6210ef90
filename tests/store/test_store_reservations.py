"""Reservations and objections: an objection never outlives the words it was given to, and nothing is lost on replay."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from store_scene import Scene
from test_store_races import at_once, whole

from declaration.canonical import digest, encode
from declaration.drafting.reservations import Step
from declaration.errors import NotFound, NotPermitted, StateConflict
from declaration.store import queries
from declaration.store.audit import RowDiffers, audit
from declaration.store.migrations.versions import reservations as migration

CITIES = ("abidjan", "lagos", "porto")
WORDS = ("Within our means.", "As far as we can.")


@pytest.fixture
def three(sqlite_scene):
    return sqlite_scene.ready(*CITIES)


def events(life):
    return [(event.step, event.by) for event in life.events()]


def test_a_whole_life(three):
    first = three.reserve("lagos")
    three.object("porto", "lagos", first)
    three.object("abidjan", "lagos", first)
    three.relent("abidjan", "lagos", first)
    second = three.reserve("lagos", words="As far as we can.")
    three.object("abidjan", "lagos", second, reason="Still.")
    three.freeze()
    three.relent("abidjan", "lagos", second)
    three.unreserve("lagos", second)
    three.unfreeze()
    three.freeze()
    life = three.lives()["lagos", "c1"]
    assert events(life) == [
        (Step.DECLARED, "lagos"),
        (Step.OBJECTED, "porto"),
        (Step.OBJECTED, "abidjan"),
        (Step.OBJECTION_WITHDRAWN, "abidjan"),
        (Step.MODIFIED, "lagos"),
        (Step.OBJECTION_LAPSED, "porto"),
        (Step.OBJECTED, "abidjan"),
        (Step.OBJECTION_WITHDRAWN, "abidjan"),
        (Step.WITHDRAWN, "lagos"),
    ]
    assert not life.is_standing
    assert json.loads(encode(three.declaration_json()))["reservations"] == []
    audit(three.store, "d1")


def test_the_same_words_on_a_new_clause_ask_again(three):
    content = three.reserve("lagos")
    three.object("porto", "lagos", content)
    three.adopt([three.replace("c1", "Nous ouvrons nos cités à tous.")])
    assert len(three.lives()["lagos", "c1"].standing()) == 1  # the version might still be undone
    three.reserve("lagos")
    life = three.lives()["lagos", "c1"]
    assert [step for step, _ in events(life)][-2:] == [Step.RENEWED, Step.OBJECTION_LAPSED]
    assert life.standing() == ()


def test_the_same_position_again_changes_nothing(three):
    content = three.reserve("lagos")
    three.object("porto", "lagos", content)
    assert three.reserve("lagos") == content
    assert [step for step, _ in events(three.lives()["lagos", "c1"])] == [Step.DECLARED, Step.OBJECTED]


def test_a_correction_that_asks_nobody_leaves_the_objection(three):
    content = three.reserve("lagos")
    three.object("porto", "lagos", content)
    three.correct("c1", "Wir öffnen alle unsere Städte für alle.")
    three.object("abidjan", "lagos", content)
    three.freeze()
    [line] = three.declaration_json()["reservations"]
    assert [objection["signatory"] for objection in line["objections"]] == ["abidjan", "porto"]


def test_what_was_said_again_after_a_withdrawal_is_not_objected_to(three):
    content = three.reserve("lagos")
    three.object("porto", "lagos", content)
    three.take("lagos", three.stance("c1", "abstain"))
    assert three.reserve("lagos") == content
    assert three.lives()["lagos", "c1"].standing() == ()
    three.object("porto", "lagos", content)


def test_after_the_seal_what_was_frozen_stays(three):
    content = three.reserve("lagos")
    three.object("porto", "lagos", content)
    three.freeze()
    frozen = three.document
    three.seal(0, 0)
    three.relent("porto", "lagos", content)
    three.unreserve("lagos", content)
    with three.store.reading() as session:
        assert queries.instrument(session, "d1").document == frozen
        kept = json.loads(queries.blob(session, "d1", frozen))
    assert kept["reservations"][0]["objections"] == [{"reason": "It empties the clause.", "signatory": "porto"}]
    audit(three.store, "d1")


def test_of_two_devices_one_objects(scene):
    scene.ready(*CITIES)
    content = scene.reserve("lagos")
    said = {"author": "lagos", "clause": "c1", "reservation": content, "reason": "No."}
    bodies = [scene.stated("object", "porto", **said) for _ in range(2)]
    answers = at_once(*(lambda body=body: scene.act("objection.raised", body, by="porto") for body in bodies))
    assert [answer.code for answer in answers if isinstance(answer, StateConflict)] == ["objection.given"]
    whole(scene)


def test_an_objection_and_new_words_at_once(scene):
    scene.ready(*CITIES)
    content = scene.reserve("lagos")
    said = {"author": "lagos", "clause": "c1", "reservation": content, "reason": "No."}
    body = scene.stated("object", "porto", **said)
    modified = scene.positions_body("lagos", scene.stance("c1", "accept-with-reservation", "Other words."))
    at_once(
        lambda: scene.act("objection.raised", body, by="porto"),
        lambda: scene.act("positions.taken", modified, by="lagos"),
    )
    assert scene.lives()["lagos", "c1"].standing() == ()
    whole(scene)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE objections SET reason = 'Fine.'",
        "UPDATE objections SET ended = NULL, ended_at = NULL",
        "DELETE FROM objections",
        "UPDATE reservations SET words = 'Nothing.'",
        "UPDATE reservations SET step = 'modified'",
        "DELETE FROM reservations",
    ],
)
def test_the_audit_finds_what_was_changed_by_hand(three, change):
    content = three.reserve("lagos")
    three.object("porto", "lagos", content)
    three.relent("porto", "lagos", content)
    with three.store.transaction() as session:
        session.execute(text(change))
    with pytest.raises(RowDiffers):
        audit(three.store, "d1")


ACTS = st.one_of(
    st.tuples(st.just("reserve"), st.sampled_from(CITIES), st.sampled_from(WORDS)),
    st.tuples(st.just("accept"), st.sampled_from(CITIES)),
    st.tuples(st.just("object"), st.sampled_from(CITIES), st.sampled_from(CITIES), st.sampled_from(WORDS)),
    st.tuples(st.just("relent"), st.sampled_from(CITIES), st.sampled_from(CITIES), st.sampled_from(WORDS)),
    st.tuples(st.just("unreserve"), st.sampled_from(CITIES), st.sampled_from(WORDS)),
    st.tuples(st.sampled_from(["freeze", "unfreeze", "reword"])),
)


def play(scene, act):
    """Do one act, or be refused."""
    kind, *given_ = act
    match kind:
        case "reserve":
            scene.reserve(given_[0], words=given_[1])
        case "accept":
            scene.take(given_[0], scene.stance("c1"))
        case "object":
            scene.object(given_[0], given_[1], scene.reserved(given_[1], "c1", given_[2]))
        case "relent":
            scene.relent(given_[0], given_[1], scene.reserved(given_[1], "c1", given_[2]))
        case "unreserve":
            scene.unreserve(given_[0], scene.reserved(given_[0], "c1", given_[1]))
        case "reword":
            scene.adopt([scene.replace("c1", f"Nous ouvrons nos {next(scene.count)} villes à tous.")])
        case _:
            getattr(scene, kind)()


@settings(max_examples=10, deadline=None)
@given(acts=st.lists(ACTS, max_size=12))
def test_an_objection_never_outlives_the_words_it_was_given_to(one_store, acts):
    with one_store.reading() as session:
        name = f"r{len(queries.declarations(session))}"
    scene = Scene(one_store, name).ready(*CITIES)
    scene.instrument = "0" * 64  # there is none yet
    for act in acts:
        try:
            play(scene, act)
        except (StateConflict, NotFound, NotPermitted):
            continue
        with one_store.reading() as session:
            held = {
                item.position.signatory: item.position
                for item in queries.positions(session, name)
                if item.position.reservation is not None
            }
        for (author, _), life in scene.lives().items():
            assert life.is_standing == (author in held)
            assert not life.standing() or life.is_standing
            if life.is_standing:
                assert life.last.reservation.words == held[author].reservation
            for line in life.standing():
                assert line.signatory != author
                assert line.content == digest(encode(life.last.reservation.document()))
            assert len({line.signatory for line in life.standing()}) == len(life.standing())
    audit(one_store, name)


def test_the_migration_finds_in_the_ledger_what_recording_would_have_kept(scene):
    scene.ready(*CITIES)
    scene.reserve("lagos")
    scene.reserve("lagos")
    scene.reserve("porto", "c2", "Nach Maßgabe der Mittel – „soweit möglich“.")
    scene.adopt([scene.replace("c1", "Nous ouvrons nos cités à tous.")])
    scene.reserve("lagos")
    scene.reserve("lagos", words="As far as we can.")
    scene.take("porto", scene.stance("c2", "object", "No."))
    with scene.store.reading() as session:
        kept = [dict(row) for row in session.execute(text("SELECT * FROM reservations ORDER BY entry")).mappings()]
        found = migration._from_the_ledger(session.connection())
    assert len(kept) == 4
    assert found == kept
