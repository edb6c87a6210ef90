"""What the depositary's tests need: amendments that are tabled, and the desk's addresses."""

from web_summit import API, DECLARATION

from declaration.canonical import sha256
from declaration.ceremony.device import Choice, Device
from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_delete, derive_insert, derive_replace
from declaration.drafting.positions import Stance
from declaration.services import enrolment, negotiating, positions, signing
from declaration.services.chancery import party_of
from declaration.store import queries

DESK = f"{API}/desk"
SQUARES = "We open our squares to everybody."
NIGHT = "We open our squares and our gardens to everybody, by day and by night."
WATER = "We keep the water clean for those who will come after us."


def version(summit):
    return negotiating.current_version(summit.chancery, DECLARATION)


def table(summit, identifier, *changes, by="workshop", rationale="So that it is said."):
    """Table an amendment whose changes are made by functions of the text, or by (clause, language, words)."""
    current = version(summit)
    made = tuple(
        change(current.text) if callable(change) else derive_replace(current.text, *change) for change in changes
    )
    amendment = Amendment(identifier, by, current.digest, rationale, made)
    negotiating.table(summit.chancery, DECLARATION, amendment)
    return amendment


def air(text):
    texts = {"fr": "Nous gardons l’air pur.", "en": "We keep the air clean.", "ar": "نحافظ على نقاء الهواء."}
    return derive_insert(text, "city", "city-2", "city-air", texts)


def without_water(text):
    return derive_delete(text, "city-2")


def state(summit, identifier):
    """An amendment's state and its conflict."""
    with summit.chancery.store.reading() as session:
        found = queries.amendment(session, DECLARATION, identifier)
    return str(found.state), found.conflict


def record_of(summit):
    """Everything that a freeze fixes: head, version, phase, and the states of the amendments."""
    with summit.chancery.store.reading() as session:
        stands = queries.declaration(session, DECLARATION)
        current = queries.current_version(session, DECLARATION)
        return (
            stands.phase,
            current.digest,
            [(line.amendment.id, str(line.state)) for line in queries.amendments(session, DECLARATION)],
            queries.positions(session, DECLARATION),
            [party.id for party in queries.signatories(session, DECLARATION)],
        )


def words(text=SQUARES, *, clause="city-1", language="en"):
    return {"clause": clause, "language": language, "text": text}


def addresses(app):
    """Every address of an application, each with the methods that it takes; routers that it includes, too."""
    for route in app.routes:
        inner = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
        for item in inner:
            yield from ((method, item.path) for method in sorted(getattr(item, "methods", None) or ()))


def device_of(summit, subject):
    """A signatory's device, enrolled, apart from any browser."""
    with summit.chancery.store.reading() as session:
        party = party_of(queries.signatory(session, DECLARATION, subject))
    site = summit.chancery.site
    device = Device(
        seed=sha256(subject.encode()),
        party=party,
        declaration=DECLARATION,
        ledger=site.ledger_origin(DECLARATION),
        rp_id=site.rp_id,
        origin=site.origins[0],
    )
    offer = enrolment.offer(summit.chancery, DECLARATION, subject)
    made = device.create(offer.challenge)
    registered = enrolment.register(summit.chancery, DECLARATION, subject, challenge=offer.challenge, credential=made)
    proof = device.prove(registered.statement)
    enrolment.prove(summit.chancery, registered.statement, public_key=registered.public_key, assertion=proof)
    return device


def sign(summit, device):
    """Sign with it, as the page does."""
    subject = device.party.id
    with summit.chancery.store.reading() as session:
        frozen = queries.frozen_instrument(session, DECLARATION)
        files = [queries.blob(session, DECLARATION, name) for name in (frozen.instrument, frozen.document)]
    hand = device.begin(*files)
    statement = signing.begin(summit.chancery, DECLARATION, subject, key=hand.public_key)
    assertion = hand.authorise(statement)
    given = signing.authorise(summit.chancery, statement, assertion, key=hand.public_key)
    signature = hand.sign(given.attributes, given.certificate)
    draft = signing.Draft(statement, assertion, given.certificate, given.attributes)
    signing.complete(summit.chancery, draft, signature)


def accept(summit, device, clause, stance="accept", words=None):
    """Take a position with it."""
    chosen = {clause: positions.Chosen(Stance(stance), words)}
    with summit.chancery.store.reading() as session:
        text = queries.current_version(session, DECLARATION).text
    seen = {clause: Choice(text.clause(clause).digest, stance, words)}
    for statement in positions.prepare(summit.chancery, DECLARATION, device.party.id, chosen):
        positions.confirm(summit.chancery, statement, device.confirm(statement, seen))
