"""The depositary's desk, as pages: where the summit stands, people, amendments, agreement, the ceremony, the audit."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from babel.languages import get_official_languages

from declaration.drafting.positions import Stance
from declaration.drafting.states import Phase
from declaration.ledger.entries import MAX_MINIMUM
from declaration.services import (
    agreeing,
    consolidating,
    control,
    overview,
    readiness,
    reading,
    ruling,
    survey,
    translating,
)
from declaration.services.actors import Role
from declaration.services.control import Standing
from declaration.services.inviting import Access, Person, people
from declaration.services.overview import Step
from declaration.services.reservations import register
from declaration.services.survey import Fit, Wanted
from declaration.store import queries, supporting
from declaration.web.languages import SPOKEN, catalogues
from declaration.web.pages.entering import Room, Shown, Visit

DEPOSITARY: Final = (Role.DEPOSITARY,)
PEOPLE: Final = 200
"""Signatories on one page of the list: more are read by nobody."""
_PAGE: Final = re.compile(r"[1-9][0-9]{0,5}")


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
    return str(catalogues()[language].gettext(sentence))


def spoken_in(country: str) -> str:
    """Return the language of ours in which to speak to somebody from a country: an official one of it, else English."""
    official = get_official_languages(country, de_facto=True, regional=True) if country else ()
    return next((tag for tag in official if tag in SPOKEN), "en")


def _amendments(visit: Visit) -> Shown:
    wanted = _wanted(visit)
    page = visit.parameters.get("page", "")
    found = survey.survey(visit.session, visit.declaration, wanted, page=int(page) if _PAGE.fullmatch(page) else 1)
    work, text = found.whole.work, found.whole.work.version.text
    groups = [group for spot in found.spots for group in spot.groups]
    row = queries.version(visit.session, visit.declaration, work.version.number)
    return {
        **_ruled(visit),
        "found": found,
        "wanted": wanted,
        "work": work,
        "open": found.whole.open,
        "adopted": row.at if row is not None else None,
        "places": {group.amendments: consolidating.places(work, group) for group in groups},
        "titles": {part.id: part.title for part in text.sections},
        "names": reading.names(visit.session, visit.declaration),
        "lang": visit.texts(),
        "languages": text.languages,
        "numbers": reading.numbers(text),
        "sections": [part for part in reading.parts(text) if part.section.id in found.sections],
        "clauses": [line for part in reading.parts(text) for line in part.lines],
        "undo": overview.undoing_of(visit.session, visit.declaration),
        "drafting": _phase(visit) is Phase.DRAFTING,
    }


def _wanted(visit: Visit) -> Wanted:
    """Read what is to be shown; what is not understood restricts nothing."""
    asked = {name: visit.parameters.get(name) or None for name in ("fit", "by", "section")}
    fit = Fit(asked["fit"]) if asked["fit"] in set(Fit) else None
    return Wanted(fit, asked["by"], asked["section"], bool(visit.parameters.get("alike")))


def _rules(visit: Visit) -> Shown:
    rules = supporting.rules(visit.session, visit.declaration)
    local = None
    if rules.deadline is not None:
        local = ruling.on_clocks(rules.deadline, str(rules.zone)).strftime("%Y-%m-%dT%H:%M")
    return {
        **_ruled(visit),
        "local": local,
        "zones": sorted({*ruling.zones(), *filter(None, (rules.zone,))}),
        "drafters": len(queries.drafters(visit.session, visit.declaration)),
        "most": MAX_MINIMUM,
        "drafting": _phase(visit) is Phase.DRAFTING,
    }


def _ruled(visit: Visit) -> Shown:
    """Return the rules in force, and whether their deadline is over."""
    rules = supporting.rules(visit.session, visit.declaration)
    return {"rules": rules, "is_over": rules.is_over(visit.at)}


def _agreement(visit: Visit) -> Shown:
    return {
        "found": agreeing.blocking(visit.session, visit.declaration),
        "register": register(visit.session, visit.declaration),
        "lang": visit.texts(),
        "languages": visit.frame.languages,
        "Stance": Stance,
    }


def _languages(visit: Visit) -> Shown:
    asked, everything = visit.parameters.get("page", ""), visit.parameters.get("show") == "all"
    page = int(asked) if _PAGE.fullmatch(asked) else 1
    found = translating.bench(
        visit.session, visit.declaration, visit.parameters.get("of"), everything=everything, page=page
    )
    return {
        "bench": found,
        "here": None if found is None else next(line for line in found.tongues if line.language == found.language),
        "drafting_language": visit.frame.languages[0],
        "everything": everything,
        "drafting": _phase(visit) is Phase.DRAFTING,
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
    Room(
        "/desk/amendments",
        "depositary/amendments.html",
        _amendments,
        DEPOSITARY,
        ("lang", "section", "fit", "by", "alike", "page"),
    ),
    Room("/desk/rules", "depositary/rules.html", _rules, DEPOSITARY),
    Room("/desk/languages", "depositary/languages.html", _languages, DEPOSITARY, ("of", "show", "page")),
    Room("/desk/agreement", "depositary/agreement.html", _agreement, DEPOSITARY, ("lang",)),
    Room("/desk/ceremony", "depositary/ceremony.html", _ceremony, DEPOSITARY),
    Room("/desk/audit", "depositary/audit.html", _audit, DEPOSITARY),
)
"""Every page of the depositary."""
