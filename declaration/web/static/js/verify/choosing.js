/**
 * Files as people drop them, in any number and order: what each is, and which examination they call for.
 *
 * A file is known by what it holds, and by its name only where its contents do not say. Nothing is passed over in silence.
 */

import { characters, equal } from "../bytes.js";
import { isObject, parse } from "../canonical.js";
import { CANNOT_BE_VERIFIED, NOTE, stepOf } from "./judgement.js";
import { examineBundles, examineEdition, examineWithoutInstrument } from "./examination.js";
import { Report } from "./report.js";
import { FILES } from "./trust.js";

/** @typedef {{name: string, data: Uint8Array}} Dropped */
/** @typedef {"edition" | "instrument" | "document" | "bundle" | "trust" | "carried" | "unknown"} Kind */

/** Files that may be given at once: an edition with one bundle for each of 12,000 signatories, and a few more. */
export const MAX_FILES = 20_000;
/** Bytes of JSON in which a format is looked for. */
const MAX_LOOKED_AT = 1 << 26;
/** What an edition's file specification of its instrument looks like, as our writers spell it. */
const CARRIES = "(instrument.pdf)";

/** @param {Dropped} file @returns {Kind} */
export function kindOf({ name, data }) {
  if (FILES.includes(name)) {
    return "trust";
  }
  if (characters(data.subarray(0, 5)) === "%PDF-" || name.endsWith(".pdf")) {
    return characters(data).includes(CARRIES) || /^signed/i.test(name) ? "edition" : "instrument";
  }
  if (data[0] === 0x7b || name.endsWith(".json")) {
    const format = formatOf(data);
    if (format === "declaration/1" || name === "declaration.json") {
      return "document";
    }
    return format === "declaration-report/1" ? "unknown" : "bundle";
  }
  return name.endsWith(".p7s") || name === "checkpoint" ? "carried" : "unknown";
}

/** @param {Uint8Array} data @returns {unknown} the member `format`, if it is JSON of ours */
function formatOf(data) {
  try {
    const value = parse(data, MAX_LOOKED_AT);
    return isObject(value) ? value.get("format") : null;
  } catch {
    return null;
  }
}

/**
 * Examine what was given.
 *
 * @param {Dropped[]} files
 * @param {import("./trust.js").Trust} trust
 * @param {(told: {step: number, subject: string}) => void} [tell]
 * @returns {Promise<Report>}
 */
export async function examineFiles(files, trust, tell) {
  /** @type {Map<Kind, Dropped[]>} */
  const kinds = new Map();
  for (const file of files.slice(0, MAX_FILES)) {
    const kind = kindOf(file);
    kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  }
  const given = (/** @type {Kind} */ kind) => kinds.get(kind) ?? [];
  const [editions, instruments, documents, bundles] = [
    given("edition"),
    given("instrument"),
    given("document"),
    given("bundle"),
  ];
  /** @type {[Dropped, string, string][]} files that were not examined, with code and severity */
  const left = [...given("unknown"), ...given("trust")].map((file) => [file, "container.not-judged", NOTE]);
  const surplus = (/** @type {Dropped[]} */ others) =>
    others.forEach((file) => left.push([file, "container.surplus", CANNOT_BE_VERIFIED]));
  files.slice(MAX_FILES).forEach((file) => surplus([file]));
  surplus([...differing(editions), ...differing(instruments), ...differing(documents)]);
  const edition = editions[0] ?? (bundles.length ? undefined : instruments[0]); // a PDF alone is judged as an edition
  const [instrument, document] = [instruments[0], documents[0]];
  let report = new Report([], [], {});
  if (edition !== undefined) {
    const others = [...bundles, ...given("carried"), ...documents.slice(0, 1), ...instruments.slice(0, 1)];
    const beside = new Map(others.filter((file) => file !== edition).map((file) => [file.name, file.data]));
    report = await examineEdition(edition.data, trust, tell, beside);
  } else if (bundles.length && (instrument !== undefined || document !== undefined)) {
    given("carried").forEach((file) => left.push([file, "container.not-judged", NOTE]));
    const named = new Map(bundles.map((file) => [file.name, file.data]));
    report =
      instrument === undefined
        ? await examineWithoutInstrument(named, document.data, trust, tell)
        : await examineBundles(named, instrument.data, trust, tell, document?.data);
  } else {
    report = lacking(bundles.length ? "instrument.pdf" : "signed.pdf");
  }
  return withFindings(report, left);
}

/** @param {Dropped[]} files @returns {Dropped[]} those after the first that are not the same bytes */
function differing(files) {
  return files.slice(1).filter((file) => !equal(file.data, files[0].data));
}

/** @param {string} name @returns {Report} */
function lacking(name) {
  return withFindings(new Report([], [], {}), [
    [{ name, data: new Uint8Array() }, "container.missing", CANNOT_BE_VERIFIED],
  ]);
}

/** @param {Report} report @param {[Dropped, string, string][]} left @returns {Report} */
export function withFindings(report, left) {
  const more = left.map(([{ name }, code, severity]) => {
    return { step: stepOf(code), code, severity, subject: name, values: { name } };
  });
  const findings = [...report.findings, ...more].sort((one, other) => one.step - other.step);
  return new Report(findings, report.signatories, report.about);
}
