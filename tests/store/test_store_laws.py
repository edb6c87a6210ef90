"""Laws of the one door: whatever is tabled, an adoption made with our own tools passes, and no amendment is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st
from store_scene import Scene

from declaration.drafting.consolidate import consolidate
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace
from declaration.errors import DeclarationError
from declaration.store import queries

CLAUSES = ["c0", "c1", "c2", "c3", "c4"]
WORDS = ["ouvrons", "villes", "et", "toujours", "l'eau", "東京", "مدينة"]


@st.composite
def wishes(draw):
    """One author's wish, as a function of the text that stands when it is tabled."""
    kind = draw(st.sampled_from(["replace", "replace", "replace", "insert", "delete", "move"]))
    clause, language = draw(st.sampled_from(CLAUSES)), draw(st.sampled_from(["fr", "de"]))
    if kind == "replace":
        place, word = draw(st.integers(0, 6)), draw(st.sampled_from(WORDS))
        cut = draw(st.integers(0, 1))

        def reworded(text):
            words = text.clause(clause).texts[language].split(" ")
            at = min(place, len(words))
            new = " ".join([*words[:at], word, *words[at + cut :]])
            return derive_replace(text, clause, language, new)

        return reworded
    if kind == "insert":
        name = draw(st.sampled_from(["x1", "x2", "x3"]))
        texts = {"fr": draw(st.sampled_from(WORDS)), "de": "Neu."}
        return lambda text: derive_insert(text, "s1", draw_after(text, "s1", clause), name, texts)
    if kind == "delete":
        return lambda text: derive_delete(text, clause)
    return lambda text: derive_move(text, clause, after=None, section="s2")


def draw_after(text, section, clause):
    inside = [item.id for item in text.section(section).clauses]
    return clause if clause in inside else None


def apply_alone(wish, text):
    """Return the change if the text still allows it."""
    try:
        return wish(text)
    except DeclarationError:
        return None


@settings(max_examples=25, deadline=None)
@given(rounds=st.lists(st.lists(wishes(), min_size=1, max_size=6), min_size=1, max_size=3))
def test_no_amendment_is_lost_whatever_is_adopted(one_store, rounds):
    with one_store.reading() as session:
        name = f"d{len(queries.declarations(session))}"
    scene = Scene(one_store, name).ready()
    tabled = set()
    for number, round_ in enumerate(rounds):
        for place, wish in enumerate(round_):
            change = apply_alone(wish, scene.version.text)
            if change is not None:
                tabled.add(amendment := f"a{number}-{place}")
                scene.table(amendment, change)
        with one_store.reading() as session:
            fitting = [a.amendment for a in queries.open_amendments(session, name) if not a.conflict]
        found = consolidate(scene.version.text, fitting[::2])
        scene.adopt(found.changes, dict.fromkeys(found.merged, "adopted"), found.to_confirm)
        with one_store.reading() as session:
            known = queries.amendments(session, name)
        assert {item.amendment.id for item in known} == tabled
        for item in known:
            if item.state.is_open:
                # it fits the version in force, or says why not
                assert (item.amendment.base == scene.version.digest) != bool(item.conflict)
