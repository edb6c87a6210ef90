"""The report of a verification: findings, who answered, one verdict, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from declaration.canonical import Json
from declaration.errors import Altered, VerificationError
from declaration.signing.judgement import step_of, values_of
from declaration.signing.sentences import LANGUAGES, Sentence, say

FORMAT: Final = "declaration-report/1"
"""Value of the member ``format`` of report.json."""


ONLY_GIVEN: Final = "count.only-given"
"""Code of the finding that not the whole edition was judged, but some answers out of it."""


class Verdict(StrEnum):
    """What a verification comes to; the worst finding decides."""

    VALID = "valid"
    INCOMPLETE = "incomplete"
    ALTERED = "altered"
    CANNOT_BE_VERIFIED = "cannot-be-verified"

    @property
    def exit_code(self) -> int:
        """Status with which a command ends: 0 valid, 1 altered, 2 cannot be verified, 3 valid but incomplete."""
        return _EXIT_CODES[self]


_EXIT_CODES: Final = {
    Verdict.VALID: 0,
    Verdict.ALTERED: 1,
    Verdict.CANNOT_BE_VERIFIED: 2,
    Verdict.INCOMPLETE: 3,
}


class Severity(StrEnum):
    """What a finding does to the verdict."""

    NOTE = "note"
    CANNOT_BE_VERIFIED = "cannot-be-verified"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about what was verified.

    Args:
        code: stable, dotted; has sentences in `declaration.signing.words`.
        severity: what it does to the verdict.
        subject: the file or signatory that it is about; "" for the whole.
        values: fill the sentences.

    """

    code: str
    severity: Severity
    subject: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """The number of the step to which it belongs."""
        return step_of(self.code)

    @classmethod
    def of(cls, error: VerificationError, *, subject: str = "") -> Finding:
        """Return the finding of a verdict that was raised."""
        severity = Severity.ALTERED if isinstance(error, Altered) else Severity.CANNOT_BE_VERIFIED
        return cls(error.code, severity, subject, values_of(error))

    def say(self, language: str) -> Sentence:
        """Return what it says and what to do next, in French, German or English."""
        return say(self.code, language, self.values)

    def as_json(self) -> dict[str, Json]:
        """Return the finding for report.json: what lasts, without sentences, whose wording may improve."""
        return {
            "step": self.step,
            "code": self.code,
            "severity": str(self.severity),
            "subject": self.subject,
            "values": dict(self.values),
        }

    def told(self) -> dict[str, Json]:
        """Return `as_json` with the sentences in every language."""
        return self.as_json() | {"sentences": {name: dict(self.say(name)._asdict()) for name in LANGUAGES}}


class Answer(StrEnum):
    """What a signatory's line shows.

    A refused answer was given, but does not verify; an unproven one is a signature without what shows whose it is.
    """

    SIGNED = "signed"
    DECLINED = "declined"
    MISSING = "missing"
    REFUSED = "refused"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class SignatoryLine:
    """One line of the table of signatories.

    Args:
        id: of the signatory.
        name: how the person acting in office is named.
        office: held.
        city: they act for.
        native: the city's name in its own script.
        country: ISO 3166-1 alpha-2.
        answer: signed, declined, missing, refused or unproven.
        at: moment of the answer, ``YYYY-MM-DDTHH:MM:SSZ``; None without one.
        codes: of the findings that refuse it.

    """

    id: str
    name: str
    office: str
    city: str
    native: str
    country: str
    answer: Answer
    at: str | None = None
    codes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Return the line for report.json."""
        return {
            "id": self.id,
            "name": self.name,
            "office": self.office,
            "city": self.city,
            "native": self.native,
            "country": self.country,
            "answer": str(self.answer),
            "at": self.at,
            "codes": list(self.codes),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Args:
        findings: in the order of their steps.
        signatories: in the order of the roster; empty where the roster could not be read.
        about: what was verified: ids and digests, by name.

    """

    findings: Sequence[Finding]
    signatories: Sequence[SignatoryLine] = ()
    about: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst finding decides; without one, a signatory who has not answered makes it incomplete."""
        severities = {finding.severity for finding in self.findings}
        answers = {line.answer for line in self.signatories}
        if Severity.ALTERED in severities:
            return Verdict.ALTERED
        if Severity.CANNOT_BE_VERIFIED in severities or answers & {Answer.REFUSED, Answer.UNPROVEN}:
            return Verdict.CANNOT_BE_VERIFIED
        return Verdict.INCOMPLETE if Answer.MISSING in answers else Verdict.VALID

    def count(self, answer: Answer) -> int:
        """Return how many signatories answered so."""
        return sum(line.answer is answer for line in self.signatories)

    def say(self, language: str) -> Sentence:
        """Return the verdict as a plain sentence, and what to do next."""
        values = {
            "signed": self.count(Answer.SIGNED),
            "declined": self.count(Answer.DECLINED),
            "missing": self.count(Answer.MISSING),
            "of": len(self.signatories),
        }
        given = self.verdict is Verdict.VALID and any(found.code == ONLY_GIVEN for found in self.findings)
        return say("verdict.given" if given else f"verdict.{self.verdict}", language, values)

    def as_json(self) -> dict[str, Json]:
        """Return report.json: the same for the same files with every release, so it can be made again and compared."""
        return {
            "format": FORMAT,
            "verdict": str(self.verdict),
            "signed": self.count(Answer.SIGNED),
            "declined": self.count(Answer.DECLINED),
            "missing": self.count(Answer.MISSING),
            "of": len(self.signatories),
            "about": dict(self.about),
            "findings": [finding.as_json() for finding in self.findings],
            "signatories": [line.as_json() for line in self.signatories],
        }

    def told(self) -> dict[str, Json]:
        """Return `as_json` with the sentences of verdict and findings in every language."""
        return self.as_json() | {
            "sentences": {name: dict(self.say(name)._asdict()) for name in LANGUAGES},
            "findings": [finding.told() for finding in self.findings],
        }
