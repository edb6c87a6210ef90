/**
 * Timestamps (RFC 3161), verified in full (step 6; docs/spec/bundle.md, section 5): the token's own signature over its own
 * content, the certificate it names and its one purpose, the chain to the pinned root at the token's time, the imprint.
 */

import { equal, sha } from "../bytes.js";
import * as der from "../der.js";
import { requireChain, requireKey } from "./chain.js";
import { OID, findSigner, readAttribute, readSignedData, readSigningCertificate } from "./cms.js";
import { altered, reading, unverifiable } from "./judgement.js";
import { fits, hashOf, readAlgorithm, schemeOf, verifies } from "./keys.js";

/** @typedef {import("./x509.js").Certificate} Certificate */
/** @typedef {{at: number, certificate: Certificate}} Timestamp the moment in milliseconds since 1970, and by whom */

const { TAG } = der;
const MAX_TOKEN = 32 * 1024;
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/**
 * Verify a token over `imprint` and return what it says.
 *
 * @param {Uint8Array} token DER
 * @param {Uint8Array} imprint SHA-256 that it must cover
 * @param {Certificate} root pinned
 * @param {import("./chain.js").Links} links
 * @returns {Promise<Timestamp>}
 */
export async function requireToken(token, imprint, root, links) {
  return reading("timestamp.unreadable", async () => {
    const signed = readSignedData(token, MAX_TOKEN, { sorted: false });
    const content = requireProfile(signed);
    const [signer] = signed.signers;
    const certificates = signed.certificates ?? [];
    const certificate = findSigner(certificates, signer, "timestamp.signer");
    const others = certificates.filter((item) => !item.is(certificate));
    await requireAttributes(signer, content, certificate, [...others, root]);
    await requireSigned(signer, certificate);
    requirePurpose(certificate);
    const info = readInfo(content);
    await requireChain(certificate, others, root, { at: info.at, family: "timestamp", purpose: TIME_STAMPING, links });
    if (info.version !== 1n || info.algorithm !== OID.SHA256) {
      throw unverifiable("timestamp.algorithm");
    }
    if (!equal(info.imprint, imprint)) {
      throw altered("timestamp.imprint");
    }
    return { at: info.at, certificate };
  });
}

/** @param {import("./cms.js").SignedData} signed @returns {Uint8Array} the content: a TSTInfo by one signer */
function requireProfile(signed) {
  const { content, signers } = signed;
  const ours =
    signed.outerType === OID.SIGNED_DATA &&
    signed.contentType === TST_INFO &&
    signed.version === 3n &&
    !signed.crls &&
    signers.length === 1 &&
    signers[0].version === 1n &&
    signers[0].unsigned === null &&
    signed.digestAlgorithms.map((item) => item.oid).join() === signers[0].digestAlgorithm.oid;
  if (!ours || content === null) {
    throw unverifiable("timestamp.profile");
  }
  return content;
}

/** @param {import("./cms.js").Signer} signer @returns {der.Element[]} */
function attributesOf(signer) {
  return signer.signed === null ? [] : der.list(signer.signed, 0xa0);
}

/**
 * @param {import("./cms.js").Signer} signer
 * @param {Uint8Array} content
 * @param {Certificate} certificate
 * @param {Certificate[]} others
 */
async function requireAttributes(signer, content, certificate, others) {
  const given = attributesOf(signer).map(readAttribute);
  const attributes = new Map(given.map((item) => [item.kind, item.values]));
  const required = [OID.CONTENT_TYPE, OID.MESSAGE_DIGEST, OID.SIGNING_CERTIFICATE];
  if (attributes.size !== given.length || required.some((kind) => attributes.get(kind)?.length !== 1)) {
    throw unverifiable("timestamp.attributes");
  }
  const [kind, digest, identified] = required.map((name) => /** @type {der.Element[]} */ (attributes.get(name))[0]);
  if (der.oid(kind) !== TST_INFO) {
    throw unverifiable("timestamp.attributes");
  }
  if (!equal(der.octets(digest), await sha(content, allowed(signer.digestAlgorithm)))) {
    throw altered("timestamp.content");
  }
  const { named } = readSigningCertificate(identified);
  if (named.length === 0 || !(await names(named[0], certificate))) {
    throw altered("timestamp.certificate");
  }
  for (const item of named.slice(1)) {
    const found = await Promise.all(others.map((other) => names(item, other)));
    if (!found.includes(true)) {
      throw altered("timestamp.certificate");
    }
  }
}

/** @param {import("./cms.js").Named} named @param {Certificate} certificate @returns {Promise<boolean>} (RFC 5035 section 4) */
async function names(named, certificate) {
  const hash = named.algorithm === null ? "SHA-256" : allowed(named.algorithm);
  if (!equal(named.hash, await sha(certificate.raw, hash))) {
    return false;
  }
  if (named.place === null) {
    return true;
  }
  const { issuer, serial } = named.place;
  const directoryName = der.write(0xa4, certificate.issuer);
  return serial === certificate.serial && issuer.length === 1 && equal(issuer[0].raw, directoryName);
}

/** @param {import("./keys.js").Algorithm} algorithm @returns {string} */
function allowed(algorithm) {
  const found = hashOf(algorithm);
  if (found === null) {
    throw unverifiable("timestamp.algorithm");
  }
  return found;
}

/** @param {import("./cms.js").Signer} signer @param {Certificate} certificate */
async function requireSigned(signer, certificate) {
  const key = await requireKey(certificate, "timestamp");
  const scheme = schemeOf(signer.signatureAlgorithm.oid, allowed(signer.digestAlgorithm));
  if (scheme === null || !fits(key, scheme)) {
    throw unverifiable("timestamp.algorithm");
  }
  // RFC 5652 section 5.4: the signature covers DER, however the attributes stand in the token
  const signed = der.writeSet(attributesOf(signer).map((item) => item.raw));
  if (!(await verifies(key, scheme, signer.signature, signed))) {
    throw altered("timestamp.invalid");
  }
}

/** @param {Certificate} certificate RFC 3161 section 2.3: the one purpose timeStamping, critical */
function requirePurpose(certificate) {
  const [extended, usage] = [certificate.extendedKeyUsage, certificate.keyUsage];
  const one = extended !== null && extended.critical && extended.purposes.join() === TIME_STAMPING;
  if (!one || (usage !== null && !usage.bits.has(0) && !usage.bits.has(1))) {
    throw unverifiable("timestamp.purpose");
  }
}

/** @param {Uint8Array} content @returns {{version: bigint, algorithm: string, imprint: Uint8Array, at: number}} TSTInfo */
function readInfo(content) {
  const fields = new der.Sequence(der.read(content, MAX_TOKEN));
  const version = der.integer(fields.take());
  der.oid(fields.take());
  const covered = new der.Sequence(fields.take());
  const [algorithm, imprint] = [readAlgorithm(covered.take()).oid, der.octets(covered.take())];
  covered.end();
  der.integer(fields.take());
  const at = der.time(fields.take(TAG.GENERALIZED_TIME));
  const accuracy = fields.optional(TAG.SEQUENCE);
  if (accuracy !== null) {
    const parts = new der.Sequence(accuracy);
    for (const tag of [TAG.INTEGER, 0x80, 0x81]) {
      const part = parts.optional(tag);
      if (part !== null) {
        der.integer(part, tag);
      }
    }
    parts.end();
  }
  der.flag(fields.optional(TAG.BOOLEAN));
  const nonce = fields.optional(TAG.INTEGER);
  if (nonce !== null) {
    der.integer(nonce);
  }
  const authority = fields.optional(0xa0);
  if (authority !== null) {
    der.list(authority, 0xa0);
  }
  fields.end();
  return { version, algorithm, imprint, at };
}
