"""Amendments: tabled on the current version, revised, withdrawn by their author, rejected by the depositary."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from declaration.drafting.amendment import Amendment, changes_to_json
from declaration.drafting.apply import apply
from declaration.drafting.states import AmendmentState
from declaration.errors import InputRefused, NotPermitted, StateConflict
from declaration.store import documents
from declaration.store.projection import rules, supports
from declaration.store.projection.act import Act
from declaration.store.projection.current import current_digest, current_version
from declaration.store.projection.opened import opened
from declaration.store.tables import Amendments, Drafters


def amendment_tabled(act: Act) -> None:
    """Make an amendment public, in its author's own name, on the current version, with those who support it.

    Raises:
        StateConflict: ``amendment.known`` (the id is taken), ``amendment.base`` (another version is current),
            ``amendment.deadline``, ``amendment.sponsors`` (the rules, `rules.require_tabling`).
        NotPermitted: ``amendment.author``, neither admitted nor the depositary, or somebody else's name.
        InputRefused: ``amendment.document``, it does not say what the entry says; its changes do not apply.

    """
    amendment = act.text("amendment")
    same = select(Amendments.amendment).where(
        Amendments.declaration == act.declaration, Amendments.folded == amendment.lower()
    )
    if act.session.scalar(same) is not None:
        raise StateConflict(
            "amendment.known", f"An amendment “{amendment}” has been tabled before.", hint="Choose another id."
        )
    written = _document(act)
    if written.by != act.entry.by:
        raise NotPermitted("amendment.author", "An amendment is tabled by its author.", hint="Let the author table it.")
    _check_author(act)
    sponsors = supports.sponsors_of(act, written)
    rules.require_tabling(act, 1 + len(sponsors))
    act.add(
        Amendments,
        amendment=amendment,
        folded=amendment.lower(),
        author=written.by,
        document=act.text("document"),
        base=written.base,
        changes=changes_to_json(written.changes),
        conflict=None,
        state=AmendmentState.TABLED.value,
        entry=act.index,
        at=act.entry.at,
        revised=None,
        decided=None,
        reason=None,
    )
    supports.write_sponsors(act, written, sponsors)


def amendment_revised(act: Act) -> None:
    """Replace the changes of an open amendment: its author at any time, the depositary to mend a conflict.

    Whoever says something else in an amendment that fits does so under the rules for tabling; mending a conflict, which
    an adoption brought about, stays possible after the deadline and without sponsors. Either way, whoever supported
    the former words does not support the new ones.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``, ``amendment.base``; ``amendment.deadline``, ``amendment.sponsors``.
        NotPermitted: ``amendment.author``.
        InputRefused: ``amendment.document``; its changes do not apply.

    """
    tabled = opened(act)
    mends = act.entry.by == act.before.depositary and tabled.conflict is not None
    if act.entry.by != tabled.author and not mends:
        raise NotPermitted(
            "amendment.author",
            "An amendment is revised by its author, or by the depositary when it stands in conflict.",
            hint=f"Ask “{tabled.author}” to revise it.",
        )
    written = _document(act)
    if written.by != tabled.author:
        raise InputRefused(
            "amendment.document",
            "The revised amendment names another author.",
            hint="An amendment keeps its author, whoever revises it.",
        )
    sponsors = supports.sponsors_of(act, written)
    before = tabled.present(act).content
    if tabled.conflict is None and written.content != before:
        rules.require_tabling(act, 1 + len(sponsors))
    _change(
        act,
        document=act.text("document"),
        base=written.base,
        changes=changes_to_json(written.changes),
        conflict=None,
        revised=act.index,
    )
    if written.content != before:
        supports.outlive(act, written.id, written.content)
    supports.write_sponsors(act, written, sponsors)


def amendment_withdrawn(act: Act) -> None:
    """Take an open amendment back: its author alone.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``.
        NotPermitted: ``amendment.author``.

    """
    tabled = opened(act, AmendmentState.WITHDRAWN)
    if act.entry.by != tabled.author:
        raise NotPermitted(
            "amendment.author",
            "An amendment is withdrawn by its author.",
            hint="The depositary can reject it, with a reason.",
        )
    _change(act, state=AmendmentState.WITHDRAWN.value, decided=act.index)


def amendment_rejected(act: Act) -> None:
    """Decide against an open amendment, with a reason.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``.

    """
    opened(act, AmendmentState.REJECTED)
    _change(act, state=AmendmentState.REJECTED.value, decided=act.index, reason=act.text("reason"))


def _document(act: Act) -> Amendment:
    """Return the amendment that the entry names, if it is on the current version and its changes apply to it."""
    current = current_version(act)
    digest = current_digest(act)
    if act.text("base") != digest:
        raise StateConflict(
            "amendment.base",
            f"The amendment was written on another version than the current one ({current.number}).",
            hint="Write it again on the present text.",
        )
    written = documents.amendment(act.blob(act.text("document")))
    if (written.id, written.base) != (act.text("amendment"), digest):
        raise InputRefused(
            "amendment.document",
            "The amendment's document has another id or base than the entry.",
            hint="Make entry and document from the same amendment.",
        )
    apply(current.text, written.changes)
    return written


def _check_author(act: Act) -> None:
    if act.entry.by == act.before.depositary:
        return
    admitted = select(Drafters.entry).where(Drafters.declaration == act.declaration, Drafters.drafter == act.entry.by)
    if act.session.scalar(admitted) is None:
        raise NotPermitted(
            "amendment.author",
            f"“{act.entry.by}” is not admitted as a drafter.",
            hint="Ask the depositary to be admitted.",
        )


def _change(act: Act, **values: Any) -> None:
    act.session.execute(
        update(Amendments)
        .where(Amendments.declaration == act.declaration, Amendments.amendment == act.text("amendment"))
        .values(**values)
    )
