/**
 * The files that an edition or an instrument carries, and nothing else that could pass for one (step 1;
 * docs/spec/edition.md, section 1): one name in three places, one stream, its true size, its true checksum.
 */

import { equal } from "../bytes.js";
import { altered, unverifiable } from "./judgement.js";
import { md5 } from "./md5.js";
import { given, within } from "./pdf.js";
import { Ref, Text, alike } from "./pdf-syntax.js";

export const INSTRUMENT = "instrument.pdf";
export const DOCUMENT = "declaration.json";
export const MERGED = "signatures.p7s";
export const CHECKPOINT = "checkpoint";
/** Endings of attached bundles; the signatory's id stands before them. */
export const SIGNATURE = ".signature.json";
export const DECLINE = ".decline.json";
const ALWAYS = [INSTRUMENT, DOCUMENT, MERGED, CHECKPOINT];
const MAX_ATTACHMENTS = 20_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,90}$/;

/** @param {string} detail @returns {import("./judgement.js").Refusal} */
function strange(detail) {
  return unverifiable("container.attachments", { detail });
}

/** @param {import("./pdf.js").Document} document @returns {Promise<Map<string, Uint8Array>>} the attached files by name */
export async function readAttachments(document) {
  const what = "the tree of attached files";
  const names = document.entries(given(document.root, "Names", new Map()), what);
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  const specifications = [];
  for (const [name, specification] of document.named(given(names, "EmbeddedFiles", new Map()), what)) {
    if (!NAME.test(name) || files.size === MAX_ATTACHMENTS) {
      throw strange(`a file named ${name.slice(0, 40)}`);
    }
    files.set(name, await readFile(document, name, specification));
    specifications.push(specification);
  }
  const associated = document.items(given(document.root, "AF", []), "the list of associated files");
  if (numbers(associated) !== numbers(specifications)) {
    throw strange("the associated files are not the attached ones");
  }
  return files;
}

/** @param {any[]} values @returns {string} */
function numbers(values) {
  return values
    .map((value) => (value instanceof Ref ? value.number : 0))
    .sort((one, other) => one - other)
    .join();
}

/** @param {Map<string, Uint8Array>} files require what an edition must carry, and nothing whose meaning we do not know */
export function requireEditionsFiles(files) {
  for (const name of files.keys()) {
    if (!ALWAYS.includes(name) && !name.endsWith(SIGNATURE) && !name.endsWith(DECLINE)) {
      throw strange(`a file named ${name}`);
    }
  }
  const missing = ALWAYS.find((name) => !files.has(name));
  if (missing !== undefined) {
    throw strange(`${missing} is not attached`);
  }
}

/** @param {import("./pdf.js").Document} document @param {string} name @param {any} value @returns {Promise<Uint8Array>} */
async function readFile(document, name, value) {
  const what = `the attached file ${name}`;
  const specification = document.entries(value, what);
  const embedded = document.entries(specification.get("EF"), what);
  const stream = document.stream(embedded.get("F"), what);
  const named = ["F", "UF"].every((key) => {
    const text = specification.get(key);
    return text instanceof Text && text.value === name;
  });
  const ours =
    within(specification, ["Type", "F", "UF", "EF", "Desc", "AFRelationship"]) &&
    embedded.size === 2 &&
    embedded.has("UF") &&
    alike(embedded.get("F"), embedded.get("UF")) &&
    within(stream.entries, ["Type", "Subtype", "Params", "Length", "Filter"]);
  if (!named || !ours) {
    throw strange(`the specification of ${name}`);
  }
  const data = await document.decoded(stream, what);
  requireTrue(document, stream, data, name);
  return data;
}

/** @param {import("./pdf.js").Document} document @param {import("./pdf-syntax.js").Stream} stream @param {Uint8Array} data @param {string} name */
function requireTrue(document, stream, data, name) {
  const parameters = document.entries(given(stream.entries, "Params", new Map()), `the parameters of ${name}`);
  if (!within(parameters, ["Size", "CheckSum", "CreationDate", "ModDate"])) {
    throw strange(`the parameters of ${name}`);
  }
  const checksum = parameters.get("CheckSum");
  const wrong = checksum instanceof Text && !equal(checksum.bytes, md5(data));
  if (parameters.get("Size") !== data.length || wrong) {
    throw altered("container.attachment", { name });
  }
}
