"""The answers to one instrument: each bundle through steps 5 to 10, then all of them together through step 11."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from declaration.signing.bundle import Bundle
from declaration.signing.judgement import altered, unverifiable
from declaration.signing.report import Answer, SignatoryLine
from declaration.signing.statement import Act, Party
from declaration.signing.trial import Trial
from declaration.signing.trust import Trust
from declaration.signing.verify import (
    FrozenInstrument,
    Memory,
    VerifiedDecline,
    VerifiedSignature,
    verify_bundle,
    verify_decline,
    verify_set,
)


class Given(NamedTuple):
    """A bundle as it was given: how to call it; whose answer and which act its name promises, if any; its bytes."""

    subject: str
    signatory: str | None
    act: Act | None
    data: bytes


@dataclass(slots=True)
class Answers:
    """What became of the bundles.

    Args:
        bundles: verified, by signatory.
        signatures: verified, by signatory.
        declines: verified, by signatory.
        refused: codes of what does not hold, by signatory.

    """

    bundles: dict[str, Bundle] = field(default_factory=dict)
    signatures: dict[str, VerifiedSignature] = field(default_factory=dict)
    declines: dict[str, VerifiedDecline] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

    def all(self) -> list[VerifiedSignature | VerifiedDecline]:
        """Return every verified answer."""
        return [*self.signatures.values(), *self.declines.values()]

    def messages(self) -> list[bytes]:
        """Return the CMS of every verified signature."""
        return [bundle.cms for bundle in self.bundles.values() if bundle.cms is not None]

    def line(self, party: Party) -> SignatoryLine:
        """Return what the table of signatories says about a party."""
        answer, moment = Answer.MISSING, None
        if party.id in self.refused:
            answer = Answer.REFUSED
        elif (signature := self.signatures.get(party.id)) is not None:
            answer, moment = Answer.SIGNED, written(signature.at)
        elif (decline := self.declines.get(party.id)) is not None:
            answer, moment = Answer.DECLINED, written(decline.at)
        return SignatoryLine(
            id=party.id,
            name=party.name,
            office=party.office,
            city=party.city,
            native=party.native,
            country=party.country,
            answer=answer,
            at=moment,
            codes=tuple(self.refused.get(party.id, ())),
        )


def written(moment: datetime) -> str:
    """Return a moment as JSON and people read it, in UTC; fractions of a second are cut off."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def judge_answers(
    given: Iterable[Given], *, instrument: FrozenInstrument, trust: Trust, memory: Memory, trial: Trial
) -> Answers:
    """Verify every bundle, and then that nobody counts twice.

    Args:
        given: the bundles.
        instrument: what they must answer.
        trust: pinned roots and ledger keys.
        memory: of this run.
        trial: takes the findings.

    """
    answers = Answers()
    doubled: list[VerifiedSignature | VerifiedDecline] = []
    for each in given:
        before = len(trial.findings)
        judged = trial.attempt(each.subject, _judge, each, instrument, trust, memory)
        if judged is None:
            codes = answers.refused.setdefault(each.signatory or each.subject, [])
            codes += [finding.code for finding in trial.findings[before:]]
            continue
        bundle, answer = judged
        if answer.signatory.id in answers.bundles:
            doubled.append(answer)
        answers.bundles[answer.signatory.id] = bundle
        if isinstance(answer, VerifiedSignature):
            answers.signatures[answer.signatory.id] = answer
        else:
            answers.declines[answer.signatory.id] = answer
    signatures = [*answers.signatures.values(), *(item for item in doubled if isinstance(item, VerifiedSignature))]
    declines = [*answers.declines.values(), *(item for item in doubled if isinstance(item, VerifiedDecline))]
    # 11 no one counted twice
    trial.attempt("", verify_set, signatures, declines, instrument=instrument)
    return answers


def _judge(
    given: Given, instrument: FrozenInstrument, trust: Trust, memory: Memory
) -> tuple[Bundle, VerifiedSignature | VerifiedDecline]:
    bundle = Bundle.parse(given.data)
    if given.act is not None and bundle.act is not given.act:
        raise unverifiable("bundle.act", expected=str(given.act))
    judge = verify_bundle if bundle.act is Act.SIGN else verify_decline
    answer = judge(bundle, instrument=instrument, trust=trust, memory=memory)
    if given.signatory is not None and answer.signatory.id != given.signatory:
        raise altered("bundle.name", name=given.subject, signatory=answer.signatory.id)
    return bundle, answer


def lines(answers: Answers, parties: Mapping[str, Party]) -> tuple[SignatoryLine, ...]:
    """Return the table of signatories in the order of the roster."""
    return tuple(answers.line(party) for party in parties.values())
