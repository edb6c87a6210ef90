/**
 * From a certificate to a pinned root: a narrow path validation (RFC 5280 section 6) at one moment
 * (docs/spec/bundle.md, section 4).
 */

import { equal } from "../bytes.js";
import { importKey } from "./keys.js";
import { altered, reading, unverifiable } from "./judgement.js";
import { issued } from "./x509.js";

/** @typedef {import("./x509.js").Certificate} Certificate */

/** Authorities between a certificate and its root: public timestamp authorities have one or two. */
const MAX_AUTHORITIES = 4;
const MIN_RSA = 3_072;
const MAX_RSA = 8_192;
const ANY_PURPOSE = "2.5.29.37.0";
const KEY_CERT_SIGN = 5;
/** Paths and timestamp certificates that a run remembers. */
const MAX_REMEMBERED = 64;

/** What a run has found about certificates that occur again and again. */
export class Links {
  constructor() {
    /** @type {Map<string, Promise<Certificate[]>>} */
    this.paths = new Map();
    /** @type {Map<string, Promise<void>>} */
    this.ends = new Map();
  }

  /** Forget, before a hostile set of files fills the memory. */
  bound() {
    for (const kept of [this.paths, this.ends]) {
      if (kept.size >= MAX_REMEMBERED) {
        kept.clear();
      }
    }
  }
}

/**
 * Require that a certificate was issued below `root`, by way of all `others`, and that all were valid at `at`.
 *
 * @param {Certificate} certificate whose own usage is the caller's to check
 * @param {Certificate[]} others exactly the authorities between; the root may be among them
 * @param {Certificate} root pinned
 * @param {object} context
 * @param {number} context.at milliseconds since 1970
 * @param {string} context.family first word of the codes: certificate, timestamp or seal
 * @param {string} context.purpose extended key usage that authorities must not exclude
 * @param {Links} context.links
 */
export async function requireChain(certificate, others, root, { at, family, purpose, links }) {
  await reading(`${family}.unreadable`, async () => {
    links.bound();
    const name = [family, purpose, root.name, ...others.map((item) => item.name)].join("\u0000");
    const between = others.filter((item) => !item.is(root));
    let found = links.paths.get(name);
    if (found === undefined) {
      found = pathAbove(certificate, between, root, purpose, family);
      links.paths.set(name, found);
    }
    const path = await found;
    const end = `${certificate.name}\u0000${path[0].name}`;
    let last = family === "timestamp" ? links.ends.get(end) : undefined;
    if (last === undefined) {
      last = requireIssued(certificate, path[0], family);
      if (family === "timestamp") {
        links.ends.set(end, last);
      }
    }
    await last;
    if ([certificate, ...path].some((item) => at < item.begin || at > item.end)) {
      throw unverifiable(`${family}.validity`, { at: new Date(at).toISOString() });
    }
  });
}

/**
 * Return the authorities from the nearest to the root, each allowed to be one and issued by the next.
 *
 * @param {Certificate} certificate
 * @param {Certificate[]} others
 * @param {Certificate} root
 * @param {string} purpose
 * @param {string} family
 * @returns {Promise<Certificate[]>}
 */
async function pathAbove(certificate, others, root, purpose, family) {
  const path = ordered(certificate, others, root, family);
  for (const [depth, issuer] of path.entries()) {
    await requireAuthority(issuer, depth, purpose, family);
    if (!issuer.is(root)) {
      await requireIssued(issuer, path[depth + 1], family);
    }
  }
  return path;
}

/** @param {Certificate} certificate @param {Certificate[]} others @param {Certificate} root @param {string} family @returns {Certificate[]} by name */
function ordered(certificate, others, root, family) {
  if (others.length > MAX_AUTHORITIES) {
    throw unverifiable(`${family}.surplus`);
  }
  const path = [];
  let name = certificate.issuer;
  let rest = others;
  for (;;) {
    const above = rest.find((item) => equal(item.subject, name));
    if (above === undefined) {
      break;
    }
    path.push(above);
    name = above.issuer;
    rest = rest.filter((item) => !item.is(above));
  }
  if (!equal(name, root.subject)) {
    throw unverifiable(`${family}.untrusted`);
  }
  if (rest.length) {
    throw unverifiable(`${family}.surplus`);
  }
  return [...path, root];
}

/** @param {Certificate} subject @param {Certificate} issuer @param {string} family */
async function requireIssued(subject, issuer, family) {
  if (subject.demandsMore) {
    throw unverifiable(`${family}.extension`);
  }
  const found = await issued(subject, issuer);
  if (found === "forged") {
    throw altered(`${family}.forged`);
  }
  if (found !== "issued") {
    throw unverifiable(`${family}.${found}`);
  }
}

/** @param {Certificate} issuer @param {number} depth authorities below it @param {string} purpose @param {string} family */
async function requireAuthority(issuer, depth, purpose, family) {
  await requireKey(issuer, family);
  if (issuer.demandsMore) {
    throw unverifiable(`${family}.extension`);
  }
  const [constraints, usage, extended] = [issuer.basicConstraints, issuer.keyUsage, issuer.extendedKeyUsage];
  // RFC 5280 section 6.1.4 (k) to (n)
  const allowed =
    constraints !== null &&
    constraints.critical &&
    constraints.authority &&
    usage !== null &&
    usage.bits.has(KEY_CERT_SIGN) &&
    (constraints.length === null || constraints.length >= BigInt(depth)) &&
    (extended === null || extended.purposes.some((item) => item === purpose || item === ANY_PURPOSE));
  if (!allowed) {
    throw unverifiable(`${family}.authority`);
  }
}

/**
 * Return a certificate's public key, if it is of an allowed kind.
 *
 * @param {Certificate} certificate
 * @param {string} family
 * @returns {Promise<import("./keys.js").Key>}
 */
export async function requireKey(certificate, family) {
  return reading(`${family}.unreadable`, async () => {
    const key = certificate.key;
    if (key === null || (key.kind === "rsa" && (key.bits < MIN_RSA || key.bits > MAX_RSA))) {
      throw unverifiable(`${family}.algorithm`);
    }
    await importKey(key, { kind: key.kind, hash: "SHA-256", salt: 0 });
    return key;
  });
}
