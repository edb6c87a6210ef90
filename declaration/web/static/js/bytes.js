/**
 * Bytes and their spellings: hexadecimal, base64, base64url, UTF-8, one character a byte; comparing, joining, SHA-256.
 *
 * Reading is strict: each spelling that is accepted is the only one of its bytes.
 */

/** Something is not of its form; whoever reads for a verdict gives it a code (verify/judgement.js). */
export class Malformed extends Error {}

const DIGITS = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = BASE64.replace("+/", "-_");
/** Characters made from bytes at a time: arguments of one call have a limit. */
const PIECE = 8192;

/** @param {string} alphabet @returns {Int8Array} value of each character code below 128, or -1 */
function valuesOf(alphabet) {
  const values = new Int8Array(128).fill(-1);
  for (let index = 0; index < alphabet.length; index += 1) {
    values[alphabet.charCodeAt(index)] = index;
  }
  return values;
}

const BASE64_VALUES = valuesOf(BASE64);
const BASE64URL_VALUES = valuesOf(BASE64URL);

/**
 * Return 64-letter spelling without padding.
 *
 * @param {Uint8Array} data
 * @param {string} alphabet
 * @returns {string}
 */
function spell(data, alphabet) {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of data) {
    bits = ((bits << 8) | byte) & 0xffff;
    for (held += 8; held >= 6; ) {
      held -= 6;
      text += alphabet[(bits >> held) & 63];
    }
  }
  return held ? text + alphabet[(bits << (6 - held)) & 63] : text;
}

/**
 * Read a spelling without padding; stray bits behind the last byte must be zero.
 *
 * @param {string} text
 * @param {Int8Array} values
 * @returns {Uint8Array}
 */
function unspell(text, values) {
  if (text.length % 4 === 1) {
    throw new Malformed("no bytes have a base64 of this length");
  }
  const data = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const value = code < 128 ? values[code] : -1;
    if (value < 0) {
      throw new Malformed(`character ${index} is not of the alphabet of base64`);
    }
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      data[at] = (bits >> held) & 0xff;
      at += 1;
    }
  }
  if (bits & ((1 << held) - 1)) {
    throw new Malformed("bits are left over behind the last byte");
  }
  return data;
}

/** @param {Uint8Array} data @returns {string} base64url without padding (RFC 4648 section 5) */
export function b64u(data) {
  return spell(data, BASE64URL);
}

/** @param {string} text @returns {Uint8Array} */
export function unb64u(text) {
  return unspell(text, BASE64URL_VALUES);
}

/** @param {Uint8Array} data @returns {string} base64 with padding (RFC 4648 section 4) */
export function b64(data) {
  return spell(data, BASE64) + "=".repeat((3 - (data.length % 3)) % 3);
}

/** @param {string} text @returns {Uint8Array} */
export function unb64(text) {
  const bare = text.endsWith("==") ? text.slice(0, -2) : text.endsWith("=") ? text.slice(0, -1) : text;
  const data = unspell(bare, BASE64_VALUES);
  if (text.length % 4) {
    throw new Malformed("padding of base64 is missing or too much");
  }
  return data;
}

/** @param {Uint8Array} data @returns {string} lower-case hexadecimal digits */
export function hex(data) {
  let text = "";
  for (const byte of data) {
    text += DIGITS[byte >> 4] + DIGITS[byte & 15];
  }
  return text;
}

/** @param {string} text lower-case hexadecimal digits @returns {Uint8Array} */
export function unhex(text) {
  if (text.length % 2 || !/^[0-9a-f]*$/.test(text)) {
    throw new Malformed("not lower-case hexadecimal digits");
  }
  const data = new Uint8Array(text.length / 2);
  for (let at = 0; at < data.length; at += 1) {
    data[at] = (DIGITS.indexOf(text[2 * at]) << 4) | DIGITS.indexOf(text[2 * at + 1]);
  }
  return data;
}

/** @param {string} text without halves of surrogate pairs @returns {Uint8Array} */
export function utf8(text) {
  if (!text.isWellFormed()) {
    throw new Malformed("half of a surrogate pair is no character");
  }
  return new TextEncoder().encode(text);
}

/** @param {Uint8Array} data @returns {string} a byte order mark stays what it is: a character too many */
export function unutf8(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new Malformed("it is not UTF-8");
  }
}

/** @param {Uint8Array} data @returns {string} one character a byte, so that regular expressions can read bytes */
export function characters(data) {
  const pieces = [];
  for (let at = 0; at < data.length; at += PIECE) {
    pieces.push(String.fromCharCode.apply(null, /** @type {any} */ (data.subarray(at, at + PIECE))));
  }
  return pieces.join("");
}

/** @param {string} text one character a byte @returns {Uint8Array} */
export function uncharacters(text) {
  const data = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    data[at] = text.charCodeAt(at);
  }
  return data;
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} */
export function equal(one, other) {
  return one.length === other.length && compare(one, other) === 0;
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {number} below, at or above 0, as bytes are ordered */
export function compare(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) {
    if (one[at] !== other[at]) {
      return one[at] - other[at];
    }
  }
  return one.length - other.length;
}

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Return the digest by a hash function that WebCrypto knows.
 *
 * @param {Uint8Array} data
 * @param {string} [name] SHA-256, SHA-384 or SHA-512
 * @returns {Promise<Uint8Array>}
 */
export async function sha(data, name = "SHA-256") {
  return new Uint8Array(await crypto.subtle.digest(name, /** @type {BufferSource} */ (data)));
}

/** @param {Uint8Array} data @returns {Promise<Uint8Array>} the 32 bytes of SHA-256 */
export function sha256(data) {
  return sha(data);
}

/** @param {Uint8Array} data @returns {Promise<string>} SHA-256 in hexadecimal: how everything is named */
export async function digest(data) {
  return hex(await sha(data));
}
