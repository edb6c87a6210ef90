/** The CMS inside the seal (ETSI EN 319 142-1, PAdES baseline B-T): read and verified (docs/spec/edition.md, section 2). */

import { equal, sha256 } from "../bytes.js";
import * as der from "../der.js";
import { SIGNER_PURPOSES } from "./bundle.js";
import { requireChain } from "./chain.js";
import {
  ES256,
  MAX_CMS,
  OID,
  areAlgorithms,
  findSigner,
  isProfile,
  readAttribute,
  readSignedData,
  readSigningCertificate,
  signedForm,
} from "./cms.js";
import { altered, reading, unverifiable } from "./judgement.js";
import { importKey, verifies } from "./keys.js";

/** @typedef {import("./x509.js").Certificate} Certificate */
/**
 * @typedef {object} SealMessage well formed, and not yet verified
 * @property {Certificate} certificate
 * @property {Certificate[]} chain
 * @property {Uint8Array} digest of what the seal covers, as the seal says
 * @property {Uint8Array} named digest of the seal's certificate, as the seal says
 * @property {Uint8Array} attributes the bytes under the signature
 * @property {Uint8Array} signature
 * @property {Uint8Array} token
 */

const CODE = "seal.unreadable";
const SIGNED = [OID.CONTENT_TYPE, OID.MESSAGE_DIGEST, OID.SIGNING_CERTIFICATE];

/** @param {string} detail @returns {import("./judgement.js").Refusal} */
function strange(detail) {
  return unverifiable(CODE, { detail });
}

/** @param {Uint8Array} data @returns {SealMessage} */
export function readSeal(data) {
  return reading(CODE, () => {
    const signed = readSignedData(data, MAX_CMS, { sorted: true });
    const [signer] = signed.signers;
    const one = signed.signers.length === 1 && signer.version === 1n && signed.content === null;
    if (!one || !isProfile(signed) || !areAlgorithms(signed) || signer.signed === null || signed.certificates === null) {
      throw strange("another profile of CMS");
    }
    const certificate = findSigner(signed.certificates, signer, CODE);
    return {
      certificate,
      chain: signed.certificates.filter((item) => !item.is(certificate)),
      ...signedValues(der.setOf(signer.signed, 0xa0).map(readAttribute)),
      attributes: signedForm(signer.signed),
      signature: signer.signature,
      token: readToken(signer),
    };
  });
}

/** @param {import("./cms.js").Attribute[]} given @returns {{digest: Uint8Array, named: Uint8Array}} */
function signedValues(given) {
  const values = new Map(given.map((item) => [item.kind, item.values]));
  if (given.length !== SIGNED.length || SIGNED.some((kind) => values.get(kind)?.length !== 1)) {
    throw strange("other signed attributes than three");
  }
  const [kind, digest, identified] = SIGNED.map((name) => /** @type {der.Element[]} */ (values.get(name))[0]);
  const { named } = readSigningCertificate(identified);
  if (named.length !== 1 || named[0].algorithm !== null || der.oid(kind) !== OID.DATA) {
    throw strange("a signed attribute of another kind");
  }
  return { digest: der.octets(digest), named: named[0].hash };
}

/** @param {import("./cms.js").Signer} signer @returns {Uint8Array} */
function readToken(signer) {
  const given = signer.unsigned === null ? [] : der.setOf(signer.unsigned, 0xa1).map(readAttribute);
  if (given.length !== 1 || given[0].kind !== OID.SIGNATURE_TIMESTAMP || given[0].values.length !== 1) {
    throw strange("no timestamp, or another unsigned attribute");
  }
  return given[0].values[0].raw;
}

/**
 * Require that the seal covers these bytes, and that its key chains to the pinned seal root at the moment `at`.
 *
 * @param {SealMessage} message
 * @param {Uint8Array} covered SHA-256 of the bytes that it should cover
 * @param {Certificate} root
 * @param {number} at
 * @param {import("./chain.js").Links} links
 */
export async function requireSeal(message, covered, root, at, links) {
  const { certificate } = message;
  if (!equal(message.digest, covered)) {
    throw altered("seal.digest");
  }
  await reading("seal.key", async () => {
    if (!equal(message.named, await sha256(certificate.raw))) {
      throw altered("seal.certificate");
    }
    const [key, usage, extended] = [certificate.key, certificate.keyUsage, certificate.extendedKeyUsage];
    const uses = usage !== null && [...usage.bits].join() === "0,1";
    if (key === null || key.curve !== "P-256" || !uses || extended?.purposes.join() !== SIGNER_PURPOSES.join()) {
      throw unverifiable("seal.key");
    }
    await importKey(key, ES256);
    if (!(await verifies(key, ES256, message.signature, message.attributes))) {
      throw altered("seal.invalid");
    }
  });
  const context = { at, family: "seal", purpose: SIGNER_PURPOSES[0], links };
  await requireChain(certificate, message.chain, root, context);
}
