import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from declaration.canonical import digest
from declaration.drafting.positions import Stance
from declaration.drafting.states import AmendmentState, Phase
from declaration.errors import InputRefused, NotFound, StateConflict
from declaration.ledger.entries import Entry, Kind
from declaration.ledger.merkle import TILE_WIDTH, Frontier, leaf_hash, node_hash, root, verify_inclusion
from declaration.store import leaves, queries
from declaration.store.record import named
from declaration.store.tables import Entries, Heads, Tiles


def test_a_whole_life_is_recorded_and_projected(scene):
    scene.whole_life()
    with scene.store.reading() as session:
        entries = [Entry.parse(data) for data in queries.entries(session, "d1")]
        assert {entry.kind for entry in entries} == set(Kind)
        found = queries.declaration(session, "d1")
        assert (found.phase, found.version, found.size) == (Phase.SEALED, 4, len(entries))
        assert found.depositary.city == "Düsseldorf"
        assert found.origins == ("https://sign.example",)
        assert found.languages == ("fr", "de")
        assert [item.id for item in queries.drafters(session, "d1")] == ["w1", "w2"]
        assert [item.id for item in queries.signatories(session, "d1")] == ["abidjan", "lagos", "porto", "turin"]
        assert queries.signatory(session, "d1", "porto").as_json() == scene.party("porto")
        states = {item.amendment.id: item.state for item in queries.amendments(session, "d1")}
        assert states == {
            "a1": AmendmentState.ADOPTED_AS_MODIFIED,
            "a2": AmendmentState.TABLED,
            "a3": AmendmentState.ADOPTED,
            "a4": AmendmentState.WITHDRAWN,
            "a5": AmendmentState.TABLED,
            "a6": AmendmentState.REJECTED,
        }
        assert queries.amendment(session, "d1", "a6").reason == "Said elsewhere."
        taken = {(p.position.signatory, p.position.clause): p for p in queries.positions(session, "d1")}
        assert taken["lagos", "c2"].position.reservation is None  # withdrawn after the seal
        assert taken["lagos", "c2"].version == 3
        assert taken["porto", "c1"].position.stance is Stance.OBJECT
        assert [item.number for item in queries.versions(session, "d1")] == [1, 2, 3, 4]
        assert queries.current_version(session, "d1") == scene.version
        first, second = queries.instruments(session, "d1")
        assert (first.unfrozen is not None, first.reason) == (True, "A word is missing.")
        assert queries.instrument(session, "d1") == second
        assert [item.signatory for item in queries.signatures(session, "d1")] == ["abidjan", "lagos", "porto"]
        assert [item.signatory for item in queries.declines(session, "d1")] == ["turin"]
        voided = queries.signatures(session, "d1", first.frozen) + queries.declines(session, "d1", first.frozen)
        assert [(item.signatory, item.voided) for item in voided] == [
            ("abidjan", first.unfrozen),
            ("turin", first.unfrozen),
        ]
        seal = queries.seal(session, "d1")
        assert (seal.signatures, seal.declined, seal.frozen) == (3, 1, second.frozen)
        old, new = queries.credentials(session, "d1", "porto")
        assert old.revoked is not None
        assert old.reason == "Lost."
        assert queries.active_credential(session, "d1", "porto") == new
        assert queries.credential(session, "d1", old.credential) == old


def test_every_index_that_a_row_names_is_the_entry_that_made_it(scene):
    scene.whole_life()
    with scene.store.reading() as session:
        taken = queries.positions(session, "d1")
        withdrawn = [item for item in taken if (item.position.signatory, item.position.clause) == ("lagos", "c2")]
        plain = [item for item in taken if item not in withdrawn]
        for made, kind in (
            (queries.drafters(session, "d1"), Kind.DRAFTER_ADMITTED),
            (queries.signatories(session, "d1"), Kind.SIGNATORY_INVITED),
            (queries.credentials(session, "d1"), Kind.CREDENTIAL_ENROLLED),
            (queries.versions(session, "d1"), Kind.VERSION_ADOPTED),
            (queries.amendments(session, "d1"), Kind.AMENDMENT_TABLED),
            (plain, Kind.POSITIONS_TAKEN),
            (withdrawn, Kind.RESERVATION_WITHDRAWN),
            (queries.signatures(session, "d1"), Kind.SIGNATURE_AFFIXED),
            (queries.declines(session, "d1"), Kind.SIGNATURE_DECLINED),
            ([queries.seal(session, "d1")], Kind.INSTRUMENT_SEALED),
        ):
            assert made
            assert {queries.entry(session, "d1", item.entry).entry.kind for item in made} == {kind}
        for item in queries.instruments(session, "d1"):
            assert queries.entry(session, "d1", item.frozen).entry.kind == Kind.INSTRUMENT_FROZEN


def test_the_tree_over_the_tables_proves_every_entry(scene):
    scene.whole_life()
    with scene.store.reading() as session:
        entries, tree = queries.entries(session, "d1"), queries.tree(session, "d1")
        leaves_ = [leaf_hash(data) for data in entries]
        assert tree.root() == root(leaves_)
        for index, leaf in enumerate(leaves_):
            proof = tree.inclusion(index)
            verify_inclusion(leaf=leaf, index=index, size=len(entries), proof=proof, root=tree.root())
        assert queries.entries(session, "d1", 3, 5) == entries[3:5]
        assert queries.entry(session, "d1", 7).data == entries[7]


def test_every_blob_that_an_entry_names_is_kept_under_its_name(scene):
    scene.whole_life()
    with scene.store.reading() as session:
        entries = [Entry.parse(data) for data in queries.entries(session, "d1")]
        names = frozenset().union(*(named(entry) for entry in entries))
        assert set(queries.blob_names(session, "d1")) == names
        assert all(digest(queries.blob(session, "d1", name)) == name for name in names)


def test_declarations_do_not_touch_each_other(scene, rows):
    other = type(scene)(scene.store, "d2")
    scene.whole_life()
    other.whole_life()
    with scene.store.reading() as session:
        assert queries.declarations(session) == ("d1", "d2")
        assert queries.declaration(session, "d1").size == queries.declaration(session, "d2").size
    of_first = {name: [row for row in found if "d1" in row] for name, found in rows(scene.store).items()}
    third = type(scene)(scene.store, "d3")
    third.ready("abidjan")
    assert of_first == {name: [row for row in found if "d1" in row] for name, found in rows(scene.store).items()}


# Amendments are never lost


def waiting(scene):
    with scene.store.reading() as session:
        return {item.amendment.id: item for item in queries.open_amendments(session, "d1")}


def test_open_amendments_are_carried_or_stand_in_conflict(scene):
    scene.ready()
    scene.table("near", scene.replace("c1", "Nous ouvrons toutes nos villes à tous."))
    scene.table("far", scene.replace("c1", "Nous ouvrons nos villes à tous les peuples."))
    scene.table("same", scene.replace("c1", "Nous ouvrons nos cités à tous."))
    adopted = scene.replace("c1", "Nous ouvrons nos cités à tous.")
    scene.table("mine", adopted)
    scene.table("against", scene.replace("c1", "Nous ouvrons nos métropoles à tous."))
    scene.adopt([adopted], {"mine": "adopted"}, ["c1"])
    found = waiting(scene)
    assert set(found) == {"near", "far", "against"}
    assert found["far"].amendment.base == scene.version.digest
    assert found["against"].conflict
    assert found["against"].amendment.base != scene.version.digest
    with scene.store.reading() as session:
        # every word of it stands in the new version: it is adopted with the one that said the same
        same = queries.amendment(session, "d1", "same")
    assert same.state is AmendmentState.ADOPTED


def test_a_conflict_is_mended_by_a_revision_and_then_adopted(scene):
    scene.ready()
    scene.table("a", scene.replace("c1", "Nous ouvrons nos métropoles à tous."))
    scene.adopt([scene.replace("c1", "Nous ouvrons nos cités à tous.")])
    assert waiting(scene)["a"].conflict
    again = scene.replace("c1", "Nous ouvrons nos cités et métropoles à tous.")
    scene.put("amendment.revised", scene.amendment("a", [again]), by="duesseldorf")
    mended = waiting(scene)["a"]
    assert not mended.conflict
    assert mended.revised is not None
    assert mended.amendment.by == "w1"
    scene.adopt([again], {"a": "adopted"})
    assert not waiting(scene)


# Idempotency keys


def test_a_repeated_key_answers_with_the_first_entry(scene, rows):
    scene.ready()
    first = scene.invite("abidjan", key="k-1")
    before = rows(scene.store)
    again = scene.invite("abidjan", key="k-1")  # a second later: the entry differs, the act is the same
    assert (again.index, again.entry, again.leaf_hash) == (first.index, first.entry, first.leaf_hash)
    assert (first.repeated, again.repeated) == (False, True)
    assert rows(scene.store) == before


def test_an_opening_may_be_repeated_too(scene):
    first = scene.open(key="opening")
    assert scene.open(key="opening").leaf_hash == first.leaf_hash
    with pytest.raises(StateConflict) as refused:
        scene.open()
    assert refused.value.code == "declaration.taken"


def test_a_key_answers_even_after_the_state_has_moved_on(scene):
    scene.ready("abidjan", "lagos")
    scene.freeze()
    first = scene.sign("abidjan", key="sign-1")
    scene.decline("lagos")
    scene.seal(1, 1)
    assert scene.sign("abidjan", key="sign-1").index == first.index


@pytest.mark.parametrize("key", ["", "two words", "ü", "k" * 201, "line\nbreak"])
def test_keys_have_a_form(scene, key):
    scene.ready()
    with pytest.raises(InputRefused) as refused:
        scene.invite("abidjan", key=key)
    assert refused.value.code == "record.key"


# The tree


def test_unknown_things_are_not_found(scene):
    scene.ready("abidjan")
    with scene.store.reading() as session:
        assert not queries.exists(session, "d9")
        assert queries.version(session, "d1", 9) is None
        assert queries.instrument(session, "d1") is None
        assert queries.seal(session, "d1") is None
        assert queries.signatures(session, "d1") == ()
        for ask, code in (
            (lambda: queries.declaration(session, "d9"), "declaration.unknown"),
            (lambda: queries.tree(session, "d9"), "declaration.unknown"),
            (lambda: queries.signatory(session, "d1", "x"), "signatory.unknown"),
            (lambda: queries.credential(session, "d1", "x"), "credential.unknown"),
            (lambda: queries.active_credential(session, "d1", "x"), "credential.none"),
            (lambda: queries.version_text(session, "d1", 9), "version.unknown"),
            (lambda: queries.amendment(session, "d1", "x"), "amendment.unknown"),
            (lambda: queries.entry(session, "d1", 99), "entry.unknown"),
        ):
            with pytest.raises(NotFound) as refused:
                ask()
            assert refused.value.code == code
        with pytest.raises(InputRefused, match="blob"):
            queries.blob(session, "d1", digest(b"nowhere"))


def test_asking_for_the_text_before_the_first_version(scene):
    scene.open()
    with scene.store.reading() as session, pytest.raises(NotFound) as refused:
        queries.current_version(session, "d1")
    assert refused.value.code == "version.none"


def test_signing_is_open_only_between_freeze_and_seal(scene):
    def code_of():
        with scene.store.reading() as session, pytest.raises(StateConflict) as refused:
            queries.frozen_instrument(session, "d1")
        return refused.value.code

    scene.ready("abidjan", "lagos")
    assert code_of() == "declaration.not-frozen"
    scene.freeze()
    scene.sign("abidjan")
    scene.decline("lagos")
    with scene.store.reading() as session:
        assert queries.frozen_instrument(session, "d1").instrument == scene.instrument
        for signatory, code in (("abidjan", "signature.given"), ("lagos", "signature.declined")):
            with pytest.raises(StateConflict) as refused:
                queries.require_unanswered(session, "d1", signatory)
            assert refused.value.code == code
        queries.require_unanswered(session, "d1", "porto")
    scene.seal(1, 1)
    assert code_of() == "declaration.sealed"


@pytest.mark.parametrize("size", [TILE_WIDTH - 3, TILE_WIDTH**2 - 3])
def test_tiles_are_filled_at_every_level(sqlite_scene, size):
    """Six appends across the boundary of a tile, after entries that were put there in bulk."""
    sqlite_scene.open()
    made = [leaf_hash(str(index).encode()) for index in range(size)]
    entry = sqlite_scene.entry("drafter.admitted", {"drafter": "w", "name": "W"})
    edge = Frontier()
    for leaf in made:
        edge = edge.append(leaf)
    with sqlite_scene.store.transaction() as session:
        common = {"declaration": "d1", "kind": "x", "at": entry.at, "by": "w", "data": b""}
        session.execute(Entries.__table__.delete())
        session.execute(
            insert(Entries.__table__), [{"index": i, "leaf_hash": leaf, **common} for i, leaf in enumerate(made)]
        )
        full = [
            {"declaration": "d1", "level": 0, "number": n, "root": root(made[n * TILE_WIDTH : (n + 1) * TILE_WIDTH])}
            for n in range(size // TILE_WIDTH)
        ]
        if full:
            session.execute(insert(Tiles.__table__), full)
        for _ in range(6):
            made.append(leaves.append(session, edge, entry))
            edge = edge.append(made[-1])
    with sqlite_scene.store.reading() as session:
        tree = leaves.tree(session, "d1")
        assert tree.size == session.scalar(select(Heads.size)) == size + 6
        assert tree.root() == root(made) == edge.root()
        for index in (0, size - 1, size, size + 5):
            proof = tree.inclusion(index)
            verify_inclusion(leaf=made[index], index=index, size=tree.size, proof=proof, root=tree.root())
        top = session.scalar(select(func.max(Tiles.level)))
        assert top == (0 if size < TILE_WIDTH else 1)
        count = session.scalar(select(func.count()).where(Tiles.level == top))
        assert count == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**20), st.binary(min_size=32, max_size=32))
def test_what_a_leaf_fills_is_what_the_edge_becomes(size, leaf):
    edge = Frontier(size, tuple(digest(f"{size} {i}".encode()).encode()[:32] for i in range(size.bit_count())))
    filled = leaves._filled(edge, leaf)
    height, after = 0, size + 1
    while after % TILE_WIDTH == 0:
        after //= TILE_WIDTH
        height += 1
    assert len(filled) == height
    hashes, now = edge.hashes, leaf
    for level, found in enumerate(filled):
        for left in reversed(hashes[len(hashes) - 8 * (level + 1) : len(hashes) - 8 * level]):
            now = node_hash(left, now)
        assert found == now


def test_what_the_entry_says_is_what_the_ledger_keeps(scene):
    scene.open()
    entry = scene.entry("drafter.admitted", {"drafter": "w9", "name": "Ateliers réunis — Ürümqi, 東京, القاهرة"})
    done = scene.record(entry)
    with scene.store.reading() as session:
        kept = queries.entry(session, "d1", done.index)
    assert kept.entry == entry
    assert kept.data == entry.encode()
    assert kept.leaf_hash == done.leaf_hash == leaf_hash(entry.encode())
