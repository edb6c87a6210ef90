"""An entry together with the proof that a checkpoint covers it, and its JSON form in signature bundles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from declaration.canonical import Json
from declaration.errors import InputRefused
from declaration.ledger import forms
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.entries import MAX_ENTRY
from declaration.ledger.merkle import HASH_SIZE, MAX_SIZE, Tree, leaf_hash, verify_inclusion

MAX_PROOF: Final = MAX_SIZE.bit_length()
"""Hashes in a proof: one for each level of the largest tree."""

_index: Final = forms.whole(0, MAX_SIZE - 1)
_shape: Final = forms.members({"index": _index, "entry": forms.anything, "proof": forms.anything})
_MEMBERS: Final = frozenset({"index", "entry", "proof"})


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry, its index, and an inclusion proof.

    Args:
        index: the entry's index, from 0.
        entry: the bytes that were appended.
        proof: hashes from the leaf's sibling up to the root's child (RFC 6962 section 2.1.1).

    """

    index: int
    entry: bytes
    proof: tuple[bytes, ...]

    @classmethod
    def of(cls, tree: Tree, index: int, entry: bytes, *, size: int | None = None) -> Proven:
        """Make the proof that `entry` stands at `index` of `tree`, in the checkpoint of `size` (default: the last).

        Raises:
            InputRefused: there is no such entry or size.
            RecordDamaged: a tile is incomplete.

        """
        return cls(index, entry, tree.inclusion(index, size))

    def verify(self, checkpoint: Checkpoint) -> None:
        """Check that the ledger of `checkpoint` holds this entry at this index.

        Raises:
            Altered: it does not, or the proof is not one.

        """
        verify_inclusion(
            leaf=leaf_hash(self.entry),
            index=self.index,
            size=checkpoint.size,
            proof=self.proof,
            root=checkpoint.root,
        )

    def to_json(self) -> dict[str, Json]:
        """Return ``{"index", "entry": text, "proof": [hexadecimal]}``."""
        return {"index": self.index, "entry": self.entry.decode(), "proof": hashes_to_json(self.proof)}

    @classmethod
    def from_json(cls, value: Json, *, place: str) -> Proven:
        """Read what `to_json` wrote, strictly; `place` names it in messages.

        Raises:
            InputRefused: a member is missing, unknown, malformed or too long.

        """
        if not isinstance(value, dict) or value.keys() != _MEMBERS:
            _shape(value, place)  # says what is missing or unknown
            forms.refuse(place, "an object belongs here")
        index, entry = value["index"], value["entry"]
        _index(index, f"{place}.index")
        if not isinstance(index, int) or not isinstance(entry, str):
            forms.refuse(f"{place}.entry", "a text belongs here")
        try:
            data = entry.encode()
        except UnicodeEncodeError:
            forms.refuse(f"{place}.entry", "half of a surrogate pair is no character")
        if len(data) > MAX_ENTRY:
            forms.refuse(f"{place}.entry", f"it is {len(data)} bytes long, {MAX_ENTRY} are allowed")
        return cls(index, data, hashes_from_json(value["proof"], place=f"{place}.proof"))


def hashes_to_json(proof: Sequence[bytes]) -> list[Json]:
    """Return the hashes of a proof as 64 lower-case hexadecimal digits each."""
    return [item.hex() for item in proof]


def hashes_from_json(value: Json, *, place: str) -> tuple[bytes, ...]:
    """Read what `hashes_to_json` wrote, strictly.

    Raises:
        InputRefused: not a list of at most `MAX_PROOF` hashes.

    """
    if not isinstance(value, list) or len(value) > MAX_PROOF:
        raise InputRefused(
            "proof.form",
            f"{place}: a list of at most {MAX_PROOF} hashes belongs here.",
            hint="Get the file again from its source.",
        )
    try:
        written = "".join(cast("list[str]", value))
        whole = bytes.fromhex(written)
        plain = whole.hex() == written and set(map(len, cast("list[str]", value))) <= {_DIGITS}
    except (TypeError, ValueError):
        plain, whole = False, b""
    if not plain:
        for position, item in enumerate(value):
            forms.digest(item, f"{place}[{position}]")
    return tuple([whole[at : at + HASH_SIZE] for at in range(0, len(whole), HASH_SIZE)])


_DIGITS: Final = 2 * HASH_SIZE
