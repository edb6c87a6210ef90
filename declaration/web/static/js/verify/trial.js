/** Trying one part after the other: whatever goes wrong becomes a finding, and the rest is still looked at. */

import { Refusal, detailOf, stepOf, unverifiable } from "./judgement.js";

/**
 * @typedef {object} Finding one thing to say about what was verified
 * @property {number} step
 * @property {string} code
 * @property {string} severity
 * @property {string} subject the file or signatory that it is about; "" for the whole
 * @property {import("./judgement.js").Values} values
 */

/** The findings of one examination, in the order in which they were made. */
export class Trial {
  /** @param {(told: {step: number, subject: string}) => void} [tell] hears what is being looked at */
  constructor(tell = () => {}) {
    /** @type {Finding[]} */
    this.findings = [];
    this.tell = tell;
  }

  /**
   * Return what `act` gives, or null after noting why it could not.
   *
   * A bug or too deep a recursion must not look like a crash to somebody who verifies a file of unknown origin: it means
   * that the file cannot be verified here.
   *
   * @template T
   * @param {string} subject
   * @param {() => T | Promise<T>} act
   * @returns {Promise<T | null>}
   */
  async attempt(subject, act) {
    try {
      return await act();
    } catch (error) {
      const known = error instanceof Refusal;
      this.note(known ? error : unverifiable("container.failure", { name: subject, detail: detailOf(error) }), subject);
      return null;
    }
  }

  /** @param {Refusal} refusal @param {string} subject */
  note(refusal, subject) {
    this.add(refusal.code, refusal.severity, subject, refusal.values);
  }

  /** @param {string} code @param {string} severity @param {string} subject @param {import("./judgement.js").Values} values */
  add(code, severity, subject, values) {
    this.findings.push({ step: stepOf(code), code, severity, subject, values });
  }

  /** @returns {Finding[]} in the order of their steps; within a step, as they were made */
  inOrder() {
    return [...this.findings].sort((one, other) => one.step - other.step);
  }
}
