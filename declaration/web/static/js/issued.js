/**
 * What the service asks this device to sign, held against what the device knows (docs/spec/statement.md, section 2.1).
 *
 * The certificate must be for the device's own key and the signatory's name; the attributes must name the device's own
 * hash of the instrument, and this certificate. Read strictly (X.690): what is not exactly of this form is refused.
 */

import { Malformed, characters, equal, sha256, unb64u, unutf8, utf8 } from "./bytes.js";
import * as der from "./der.js";
import { Refusal } from "./words.js";

const { TAG } = der;
const DATA = "1.2.840.113549.1.7.1";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
/** Octets of a subject's attribute (ub-common-name of RFC 5280, appendix A.1); longer ones end in an ellipsis. */
const MAX_NAME = 64;
const ELLIPSIS = "…";
/** Bytes of a certificate and of signed attributes: ours have about 900 and 200. */
const MAX_BYTES = 4096;

/** @typedef {import("./statement.js").Signatory} Signatory */

/**
 * Read what the service answered.
 *
 * @param {any} given
 * @returns {{certificate: Uint8Array, attributes: Uint8Array}}
 */
export function readGiven(given) {
  return {
    certificate: reading("certificate.form", () => unb64u(String(given?.certificate))),
    attributes: reading("attributes.form", () => unb64u(String(given?.attributes))),
  };
}

/**
 * Make sure that certificate and attributes are for this device's key, this signatory and this instrument.
 *
 * @param {Uint8Array} certificate DER
 * @param {Uint8Array} attributes DER of the SET OF
 * @param {{spki: Uint8Array, signatory: Signatory, instrument: Uint8Array}} known key, name, SHA-256 of instrument.pdf
 */
export async function requireOurs(certificate, attributes, { spki, signatory, instrument }) {
  const issued = reading("certificate.form", () => readCertificate(certificate));
  if (!equal(issued.spki, spki)) {
    throw new Refusal("certificate.key");
  }
  if (!isNamed(issued.subject, signatory)) {
    throw new Refusal("certificate.name", { name: signatory.name });
  }
  const named = reading("attributes.form", () => readAttributes(attributes));
  if (!equal(named.digest, instrument)) {
    throw new Refusal("attributes.digest");
  }
  if (!equal(named.certificate, await sha256(certificate))) {
    throw new Refusal("attributes.certificate");
  }
  if (!(issued.begin <= named.time && named.time <= issued.end)) {
    throw new Refusal("attributes.time");
  }
}

/** @template T @param {string} code @param {() => T} read @returns {T} */
function reading(code, read) {
  try {
    return read();
  } catch (failure) {
    throw failure instanceof Malformed ? new Refusal(code) : failure;
  }
}

/**
 * Read a certificate (RFC 5280 section 4.1) as far as a device judges it.
 *
 * @param {Uint8Array} data
 * @returns {{subject: [string, string][], spki: Uint8Array, begin: number, end: number}}
 */
export function readCertificate(data) {
  const outer = new der.Sequence(der.read(data, MAX_BYTES));
  const tbs = new der.Sequence(outer.take(TAG.SEQUENCE));
  outer.take(TAG.SEQUENCE);
  outer.take(TAG.BIT_STRING);
  outer.end();
  tbs.take(0xa0);
  tbs.take(TAG.INTEGER);
  tbs.take(TAG.SEQUENCE);
  tbs.take(TAG.SEQUENCE);
  const validity = new der.Sequence(tbs.take());
  const [begin, end] = [der.time(validity.take()), der.time(validity.take())];
  validity.end();
  const subject = readName(tbs.take());
  const spki = tbs.take(TAG.SEQUENCE).raw;
  tbs.take(0xa3);
  tbs.end();
  return { subject, spki, begin, end };
}

/** @param {der.Element} element @returns {[string, string][]} kind and text of each attribute, in order */
function readName(element) {
  return der.list(element).map((set) => {
    const attributes = der.setOf(set);
    if (attributes.length !== 1) {
      throw new Malformed("a name has two attributes in one place");
    }
    const pair = new der.Sequence(attributes[0]);
    const kind = der.oid(pair.take());
    const value = pair.take();
    pair.end();
    if (value.tag !== TAG.UTF8 && value.tag !== TAG.PRINTABLE) {
      throw new Malformed("a name is of another kind of text");
    }
    return [kind, value.tag === TAG.UTF8 ? unutf8(value.content) : characters(value.content)];
  });
}

/** @param {[string, string][]} subject @param {Signatory} signatory @returns {boolean} */
function isNamed(subject, { id, office, name, city, country }) {
  const expected = [
    ["2.5.4.6", country],
    ["2.5.4.10", fit(city)],
    ["2.5.4.12", fit(office)],
    ["2.5.4.3", fit(name)],
    ["2.5.4.5", id.replaceAll("_", "=5F")], // a PrintableString has no underscore
  ];
  return JSON.stringify(subject) === JSON.stringify(expected);
}

/** @param {string} text @returns {string} as much of it as a certificate holds */
export function fit(text) {
  const whole = utf8(text);
  if (whole.length <= MAX_NAME) {
    return text;
  }
  const room = MAX_NAME - utf8(ELLIPSIS).length;
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += utf8(character).length;
    if (size > room) {
      break;
    }
    kept += character;
  }
  return kept + ELLIPSIS;
}

/**
 * Read signed attributes (docs/spec/bundle.md, section 3): four, each with one value, sorted.
 *
 * @param {Uint8Array} data
 * @returns {{digest: Uint8Array, certificate: Uint8Array, time: number}}
 */
export function readAttributes(data) {
  /** @type {Map<string, der.Element>} */
  const found = new Map();
  for (const attribute of der.setOf(der.read(data, MAX_BYTES))) {
    const pair = new der.Sequence(attribute);
    const kind = der.oid(pair.take());
    const values = der.setOf(pair.take());
    pair.end();
    if (values.length !== 1 || found.has(kind)) {
      throw new Malformed("an attribute has not one value");
    }
    found.set(kind, values[0]);
  }
  /** @param {string} kind @returns {der.Element} */
  const take = (kind) => {
    const value = found.get(kind);
    if (value === undefined) {
      throw new Malformed(`attribute ${kind} is missing`);
    }
    return value;
  };
  if (found.size !== 4 || der.oid(take(CONTENT_TYPE)) !== DATA) {
    throw new Malformed("there are other attributes");
  }
  return {
    digest: der.octets(take(MESSAGE_DIGEST)),
    certificate: readIdentified(take(SIGNING_CERTIFICATE_V2)),
    time: der.time(take(SIGNING_TIME)),
  };
}

/** @param {der.Element} element SigningCertificateV2 of one certificate by SHA-256 (RFC 5035) @returns {Uint8Array} */
function readIdentified(element) {
  const outer = new der.Sequence(element);
  const certificates = der.list(outer.take());
  outer.end();
  if (certificates.length !== 1) {
    throw new Malformed("another number of certificates than one is named");
  }
  const identified = new der.Sequence(certificates[0]);
  const hash = der.octets(identified.take());
  identified.end();
  return hash;
}
