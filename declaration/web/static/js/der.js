/**
 * DER (X.690), read strictly within limits, and written.
 *
 * Whatever has another encoding than the one of DER is refused, where it is looked at: an element of any type that nobody
 * looks into is kept as it stands.
 */

import { Malformed, compare, equal, hex, join } from "./bytes.js";

/** Tags of universal types, and the constructed context-specific ones that our structures use. */
export const TAG = Object.freeze({
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  UTF8: 0x0c,
  SEQUENCE: 0x30,
  SET: 0x31,
  PRINTABLE: 0x13,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
});
/** Members of one sequence or set: a list of 12,000 signers and their certificates is the longest that is read. */
export const MAX_MEMBERS = 100_000;
/** Octets of an object identifier: those in use have about ten. */
const MAX_OID = 63;
/** Octets of a number: an RSA modulus of 8,192 bits has 1,025. */
const MAX_INTEGER = 2_048;
/** Levels of elements that are walked through where only their form counts. */
const MAX_DEPTH = 32;

/** One element: its tag, its content, and all of it. */
export class Element {
  /** @param {number} tag @param {Uint8Array} content @param {Uint8Array} raw */
  constructor(tag, content, raw) {
    this.tag = tag;
    this.content = content;
    this.raw = raw;
  }
}

/**
 * Read the element that begins at a position (X.690 sections 8.1 and 10.1).
 *
 * @param {Uint8Array} data
 * @param {number} at
 * @returns {Element}
 */
function elementAt(data, at) {
  if (at + 2 > data.length || (data[at] & 0x1f) === 0x1f) {
    throw new Malformed("an element ends early, or has a tag that we never use");
  }
  let start = at + 2;
  let size = data[at + 1];
  if (size & 0x80) {
    const octets = size & 0x7f;
    if (octets === 0 || octets > 4 || start + octets > data.length || data[start] === 0) {
      throw new Malformed("a length is not that of DER");
    }
    size = data.subarray(start, start + octets).reduce((value, octet) => value * 256 + octet, 0);
    start += octets;
    if (size < 0x80) {
      throw new Malformed("a length is not in its shortest form");
    }
  }
  if (start + size > data.length) {
    throw new Malformed("an element is longer than what holds it");
  }
  return new Element(data[at], data.subarray(start, start + size), data.subarray(at, start + size));
}

/**
 * Read bytes that are one element and nothing else.
 *
 * @param {Uint8Array} data
 * @param {number} [limit] bytes
 * @returns {Element}
 */
export function read(data, limit = data.length) {
  if (data.length > limit) {
    throw new Malformed(`${data.length} bytes, where ${limit} are allowed`);
  }
  const element = elementAt(data, 0);
  if (element.raw.length !== data.length) {
    throw new Malformed("something follows behind the element");
  }
  return element;
}

/** @param {Uint8Array} content @returns {Element[]} the elements that follow one another in it */
function elements(content) {
  const found = [];
  for (let at = 0; at < content.length; ) {
    const element = elementAt(content, at);
    found.push(element);
    at += element.raw.length;
    if (found.length > MAX_MEMBERS) {
      throw new Malformed("too many members");
    }
  }
  return found;
}

/** @param {Element} element @param {number} tag @returns {Element} the same, if it has this tag */
export function expect(element, tag) {
  if (element.tag !== tag) {
    throw new Malformed(`tag ${tag} belongs here, not ${element.tag}`);
  }
  return element;
}

/** @param {Element} element @param {number} [tag] implicit @returns {Element[]} members of a list, in any order */
export function list(element, tag = TAG.SEQUENCE) {
  return elements(expect(element, tag).content);
}

/** @param {Element} element @param {number} [tag] implicit @returns {Element[]} members as DER sorts them (X.690, 11.6) */
export function setOf(element, tag = TAG.SET) {
  const found = elements(expect(element, tag).content);
  for (let at = 1; at < found.length; at += 1) {
    if (compare(found[at - 1].raw, found[at].raw) > 0) {
      throw new Malformed("a set is not sorted");
    }
  }
  return found;
}

/** The members of a SEQUENCE, taken one after the other. */
export class Sequence {
  /** @param {Element} element @param {number} [tag] implicit */
  constructor(element, tag = TAG.SEQUENCE) {
    this.members = list(element, tag);
    this.at = 0;
  }

  /** @param {number} [tag] @returns {Element} the next member, of this tag or any */
  take(tag) {
    const element = this.members[this.at];
    if (element === undefined) {
      throw new Malformed("a member is missing");
    }
    this.at += 1;
    return tag === undefined ? element : expect(element, tag);
  }

  /** @param {...number} tags @returns {Element | null} the next member if it has one of these tags */
  optional(...tags) {
    const element = this.members[this.at];
    return element !== undefined && tags.includes(element.tag) ? this.take() : null;
  }

  /** Refuse further members. */
  end() {
    if (this.at !== this.members.length) {
      throw new Malformed("a member too many");
    }
  }
}

/** @param {Element} element @returns {string} dotted (X.690 section 8.19) */
export function oid(element) {
  const { content } = expect(element, TAG.OID);
  if (content.length === 0 || content.length > MAX_OID || content[content.length - 1] & 0x80) {
    throw new Malformed("an object identifier is malformed");
  }
  const arcs = [];
  let value = 0n;
  let begins = true;
  for (const octet of content) {
    if (begins && octet === 0x80) {
      throw new Malformed("an object identifier is not in its shortest form");
    }
    value = (value << 7n) | BigInt(octet & 0x7f);
    begins = !(octet & 0x80);
    if (begins) {
      arcs.push(value);
      value = 0n;
    }
  }
  const top = arcs[0] < 80n ? arcs[0] / 40n : 2n;
  return [top, arcs[0] - 40n * top, ...arcs.slice(1)].join(".");
}

/** @param {Element} element @param {number} [tag] implicit @returns {bigint} (X.690 section 8.3) */
export function integer(element, tag = TAG.INTEGER) {
  const { content } = expect(element, tag);
  const [first, second = 0] = content;
  const padded = content.length > 1 && (first === 0 ? !(second & 0x80) : first === 0xff && Boolean(second & 0x80));
  if (content.length === 0 || padded) {
    throw new Malformed("a number is not in its shortest form");
  }
  if (content.length > MAX_INTEGER) {
    throw new Malformed("a number is longer than any that we use");
  }
  const value = BigInt(`0x${hex(content)}`);
  return first & 0x80 ? value - (1n << BigInt(8 * content.length)) : value;
}

/** @param {Element} element @returns {boolean} (X.690 section 11.1) */
export function boolean(element) {
  const { content } = expect(element, TAG.BOOLEAN);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
    throw new Malformed("a truth value is malformed");
  }
  return content[0] === 0xff;
}

/** @param {Element | null} element @returns {boolean} of a member whose default, false, DER leaves out */
export function flag(element) {
  if (element !== null && !boolean(element)) {
    throw new Malformed("a default is written out");
  }
  return element !== null;
}

/** @param {Element} element @returns {Uint8Array} */
export function octets(element) {
  return expect(element, TAG.OCTET_STRING).content;
}

/** @param {Element} element @returns {Uint8Array} a bit string of whole octets */
export function bits(element) {
  const { content } = expect(element, TAG.BIT_STRING);
  if (content.length === 0 || content[0] !== 0) {
    throw new Malformed("a bit string does not hold whole octets");
  }
  return content.subarray(1);
}

/** @param {Element} element @returns {Set<number>} the numbers of the bits that are set (X.690 section 11.2) */
export function namedBits(element) {
  const { content } = expect(element, TAG.BIT_STRING);
  const unused = content[0] ?? 8;
  const last = content[content.length - 1];
  if (unused > 7 || (content.length === 1 && unused) || (content.length > 1 && last & ((1 << unused) - 1))) {
    throw new Malformed("a bit string is malformed");
  }
  const found = new Set();
  content.subarray(1).forEach((octet, index) => {
    for (let bit = 0; bit < 8; bit += 1) {
      if (octet & (0x80 >> bit)) {
        found.add(8 * index + bit);
      }
    }
  });
  return found;
}

/**
 * Read a moment (RFC 5280 section 4.1.2.5; fractions of a second as in RFC 3161 section 2.4.2).
 *
 * @param {Element} element UTCTime or GeneralizedTime
 * @returns {number} milliseconds since 1970
 */
export function time(element) {
  const text = String.fromCharCode(...element.content.subarray(0, 40));
  const utc = element.tag === TAG.UTC_TIME;
  const pattern = utc
    ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()Z$/
    : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,5}[1-9])?Z$/;
  const found = pattern.exec(text);
  if (found === null || (!utc && element.tag !== TAG.GENERALIZED_TIME) || element.content.length !== text.length) {
    throw new Malformed("a moment is malformed");
  }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const full = utc ? year + (year < 50 ? 2000 : 1900) : year;
  const at = moment(full, month, day, hour, minute, second);
  return at + (found[7] ? Number(found[7]) * 1000 : 0);
}

/**
 * Return a moment that exists in the calendar.
 *
 * @param {number} year
 * @param {number} month
 * @param {number} day
 * @param {number} hour
 * @param {number} minute
 * @param {number} second
 * @returns {number} milliseconds since 1970
 */
export function moment(year, month, day, hour, minute, second) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const kept = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
  kept.push(date.getUTCMinutes(), date.getUTCSeconds());
  const given = [year, month, day, hour, minute, second];
  if (year < 1 || given.some((part, index) => part !== kept[index])) {
    throw new Malformed("a moment does not exist in the calendar");
  }
  return date.getTime();
}

/** @param {Uint8Array} data @param {number} [depth] refuse what is not well-formed DER all the way down */
export function requireWellFormed(data, depth = 0) {
  if (depth > MAX_DEPTH) {
    throw new Malformed("elements are nested too deep");
  }
  for (const element of elements(data)) {
    if (element.tag & 0x20) {
      requireWellFormed(element.content, depth + 1);
    }
  }
}

/** @param {number} tag of one octet @param {...Uint8Array} parts of the content @returns {Uint8Array} an element */
export function write(tag, ...parts) {
  const content = join(...parts);
  const size = content.length;
  if (size < 0x80) {
    return join(Uint8Array.of(tag, size), content);
  }
  const length = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) {
    length.unshift(rest % 256);
  }
  return join(Uint8Array.of(tag, 0x80 | length.length, ...length), content);
}

/** @param {Uint8Array[]} members @param {number} [tag] @returns {Uint8Array} a set of them, sorted (X.690 section 11.6) */
export function writeSet(members, tag = TAG.SET) {
  return write(tag, ...[...members].sort(compare));
}

/** @param {string} dotted @returns {Uint8Array} an object identifier */
export function writeOid(dotted) {
  const [first, second, ...rest] = dotted.split(".").map(BigInt);
  const content = [];
  for (const arc of [first * 40n + second, ...rest]) {
    const group = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) {
      group.unshift(Number(left & 0x7fn) | 0x80);
    }
    content.push(...group);
  }
  return write(TAG.OID, Uint8Array.from(content));
}

/** @param {Element} one @param {Element} other @returns {boolean} whether both are the same bytes */
export function same(one, other) {
  return equal(one.raw, other.raw);
}
