"""Drafts: what a drafter has typed, saved as it was typed, private until it is tabled.

A draft says against which version it was typed. When another version is adopted, it is carried there on reading
(`opened`), and stays as it was until its author saves it again; so nobody's words change behind their back.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from declaration.canonical import Json
from declaration.drafting.amendment import Amendment, changes_from_json, changes_to_json
from declaration.drafting.apply import apply
from declaration.drafting.states import Phase
from declaration.drafting.text import Text, Version
from declaration.errors import LimitExceeded, NotFound, NotPermitted, RecordDamaged, StateConflict
from declaration.services import kinship
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.grounds import Base, carried, named_base, present_base, taken_up
from declaration.services.typed import Derived, Typed, derive, typed_of
from declaration.services.typed_json import typed_from_json, typed_to_json
from declaration.store import drafts as kept
from declaration.store import leaves, queries, supporting
from declaration.store.drafts import StoredDraft
from declaration.store.session import View
from declaration.store.values import StoredAmendment

FORMAT: Final = "declaration-draft/1"
"""Value of the member ``format`` of a draft as it is kept."""
MAX_DRAFTS: Final = 200
"""Drafts of one drafter that are not tabled: more are a program's mistake."""
_ID: Final = 10
"""Random bytes in the id of a draft: sixteen letters and digits, which nobody guesses."""


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
        amends: the open amendment that it shall change; None for a draft of the text itself.
        alternative: the first of the alternatives to which it shall belong.

    """

    id: str
    drafter: str
    base: Base
    typed: Typed
    amendment: str | None
    tabled: str | None
    revision: int
    changed: datetime
    amends: str | None = None
    alternative: str | None = None

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
        typed: what was typed, carried to `text`.
        base: what it refers to now.
        text: of the version, or as the amendment that is amended makes it.

    """

    draft: Draft
    version: Version
    typed: Typed
    base: Base
    text: Text

    @property
    def is_carried(self) -> bool:
        """Whether the text to which it refers has changed since the draft was saved."""
        return self.draft.base.digest != self.base.digest

    @property
    def amends(self) -> str | None:
        """The amendment that it changes, as long as that is open and fits the version in force."""
        return None if self.base.changes is None else self.draft.amends

    def derive(self) -> Derived:
        """Return the explicit changes of `text` that come of what was typed."""
        return derive(self.text, self.typed)

    def as_amendment(self, identifier: str, derived: Derived) -> Amendment:
        """Return what it would be as an amendment; errors as `Amendment`.

        Args:
            identifier: of the amendment.
            derived: what comes of it; there are changes.

        """
        return Amendment(
            identifier,
            self.draft.drafter,
            self.version.digest,
            derived.rationale,
            derived.changes,
            alternative=self.draft.alternative,
            amends=self.amends,
        )


Check = Callable[[str], None]
"""Raises unless the tag is that of what the caller looked at."""


def create(
    chancery: Chancery,
    actor: Actor,
    typed: Typed,
    *,
    base: str | None = None,
    amends: str | None = None,
    alternative: str | None = None,
) -> Draft:
    """Begin a draft.

    Args:
        chancery: the service.
        actor: a drafter.
        typed: what was typed so far.
        base: digest of the version against which; None for the one in force, and for a draft that amends.
        amends: an open amendment that it shall change.
        alternative: an open amendment to which it shall be an alternative; what that amends, it amends too.

    Raises:
        StateConflict: ``declaration.frozen``, ``declaration.sealed``; ``amendment.parent``, ``amendment.depth``,
            ``amendment.alternative``.
        InputRefused: ``draft.base``.
        LimitExceeded: ``draft.many``.

    """
    with chancery.store.transaction() as session:
        require_drafting(session, actor.declaration)
        kin = kinship.Kin(amends, None)
        if alternative is not None:
            kin = kinship.alternative_to(session, actor.declaration, alternative)
        against = present_base(session, actor.declaration, kinship.require_amendable(session, actor.declaration, kin))
        if base is not None and base != against.digest:
            against = named_base(session, actor.declaration, base)
        return _begin(chancery, session, actor, typed, base=against, amendment=None, kin=kin)


def _begin(
    chancery: Chancery,
    session: View,
    actor: Actor,
    typed: Typed,
    *,
    base: Base,
    amendment: str | None,
    kin: kinship.Kin,
) -> Draft:
    if sum(draft.tabled is None for draft in of(session, actor)) >= MAX_DRAFTS:
        raise LimitExceeded("draft.many", f"You have {MAX_DRAFTS} drafts.", hint="Table or discard some of them.")
    identifier = base64.b32encode(chancery.random(_ID)).decode().lower()
    draft = Draft(
        identifier, actor.subject, base, typed, amendment, None, 1, chancery.now(), kin.amends, kin.alternative
    )
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
        against = next(
            (
                known
                for known in (present.base, present_base(session, actor.declaration, present.amends))
                if known.digest == base
            ),
            None,
        ) or named_base(session, actor.declaration, base)
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
    now = present_base(session, actor.declaration, draft.amends)
    text = version.text if now.changes is None else apply(version.text, now.changes)
    if draft.tabled is not None or draft.base.digest == now.digest:
        return Opened(draft, version, draft.typed, now, text)
    return Opened(draft, version, carried(session, actor.declaration, draft.typed, draft.base, now), now, text)


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
        against, changes, text = taken_up(session, actor.declaration, line)
        typed = typed_of(text, changes, line.amendment.rationale)
        kin = kinship.Kin(None if against.changes is None else line.amendment.amends, line.amendment.alternative)
        return _begin(chancery, session, actor, typed, base=against, amendment=amendment, kin=kin)


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


def _stored(draft: Draft) -> StoredDraft:
    content: dict[str, Json] = {
        "format": FORMAT,
        "base": {"number": draft.base.number, "digest": draft.base.digest},
        "amendment": draft.amendment,
        "tabled": draft.tabled,
        "typed": typed_to_json(draft.typed),
        "amends": draft.amends,
        "alternative": draft.alternative,
        "amended": None if draft.base.changes is None else changes_to_json(draft.base.changes),
    }
    return StoredDraft(draft.drafter, draft.id, content, draft.revision, draft.changed)


def _draft(stored: StoredDraft) -> Draft:
    content = stored.content if isinstance(stored.content, dict) else {}
    match content:
        case {
            "format": "declaration-draft/1",
            "base": {"number": int(number), "digest": str(digest)},
            "amendment": (None | str()) as amendment,
            "tabled": (None | str()) as tabled,
            "typed": typed,
        }:
            amended = content.get("amended")
            return Draft(
                id=stored.draft,
                drafter=stored.drafter,
                base=Base(number, digest, None if amended is None else changes_from_json(amended)),
                typed=typed_from_json(typed),
                amendment=amendment,
                tabled=tabled,
                revision=stored.revision,
                changed=stored.changed,
                amends=_name(content.get("amends")),
                alternative=_name(content.get("alternative")),
            )
    raise RecordDamaged(
        "record.draft",
        f"The draft {stored.draft} of “{stored.drafter}” is not of its form.",
        hint="Restore the last backup.",
    )


def _name(value: Json) -> str | None:
    return value if isinstance(value, str) else None
