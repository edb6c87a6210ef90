/** What a verifier trusts: three pinned roots and the ledger's keys, as four small files (docs/spec/bundle.md, section 6). */

import { b64, characters, digest, equal, unb64, unutf8, utf8 } from "../bytes.js";
import { detailOf, unverifiable } from "./judgement.js";
import { readKeys } from "./note.js";
import { Certificate, issued } from "./x509.js";

/** The files of a trust folder, in the order in which their fingerprints are shown. */
export const FILES = ["signing-root.pem", "timestamp-root.pem", "seal-root.pem", "ledger.vkeys"];
const MAX_FILE = 64 * 1024;
const BEGIN = "-----BEGIN CERTIFICATE-----\n";
const END = "-----END CERTIFICATE-----\n";
const ED25519 = 1;
const ML_DSA_44 = 6;

/**
 * @typedef {object} Trust
 * @property {Certificate} signing
 * @property {Certificate} timestamp
 * @property {Certificate} seal
 * @property {import("./note.js").Key[]} keys of the ledger, whose origin is their name; then of witnesses
 * @property {string} ledger its origin
 * @property {Record<string, string>} fingerprints by file, in hexadecimal
 */

/**
 * Read the contents of a trust folder; each file has exactly one spelling.
 *
 * @param {Record<string, Uint8Array>} files by name
 * @returns {Promise<Trust>}
 */
export async function readTrust(files) {
  for (const name of FILES) {
    if (files[name] === undefined) {
      throw refused("missing", name, "it is missing");
    }
    if (files[name].length > MAX_FILE) {
      throw refused("size", name, `it is longer than ${MAX_FILE} bytes`);
    }
  }
  const keys = await readKeys(files[FILES[3]]).catch((error) => {
    throw refused("keys", FILES[3], detailOf(error));
  });
  const [signing, timestamp, seal] = await Promise.all(FILES.slice(0, 3).map((name) => readRoot(files[name], name)));
  const ledger = keys[0].name;
  const own = [keys[0]?.algorithm, keys[1]?.algorithm, keys[1]?.name];
  const strangers = keys.slice(2);
  if (
    own.join() !== [ED25519, ML_DSA_44, ledger].join() ||
    strangers.some((key) => key.name === ledger || key.algorithm === ED25519)
  ) {
    throw refused("keys", FILES[3], "it does not begin with the ledger's Ed25519 and ML-DSA-44 keys");
  }
  const digests = await Promise.all([...[signing, timestamp, seal].map((root) => root.raw), files[FILES[3]]].map(digest));
  const fingerprints = Object.fromEntries(FILES.map((name, index) => [name, digests[index]]));
  return { signing, timestamp, seal, keys, ledger, fingerprints };
}

/** @param {Uint8Array} data @param {string} name @returns {Promise<Certificate>} */
async function readRoot(data, name) {
  let root;
  try {
    root = new Certificate(readPem(data));
  } catch (error) {
    throw refused("root", name, detailOf(error));
  }
  // RFC 5280 section 6.1: an anchor is believed; here it must also be a self-signed authority, to catch mix-ups
  const self = await issued(root, root).catch(() => "unreadable");
  let authority = false;
  try {
    authority = root.basicConstraints?.authority ?? false;
  } catch {
    authority = false;
  }
  if (self !== "issued" || !authority) {
    throw refused("root", name, "it is not a self-signed authority");
  }
  return root;
}

/** @param {Uint8Array} data @returns {Uint8Array} DER of exactly one certificate, in lines of 64 characters */
function readPem(data) {
  const text = unutf8(data);
  const body = text.startsWith(BEGIN) && text.endsWith(END) ? text.slice(BEGIN.length, -END.length) : "";
  const der = unb64(body.replaceAll("\n", ""));
  const lines = b64(der).match(/.{1,64}/g) ?? [];
  if (!equal(utf8(`${BEGIN}${lines.map((line) => `${line}\n`).join("")}${END}`), data)) {
    throw new Error(`not the one spelling of a certificate in PEM, beginning ${characters(data.subarray(0, 30))}`);
  }
  return der;
}

/** @param {string} code @param {string} file @param {string} detail */
function refused(code, file, detail) {
  return unverifiable(`trust.${code}`, { file, detail });
}
