/**
 * One answer through steps 5 to 10: a signature, or a decline (docs/spec/verification.md, section 3).
 *
 * What the ledger says (passkey, origins, frozen digests) is proven before it is used, so step 10 begins before step 5 and
 * ends after step 9.
 */

import { digest, equal, sha256, unhex, unutf8, utf8 } from "../bytes.js";
import * as der from "../der.js";
import { requireChain } from "./chain.js";
import { readMessage, requireSignature } from "./cms.js";
import { altered, reading, unverifiable } from "./judgement.js";
import { requireAssertion } from "./passkey.js";
import { readRecord, requireAnswer, requireEnrolment } from "./record.js";
import { requireStatement } from "./statement.js";
import { requireToken } from "./timestamp.js";
import { nameParts } from "./x509.js";

/** @typedef {import("./bundle-form.js").Bundle} Bundle */
/** @typedef {import("./trust.js").Trust} Trust */
/** @typedef {import("./record.js").Memory} Memory */
/** @typedef {import("./statement.js").Signatory} Signatory */
/** @typedef {{digest: string, document: import("./document.js").FrozenDocument}} FrozenInstrument what is signed */
/**
 * @typedef {object} Answer that holds
 * @property {"sign" | "decline"} act
 * @property {Signatory} signatory
 * @property {number} at milliseconds since 1970: by the timestamp, or by the ledger on a decline
 * @property {string} instrument digest
 * @property {string} credential base64url
 * @property {string | null} cms digest
 * @property {number} index of the entry that records it
 * @property {import("./note.js").Checkpoint} checkpoint
 */

const EPHEMERAL = 10 * 60 * 1000;
const DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";
const EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
/** Purposes of the keys of signatories and of seals. */
export const SIGNER_PURPOSES = [DOCUMENT_SIGNING, EMAIL_PROTECTION];
const MAX_NAME_BYTES = 64;
const PURPOSES = der.write(der.TAG.SEQUENCE, ...SIGNER_PURPOSES.map((item) => der.writeOid(item)));
/** The extensions of a signatory's certificate, just these: whether critical, and their bytes where always the same. */
const EXTENSIONS = new Map(
  /** @type {[string, {critical: boolean, value: Uint8Array | null, code: string}][]} */ ([
    ["2.5.29.15", { critical: true, value: unhex("030206c0"), code: "certificate.usage" }],
    ["2.5.29.37", { critical: false, value: PURPOSES, code: "certificate.purpose" }],
    ["2.5.29.56", { critical: false, value: unhex("0500"), code: "certificate.profile" }],
    ["2.5.29.14", { critical: false, value: null, code: "certificate.profile" }],
    ["2.5.29.35", { critical: false, value: null, code: "certificate.profile" }],
  ]),
);

/**
 * Verify a bundle.
 *
 * @param {Bundle} bundle
 * @param {FrozenInstrument} instrument what it must answer
 * @param {Trust} trust
 * @param {Memory} memory
 * @returns {Promise<Answer>}
 */
export async function requireBundle(bundle, instrument, trust, memory) {
  // 10 what the ledger holds
  const record = await readRecord(bundle, trust, memory);
  const signatory = requireFrozen(record, instrument);
  await requireEnrolment(record, signatory);
  const { declaration } = record.opened;
  const known = { declaration, ledger: record.checkpoint.origin, signatory, credential: record.passkey.credential };
  const signs = bundle.act === "sign";
  const at = signs
    ? await requireSigned(bundle, known, instrument, trust, memory)
    : requireDeclined(bundle, known, instrument, record);
  // 9 the assertion
  await requireAssertion(bundle.assertion, bundle.statement, record.passkey);
  // 10 … and what it says about this answer
  /** @type {Map<string, any>} */
  const bound = signs
    ? new Map([["evidence", await bundle.evidence()]])
    : new Map(/** @type {[string, any][]} */ ([["statement", unutf8(bundle.statement)], ["assertion", bundle.assertion]]));
  requireAnswer(record, instrument.digest, bundle.assertion, bound);
  return {
    act: bundle.act,
    signatory,
    at,
    instrument: instrument.digest,
    credential: record.passkey.credential,
    cms: bundle.cms === null ? null : await digest(bundle.cms),
    index: bundle.entries.recorded.index,
    checkpoint: record.checkpoint,
  };
}

/** @param {import("./record.js").Record} record @param {FrozenInstrument} instrument @returns {Signatory} as the roster names them */
function requireFrozen(record, { digest: instrument, document }) {
  const party = document.parties.get(record.signatory);
  if (party === undefined) {
    throw altered("ledger.stranger", { signatory: record.signatory });
  }
  const { body } = record.frozen;
  const frozen = [body.get("version"), body.get("instrument"), body.get("document")];
  if (frozen.join() !== [document.version, instrument, document.digest].join()) {
    throw altered("ledger.instrument");
  }
  if (document.declaration !== record.opened.declaration) {
    throw altered("ledger.declaration");
  }
  const { id, office, name, city, country } = party;
  return { id, office, name, city, country };
}

/** @typedef {Omit<import("./statement.js").Expected, "act" | "details">} Known */

/** @param {Bundle} bundle @param {Known} known @param {FrozenInstrument} instrument @param {import("./record.js").Record} record @returns {number} */
function requireDeclined(bundle, known, instrument, record) {
  // 8 the statement
  requireStatement(bundle.statement, {
    ...known,
    act: "decline",
    details: [
      ["version", instrument.document.version],
      ["instrument", instrument.digest],
      ["reason", record.recorded.body.get("reason")],
    ],
  });
  return record.recorded.at;
}

/**
 * @param {Bundle} bundle
 * @param {Known} known
 * @param {FrozenInstrument} instrument
 * @param {Trust} trust
 * @param {Memory} memory
 * @returns {Promise<number>} the time of the timestamp
 */
async function requireSigned(bundle, known, instrument, trust, memory) {
  const { cms, drawn, statement } = bundle;
  if (cms === null) {
    throw unverifiable("bundle.act", { expected: "sign" });
  }
  // 5 the CMS
  const message = readMessage(cms);
  const key = await requireSignature(message, instrument.digest);
  // 6 its timestamp
  if (message.token === null) {
    throw unverifiable("timestamp.missing");
  }
  const stamp = await requireToken(message.token, await sha256(message.signature), trust.timestamp, memory.links);
  // 7 its certificate
  await requireCertificate(message, known.signatory, stamp.at, trust, memory);
  // 8 the statement
  requireStatement(statement, {
    ...known,
    act: "sign",
    details: [
      ["version", instrument.document.version],
      ["instrument", instrument.digest],
      ["document", instrument.document.digest],
      ["key", await digest(key.spki)],
      ["drawn", drawn === null ? null : await digest(drawn)],
    ],
  });
  return stamp.at;
}

/**
 * Step 7: the exact profile of a signatory's certificate, its subject, and its chain at the token's time.
 *
 * @param {import("./cms.js").Message} message
 * @param {Signatory} signatory
 * @param {number} at
 * @param {Trust} trust
 * @param {Memory} memory
 */
async function requireCertificate(message, signatory, at, trust, memory) {
  const { certificate } = message;
  reading("certificate.unreadable", () => {
    if (certificate.version !== 2n || certificate.unique || certificate.given === null) {
      throw unverifiable("certificate.unreadable", { detail: "not of version 3" });
    }
    requireExtensions(certificate.given);
    if (certificate.end - certificate.begin !== EPHEMERAL) {
      throw unverifiable("certificate.profile");
    }
    if (!equal(certificate.subject, subjectOf(signatory))) {
      const found = nameParts(certificate.subject).map((part) => part.text);
      throw altered("certificate.subject", { found: found.join(", ").slice(0, 300), expected: signatory.name });
    }
    if (message.signingTime < certificate.begin || message.signingTime > certificate.end) {
      throw unverifiable("certificate.signing-time");
    }
  });
  const context = { at, family: "certificate", purpose: DOCUMENT_SIGNING, links: memory.links };
  await requireChain(certificate, message.chain, trust.signing, context);
}

/** @param {[string, import("./x509.js").Extension][]} given */
function requireExtensions(given) {
  const found = new Map(given);
  for (const [oid, { critical, value, code }] of EXTENSIONS) {
    const item = found.get(oid);
    if (item === undefined || item.critical !== critical || (value !== null && !equal(value, item.value))) {
      throw unverifiable(code);
    }
  }
  if (given.length !== EXTENSIONS.size) {
    throw unverifiable("certificate.profile");
  }
}

/** @param {Signatory} signatory @returns {Uint8Array} the subject of their certificate, DER */
function subjectOf(signatory) {
  const { PRINTABLE, UTF8, SEQUENCE, SET } = der.TAG;
  /** @type {[string, number, string][]} */
  const parts = [
    ["2.5.4.6", PRINTABLE, signatory.country],
    ["2.5.4.10", UTF8, fit(signatory.city)],
    ["2.5.4.12", UTF8, fit(signatory.office)],
    ["2.5.4.3", UTF8, fit(signatory.name)],
    ["2.5.4.5", PRINTABLE, signatory.id.replaceAll("_", "=5F")],
  ];
  const sets = parts.map(([oid, tag, text]) =>
    der.write(SET, der.write(SEQUENCE, der.writeOid(oid), der.write(tag, utf8(text)))),
  );
  return der.write(SEQUENCE, ...sets);
}

/** @param {string} text @returns {string} cut to what X.509 holds, at a whole character */
function fit(text) {
  if (utf8(text).length <= MAX_NAME_BYTES) {
    return text;
  }
  const room = MAX_NAME_BYTES - utf8("…").length;
  const kept = [...text];
  while (utf8(kept.join("")).length > room) {
    kept.pop();
  }
  return `${kept.join("")}…`;
}
