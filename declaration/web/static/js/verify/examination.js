/**
 * Examining what people are given: the signed edition, or bundles with their instrument (docs/spec/verification.md).
 *
 * A report is returned and nothing is thrown: whatever is wrong with the files is a finding.
 */

import { digest, equal } from "../bytes.js";
import { Answers, judgeAnswers } from "./answers.js";
import { CHECKPOINT, DECLINE, DOCUMENT, INSTRUMENT, MERGED, SIGNATURE } from "./attachments.js";
import { readBundle } from "./bundle-form.js";
import { requireMerged } from "./count.js";
import { readDocument } from "./document.js";
import { instrumentsDocument, openEdition } from "./edition.js";
import { writeMoment } from "./forms.js";
import { CANNOT_BE_VERIFIED, NOTE, altered, unverifiable } from "./judgement.js";
import { sameCheckpoint } from "./note.js";
import { Memory, readRecord } from "./record.js";
import { ONLY_GIVEN, Report } from "./report.js";
import { Trial } from "./trial.js";

/** @typedef {import("./trust.js").Trust} Trust */
/** @typedef {import("./bundle.js").FrozenInstrument} FrozenInstrument */
/** @typedef {import("./edition.js").Edition} Edition */
/** @typedef {(told: {step: number, subject: string}) => void} Tell */

/** How reports call the edition. */
export const EDITION = "signed.pdf";
/** Bytes of one file: a browser keeps the whole file in memory, several times. */
export const MAX_FILE = 1 << 28;

/** One examination: findings, what was verified already, and by which trust. */
class Examination {
  /** @param {Trust} trust @param {Tell} [tell] */
  constructor(trust, tell) {
    this.trust = trust;
    this.trial = new Trial(tell);
    this.memory = new Memory();
    /** @type {import("./report.js").About} */
    this.about = {};
    this.answers = new Answers();
  }

  /** @param {Iterable<import("./document.js").Party>} [parties] whom the table names @returns {Report} */
  report(parties = []) {
    // what this browser could not check counts as not verified, once, and everything else stands as it was found
    for (const algorithm of this.memory.unchecked) {
      this.trial.add("ledger.algorithm", CANNOT_BE_VERIFIED, algorithm, { detail: algorithm });
    }
    const fingerprints = Object.entries(this.trust.fingerprints).map(([name, value]) => [`trust/${name}`, value]);
    const about = { ...this.about, ...Object.fromEntries(fingerprints) };
    return new Report(this.trial.inOrder(), this.answers.lines(parties), about);
  }

  /** @param {FrozenInstrument} instrument */
  tellInstrument({ digest: instrument, document }) {
    const { declaration, title, version, number } = document;
    Object.assign(this.about, { declaration, title, version, number, instrument, document: document.digest });
    this.about.ledger = this.trust.ledger;
  }
}

/**
 * Verify a signed edition in all eleven steps.
 *
 * @param {Uint8Array} data
 * @param {Trust} trust
 * @param {Tell} [tell] hears what is being looked at
 * @param {Map<string, Uint8Array>} [beside] files that were given with it, by name
 * @returns {Promise<Report>}
 */
export async function examineEdition(data, trust, tell, beside = new Map()) {
  const examination = new Examination(trust, tell);
  const { trial, about } = examination;
  await trial.attempt(EDITION, () => requireSize(data, EDITION));
  const edition = trial.findings.length ? null : await trial.attempt(EDITION, () => openEdition(data, trust, tell));
  about.edition = await digest(data);
  if (edition === null) {
    return examination.report();
  }
  about.sealed_by = edition.sealedBy;
  about.sealed_at = writeMoment(edition.sealedAt);
  about.archived_at = writeMoment(edition.archivedAt);
  const renewed = edition.renewedAt.at(-1);
  if (renewed !== undefined) {
    Object.assign(about, { renewed: edition.renewedAt.length, renewed_at: writeMoment(renewed), first: edition.first });
  }
  await compareBeside(trial, edition, beside);
  trial.tell({ step: 4, subject: DOCUMENT });
  const instrument = await trial.attempt(DOCUMENT, () => readFrozen(edition.instrument, edition.document));
  if (instrument === null) {
    return examination.report();
  }
  examination.tellInstrument(instrument);
  await judgeEdition(examination, edition, instrument);
  return examination.report(instrument.document.parties.values());
}

/** @param {Examination} examination @param {Edition} edition @param {FrozenInstrument} instrument steps 5 to 11 */
async function judgeEdition(examination, edition, instrument) {
  const { trial, trust, memory } = examination;
  const answers = await judgeAnswers(attachedAnswers(edition.files), instrument, trust, memory, trial);
  examination.answers = answers;
  trial.tell({ step: 11, subject: "" });
  const [merged, note] = [MERGED, CHECKPOINT].map((name) => /** @type {Uint8Array} */ (edition.files.get(name)));
  await trial.attempt(MERGED, () => requireMerged(merged, [...answers.messages.values()]));
  await trial.attempt(CHECKPOINT, () => requireOneRecord(note, answers, trust, memory));
}

/**
 * Verify bundles against their instrument, steps 1 and 3 to 11; only those who gave them are in the table.
 *
 * @param {Map<string, Uint8Array>} bundles by the name to be shown
 * @param {Uint8Array} instrument
 * @param {Trust} trust
 * @param {Tell} [tell]
 * @param {Uint8Array | null} [document] declaration.json, if it was given too
 * @returns {Promise<Report>}
 */
export async function examineBundles(bundles, instrument, trust, tell, document = null) {
  const examination = new Examination(trust, tell);
  const { trial } = examination;
  trial.tell({ step: 4, subject: INSTRUMENT });
  const frozen = await trial.attempt(INSTRUMENT, async () => {
    requireSize(instrument, INSTRUMENT);
    return readFrozen(instrument, await instrumentsDocument(instrument));
  });
  if (frozen === null) {
    return examination.report();
  }
  if (document !== null && (await digest(document)) !== frozen.document.digest) {
    trial.note(altered("instrument.document"), DOCUMENT);
  }
  return judgeGiven(examination, bundles, frozen);
}

/**
 * Verify what can be verified of bundles without their instrument: never valid, because the PDF was not seen.
 *
 * @param {Map<string, Uint8Array>} bundles
 * @param {Uint8Array} document declaration.json
 * @param {Trust} trust
 * @param {Tell} [tell]
 * @returns {Promise<Report>}
 */
export async function examineWithoutInstrument(bundles, document, trust, tell) {
  const examination = new Examination(trust, tell);
  const { trial, memory } = examination;
  trial.note(unverifiable("container.missing", { name: INSTRUMENT }), INSTRUMENT);
  const [first] = bundles;
  const frozen = await trial.attempt(DOCUMENT, async () => {
    const read = await readDocument(document);
    // the ledger names the file that was frozen; each bundle is held against this name
    const record = await readRecord(readBundle(first[1]), trust, memory);
    return { digest: record.frozen.body.get("instrument"), document: read };
  });
  return frozen === null ? examination.report() : judgeGiven(examination, bundles, frozen);
}

/** @param {Examination} examination @param {Map<string, Uint8Array>} bundles @param {FrozenInstrument} instrument @returns {Promise<Report>} */
async function judgeGiven(examination, bundles, instrument) {
  const { trial, trust, memory } = examination;
  examination.tellInstrument(instrument);
  const given = [...bundles].map(([subject, data]) => ({ subject, signatory: null, act: null, data }));
  const answers = await judgeAnswers(given, instrument, trust, memory, trial);
  examination.answers = answers;
  const { parties } = instrument.document;
  trial.add(ONLY_GIVEN, NOTE, "", { given: given.length, of: parties.size });
  return examination.report([...parties.values()].filter((party) => answers.held.has(party.id)));
}

/** @param {Uint8Array} data @param {string} name */
function requireSize(data, name) {
  if (data.length > MAX_FILE) {
    throw unverifiable("container.too-large", { name });
  }
}

/** @param {Uint8Array} instrument @param {Uint8Array} document @returns {Promise<FrozenInstrument>} what is signed (step 4) */
async function readFrozen(instrument, document) {
  return { digest: await digest(instrument), document: await readDocument(document) };
}

/** @param {Map<string, Uint8Array>} files @returns {import("./answers.js").Given[]} the bundles attached to an edition */
function attachedAnswers(files) {
  /** @type {[string, "sign" | "decline"][]} */
  const endings = [
    [SIGNATURE, "sign"],
    [DECLINE, "decline"],
  ];
  const inOrder = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.flatMap(([name, data]) =>
    endings
      .filter(([ending]) => name.endsWith(ending))
      .map(([ending, act]) => ({ subject: name, signatory: name.slice(0, -ending.length), act, data })),
  );
}

/**
 * Require that the attached checkpoint is genuine, and that no bundle was shown another record.
 *
 * @param {Uint8Array} note
 * @param {Answers} answers
 * @param {Trust} trust
 * @param {Memory} memory
 */
async function requireOneRecord(note, answers, trust, memory) {
  const checkpoint = await memory.checkpoint(note, trust);
  for (const { checkpoint: shown } of answers.held.values()) {
    if (shown.size === checkpoint.size && !sameCheckpoint(shown, checkpoint)) {
      throw altered("count.fork", { size: checkpoint.size });
    }
    if (shown.size > checkpoint.size) {
      throw altered("ledger.older-checkpoint", { size: checkpoint.size });
    }
  }
}

/**
 * Hold files that were given beside an edition against those that it carries.
 *
 * @param {Trial} trial
 * @param {Edition} edition
 * @param {Map<string, Uint8Array>} beside by name
 */
async function compareBeside(trial, edition, beside) {
  for (const [name, data] of beside) {
    if ([...edition.files.values()].some((carried) => equal(carried, data))) {
      continue;
    }
    const stem = name.replace(/\.json$/, "");
    const known = [name, stem + SIGNATURE, stem + DECLINE].some((each) => edition.files.has(each));
    const values = { name, other: EDITION };
    trial.note(known ? altered("container.differs", values) : unverifiable("container.not-carried", values), name);
  }
}
