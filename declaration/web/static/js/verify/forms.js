/**
 * What a JSON value must look like: small checks that combine into closed forms (docs/spec/ledger.md, section 1.2).
 *
 * A form is a function of a value and the name of its place; it returns nothing, or throws naming the place.
 */

import { Malformed, unb64u, utf8 } from "../bytes.js";
import { isObject, parseCanonical } from "../canonical.js";
import { moment as inCalendar } from "../der.js";

/** @typedef {(value: any, place: string) => void} Form */

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** Characters of a ledger's origin, and of whatever has no limit of its own. */
const MAX_MATCHED = 255;
const MAX_DOMAIN = 253;
const BLANK = "\\p{White_Space}\\u001c-\\u001f";
const EDGES = new RegExp(`^[${BLANK}]|[${BLANK}]$`, "u");
// controls, half surrogates, line and paragraph separators, and what reorders text (Trojan Source, CVE-2021-42574)
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/** @param {string} place @param {string} why @returns {never} */
export function refuse(place, why) {
  throw new Malformed(`${place}: ${why}`);
}

/** @param {RegExp} pattern @param {string} what @param {number} [longest] @returns {Form} */
function matching(pattern, what, longest = MAX_MATCHED) {
  return (value, place) => {
    if (typeof value !== "string" || value.length > longest || !pattern.test(value)) {
      refuse(place, `it is not ${what}`);
    }
  };
}

export const identifier = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "an id");
export const language = matching(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, "a language tag", 64);
export const country = matching(/^[A-Z]{2}$/, "an ISO 3166-1 code");
export const domain = matching(new RegExp(`^${LABEL}(?:\\.${LABEL})*$`), "a domain name", MAX_DOMAIN);
export const webOrigin = matching(
  new RegExp(`^https?://${LABEL}(?:\\.${LABEL})*(?::[1-9][0-9]{0,4})?$`),
  "a web origin",
  MAX_DOMAIN + 14,
);
export const logOrigin = matching(
  new RegExp(`^${LABEL}(?:\\.${LABEL})*(?::[1-9][0-9]{0,4})?(?:/[A-Za-z0-9._~-]+)+$`),
  "a ledger origin",
);
export const passage = matching(
  /^(?:title|(?:section|clause):[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/,
  "a passage (title, section:ID or clause:ID)",
);
export const zone = matching(
  /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}$/,
  "the name of a time zone",
  64,
);
export const digest = matching(/^[0-9a-f]{64}$/, "a SHA-256 digest");

/** @type {Form} */
export function moment(value, place) {
  readMoment(value, place);
}

/** @param {any} value @param {string} place @returns {number} milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ` */
export function readMoment(value, place) {
  const found = typeof value === "string" ? /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(value) : null;
  if (found === null) {
    return refuse(place, "it is not a moment written YYYY-MM-DDTHH:MM:SSZ");
  }
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  return inCalendar(year, month, day, hour, minute, second);
}

/** @param {number} at milliseconds since 1970 @returns {string} the spelling that `readMoment` reads; fractions are cut off */
export function writeMoment(at) {
  return `${new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** @param {number} longest code points @param {{lines?: boolean}} [allowed] @returns {Form} */
export function text(longest, { lines = false } = {}) {
  return (value, place) => {
    if (typeof value !== "string" || value === "") {
      refuse(place, "a text that is not empty belongs here");
    }
    if (value.length > longest && [...value].length > longest) {
      refuse(place, `the text is longer than ${longest} characters`);
    }
    if (FORBIDDEN.test(lines ? value.replaceAll("\n", "") : value)) {
      refuse(place, "a character is not allowed in a text");
    }
    if (EDGES.test(value) || value.normalize("NFC") !== value) {
      refuse(place, "the text has space around it or is not in Unicode Normalization Form C");
    }
  };
}

/** @param {number} lowest @param {number} highest @returns {Form} */
export function whole(lowest, highest) {
  return (value, place) => {
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      refuse(place, `it is not a whole number from ${lowest} to ${highest}`);
    }
  };
}

/** @param {number} shortest @param {number} longest @param {Uint8Array} [prefix] @returns {Form} bytes in base64url */
export function binary(shortest, longest, prefix = new Uint8Array()) {
  return (value, place) => {
    if (typeof value !== "string" || value.length > (longest * 4) / 3 + 3) {
      refuse(place, `base64url of at most ${longest} bytes belongs here`);
    }
    const data = unb64u(value);
    if (data.length < shortest || data.length > longest || prefix.some((byte, index) => data[index] !== byte)) {
      refuse(place, `${data.length} bytes of this kind do not belong here`);
    }
  };
}

/** @param {...(string | number)} values @returns {Form} */
export function oneOf(...values) {
  return (value, place) => {
    if (!values.includes(value)) {
      refuse(place, `it is not one of ${values.join(", ")}`);
    }
  };
}

/** @param {Form} form @returns {Form} */
export function nullable(form) {
  return (value, place) => {
    if (value !== null) {
      form(value, place);
    }
  };
}

/**
 * @param {Record<string, Form>} forms
 * @param {string[]} [optional] members that may be absent
 * @returns {Form} an object with exactly these members
 */
export function members(forms, optional = []) {
  const known = new Map(Object.entries(forms));
  const needed = [...known.keys()].filter((name) => !optional.includes(name));
  return (value, place) => {
    const fits = isObject(value) && needed.every((name) => value.has(name));
    if (!fits || [...value.keys()].some((name) => !known.has(name))) {
      refuse(place, `an object with exactly the members ${[...known.keys()].join(", ")} belongs here`);
    }
    for (const [name, item] of value) {
      known.get(name)?.(item, `${place}.${name}`);
    }
  };
}

/** @param {Form} form @returns {Form} */
export function listed(form) {
  return (value, place) => {
    if (!Array.isArray(value)) {
      refuse(place, "a list belongs here");
    }
    value.forEach((/** @type {any} */ item, /** @type {number} */ index) => form(item, `${place}[${index}]`));
  };
}

/** @param {Form} form @param {number} most @returns {Form} a list of 1 to `most` texts, all different */
export function distinct(form, most) {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > most) {
      refuse(place, `a list of 1 to ${most} values belongs here`);
    }
    listed(form)(value, place);
    if (new Set(value).size !== value.length) {
      refuse(place, "a value is given twice");
    }
  };
}

/** @param {Form} form @param {string} member @param {number} most @returns {Form} 1 to `most` objects that differ in a member */
export function apart(form, member, most) {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > most) {
      refuse(place, `a list of 1 to ${most} objects belongs here`);
    }
    listed(form)(value, place);
    if (new Set(value.map((item) => item.get(member).toLowerCase())).size !== value.length) {
      refuse(place, `the same ${member} is named twice`);
    }
  };
}

/** @param {number} longest bytes @returns {Form} a text that is itself an object in canonical JSON */
export function canonicalObject(longest) {
  return (value, place) => {
    if (typeof value !== "string" || !isObject(parseCanonical(utf8(value), longest))) {
      refuse(place, "a text that holds a JSON object belongs here");
    }
  };
}

/** @type {Form} */
export function anything() {}
