/**
 * What this device remembers of whom it belongs to: as the enrolment said it, so that a service cannot say it otherwise.
 *
 * It is no secret. A browser that keeps nothing loses this one comparison and no other.
 */

import { Refusal } from "./words.js";

/** @typedef {import("./statement.js").Known} Known */
/** @typedef {Known & {rpId: string}} Kept */

/** @param {string} declaration @param {string} signatory @returns {string} */
function place(declaration, signatory) {
  return `declaration.device/${declaration}/${signatory}`;
}

/** @param {Kept} known */
export function remember({ declaration, ledger, signatory, credential, rpId }) {
  const { id, office, name, city, country } = signatory;
  const kept = { declaration, ledger, signatory: { id, office, name, city, country }, credential, rpId };
  try {
    localStorage.setItem(place(declaration, id), JSON.stringify(kept));
  } catch {
    // storage is switched off: the comparison is not possible here
  }
}

/** @param {string} declaration @param {string} signatory @returns {Kept | null} */
export function recall(declaration, signatory) {
  try {
    return JSON.parse(localStorage.getItem(place(declaration, signatory)) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Make sure that the service says of this signatory what it said when the passkey was made here.
 *
 * A passkey may have been replaced since, or may live on several devices: then the new one is remembered.
 *
 * @param {any} state the answer of `GET …/my/signing`
 * @param {string} declaration of this page's address
 * @returns {Kept}
 */
export function identify(state, declaration) {
  const { id, office, name, city, country } = state.signatory;
  const said = {
    declaration: state.declaration,
    ledger: state.ledger,
    signatory: { id, office, name, city, country },
    credential: state.credential,
    rpId: state.rp_id,
  };
  if (said.declaration !== declaration) {
    throw new Refusal("statement.declaration");
  }
  if (said.credential === null) {
    throw new Refusal("passkey.none");
  }
  const kept = recall(declaration, id);
  if (kept !== null) {
    for (const member of /** @type {const} */ (["ledger", "rpId"])) {
      if (kept[member] !== said[member]) {
        throw new Refusal("statement.ledger");
      }
    }
    if (JSON.stringify(kept.signatory) !== JSON.stringify(said.signatory)) {
      throw new Refusal("statement.signatory");
    }
  }
  remember(said);
  return said;
}
