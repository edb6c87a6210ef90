"""Who takes part in a declaration: everybody who can be mentioned, and the names of those who ever spoke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from declaration.drafting.mentions import MAX_MENTIONS, mentioned
from declaration.drafting.text import check_id
from declaration.errors import InputRefused, LimitExceeded
from declaration.services.actors import Actor, Role
from declaration.store import queries, reception
from declaration.store.session import View

_MENTIONS: Final = "mentions:"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part.

    Args:
        role: in which.
        id: theirs; with an @ before it, it mentions them. The same id in two roles mentions both.
        name: as the record, or the invitation, names them.
        place: the city of a signatory, or for which a delegate prepares; empty for others.
        is_in: whether they still take part.

    """

    role: Role
    id: str
    name: str
    place: str = ""
    is_in: bool = True

    @property
    def called(self) -> str:
        """Name and place, as pages and files show them."""
        return f"{self.name} ({self.place})" if self.place and self.place not in self.name else self.name


def listed(session: View, declaration: str) -> tuple[Participant, ...]:
    """Return who takes part and who did, by role.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    depositary = queries.declaration(session, declaration).depositary
    parties = queries.signatories(session, declaration)
    cities = {party.id: party.city for party in parties}
    return (
        Participant(Role.DEPOSITARY, depositary.id, depositary.name),
        *(Participant(Role.DRAFTER, one.id, one.name) for one in queries.drafters(session, declaration)),
        *(Participant(Role.SIGNATORY, party.id, party.name, party.city) for party in parties),
        *(
            Participant(Role.DELEGATE, one.id, one.name, cities.get(one.signatory, ""), one.ended is None)
            for one in reception.delegates(session, declaration)
        ),
    )


def names(people: Iterable[Participant]) -> Mapping[tuple[str, str], str]:
    """Return by role and id how people are called."""
    return {(str(one.role), one.id): one.called for one in people}


def found_in(text: str, people: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return those still taking part whom a text mentions.

    Raises:
        LimitExceeded: ``comment.mentions``.

    """
    present = [one for one in people if one.is_in]
    ids = mentioned(text, {one.id for one in present})
    if len(ids) > MAX_MENTIONS:
        raise LimitExceeded(
            "comment.mentions",
            f"A comment mentions {MAX_MENTIONS} people at most.",
            hint="Whoever takes part reads it anyway; mention those who have to answer.",
        )
    return tuple(one for one in present if one.id in ids)


def mentions_of(role: str, subject: str) -> str:
    """Return what somebody follows who wants to hear when they are mentioned, as `read_mentions` reads it."""
    return f"{_MENTIONS}{role}.{subject}"


def is_mentions(topic: str) -> bool:
    """Tell whether a topic that is followed is somebody's mentions."""
    return topic.startswith(_MENTIONS)


def read_mentions(topic: str) -> tuple[Role, str]:
    """Return whose mentions a topic is.

    Raises:
        InputRefused: ``following.topic``.

    """
    role, dot, subject = topic.removeprefix(_MENTIONS).partition(".")
    if not is_mentions(topic) or role not in set(Role) or not dot:
        raise InputRefused("following.topic", f"{topic[:80]!r} cannot be followed.", hint="Write mentions:ROLE.ID.")
    return Role(role), check_id(subject, where="The topic")


def mine(actor: Actor) -> str:
    """Return the topic of an actor's own mentions."""
    return mentions_of(actor.role, actor.subject)
