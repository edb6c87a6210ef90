/**
 * Signed notes and the checkpoints in them (C2SP signed-note, tlog-checkpoint, tlog-cosignature): who signed the head of
 * the ledger. Ed25519 and ML-DSA-44 are WebCrypto's: a browser without one of them says so, and never "valid".
 */

import { Malformed, b64, equal, hex, join, sha256, unb64, unutf8, utf8 } from "../bytes.js";
import * as forms from "./forms.js";
import { altered, reading, unverifiable } from "./judgement.js";

/** Bytes of a note: C2SP signed-note asks for at least 16 signatures of up to 5 kB. */
export const MAX_NOTE = 128 * 1024;
const MAX_VKEYS = 64 * 1024;
const MAX_KEY_NAME = 255;
const DASH = "\u2014 ";
const ED25519 = 1;
const COSIGNATURE = 4;
const ML_DSA_44 = 6;
const PUBLIC = new Map([
  [ED25519, 32],
  [COSIGNATURE, 32],
  [ML_DSA_44, 1312],
]);
const SIGNED = new Map([
  [ED25519, 64],
  [COSIGNATURE, 64],
  [ML_DSA_44, 2420],
]);

/**
 * @typedef {object} Key a verifier key
 * @property {string} name
 * @property {number} algorithm
 * @property {Uint8Array} data its public half
 * @property {string} id eight hexadecimal digits
 */
/** @typedef {{origin: string, size: number, root: Uint8Array, text: string}} Checkpoint */
/** @typedef {{name: string, id: string, payload: Uint8Array}} Line */

/** @param {string} name @returns {boolean} whether it may name a key */
function isKeyName(name) {
  const size = utf8(name).length;
  // eslint-disable-next-line no-control-regex
  return size >= 1 && size <= MAX_KEY_NAME && !/[\p{White_Space}\u0000-\u001f+]/u.test(name);
}

/**
 * Read a file of verifier keys: one a line, none twice.
 *
 * @param {Uint8Array} data
 * @returns {Promise<Key[]>}
 */
export async function readKeys(data) {
  const whole = unutf8(data);
  if (data.length > MAX_VKEYS || !whole.endsWith("\n")) {
    throw new Malformed("it is too long, or does not end in a newline");
  }
  const keys = await Promise.all(whole.slice(0, -1).split("\n").map(readKey));
  if (new Set(keys.map((key) => `${key.name}+${key.id}`)).size !== keys.length) {
    throw new Malformed("two keys have one name and key id");
  }
  return keys;
}

/** @param {string} vkey @returns {Promise<Key>} */
async function readKey(vkey) {
  const found = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(vkey);
  if (found === null || !isKeyName(found[1])) {
    throw new Malformed("a key is not a name, eight hexadecimal digits and base64, joined by +");
  }
  const [, name, id, encoded] = found;
  const data = unb64(encoded);
  if (data.length === 0 || PUBLIC.get(data[0]) !== data.length - 1) {
    throw new Malformed("a key is of an unknown type, or has another size");
  }
  const own = (await sha256(join(utf8(`${name}\n`), data))).subarray(0, 4);
  if (hex(own) !== id) {
    throw new Malformed("a key has another key id than it says");
  }
  return { name, algorithm: data[0], data: data.subarray(1), id };
}

/** @param {Uint8Array} data @returns {{text: string, lines: Line[]}} a note, well formed and not yet verified */
function readNote(data) {
  const whole = unutf8(data);
  // eslint-disable-next-line no-control-regex
  if (data.length > MAX_NOTE || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) {
    throw new Malformed("it is too long, or holds a control character");
  }
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0 || !whole.endsWith("\n") || gap + 2 >= whole.length) {
    throw new Malformed("no signature lines follow an empty line");
  }
  const lines = whole.slice(gap + 2, -1).split("\n");
  return { text: whole.slice(0, gap + 1), lines: lines.map(readLine) };
}

/** @param {string} line @returns {Line} */
function readLine(line) {
  const parts = line.startsWith(DASH) ? line.slice(DASH.length).split(" ") : [];
  if (parts.length !== 2 || !isKeyName(parts[0])) {
    throw new Malformed("a signature line is not a dash, a key name and base64");
  }
  const data = unb64(parts[1]);
  if (data.length <= 4) {
    throw new Malformed("a signature line holds no signature");
  }
  return { name: parts[0], id: hex(data.subarray(0, 4)), payload: data.subarray(4) };
}

/** @param {string} text @returns {Checkpoint} */
function readCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3] !== "" || !/^(?:0|[1-9][0-9]{0,15})$/.test(lines[1])) {
    throw new Malformed("it has not exactly three lines, or its size is no number");
  }
  const [origin, size, root] = [lines[0], Number(lines[1]), unb64(lines[2])];
  forms.logOrigin(origin, "origin");
  if (!Number.isSafeInteger(size) || root.length !== 32 || text !== `${origin}\n${size}\n${b64(root)}\n`) {
    throw new Malformed("its size or its root is none");
  }
  return { origin, size, root, text };
}

/**
 * Verify a note with all of these keys, and return its checkpoint.
 *
 * @param {Uint8Array} note
 * @param {Key[]} keys those of the ledger, named by its origin, and of witnesses, if any
 * @param {(algorithm: string) => void} unchecked hears of an algorithm that this browser does not know
 * @returns {Promise<Checkpoint>}
 */
export async function openCheckpoint(note, keys, unchecked) {
  let parsed;
  try {
    const { text, lines } = readNote(note);
    parsed = { lines, checkpoint: readCheckpoint(text) };
  } catch (error) {
    throw altered("ledger.checkpoint", { detail: String(error) });
  }
  const { lines, checkpoint } = parsed;
  for (const key of keys) {
    const own = lines.filter((line) => line.name === key.name && line.id === key.id);
    for (const line of own) {
      await requireSigned(key, line, checkpoint, unchecked);
    }
    if (own.length === 0) {
      throw unverifiable("ledger.unsigned", { detail: key.name });
    }
  }
  if (!keys.some((key) => key.name === checkpoint.origin)) {
    throw altered("ledger.origin", { detail: checkpoint.origin });
  }
  return checkpoint;
}

/** @param {Key} key @param {Line} line @param {Checkpoint} checkpoint @param {(algorithm: string) => void} unchecked */
async function requireSigned(key, line, checkpoint, unchecked) {
  const timed = key.algorithm !== ED25519;
  const raw = timed ? line.payload.subarray(8) : line.payload;
  const time = timed ? line.payload.subarray(0, 8) : new Uint8Array();
  const refuted = altered("ledger.signature", { detail: key.name });
  if (raw.length !== SIGNED.get(key.algorithm) || (timed && time[0] & 0x80)) {
    throw refuted;
  }
  const name = key.algorithm === ML_DSA_44 ? "ML-DSA-44" : "Ed25519";
  const valid = await verifies(name, key.data, raw, message(key, time, checkpoint));
  if (valid === null) {
    unchecked(name);
  } else if (!valid) {
    throw refuted;
  }
}

/** @param {Key} key @param {Uint8Array} time eight octets, or none @param {Checkpoint} checkpoint @returns {Uint8Array} what is signed */
function message(key, time, checkpoint) {
  if (key.algorithm === ED25519) {
    return utf8(checkpoint.text);
  }
  if (key.algorithm === COSIGNATURE) {
    return utf8(`cosignature/v1\ntime ${new DataView(time.slice().buffer).getBigUint64(0)}\n${checkpoint.text}`);
  }
  const [signer, origin] = [utf8(key.name), utf8(checkpoint.origin)];
  const range = new DataView(new ArrayBuffer(16)); // from the first entry to the last: the whole tree
  range.setBigUint64(8, BigInt(checkpoint.size));
  return join(
    utf8("subtree/v1\n\0"),
    Uint8Array.of(signer.length),
    signer,
    time,
    Uint8Array.of(origin.length),
    origin,
    new Uint8Array(range.buffer),
    checkpoint.root,
  );
}

/**
 * Tell whether a signature verifies; null where this browser does not know the algorithm.
 *
 * @param {string} name
 * @param {Uint8Array} data the public key
 * @param {Uint8Array} signature
 * @param {Uint8Array} signed
 * @returns {Promise<boolean | null>}
 */
async function verifies(name, data, signature, signed) {
  const format = name === "Ed25519" ? "raw" : "raw-public";
  let key;
  try {
    key = await crypto.subtle.importKey(/** @type {any} */ (format), /** @type {any} */ (data), name, false, ["verify"]);
  } catch (error) {
    // an engine that does not know the name or the format says so by one of these; a bad key is a DataError
    const unknown = error instanceof TypeError || (error instanceof DOMException && error.name === "NotSupportedError");
    return unknown ? null : false;
  }
  const parts = /** @type {[BufferSource, BufferSource]} */ ([signature, signed]);
  return reading("ledger.algorithm", () => crypto.subtle.verify(name, key, ...parts));
}

/** @param {Checkpoint} one @param {Checkpoint} other @returns {boolean} */
export function sameCheckpoint(one, other) {
  return one.origin === other.origin && one.size === other.size && equal(one.root, other.root);
}
