/** The answers to one instrument: each bundle through steps 5 to 10, then all of them together through step 11. */

import { requireBundle } from "./bundle.js";
import { readBundle } from "./bundle-form.js";
import { requireOnce } from "./count.js";
import { writeMoment } from "./forms.js";
import { altered, unverifiable } from "./judgement.js";

/**
 * @typedef {object} Given a bundle as it was given
 * @property {string} subject how to call it
 * @property {string | null} signatory whose answer its name promises
 * @property {"sign" | "decline" | null} act which its name promises
 * @property {Uint8Array} data
 */
/** @typedef {import("./bundle.js").Answer} Answer */
/**
 * @typedef {object} Line of the table of signatories
 * @property {string} id
 * @property {string} name
 * @property {string} office
 * @property {string} city
 * @property {string} native
 * @property {string} country
 * @property {"signed" | "declined" | "missing" | "refused"} answer
 * @property {string | null} at
 * @property {string[]} codes of the findings that refuse it
 */

/** What became of the bundles. */
export class Answers {
  constructor() {
    /** Those that hold, by signatory. @type {Map<string, Answer>} */
    this.held = new Map();
    /** @type {Map<string, Uint8Array>} CMS by signatory */
    this.messages = new Map();
    /** Codes of what does not hold, by signatory. @type {Map<string, string[]>} */
    this.refused = new Map();
  }

  /** @param {Iterable<import("./document.js").Party>} parties @returns {Line[]} the table, in their order */
  lines(parties) {
    return [...parties].map(({ id, name, office, city, native, country }) => {
      const [refused, held] = [this.refused.get(id), this.held.get(id)];
      const found = held === undefined ? "missing" : held.act === "sign" ? "signed" : "declined";
      const answer = refused === undefined ? found : "refused";
      const at = refused === undefined && held !== undefined ? writeMoment(held.at) : null;
      return { id, name, office, city, native, country, answer, at, codes: refused ?? [] };
    });
  }
}

/**
 * Verify every bundle, and then that nobody counts twice.
 *
 * @param {Given[]} given
 * @param {import("./bundle.js").FrozenInstrument} instrument
 * @param {import("./trust.js").Trust} trust
 * @param {import("./record.js").Memory} memory
 * @param {import("./trial.js").Trial} trial takes the findings
 * @returns {Promise<Answers>}
 */
export async function judgeAnswers(given, instrument, trust, memory, trial) {
  const answers = new Answers();
  /** @type {Answer[]} */
  const doubled = [];
  for (const each of given) {
    trial.tell({ step: 5, subject: each.subject });
    const before = trial.findings.length;
    const judged = await trial.attempt(each.subject, () => judge(each, instrument, trust, memory));
    if (judged === null) {
      const name = each.signatory ?? each.subject;
      const codes = trial.findings.slice(before).map((finding) => finding.code);
      answers.refused.set(name, [...(answers.refused.get(name) ?? []), ...codes]);
      continue;
    }
    const { answer, cms } = judged;
    const { id } = answer.signatory;
    if (answers.held.has(id)) {
      doubled.push(answer);
      continue;
    }
    answers.held.set(id, answer);
    if (cms !== null) {
      answers.messages.set(id, cms);
    }
  }
  // 11 no one counted twice
  const all = [...answers.held.values(), ...doubled];
  const inOrder = ["sign", "decline"].flatMap((act) => all.filter((answer) => answer.act === act));
  await trial.attempt("", () => requireOnce(inOrder, instrument));
  return answers;
}

/**
 * @param {Given} given
 * @param {import("./bundle.js").FrozenInstrument} instrument
 * @param {import("./trust.js").Trust} trust
 * @param {import("./record.js").Memory} memory
 * @returns {Promise<{answer: Answer, cms: Uint8Array | null}>}
 */
async function judge(given, instrument, trust, memory) {
  const bundle = readBundle(given.data);
  if (given.act !== null && bundle.act !== given.act) {
    throw unverifiable("bundle.act", { expected: given.act });
  }
  const answer = await requireBundle(bundle, instrument, trust, memory);
  if (given.signatory !== null && answer.signatory.id !== given.signatory) {
    throw altered("bundle.name", { name: given.subject, signatory: answer.signatory.id });
  }
  return { answer, cms: bundle.cms };
}
