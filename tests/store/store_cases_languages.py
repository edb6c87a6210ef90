"""Refusals of confirmations and concordance corrections."""

from store_cases import attempt, case

from declaration.drafting.amendment import Insert
from declaration.drafting.text import Clause
from declaration.errors import InputRefused, NotPermitted, StateConflict


def confirming(scene, language="de", passages=None, version=None):
    return {"version": version or scene.version.digest, "language": language, "passages": passages}


@case(NotPermitted, "depositary.only")
def confirmed_by_a_drafter(scene):
    scene.ready()
    return attempt(scene, "translation.confirmed", confirming(scene), by="w1")


@case(StateConflict, "declaration.frozen")
def confirmed_when_frozen(scene):
    scene.ready("abidjan")
    scene.freeze()
    return attempt(scene, "translation.confirmed", confirming(scene))


@case(StateConflict, "concordance.version")
def confirmed_on_an_earlier_version(scene):
    scene.ready()
    earlier = scene.version.digest
    scene.adopt([scene.replace("c1", "Nous ouvrons nos villes.")])
    return attempt(scene, "translation.confirmed", confirming(scene, version=earlier))


@case(StateConflict, "concordance.confirmed")
def confirmed_twice(scene):
    scene.ready().confirm()
    return attempt(scene, "translation.confirmed", confirming(scene))


@case(StateConflict, "concordance.confirmed")
def one_passage_confirmed_twice(scene):
    scene.ready()
    scene.act("translation.confirmed", confirming(scene, passages=["clause:c1"]))
    return attempt(scene, "translation.confirmed", confirming(scene, passages=["clause:c1"]))


@case(InputRefused, "concordance.language")
def the_drafting_language_confirmed(scene):
    scene.ready()
    return attempt(scene, "translation.confirmed", confirming(scene, "fr"))


@case(InputRefused, "concordance.language")
def a_strange_language_confirmed(scene):
    scene.ready()
    return attempt(scene, "translation.confirmed", confirming(scene, "en"))


@case(InputRefused, "concordance.passage")
def an_unknown_passage_confirmed(scene):
    scene.ready()
    return attempt(scene, "translation.confirmed", confirming(scene, passages=["clause:c1", "clause:c99"]))


@case(InputRefused, "concordance.passage")
def a_passage_without_a_translation_confirmed(scene):
    scene.ready()
    scene.adopt([Insert("s1", "c3", Clause("c9", {"fr": "Encore."}))])
    return attempt(scene, "translation.confirmed", confirming(scene, passages=["clause:c9"]))


@case(StateConflict, "instrument.unconfirmed")
def frozen_before_the_languages_were_compared(scene):
    scene.ready("abidjan")
    body, blobs = scene.frozen_body(in_step=False)
    return attempt(scene, "instrument.frozen", body, blobs=blobs)


@case(StateConflict, "instrument.unconfirmed")
def frozen_after_the_drafting_language_changed(scene):
    scene.ready("abidjan").confirm()
    scene.adopt([scene.replace("c1", "Nous ouvrons nos villes.")])
    body, blobs = scene.frozen_body(in_step=False)
    return attempt(scene, "instrument.frozen", body, blobs=blobs)


@case(StateConflict, "instrument.unconfirmed")
def frozen_after_a_translation_changed(scene):
    scene.ready("abidjan").confirm()
    scene.adopt([scene.replace("c1", "Wir öffnen die Städte.", "de")])
    body, blobs = scene.frozen_body(in_step=False)
    return attempt(scene, "instrument.frozen", body, blobs=blobs)


def correcting(scene, changes, outcomes=(), language="de"):
    body, blobs = scene.version_body(scene.next_version(changes), scene.carriage(changes, outcomes))
    body |= {"correction": {"language": language, "reason": "A typing error.", "ask": False}}
    return attempt(scene, "version.adopted", body, blobs=blobs)


@case(InputRefused, "concordance.language")
def the_drafting_language_corrected(scene):
    scene.ready()
    return correcting(scene, [scene.replace("c1", "Nous ouvrons nos villes.")], language="fr")


@case(InputRefused, "concordance.more")
def a_correction_of_two_languages(scene):
    scene.ready()
    changes = [scene.replace("c1", "Nous ouvrons nos villes."), scene.replace("c1", "Wir öffnen.", "de")]
    return correcting(scene, changes)


@case(InputRefused, "concordance.more")
def a_correction_that_inserts_a_clause(scene):
    scene.ready()
    return correcting(scene, [scene.insert("c9"), scene.replace("c1", "Wir öffnen.", "de")])


@case(InputRefused, "concordance.more")
def a_correction_that_decides_an_amendment(scene):
    scene.ready()
    change = scene.replace("c1", "Wir öffnen.", "de")
    scene.table("a1", change)
    return correcting(scene, [change], {"a1": "adopted"})


@case(InputRefused, "concordance.nothing")
def a_correction_of_nothing(scene):
    scene.ready()
    return correcting(scene, [])


@case(NotPermitted, "depositary.only")
def a_correction_by_a_drafter(scene):
    scene.ready()
    changes = [scene.replace("c1", "Wir öffnen.", "de")]
    body, blobs = scene.version_body(scene.next_version(changes), scene.carriage(changes))
    body |= {"correction": {"language": "de", "reason": "A typing error.", "ask": False}}
    return attempt(scene, "version.adopted", body, by="w1", blobs=blobs)


@case(InputRefused, "positions.language")
def positions_on_words_in_a_strange_language(scene):
    scene.ready("abidjan")
    body = scene.positions_body("abidjan", scene.stance("c1"), language="en")
    return attempt(scene, "positions.taken", body, by="abidjan")
