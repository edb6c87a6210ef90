"""What anybody may take away: the signed head of the ledger, and the bundle of each answer with its proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from declaration.errors import StateConflict, VerificationError
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.entries import Entry
from declaration.ledger.note import VerifierKey, open_checkpoint, sign_checkpoint
from declaration.ledger.proofs import Proven
from declaration.services.chancery import Chancery
from declaration.signing.bundle import Bundle, Evidence
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act
from declaration.store import checkpoints, leaves, queries
from declaration.store.session import View
from declaration.store.values import Decline, Signature


def checkpoint(chancery: Chancery, declaration: str) -> bytes:
    """Sign the present head of a declaration's ledger, keep it, and return the note.

    A head that was signed before is not signed again: a bundle made from it yesterday is the one made from it today,
    byte for byte, and its printed digest stays true.
    """
    origin = chancery.site.ledger_origin(declaration)
    now = chancery.now()
    with chancery.store.transaction() as session:
        leaves.lock(session, declaration)  # whoever asks for the same head at the same moment comes after us
        tree = queries.tree(session, declaration)
        head = Checkpoint(origin, tree.size, tree.root())
        kept = checkpoints.latest(session, declaration)
        if kept is not None and _says(kept, head, chancery.trust(declaration).ledger_keys):
            return kept
        note = sign_checkpoint(head, chancery.keys.ledger_keys(origin), at=now)
        checkpoints.keep(session, declaration, note, at=now)
    return note


def _says(note: bytes, head: Checkpoint, keys: Sequence[VerifierKey]) -> bool:
    """Tell whether a note is about this head, and signed by these keys (others have signed if keys were exchanged)."""
    try:
        return open_checkpoint(note, keys) == head
    except VerificationError:
        return False


def receipt(chancery: Chancery, declaration: str, signatory: str) -> Bundle:
    """Return the bundle of a signatory's answer to the instrument in force, up to the present head of the ledger.

    Raises:
        StateConflict: they have not answered.

    """
    note = checkpoint(chancery, declaration)
    with chancery.store.reading() as session:
        answers: Iterable[Signature | Decline] = (
            *queries.signatures(session, declaration),
            *queries.declines(session, declaration),
        )
    for answer in answers:
        if answer.signatory == signatory:
            return bundles(chancery, declaration, note, [answer])[0]
    raise StateConflict(
        "answer.missing", f"“{signatory}” has neither signed nor declined.", hint="Sign or decline first."
    )


def bundles(chancery: Chancery, declaration: str, note: bytes, answers: Iterable[Signature | Decline]) -> list[Bundle]:
    """Return the bundles of answers, with proofs that lead to the checkpoint `note`."""
    with chancery.store.reading() as session:
        return bundles_of(session, declaration, note, answers)


def bundles_of(session: View, declaration: str, note: bytes, answers: Iterable[Signature | Decline]) -> list[Bundle]:
    """Return the bundles of answers as they stand in a session; arguments else as `bundles`."""
    tree = queries.tree(session, declaration)
    size = size_of(note)

    @cache
    def proven(index: int) -> Proven:
        return Proven.of(tree, index, queries.entry(session, declaration, index).data, size=size)

    made = []
    for answer in answers:
        enrolled = queries.credential(session, declaration, answer.credential)
        recorded = proven(answer.entry)
        if isinstance(answer, Signature):
            act, given = Act.SIGN, Evidence.parse(queries.blob(session, declaration, answer.evidence))
            statement, assertion = given.statement, given.assertion
        else:
            act, given, body = Act.DECLINE, None, Entry.parse(recorded.entry).body
            statement, assertion = str(body["statement"]).encode(), Assertion.from_json(body["assertion"])
        made.append(
            Bundle(
                act=act,
                statement=statement,
                assertion=assertion,
                cms=given.cms if given else None,
                drawn=given.drawn if given else None,
                opened=proven(0),
                enrolled=proven(enrolled.entry),
                frozen=proven(answer.frozen),
                recorded=recorded,
                checkpoint=note,
            )
        )
    return made


def size_of(note: bytes) -> int:
    """Return how many entries a checkpoint covers that this service has signed."""
    return int(note.split(b"\n")[1])
