/**
 * The instrument on this device: downloaded, hashed from the bytes that are shown and kept, and read.
 *
 * What is shown to read is the text of `declaration.json` itself, each passage held against its digest, so that nobody
 * can show one text and have another one signed (docs/spec/document.md).
 */

import { download } from "./api.js";
import { Malformed, digest, hex, sha256, utf8 } from "./bytes.js";
import { encode, isObject, parseCanonical, without } from "./canonical.js";
import { Refusal } from "./words.js";

/** Bytes of declaration.json. */
const MAX_DOCUMENT = 1 << 26;

/**
 * @typedef {object} Instrument
 * @property {Uint8Array} pdf
 * @property {Uint8Array} hash SHA-256 of the PDF
 * @property {string} instrument the same in hexadecimal
 * @property {string} document SHA-256 of declaration.json
 * @property {string} version digest of the version
 * @property {Map<string, any>} text the version's document
 * @property {Map<string, any>[]} roster
 */

/**
 * Download the instrument in force, and read it.
 *
 * @param {string} place address of the declaration, without a slash at its end
 * @param {string} declaration its id
 * @returns {Promise<Instrument>}
 */
export async function fetchInstrument(place, declaration) {
  const [pdf, data] = await Promise.all([download(`${place}/instrument.pdf`), download(`${place}/declaration.json`)]);
  return readInstrument(pdf, data, declaration);
}

/**
 * Read what was downloaded.
 *
 * @param {Uint8Array} pdf
 * @param {Uint8Array} data of declaration.json
 * @param {string} declaration
 * @returns {Promise<Instrument>}
 */
export async function readInstrument(pdf, data, declaration) {
  const found = readDocument(data);
  const text = found.get("version");
  const roster = found.get("roster");
  if (!isObject(text) || !Array.isArray(roster) || found.get("format") !== "declaration/1") {
    throw new Refusal("document.form");
  }
  if (text.get("declaration") !== declaration) {
    throw new Refusal("document.declaration");
  }
  await requireTexts(text);
  const hash = await sha256(pdf);
  return {
    pdf,
    hash,
    instrument: hex(hash),
    document: await digest(data),
    version: await digest(encode(without(text, "text"))),
    text,
    roster,
  };
}

/** @param {Uint8Array} data @returns {Map<string, any>} */
function readDocument(data) {
  try {
    const value = parseCanonical(data, MAX_DOCUMENT);
    if (isObject(value)) {
      return value;
    }
  } catch (failure) {
    if (!(failure instanceof Malformed)) {
      throw failure;
    }
  }
  throw new Refusal("document.form");
}

/** @param {any} value hold every text against the digest beside it, wherever it stands */
async function requireTexts(value) {
  /** @type {Map<string, any>[]} */
  const found = [];
  const walk = (/** @type {any} */ item) => {
    if (Array.isArray(item)) {
      item.forEach(walk);
    } else if (isObject(item)) {
      if (item.has("text")) {
        found.push(item);
      }
      [...item.values()].forEach(walk);
    }
  };
  walk(value);
  const fits = await Promise.all(
    found.map(async (item) => typeof item.get("text") === "string" && item.get("sha256") === (await nameOf(item))),
  );
  if (!fits.every(Boolean)) {
    throw new Refusal("document.text");
  }
}

/** @param {Map<string, any>} item @returns {Promise<string>} */
function nameOf(item) {
  return digest(utf8(item.get("text")));
}

/**
 * Make sure that the signatory is on the roster just as this device knows them.
 *
 * @param {Instrument} instrument
 * @param {import("./statement.js").Signatory} signatory
 */
export function requireOnRoster(instrument, signatory) {
  const line = instrument.roster.find((item) => isObject(item) && item.get("id") === signatory.id);
  const members = /** @type {const} */ (["office", "name", "city", "country"]);
  if (line === undefined || members.some((member) => line.get(member) !== signatory[member])) {
    throw new Refusal("document.roster", { name: signatory.name });
  }
}

/**
 * Show the text to read, in one language.
 *
 * @param {Instrument} instrument
 * @param {Element} place is emptied first
 * @param {{language: string, direction: string, missing: string}} how
 */
export function show(instrument, place, { language, direction, missing }) {
  const { text } = instrument;
  const parts = [heading("h3", text.get("title"), language, direction)];
  for (const section of text.get("sections")) {
    parts.push(heading("h4", section.get("title"), language, direction));
    for (const clause of section.get("clauses")) {
      const said = clause.get("texts").get(language);
      const paragraph = document.createElement("p");
      paragraph.className = said === undefined ? "missing" : "reading";
      paragraph.textContent = said === undefined ? missing : said.get("text");
      if (said !== undefined) {
        paragraph.lang = language;
        paragraph.dir = direction;
      }
      parts.push(paragraph);
    }
  }
  place.replaceChildren(...parts);
}

/** @param {string} level @param {Map<string, any>} titles @param {string} language @param {string} direction @returns {Node} */
function heading(level, titles, language, direction) {
  const said = titles.get(language);
  const element = document.createElement(level);
  if (said === undefined) {
    element.hidden = true;
    return element;
  }
  element.lang = language;
  element.dir = direction;
  element.textContent = said.get("text");
  return element;
}
