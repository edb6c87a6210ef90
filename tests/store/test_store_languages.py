"""Languages in step: what is confirmed stays confirmed, and a correction asks exactly those whom it has to ask."""

import pytest

from declaration.drafting.concordance import Want, tasks
from declaration.errors import StateConflict
from declaration.store import queries
from declaration.store.audit import audit


def wanted(scene):
    with scene.store.reading() as session:
        found = tasks(scene.version.text, queries.confirmed(session, "d1"))
    return {(task.passage.name, task.language): task.want for task in found}


def standing(scene, signatory, name="c1"):
    with scene.store.reading() as session:
        found = [item.position for item in queries.positions(session, "d1")]
    (position,) = [item for item in found if (item.signatory, item.clause) == (signatory, name)]
    return position.is_on(scene.version.text.clause(name).digest)


def test_a_change_of_either_language_opens_a_task_and_the_former_words_close_it(sqlite_scene):
    scene = sqlite_scene.ready()
    assert set(wanted(scene).values()) == {Want.UNCONFIRMED}
    assert len(wanted(scene)) == 9  # a declaration's title, three sections' and five clauses
    scene.confirm()
    assert wanted(scene) == {}
    former = scene.version.text.clause("c1").texts["fr"]
    scene.adopt([scene.replace("c1", "Nous ouvrons nos villes.")])
    assert wanted(scene) == {("clause:c1", "de"): Want.UNCONFIRMED}
    scene.adopt([scene.replace("c1", former)])
    assert wanted(scene) == {}
    scene.adopt([scene.replace("c3", "Wir lernen.", "de")])
    assert wanted(scene) == {("clause:c3", "de"): Want.UNCONFIRMED}


def test_some_passages_are_confirmed_and_the_others_wait(sqlite_scene):
    scene = sqlite_scene.ready()
    names = ["title", "section:s1", "clause:c2"]
    body = {"version": scene.version.digest, "language": "de", "passages": names}
    scene.act("translation.confirmed", body)
    assert len(wanted(scene)) == 6
    assert not {(name, "de") for name in names} & wanted(scene).keys()


def test_a_correction_keeps_every_position_and_confirms_its_words(sqlite_scene):
    scene = sqlite_scene.ready("abidjan", "lagos")
    scene.confirm()
    scene.take("abidjan", scene.stance("c1"), language="fr")
    scene.take("lagos", scene.stance("c1", "accept-with-reservation", "Peu à peu."), language="de")
    scene.correct("c1", "Wir öffnen unsere Städte allen.")
    assert wanted(scene) == {}
    assert standing(scene, "abidjan")
    assert standing(scene, "lagos")
    scene.correct("c1", "Wir öffnen unsere Städte für alle Menschen.")
    assert standing(scene, "lagos")
    assert [item["signatory"] for item in scene.declaration_json()["reservations"]] == ["lagos"]
    scene.freeze()


def test_a_correction_may_ask_those_who_read_that_language(sqlite_scene):
    scene = sqlite_scene.ready("abidjan", "lagos")
    scene.take("abidjan", scene.stance("c1"), scene.stance("c2"), language="fr")
    scene.take("lagos", scene.stance("c1"), scene.stance("c2"), language="de")
    scene.correct("c1", "Wir öffnen unsere Städte allen.", ask=True)
    assert standing(scene, "abidjan")
    assert not standing(scene, "lagos")
    assert standing(scene, "lagos", "c2")
    scene.correct("c1", "Wir öffnen unsere Städte jedem.")
    assert standing(scene, "abidjan")
    assert not standing(scene, "lagos")  # a second correction does not bring back who was asked by the first


def test_a_change_of_the_text_still_asks_everybody(sqlite_scene):
    scene = sqlite_scene.ready("abidjan")
    scene.take("abidjan", scene.stance("c1"), language="de")
    scene.correct("c1", "Wir öffnen unsere Städte allen.")
    scene.adopt([scene.replace("c1", "Nous ouvrons nos villes.")])
    assert not standing(scene, "abidjan")


def test_who_was_corrected_and_takes_a_new_position_stands_on_that_one(sqlite_scene):
    scene = sqlite_scene.ready("abidjan")
    scene.take("abidjan", scene.stance("c1"), language="de")
    before = scene.version.text.clause("c1").texts["de"]
    scene.correct("c1", "Wir öffnen unsere Städte allen.")
    scene.take("abidjan", scene.stance("c1", "object", "Non."), language="fr")
    scene.adopt([scene.replace("c1", before, "de")])  # by amendment: the words return, the objection was to others
    assert not standing(scene, "abidjan")


def test_an_audit_replays_confirmations_and_corrections(sqlite_scene):
    scene = sqlite_scene.ready("abidjan")
    scene.take("abidjan", scene.stance("c1"), language="de")
    scene.confirm()
    scene.correct("c1", "Wir öffnen unsere Städte allen.", ask=True)
    report = audit(scene.store, "d1")
    assert report.rows["concordances"] == 10
    with pytest.raises(StateConflict, match="confirmed already"):
        scene.act("translation.confirmed", {"version": scene.version.digest, "language": "de", "passages": None})
