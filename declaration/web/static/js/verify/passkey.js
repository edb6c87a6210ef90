/** Assertions of passkeys (WebAuthn Level 3, section 7.2), by SHA-256, JSON and ECDSA (step 9; docs/spec/statement.md, 2.3). */

import { b64u, equal, join, sha256, unb64u, utf8 } from "../bytes.js";
import { isObject, parse } from "../canonical.js";
import * as der from "../der.js";
import { ES256 } from "./cms.js";
import { MAX_AUTHENTICATOR_DATA, MAX_CLIENT_DATA, P256_SPKI } from "./entries.js";
import { altered, reading, unverifiable } from "./judgement.js";
import { importKey, readKey, verifies } from "./keys.js";

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const ATTESTED = 0x40;
const EXTENSIONS = 0x80;
const FIXED = 37;
const SPKI_SIZE = 91;

/**
 * @typedef {object} Passkey what the ledger says of the passkey that must have asserted
 * @property {string} rpId
 * @property {string[]} origins
 * @property {string} credential base64url
 * @property {Uint8Array} publicKey SubjectPublicKeyInfo
 */

/**
 * Require that a passkey authorised a statement.
 *
 * @param {Map<string, string>} assertion well formed
 * @param {Uint8Array} statement
 * @param {Passkey} passkey
 */
export async function requireAssertion(assertion, statement, { rpId, origins, credential, publicKey }) {
  if (assertion.get("credential") !== credential) {
    throw altered("assertion.credential");
  }
  const [client, data, signature] = ["client_data", "authenticator_data", "signature"].map((name) =>
    unb64u(/** @type {string} */ (assertion.get(name))),
  );
  requireClientData(client, b64u(await sha256(statement)), origins);
  await requireAuthenticatorData(data, rpId);
  const key = await reading("assertion.key", async () => {
    const found = readKey(der.read(publicKey));
    const fits = publicKey.length === SPKI_SIZE && P256_SPKI.every((byte, index) => publicKey[index] === byte);
    if (found === null || !fits) {
      throw unverifiable("assertion.key");
    }
    await importKey(found, ES256);
    return found;
  });
  if (!(await verifies(key, ES256, signature, join(data, await sha256(client))))) {
    throw altered("assertion.invalid");
  }
}

/** @param {Uint8Array} data @param {string} challenge base64url @param {string[]} origins section 7.2, steps 9 to 14 */
function requireClientData(data, challenge, origins) {
  // browsers may add members (section 5.8.1), which are not looked at
  const client = reading("assertion.malformed", () => parse(data, MAX_CLIENT_DATA));
  if (!isObject(client)) {
    throw unverifiable("assertion.malformed");
  }
  if (client.get("type") !== "webauthn.get") {
    throw altered("assertion.type");
  }
  if (client.get("challenge") !== challenge) {
    throw altered("assertion.challenge");
  }
  if (!origins.includes(client.get("origin"))) {
    const found = String(client.get("origin")).slice(0, 200);
    throw altered("assertion.origin", { found, expected: origins.join(", ") });
  }
  if ((client.has("crossOrigin") && client.get("crossOrigin") !== false) || client.has("topOrigin")) {
    throw altered("assertion.cross-origin");
  }
}

/** @param {Uint8Array} data @param {string} rpId section 7.2, steps 15 to 19, over the layout of section 6.1 */
async function requireAuthenticatorData(data, rpId) {
  if (data.length < FIXED || data.length > MAX_AUTHENTICATOR_DATA) {
    throw unverifiable("assertion.malformed");
  }
  const flags = data[32];
  if (!equal(data.subarray(0, 32), await sha256(utf8(rpId)))) {
    throw altered("assertion.rp-id", { expected: rpId });
  }
  if (!(flags & USER_PRESENT)) {
    throw altered("assertion.user-present");
  }
  if (!(flags & USER_VERIFIED)) {
    throw altered("assertion.user-verified");
  }
  const extended = Boolean(flags & EXTENSIONS);
  const alone = Boolean(flags & BACKED_UP) && !(flags & BACKUP_ELIGIBLE);
  if (flags & ATTESTED || extended !== data.length > FIXED || alone) {
    throw altered("assertion.flags");
  }
}
