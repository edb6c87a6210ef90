"""Drafts: what a drafter has typed, saved as it was typed, private until it is tabled.

A draft says against which version it was typed. When another version is adopted, it is carried there on reading
(`opened`), and stays as it was until its author saves it again; so nobody's words change behind their back.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from declaration.canonical import Json
from declaration.drafting.amendment import changes_from_json
from declaration.drafting.states import Phase
from declaration.drafting.text import Version
from declaration.errors import InputRefused, LimitExceeded, NotFound, NotPermitted, RecordDamaged, StateConflict
from declaration.services.actors import Actor
from declaration.services.carrying import carry_typed
from declaration.services.chancery import Chancery
from declaration.services.typed import Typed, typed_of
from declaration.services.typed_json import typed_from_json, typed_to_json
from declaration.store import documents, leaves, queries, supporting
from declaration.store import drafts as kept
from declaration.store.drafts import StoredDraft
from declaration.store.session import View
from declaration.store.values import StoredAmendment, StoredVersion

FORMAT: Final = "declaration-draft/1"
"""Value of the member ``format`` of a draft as it is kept."""
MAX_DRAFTS: Final = 200
"""Drafts of one drafter that are not tabled: more are a program's mistake."""
_ID: Final = 10
"""Random bytes in the id of a draft: sixteen letters and digits, which nobody guesses."""


@dataclass(frozen=True, slots=True)
class Base:
    """The version against which something was typed."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was saved last.

    Args:
        id: its id.
        drafter: whose it is.
        base: against which version it was typed.
        typed: what was typed.
        amendment: the tabled amendment that it shall revise; None for a new one.
        tabled: the amendment that it has become.
        revision: how often it was saved.
        changed: when it was saved last.

    """

    id: str
    drafter: str
    base: Base
    typed: Typed
    amendment: str | None
    tabled: str | None
    revision: int
    changed: datetime

    @property
    def tag(self) -> str:
        """What names this revision, for ETag and If-Match."""
        return f"{self.id}-{self.revision}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as it stands to the version in force.

    Args:
        draft: as it was saved.
        version: in force.
        typed: what was typed, carried to that version.

    """

    draft: Draft
    version: Version
    typed: Typed

    @property
    def is_carried(self) -> bool:
        """Whether another version has been adopted since the draft was saved."""
        return self.draft.base.digest != self.version.digest


Check = Callable[[str], None]
"""Raises unless the tag is that of what the caller looked at."""


def base_of(version: Version) -> Base:
    """Return a version as the base of a draft."""
    return Base(version.number, version.digest)


def create(chancery: Chancery, actor: Actor, typed: Typed, *, base: str | None = None) -> Draft:
    """Begin a draft.

    Args:
        chancery: the service.
        actor: a drafter.
        typed: what was typed so far.
        base: digest of the version against which; None for the one in force.

    Raises:
        StateConflict: ``declaration.frozen``, ``declaration.sealed``.
        InputRefused: ``draft.base``.
        LimitExceeded: ``draft.many``.

    """
    with chancery.store.transaction() as session:
        require_drafting(session, actor.declaration)
        against = (
            base_of(queries.current_version(session, actor.declaration))
            if base is None
            else _base(session, actor.declaration, base)
        )
        return _begin(chancery, session, actor, typed, base=against, amendment=None)


def _begin(
    chancery: Chancery, session: View, actor: Actor, typed: Typed, *, base: Base, amendment: str | None
) -> Draft:
    if sum(draft.tabled is None for draft in of(session, actor)) >= MAX_DRAFTS:
        raise LimitExceeded("draft.many", f"You have {MAX_DRAFTS} drafts.", hint="Table or discard some of them.")
    identifier = base64.b32encode(chancery.random(_ID)).decode().lower()
    draft = Draft(identifier, actor.subject, base, typed, amendment, None, 1, chancery.now())
    kept.add(session, actor.declaration, _stored(draft))
    return draft


def save(chancery: Chancery, actor: Actor, draft: str, typed: Typed, *, base: str, check: Check) -> Draft:
    """Save what was typed, if nobody has saved anything else meanwhile.

    The same content sent again is answered as it stands: its first answer may have been lost on the way.

    Args:
        chancery: the service.
        actor: its drafter.
        draft: its id.
        typed: everything that was typed.
        base: digest of the version against which.
        check: compares the tag of what was looked at with that of what stands there.

    Raises:
        NotFound: ``draft.unknown``.
        StateConflict: ``draft.tabled``, ``declaration.frozen``, ``declaration.sealed``.
        InputRefused: ``draft.base``.

    """
    with chancery.store.transaction() as session:
        present = find(session, actor, draft, locked=True)
        require_drafting(session, actor.declaration)
        require_untabled(present)
        against = _base(session, actor.declaration, base)
        if (present.typed, present.base) == (typed, against):
            return present
        check(present.tag)
        saved = replace(present, typed=typed, base=against, revision=present.revision + 1, changed=chancery.now())
        kept.keep(session, actor.declaration, _stored(saved))
    return saved


def discard(chancery: Chancery, actor: Actor, draft: str, *, check: Check) -> None:
    """Throw a draft away; errors as `save`."""
    with chancery.store.transaction() as session:
        present = find(session, actor, draft, locked=True)
        require_drafting(session, actor.declaration)
        require_untabled(present)
        check(present.tag)
        supporting.drop(session, actor.declaration, draft)
        kept.drop(session, actor.declaration, actor.subject, draft)


def mark_tabled(session: View, actor: Actor, draft: Draft, amendment: str, at: datetime) -> None:
    """Remember which amendment a draft has become; the caller holds it locked."""
    done = replace(draft, tabled=amendment, revision=draft.revision + 1, changed=at)
    kept.keep(session, actor.declaration, _stored(done))


def find(session: View, actor: Actor, draft: str, *, locked: bool = False) -> Draft:
    """Return a draft of one's own; anybody else's is not there.

    Raises:
        NotFound: ``draft.unknown``.

    """
    stored = kept.draft(session, actor.declaration, actor.subject, draft, locked=locked)
    if stored is None:
        raise NotFound("draft.unknown", "You have no such draft.", hint="Look at the list of your drafts.")
    return _draft(stored)


def of(session: View, actor: Actor) -> tuple[Draft, ...]:
    """Return a drafter's drafts, tabled ones too, those changed last first."""
    return tuple(_draft(stored) for stored in kept.drafts(session, actor.declaration, actor.subject))


def opened(session: View, actor: Actor, draft: Draft) -> Opened:
    """Return a draft as it stands to the version in force, carried there where that is another one."""
    version = queries.current_version(session, actor.declaration)
    if draft.tabled is not None or draft.base.digest == version.digest:
        return Opened(draft, version, draft.typed)
    return Opened(draft, version, carried(session, actor.declaration, draft.typed, draft.base))


def carried(session: View, declaration: str, typed: Typed, base: Base) -> Typed:
    """Return what was typed against one version for the version in force."""
    rows = queries.versions(session, declaration)
    old = queries.version_text(session, declaration, base.number).text
    for row in rows[base.number :]:
        new = queries.version_text(session, declaration, row.number).text
        applied = changes_from_json(_carriage(session, declaration, row)["changes"])
        typed = carry_typed(typed, applied, old, new, version=row.number - 1)
        old = new
    return typed


def revise(chancery: Chancery, actor: Actor, amendment: str) -> Draft:
    """Take up an open amendment of one's own again, as a draft that will replace its changes when it is tabled.

    A draft of it that is not tabled is taken up instead of making another.

    Raises:
        NotFound: ``amendment.unknown``.
        NotPermitted: ``amendment.author``.
        StateConflict: ``amendment.state``, ``declaration.frozen``, ``declaration.sealed``.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, actor.declaration)  # of two that revise at once, one makes the draft
        require_drafting(session, actor.declaration)
        line = queries.amendment(session, actor.declaration, amendment)
        require_author(line, actor)
        if not line.state.is_open:
            raise StateConflict(
                "amendment.state", f"The amendment “{amendment}” is {line.state}.", hint="Table a new amendment."
            )
        for draft in of(session, actor):
            if draft.amendment == amendment and draft.tabled is None:
                return draft
        base = next(row for row in queries.versions(session, actor.declaration) if row.digest == line.amendment.base)
        text = queries.version_text(session, actor.declaration, base.number).text
        typed = typed_of(text, line.amendment.changes, line.amendment.rationale)
        against = Base(base.number, base.digest)
        return _begin(chancery, session, actor, typed, base=against, amendment=amendment)


def require_author(line: StoredAmendment, actor: Actor) -> None:
    """Make sure that an amendment is one's own.

    Raises:
        NotPermitted: ``amendment.author``.

    """
    if line.amendment.by != actor.subject:
        raise NotPermitted(
            "amendment.author", "This amendment is somebody else's.", hint=f"Ask “{line.amendment.by}” to do it."
        )


def require_drafting(session: View, declaration: str) -> None:
    """Make sure that the text is being drafted.

    Raises:
        NotFound: ``declaration.unknown``.
        StateConflict: ``declaration.frozen``, ``declaration.sealed``.

    """
    phase = queries.declaration(session, declaration).phase
    if phase is Phase.FROZEN:
        raise StateConflict(
            "declaration.frozen",
            f"“{declaration}” is frozen for signing: nothing is drafted any more.",
            hint="What you have typed stays on your device, and drafts that were saved stay readable.",
        )
    if phase is Phase.SEALED:
        raise StateConflict(
            "declaration.sealed", f"“{declaration}” is sealed.", hint="Nothing can be changed any more."
        )


def require_untabled(draft: Draft) -> None:
    """Make sure that a draft is still one.

    Raises:
        StateConflict: ``draft.tabled``.

    """
    if draft.tabled is not None:
        raise StateConflict(
            "draft.tabled", f"This draft was tabled as amendment {draft.tabled}.", hint="Revise the amendment instead."
        )


def _base(session: View, declaration: str, digest: str) -> Base:
    rows: Sequence[StoredVersion] = queries.versions(session, declaration)
    for row in rows:
        if row.digest == digest:
            return Base(row.number, row.digest)
    raise InputRefused(
        "draft.base", "No version of this declaration has this digest.", hint="Read the version in force, and name it."
    )


def _carriage(session: View, declaration: str, row: StoredVersion) -> dict[str, Any]:
    assert row.carriage is not None  # only the first version has none
    return documents.document(queries.blob(session, declaration, row.carriage), what="The carriage")


def _stored(draft: Draft) -> StoredDraft:
    content: dict[str, Json] = {
        "format": FORMAT,
        "base": {"number": draft.base.number, "digest": draft.base.digest},
        "amendment": draft.amendment,
        "tabled": draft.tabled,
        "typed": typed_to_json(draft.typed),
    }
    return StoredDraft(draft.drafter, draft.id, content, draft.revision, draft.changed)


def _draft(stored: StoredDraft) -> Draft:
    match stored.content:
        case {
            "format": "declaration-draft/1",
            "base": {"number": int(number), "digest": str(digest)},
            "amendment": (None | str()) as amendment,
            "tabled": (None | str()) as tabled,
            "typed": typed,
        }:
            base = Base(number, digest)
            read = typed_from_json(typed)
            return Draft(stored.draft, stored.drafter, base, read, amendment, tabled, stored.revision, stored.changed)
    raise RecordDamaged(
        "record.draft",
        f"The draft {stored.draft} of “{stored.drafter}” is not of its form.",
        hint="Restore the last backup.",
    )
