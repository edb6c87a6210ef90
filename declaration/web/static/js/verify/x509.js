/** Certificates and revocation lists (RFC 5280), read strictly; nothing is verified here but what `issued` is asked for. */

import { Malformed, characters, equal, unutf8 } from "../bytes.js";
import * as der from "../der.js";
import * as keys from "./keys.js";

const { TAG } = der;
const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const COMMON_NAME = "2.5.4.3";
/** Extensions of RFC 5280 that every reader knows: malformed ones are refused, though nothing here relies on them. */
const KNOWN = /^(?:2\.5\.29\.(?:9|14|17|18|2[0-9]|3[0-7]|46|54)|1\.3\.6\.1\.5\.5\.7\.1\.(?:1|11|24))$/;

/** Types of text in names (X.520); those of two and of four octets a character are kept as they are. */
const TEXTS = [0x03, 0x04, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e];
const UNIVERSAL = 0x1c;
const BMP = 0x1e;
/** Names whose texts were read. @type {WeakSet<Uint8Array>} */
const readNames = new WeakSet();

/** @typedef {{critical: boolean, value: Uint8Array}} Extension */

/** A certificate. */
export class Certificate {
  /** @param {Uint8Array} data DER */
  constructor(data) {
    const outer = new der.Sequence(der.read(data));
    const tbs = outer.take(TAG.SEQUENCE);
    this.algorithm = outer.take(TAG.SEQUENCE);
    this.signature = der.bits(outer.take());
    outer.end();
    /** All of it. */
    this.raw = data;
    /** What is signed. */
    this.tbs = tbs.raw;
    this.name = characters(data);
    const fields = new der.Sequence(tbs);
    const version = fields.optional(0xa0);
    this.version = version === null ? 0n : der.integer(der.read(version.content));
    this.serial = der.integer(fields.take());
    if (this.serial <= 0n) {
      throw new Malformed("a certificate's serial number is not positive");
    }
    this.tbsAlgorithm = fields.take(TAG.SEQUENCE);
    this.issuerName = readName(fields.take());
    const validity = new der.Sequence(fields.take());
    /** When it begins and ceases to be valid, in milliseconds since 1970. */
    this.begin = certificateTime(validity.take());
    this.end = certificateTime(validity.take());
    validity.end();
    this.subjectName = readName(fields.take());
    this.spki = fields.take(TAG.SEQUENCE);
    keys.requireShape(this.spki);
    this.unique = [fields.optional(0x81), fields.optional(0x82)].some((item) => item !== null);
    const extended = fields.optional(0xa3);
    fields.end();
    /** Its extensions, in order; null where there is no place for them. */
    this.given = extended === null ? null : der.list(der.read(extended.content)).map((item) => readExtension(item));
    keys.requireAlgorithm(this.algorithm);
    keys.requireAlgorithm(this.tbsAlgorithm);
    if (![0n, 2n].includes(this.version) || (version !== null && this.version === 0n)) {
      throw new Malformed("a certificate is of an unknown version");
    }
  }

  /** @returns {Uint8Array} the Name of who issued it; its texts are looked at where somebody asks for it */
  get issuer() {
    return requireText(this.issuerName);
  }

  /** @returns {Uint8Array} the Name of whose it is, likewise */
  get subject() {
    return requireText(this.subjectName);
  }

  /** @returns {Map<string, Extension>} each once, well formed */
  get extensions() {
    if (this.read === undefined) {
      /** @type {Map<string, Extension>} */
      const found = new Map();
      for (const [oid, extension] of this.given ?? []) {
        if (found.has(oid)) {
          throw new Malformed("an extension is given twice");
        }
        if (KNOWN.test(oid)) {
          der.requireWellFormed(der.read(extension.value).raw);
        }
        found.set(oid, extension);
      }
      this.read = found;
    }
    return this.read;
  }

  /** @returns {{critical: boolean, bits: Set<number>} | null} */
  get keyUsage() {
    const found = this.extensions.get(KEY_USAGE);
    return found === undefined ? null : { critical: found.critical, bits: der.namedBits(der.read(found.value)) };
  }

  /** @returns {{critical: boolean, purposes: string[]} | null} */
  get extendedKeyUsage() {
    const found = this.extensions.get(EXTENDED_KEY_USAGE);
    return found === undefined
      ? null
      : { critical: found.critical, purposes: der.list(der.read(found.value)).map((item) => der.oid(item)) };
  }

  /** @returns {{critical: boolean, authority: boolean, length: bigint | null} | null} */
  get basicConstraints() {
    const found = this.extensions.get(BASIC_CONSTRAINTS);
    if (found === undefined) {
      return null;
    }
    const sequence = new der.Sequence(der.read(found.value));
    const authority = der.flag(sequence.optional(TAG.BOOLEAN));
    const length = sequence.optional(TAG.INTEGER);
    sequence.end();
    return { critical: found.critical, authority, length: length === null ? null : der.integer(length) };
  }

  /** @returns {boolean} whether a critical extension is there that is not looked at here */
  get demandsMore() {
    const understood = [KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE];
    return [...this.extensions].some(([oid, { critical }]) => critical && !understood.includes(oid));
  }

  /** @returns {keys.Key | null} null for a kind that is not allowed */
  get key() {
    return keys.readKey(this.spki);
  }

  /** @returns {string} the common name of the subject, or "" */
  get commonName() {
    for (const part of nameParts(this.subject)) {
      if (part.oid === COMMON_NAME) {
        return part.text;
      }
    }
    return "";
  }

  /** @param {Certificate} other @returns {boolean} */
  is(other) {
    return this.name === other.name;
  }
}

/** @param {der.Element} element @returns {[string, Extension]} */
function readExtension(element) {
  const sequence = new der.Sequence(element);
  const oid = der.oid(sequence.take());
  const critical = der.flag(sequence.optional(TAG.BOOLEAN));
  const value = der.octets(sequence.take());
  sequence.end();
  return [oid, { critical, value }];
}

/** @param {der.Element} element @returns {Uint8Array} a Name, well formed (RFC 5280 section 4.1.2.4) */
function readName(element) {
  for (const set of der.list(element)) {
    for (const attribute of der.setOf(set)) {
      const pair = new der.Sequence(attribute);
      der.oid(pair.take());
      pair.take();
      pair.end();
    }
  }
  return element.raw;
}

/** @param {Uint8Array} name @returns {Uint8Array} the same, if its texts are of a known type and can be read */
function requireText(name) {
  if (!readNames.has(name)) {
    const attributes = der.list(der.read(name)).flatMap((set) => der.setOf(set));
    for (const { tag, content } of attributes.map((attribute) => der.list(attribute)[1])) {
      if (!TEXTS.includes(tag)) {
        throw new Malformed("a name holds a text of an unknown type");
      }
      const text = tag === BMP || tag === UNIVERSAL ? "" : unutf8(content);
      if (tag === TAG.PRINTABLE && !/^[A-Za-z0-9 '()+,./:=?-]*$/.test(text)) {
        throw new Malformed("a name holds a character that is not printable");
      }
    }
    readNames.add(name);
  }
  return name;
}

/** @param {Uint8Array} name @returns {{oid: string, text: string}[]} its attributes, in order */
export function nameParts(name) {
  return der
    .list(der.read(name))
    .flatMap((set) => der.setOf(set))
    .map((attribute) => {
      const [kind, value] = der.list(attribute);
      const narrow = value.tag === TAG.UTF8 ? unutf8(value.content) : characters(value.content);
      return { oid: der.oid(kind), text: narrow };
    });
}

/** @param {der.Element} element @returns {number} milliseconds since 1970, in whole seconds (RFC 5280 section 4.1.2.5) */
function certificateTime(element) {
  const at = der.time(element);
  if (at % 1000) {
    throw new Malformed("a certificate's moment has a fraction of a second");
  }
  return at;
}

/**
 * Tell how it stands with the claim that a certificate was issued by another one.
 *
 * @param {Certificate} subject
 * @param {Certificate} issuer
 * @returns {Promise<"issued" | "algorithm" | "unreadable" | "untrusted" | "forged">}
 */
export async function issued(subject, issuer) {
  const scheme = keys.readScheme(subject.algorithm);
  if (scheme === null) {
    return keys.isOutdated(subject.algorithm) ? "algorithm" : "unreadable";
  }
  const key = issuer.key;
  const sameAlgorithm = equal(subject.algorithm.raw, subject.tbsAlgorithm.raw);
  if (!equal(subject.issuer, issuer.subject) || !sameAlgorithm || key === null || !keys.fits(key, scheme)) {
    return "untrusted";
  }
  return (await keys.verifies(key, scheme, subject.signature, subject.tbs)) ? "issued" : "forged";
}

/** @typedef {{issuer: Uint8Array, serials: Set<bigint>, by: (root: Certificate) => Promise<boolean>}} Revocations */

/** @param {Uint8Array} data DER of a revocation list (RFC 5280 section 5.1) @returns {Revocations} */
export function readRevocations(data) {
  const outer = new der.Sequence(der.read(data));
  const tbs = outer.take(TAG.SEQUENCE);
  const algorithm = outer.take(TAG.SEQUENCE);
  const signature = der.bits(outer.take());
  outer.end();
  const fields = new der.Sequence(tbs);
  const version = fields.optional(TAG.INTEGER);
  if (version !== null && der.integer(version) !== 1n) {
    throw new Malformed("a revocation list is of an unknown version");
  }
  const tbsAlgorithm = fields.take(TAG.SEQUENCE);
  const issuer = readName(fields.take());
  certificateTime(fields.take());
  const next = fields.optional(TAG.UTC_TIME, TAG.GENERALIZED_TIME);
  if (next !== null) {
    certificateTime(next);
  }
  const revoked = fields.optional(TAG.SEQUENCE);
  const serials = (revoked === null ? [] : der.list(revoked)).map(readRevoked);
  const extensions = fields.optional(0xa0);
  fields.end();
  if (extensions !== null) {
    der.list(der.read(extensions.content)).forEach((item) => readExtension(item));
  }
  return {
    issuer,
    serials: new Set(serials),
    by: async (root) => {
      const [scheme, key] = [keys.readScheme(algorithm), root.key];
      const alike = equal(algorithm.raw, tbsAlgorithm.raw) && key !== null && scheme !== null && keys.fits(key, scheme);
      return alike && keys.verifies(key, scheme, signature, tbs.raw);
    },
  };
}

/** @param {der.Element} element @returns {bigint} the serial number of one revoked certificate */
function readRevoked(element) {
  const sequence = new der.Sequence(element);
  const serial = der.integer(sequence.take());
  certificateTime(sequence.take());
  const extensions = sequence.optional(TAG.SEQUENCE);
  sequence.end();
  if (extensions !== null) {
    der.list(extensions).forEach((item) => readExtension(item));
  }
  return serial;
}
