/**
 * Detached CAdES signatures in the one profile of docs/spec/bundle.md, section 3: read, verified, merged (step 5).
 *
 * One signer, no content inside, SHA-256 and ECDSA on P-256; four signed attributes; at most one unsigned attribute, the
 * signature's timestamp.
 */

import { Malformed, characters, equal, hex, join, sha256, unhex } from "../bytes.js";
import * as der from "../der.js";
import { altered, reading, unverifiable } from "./judgement.js";
import { importKey, readAlgorithm, verifies } from "./keys.js";
import { Certificate } from "./x509.js";

const { TAG } = der;
export const MAX_CMS = 64 * 1024;
const MAX_ATTRIBUTES = 4 * 1024;
export const OID = Object.freeze({
  SIGNED_DATA: "1.2.840.113549.1.7.2",
  DATA: "1.2.840.113549.1.7.1",
  CONTENT_TYPE: "1.2.840.113549.1.9.3",
  MESSAGE_DIGEST: "1.2.840.113549.1.9.4",
  SIGNING_TIME: "1.2.840.113549.1.9.5",
  SIGNING_CERTIFICATE: "1.2.840.113549.1.9.16.2.47",
  SIGNATURE_TIMESTAMP: "1.2.840.113549.1.9.16.2.14",
  SHA256: "2.16.840.1.101.3.4.2.1",
  ECDSA_SHA256: "1.2.840.10045.4.3.2",
});
const SIGNED = [OID.CONTENT_TYPE, OID.SIGNING_TIME, OID.MESSAGE_DIGEST, OID.SIGNING_CERTIFICATE];
/** First moment that is written as GeneralizedTime (RFC 5652 section 11.3). */
const UTC_TIME_ENDS = Date.UTC(2050, 0);
export const ES256 = Object.freeze({ kind: /** @type {"ec"} */ ("ec"), hash: "SHA-256", salt: 0 });

/** @typedef {{kind: string, values: der.Element[]}} Attribute */
/**
 * @typedef {object} Signer a SignerInfo (RFC 5652 section 5.3)
 * @property {der.Element} element
 * @property {bigint} version
 * @property {Uint8Array} issuer
 * @property {bigint} serial
 * @property {import("./keys.js").Algorithm} digestAlgorithm
 * @property {der.Element | null} signed
 * @property {import("./keys.js").Algorithm} signatureAlgorithm
 * @property {Uint8Array} signature
 * @property {der.Element | null} unsigned
 */
/**
 * @typedef {object} SignedData (RFC 5652 section 5.1)
 * @property {string} outerType
 * @property {bigint} version
 * @property {import("./keys.js").Algorithm[]} digestAlgorithms
 * @property {string} contentType
 * @property {Uint8Array | null} content
 * @property {Certificate[] | null} certificates
 * @property {boolean} crls
 * @property {Signer[]} signers
 */
/**
 * @typedef {object} Message a signature that was read, and not yet verified
 * @property {Certificate} certificate of the signer
 * @property {Certificate[]} chain the other certificates in it
 * @property {Uint8Array} digest of the signed file, as signed
 * @property {number} signingTime milliseconds since 1970
 * @property {Uint8Array} named digest of the signer's certificate, as signed
 * @property {Uint8Array} attributes the bytes under the signature
 * @property {Uint8Array} signature
 * @property {Uint8Array | null} token
 * @property {SignedData} data
 */

/**
 * Read a ContentInfo with SignedData.
 *
 * @param {Uint8Array} data
 * @param {number} limit bytes
 * @param {{sorted: boolean}} how whether certificates and attributes must stand as DER sorts them
 * @returns {SignedData}
 */
export function readSignedData(data, limit, { sorted }) {
  const members = sorted ? der.setOf : der.list;
  const outer = new der.Sequence(der.read(data, limit));
  const outerType = der.oid(outer.take());
  const fields = new der.Sequence(der.read(outer.take(0xa0).content));
  outer.end();
  const version = der.integer(fields.take());
  const digestAlgorithms = der.setOf(fields.take()).map(readAlgorithm);
  const encapsulated = new der.Sequence(fields.take());
  const contentType = der.oid(encapsulated.take());
  const content = encapsulated.optional(0xa0);
  encapsulated.end();
  const certificates = fields.optional(0xa0);
  const crls = fields.optional(0xa1);
  if (crls !== null) {
    members(crls, 0xa1);
  }
  const signers = der.setOf(fields.take()).map((item) => readSigner(item, members));
  fields.end();
  return {
    outerType,
    version,
    digestAlgorithms,
    contentType,
    content: content === null ? null : der.octets(der.read(content.content)),
    certificates: certificates === null ? null : members(certificates, 0xa0).map((item) => new Certificate(item.raw)),
    crls: crls !== null,
    signers,
  };
}

/** @param {der.Element} element @param {(element: der.Element, tag: number) => der.Element[]} members @returns {Signer} */
function readSigner(element, members) {
  const fields = new der.Sequence(element);
  const version = der.integer(fields.take());
  const sid = new der.Sequence(fields.take());
  const [issuer, serial] = [sid.take().raw, der.integer(sid.take())];
  sid.end();
  const digestAlgorithm = readAlgorithm(fields.take());
  const signed = fields.optional(0xa0);
  const signatureAlgorithm = readAlgorithm(fields.take());
  const signature = der.octets(fields.take());
  const unsigned = fields.optional(0xa1);
  fields.end();
  for (const [set, tag] of /** @type {[der.Element | null, number][]} */ ([[signed, 0xa0], [unsigned, 0xa1]])) {
    if (set !== null) {
      members(set, tag).forEach(readAttribute);
    }
  }
  return { element, version, issuer, serial, digestAlgorithm, signed, signatureAlgorithm, signature, unsigned };
}

/** @param {der.Element} element @returns {Attribute} (RFC 5652 section 5.3) */
export function readAttribute(element) {
  const pair = new der.Sequence(element);
  const found = { kind: der.oid(pair.take()), values: der.setOf(pair.take()) };
  pair.end();
  return found;
}

/**
 * @typedef {object} Named an ESSCertIDv2 (RFC 5035 section 4)
 * @property {import("./keys.js").Algorithm | null} algorithm
 * @property {Uint8Array} hash
 * @property {{issuer: der.Element[], serial: bigint} | null} place
 */

/** @param {der.Element} element SigningCertificateV2 @returns {{named: Named[], policies: boolean}} (RFC 5035 section 3) */
export function readSigningCertificate(element) {
  const outer = new der.Sequence(element);
  const named = der.list(outer.take()).map((item) => {
    const fields = new der.Sequence(item);
    const algorithm = fields.optional(TAG.SEQUENCE);
    const hash = der.octets(fields.take());
    const place = fields.optional(TAG.SEQUENCE);
    fields.end();
    return { algorithm: algorithm && readAlgorithm(algorithm), hash, place: place && readPlace(place) };
  });
  const policies = outer.optional(TAG.SEQUENCE);
  if (policies !== null) {
    der.list(policies);
  }
  outer.end();
  return { named, policies: policies !== null };
}

/** @param {der.Element} element IssuerSerial @returns {{issuer: der.Element[], serial: bigint}} */
function readPlace(element) {
  const fields = new der.Sequence(element);
  const found = { issuer: der.list(fields.take()), serial: der.integer(fields.take()) };
  fields.end();
  return found;
}

/**
 * Return the certificate that a signer info names; a set has no first one.
 *
 * @param {Certificate[]} certificates
 * @param {Signer} signer
 * @param {string} code of the refusal: it is missing, or one certificate is there twice
 * @returns {Certificate}
 */
export function findSigner(certificates, signer, code) {
  const found = certificates.filter((item) => item.serial === signer.serial && equal(item.issuer, signer.issuer));
  if (found.length !== 1 || new Set(certificates.map((item) => item.name)).size !== certificates.length) {
    throw unverifiable(code);
  }
  return found[0];
}

/**
 * Read a signature strictly; nothing is verified yet.
 *
 * @param {Uint8Array} data
 * @returns {Message}
 */
export function readMessage(data) {
  return reading("signature.unreadable", () => {
    const signed = readSignedData(data, MAX_CMS, { sorted: true });
    if (signed.content !== null) {
      throw unverifiable("signature.embedded-content");
    }
    if (signed.signers.length !== 1) {
      throw unverifiable("signature.signers", { count: signed.signers.length });
    }
    const [signer] = signed.signers;
    if (!isProfile(signed) || signer.version !== 1n) {
      throw unverifiable("signature.profile");
    }
    if (!areAlgorithms(signed)) {
      throw unverifiable("signature.algorithm");
    }
    if (signer.signed === null) {
      throw unverifiable("signature.attributes");
    }
    const certificates = signed.certificates ?? [];
    const certificate = findSigner(certificates, signer, "signature.signer-certificate");
    return {
      certificate,
      chain: certificates.filter((item) => !item.is(certificate)),
      ...readAttributes(signer.signed),
      signature: signer.signature,
      token: readToken(signer),
      data: signed,
    };
  });
}

/** @param {SignedData} signed @returns {boolean} whether types and version are those of a detached signature */
export function isProfile(signed) {
  return signed.outerType === OID.SIGNED_DATA && signed.contentType === OID.DATA && signed.version === 1n && !signed.crls;
}

/** @param {SignedData} signed @returns {boolean} whether SHA-256 and ECDSA are named, without parameters */
export function areAlgorithms(signed) {
  const [signer] = signed.signers;
  const given = [...signed.digestAlgorithms, signer.digestAlgorithm, signer.signatureAlgorithm];
  const expected = [OID.SHA256, OID.SHA256, OID.ECDSA_SHA256];
  return given.map((item) => item.oid).join() === expected.join() && given.every((item) => item.parameters === "absent");
}

/** @param {der.Element} element [0] IMPLICIT SET OF @returns {Uint8Array} the SET OF that is signed (RFC 5652 section 5.4) */
export function signedForm(element) {
  return join(Uint8Array.of(TAG.SET), element.raw.subarray(1));
}

/** @param {der.Element} element @returns {{digest: Uint8Array, signingTime: number, named: Uint8Array, attributes: Uint8Array}} */
function readAttributes(element) {
  return reading("signature.attributes", () => {
    if (element.raw.length > MAX_ATTRIBUTES) {
      throw new Malformed("the signed attributes are too long");
    }
    const given = der.setOf(element, 0xa0).map(readAttribute);
    if (given.map((item) => item.kind).join() !== SIGNED.join() || given.some((item) => item.values.length !== 1)) {
      throw new Malformed("other signed attributes than four, each with one value");
    }
    const [kind, time, digest, identified] = given.map((item) => item.values[0]);
    const signingTime = der.time(time);
    const { named, policies } = readSigningCertificate(identified);
    const late = signingTime >= UTC_TIME_ENDS; // RFC 5652 section 11.3
    const fits =
      der.oid(kind) === OID.DATA &&
      (time.tag === TAG.GENERALIZED_TIME) === late &&
      signingTime % 1000 === 0 &&
      named.length === 1 &&
      named[0].algorithm === null &&
      named[0].place === null &&
      !policies;
    if (!fits) {
      throw new Malformed("a signed attribute is of another form");
    }
    return { digest: der.octets(digest), signingTime, named: named[0].hash, attributes: signedForm(element) };
  });
}

/** @param {Signer} signer @returns {Uint8Array | null} the timestamp token, which is all that may stand unsigned */
function readToken(signer) {
  if (signer.unsigned === null) {
    return null;
  }
  const given = der.setOf(signer.unsigned, 0xa1).map(readAttribute);
  if (given.length !== 1 || given[0].kind !== OID.SIGNATURE_TIMESTAMP || given[0].values.length !== 1) {
    throw unverifiable("signature.attributes");
  }
  return given[0].values[0].raw;
}

/**
 * Require that the signer's key signed the file with this SHA-256, and return that key.
 *
 * @param {Message} message
 * @param {string} expected SHA-256 of the file, in hexadecimal
 * @returns {Promise<import("./keys.js").Key>}
 */
export async function requireSignature(message, expected) {
  if (hex(message.digest) !== expected) {
    throw altered("signature.message-digest", { found: hex(message.digest), expected });
  }
  return reading("signature.key", async () => {
    if (!equal(message.named, await sha256(message.certificate.raw))) {
      throw altered("signature.certificate");
    }
    const key = message.certificate.key;
    if (key === null || key.curve !== "P-256") {
      throw unverifiable("signature.key");
    }
    await importKey(key, ES256);
    if (!(await verifies(key, ES256, message.signature, message.attributes))) {
      throw altered("signature.invalid");
    }
    return key;
  });
}

/**
 * Return one CMS with the signer infos of all messages over one file, each once, as sorted sets.
 *
 * @param {Uint8Array[]} messages of this profile
 * @returns {Uint8Array}
 */
export function merge(messages) {
  /** @type {Map<string, Uint8Array>} */
  const certificates = new Map();
  /** @type {Map<string, Uint8Array>} */
  const signers = new Map();
  for (const each of messages) {
    const { data } = readMessage(each);
    for (const certificate of data.certificates ?? []) {
      certificates.set(certificate.name, certificate.raw);
    }
    for (const { element } of data.signers) {
      signers.set(characters(element.raw), element.raw);
    }
  }
  const sha = der.write(TAG.SEQUENCE, der.writeOid(OID.SHA256));
  const signed = der.write(
    TAG.SEQUENCE,
    unhex("020101"),
    der.writeSet([sha]),
    der.write(TAG.SEQUENCE, der.writeOid(OID.DATA)),
    der.writeSet([...certificates.values()], 0xa0),
    der.writeSet([...signers.values()]),
  );
  return der.write(TAG.SEQUENCE, der.writeOid(OID.SIGNED_DATA), der.write(0xa0, signed));
}

