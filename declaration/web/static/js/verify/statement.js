/** Statements: what a passkey authorises, as canonical JSON whose SHA-256 is the challenge (step 8; docs/spec/statement.md). */

import { equal, unutf8 } from "../bytes.js";
import { encode, isObject, object, parseCanonical } from "../canonical.js";
import { MAX_CREDENTIAL, MAX_NAME, MAX_REASON, MAX_STATEMENT } from "./entries.js";
import * as forms from "./forms.js";
import { altered, reading, unverifiable } from "./judgement.js";

/**
 * @typedef {object} Signatory who acts, as statements and certificates name them
 * @property {string} id
 * @property {string} office
 * @property {string} name
 * @property {string} city
 * @property {string} country
 */
/**
 * @typedef {object} Expected what a statement must say; nonce and moment alone are unknown
 * @property {"enrol" | "sign" | "decline"} act
 * @property {string} declaration
 * @property {string} ledger
 * @property {Signatory} signatory
 * @property {string} credential
 * @property {[string, string | null][]} details what the act adds, in the order in which differences are told
 */

const FORMAT = "declaration-statement/1";
const MAX_POSITIONS = 500;
const NONCE = 32;
const MOMENT = /"at":"([^"]{20})"/;
const FRESH = /"nonce":"([^"]{43})"/;

const name = forms.text(MAX_NAME);
const reason = forms.text(MAX_REASON, { lines: true });
const stance = forms.oneOf("accept", "accept-with-reservation", "object", "abstain");
const nonce = forms.binary(NONCE, NONCE);
const position = forms.members({
  clause: forms.identifier,
  digest: forms.digest,
  stance,
  reservation: forms.nullable(reason),
});
const common = {
  format: forms.oneOf(FORMAT),
  act: forms.oneOf(
    "enrol",
    "positions",
    "object",
    "withdraw-objection",
    "withdraw-reservation",
    "sign",
    "decline",
  ),
  declaration: forms.identifier,
  ledger: forms.logOrigin,
  signatory: forms.members({ id: forms.identifier, office: name, name, city: name, country: forms.country }),
  credential: forms.binary(1, MAX_CREDENTIAL),
  nonce,
  at: forms.moment,
};
const named = { author: forms.identifier, clause: forms.identifier, reservation: forms.digest };
/** The form of each act's statement. @type {Map<string, forms.Form>} */
const ACTS = new Map([
  ["enrol", forms.members({ ...common, key: forms.digest })],
  [
    "positions",
    forms.members({ ...common, version: forms.digest, language: forms.language, positions: distinctPositions }),
  ],
  ["object", forms.members({ ...common, ...named, reason })],
  ["withdraw-objection", forms.members({ ...common, ...named })],
  [
    "withdraw-reservation",
    forms.members({ ...common, clause: forms.identifier, reservation: forms.digest }),
  ],
  [
    "sign",
    forms.members({
      ...common,
      version: forms.digest,
      instrument: forms.digest,
      document: forms.digest,
      key: forms.digest,
      drawn: forms.nullable(forms.digest),
    }),
  ],
  ["decline", forms.members({ ...common, version: forms.digest, instrument: forms.digest, reason })],
]);

/** @param {any} value @param {string} place */
function distinctPositions(value, place) {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_POSITIONS) {
    forms.refuse(place, `a list of 1 to ${MAX_POSITIONS} positions belongs here`);
  }
  forms.listed(position)(value, place);
  for (const item of value) {
    const [taken, reservation] = [item.get("stance"), item.get("reservation")];
    const lacks = reservation === null && taken === "accept-with-reservation";
    if (lacks || (reservation !== null && ["accept", "abstain"].includes(taken))) {
      forms.refuse(place, "a stance and its reservation do not fit");
    }
  }
  if (new Set(value.map((item) => item.get("clause"))).size !== value.length) {
    forms.refuse(place, "a clause is named twice");
  }
}

/** @param {Uint8Array} data @returns {Map<string, any>} a statement of any act, exactly in its form */
function parse(data) {
  const value = parseCanonical(data, MAX_STATEMENT);
  const act = isObject(value) ? value.get("act") : undefined;
  /** @type {forms.Form} */ (ACTS.get(act) ?? ACTS.get("sign"))(value, "statement");
  return /** @type {Map<string, any>} */ (value);
}

/** @param {Signatory} signatory @returns {Map<string, any>} */
function asJson({ id, office, name, city, country }) {
  return object({ id, office, name, city, country });
}

/**
 * Tell whether bytes are the statement that is expected. It is written and compared as bytes: stricter than reading it.
 *
 * @param {Uint8Array} data
 * @param {Expected} expected
 * @returns {boolean}
 */
export function isExpected(data, expected) {
  try {
    const text = unutf8(data);
    const [at, fresh] = [MOMENT.exec(text)?.[1], FRESH.exec(text)?.[1]];
    if (at === undefined || fresh === undefined || data.length > MAX_STATEMENT) {
      return false;
    }
    const { act, declaration, ledger, credential } = expected;
    const value = object({ format: FORMAT, act, declaration, ledger, credential, nonce: fresh, at });
    value.set("signatory", asJson(expected.signatory));
    expected.details.forEach(([member, detail]) => value.set(member, detail));
    nonce(fresh, "nonce");
    forms.moment(at, "at");
    return equal(encode(value), data);
  } catch {
    return false;
  }
}

/**
 * Require that bytes are the statement that follows from everything else.
 *
 * @param {Uint8Array} data
 * @param {Expected} expected
 */
export function requireStatement(data, expected) {
  if (!isExpected(data, expected)) {
    explain(data, expected);
  }
}

/** @param {Uint8Array} data @param {Expected} expected @returns {never} say in which member it differs first */
function explain(data, expected) {
  const found = reading("statement.malformed", () => parse(data));
  /** @type {[string, string | null][]} */
  const wanted = [
    ["act", expected.act],
    ["declaration", expected.declaration],
    ["ledger", expected.ledger],
    ["signatory", null],
    ["credential", expected.credential],
    ...expected.details,
  ];
  for (const [member, value] of wanted) {
    const given = found.get(member);
    if (member === "signatory") {
      if (!equal(encode(given), encode(asJson(expected.signatory)))) {
        throw altered("statement.signatory", { found: given.get("id"), expected: expected.signatory.id });
      }
    } else if ((given ?? null) !== value) {
      throw altered(`statement.${member}`, { found: given ?? "", expected: value ?? "" });
    }
  }
  throw unverifiable("statement.malformed");
}

