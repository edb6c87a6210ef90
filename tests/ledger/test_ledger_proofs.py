"""An entry with its proof: the JSON form is exact, and what it proves cannot be moved to another place."""

import pytest

from declaration.canonical import encode
from declaration.errors import Altered, InputRefused
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.note import Checkpoint
from declaration.ledger.proofs import MAX_PROOF, Proven
from declaration.ledger.tiles import Rows

ENTRIES = [f'{{"entry":"{number}é"}}'.encode() for number in range(11)]
TREE = Rows(map(leaf_hash, ENTRIES)).tree()
CHECKPOINT = Checkpoint("declaration.example/d", 11, TREE.root())


@pytest.mark.parametrize("index", range(11))
def test_every_entry_is_proven_and_its_json_round_trips(index):
    proven = Proven.of(TREE, index, ENTRIES[index])
    proven.verify(CHECKPOINT)
    again = Proven.from_json(proven.to_json(), place="entry")
    assert again == proven
    assert encode(again.to_json()) == encode(proven.to_json())


def test_a_proof_for_an_earlier_checkpoint():
    earlier = Checkpoint("declaration.example/d", 7, TREE.root(7))
    proven = Proven.of(TREE, 3, ENTRIES[3], size=7)
    proven.verify(earlier)
    with pytest.raises(Altered):
        proven.verify(CHECKPOINT)


def test_what_is_proven_cannot_be_changed_or_moved():
    right = Proven.of(TREE, 4, ENTRIES[4])
    for wrong in (
        Proven(5, right.entry, right.proof),
        Proven(4, ENTRIES[5], right.proof),
        Proven(4, right.entry, right.proof[:-1]),
        Proven(4, right.entry, right.proof[::-1]),
        Proven(2**53, right.entry, right.proof),
    ):
        with pytest.raises(Altered):
            wrong.verify(CHECKPOINT)


GOOD = Proven.of(TREE, 4, ENTRIES[4]).to_json()
REFUSED = [
    None,
    [],
    {},
    {**GOOD, "more": 1},
    {**GOOD, "index": -1},
    {**GOOD, "index": "4"},
    {**GOOD, "index": True},
    {**GOOD, "index": 2**53 - 1},
    {**GOOD, "entry": None},
    {**GOOD, "entry": "\ud800"},
    {**GOOD, "entry": "x" * 65_536},
    {**GOOD, "proof": None},
    {**GOOD, "proof": "00"},
    {**GOOD, "proof": [None]},
    {**GOOD, "proof": ["A" * 64]},
    {**GOOD, "proof": ["00" * 31]},
    {**GOOD, "proof": ["00" * 32] * (MAX_PROOF + 1)},
]


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: ascii(value)[:40])
def test_other_json_is_refused(value):
    with pytest.raises(InputRefused):
        Proven.from_json(value, place="entry")
