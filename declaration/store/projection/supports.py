"""Support for amendments: given by a drafter to exact words, and never to what the amendment says later.

A sponsor is one who supported the words before they were put forward; the entry that does so names them. Others support
an open amendment by entries of their own. When its author, or an adoption, makes it say something else, the support
that was given before is stale from that entry on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update

from declaration.drafting.amendment import Amendment
from declaration.errors import InputRefused, NotPermitted, StateConflict
from declaration.ledger import forms
from declaration.store.ask import given
from declaration.store.projection.act import Act
from declaration.store.projection.opened import opened
from declaration.store.tables import Drafters, Supports

_DRAFTERS: Final = select(Drafters.drafter).where(Drafters.declaration == given("declaration"))
_LIVE: Final = select(Supports.content).where(
    Supports.declaration == given("declaration"),
    Supports.amendment == given("amendment"),
    Supports.drafter == given("drafter"),
    Supports.stale.is_(None),
    Supports.withdrawn.is_(None),
)


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who supported words before they were put forward, and when."""

    drafter: str
    at: datetime


def sponsors_of(act: Act, written: Amendment) -> tuple[Sponsor, ...]:
    """Return those whom an entry names as sponsors of an amendment beside its author.

    Raises:
        InputRefused: ``sponsor.author``, the author is named; ``sponsor.content``, one supported other words;
            ``sponsor.later``, one supported after the entry.
        NotPermitted: ``sponsor.drafter``, one is not admitted as a drafter.

    """
    named = act.entry.body.get("sponsors")
    if not isinstance(named, list):
        return ()
    admitted, content = set(act.ask(_DRAFTERS).scalars()), written.content
    found = []
    for item in named:
        assert isinstance(item, dict)  # the entry has checked the form
        drafter = str(item["drafter"])
        if drafter == written.by:
            raise InputRefused(
                "sponsor.author", "The author stands behind the amendment anyway.", hint="Name the others."
            )
        if drafter not in admitted:
            raise _not_admitted(drafter)
        if item["content"] != content:
            raise InputRefused(
                "sponsor.content",
                f"“{drafter}” supported other words than these.",
                hint="Ask again: support is given to exact words.",
            )
        at = forms.read_moment(item["at"], "entry.body.sponsors")
        if at > act.entry.at:
            raise InputRefused(
                "sponsor.later",
                f"“{drafter}” cannot have supported these words later than they were put forward.",
                hint="Name when the support was given.",
            )
        found.append(Sponsor(drafter, at))
    return tuple(found)


def write_sponsors(act: Act, written: Amendment, sponsors: Iterable[Sponsor]) -> None:
    """Write the support of those who sponsor what the act puts forward."""
    for sponsor in sponsors:
        _write(act, written.id, sponsor.drafter, written.content, sponsor.at)


def amendment_supported(act: Act) -> None:
    """Support what an open amendment says now.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``, it is decided; ``support.content``, it says something else now;
            ``support.given``, these words are supported already.
        NotPermitted: ``support.own``; ``sponsor.drafter``.

    """
    amendment, drafter = act.text("amendment"), act.entry.by
    line = opened(act)
    if drafter == line.author:
        raise NotPermitted(
            "support.own", "An author stands behind the own amendment anyway.", hint="Ask others to support it."
        )
    if drafter not in set(act.ask(_DRAFTERS).scalars()):
        raise _not_admitted(drafter)
    if act.text("content") != line.present(act).content:
        raise StateConflict(
            "support.content",
            f"The amendment “{amendment}” says something else now.",
            hint="Read it again, then support what it says.",
        )
    if act.ask(_LIVE, amendment=amendment, drafter=drafter).scalar() is not None:
        raise StateConflict(
            "support.given", f"“{drafter}” supports “{amendment}” already.", hint="There is nothing to do."
        )
    _write(act, amendment, drafter, act.text("content"), act.entry.at)


def amendment_unsupported(act: Act) -> None:
    """Take support back that counts.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``; ``support.none``.

    """
    amendment, drafter = act.text("amendment"), act.entry.by
    opened(act)
    if act.ask(_LIVE, amendment=amendment, drafter=drafter).scalar() is None:
        raise StateConflict(
            "support.none",
            f"“{drafter}” does not support what “{amendment}” says now.",
            hint="There is nothing to take back.",
        )
    act.session.execute(
        update(Supports)
        .where(Supports.declaration == act.declaration, Supports.amendment == amendment, Supports.drafter == drafter)
        .values(withdrawn=act.index)
    )


def outlive(act: Act, amendment: str, content: str | None = None) -> None:
    """Let support that counts become stale, because the act makes the amendment say something else.

    Args:
        act: which does.
        amendment: its id.
        content: digest of what it says now; whoever supported just this keeps on supporting it.

    """
    former = update(Supports).where(
        Supports.declaration == act.declaration,
        Supports.amendment == amendment,
        Supports.stale.is_(None),
        Supports.withdrawn.is_(None),
    )
    if content is not None:
        former = former.where(Supports.content != content)
    act.session.execute(former.values(stale=act.index))


def _write(act: Act, amendment: str, drafter: str, content: str, at: datetime) -> None:
    mine = (Supports.declaration == act.declaration, Supports.amendment == amendment, Supports.drafter == drafter)
    act.session.execute(delete(Supports).where(*mine))
    act.add(
        Supports,
        amendment=amendment,
        drafter=drafter,
        content=content,
        entry=act.index,
        at=at,
        stale=None,
        withdrawn=None,
    )


def _not_admitted(drafter: str) -> NotPermitted:
    return NotPermitted(
        "sponsor.drafter", f"“{drafter}” is not admitted as a drafter.", hint="Drafters support one another."
    )
