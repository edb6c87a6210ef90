"""Refusals of amendments that amend others, or are alternatives to others, and of carriages that tear them apart."""

import json
from dataclasses import replace

from store_cases import attempt, case

from declaration.canonical import encode
from declaration.drafting.amendment import changes_to_json
from declaration.drafting.apply import apply
from declaration.drafting.derive import derive_replace
from declaration.drafting.sequence import compose
from declaration.errors import InputRefused, StateConflict

GRAND = "Nous ouvrons grand nos villes à tous."
VERY = "Nous ouvrons très grand nos villes à tous."


def family(scene):
    """One amendment, and one that amends it."""
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    over = apply(scene.version.text, (scene.replace("c1", GRAND),))
    child = replace(scene.amendment("k1", [derive_replace(over, "c1", "fr", VERY)]), amends="a1")
    scene.put("amendment.tabled", child)
    return child


def put(scene, kind="amendment.tabled", changes=None, name="z9", **named):
    amendment = replace(scene.amendment(name, changes or [scene.insert("c9")]), **named)
    return lambda: scene.put(kind, amendment)


@case(StateConflict, "amendment.parent")
def amends_what_is_not_there(scene):
    scene.ready()
    return put(scene, amends="a1")


@case(StateConflict, "amendment.parent")
def amends_what_is_withdrawn(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    scene.act("amendment.withdrawn", {"amendment": "a1"}, by="w1")
    return put(scene, amends="a1")


@case(StateConflict, "amendment.parent")
def amends_what_stands_in_conflict(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", "Nous ouvrons nos métropoles à tous."))
    scene.adopt([scene.replace("c1", "Nous ouvrons nos cités à tous.")])
    return put(scene, amends="a1")


@case(StateConflict, "amendment.depth")
def amends_an_amendment_of_an_amendment(scene):
    family(scene)
    return put(scene, amends="k1")


@case(StateConflict, "change.base")
def amends_words_that_the_amended_one_has_replaced(scene):
    family(scene)
    return put(scene, changes=[scene.replace("c1", VERY)], amends="a1")


@case(InputRefused, "amendment.document")
def revised_to_amend_another(scene):
    family(scene)
    scene.table("a2", scene.replace("c2", "Nous protégeons l'eau et l'or."))
    return put(scene, "amendment.revised", name="k1", amends="a2")


@case(InputRefused, "amendment.document")
def revised_to_be_no_alternative(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    put(scene, name="a2", alternative="a1")()
    return put(scene, "amendment.revised", name="a2")


@case(StateConflict, "amendment.alternative")
def an_alternative_to_what_is_not_there(scene):
    scene.ready()
    return put(scene, alternative="a1")


@case(StateConflict, "amendment.alternative")
def an_alternative_to_an_alternative(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    put(scene, name="a2", alternative="a1")()
    return put(scene, changes=[scene.insert("c8")], alternative="a2")


@case(StateConflict, "amendment.alternative")
def an_alternative_to_what_is_decided(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    scene.act("amendment.withdrawn", {"amendment": "a1"}, by="w1")
    return put(scene, alternative="a1")


@case(StateConflict, "amendment.alternative")
def an_alternative_to_what_amends_something_else(scene):
    family(scene)
    return put(scene, alternative="k1")


# Carriages


def adopting(scene, changes, outcomes, carried=(), **members):
    """An adoption whose outcomes are given whole."""
    carriage = json.loads(scene.carriage(changes, {}, (), list(carried))) | {"outcomes": outcomes} | members
    body, blobs = scene.version_body(scene.next_version(changes), encode(carriage))
    return attempt(scene, "version.adopted", body, blobs=blobs)


def line(name, state="adopted", **more):
    return {"amendment": name, "state": state} | more


def both(scene, child):
    parent = (scene.replace("c1", GRAND),)
    steps = [changes_to_json(parent), changes_to_json(child.changes)]
    return compose(scene.version.text, parent, child.changes), steps


@case(StateConflict, "carriage.parent")
def adopted_without_what_it_amends(scene):
    child = family(scene)
    changes, steps = both(scene, child)
    carried = [{"amendment": "a1", "result": "conflict", "reasons": ["x"]}]
    return adopting(scene, changes, [line("k1")], carried, steps=steps)


@case(StateConflict, "carriage.parent")
def adopted_with_what_it_amends_as_if_that_were_whole(scene):
    child = family(scene)
    changes, steps = both(scene, child)
    return adopting(scene, changes, [line("a1"), line("k1")], steps=steps)


@case(StateConflict, "carriage.parent")
def carried_while_what_it_amends_stands_in_conflict(scene):
    child = family(scene)
    carried = [
        {"amendment": "a1", "result": "conflict", "reasons": ["x"]},
        {"amendment": "k1", "result": "clean", "changes": changes_to_json(child.changes)},
    ]
    return adopting(scene, [scene.insert("c9")], [], carried)


@case(InputRefused, "carriage.form")
def modified_by_others_than_those_that_amend_it(scene):
    child = family(scene)
    changes, steps = both(scene, child)
    return adopting(scene, changes, [line("a1", "adopted-as-modified"), line("k1")], steps=steps)


@case(InputRefused, "carriage.changes")
def steps_that_lead_elsewhere(scene):
    child = family(scene)
    changes, steps = both(scene, child)
    outcomes = [line("a1", "adopted-as-modified", by=["k1"]), line("k1")]
    return adopting(scene, changes, outcomes, steps=[steps[0], []])


@case(InputRefused, "carriage.words")
def modified_by_words_that_are_not_there(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    words = changes_to_json([scene.replace("c1", VERY)])
    return adopting(scene, [scene.insert("c9")], [line("a1", "adopted-as-modified", words=words)])


@case(StateConflict, "carriage.alternatives")
def two_alternatives_are_adopted(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", GRAND))
    put(scene, name="a2", alternative="a1")()
    changes = [scene.replace("c1", GRAND), scene.insert("c9")]
    return adopting(scene, changes, [line("a1"), line("a2")])
