"""A whole summit, from the opening of the text to the seal, through the services; every step can be interrupted.

Each step asks the record what is done already, so that the same ceremony, started again on the same database, goes on
where it was cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from declaration.ceremony.device import Device
from declaration.ceremony.negotiation import Negotiation
from declaration.ceremony.plan import Plan
from declaration.ceremony.stage import Stage
from declaration.drafting.states import Phase
from declaration.render.values import MissingGlyph, Occasion
from declaration.services import enrolment, evidence, freezing, opening, sealing, signing, translating
from declaration.services.chancery import Chancery
from declaration.store import checkpoints, queries

HANDS = 35
"""Devices that act at the same time: as many as mayors stood in the Ehrenhof."""
BATCH = 200
"""Invitations in one transaction."""


class Summit:
    """One declaration's ceremony.

    Args:
        chancery: the service.
        plan: what is played.
        devices: the signatories' devices, by id; the service never sees their keys.
        stage: who watches.

    """

    def __init__(self, chancery: Chancery, plan: Plan, devices: Mapping[str, Device], stage: Stage) -> None:
        self._chancery = chancery
        self._plan = plan
        self._devices = devices
        self._stage = stage
        self._id = plan.text.id
        self.missing_glyphs: list[MissingGlyph] = []

    def play(self) -> sealing.Sealed:
        """Play everything and return the sealed edition."""
        self.assemble()
        negotiation = Negotiation(self._chancery, self._plan, self._devices, self._stage)
        if self._phase() is Phase.DRAFTING:
            negotiation.play()
            self._confirm_languages()
            self._freeze()
        negotiation.refuse_late()
        self._answer()
        return self._seal()

    def assemble(self) -> None:
        """Open the text, invite everybody, and let every device enrol."""
        self._open()
        self._enrol()

    def _open(self) -> None:
        drafters = {line.id: line.name for line in self._plan.acts.drafters}
        for line in (*self._plan.acts.amendments, *self._plan.acts.late):
            drafters.setdefault(line.by, line.by)
        self._stage.step("The text is opened, drafters and signatories are invited", 2)
        version = opening.open_declaration(self._chancery, self._plan.text, self._plan.depositary)
        with self._chancery.store.reading() as session:
            promised = checkpoints.latest(session, self._id)
            admitted = {drafter.id for drafter in queries.drafters(session, self._id)}
            invited = {party.id for party in queries.signatories(session, self._id)}
        if promised is None:  # from the first moment the ledger is bound to the keys of this service
            evidence.checkpoint(self._chancery, self._id)
        for drafter, name in drafters.items():
            if drafter not in admitted and drafter != self._plan.depositary.id:
                opening.admit_drafter(self._chancery, self._id, drafter, name)
        self._stage.advance()
        waiting = [party for party in self._plan.parties if party.id not in invited]
        for start in range(0, len(waiting), BATCH):
            opening.invite_signatories(self._chancery, self._id, waiting[start : start + BATCH])
        self._stage.advance()
        self._stage.say(
            f"{sum(1 for _ in version.text.clauses())} clauses in {', '.join(version.text.languages)};"
            f" {len(drafters)} drafters, {len(self._plan.signatories)} signatories"
        )

    def _enrol(self) -> None:
        with self._chancery.store.reading() as session:
            enrolled = {c.signatory for c in queries.credentials(session, self._id) if c.revoked is None}
        waiting = [line.id for line in self._plan.signatories if line.id not in enrolled]
        if waiting:
            self._stage.step("Each device makes its passkey and enrols it", len(waiting))
            self._together(self._enrol_one, waiting)

    def _enrol_one(self, signatory: str) -> None:
        device = self._devices[signatory]
        offer = enrolment.offer(self._chancery, self._id, signatory)
        created = device.create(offer.challenge)
        registered = enrolment.register(
            self._chancery, self._id, signatory, challenge=offer.challenge, credential=created
        )
        assertion = device.prove(registered.statement)
        enrolment.prove(self._chancery, registered.statement, public_key=registered.public_key, assertion=assertion)

    def _confirm_languages(self) -> None:
        self._stage.step("The languages are compared, and confirmed to say the same", 1)
        found = translating.confirm_all(self._chancery, self._id)
        self._stage.advance()
        said = ", ".join(f"{count} passages in {language}" for language, count in found.items())
        self._stage.say(said or "the text has one language, or all are confirmed")

    def _freeze(self) -> None:
        self._stage.step("The text is frozen into the instrument", 1)
        lines = self._plan.occasion
        occasion = Occasion(lines.get("name", {}), lines.get("place", {}), lines.get("date", {}))
        frozen = freezing.freeze(self._chancery, self._id, occasion=occasion, columns=self._plan.columns)
        self.missing_glyphs += frozen.missing_glyphs
        self._stage.advance()
        self._stage.say(f"instrument.pdf: SHA-256 {frozen.recorded.entry.body['instrument']}")

    def _answer(self) -> None:
        with self._chancery.store.reading() as session:
            answered = {s.signatory for s in queries.signatures(session, self._id)}
            answered |= {d.signatory for d in queries.declines(session, self._id)}
        reasons = self._plan.declines
        waiting = [line.id for line in self._plan.signatories if line.id not in answered]
        if waiting and self._phase() is Phase.FROZEN:
            self._stage.step("Signatures, each from its own device", len(waiting))
            self._together(lambda who: self._decline(who, reasons[who]) if who in reasons else self._sign(who), waiting)
        for signatory, reason in reasons.items():
            self._stage.say(f"{signatory} declines: {reason}")

    def _sign(self, signatory: str) -> None:
        """One gesture: hash, key, statement, passkey, certificate, signature."""
        instrument, document = self._what_is_signed()
        session = self._devices[signatory].begin(instrument, document)
        statement = signing.begin(self._chancery, self._id, signatory, key=session.public_key)
        assertion = session.authorise(statement)
        answer = signing.authorise(self._chancery, statement, assertion, key=session.public_key)
        signature = session.sign(answer.attributes, answer.certificate)
        draft = signing.Draft(statement, assertion, answer.certificate, answer.attributes)
        signing.complete(self._chancery, draft, signature)

    def _decline(self, signatory: str, reason: str) -> None:
        instrument, document = self._what_is_signed()
        statement = signing.begin_decline(self._chancery, self._id, signatory, reason=reason)
        assertion = self._devices[signatory].decline(instrument, document, statement, reason)
        signing.decline(self._chancery, statement, assertion)

    def _what_is_signed(self) -> tuple[bytes, bytes]:
        """Return instrument.pdf and declaration.json as a device downloads them."""
        with self._chancery.store.reading() as session:
            frozen = queries.frozen_instrument(session, self._id)
            return queries.blob(session, self._id, frozen.instrument), queries.blob(session, self._id, frozen.document)

    def _seal(self) -> sealing.Sealed:
        with self._chancery.store.reading() as session:
            if queries.seal(session, self._id) is None:
                sealing.require_signature(session, self._id)
        self._stage.step("The depositary seals the signed edition", 1)
        done = sealing.seal(self._chancery, self._id)
        self.missing_glyphs += done.missing_glyphs
        self._stage.advance()
        self._stage.say(f"signed.pdf: SHA-256 {done.seal.edition}")
        return done

    def _phase(self) -> Phase:
        with self._chancery.store.reading() as session:
            return queries.declaration(session, self._id).phase

    def _together(self, act: Callable[[str], None], who: Sequence[str]) -> None:
        """Let many devices act at the same time; the first failure is raised when all have ended."""

        def one(signatory: str) -> None:
            act(signatory)
            self._stage.advance()

        with ThreadPoolExecutor(max_workers=min(HANDS, len(who))) as hands:
            started = [hands.submit(one, signatory) for signatory in who]
        for future in started:
            future.result()
