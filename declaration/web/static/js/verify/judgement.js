/**
 * How a verifying step says no: two verdicts, each with a code that belongs to a numbered step.
 *
 *  1  container, bundle   the file, its limits and its parts; trust: what the verifier was given to trust
 *  2  seal                the seal over the edition
 *  3  instrument          the attached instrument is what the edition shows
 *  4  document            declaration.json is canonical and is the frozen version
 *  5  signature           the CMS over the instrument
 *  6  timestamp           the RFC 3161 token over the signature
 *  7  certificate         the chain to the pinned root, and its subject
 *  8  statement           what the passkey authorised
 *  9  assertion           that the passkey authorised it
 * 10  ledger              enrolment, freeze and signature are recorded, in this order
 * 11  count               nobody counts twice; complete, or k of n
 *
 * The steps, the codes and the verdicts are those of docs/spec/verification.md. Refusals are thrown, never returned.
 */

/** @typedef {Record<string, string | number>} Values */

/** What a finding does to the verdict. */
export const NOTE = "note";
export const CANNOT_BE_VERIFIED = "cannot-be-verified";
export const ALTERED = "altered";

const STEPS = new Map([
  ["container", 1],
  ["bundle", 1],
  ["trust", 1],
  ["seal", 2],
  ["instrument", 3],
  ["document", 4],
  ["signature", 5],
  ["timestamp", 6],
  ["certificate", 7],
  ["statement", 8],
  ["assertion", 9],
  ["ledger", 10],
  ["count", 11],
]);
/** Characters of a detail: what hostile files make of it must not flood the page. */
const MAX_DETAIL = 200;

/** A verdict on one part, with the values that its sentences name. */
export class Refusal extends Error {
  /** @param {string} severity @param {string} code @param {Values} values */
  constructor(severity, code, values) {
    super(values.detail === undefined ? code : `${code} (${values.detail})`);
    this.severity = severity;
    this.code = code;
    this.values = values;
  }
}

/** @param {string} code @param {Values} [values] @returns {Refusal} something does not match */
export function altered(code, values = {}) {
  return new Refusal(ALTERED, code, values);
}

/** @param {string} code @param {Values} [values] @returns {Refusal} something is unreadable, or not ours to judge */
export function unverifiable(code, values = {}) {
  return new Refusal(CANNOT_BE_VERIFIED, code, values);
}

/** @param {string} code @returns {number} the step to which it belongs; 1 for a code of nobody's */
export function stepOf(code) {
  return STEPS.get(code.split(".")[0]) ?? 1;
}

/** @param {unknown} error @returns {string} */
export function detailOf(error) {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return said.slice(0, MAX_DETAIL);
}

/**
 * Do what reads, and turn whatever it throws on hostile bytes into "cannot be verified" with this code; refusals pass
 * through unchanged. What it returns may be a promise.
 *
 * @template T
 * @param {string} code
 * @param {() => T} act
 * @param {Values} [values]
 * @returns {T}
 */
export function reading(code, act, values = {}) {
  /** @param {unknown} error @returns {never} */
  const translate = (error) => {
    throw error instanceof Refusal ? error : unverifiable(code, { ...values, detail: detailOf(error) });
  };
  try {
    const found = act();
    return found instanceof Promise ? /** @type {T} */ (found.catch(translate)) : found;
  } catch (error) {
    return translate(error);
  }
}
