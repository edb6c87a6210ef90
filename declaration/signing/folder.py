"""Verifying the depositary's whole folder: every file in it, byte by byte, against every other.

No byte is without meaning: each file is either compared with what it must be, or verified by a signature. The names
stand in `declaration.signing.layout`; `declaration.signing.folder_record` holds the ledger against the other files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from declaration import canonical
from declaration.ledger.folder import CHECKPOINT, read_entries
from declaration.signing import asic, attachments, layout
from declaration.signing.answers import Answers, judge_answers, lines
from declaration.signing.bundle import Bundle
from declaration.signing.edition import Edition, instruments_document, open_edition
from declaration.signing.examination import (
    about_edition,
    about_instrument,
    about_trust,
    read_instrument,
    require_one_record,
)
from declaration.signing.folder_record import follow_record
from declaration.signing.guide import Facts, write_guide
from declaration.signing.judgement import altered, unverifiable
from declaration.signing.layout import CONTAINER, DOCUMENT, EDITION, GUIDE, INSTRUMENT, LEDGER, MERGED, REPORT, TRUST
from declaration.signing.report import Report
from declaration.signing.trial import Trial
from declaration.signing.trust import FILES as TRUST_FILES
from declaration.signing.trust import Trust
from declaration.signing.verify import FrozenInstrument, Memory, verify_merged


def verify_folder(files: Mapping[str, bytes], *, trust: Trust) -> Report:
    """Verify a whole folder.

    Args:
        files: contents by path below the folder, with forward slashes; without `layout.PRIVATE`.
        trust: pinned roots and ledger keys; the folder's own ``trust/`` must be the same.

    """
    examination = _examined(files, trust)
    # report and guide tell of a folder that holds: beside one that does not, they are wrong for that reason alone
    holds = not examination.trial.findings
    own = examination.trial.attempt(REPORT, examination.evidence) or {}
    for name in (REPORT, GUIDE):
        examination.trial.attempt(name, examination.require_own, name, own.get(name) if holds else None)
    return examination.report()


def judge(files: Mapping[str, bytes], *, trust: Trust) -> Report:
    """Verify a whole folder but for its report and its guide, which tell what this finds."""
    return _examined(files, trust).report()


def evidence(files: Mapping[str, bytes], *, trust: Trust) -> dict[str, bytes]:
    """Return report.json and VERIFY.md for a folder, to be written beside its other files.

    VERIFY.md is only among them when everything that it tells about holds.
    """
    return _examined(files, trust).evidence()


def _examined(files: Mapping[str, bytes], trust: Trust) -> _Examination:
    examination = _Examination(files, trust)
    examination.run()
    return examination


@dataclass(slots=True)
class _Examination:
    """One pass over a folder; what a step has found out is there for the steps after it."""

    files: Mapping[str, bytes]
    trust: Trust
    trial: Trial = field(default_factory=Trial)
    memory: Memory = field(default_factory=Memory)
    edition: Edition | None = None
    instrument: FrozenInstrument | None = None
    answers: Answers = field(default_factory=Answers)
    entries: tuple[bytes, ...] | None = None

    def run(self) -> None:
        """Go through all steps; each that fails is noted, and the next one does what it still can."""
        attempt = self.trial.attempt
        # 1 container
        self._require_layout()
        # 2, 3 the sealed edition
        roots = {"seal_root": self.trust.seal_root, "timestamp_root": self.trust.timestamp_root}
        if EDITION in self.files:
            self.edition = attempt(EDITION, open_edition, self.files[EDITION], **roots)
        # 4 declaration.json
        if {INSTRUMENT, DOCUMENT} <= self.files.keys():
            self.instrument = attempt(DOCUMENT, self._read_instrument)
        # 5 to 9 every signature, 11 the count
        if self.instrument is not None:
            self._judge_answers(self.instrument)
        if CONTAINER in self.files:
            attempt(CONTAINER, self._require_container)
        if self.edition is not None:
            self._compare_edition(self.edition)
        # 10 what the whole ledger says
        self.entries = attempt(LEDGER, self._read_ledger)
        if self.entries is not None and self.instrument is not None:
            notes = [self.edition.files[attachments.CHECKPOINT]] if self.edition is not None else []
            follow_record(
                self.entries,
                self.files,
                instrument=self.instrument,
                answers=self.answers,
                notes=notes,
                edition=self.edition.first if self.edition is not None else None,
                trust=self.trust,
                memory=self.memory,
                trial=self.trial,
            )

    def report(self) -> Report:
        """Return what was found so far."""
        about: dict[str, str | int] = {}
        parties = self.instrument.parties if self.instrument is not None else {}
        if self.instrument is not None:
            about |= about_instrument(self.instrument, self.trust)
        if self.edition is not None:
            about |= about_edition(self.files[EDITION], self.edition)
        if self.entries is not None:
            about["entries"] = len(self.entries)
        return Report(self.trial.in_order(), lines(self.answers, parties), about | about_trust(self.trust))

    def evidence(self) -> dict[str, bytes]:
        """Return the two files that tell what was found."""
        report = self.report()
        own = {REPORT: canonical.encode(report.as_json())}
        if self.instrument is not None and self.edition is not None and not self.trial.findings:
            facts = Facts(self.instrument, self.edition, self.answers, self.trust, report, CONTAINER in self.files)
            own[GUIDE] = write_guide(facts).encode()
        return own

    def require_own(self, name: str, own: bytes | None) -> None:
        """Require that report or guide is there, and, unless that is None, is what we would write."""
        if self._file(name) != own and own is not None:
            raise altered("container.own", name=name)

    def _file(self, name: str) -> bytes:
        if name not in self.files:
            raise unverifiable("container.missing", name=name)
        return self.files[name]

    def _require_layout(self) -> None:
        """Step 1: nothing is missing, no file is without a place, and the trust folder is the one that is trusted."""
        own = {TRUST + name: data for name, data in self.trust.files().items()}
        needed = (INSTRUMENT, DOCUMENT, EDITION, MERGED, LEDGER + CHECKPOINT, *(TRUST + name for name in TRUST_FILES))
        for name in needed:
            self.trial.attempt(name, self._file, name)
        for name, data in sorted(self.files.items()):
            if not layout.is_expected(name, self.files) or (name.startswith(TRUST) and name not in own):
                self.trial.note(unverifiable("container.unexpected", name=name), name)
            elif name in own and own[name] != data:
                self.trial.note(altered("container.trust", name=name), name)

    def _read_instrument(self) -> FrozenInstrument:
        instrument, document = self.files[INSTRUMENT], self.files[DOCUMENT]
        if instruments_document(instrument) != document:
            raise altered("instrument.document")
        return read_instrument(instrument, document)

    def _read_ledger(self) -> tuple[bytes, ...]:
        own = {name.removeprefix(LEDGER): data for name, data in self.files.items() if name.startswith(LEDGER)}
        if CHECKPOINT in own:
            self.memory.checkpoint(own[CHECKPOINT], self.trust)
        return read_entries(own)

    def _judge_answers(self, instrument: FrozenInstrument) -> None:
        self.answers = judge_answers(
            layout.bundles(self.files), instrument=instrument, trust=self.trust, memory=self.memory, trial=self.trial
        )
        for signatory, bundle in self.answers.bundles.items():
            if bundle.cms is not None:
                name = layout.cms_name(signatory)
                self.trial.attempt(name, self._require_cms, name, bundle)
        if MERGED in self.files:
            self.trial.attempt(MERGED, verify_merged, self.files[MERGED], self.answers.messages())

    def _require_cms(self, name: str, bundle: Bundle) -> None:
        if self._file(name) != bundle.cms:
            raise altered("container.differs", name=name, other=bundle.act)

    def _require_container(self) -> None:
        """The container holds exactly the files that stand beside it; folders of earlier releases have none."""
        container = asic.read(self.files[CONTAINER])
        for name, data in ((INSTRUMENT, container.instrument), (MERGED, container.merged)):
            if data != self._file(name):
                raise altered("container.differs", name=name, other=CONTAINER)

    def _compare_edition(self, edition: Edition) -> None:
        """The edition carries exactly the files that stand beside it; its checkpoint is judged with the ledger."""
        beside = {attachments.INSTRUMENT: INSTRUMENT, attachments.DOCUMENT: DOCUMENT, attachments.MERGED: MERGED}
        for given in layout.bundles(self.files):
            if given.signatory is not None and given.act is not None:
                beside[layout.attached_name(given.signatory, given.act)] = given.subject
        for name in sorted(edition.files.keys() - {attachments.CHECKPOINT} | beside.keys()):
            self.trial.attempt(name, self._require_carried, edition, name, beside.get(name))
        note = edition.files[attachments.CHECKPOINT]
        self.trial.attempt(attachments.CHECKPOINT, require_one_record, note, self.answers, self.trust, self.memory)

    def _require_carried(self, edition: Edition, name: str, beside: str | None) -> None:
        if beside is None or name not in edition.files:
            raise unverifiable("container.not-carried" if beside else "container.missing", name=beside or name)
        if edition.files[name] != self._file(beside):
            raise altered("container.differs", name=beside, other=EDITION)
