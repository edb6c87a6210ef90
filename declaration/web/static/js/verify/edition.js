/**
 * Steps 1 to 3: the sealed edition (docs/spec/edition.md).
 *
 * 1  container: a file of our profile within its limits; passive; the files it carries
 * 2  seal: everything up to the end of its revision, by a key below the pinned root, timestamped; then only the archive
 *    and its renewals, whose timestamps cover the whole file until then, each while the one before it was good
 * 3  instrument: the attached instrument.pdf is what the first pages show, and carries the same declaration.json
 */

import { equal, hex, sha256 } from "../bytes.js";
import { DOCUMENT, INSTRUMENT, readAttachments, requireEditionsFiles } from "./attachments.js";
import { Links } from "./chain.js";
import { ALTERED, Refusal, altered, reading, unverifiable } from "./judgement.js";
import { File } from "./pdf.js";
import { requirePassive, requireSameFirstPages } from "./pdf-compare.js";
import { ARCHIVED, findSignatures } from "./pdf-signatures.js";
import { requireSameStructure } from "./pdf-structure.js";
import { readSeal, requireSeal } from "./seal.js";
import { requireToken } from "./timestamp.js";
import { Certificate, readRevocations } from "./x509.js";

/** @typedef {import("./trust.js").Trust} Trust */
/** @typedef {import("./timestamp.js").Timestamp} Timestamp */
/**
 * @typedef {object} Edition whose seal, archive and pages have been verified
 * @property {Uint8Array} instrument
 * @property {Uint8Array} document
 * @property {Map<string, Uint8Array>} files everything attached, by name
 * @property {number} sealedAt milliseconds since 1970
 * @property {number} archivedAt milliseconds since 1970
 * @property {number[]} renewedAt likewise, of the later archive timestamps
 * @property {string} first SHA-256 of the edition as it was before it was renewed
 * @property {string} sealedBy common name of the seal's certificate
 */

/**
 * Verify a signed edition, and return what it holds.
 *
 * @param {Uint8Array} data
 * @param {Pick<Trust, "seal" | "timestamp">} trust
 * @param {(told: {step: number, subject: string}) => void} [tell]
 * @returns {Promise<Edition>}
 */
export async function openEdition(data, trust, tell = () => {}) {
  // 1 container and limits
  tell({ step: 1, subject: "" });
  const file = new File(data);
  const signatures = await findSignatures(file);
  const document = file.after(file.revisions.length - 1); // what came after the seal shows what the sealed one shows
  requirePassive(document, signatures.fields);
  const files = await readAttachments(document);
  requireEditionsFiles(files);
  // 2 the seal, and what follows it
  tell({ step: 2, subject: "" });
  const links = new Links();
  const message = readSeal(signatures.seal.cms);
  const sealed = await asSeal("seal.timestamp", async () =>
    requireToken(message.token, await sha256(message.signature), trust.timestamp, links),
  );
  await requireSeal(message, signatures.seal.covered, trust.seal, sealed.at, links);
  const archives = await asSeal("seal.archive-timestamp", async () => {
    /** @type {Timestamp[]} */
    const found = [];
    for (const { cms, covered } of signatures.archives) {
      found.push(await requireToken(cms, covered, trust.timestamp, links));
    }
    return found;
  });
  requireUnbroken([sealed, ...archives]);
  const used = [message.certificate, ...message.chain, ...[sealed, ...archives].map((stamp) => stamp.certificate)];
  await requireValidationData(signatures, [...used, trust.seal, trust.timestamp], [trust.seal, trust.timestamp]);
  // 3 the instrument is what the first pages show
  tell({ step: 3, subject: "" });
  await requireInstrument(document, files);
  return {
    instrument: /** @type {Uint8Array} */ (files.get(INSTRUMENT)),
    document: /** @type {Uint8Array} */ (files.get(DOCUMENT)),
    files,
    sealedAt: sealed.at,
    archivedAt: archives[0].at,
    renewedAt: archives.slice(1).map((stamp) => stamp.at),
    first: hex(await sha256(data.subarray(0, file.revisions[ARCHIVED].end))),
    sealedBy: message.certificate.commonName,
  };
}

/** Each timestamp is not older than the one before it, and was made while that one's certificate was valid. @param {Timestamp[]} stamps */
function requireUnbroken(stamps) {
  stamps.slice(1).forEach((later, index) => {
    const earlier = stamps[index];
    if (later.at < earlier.at) {
      throw altered("seal.archive-order");
    }
    if (later.at > earlier.certificate.end) {
      throw unverifiable("seal.archive-expired", {
        at: new Date(later.at).toISOString(),
        end: new Date(earlier.certificate.end).toISOString(),
      });
    }
  });
}

/** @param {Uint8Array} data @returns {import("./pdf.js").Document} an instrument: one revision, passive, without annotations */
function readInstrument(data) {
  const file = new File(data);
  if (file.revisions.length !== 1) {
    throw unverifiable("instrument.unreadable", { detail: "it was saved more than once" });
  }
  const document = file.after(0);
  requirePassive(document, new Set());
  return document;
}

/** @param {import("./pdf.js").Document} instrument @returns {Promise<Uint8Array>} the declaration.json that it carries, alone */
async function onlyDocument(instrument) {
  const carried = await readAttachments(instrument);
  const document = carried.get(DOCUMENT);
  if (carried.size !== 1 || document === undefined) {
    throw unverifiable("instrument.unreadable", { detail: "it does not carry declaration.json alone" });
  }
  return document;
}

/** @param {Uint8Array} data @returns {Promise<Uint8Array>} the declaration.json that an instrument carries */
export async function instrumentsDocument(data) {
  return onlyDocument(readInstrument(data));
}

/** @param {import("./pdf.js").Document} document @param {Map<string, Uint8Array>} files */
async function requireInstrument(document, files) {
  const instrument = readInstrument(/** @type {Uint8Array} */ (files.get(INSTRUMENT)));
  if (!equal(await onlyDocument(instrument), /** @type {Uint8Array} */ (files.get(DOCUMENT)))) {
    throw altered("instrument.document");
  }
  const pages = await requireSameFirstPages(document, instrument);
  await requireSameStructure(document, instrument);
  if (document.pages().length === pages) {
    throw unverifiable("instrument.unreadable", { detail: "no page of signatures follows" });
  }
}

/**
 * Report what is wrong with a timestamp of the seal as a matter of the seal (step 2), not of a signature.
 *
 * @template T
 * @param {string} code
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
async function asSeal(code, act) {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refusal) {
      throw (error.severity === ALTERED ? altered : unverifiable)(code, { detail: error.message });
    }
    throw error;
  }
}

/**
 * The archive holds certificates, which nothing here relies on, and lists by the two roots, which revoke nobody.
 *
 * @param {import("./pdf-signatures.js").Signatures} signatures
 * @param {Certificate[]} used
 * @param {[Certificate, Certificate]} roots of the seal and of the timestamps
 */
async function requireValidationData(signatures, used, roots) {
  const code = "seal.validation-data";
  await reading(code, async () => {
    signatures.certificates.forEach((data) => new Certificate(data));
    const listed = new Set();
    for (const data of signatures.revocations) {
      const revocations = readRevocations(data);
      const root = roots.find((item) => equal(item.subject, revocations.issuer));
      if (root === undefined) {
        throw unverifiable(code, { detail: "a revocation list by nobody we know" });
      }
      if (!(await revocations.by(root))) {
        throw altered("seal.revocations-forged");
      }
      listed.add(hex(revocations.issuer));
      const revoked = used.find((item) => equal(item.issuer, revocations.issuer) && revocations.serials.has(item.serial));
      if (revoked !== undefined) {
        throw unverifiable("seal.revoked", { name: revoked.commonName });
      }
    }
    if (!listed.has(hex(roots[0].subject))) {
      throw unverifiable(code, { detail: "the revocation list of the seal root is missing" });
    }
  });
}
