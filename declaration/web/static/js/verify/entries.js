/** Entries of the ledger: canonical JSON with a closed form for each kind of public act (docs/spec/ledger.md, section 2). */

import { parseCanonical } from "../canonical.js";
import { unhex } from "../bytes.js";
import * as forms from "./forms.js";

/** Bytes of one entry: an entry bundle prefixes each with a 16-bit length (C2SP tlog-tiles). */
export const MAX_ENTRY = 65_535;
export const MAX_NAME = 200;
export const MAX_REASON = 4_000;
export const MAX_STATEMENT = 57_344;
export const MAX_LANGUAGES = 32;
const MAX_WEB_ORIGINS = 16;
export const MAX_CREDENTIAL = 1_023;
export const MAX_CLIENT_DATA = 4_096;
export const MAX_AUTHENTICATOR_DATA = 1_024;
export const MAX_ROSTER = 1_000_000;
const MAX_SPONSORS = 200;
const MAX_PASSAGES = 500;

/** First 27 of the 91 bytes of a P-256 SubjectPublicKeyInfo with an uncompressed point (RFC 5480 section 2). */
export const P256_SPKI = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

const name = forms.text(MAX_NAME);
const reason = forms.text(MAX_REASON, { lines: true });
const credential = forms.binary(1, MAX_CREDENTIAL);
const statement = forms.canonicalObject(MAX_STATEMENT);
const count = forms.whole(0, MAX_ROSTER);
const number = forms.whole(1, Number.MAX_SAFE_INTEGER);

/** Form of an assertion, as entries and bundles hold it. */
export const ASSERTION = forms.members({
  credential,
  client_data: forms.binary(2, MAX_CLIENT_DATA),
  authenticator_data: forms.binary(37, MAX_AUTHENTICATOR_DATA),
  signature: forms.binary(8, 72), // an Ecdsa-Sig-Value over P-256 in DER (RFC 3279 section 2.2.3)
});
/** Form of a member of the roster. */
export const PARTY = forms.members({
  id: forms.identifier,
  office: name,
  name,
  city: name,
  native: name,
  country: forms.country,
});
const sponsor = forms.members({ drafter: forms.identifier, content: forms.digest, at: forms.moment });
const correction = forms.members({ language: forms.language, reason, ask: forms.oneOf(true, false) });
const amendmentText = {
  amendment: forms.identifier,
  base: forms.digest,
  document: forms.digest,
  sponsors: forms.apart(sponsor, "drafter", MAX_SPONSORS),
};
/** Members of a body that are there where there is something to say. */
const OPTIONAL = new Map([
  ["amendment.tabled", ["sponsors"]],
  ["amendment.revised", ["sponsors"]],
  ["version.adopted", ["correction"]],
]);

const stated = { signatory: forms.identifier, statement, assertion: ASSERTION };

/** @type {Map<string, import("./forms.js").Form>} the form of each kind's body */
const BODIES = new Map(
  Object.entries({
    "declaration.opened": {
      origin: forms.logOrigin,
      rp_id: forms.domain,
      origins: forms.distinct(forms.webOrigin, MAX_WEB_ORIGINS),
      depositary: forms.members({ id: forms.identifier, name, city: name, country: forms.country }),
      languages: forms.distinct(forms.language, MAX_LANGUAGES),
    },
    "drafter.admitted": { drafter: forms.identifier, name },
    "rules.set": {
      sponsors: forms.whole(1, MAX_SPONSORS + 1),
      deadline: forms.nullable(forms.members({ at: forms.moment, zone: forms.zone })),
    },
    "signatory.invited": { signatory: PARTY },
    "credential.enrolled": {
      signatory: forms.identifier,
      credential,
      public_key: forms.binary(91, 91, P256_SPKI),
      algorithm: forms.oneOf(-7), // ES256 (RFC 9053 section 2.1)
      statement,
      assertion: ASSERTION,
    },
    "credential.revoked": { signatory: forms.identifier, credential, reason },
    "amendment.tabled": amendmentText,
    "amendment.revised": amendmentText,
    "amendment.withdrawn": { amendment: forms.identifier },
    "amendment.rejected": { amendment: forms.identifier, reason },
    "amendment.supported": { amendment: forms.identifier, content: forms.digest },
    "amendment.unsupported": { amendment: forms.identifier },
    "version.adopted": {
      number,
      digest: forms.digest,
      parent: forms.nullable(forms.digest),
      document: forms.digest,
      carriage: forms.nullable(forms.digest),
      correction,
    },
    "translation.confirmed": {
      version: forms.digest,
      language: forms.language,
      passages: forms.nullable(forms.distinct(forms.passage, MAX_PASSAGES)),
    },
    "positions.taken": stated,
    "reservation.withdrawn": stated,
    "objection.raised": stated,
    "objection.withdrawn": stated,
    "instrument.frozen": {
      version: forms.digest,
      number,
      instrument: forms.digest,
      document: forms.digest,
      roster: forms.whole(1, MAX_ROSTER),
    },
    "instrument.unfrozen": { instrument: forms.digest, reason },
    "signature.affixed": {
      signatory: forms.identifier,
      instrument: forms.digest,
      credential,
      evidence: forms.digest,
    },
    "signature.declined": {
      signatory: forms.identifier,
      instrument: forms.digest,
      statement,
      assertion: ASSERTION,
      reason,
    },
    "instrument.sealed": {
      instrument: forms.digest,
      edition: forms.digest,
      merged: forms.digest,
      signatures: count,
      declined: count,
    },
  }).map(([kind, body]) => [kind, forms.members(/** @type {any} */ (body), OPTIONAL.get(kind))]),
);
/** Acts that only the signatory can do: `by` is `body.signatory`. */
const PERSONAL = [
  "credential.enrolled",
  "positions.taken",
  "reservation.withdrawn",
  "objection.raised",
  "objection.withdrawn",
  "signature.affixed",
  "signature.declined",
];
const ENVELOPE = forms.members({
  format: forms.oneOf("declaration-entry/1"),
  declaration: forms.identifier,
  kind: forms.oneOf(...BODIES.keys()),
  at: forms.moment,
  by: forms.identifier,
  body: forms.anything,
});

/**
 * @typedef {object} Entry
 * @property {string} kind
 * @property {string} declaration
 * @property {number} at milliseconds since 1970
 * @property {string} by
 * @property {Map<string, any>} body
 */

/** @param {Uint8Array} data @returns {Entry} one entry, well formed by itself */
export function readEntry(data) {
  const value = /** @type {Map<string, any>} */ (parseCanonical(data, MAX_ENTRY));
  ENVELOPE(value, "entry");
  const [kind, by, body] = [value.get("kind"), value.get("by"), value.get("body")];
  BODIES.get(kind)?.(body, "entry.body");
  requireTogether(kind, by, body);
  return { kind, declaration: value.get("declaration"), at: forms.readMoment(value.get("at"), "entry.at"), by, body };
}

/** @param {string} kind @param {string} by @param {Map<string, any>} body what two members say about each other */
function requireTogether(kind, by, body) {
  if (PERSONAL.includes(kind) && by !== body.get("signatory")) {
    forms.refuse("entry.by", "only the signatory can do this act");
  }
  if (kind === "version.adopted") {
    const first = body.get("number") === 1;
    if (first !== (body.get("parent") === null) || first !== (body.get("carriage") === null)) {
      forms.refuse("entry.body", "version 1, and no other, has neither parent nor carriage");
    }
    if (first && body.has("correction")) {
      forms.refuse("entry.body.correction", "there is nothing to correct before version 1");
    }
  }
  if (kind === "declaration.opened" && by !== body.get("depositary").get("id")) {
    forms.refuse("entry.by", "the depositary opens a declaration");
  }
  if (kind === "credential.enrolled" && body.get("assertion").get("credential") !== body.get("credential")) {
    forms.refuse("entry.body.assertion", "it is not by the credential that is enrolled");
  }
}

