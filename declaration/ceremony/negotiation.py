"""The first half of a summit: amendments, decisions, positions, round by round; what is done already stands."""

from __future__ import annotations

from collections.abc import Mapping

from declaration.ceremony.device import Choice, Device
from declaration.ceremony.plan import Plan
from declaration.ceremony.stage import Stage
from declaration.drafting.amendment import Amendment
from declaration.drafting.positions import Stance
from declaration.drafting.states import AmendmentState
from declaration.errors import StateConflict
from declaration.exchange.acts import DecisionLine, PositionLine, Verdict
from declaration.services import negotiating, positions
from declaration.services.authoring import amendment_of, changes_of, words_of
from declaration.services.chancery import Chancery
from declaration.services.negotiating import Decision
from declaration.services.positions import Chosen
from declaration.store import queries


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

    def play(self) -> None:
        """Play every round, then ask again whoever stands on words that have changed."""
        number = 1
        for round_number in self._plan.acts.rounds:
            number = self._round(round_number, number)
        self._confirm_stale()

    def refuse_late(self) -> int:
        """Try the late amendments of the plan; return how many were refused, which must be all."""
        for line in self._plan.acts.late:
            version = negotiating.current_version(self._chancery, self._id)
            try:
                negotiating.table(self._chancery, self._id, amendment_of(version, line))
            except StateConflict as refusal:
                self._stage.say(f"{line.id} by {line.by}: refused ({refusal.code})")
        return len(self._plan.acts.late)

    # A round that begins at version `number` ends at `number` or, when anything is adopted, at `number` + 1. When the
    # version in force is later already, an interrupted ceremony goes on and the round's decisions stand.

    def _round(self, round_number: int, number: int) -> int:
        acts = self._plan.acts
        decisions = acts.decisions_in(round_number)
        adopts = any(line.verdict in {Verdict.ADOPT, Verdict.ADOPT_MODIFIED, Verdict.RESOLVE} for line in decisions)
        now = negotiating.current_version(self._chancery, self._id).number
        if now == number:
            self._table(round_number)
            self._decide(decisions)
            if adopts:
                self._adopt(round_number, decisions)
        after = number + 1 if adopts else number
        if now <= after:
            self._take_positions(round_number)
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
                negotiating.table(self._chancery, self._id, amendment_of(version, line))
            self._stage.advance()
        preview = negotiating.preview(self._chancery, self._id)
        self._stage.say(f"{len(preview.merged)} fit together, {len(preview.groups)} groups are in conflict")
        for group in preview.groups:
            self._stage.say(f"{', '.join(group.amendments)}: {group.reasons[0].sentence}")

    def _decide(self, decisions: tuple[DecisionLine, ...]) -> None:
        with self._chancery.store.reading() as session:
            stored = {a.amendment.id: a for a in queries.amendments(session, self._id)}
        for line in decisions:
            for identifier in line.amendments:
                found = stored.get(identifier)
                if found is None or found.state is not AmendmentState.TABLED:
                    continue
                if line.verdict is Verdict.WITHDRAW:
                    negotiating.withdraw(self._chancery, self._id, identifier, by=found.amendment.by)
                    self._stage.say(f"{identifier} is withdrawn by {found.amendment.by}")
                elif line.verdict is Verdict.REJECT:
                    negotiating.reject(self._chancery, self._id, identifier, reason=line.reason or "")
                    self._stage.say(f"{identifier} is rejected")
                elif line.verdict is Verdict.REVISE:
                    self._revise(found.amendment, line)

    def _revise(self, old: Amendment, line: DecisionLine) -> None:
        version = negotiating.current_version(self._chancery, self._id)
        changes = changes_of(version.text, line.changes)
        revised = Amendment(old.id, old.by, version.digest, old.rationale, changes)
        negotiating.revise(self._chancery, self._id, revised, by=old.by)
        self._stage.say(f"{old.id} is revised by {old.by} against version {version.number}")

    def _adopt(self, round_number: int, decisions: tuple[DecisionLine, ...]) -> None:
        version = negotiating.current_version(self._chancery, self._id)
        adopted = [i for line in decisions if line.verdict is Verdict.ADOPT for i in line.amendments]
        settled = [line for line in decisions if line.verdict in {Verdict.ADOPT_MODIFIED, Verdict.RESOLVE}]
        decision = Decision(
            base=version.digest,
            adopted=tuple(adopted),
            modified=tuple(i for line in settled for i in line.amendments),
            words=words_of(version.text, [given for line in settled for given in line.texts]),
            confirmed=None,  # whoever wrote the acts has read the merged text
        )
        self._stage.step(f"Round {round_number}: the depositary decides", 1)
        result = negotiating.adopt(self._chancery, self._id, decision)
        self._stage.advance()
        for clause in result.confirmed:
            self._stage.say(f"clause {clause} merges several amendments: read and confirmed by the depositary")
        for line in settled:
            how = "in conflict, resolved by" if line.verdict is Verdict.RESOLVE else "adopted as modified by"
            self._stage.say(f"{', '.join(line.amendments)}: {how} the depositary's words")
        self._stage.say(
            f"version {result.version.number} is in force; of the open amendments {len(result.carried)} are carried"
            f" cleanly, {len(result.in_conflict)} are in conflict"
        )
        for identifier, conflict in result.in_conflict.items():
            self._stage.say(f"{identifier}: {conflict.reasons[0].sentence}")

    def _take_positions(self, round_number: int) -> None:
        version = negotiating.current_version(self._chancery, self._id)
        chosen = self._plan.acts.positions_in(
            round_number,
            signatories=[line.id for line in self._plan.signatories],
            clauses=[clause.id for clause in version.text.clauses()],
        )
        if not chosen:
            return
        self._stage.step(f"Round {round_number}: positions on version {version.number}", len(chosen))
        with self._chancery.store.reading() as session:
            stored = {
                (p.position.signatory, p.position.clause): p.position for p in queries.positions(session, self._id)
            }
        digests = {clause.id: clause.digest for clause in version.text.clauses()}
        for signatory, lines in chosen.items():
            fresh: dict[str, Chosen] = {}
            for line in lines:
                held = stored.get((signatory, line.clause))
                wanted = (digests[line.clause], line.stance, line.reservation)
                if held is None or (held.clause_digest, str(held.stance), held.reservation) != wanted:
                    fresh[line.clause] = _chosen(line)
            self._confirm(signatory, fresh, digests)
            self._stage.advance()

    def _confirm(self, signatory: str, choices: Mapping[str, Chosen], digests: Mapping[str, str]) -> None:
        seen = {clause: Choice(digests[clause], str(c.stance), c.reservation) for clause, c in choices.items()}
        for statement in positions.prepare(self._chancery, self._id, signatory, choices):
            positions.confirm(self._chancery, statement, self._devices[signatory].confirm(statement, seen))

    def _confirm_stale(self) -> None:
        """Ask whoever took a position on former words to confirm it on the present ones."""
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


def _chosen(line: PositionLine) -> Chosen:
    return Chosen(Stance(line.stance), line.reservation)
