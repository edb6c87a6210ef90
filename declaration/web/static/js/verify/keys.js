/** Public keys and signatures by WebCrypto: ECDSA on P-256 and P-384, RSA; other kinds are refused, not guessed. */

import { Malformed, characters, equal, unhex } from "../bytes.js";
import * as der from "../der.js";

const { TAG } = der;
const HASHES = new Map([
  ["2.16.840.1.101.3.4.2.1", "SHA-256"],
  ["2.16.840.1.101.3.4.2.2", "SHA-384"],
  ["2.16.840.1.101.3.4.2.3", "SHA-512"],
]);
const ECDSA = new Map([
  ["1.2.840.10045.4.3.2", "SHA-256"],
  ["1.2.840.10045.4.3.3", "SHA-384"],
  ["1.2.840.10045.4.3.4", "SHA-512"],
]);
const RSA = new Map([
  ["1.2.840.113549.1.1.11", "SHA-256"],
  ["1.2.840.113549.1.1.12", "SHA-384"],
  ["1.2.840.113549.1.1.13", "SHA-512"],
]);
/** Signatures with MD5, SHA-1, SHA-224 or SHA-3, by DSA or by Edwards curves: known, and not allowed. */
const OUTDATED =
  /^(?:1\.2\.840\.113549\.1\.1\.(?:4|5|14)|1\.2\.840\.10045\.4\.(?:1|3\.1)|1\.2\.840\.10040\.4\.3|2\.16\.840\.1\.101\.3\.4\.3\.[0-9]+|1\.3\.101\.11[23]|1\.2\.840\.113549\.1\.1\.10)$/;
const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";
const EC_KEY = "1.2.840.10045.2.1";
const CURVES = new Map([
  ["1.2.840.10045.3.1.7", { curve: "P-256", octets: 32 }],
  ["1.3.132.0.34", { curve: "P-384", octets: 48 }],
]);
const NULL = unhex("0500");
/** Keys that stay imported: authorities and timestamps occur again and again, a hostile set must fill no memory. */
const MAX_KEPT = 64;

/** @typedef {{kind: "ec" | "rsa", curve: string, octets: number, bits: number, spki: Uint8Array}} Key */
/** @typedef {{kind: "ec" | "rsa" | "pss", hash: string, salt: number}} Scheme how a signature is made */
/** @typedef {{oid: string, parameters: "absent" | "null" | "oid"}} Algorithm */

/** @type {Map<string, Promise<CryptoKey>>} */
const kept = new Map();

/**
 * Read an AlgorithmIdentifier whose parameters are absent, NULL or an object identifier: no algorithm of ours has others.
 *
 * @param {der.Element} element
 * @returns {Algorithm}
 */
export function readAlgorithm(element) {
  const sequence = new der.Sequence(element);
  const oid = der.oid(sequence.take(TAG.OID));
  const parameters = sequence.optional(TAG.NULL, TAG.OID);
  sequence.end();
  if (parameters === null) {
    return { oid, parameters: "absent" };
  }
  if (parameters.tag === TAG.NULL && !equal(parameters.raw, NULL)) {
    throw new Malformed("a NULL with content");
  }
  return { oid, parameters: parameters.tag === TAG.NULL ? "null" : "oid" };
}

/** @param {der.Element} element of a certificate: refuse parameters that an algorithm of ours does not have */
export function requireAlgorithm(element) {
  const sequence = new der.Sequence(element);
  if (schemeOf(der.oid(sequence.take()), null) !== null) {
    readAlgorithm(element);
  } else if (sequence.members.length > 2) {
    throw new Malformed("an algorithm with more than parameters");
  }
}

/** @param {der.Element} element of a certificate @returns {boolean} whether its algorithm is known, though not allowed */
export function isOutdated(element) {
  return OUTDATED.test(der.oid(new der.Sequence(element).take()));
}

/** @param {der.Element} element SubjectPublicKeyInfo, of whatever kind: refuse what is not of its form */
export function requireShape(element) {
  const sequence = new der.Sequence(element);
  const algorithm = new der.Sequence(sequence.take(TAG.SEQUENCE));
  der.oid(algorithm.take());
  sequence.take(TAG.BIT_STRING);
  sequence.end();
  if (algorithm.members.length > 2) {
    throw new Malformed("an algorithm with more than parameters");
  }
}

/** @param {Algorithm} algorithm @returns {string | null} the hash function; null if it is not allowed (RFC 5754 section 2) */
export function hashOf(algorithm) {
  return algorithm.parameters === "oid" ? null : (HASHES.get(algorithm.oid) ?? null);
}

/**
 * Return how a CMS signature is made.
 *
 * @param {string} oid
 * @param {string | null} hash of the signer, for rsaEncryption
 * @returns {Scheme | null}
 */
export function schemeOf(oid, hash) {
  if (ECDSA.has(oid)) {
    return { kind: "ec", hash: /** @type {string} */ (ECDSA.get(oid)), salt: 0 };
  }
  if (oid === RSA_ENCRYPTION) {
    return hash === null ? null : { kind: "rsa", hash, salt: 0 };
  }
  const found = RSA.get(oid);
  return found === undefined ? null : { kind: "rsa", hash: found, salt: 0 };
}

/** @param {der.Element} element signatureAlgorithm of a certificate @returns {Scheme | null} null if it is not allowed */
export function readScheme(element) {
  const sequence = new der.Sequence(element);
  const oid = der.oid(sequence.take(TAG.OID));
  if (oid === RSA_PSS) {
    const scheme = readPss(sequence.take());
    sequence.end();
    return scheme;
  }
  const known = schemeOf(oid, null);
  return known === null ? null : readAlgorithm(element).parameters === "oid" ? null : known;
}

/** @param {der.Element} element RSASSA-PSS-params (RFC 4055 section 3.1) @returns {Scheme | null} */
function readPss(element) {
  const sequence = new der.Sequence(element);
  const [hash, mask, salt] = [sequence.optional(0xa0), sequence.optional(0xa1), sequence.optional(0xa2)];
  sequence.end();
  if (hash === null || mask === null || salt === null) {
    return null; // the defaults are SHA-1
  }
  const name = hashOf(readAlgorithm(der.read(hash.content)));
  const generator = new der.Sequence(der.read(mask.content));
  const fits = der.oid(generator.take(TAG.OID)) === MGF1 && hashOf(readAlgorithm(generator.take())) === name;
  const octets = der.integer(der.read(salt.content));
  return name === null || !fits || octets < 0n || octets > 64n ? null : { kind: "pss", hash: name, salt: Number(octets) };
}

/**
 * Read a SubjectPublicKeyInfo.
 *
 * @param {der.Element} element
 * @returns {Key | null} null for a kind that is not allowed
 */
export function readKey(element) {
  const sequence = new der.Sequence(element);
  const algorithm = new der.Sequence(sequence.take(TAG.SEQUENCE));
  const key = der.bits(sequence.take());
  sequence.end();
  const oid = der.oid(algorithm.take(TAG.OID));
  if (oid === EC_KEY) {
    const found = CURVES.get(der.oid(algorithm.take(TAG.OID)));
    algorithm.end();
    if (found !== undefined && (key[0] !== 4 || key.length !== 1 + 2 * found.octets)) {
      throw new Malformed("a point is not written uncompressed");
    }
    return found === undefined ? null : { kind: "ec", ...found, bits: 0, spki: element.raw };
  }
  if (oid === RSA_ENCRYPTION) {
    const modulus = der.integer(new der.Sequence(der.read(key)).take());
    return { kind: "rsa", curve: "", octets: 0, bits: modulus.toString(2).length, spki: element.raw };
  }
  return null;
}

/**
 * Import a key; a point that is not on its curve is refused here.
 *
 * @param {Key} key
 * @param {Scheme} scheme
 * @returns {Promise<CryptoKey>}
 */
export function importKey(key, scheme) {
  const rsa = scheme.kind === "pss" ? "RSA-PSS" : "RSASSA-PKCS1-v1_5";
  const algorithm = key.kind === "ec" ? { name: "ECDSA", namedCurve: key.curve } : { name: rsa, hash: scheme.hash };
  const name = `${Object.values(algorithm).join(" ")} ${characters(key.spki)}`;
  let found = kept.get(name);
  if (found === undefined) {
    found = crypto.subtle.importKey("spki", /** @type {BufferSource} */ (key.spki), algorithm, false, ["verify"]);
    if (kept.size >= MAX_KEPT) {
      kept.clear();
    }
    kept.set(name, found);
  }
  return found;
}

/** @param {Key} key @param {Scheme} scheme @returns {boolean} whether a key of this kind makes signatures of this kind */
export function fits(key, scheme) {
  return key.kind === (scheme.kind === "pss" ? "rsa" : scheme.kind);
}

/**
 * Tell whether a signature verifies.
 *
 * @param {Key} key
 * @param {Scheme} scheme of the same kind
 * @param {Uint8Array} signature as X.509 and CMS hold it
 * @param {Uint8Array} signed
 * @returns {Promise<boolean>}
 */
export async function verifies(key, scheme, signature, signed) {
  const raw = key.kind === "ec" ? rawSignature(signature, key.octets) : signature;
  const imported = await importKey(key, scheme);
  if (raw === null) {
    return false;
  }
  const parameters = { name: imported.algorithm.name, hash: scheme.hash, saltLength: scheme.salt };
  return crypto.subtle.verify(
    parameters,
    imported,
    /** @type {BufferSource} */ (raw),
    /** @type {BufferSource} */ (signed),
  );
}

/**
 * Return an Ecdsa-Sig-Value (RFC 3279 section 2.2.3) as WebCrypto wants it: r and s, each as long as the order.
 *
 * @param {Uint8Array} signature DER
 * @param {number} size octets of each
 * @returns {Uint8Array | null} null if it is none
 */
export function rawSignature(signature, size) {
  try {
    const sequence = new der.Sequence(der.read(signature));
    const raw = new Uint8Array(2 * size);
    for (const end of [size, 2 * size]) {
      const part = sequence.take(TAG.INTEGER);
      const content = der.integer(part) > 0n && part.content[0] === 0 ? part.content.subarray(1) : part.content;
      if (der.integer(part) <= 0n || content.length > size) {
        return null;
      }
      raw.set(content, end - content.length);
    }
    sequence.end();
    return raw;
  } catch {
    return null;
  }
}
