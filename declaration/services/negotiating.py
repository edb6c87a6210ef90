"""Negotiating the text: table, revise, withdraw, reject, consolidate, adopt. Deciding is pure; this joins the parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from declaration.canonical import Json, digest, encode
from declaration.drafting.amendment import Amendment, Changes, Replace, Retitle, changes_to_json
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, CarryConflict, Consolidation, carry, consolidate
from declaration.drafting.deciding import decide
from declaration.drafting.states import AmendmentState
from declaration.drafting.text import Version
from declaration.errors import NotFound, StateConflict
from declaration.ledger.entries import Entry
from declaration.services.chancery import Chancery
from declaration.services.once import require_same
from declaration.store import leaves, queries
from declaration.store.record import Recorded, record
from declaration.store.session import View
from declaration.store.values import StoredAmendment

CARRIAGE_FORMAT: Final = "declaration-carriage/1"
"""Value of the member ``format`` of a carriage (docs/spec/ledger.md)."""


def current_version(chancery: Chancery, declaration: str) -> Version:
    """Return the version in force."""
    with chancery.store.reading() as session:
        return queries.current_version(session, declaration)


def table(chancery: Chancery, declaration: str, amendment: Amendment, *, sponsors: Sequence[str] = ()) -> Recorded:
    """Make an amendment public; its base must be the version in force.

    `sponsors` are ids of other drafters who support exactly this: whoever calls has asked them.
    """
    kind = "amendment.tabled"
    return _put_forward(chancery, declaration, amendment, kind=kind, by=amendment.by, sponsors=sponsors)


def revise(chancery: Chancery, declaration: str, amendment: Amendment, *, by: str) -> Recorded:
    """Replace the changes of an open amendment by changes to the version in force (its author, or the depositary)."""
    return _put_forward(chancery, declaration, amendment, kind="amendment.revised", by=by)


def _put_forward(
    chancery: Chancery, declaration: str, amendment: Amendment, *, kind: str, by: str, sponsors: Sequence[str] = ()
) -> Recorded:
    """Record a document of an amendment; the one that stands there already, sent again, is answered and not doubled."""
    document = encode(amendment.document())
    body: dict[str, Json] = {"amendment": amendment.id, "base": amendment.base, "document": digest(document)}
    if sponsors:
        content, at = amendment.content, f"{chancery.now():%Y-%m-%dT%H:%M:%SZ}"
        body["sponsors"] = [{"drafter": sponsor, "content": content, "at": at} for sponsor in sponsors]
    with chancery.store.transaction() as session:
        leaves.lock(session, declaration)
        entry = chancery.entry(kind, declaration, by=by, body=body)
        stored = _standing(session, declaration, amendment.id)
        if stored is not None:
            last = queries.entry(session, declaration, stored.entry if stored.revised is None else stored.revised)
            if (last.entry.kind, last.entry.by) == (entry.kind, entry.by) and _said(last.entry) == _said(entry):
                return Recorded(last.index, last.entry, last.leaf_hash, repeated=True)
        return record(session, entry, blobs={digest(document): document})


def _said(entry: Entry) -> dict[str, Json]:
    """Return what an entry puts forward, and who sponsors it: when they agreed does not make it another act."""
    named = entry.body.get("sponsors")
    sponsors = [one["drafter"] for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    return {**entry.body, "sponsors": sponsors}


def _standing(session: View, declaration: str, amendment: str) -> StoredAmendment | None:
    """Return an amendment of that id, if there is one: not by reading all of them, which would cost more with each."""
    try:
        return queries.amendment(session, declaration, amendment)
    except NotFound:
        return None


def withdraw(chancery: Chancery, declaration: str, amendment: str, *, by: str) -> Recorded:
    """Take an open amendment back (its author)."""
    with chancery.store.transaction() as session:
        entry = chancery.entry("amendment.withdrawn", declaration, by=by, body={"amendment": amendment})
        return record(session, entry, key=f"withdrawn:{amendment}")


def reject(chancery: Chancery, declaration: str, amendment: str, *, reason: str) -> Recorded:
    """Reject an open amendment with a reason (the depositary)."""
    with chancery.store.transaction() as session:
        by = queries.declaration(session, declaration).depositary.id
        entry = chancery.entry(
            "amendment.rejected", declaration, by=by, body={"amendment": amendment, "reason": reason}
        )
        return require_same(record(session, entry, key=f"rejected:{amendment}"), entry)


def open_amendments(chancery: Chancery, declaration: str) -> tuple[StoredAmendment, ...]:
    """Return the open amendments, each with its changes as last carried and the conflict it may stand in."""
    with chancery.store.reading() as session:
        return queries.open_amendments(session, declaration)


def preview(chancery: Chancery, declaration: str) -> Consolidation:
    """Consolidate every open amendment that fits the version in force, deciding nothing."""
    with chancery.store.reading() as session:
        version = queries.current_version(session, declaration)
        fitting = [a.amendment for a in queries.open_amendments(session, declaration) if not a.conflict]
    return consolidate(version.text, fitting)


@dataclass(frozen=True, slots=True)
class Correction:
    """That a decision mends one language and changes nothing that was agreed; see `translating.correct`."""

    language: str
    reason: str
    ask: bool

    def as_json(self) -> dict[str, Json]:
        """Return it as the entry holds it."""
        return {"language": self.language, "reason": self.reason, "ask": self.ask}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the depositary decides at once.

    Args:
        base: digest of the version that was looked at; refused when it is no longer in force.
        adopted: ids of open amendments to adopt as they are.
        modified: ids of open amendments to adopt as modified, silent where `words` speaks.
        words: the depositary's own changes of texts and titles.
        confirmed: clauses touched by more than one hand that the depositary has read as merged; None confirms
            whatever the merge gives, as a person does who has just read all of it.
        result: digest of the version that was previewed; refused when the decision would make another one, because an
            author has revised meanwhile. None takes what comes.
        correction: that the depositary's words are a concordance correction; None, they change the text.

    """

    base: str
    adopted: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    words: tuple[Replace | Retitle, ...] = ()
    confirmed: tuple[str, ...] | None = ()
    result: str | None = None
    correction: Correction | None = None


class Pending(Protocol):
    """An open amendment, and why it does not fit the version in force, if it does not."""

    @property
    def amendment(self) -> Amendment:
        """With its changes as last carried."""

    @property
    def conflict(self) -> tuple[str, ...]:
        """Why it could not be carried; empty when it fits."""


Fate: TypeAlias = Carried | CarryConflict | None
"""What an adoption does to an amendment that stays open: None, it stands in conflict as before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision comes to, before anything is recorded.

    Args:
        version: the new one.
        changes: from the version before.
        confirmed: clauses that were merged from several hands and confirmed.
        fates: of every other open amendment, by id.

    """

    version: Version
    changes: Changes
    confirmed: tuple[str, ...]
    fates: Mapping[str, Fate]


@dataclass(frozen=True, slots=True)
class Adopted:
    """What an adoption did.

    Args:
        version: the new one.
        changes: from the version before.
        confirmed: clauses that were merged from several hands and confirmed.
        carried: open amendments that fit the new version, cleanly.
        in_conflict: open amendments that a person must look at, and why.

    """

    version: Version
    changes: Changes
    confirmed: tuple[str, ...]
    carried: tuple[str, ...]
    in_conflict: Mapping[str, CarryConflict]


def foresee(old: Version, pending: Mapping[str, Pending], decision: Decision) -> Outcome:
    """Work out what a decision comes to; nothing is recorded.

    Args:
        old: the version in force.
        pending: every open amendment, by id.
        decision: by the depositary.

    Raises:
        StateConflict: another version has been adopted meanwhile; amendments still collide; a merged clause has
            not been confirmed; the new version is not the one that was previewed.
        NotFound: an amendment is not open.

    """
    if old.digest != decision.base:
        raise StateConflict(
            "version.stale",
            f"Version {old.number} of “{old.text.id}” has been adopted meanwhile.",
            hint="Look at the new version, then decide again.",
        )
    adopted, modified = _chosen(pending, decision.adopted), _chosen(pending, decision.modified)
    decided = decide(old.text, adopted, modified, decision.words)
    confirmed = _confirmed(decided.to_confirm, decision.confirmed)
    version = Version(number=old.number + 1, parent=old.digest, text=apply(old.text, decided.changes))
    if decision.result not in {None, version.digest}:
        raise StateConflict(
            "version.otherwise",
            "The new version would not read as it did in the preview: an amendment has been revised meanwhile.",
            hint="Preview the decision again, and read what has changed.",
        )
    chosen = {*decision.adopted, *decision.modified}
    fates = {
        identifier: None if a.conflict else carry(a.amendment.changes, decided.changes, old.text, version.text)
        for identifier, a in sorted(pending.items())
        if identifier not in chosen
    }
    return Outcome(version, decided.changes, confirmed, fates)


def adopt(chancery: Chancery, declaration: str, decision: Decision) -> Adopted:
    """Adopt a new version and carry every other open amendment to it, in one entry.

    Raises:
        StateConflict: as `foresee`; or the text is frozen.
        NotFound: an amendment is not open.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, declaration)  # whatever is tabled from here on is tabled on the new version
        old = queries.current_version(session, declaration)
        pending = {a.amendment.id: a for a in queries.open_amendments(session, declaration)}
        outcome = foresee(old, pending, decision)
        states = dict.fromkeys(decision.adopted, AmendmentState.ADOPTED)
        states |= dict.fromkeys(decision.modified, AmendmentState.ADOPTED_AS_MODIFIED)
        carriage: dict[str, Json] = {
            "format": CARRIAGE_FORMAT,
            "changes": changes_to_json(outcome.changes),
            "outcomes": [{"amendment": i, "state": str(state)} for i, state in sorted(states.items())],
            "confirmed": list(outcome.confirmed),
            "carried": [_line(pending[identifier], fate) for identifier, fate in outcome.fates.items()],
        }
        by = queries.declaration(session, declaration).depositary.id
        entry, blobs = _entry_of(chancery, by, outcome.version, carriage, decision.correction)
        record(session, entry, blobs=blobs)
    clean = tuple(i for i, fate in outcome.fates.items() if isinstance(fate, Carried))
    conflicts = {i: fate for i, fate in outcome.fates.items() if isinstance(fate, CarryConflict)}
    return Adopted(outcome.version, outcome.changes, outcome.confirmed, clean, conflicts)


def _chosen(pending: Mapping[str, Pending], chosen: Sequence[str]) -> list[Amendment]:
    for identifier in chosen:
        if identifier not in pending:
            raise NotFound(
                "amendment.not-open", f"The amendment “{identifier}” is not open.", hint="Choose among the open ones."
            )
        if pending[identifier].conflict:
            raise StateConflict(
                "amendment.in-conflict",
                f"The amendment “{identifier}” does not fit the version in force: {pending[identifier].conflict[0]}",
                hint="Revise it against the version in force, then decide.",
            )
    return [pending[identifier].amendment for identifier in chosen]


def _confirmed(needed: tuple[str, ...], given: tuple[str, ...] | None) -> tuple[str, ...]:
    unread = [] if given is None else [clause for clause in needed if clause not in given]
    if unread:
        raise StateConflict(
            "merge.unconfirmed",
            f"Several amendments touch clause {unread[0]}, and nobody has confirmed how it reads when merged.",
            hint="Read the merged clause, then confirm it or give other words.",
        )
    return needed


def _line(pending: Pending, fate: Fate) -> dict[str, Json]:
    """Return an amendment's line in the carriage."""
    line: dict[str, Json] = {"amendment": pending.amendment.id}
    match fate:
        case Carried(changes):
            return line | {"result": "clean", "changes": changes_to_json(changes)}
        case CarryConflict(reasons):
            return line | {"result": "conflict", "reasons": [reason.sentence for reason in reasons]}
        case None:
            return line | {"result": "conflict", "reasons": list(pending.conflict)}


def _entry_of(
    chancery: Chancery, by: str, version: Version, carriage: dict[str, Json], correction: Correction | None
) -> tuple[Entry, dict[str, bytes]]:
    document, carried = encode(version.document()), encode(carriage)
    body: dict[str, Json] = {
        "number": version.number,
        "digest": version.digest,
        "parent": version.parent,
        "document": digest(document),
        "carriage": digest(carried),
    }
    if correction is not None:
        body["correction"] = correction.as_json()
    entry = chancery.entry("version.adopted", version.text.id, by=by, body=body)
    return entry, {digest(document): document, digest(carried): carried}
