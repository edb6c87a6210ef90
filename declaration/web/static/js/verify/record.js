/**
 * What the ledger proves about one answer: relying party, passkey, frozen text, and the answer itself (step 10).
 *
 * Each entry is proven to be in the ledger before a word of it is believed. What all bundles share (the checkpoint, the
 * opening, the freeze) is remembered for the run, by its exact bytes.
 */

import { characters, digest, equal, unb64u, utf8 } from "../bytes.js";
import { encode } from "../canonical.js";
import { Links } from "./chain.js";
import { readEntry } from "./entries.js";
import { Refusal, altered, detailOf, reading, unverifiable } from "./judgement.js";
import { requireIncluded } from "./merkle.js";
import { openCheckpoint } from "./note.js";
import { requireAssertion } from "./passkey.js";
import { isExpected } from "./statement.js";

const MAX_REMEMBERED = 64;

/** @typedef {import("./entries.js").Entry} Entry */
/** @typedef {import("./note.js").Checkpoint} Checkpoint */
/** @typedef {import("./bundle-form.js").Proven} Proven */

/** What one run of a verifier has already verified. */
export class Memory {
  constructor() {
    this.links = new Links();
    /** @type {Map<string, Promise<Checkpoint>>} */
    this.checkpoints = new Map();
    /** @type {Map<string, Promise<Entry>>} */
    this.shared = new Map();
    /** Algorithms that this browser does not know, so that something was not checked. @type {Set<string>} */
    this.unchecked = new Set();
  }

  /** @param {Uint8Array} note @param {import("./trust.js").Trust} trust @returns {Promise<Checkpoint>} verified once */
  checkpoint(note, trust) {
    return remember(this.checkpoints, characters(note), () =>
      openCheckpoint(note, trust.keys, (algorithm) => this.unchecked.add(algorithm)),
    );
  }

  /** @param {Proven} proven @param {Checkpoint} checkpoint @param {string} kind @returns {Promise<Entry>} proven and read once */
  async entry(proven, checkpoint, kind) {
    const parts = [checkpoint.text, String(proven.index), ...[proven.entry, ...proven.proof].map(characters)];
    const entry = await remember(this.shared, parts.join("\u0000"), () => proveEntry(proven, checkpoint, kind));
    return requireKind(entry, kind);
  }
}

/**
 * @template T
 * @param {Map<string, Promise<T>>} kept
 * @param {string} name
 * @param {() => Promise<T>} make
 * @returns {Promise<T>}
 */
function remember(kept, name, make) {
  let found = kept.get(name);
  if (found === undefined) {
    if (kept.size >= MAX_REMEMBERED) {
      kept.clear();
    }
    found = make();
    kept.set(name, found);
  }
  return found;
}

/** @param {Proven} proven @param {Checkpoint} checkpoint @param {string} kind @returns {Promise<Entry>} */
async function proveEntry(proven, checkpoint, kind) {
  await requireIncluded(proven.entry, proven.index, proven.proof, checkpoint);
  const entry = reading("ledger.entry", () => readEntry(proven.entry), { index: proven.index });
  return requireKind(entry, kind);
}

/** @param {Entry} entry @param {string} kind @returns {Entry} the same, if it is of this kind */
function requireKind(entry, kind) {
  if (entry.kind !== kind) {
    throw altered("ledger.kind", { found: entry.kind, expected: kind });
  }
  return entry;
}

/**
 * @typedef {object} Record the four entries of a bundle, proven and in order
 * @property {Checkpoint} checkpoint
 * @property {Entry} opened
 * @property {Entry} enrolled
 * @property {Entry} frozen
 * @property {Entry} recorded
 * @property {string} signatory id of who answered
 * @property {import("./passkey.js").Passkey} passkey enrolled
 */

/**
 * Prove and read the entries of a bundle.
 *
 * @param {import("./bundle-form.js").Bundle} bundle
 * @param {import("./trust.js").Trust} trust
 * @param {Memory} memory
 * @returns {Promise<Record>}
 */
export async function readRecord(bundle, trust, memory) {
  const checkpoint = await memory.checkpoint(bundle.checkpoint, trust);
  const { opened, enrolled, frozen, recorded } = bundle.entries;
  const answer = bundle.act === "sign" ? "signature.affixed" : "signature.declined";
  const entries = {
    opened: await memory.entry(opened, checkpoint, "declaration.opened"),
    enrolled: await proveEntry(enrolled, checkpoint, "credential.enrolled"),
    frozen: await memory.entry(frozen, checkpoint, "instrument.frozen"),
    recorded: await proveEntry(recorded, checkpoint, answer),
  };
  if (opened.index !== 0 || enrolled.index === 0 || Math.max(enrolled.index, frozen.index) >= recorded.index) {
    throw altered("ledger.order");
  }
  const { declaration, body } = entries.opened;
  if (body.get("origin") !== checkpoint.origin || Object.values(entries).some((each) => each.declaration !== declaration)) {
    throw altered("ledger.declaration");
  }
  const signatory = entries.recorded.body.get("signatory");
  if (entries.enrolled.body.get("signatory") !== signatory) {
    throw altered("ledger.signatory");
  }
  const passkey = {
    rpId: body.get("rp_id"),
    origins: body.get("origins"),
    credential: entries.enrolled.body.get("credential"),
    publicKey: unb64u(entries.enrolled.body.get("public_key")),
  };
  return { checkpoint, ...entries, signatory, passkey };
}

/**
 * Require that the enrolment proves possession: the passkey asserted a statement that names its own key.
 *
 * @param {Record} record
 * @param {import("./statement.js").Signatory} signatory as the roster names whose passkey it is
 */
export async function requireEnrolment(record, signatory) {
  const { body } = record.enrolled;
  const statement = utf8(body.get("statement"));
  /** @type {[string, string | null][]} */
  const details = [["key", await digest(record.passkey.publicKey)]];
  const expected = {
    act: /** @type {const} */ ("enrol"),
    declaration: record.opened.declaration,
    ledger: record.checkpoint.origin,
    signatory,
    credential: record.passkey.credential,
    details,
  };
  if (!isExpected(statement, expected)) {
    throw altered("ledger.enrolment");
  }
  try {
    await requireAssertion(body.get("assertion"), statement, record.passkey);
  } catch (error) {
    const code = error instanceof Refusal ? "ledger.enrolment" : "ledger.entry";
    throw error instanceof Refusal ? altered(code, { detail: detailOf(error) }) : unverifiable(code);
  }
}

/**
 * Require that the recorded entry is exactly this answer.
 *
 * @param {Record} record
 * @param {string} instrument digest of the instrument answered
 * @param {Map<string, string>} assertion by which it was answered
 * @param {Map<string, any>} bound further members that must be equal
 */
export function requireAnswer(record, instrument, assertion, bound) {
  const { body } = record.recorded;
  if (body.has("credential") && body.get("credential") !== assertion.get("credential")) {
    throw altered("ledger.credential");
  }
  if (body.get("instrument") !== instrument) {
    throw altered("ledger.instrument");
  }
  for (const [name, value] of bound) {
    if (!equal(encode(body.get(name)), encode(value))) {
      throw altered("ledger.evidence");
    }
  }
}
