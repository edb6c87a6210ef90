"""The first half of a summit: amendments, decisions, positions, round by round; what is done already stands.

Acts that leave no trace of their own in the state (a position that a later round takes back, a revision that a later
one replaces) are counted in the ledger: as many as stand there for a person or an amendment have been played, in the
order of the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from declaration.ceremony.device import Choice, Device
from declaration.ceremony.plan import Plan
from declaration.ceremony.stage import Stage
from declaration.drafting.amendment import Amendment
from declaration.drafting.positions import Stance
from declaration.drafting.reservations import Life
from declaration.drafting.states import AmendmentState
from declaration.drafting.text import Version
from declaration.errors import NotFound, StateConflict
from declaration.exchange.acts import DecisionLine, ObjectionLine, PositionLine, Verdict
from declaration.ledger.entries import Entry, Kind
from declaration.services import negotiating, positions, reservations
from declaration.services.actors import Role, find_actor
from declaration.services.authoring import amendment_of, revised, words_of
from declaration.services.chancery import Chancery
from declaration.services.negotiating import Decision
from declaration.services.positions import Chosen
from declaration.signing.statement import Objecting
from declaration.store import queries
from declaration.store.reservations import reservations as reservations_of

ADOPTING = frozenset({Verdict.ADOPT, Verdict.ADOPT_MODIFIED, Verdict.RESOLVE})
"""Verdicts that make a new version."""


def decision_of(version: Version, lines: tuple[DecisionLine, ...]) -> Decision | None:
    """Return what the lines of a round adopt together, with the depositary's words; None if they adopt nothing."""
    if not any(line.verdict in ADOPTING for line in lines):
        return None
    settled = [line for line in lines if line.verdict in ADOPTING - {Verdict.ADOPT}]
    return Decision(
        base=version.digest,
        adopted=tuple(i for line in lines if line.verdict is Verdict.ADOPT for i in line.amendments),
        modified=tuple(i for line in settled for i in line.amendments),
        words=words_of(version.text, [given for line in settled for given in line.texts]),
        confirmed=None,  # whoever wrote the acts has read the merged text
    )


class Negotiation:
    """Plays the rounds of a plan.

    Args:
        chancery: the service.
        plan: the summit.
        devices: the signatories' devices, by id.
        stage: who watches.

    """

    def __init__(self, chancery: Chancery, plan: Plan, devices: Mapping[str, Device], stage: Stage) -> None:
        self._chancery = chancery
        self._plan = plan
        self._devices = devices
        self._stage = stage
        self._id = plan.text.id
        self._done: Counter[tuple[str, str]] = Counter()
        self._taken: dict[tuple[str, str], tuple[str, str, str | None]] = {}

    def play(self) -> None:
        """Play every round, then ask again whoever stands on words that have changed."""
        self.play_rounds()
        self._confirm_stale()
        self._object()

    def play_rounds(self) -> None:
        """Play every round; who stands on words that have changed is not asked again."""
        self._count()
        number = 1
        for round_number in self._plan.acts.rounds:
            number = self._round(round_number, number)

    def _count(self) -> None:
        """Count the revisions of each amendment and the positions statements of each signatory that are recorded."""
        with self._chancery.store.reading() as session:
            entries = [Entry.parse(data) for data in queries.entries(session, self._id)]
        for entry in entries:
            if entry.kind == Kind.AMENDMENT_REVISED:
                self._done[Kind.AMENDMENT_REVISED, str(entry.body["amendment"])] += 1
            elif entry.kind == Kind.POSITIONS_TAKEN:
                self._done[Kind.POSITIONS_TAKEN, entry.by] += 1

    def _was_done(self, kind: Kind, subject: str) -> bool:
        """Tell whether the next act of its kind has been played before an interruption, and count it off."""
        if not self._done[kind, subject]:
            return False
        self._done[kind, subject] -= 1
        return True

    def refuse_late(self) -> int:
        """Try the late amendments of the plan; return how many were refused, which must be all."""
        for line in self._plan.acts.late:
            version = negotiating.current_version(self._chancery, self._id)
            try:
                negotiating.table(self._chancery, self._id, amendment_of(version, line), sponsors=line.sponsors)
            except StateConflict as refusal:
                self._stage.say(f"{line.id} by {line.by}: refused ({refusal.code})")
        return len(self._plan.acts.late)

    # A round that begins at version `number` ends at `number` or, when anything is adopted, at `number` + 1. When the
    # version in force is later already, an interrupted ceremony goes on and the round's decisions stand.

    def _round(self, round_number: int, number: int) -> int:
        decisions = self._plan.acts.decisions_in(round_number)
        after = number + 1 if any(line.verdict in ADOPTING for line in decisions) else number
        now = negotiating.current_version(self._chancery, self._id).number
        if now == number:
            self._table(round_number)
        self._decide(decisions, on=number)
        if now == number and after > number:
            self._adopt(round_number, decisions)
        self._take_positions(round_number, on=after)
        return after

    def _table(self, round_number: int) -> None:
        lines = self._plan.acts.amendments_in(round_number)
        if not lines:
            return
        self._stage.step(f"Round {round_number}: amendments tabled", len(lines))
        version = negotiating.current_version(self._chancery, self._id)
        with self._chancery.store.reading() as session:
            known = {stored.amendment.id for stored in queries.amendments(session, self._id)}
        for line in lines:
            if line.id not in known:
                others = self._fitting() if line.amends else {}
                amendment = amendment_of(version, line, others)
                negotiating.table(self._chancery, self._id, amendment, sponsors=line.sponsors)
            self._stage.advance()
        preview = negotiating.preview(self._chancery, self._id)
        self._stage.say(f"{len(preview.merged)} fit together, {len(preview.groups)} groups are in conflict")
        for group in preview.groups:
            self._stage.say(f"{', '.join(group.amendments)}: {group.reasons[0].sentence}")

    def _decide(self, decisions: tuple[DecisionLine, ...], *, on: int) -> None:
        with self._chancery.store.reading() as session:
            stored = {a.amendment.id: a for a in queries.amendments(session, self._id)}
            version = queries.version_text(session, self._id, on)
        for line in decisions:
            for identifier in line.amendments:
                found = stored[identifier]
                if line.verdict is Verdict.REVISE and not self._was_done(Kind.AMENDMENT_REVISED, identifier):
                    self._revise(found.amendment, line, version)
                if found.state is not AmendmentState.TABLED:
                    continue
                if line.verdict is Verdict.WITHDRAW:
                    negotiating.withdraw(self._chancery, self._id, identifier, by=found.amendment.by)
                    self._stage.say(f"{identifier} is withdrawn by {found.amendment.by}")
                elif line.verdict is Verdict.REJECT:
                    negotiating.reject(self._chancery, self._id, identifier, reason=line.reason or "")
                    self._stage.say(f"{identifier} is rejected")

    def _revise(self, old: Amendment, line: DecisionLine, version: Version) -> None:
        anew = revised(version, old, line.changes, self._fitting())
        negotiating.revise(self._chancery, self._id, anew, by=old.by)
        self._stage.say(f"{old.id} is revised by {old.by} against version {version.number}")

    def _fitting(self) -> dict[str, Amendment]:
        """Return the open amendments that fit the version in force."""
        pending = negotiating.open_amendments(self._chancery, self._id)
        return {line.amendment.id: line.amendment for line in pending if not line.conflict}

    def _adopt(self, round_number: int, decisions: tuple[DecisionLine, ...]) -> None:
        decision = decision_of(negotiating.current_version(self._chancery, self._id), decisions)
        if decision is None:
            return
        self._stage.step(f"Round {round_number}: the depositary decides", 1)
        result = negotiating.adopt(self._chancery, self._id, decision)
        self._stage.advance()
        for clause in result.confirmed:
            self._stage.say(f"clause {clause} merges several amendments: read and confirmed by the depositary")
        for line in decisions:
            if line.verdict in ADOPTING - {Verdict.ADOPT}:
                how = "in conflict, resolved by" if line.verdict is Verdict.RESOLVE else "adopted as modified by"
                self._stage.say(f"{', '.join(line.amendments)}: {how} the depositary's words")
        self._stage.say(
            f"version {result.version.number} is in force; of the open amendments {len(result.carried)} are carried"
            f" cleanly, {len(result.in_conflict)} are in conflict"
        )
        for identifier, conflict in result.in_conflict.items():
            self._stage.say(f"{identifier}: {conflict.reasons[0].sentence}")

    def _take_positions(self, round_number: int, *, on: int) -> None:
        with self._chancery.store.reading() as session:
            version = queries.version_text(session, self._id, on)
        digests = {clause.id: clause.digest for clause in version.text.clauses()}
        chosen = self._plan.acts.positions_in(
            round_number, signatories=[line.id for line in self._plan.signatories], clauses=digests
        )
        if not chosen:
            return
        self._stage.step(f"Round {round_number}: positions on version {on}", len(chosen))
        for signatory, lines in chosen.items():
            fresh: dict[str, Chosen] = {}
            for line in lines:
                wanted = (digests[line.clause], line.stance, line.reservation)
                if self._taken.get((signatory, line.clause)) != wanted:
                    self._taken[signatory, line.clause] = wanted
                    fresh[line.clause] = _chosen(line)
            self._confirm(signatory, fresh, digests)
            self._stage.advance()

    def _confirm(self, signatory: str, choices: Mapping[str, Chosen], digests: Mapping[str, str]) -> None:
        for part in positions.batches(choices):
            if self._was_done(Kind.POSITIONS_TAKEN, signatory):
                continue
            seen = {clause: Choice(digests[clause], str(c.stance), c.reservation) for clause, c in part.items()}
            for statement in positions.prepare(self._chancery, self._id, signatory, part):
                positions.confirm(self._chancery, statement, self._devices[signatory].confirm(statement, seen))

    def _confirm_stale(self) -> None:
        """Ask whoever took a position on former words to confirm it on the present ones."""
        self._done.clear()  # from here on the state itself tells what is left
        matrix = positions.acceptance(self._chancery, self._id)
        asked = {signatory: matrix.stale(signatory) for signatory in matrix.signatories}
        asked = {signatory: clauses for signatory, clauses in asked.items() if clauses}
        if not asked:
            return
        self._stage.step("Changed since: confirmed again", len(asked))
        text = negotiating.current_version(self._chancery, self._id).text
        digests = {clause.id: clause.digest for clause in text.clauses()}
        for signatory, clauses in asked.items():
            choices = {}
            for clause in clauses:
                position = matrix.cells[signatory, clause].position
                choices[clause] = Chosen(position.stance, position.reservation)
            self._confirm(signatory, choices, digests)
            self._stage.advance()
        self._stage.say(f"{len(asked)} signatories have confirmed {sum(map(len, asked.values()))} stale positions")

    def _object(self) -> None:
        """Raise the objections to reservations of the plan that are not in force yet."""
        lines = self._plan.acts.objections_among(line.id for line in self._plan.signatories)
        if not lines:
            return
        self._stage.step("Objections to reservations", len(lines))
        with self._chancery.store.reading() as session:
            found = {(life.signatory, life.clause): life for life in reservations_of(session, self._id)}
        for line in lines:
            life = found.get((line.author, line.clause))
            if life is None or line.signatory not in {given.signatory for given in life.standing()}:
                self._object_one(line, life)
            self._stage.advance()

    def _object_one(self, line: ObjectionLine, life: Life | None) -> None:
        if life is None or not life.is_standing:
            raise NotFound(
                "reservation.unknown",
                f"“{line.author}” holds no reservation on the clause “{line.clause}”.",
                hint="Take the objection out of the acts, or the reservation into them.",
            )
        read = life.last.reservation
        with self._chancery.store.reading() as session:
            actor = find_actor(session, self._id, Role.SIGNATORY, line.signatory)
        said = Objecting(line.author, line.clause, read.content, line.reason)
        statement = reservations.prepare(self._chancery, actor, said)
        reservations.confirm(
            self._chancery, statement, self._devices[line.signatory].object(statement, read, line.reason)
        )


def _chosen(line: PositionLine) -> Chosen:
    return Chosen(Stance(line.stance), line.reservation)
