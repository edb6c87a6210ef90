"""Refusals of amendments, versions and carriages."""

from store_cases import attempt, case
from store_scene import HOST, LANGUAGES, first_text

from declaration.canonical import digest, encode
from declaration.drafting.amendment import Delete, changes_to_json
from declaration.drafting.text import Version
from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict

# Amendments


@case(StateConflict, "version.none")
def tabled_before_the_first_version(scene):
    scene.open()
    scene.admit()
    scene.version = Version(1, None, first_text())
    return lambda: scene.table("a1", scene.insert("c9"))


@case(StateConflict, "amendment.known")
def tabled_twice(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    return lambda: scene.table("A1", scene.insert("c10"))


@case(StateConflict, "amendment.base")
def tabled_on_the_version_before(scene):
    scene.ready()
    late = scene.amendment("a1", [scene.insert("c9")])
    scene.adopt([scene.insert("c10")])
    return lambda: scene.put("amendment.tabled", late)


@case(NotPermitted, "amendment.author")
def tabled_by_a_stranger(scene):
    scene.ready("abidjan")
    return lambda: scene.table("a1", scene.insert("c9"), by="abidjan")


@case(NotPermitted, "amendment.author")
def tabled_in_the_name_of_another(scene):
    scene.ready()
    scene.admit("w2")
    return lambda: scene.put("amendment.tabled", scene.amendment("a1", [scene.insert("c9")], by="w1"), by="w2")


@case(InputRefused, "amendment.document")
def tabled_with_the_document_of_another_amendment(scene):
    scene.ready()
    document = encode(scene.amendment("a2", [scene.insert("c9")]).document())
    body = {"amendment": "a1", "base": scene.version.digest, "document": digest(document)}
    return attempt(scene, "amendment.tabled", body, by="w1", blobs=[document])


@case(InputRefused, "amendment.form")
def tabled_with_a_document_that_is_none(scene):
    scene.ready()
    body = {"amendment": "a1", "base": scene.version.digest, "document": digest(b"{}")}
    return attempt(scene, "amendment.tabled", body, by="w1", blobs=[b"{}"])


@case(InputRefused, "json.type")
def tabled_with_a_document_that_is_no_object(scene):
    scene.ready()
    body = {"amendment": "a1", "base": scene.version.digest, "document": digest(b"[]")}
    return attempt(scene, "amendment.tabled", body, by="w1", blobs=[b"[]"])


@case(InputRefused, "json.not-canonical")
def tabled_with_a_document_that_is_not_canonical(scene):
    scene.ready()
    data = b" " + encode(scene.amendment("a1", [scene.insert("c9")]).document())
    body = {"amendment": "a1", "base": scene.version.digest, "document": digest(data)}
    return attempt(scene, "amendment.tabled", body, by="w1", blobs=[data])


@case(StateConflict, "change.base")
def tabled_against_words_that_are_not_there(scene):
    scene.ready()
    return lambda: scene.table("a1", Delete("c1", "0" * 64))


@case(NotFound, "clause.unknown")
def tabled_against_a_clause_that_is_not_there(scene):
    scene.ready()
    return lambda: scene.table("a1", Delete("c77", "0" * 64))


@case(StateConflict, "declaration.frozen")
def tabled_when_frozen(scene):
    scene.ready("abidjan")
    scene.freeze()
    return lambda: scene.table("late", scene.insert("c9"))


@case(NotFound, "amendment.unknown")
def revised_what_is_not_there(scene):
    scene.ready()
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c9")]))


@case(StateConflict, "amendment.state")
def revised_what_is_withdrawn(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    scene.act("amendment.withdrawn", {"amendment": "a1"}, by="w1")
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c9")]))


@case(NotPermitted, "amendment.author")
def revised_by_another_drafter(scene):
    scene.ready()
    scene.admit("w2")
    scene.table("a1", scene.insert("c9"))
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c10")]), by="w2")


@case(NotPermitted, "amendment.author")
def revised_by_the_depositary_without_a_conflict(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c10")]), by=HOST)


@case(InputRefused, "amendment.document")
def revised_with_another_author(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    return lambda: scene.put("amendment.revised", scene.amendment("a1", [scene.insert("c9")], by="w2"), by="w1")


@case(NotPermitted, "amendment.author")
def withdrawn_by_the_depositary(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    return attempt(scene, "amendment.withdrawn", {"amendment": "a1"})


@case(StateConflict, "amendment.state")
def withdrawn_twice(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    scene.act("amendment.withdrawn", {"amendment": "a1"}, by="w1")
    return attempt(scene, "amendment.withdrawn", {"amendment": "a1"}, by="w1")


@case(StateConflict, "amendment.state")
def rejected_what_is_adopted(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    scene.adopt([scene.insert("c9")], {"a1": "adopted"})
    return attempt(scene, "amendment.rejected", {"amendment": "a1", "reason": "Late."})


@case(NotPermitted, "depositary.only")
def rejected_by_its_author(scene):
    scene.ready()
    scene.table("a1", scene.insert("c9"))
    return attempt(scene, "amendment.rejected", {"amendment": "a1", "reason": "Why not."}, by="w1")


# Versions


@case(StateConflict, "version.number")
def adopted_a_number_too_far(scene):
    scene.ready()
    new = Version(3, scene.version.digest, scene.version.text)
    body, data = scene.version_body(new, scene.carriage())
    return attempt(scene, "version.adopted", body, blobs=data)


@case(StateConflict, "version.number")
def adopted_the_first_version_twice(scene):
    scene.ready()
    return scene.adopt_first


@case(StateConflict, "version.parent")
def adopted_on_another_parent(scene):
    scene.ready()
    new = Version(2, "0" * 64, scene.version.text)
    body, data = scene.version_body(new, scene.carriage())
    return attempt(scene, "version.adopted", body, blobs=data)


@case(InputRefused, "version.document")
def adopted_the_document_of_another_declaration(scene):
    scene.open()
    return lambda: scene.adopt_first(first_text("d2"))


@case(InputRefused, "version.document")
def adopted_a_text_in_other_languages(scene):
    scene.open()
    return lambda: scene.adopt_first(first_text(languages=tuple(reversed(LANGUAGES))))


@case(InputRefused, "version.document")
def adopted_with_another_digest(scene):
    scene.open()
    body, data = scene.version_body(Version(1, None, first_text()))
    return attempt(scene, "version.adopted", body | {"digest": "0" * 64}, blobs=data)


@case(StateConflict, "declaration.frozen")
def adopted_when_frozen(scene):
    scene.ready("abidjan")
    scene.freeze()
    return lambda: scene.adopt([scene.insert("c9")])


# The carriage


def changed_carriage(code, error, why, make):
    def prepare(scene):
        scene.ready()
        scene.table("a1", scene.replace("c1", "Nous ouvrons grand nos villes à tous."))
        scene.table("a2", scene.replace("c2", "Nous protégeons l'eau et l'or."))
        arguments = make(scene)
        return lambda: scene.adopt(**arguments)

    prepare.__name__ = why
    return case(error, code)(prepare)


def one(scene):
    return [scene.replace("c1", "Nous ouvrons grand nos villes à tous.")]


def item(scene, name, text="Nous protégeons l'eau et l'or.", **changed):
    changes = changes_to_json([scene.replace("c2", text)])
    return {"amendment": name, "result": "clean", "changes": changes} | changed


changed_carriage(
    "carriage.lost",
    StateConflict,
    "an_open_amendment_is_left_out",
    lambda s: {"changes": one(s), "outcomes": {"a1": "adopted"}, "carried": []},
)
changed_carriage(
    "carriage.unknown",
    StateConflict,
    "decides_what_is_not_open",
    lambda s: {"changes": one(s), "outcomes": {"a1": "adopted", "a7": "adopted"}},
)
changed_carriage(
    "carriage.modified",
    StateConflict,
    "adopts_an_amendment_without_its_words",
    lambda s: {"changes": one(s), "outcomes": {"a1": "adopted", "a2": "adopted"}},
)
changed_carriage(
    "carriage.words",
    InputRefused,
    "carries_other_words",
    lambda s: {
        "changes": one(s),
        "outcomes": {"a1": "adopted"},
        "carried": [item(s, "a2", "Nous protégeons l'eau et l'argent.")],
    },
)
changed_carriage(
    "carriage.words",
    InputRefused,
    "carries_no_words",
    lambda s: {"changes": one(s), "outcomes": {"a1": "adopted"}, "carried": [item(s, "a2", changes=[])]},
)
for why, carried in {
    "names_one_twice": lambda s: [item(s, "a2"), item(s, "a2")],
    "is_no_list": lambda _: {"a2": "clean"},
    "holds_no_objects": lambda _: ["a2"],
    "names_a_number": lambda s: [item(s, 2)],
    "has_an_unknown_result": lambda s: [item(s, "a2", result="perhaps")],
    "has_no_reasons": lambda _: [{"amendment": "a2", "result": "conflict", "reasons": []}],
    "has_reasons_that_are_no_texts": lambda _: [{"amendment": "a2", "result": "conflict", "reasons": [1]}],
    "has_a_reason_with_a_nul": lambda _: [{"amendment": "a2", "result": "conflict", "reasons": ["a\0b"]}],
}.items():
    changed_carriage(
        "carriage.form",
        InputRefused,
        f"carried_{why}",
        lambda s, carried=carried: {"changes": one(s), "outcomes": {"a1": "adopted"}, "carried": carried(s)},
    )
changed_carriage(
    "carriage.form",
    InputRefused,
    "an_outcome_is_no_decision",
    lambda s: {"changes": one(s), "outcomes": {"a1": "rejected"}},
)
changed_carriage(
    "carriage.form",
    InputRefused,
    "confirms_a_clause_that_is_not_there",
    lambda s: {"changes": one(s), "outcomes": {"a1": "adopted"}, "confirmed": ["c77"]},
)
changed_carriage(
    "carriage.form",
    InputRefused,
    "confirms_twice",
    lambda s: {"changes": one(s), "outcomes": {"a1": "adopted"}, "confirmed": ["c1", "c1"]},
)


@case(InputRefused, "carriage.form")
def the_carriage_is_of_another_format(scene):
    scene.ready()
    body, data = scene.version_body(scene.next_version(), b"{}")
    return attempt(scene, "version.adopted", body, blobs=data)


@case(InputRefused, "carriage.changes")
def the_changes_lead_to_another_text(scene):
    scene.ready()
    body, data = scene.version_body(scene.next_version([scene.insert("c9")]), scene.carriage([scene.insert("c8")]))
    return attempt(scene, "version.adopted", body, blobs=data)


@case(StateConflict, "carriage.unconfirmed")
def a_merged_clause_is_not_confirmed(scene):
    scene.ready()
    left = scene.replace("c1", "Nous ouvrons grand nos villes à tous.")
    right = scene.replace("c1", "Nous ouvrons nos villes à tous et partout.")
    scene.table("a1", left)
    scene.table("a2", right)
    both = scene.replace("c1", "Nous ouvrons grand nos villes à tous et partout.")
    return lambda: scene.adopt([both], {"a1": "adopted", "a2": "adopted"})


def in_conflict(scene):
    scene.ready()
    scene.table("a1", scene.replace("c1", "Nous ouvrons nos métropoles à tous."))
    scene.adopt([scene.replace("c1", "Nous ouvrons nos cités à tous.")])


@case(StateConflict, "carriage.conflict")
def one_in_conflict_is_adopted_as_it_is(scene):
    in_conflict(scene)
    return lambda: scene.adopt([scene.insert("c9")], {"a1": "adopted"})


@case(StateConflict, "carriage.conflict")
def one_in_conflict_is_carried_as_if_it_fitted(scene):
    in_conflict(scene)
    carried = [{"amendment": "a1", "result": "clean", "changes": changes_to_json([scene.insert("c9")])}]
    return lambda: scene.adopt([scene.insert("c8")], carried=carried)
