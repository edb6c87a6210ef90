/** The report of a verification: findings, who answered, one verdict, and the same as JSON (docs/spec/verification.md, 5). */

import { encode, object } from "../canonical.js";
import { ALTERED, CANNOT_BE_VERIFIED } from "./judgement.js";

/** @typedef {"valid" | "incomplete" | "altered" | "cannot-be-verified"} Verdict */
/** @typedef {import("./trial.js").Finding} Finding */
/** @typedef {import("./answers.js").Line} Line */
/** @typedef {Record<string, string | number>} About what was verified: ids and digests, by name */

/** Code of the note that not the whole edition was judged, but some answers out of it. */
export const ONLY_GIVEN = "count.only-given";

/** What a verification found. */
export class Report {
  /** @param {Finding[]} findings in the order of their steps @param {Line[]} signatories @param {About} about */
  constructor(findings, signatories, about) {
    this.findings = findings;
    this.signatories = signatories;
    this.about = about;
  }

  /** @returns {Verdict} the worst finding decides; without one, a signatory who has not answered makes it incomplete */
  get verdict() {
    const severities = this.findings.map((finding) => finding.severity);
    if (severities.includes(ALTERED)) {
      return "altered";
    }
    if (severities.includes(CANNOT_BE_VERIFIED) || this.count("refused")) {
      return "cannot-be-verified";
    }
    return this.count("missing") ? "incomplete" : "valid";
  }

  /** @param {Line["answer"]} answer @returns {number} how many signatories answered so */
  count(answer) {
    return this.signatories.filter((line) => line.answer === answer).length;
  }

  /** @returns {{code: string, values: import("./judgement.js").Values}} what the verdict says in words */
  get sentence() {
    const given = this.verdict === "valid" && this.findings.some((finding) => finding.code === ONLY_GIVEN);
    const { signed, declined, missing, of } = this.counts;
    return { code: given ? "verdict.given" : `verdict.${this.verdict}`, values: { signed, declined, missing, of } };
  }

  /** @returns {{signed: number, declined: number, missing: number, of: number}} */
  get counts() {
    const [signed, declined] = [this.count("signed"), this.count("declined")];
    return { signed, declined, missing: this.count("missing"), of: this.signatories.length };
  }

  /** @returns {Uint8Array} report.json, the same for the same files as of any other verifier */
  encode() {
    const findings = this.findings.map(({ values, ...finding }) => object({ ...finding, values: object(values) }));
    const signatories = this.signatories.map((line) => object({ ...line }));
    const about = object(this.about);
    const parts = { format: "declaration-report/1", verdict: this.verdict, ...this.counts, about, findings, signatories };
    return encode(object(parts));
  }
}

