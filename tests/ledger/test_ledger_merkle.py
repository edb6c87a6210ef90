"""Laws of the tree: proofs verify, altered ones do not, the tree only grows, and few tiles are read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.canonical import sha256
from declaration.errors import Altered, InputRefused, RecordDamaged
from declaration.ledger import merkle
from declaration.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Frontier,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from declaration.ledger.tiles import Rows

# Leaves and roots with which implementations of Certificate Transparency (RFC 6962) test themselves
RFC6962_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
RFC6962_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
RFC6962_INCLUSION = {  # (index, size)
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (0, 1): [],
}
RFC6962_CONSISTENCY = {  # (old, new)
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (8, 8): [],
}


def leaves(count):
    return [leaf_hash(b"entry %d" % number) for number in range(count)]


def tree_of(count):
    return Rows(leaves(count)).tree()


def root_by_definition(hashes):
    """RFC 6962 section 2.1, word for word."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\x01" + root_by_definition(hashes[:k]) + root_by_definition(hashes[k:]))


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    hashes = [leaf_hash(leaf) for leaf in RFC6962_LEAVES[:size]]
    assert merkle.root(hashes).hex() == Rows(hashes).root().hex() == RFC6962_ROOTS[size]


def test_known_proofs():
    tree = Rows(map(leaf_hash, RFC6962_LEAVES)).tree()
    for (index, size), proof in RFC6962_INCLUSION.items():
        assert [item.hex() for item in tree.inclusion(index, size)] == proof
    for (old, size), proof in RFC6962_CONSISTENCY.items():
        assert [item.hex() for item in tree.consistency(old, size)] == proof


def test_every_root_up_to_300_in_three_ways():
    hashes, frontier, last = leaves(300), Frontier(), tree_of(300)
    for size in range(301):
        expected = root_by_definition(hashes[:size])
        assert frontier.size == size
        assert frontier.root() == expected
        assert last.root(size) == expected
        assert Rows(hashes[:size]).root() == expected
        if size < 300:
            frontier = frontier.append(hashes[size])


def test_every_inclusion_up_to_300():
    hashes, tree = leaves(300), tree_of(300)
    for size in range(1, 301):
        root = tree.root(size)
        for index in range(size):
            proof = tree.inclusion(index, size)
            verify_inclusion(leaf=hashes[index], index=index, size=size, proof=proof, root=root)


def test_every_continuation_up_to_300():
    tree = tree_of(300)
    roots = [tree.root(size) for size in range(301)]
    for size in range(301):
        for old in range(size + 1):
            proof = tree.consistency(old, size)
            verify_consistency(old_size=old, old_root=roots[old], size=size, root=roots[size], proof=proof)


def changes_of(proof):
    """Every small change of a list of hashes: a bit in each, one less, one more, two swapped, shortened."""
    for at, item in enumerate(proof):
        yield [*proof[:at], bytes([item[0] ^ 1]) + item[1:], *proof[at + 1 :]]
        yield [*proof[:at], item[:-1] + bytes([item[-1] ^ 128]), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], item, *proof[at:]]
        yield [*proof[:at], item[:31], *proof[at + 1 :]]
        yield [*proof[:at], item + b"\x00", *proof[at + 1 :]]
        if at and proof[at - 1] != item:
            yield [*proof[: at - 1], item, proof[at - 1], *proof[at + 1 :]]
    yield [*proof, bytes(32)]
    yield [bytes(32), *proof]


def refuse_inclusion(**changed):
    with pytest.raises(Altered) as refused:
        verify_inclusion(**changed)
    assert refused.value.code == "ledger.inclusion"


def refuse_consistency(**changed):
    with pytest.raises(Altered) as refused:
        verify_consistency(**changed)
    assert refused.value.code == "ledger.consistency"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 11, 64, 65, 256, 257, 300])
def test_an_altered_inclusion_is_refused(size):
    tree, hashes = tree_of(size), leaves(size)
    for index in sorted({0, 1, size // 2, size - 1} & set(range(size))):
        right = {
            "leaf": hashes[index],
            "index": index,
            "size": size,
            "proof": tree.inclusion(index),
            "root": tree.root(),
        }
        verify_inclusion(**right)
        for proof in changes_of(right["proof"]):
            refuse_inclusion(**{**right, "proof": proof})
        refuse_inclusion(**{**right, "leaf": leaf_hash(b"another")})
        refuse_inclusion(**{**right, "leaf": b""})
        refuse_inclusion(**{**right, "root": bytes(32)})
        for other in {-1, index + 1, index ^ 1, size, MAX_SIZE} - {index}:
            refuse_inclusion(**{**right, "index": other})
        for other in {0, -1, index, size * 2, MAX_SIZE + 1} - {size}:
            refuse_inclusion(**{**right, "size": other})


@pytest.mark.parametrize(
    ("old", "size"), [(0, 5), (5, 5), (1, 2), (3, 7), (4, 7), (6, 8), (8, 11), (255, 257), (256, 300)]
)
def test_an_altered_continuation_is_refused(old, size):
    tree = tree_of(size)
    right = {
        "old_size": old,
        "old_root": tree.root(old),
        "size": size,
        "root": tree.root(),
        "proof": tree.consistency(old),
    }
    verify_consistency(**right)
    for proof in changes_of(right["proof"]):
        refuse_consistency(**{**right, "proof": proof})
    refuse_consistency(**{**right, "old_root": bytes(32)})
    refuse_consistency(**{**right, "old_root": b""})
    if old:
        refuse_consistency(**{**right, "root": bytes(32)})
        refuse_consistency(**{**right, "size": old - 1})
    refuse_consistency(**{**right, "old_size": -1})
    refuse_consistency(**{**right, "old_size": size + 1})


def fold_inclusion(leaf, index, size, proof):
    """Return the root to which a proof of any length leads: what somebody who can choose the root would choose."""
    position, last, result = index, size - 1, leaf
    for item in proof:
        if position & 1 or position == last:
            result = node_hash(item, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, item)
        position, last = position >> 1, last >> 1
    return result


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (1, 2), (2, 3), (4, 7), (7, 8), (256, 257)])
def test_a_proof_has_one_length_even_for_a_root_made_to_fit(index, size):
    proof = tree_of(size).inclusion(index)
    leaf = leaves(size)[index]
    given = {"leaf": leaf, "index": index, "size": size}
    assert fold_inclusion(leaf, index, size, proof) == tree_of(size).root()
    for other in ([*proof, bytes(32)], [*proof, bytes(32), bytes(32)], proof[:-1], [b"short", *proof[1:]]):
        if len(other) != len(proof) or (proof and other != list(proof)):
            refuse_inclusion(**given, proof=other, root=fold_inclusion(leaf, index, size, other))
    short = leaf[:31]
    refuse_inclusion(**{**given, "leaf": short}, proof=proof, root=fold_inclusion(short, index, size, proof))


@pytest.mark.parametrize(("old", "size"), [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (255, 257)])
def test_a_continuation_has_one_length_even_for_roots_made_to_fit(old, size):
    """Too long, cut short, or of other hashes: with both roots computed from the very proof, as a forger would."""
    tree = tree_of(size)
    proof = list(tree.consistency(old))
    perfect = old.bit_count() == 1
    for other in ([*proof, bytes(32)], proof[:-1], [*proof[:-1], b"short"]):
        path = [tree.root(old), *other] if perfect else other
        position, last = old - 1, size - 1
        while position & 1:
            position, last = position >> 1, last >> 1
        old_root = root = path[0] if path else bytes(32)
        for item in path[1:]:
            if position & 1 or position == last:
                old_root, root = node_hash(item, old_root), node_hash(item, root)
                while not position & 1 and position:
                    position, last = position >> 1, last >> 1
            else:
                root = node_hash(root, item)
            position, last = position >> 1, last >> 1
        refuse_consistency(old_size=old, old_root=old_root, size=size, root=root, proof=other)


@given(size=st.integers(1, 200), at=st.integers(0, 199), more=st.integers(1, 200))
@settings(max_examples=60)
def test_a_rewritten_record_is_no_continuation(size, at, more):
    at %= size
    old, rewritten = leaves(size), leaves(size + more)
    rewritten[at] = leaf_hash(b"rewritten")
    tree = Rows(rewritten).tree()
    refuse_consistency(
        old_size=size, old_root=merkle.root(old), size=size + more, root=tree.root(), proof=tree.consistency(size)
    )


class Forest:
    """Tiles of a tree of any size in which all leaves are equal, so that a node follows from its height."""

    def __init__(self):
        self.reads = []
        self.nodes = [leaf_hash(b"")]
        for _ in range(60):
            self.nodes.append(node_hash(self.nodes[-1], self.nodes[-1]))

    def __call__(self, level, index, width):
        self.reads.append((level, index))
        return [self.nodes[8 * level]] * width


@given(data=st.data())
@settings(max_examples=80)
def test_large_trees_are_proven_from_few_tiles(data):
    size = data.draw(st.integers(1, 2**40))
    old = data.draw(st.integers(0, size))
    index = data.draw(st.integers(0, size - 1))
    # at each level the path touches one tile, and the right edge, where the tree ends, another
    bound = 2 * ((size.bit_length() - 1) // 8 + 1)
    for make in (lambda tree: tree.root(), lambda tree: tree.inclusion(index), lambda tree: tree.consistency(old)):
        forest = Forest()
        make(Tree(forest, size))
        assert len(forest.reads) == len(set(forest.reads)) <= bound
    tree = Tree(Forest(), size)
    verify_inclusion(leaf=leaf_hash(b""), index=index, size=size, proof=tree.inclusion(index), root=tree.root())
    verify_consistency(old_size=old, old_root=tree.root(old), size=size, root=tree.root(), proof=tree.consistency(old))


def test_the_edge_holds_one_hash_for_each_perfect_subtree():
    frontier = Frontier()
    for size in range(1, 1_025):
        frontier = frontier.append(leaf_hash(b""))
        assert len(frontier.hashes) == size.bit_count()
        assert frontier.root() == Tree(Forest(), size).root()


def test_what_does_not_exist_is_refused():
    tree = tree_of(5)
    for ask in (
        lambda: tree.inclusion(5),
        lambda: tree.inclusion(-1),
        lambda: tree.inclusion(4, 4),
        lambda: tree.inclusion(0, 6),
        lambda: tree_of(0).inclusion(0),
        lambda: tree.root(6),
        lambda: tree.root(-1),
        lambda: tree.consistency(6),
        lambda: tree.consistency(-1),
        lambda: tree.consistency(4, 3),
        lambda: Tree(tree._reader, -1),
        lambda: Tree(tree._reader, MAX_SIZE + 1),
    ):
        with pytest.raises(InputRefused) as refused:
            ask()
        assert refused.value.code == "ledger.range"


def test_damaged_tiles_are_noticed_while_reading():
    hashes = leaves(5)
    for reader in (lambda *_: hashes[:4], lambda *_: [*hashes, hashes[0]], lambda *_: [*hashes[:4], b"short"]):
        with pytest.raises(RecordDamaged) as damaged:
            Tree(reader, 5).root()
        assert damaged.value.code == "ledger.tile"


def test_a_damaged_edge_is_noticed():
    for size, hashes in ((1, ()), (2, (bytes(32), bytes(32))), (3, (bytes(32), bytes(31))), (0, (bytes(32),))):
        with pytest.raises(RecordDamaged):
            Frontier(size, hashes)
    assert Frontier().root() == EMPTY_ROOT == merkle.root([])
