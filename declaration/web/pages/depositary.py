"""The depositary's desk, as pages: where the summit stands, people, amendments, agreement, the ceremony, the audit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from babel.languages import get_official_languages

from declaration.drafting.positions import Stance
from declaration.drafting.states import Phase
from declaration.drafting.text import Text
from declaration.services import agreeing, consolidating, control, overview, proposals, readiness, reading
from declaration.services.actors import Role
from declaration.services.consolidating import Workspace
from declaration.services.control import Standing
from declaration.services.inviting import Access, Person, people
from declaration.services.overview import Step
from declaration.services.proposals import Wish
from declaration.store import queries
from declaration.store.values import StoredAmendment
from declaration.web.languages import SPOKEN, catalogues
from declaration.web.pages.entering import Room, Shown, Visit

DEPOSITARY: Final = (Role.DEPOSITARY,)
PEOPLE: Final = 200
"""Signatories on one page of the list: more are read by nobody."""
AMENDMENTS: Final = 100
"""Open amendments up to which all sections of the text stand on one page."""


def _(sentence: str) -> str:
    """Mark a sentence of a card, which is said in the language of whoever gets it."""
    return sentence


CARD: Final = {
    "eyebrow": _("Personal invitation"),
    "signatory": _("With this card you take positions on the text and sign it, for your city."),
    "drafter": _("With this card you propose amendments to the text."),
    "depositary": _("With this card you act for the depositary."),
    "scan": _("Scan the code with the camera of your own phone, or enter the address below."),
    "passkey": _("Make your passkey there: the phone asks for your finger, your face or its screen lock."),
    "alone": _("From then on your phone alone lets you in. Nobody can sign in your place, this service neither."),
    "once": _("This card counts once, until {date}. Keep it like a key, and hand it to nobody."),
}
"""What an invitation says on paper."""


def _desk(visit: Visit) -> Shown:
    return {"glance": overview.overview(visit.session, visit.declaration, now=_now()), "steps": tuple(Step)}


def _people(visit: Visit) -> Shown:
    found = people(visit.session, visit.declaration, now=_now())
    signatories = [line for line in found if line.role is Role.SIGNATORY]
    wanted = visit.parameters.get("show", "")
    chosen = [line for line in signatories if wanted != "waiting" or line.access is not Access.ENROLLED]
    start = _start(chosen, visit.parameters.get("after", ""))
    shown = chosen[start : start + PEOPLE]
    return {
        "signatories": shown,
        "all": len(signatories),
        "waiting": sum(line.access is not Access.ENROLLED for line in signatories),
        "next": shown[-1].id if start + PEOPLE < len(chosen) else None,
        "show": wanted if wanted == "waiting" else "all",
        "drafters": [line for line in found if line.role is Role.DRAFTER],
        "cards": {tag: {name: _said(tag, sentence) for name, sentence in CARD.items()} for tag in SPOKEN},
        "spoken_in": json.dumps({line.country: spoken_in(line.country) for line in signatories}),
        "drafting": _phase(visit) is Phase.DRAFTING,
    }


def _start(people: Sequence[Person], after: str) -> int:
    return next((place for place, line in enumerate(people, 1) if line.id == after), 0)


def _said(language: str, sentence: str) -> str:
    return str(_catalogues()[language].gettext(sentence))


@cache
def _catalogues() -> Mapping[str, Any]:
    return catalogues()


def spoken_in(country: str) -> str:
    """Return the language of ours in which to speak to somebody from a country: an official one of it, else English."""
    official = get_official_languages(country, de_facto=True, regional=True) if country else ()
    return next((tag for tag in official if tag in SPOKEN), "en")


def _amendments(visit: Visit) -> Shown:
    work = consolidating.workspace(visit.session, visit.declaration)
    text = work.version.text
    wishes = {
        line.amendment.id: proposals.wishes(text, line.amendment.changes) for line in work.open if not line.conflict
    }
    section = _section(visit, work, text)
    row = queries.version(visit.session, visit.declaration, work.version.number)
    return {
        "work": work,
        "adopted": row.at if row is not None else None,
        "lines": {line.amendment.id: line for line in work.open},
        "wishes": wishes,
        "places": {group.amendments: consolidating.places(work, group) for group in work.groups},
        "groups": [group for group in work.groups if _touches(group.amendments, wishes, section)],
        "fitting": [name for name in work.fitting if _touches((name,), wishes, section)],
        "stuck": [_by_id(work.open, name) for name in work.stuck],
        "section": section,
        "sections": [
            part for part in reading.parts(text) if any(_touches((n,), wishes, part.section.id) for n in wishes)
        ],
        "titles": {part.id: part.title for part in text.sections},
        "names": reading.names(visit.session, visit.declaration),
        "lang": visit.texts(),
        "languages": text.languages,
        "numbers": reading.numbers(text),
        "clauses": [line for part in reading.parts(text) for line in part.lines],
        "undo": overview.undoing_of(visit.session, visit.declaration),
        "drafting": _phase(visit) is Phase.DRAFTING,
    }


def _section(visit: Visit, work: Workspace, text: Text) -> str:
    """Return the section that is shown; none for all, where they are few enough."""
    wanted = visit.parameters.get("section", "")
    known = [section.id for section in text.sections]
    if wanted in known:
        return wanted
    return "" if len(work.open) <= AMENDMENTS or not known else known[0]


def _touches(amendments: Sequence[str], wishes: Mapping[str, tuple[Wish, ...]], section: str) -> bool:
    return not section or any(wish.section == section for name in amendments for wish in wishes[name])


def _by_id(lines: Sequence[StoredAmendment], wanted: str) -> StoredAmendment:
    return next(line for line in lines if line.amendment.id == wanted)


def _agreement(visit: Visit) -> Shown:
    return {
        "found": agreeing.blocking(visit.session, visit.declaration),
        "lang": visit.texts(),
        "languages": visit.frame.languages,
        "Stance": Stance,
    }


def _ceremony(visit: Visit) -> Shown:
    stands = control.ceremony(visit.session, visit.declaration)
    drafting = stands.phase is Phase.DRAFTING
    parties = {place.party.id: place.party for place in stands.places}
    return {
        "stands": stands,
        "ready": readiness.readiness(visit.session, visit.declaration) if drafting else None,
        "parties": parties,
        "languages": visit.frame.languages,
        "signed": stands.count(Standing.SIGNED),
        "declined": stands.count(Standing.DECLINED),
        "former": [line for line in queries.instruments(visit.session, visit.declaration) if line.unfrozen is not None],
    }


def _audit(visit: Visit) -> Shown:
    return {"size": queries.declaration(visit.session, visit.declaration).size}


def _phase(visit: Visit) -> Phase:
    return queries.declaration(visit.session, visit.declaration).phase


def _now() -> datetime:
    return datetime.now(UTC)


PAGES: Final = (
    Room("/desk", "depositary/desk.html", _desk, DEPOSITARY),
    Room("/desk/people", "depositary/people.html", _people, DEPOSITARY, ("show", "after")),
    Room("/desk/amendments", "depositary/amendments.html", _amendments, DEPOSITARY, ("lang", "section")),
    Room("/desk/agreement", "depositary/agreement.html", _agreement, DEPOSITARY, ("lang",)),
    Room("/desk/ceremony", "depositary/ceremony.html", _ceremony, DEPOSITARY),
    Room("/desk/audit", "depositary/audit.html", _audit, DEPOSITARY),
)
"""Every page of the depositary."""
