/**
 * Coming in: by a passkey, or by an invitation whose secret stands behind the `#` and is taken out of the address at once.
 */

import { Api } from "./api.js";
import { digest, unb64u, utf8 } from "./bytes.js";
import { parseCanonical } from "./canonical.js";
import { remember } from "./device.js";
import { create, get, isPossible } from "./passkey.js";
import { come } from "./presence.js";
import { onPress, review } from "./review.js";
import { authorise, compare } from "./statement.js";
import { Refusal, part, sentence, tell, word } from "./words.js";

/** Where each role works, below the declaration. */
const ROOMS = new Map([
  ["signatory", "my"],
  ["delegate", "my"],
  ["drafter", "drafting"],
  ["depositary", "desk"],
]);
const MAX_STATEMENT = 57_344;

const root = part("#entering", HTMLElement);
const { api: base = "", declaration = "" } = root.dataset;
const api = new Api(base);
const told = part("#told", HTMLElement);

/**
 * Return where to go: where somebody wanted to go when they were asked to sign in, if that is in this declaration.
 *
 * @param {string} role
 * @param {string} search of this page's address
 * @returns {string}
 */
export function destination(role, search) {
  const home = `/${declaration}/${ROOMS.get(role) ?? ""}`;
  const wanted = new URLSearchParams(search).get("next");
  if (wanted === null) {
    return home;
  }
  const address = new URL(wanted, location.origin);
  const inside = address.origin === location.origin && address.pathname.startsWith(`/${declaration}/`);
  return inside ? address.pathname + address.search : home;
}

/** @param {any} who */
function goIn(who) {
  tell(told, word("entering.in", { name: who.name }), "good");
  come(declaration, who.role);
  location.replace(destination(who.role, location.search));
}

/** Sign in by the passkey. */
async function enter() {
  try {
    tell(told, word("entering.passkey"));
    const { publicKey } = await api.once("/session/options");
    const assertion = await get(publicKey);
    goIn(await api.once("/session", { challenge: publicKey.challenge, assertion }));
  } catch (failure) {
    tell(told, sentence(failure), "bad");
  }
}

/** @returns {string} the secret of an invitation, taken out of the address and its history */
function takeSecret() {
  const secret = decodeURIComponent(location.hash.slice(1));
  if (location.hash !== "") {
    history.replaceState(null, "", location.pathname + location.search);
  }
  return secret;
}

/** @param {string} secret */
async function welcome(secret) {
  if (secret === "") {
    tell(told, word("welcome.none"), "warn");
    return;
  }
  try {
    const who = await api.once("/invitation", { secret });
    part("#who-name", HTMLElement).textContent = who.name;
    part("#who-role", HTMLElement).textContent = word(`role.${who.role}`);
    part("#ledger", HTMLElement).hidden = who.role !== "signatory";
    const invited = part("#invited", HTMLElement);
    invited.hidden = false;
    const button = part("#create", HTMLButtonElement);
    onPress(button, () => answer(secret, who));
    button.focus();
    tell(told, isPossible() ? "" : sentence(new Refusal("passkey.unsupported")), "bad");
  } catch (failure) {
    tell(told, sentence(failure), "bad");
  }
}

/**
 * Answer an invitation with a new passkey.
 *
 * @param {string} secret
 * @param {any} who
 */
async function answer(secret, who) {
  try {
    tell(told, word("welcome.creating"));
    const { publicKey } = await api.once("/passkey/options", { secret });
    const made = await create(publicKey);
    const { challenge } = publicKey;
    const given = await api.once("/passkey", { secret, challenge, credential: made.json });
    goIn(given.statement === undefined ? given : await prove(secret, who, made, given));
  } catch (failure) {
    tell(told, sentence(failure), "bad");
  }
}

/**
 * Prove that a signatory's new passkey is in their hands; this makes its public key public.
 *
 * @param {string} secret
 * @param {any} who
 * @param {{json: any, publicKey: Uint8Array | null}} made
 * @param {any} given statement and public key, as the service took it out of the passkey
 * @returns {Promise<any>}
 */
async function prove(secret, who, made, given) {
  const said = signatoryOf(given.statement);
  const key = await digest(made.publicKey ?? unb64u(given.public_key));
  if (said.signatory.id !== who.subject || said.signatory.name !== who.name) {
    throw new Refusal("statement.signatory");
  }
  const known = { ...said, declaration, credential: made.json.id };
  compare(given.statement, "enrol", known, { key });
  const { office, name, city, country } = said.signatory;
  tell(told, word("welcome.review"));
  const agreed = await review(part("#review", HTMLDialogElement), [
    word("welcome.line.who", { name, office, city, country }),
    word("welcome.line.ledger", { ledger: said.ledger }),
    word("welcome.line.key", { key }),
  ]);
  if (!agreed) {
    throw new Refusal("passkey.cancelled");
  }
  const rpId = root.dataset.rp ?? location.hostname;
  const assertion = await authorise(given.statement, rpId, made.json.id);
  tell(told, word("welcome.recording"));
  const sent = { secret, statement: given.statement, public_key: given.public_key, assertion };
  const entered = await api.once("/passkey/proof", sent);
  remember({ ...known, rpId });
  return entered;
}

/** @param {string} text a statement @returns {{ledger: string, signatory: any}} what only the service can say */
function signatoryOf(text) {
  const found = /** @type {Map<string, any>} */ (parseCanonical(utf8(text), MAX_STATEMENT));
  const signatory = Object.fromEntries(found.get("signatory") ?? new Map());
  return { ledger: String(found.get("ledger")), signatory };
}

if (root.dataset.page === "welcome") {
  void welcome(takeSecret());
  window.addEventListener("hashchange", () => void welcome(takeSecret()));
} else {
  onPress(part("#enter", HTMLButtonElement), enter);
  if (!isPossible()) {
    tell(told, sentence(new Refusal("passkey.unsupported")), "bad");
  }
}
