"""Support is given to exact words and never outlives them; the rules say how many and until when."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_scene import HOST, Scene

from declaration.drafting.amendment import Replace
from declaration.drafting.consolidate import consolidate
from declaration.drafting.derive import derive_replace
from declaration.drafting.edits import Edit
from declaration.errors import DeclarationError, StateConflict
from declaration.store import queries, supporting
from declaration.store.audit import audit

DRAFTERS = ("w2", "w3")


@pytest.fixture
def three(sqlite_scene):
    scene = sqlite_scene.ready()
    for drafter in DRAFTERS:
        scene.admit(drafter)
    return scene


def support_of(scene, amendment, drafter="w2"):
    with scene.store.reading() as session:
        found = supporting.supports(session, "d1", amendment)
    return next(item for item in found if item.drafter == drafter)


def test_rules_hold_until_others_are_set(three):
    with three.store.reading() as session:
        assert supporting.rules(session, "d1") == supporting.Rules()
    three.rules(2)
    with pytest.raises(StateConflict, match="needs 2 sponsors, its author among them; these words have 1"):
        three.table("a1", three.insert("c9"))
    three.table("a1", three.insert("c9"), sponsors=["w2"])
    assert three.supporters("a1") == ["w2"]
    done = three.rules(1, 3_600, zone="Africa/Abidjan")
    with three.store.reading() as session:
        now = supporting.rules(session, "d1")
    assert (now.sponsors, now.zone, now.entry) == (1, "Africa/Abidjan", done.index)
    assert now.deadline.isoformat() == "2019-08-30T10:00:00+00:00"
    assert not now.is_over(now.deadline)
    three.table("a2", three.insert("c10"))
    audit(three.store, "d1")


def test_the_deadline_binds_new_words_and_nothing_else(three):
    three.table("a1", three.replace("c1", "Nous ouvrons nos métropoles à tous."))
    three.table("a2", three.insert("c9"))
    three.table("a3", three.insert("c8", after="c1"))
    three.table("a4", three.replace("c2", "Nous protégeons l'eau."), by="w2")
    three.rules(3, 0)
    with pytest.raises(
        StateConflict, match=r"until 2019-08-30 11:00 \(Europe/Berlin\), which was 2019-08-30 09:00:00 UTC"
    ):
        three.table("a5", three.insert("c7"))
    three.support("a2", by="w3")
    three.act("amendment.withdrawn", {"amendment": "a3"}, by="w1")
    three.adopt([three.replace("c1", "Nous ouvrons nos cités à tous.")])
    # what an adoption brought into conflict is mended by its author, late and alone; and put forward again unchanged
    three.put("amendment.revised", three.amendment("a1", [three.replace("c1", "Nous ouvrons nos cités, à tous.")]))
    three.put("amendment.revised", three.amendment("a1", [three.replace("c1", "Nous ouvrons nos cités, à tous.")]))
    three.act("amendment.rejected", {"amendment": "a4", "reason": "Said elsewhere."})
    assert three.supporters("a2") == ["w3"]
    audit(three.store, "d1")


def test_support_is_taken_back_and_given_again(three):
    three.table("a1", three.insert("c9"))
    three.support("a1")
    three.support("a1", by="w3")
    taken = three.unsupport("a1")
    assert three.supporters("a1") == ["w3"]
    assert support_of(three, "a1").withdrawn == taken.index
    again = three.support("a1")
    assert three.supporters("a1") == ["w3", "w2"]
    assert support_of(three, "a1").entry == again.index


def test_the_same_passage_elsewhere_is_another_content(three):
    """Nobody who supports one of two equal words supports the other: positions are part of what is supported."""
    text = three.version.text.clause("c3").texts["fr"]  # Nous apprenons les uns des autres.
    change = three.replace("c3", text.replace("les uns", "LES uns"))
    assert isinstance(change, Replace)
    (edit,) = change.edits
    three.adopt([three.replace("c3", "Nous apprenons les uns les autres.")])
    where = derive_replace(three.version.text, "c3", "fr", "Nous apprenons LES uns les autres.").edits[0].start
    other = derive_replace(three.version.text, "c3", "fr", "Nous apprenons les uns LES autres.").edits[0].start
    base = derive_replace(three.version.text, "c3", "fr", "Nous.").base

    def at(start):
        return three.amendment("a1", [Replace("c3", "fr", base, (Edit(start, start + 1, edit.old, edit.new),))])

    three.put("amendment.tabled", at(where), sponsors=["w2"])
    done = three.put("amendment.revised", at(other))
    assert support_of(three, "a1").stale == done.index


def test_an_adoption_that_makes_a_part_of_it_leaves_other_words(three):
    both = [three.insert("c9"), three.replace("c2", "Nous protégeons l'eau, l'air et le sol.")]
    three.table("a1", *both, sponsors=["w2"])
    three.table("a2", three.replace("c1", "Nous ouvrons nos villes à toutes et à tous."), sponsors=["w2"])
    content = three.content("a2")
    done = three.adopt([three.insert("c9")])
    assert support_of(three, "a1").stale == done.index
    # what is about another clause says what it said, to the digest
    assert three.supporters("a2") == ["w2"]
    assert three.content("a2") == content
    three.support("a1")
    assert three.supporters("a1") == ["w2"]


def test_the_depositary_mends_and_asks_again(three):
    three.table("a1", three.replace("c1", "Nous ouvrons nos métropoles à tous."), sponsors=["w2"])
    three.adopt([three.replace("c1", "Nous ouvrons nos cités à tous.")])
    assert three.supporters("a1") == ["w2"]
    done = three.put(
        "amendment.revised", three.amendment("a1", [three.replace("c1", "Nous ouvrons nos cités, à tous.")]), by=HOST
    )
    assert support_of(three, "a1").stale == done.index


# The law

WORDS = ["ouvrons", "villes", "et", "toujours", "l'eau", "東京"]


def said(line):
    """What an amendment says, without where it says it: worked out here, not by the code under test."""
    found = Counter()
    for change in line.amendment.changes:
        assert isinstance(change, Replace)
        found.update((change.clause, change.language, edit.old, edit.new) for edit in change.edits)
    return line.amendment.rationale, found


@st.composite
def acts(draw):
    kind = draw(st.sampled_from(["table", "table", "support", "support", "unsupport", "revise", "adopt", "adopt"]))
    clause = draw(st.sampled_from(["c1", "c2", "c3"]))
    place, word = draw(st.integers(0, 5)), draw(st.sampled_from(WORDS))
    return kind, draw(st.integers(0, 3)), draw(st.sampled_from(DRAFTERS)), clause, place, word


def reworded(text, clause, place, word):
    words = text.clause(clause).texts["fr"].split(" ")
    at = min(place, len(words))
    return derive_replace(text, clause, "fr", " ".join([*words[:at], word, *words[at:]]))


class Watched:
    """A scene whose every support is remembered with what was said when it was given."""

    def __init__(self, scene):
        self.scene = scene
        self.given = {}

    def lines(self):
        with self.scene.store.reading() as session:
            return {line.amendment.id: line for line in queries.open_amendments(session, self.scene.declaration)}

    def play(self, number, act):
        kind, which, drafter, clause, place, word = act
        scene, lines = self.scene, self.lines()
        chosen = sorted(lines)[which % len(lines)] if lines else None
        if kind == "table":
            scene.table(f"a{number}", reworded(scene.version.text, clause, place, word), sponsors=[drafter])
            self.given[f"a{number}", drafter] = said(self.lines()[f"a{number}"])
        elif chosen is None:
            return
        elif kind == "support":
            scene.support(chosen, by=drafter)
            self.given[chosen, drafter] = said(lines[chosen])
        elif kind == "unsupport":
            scene.unsupport(chosen, by=drafter)
            del self.given[chosen, drafter]
        elif kind == "revise":
            change = reworded(scene.version.text, clause, place, word)
            scene.put("amendment.revised", scene.amendment(chosen, [change]))
        else:
            fitting = [line.amendment for line in lines.values() if not line.conflict][which:][:2]
            found = consolidate(scene.version.text, fitting)
            scene.adopt(found.changes, dict.fromkeys(found.merged, "adopted"), found.to_confirm)


@settings(max_examples=25, deadline=None)
@given(played=st.lists(acts(), min_size=4, max_size=14))
def test_support_never_outlives_its_text(one_store, played):
    with one_store.reading() as session:
        name = f"d{len(queries.declarations(session))}"
    scene = Scene(one_store, name).ready()
    for drafter in DRAFTERS:
        scene.admit(drafter)
    watched = Watched(scene)
    for number, act in enumerate(played):
        try:
            watched.play(number, act)
        except DeclarationError as refused:
            allowed = {"support.given", "support.none", "change.nothing", "edit.nothing", "text.space"}
            assert refused.code in allowed, refused.code  # noqa: PT017 - either outcome is right
        lines = watched.lines()
        with one_store.reading() as session:
            found = supporting.supports(session, name)
        for support in found:
            if support.counts and support.amendment in lines:
                assert watched.given[support.amendment, support.drafter] == said(lines[support.amendment])
