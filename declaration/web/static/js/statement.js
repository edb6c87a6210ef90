/**
 * What a device does before it asks for the gesture (docs/spec/statement.md, section 2.1): it compares.
 *
 * A statement is refused when it says more, less or something else than this device knows; each difference has a sentence.
 */

import { Malformed, sha256, unb64u, utf8 } from "./bytes.js";
import { encode, isObject, object, parseCanonical } from "./canonical.js";
import { asking, get } from "./passkey.js";
import { Refusal } from "./words.js";

/** @typedef {{id: string, office: string, name: string, city: string, country: string}} Signatory */
/**
 * @typedef {object} Known what every statement of this device says
 * @property {string} declaration
 * @property {string} ledger
 * @property {Signatory} signatory
 * @property {string} credential base64url
 */

/** Bytes of a statement. */
const MAX_STATEMENT = 57_344;
const FORMAT = "declaration-statement/1";
/** Bytes of a nonce. */
const NONCE = 32;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** Milliseconds by which the clocks of phone and service may differ, together with the ten minutes of a statement. */
const MOST_APART = 24 * 60 * 60 * 1000;

/**
 * Make sure that a statement says exactly what this device knows.
 *
 * @param {string} text as the service gave it out
 * @param {string} act
 * @param {Known} known
 * @param {Record<string, any>} details members of the act, each with the value that it must have
 * @param {number} [now] milliseconds since 1970
 * @returns {Map<string, any>} its members
 */
export function compare(text, act, known, details, now = Date.now()) {
  const found = readStatement(text);
  const { id, office, name, city, country } = known.signatory;
  const expected = {
    format: FORMAT,
    act,
    declaration: known.declaration,
    ledger: known.ledger,
    signatory: object({ id, office, name, city, country }),
    credential: known.credential,
    ...details,
  };
  for (const [member, value] of Object.entries(expected)) {
    if (!found.has(member) || !same(found.get(member), value)) {
      throw new Refusal(`statement.${member}`);
    }
  }
  if ([...found.keys()].length !== Object.keys(expected).length + 2) {
    throw new Refusal("statement.members");
  }
  requireNonce(found.get("nonce"));
  requireMoment(found.get("at"), now);
  return found;
}

/** @param {string} text @returns {Map<string, any>} */
function readStatement(text) {
  try {
    const value = parseCanonical(utf8(text), MAX_STATEMENT);
    if (isObject(value)) {
      return value;
    }
  } catch (failure) {
    if (!(failure instanceof Malformed)) {
      throw failure;
    }
  }
  throw new Refusal("statement.form");
}

/** @param {any} one @param {any} other @returns {boolean} whether their canonical forms are the same */
function same(one, other) {
  const [left, right] = [encode(one), encode(other)];
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** @param {unknown} nonce */
function requireNonce(nonce) {
  let bytes = null;
  try {
    bytes = typeof nonce === "string" ? unb64u(nonce) : null;
  } catch (failure) {
    if (!(failure instanceof Malformed)) {
      throw failure;
    }
  }
  if (bytes === null || bytes.length !== NONCE) {
    throw new Refusal("statement.nonce");
  }
}

/** @param {unknown} at @param {number} now */
function requireMoment(at, now) {
  if (typeof at !== "string" || !MOMENT.test(at) || !(Math.abs(Date.parse(at) - now) <= MOST_APART)) {
    throw new Refusal("statement.at");
  }
}

/**
 * Ask the passkey to authorise a statement: its challenge is the SHA-256 of the statement.
 *
 * @param {string} text
 * @param {string} rpId
 * @param {string} credential base64url
 * @returns {Promise<any>} the assertion's JSON
 */
export async function authorise(text, rpId, credential) {
  const assertion = await get(asking(await sha256(utf8(text)), rpId, credential));
  if (assertion.id !== credential) {
    throw new Refusal("statement.credential");
  }
  return assertion;
}
