/** Nobody counts twice, all answers are about one instrument in one ledger; signatures.p7s is their merge (step 11). */

import { equal } from "../bytes.js";
import { merge } from "./cms.js";
import { altered } from "./judgement.js";
import { sameCheckpoint } from "./note.js";

/** @typedef {import("./bundle.js").Answer} Answer */

/**
 * Require that nobody counts twice.
 *
 * @param {Answer[]} answers signatures, then declines
 * @param {import("./bundle.js").FrozenInstrument} instrument the one that they answer
 */
export function requireOnce(answers, instrument) {
  /** @type {Map<number, import("./note.js").Checkpoint>} */
  const heads = new Map();
  const seen = new Set();
  for (const answer of answers) {
    const signatory = answer.signatory.id;
    if (!instrument.document.parties.has(signatory)) {
      throw altered("count.stranger", { signatory });
    }
    if (answer.instrument !== instrument.digest) {
      throw altered("count.instrument", { signatory });
    }
    const marks = { signatory, credential: answer.credential, entry: answer.index, cms: answer.cms };
    for (const [kind, mark] of Object.entries(marks)) {
      if (mark !== null && seen.has(`${kind} ${mark}`)) {
        throw altered(`count.${kind}`, { signatory });
      }
      seen.add(`${kind} ${mark}`);
    }
    const { checkpoint } = answer;
    const head = heads.get(checkpoint.size) ?? checkpoint;
    heads.set(checkpoint.size, head);
    if (!sameCheckpoint(head, checkpoint)) {
      throw altered("count.fork", { size: checkpoint.size });
    }
  }
}

/** @param {Uint8Array} merged signatures.p7s @param {Uint8Array[]} messages CMS of every verified signature */
export function requireMerged(merged, messages) {
  if (messages.length === 0 || !equal(merged, merge(messages))) {
    throw altered("count.merged");
  }
}
