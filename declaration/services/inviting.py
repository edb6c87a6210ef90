"""Inviting: who is to come in, who has, and the links and codes by which they do, shown once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from declaration.canonical import Json, encode
from declaration.errors import NotPermitted
from declaration.exchange.signatories_json import read_signatories
from declaration.render.qr import Code, code
from declaration.services import entering, letters, news, opening
from declaration.services.actors import Role
from declaration.services.addresses import read_address
from declaration.services.chancery import Chancery
from declaration.services.entering import Invited
from declaration.services.letters import Post
from declaration.signing.statement import Party
from declaration.store import queries, reception
from declaration.store.reception import Invitation
from declaration.store.record import Recorded
from declaration.store.session import View

MAX_AT_ONCE: Final = 200
"""Invitations made by one call: a sheet that is still printed, and a call that still ends in seconds."""
INVITED_HERE: Final = frozenset({Role.DRAFTER, Role.SIGNATORY, Role.DEPOSITARY})
"""Whom the depositary lets in; delegates are named, and invited, by the signatory for whom they prepare."""


class Access(StrEnum):
    """How far somebody has come."""

    ENROLLED = "enrolled"
    INVITED = "invited"
    EXPIRED = "expired"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts in an office.

    Args:
        role: what they do here.
        id: theirs.
        name: of the person, the workshop or the host.
        office: of a signatory, else empty.
        city: of a signatory, else empty.
        native: the city in its own script, else empty.
        country: of a signatory, else empty.
        access: whether they can come in.
        since: when they enrolled.
        until: when the open invitation ends, or ended.

    """

    role: Role
    id: str
    name: str
    office: str
    city: str
    native: str
    country: str
    access: Access
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation as it is handed over: the address holds the secret, and is shown once."""

    invited: Invited
    address: str
    code: Code


@dataclass(frozen=True, slots=True)
class Welcomed:
    """What inviting a list of signatories did, and what was cleaned in it."""

    recorded: tuple[Recorded, ...]
    notes: tuple[str, ...]


def people(session: View, declaration: str, *, now: datetime) -> tuple[Person, ...]:
    """Return the depositary, the drafters and the signatories in the order of protocol, and whether they can come in.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    host = queries.declaration(session, declaration).depositary
    waiting: dict[tuple[str, str], Invitation] = {
        (line.role, line.subject): line
        for line in reception.invitations(session, declaration)
        if line.used is None and line.recalled is None
    }
    enrolled = {
        (line.role, line.subject): line.at for line in reception.passkeys(session, declaration) if line.revoked is None
    }
    enrolled |= {
        (str(Role.SIGNATORY), line.signatory): line.at
        for line in queries.credentials(session, declaration)
        if line.revoked is None
    }

    def person(role: Role, identifier: str, name: str, *about: str) -> Person:
        key = (str(role), identifier)
        since, invitation = enrolled.get(key), waiting.get(key)
        until = None if invitation is None else invitation.expires
        office, city, native, country = about or ("", "", "", "")
        return Person(role, identifier, name, office, city, native, country, _access(since, until, now), since, until)

    return (
        person(Role.DEPOSITARY, host.id, host.name),
        *(person(Role.DRAFTER, line.id, line.name) for line in queries.drafters(session, declaration)),
        *(
            person(Role.SIGNATORY, line.id, line.name, line.office, line.city, line.native, line.country)
            for line in queries.signatories(session, declaration)
        ),
    )


def _access(since: datetime | None, until: datetime | None, now: datetime) -> Access:
    if since is not None:
        return Access.ENROLLED
    if until is None:
        return Access.NONE
    return Access.INVITED if until > now else Access.EXPIRED


def add_signatories(chancery: Chancery, declaration: str, roster: Mapping[str, Json]) -> Welcomed:
    """Invite the signatories of a roster (docs/spec/exchange.md, section 3), all of them or none.

    Raises:
        InputRefused, LimitExceeded: the roster is not of its form.
        StateConflict: ``record.otherwise``, one of them is invited already, in other words; the text is frozen.

    """
    read = read_signatories(encode(dict(roster)), file="The list of signatories")
    parties = [
        Party(line.id, line.office, line.name, line.city, line.native, line.country) for line in read.signatories
    ]
    return Welcomed(opening.invite_signatories(chancery, declaration, parties), read.notes)


def invite(chancery: Chancery, declaration: str, role: Role, subject: str) -> Link:
    """Make an invitation; an earlier one that has not been used ends.

    Raises:
        NotPermitted: ``invitation.role``.
        NotFound: nobody of that id holds the role.
        StateConflict: ``invitation.enrolled``.

    """
    _require_ours(role)
    return link_of(chancery, entering.invite(chancery, declaration, role, subject))


def invite_by_letter(
    chancery: Chancery, declaration: str, role: Role, subject: str, *, address: str, language: str
) -> Invited:
    """Make an invitation and send its link by e-mail; the address is kept until the letter has gone, and no longer.

    Where nobody takes the letter the invitation is recalled, so that it does not look as if somebody had it.

    Args:
        chancery: the service.
        declaration: its id.
        role: whose.
        subject: id of who is invited.
        address: of e-mail, as the depositary wrote it.
        language: in which to write, one of `letter_words.SPOKEN`.

    Raises:
        NotPermitted: ``invitation.role``.
        InputRefused: ``mail.address``, ``mail.address-letters``.
        NotFound: nobody of that id holds the role.
        StateConflict: ``invitation.enrolled``.

    """
    _require_ours(role)
    to = read_address(address)
    with chancery.store.transaction() as session:
        invited = entering.invite_within(chancery, session, declaration, role, subject)
        words = news.invitation(
            chancery,
            session,
            declaration,
            name=invited.actor.name,
            role=role,
            link=_address(chancery, invited),
            until=invited.expires,
            language=language,
        )
        letters.post(chancery, session, declaration, Post.INVITATION, to=to, words=words, invitation=invited.name)
    return invited


def invite_waiting(
    chancery: Chancery, declaration: str, role: Role, *, again: bool, after: str = "", limit: int = MAX_AT_ONCE
) -> tuple[tuple[Link, ...], str | None]:
    """Make an invitation for everybody of a role who has not enrolled, in the order of protocol.

    Args:
        chancery: the service.
        declaration: its id.
        role: whose.
        again: also for those whose invitation is still open; the earlier one ends.
        after: id of the last one of the call before; empty to begin.
        limit: invitations made by this call.

    Returns:
        The links, and the id to go on after; None when all are invited.

    Raises:
        NotPermitted: ``invitation.role``.

    """
    _require_ours(role)
    with chancery.store.reading() as session:
        found = [line for line in people(session, declaration, now=chancery.now()) if line.role is role]
    start = next((place for place, line in enumerate(found, 1) if line.id == after), 0)
    wanted = {Access.NONE, Access.EXPIRED, *([Access.INVITED] if again else [])}
    waiting = [line.id for line in found[start:] if line.access in wanted]
    made = [link_of(chancery, entering.invite(chancery, declaration, role, who)) for who in waiting[:limit]]
    return tuple(made), waiting[limit - 1] if len(waiting) > limit else None


def replace_device(chancery: Chancery, declaration: str, role: Role, subject: str, *, reason: str) -> Link:
    """Revoke what somebody comes in with, and invite them anew; what they have signed stays valid.

    Raises:
        NotPermitted: ``invitation.role``: delegates belong to their signatory, and the depositary would shut itself
            out.
        NotFound: nobody of that id holds the role; ``credential.none``.

    """
    _require_ours(role, INVITED_HERE - {Role.DEPOSITARY})
    return link_of(chancery, entering.replace_device(chancery, declaration, role, subject, reason=reason))


def recall(chancery: Chancery, declaration: str, role: Role, subject: str) -> int:
    """Recall an invitation that has not been used; return how many there were, one or none.

    Raises:
        NotPermitted: ``invitation.role``.

    """
    _require_ours(role)
    with chancery.store.transaction() as session:
        return reception.recall(session, declaration, role, subject, at=chancery.now())


def _require_ours(role: Role, ours: frozenset[Role] = INVITED_HERE) -> None:
    if role not in ours:
        raise NotPermitted(
            "invitation.role",
            f"The depositary does not do this for the role “{role}”.",
            hint=f"It is done for: {', '.join(sorted(ours))}.",
        )


def link_of(chancery: Chancery, invited: Invited) -> Link:
    """Return what is handed to somebody who is invited."""
    address = _address(chancery, invited)
    return Link(invited, address, code(address))


def _address(chancery: Chancery, invited: Invited) -> str:
    return f"{chancery.site.origins[0]}/{invited.actor.declaration}/welcome#{invited.secret}"
