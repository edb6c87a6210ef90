/**
 * Passkeys: making one, and letting it answer a challenge, in the JSON shapes of WebAuthn Level 3 (section 5.1.8).
 *
 * Browsers that do not read or write these shapes themselves are served by our own few lines.
 */

import { b64u, unb64u } from "./bytes.js";
import { Refusal } from "./words.js";

/** @param {unknown} failure @returns {Error} what to tell a person */
function told(failure) {
  const name = failure instanceof DOMException ? failure.name : "";
  const codes = new Map([
    ["NotAllowedError", "passkey.cancelled"],
    ["AbortError", "passkey.cancelled"],
    ["InvalidStateError", "passkey.exists"],
    ["SecurityError", "passkey.site"],
    ["NotSupportedError", "passkey.unsupported"],
    ["ConstraintError", "passkey.unsupported"],
  ]);
  const code = codes.get(name);
  return code === undefined ? /** @type {Error} */ (failure) : new Refusal(code);
}

/** @returns {boolean} whether this browser knows passkeys, and the page was loaded safely enough to use them */
export function isPossible() {
  return window.isSecureContext && typeof PublicKeyCredential === "function" && Boolean(navigator.credentials);
}

/**
 * Make a passkey.
 *
 * @param {any} options PublicKeyCredentialCreationOptionsJSON
 * @returns {Promise<{json: any, publicKey: Uint8Array | null}>} its JSON, and its SubjectPublicKeyInfo (DER) if told
 */
export async function create(options) {
  if (!isPossible()) {
    throw new Refusal("passkey.unsupported");
  }
  const publicKey = creationOptions(options);
  let made;
  try {
    made = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  } catch (failure) {
    throw told(failure);
  }
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  const key = response.getPublicKey?.() ?? null;
  return { json: creationJson(made, response), publicKey: key === null ? null : new Uint8Array(key) };
}

/**
 * Let a passkey answer a challenge.
 *
 * @param {any} options PublicKeyCredentialRequestOptionsJSON
 * @returns {Promise<any>} its JSON
 */
export async function get(options) {
  if (!isPossible()) {
    throw new Refusal("passkey.unsupported");
  }
  const publicKey = requestOptions(options);
  try {
    return requestJson(/** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey })));
  } catch (failure) {
    throw told(failure);
  }
}

/**
 * Return the options for an assertion over a challenge by one passkey, or by any of this site.
 *
 * @param {Uint8Array} challenge
 * @param {string} rpId
 * @param {string | null} credential base64url
 * @returns {any}
 */
export function asking(challenge, rpId, credential) {
  return {
    challenge: b64u(challenge),
    rpId,
    allowCredentials: credential === null ? [] : [{ type: "public-key", id: credential }],
    userVerification: "required",
  };
}

/** @param {any} options @returns {PublicKeyCredentialCreationOptions} */
export function creationOptions(options) {
  if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function") {
    return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  }
  return {
    ...options,
    challenge: unb64u(options.challenge),
    user: { ...options.user, id: unb64u(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(descriptor),
  };
}

/** @param {any} options @returns {PublicKeyCredentialRequestOptions} */
export function requestOptions(options) {
  if (typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function") {
    return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  }
  return {
    ...options,
    challenge: unb64u(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(descriptor),
  };
}

/** @param {any} item @returns {any} */
function descriptor(item) {
  return { ...item, id: unb64u(item.id) };
}

/** @param {BufferSource | null | undefined} data @returns {string | null} */
function spelled(data) {
  return data ? b64u(new Uint8Array(/** @type {ArrayBuffer} */ (data))) : null;
}

/**
 * Return a new passkey's JSON; always our own, because it holds just what the service reads.
 *
 * @param {PublicKeyCredential} made
 * @param {AuthenticatorAttestationResponse} response
 * @returns {any}
 */
export function creationJson(made, response) {
  return {
    id: made.id,
    rawId: spelled(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: spelled(response.clientDataJSON),
      attestationObject: spelled(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** @param {PublicKeyCredential} found @returns {any} an assertion's JSON, likewise */
export function requestJson(found) {
  const response = /** @type {AuthenticatorAssertionResponse} */ (found.response);
  return {
    id: found.id,
    rawId: spelled(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: spelled(response.clientDataJSON),
      authenticatorData: spelled(response.authenticatorData),
      signature: spelled(response.signature),
      userHandle: spelled(response.userHandle),
    },
  };
}
