/**
 * What two PDF files show, compared; and what could make a file show something else one day (steps 1 and 3).
 *
 * Comparison is structural: references are followed, streams compare by their decoded bytes, object numbers and places in
 * the file do not count.
 */

import { equal } from "../bytes.js";
import { altered } from "./judgement.js";
import { given, within } from "./pdf.js";
import { Real, Ref, Stream, Text, alike, refused } from "./pdf-syntax.js";

/** @typedef {import("./pdf.js").Document} Document */
/** @typedef {import("./pdf-syntax.js").Value} Value */
/** @typedef {[Value, Value]} Pair */

const MAX_COMPARED = 2_000_000;
const ENCODING = ["Length", "Filter", "DecodeParms"];
const ACTIVE_KEYS = "AA OpenAction JS JavaScript OC OCProperties OCGs Alternates OPI Ref XFA Collection".split(" ");
/** Types of action (ISO 32000-2, table 201). */
const ACTIONS = (
  "GoTo GoToR GoToE GoToDp Launch Thread URI Sound Movie Hide Named SubmitForm ResetForm ImportData JavaScript " +
  "SetOCGState Rendition Trans GoTo3DView RichMediaExecute"
).split(" ");
const CATALOGUE = (
  "Type Version Pages Names AF AcroForm Perms DSS OutputIntents Metadata Lang MarkInfo ViewerPreferences " +
  "StructTreeRoot PageLayout PageMode Outlines"
).split(" ");

/**
 * @param {Document} one @param {Value} value @param {Document} other @param {Value} counterpart
 * @param {[any, any][]} known objects that count as the same wherever they are met: they are compared elsewhere
 * @returns {Promise<boolean>}
 */
export async function same(one, value, other, counterpart, known = []) {
  /** @type {Pair[]} */
  const waiting = [[value, counterpart]];
  /** @type {Map<any, Set<any>>} */
  const compared = new Map();
  known.forEach(([left, right]) => compared.set(left, (compared.get(left) ?? new Set()).add(right)));
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [left, right] = [one.resolve(next[0]), other.resolve(next[1])];
    if (kindOf(left) !== kindOf(right)) {
      return false;
    }
    if (left instanceof Map || Array.isArray(left) || left instanceof Stream) {
      const met = compared.get(left) ?? new Set();
      compared.set(left, met);
      if (met.has(right)) {
        continue;
      }
      met.add(right);
      count += 1;
      if (count > MAX_COMPARED) {
        throw refused("limit", `there are more than ${MAX_COMPARED} objects to compare`);
      }
    }
    const pairs = await parts(one, left, other, right);
    if (pairs === null) {
      return false;
    }
    pairs.forEach((pair) => waiting.push(pair));
  }
  return true;
}

/** @param {Value} value @returns {unknown} what makes two values comparable */
function kindOf(value) {
  return value !== null && typeof value === "object" ? value.constructor : value === null ? null : typeof value;
}

/** @param {Document} one @param {Value} left @param {Document} other @param {any} right of its kind @returns {Promise<Pair[] | null>} null if they differ */
async function parts(one, left, other, right) {
  if (left instanceof Map) {
    return mapParts(left, right);
  }
  if (Array.isArray(left)) {
    return left.length === right.length ? unequal(left.map((item, index) => [item, right[index]])) : null;
  }
  if (left instanceof Text || left instanceof Real) {
    return left.value === right.value ? [] : null;
  }
  if (left instanceof Stream) {
    return streamParts(one, left, other, right);
  }
  return left === right ? [] : null;
}

/** @param {Map<string, any>} left @param {Map<string, any>} right @returns {Pair[] | null} */
function mapParts(left, right) {
  const alikeKeys = left.size === right.size && [...left.keys()].every((key) => right.has(key));
  return alikeKeys ? unequal([...left].map(([key, item]) => [item, right.get(key)])) : null;
}

/** @param {Pair[]} pairs @returns {Pair[]} without numbers that are equal: tables of glyph widths hold thousands */
function unequal(pairs) {
  return pairs.filter(([left, right]) => typeof left !== "number" || left !== right);
}

/** @param {Document} one @param {Stream} left @param {Document} other @param {Stream} right @returns {Promise<Pair[] | null>} */
async function streamParts(one, left, other, right) {
  const plain = [left, right].map(({ entries }) => new Map([...entries].filter(([key]) => !ENCODING.includes(key))));
  const rest = mapParts(plain[0], plain[1]);
  if (rest === null) {
    return null;
  }
  if (equal(one.raw(left), other.raw(right))) {
    /** @type {Pair[]} */
    const filters = ["Filter", "DecodeParms"].map((key) => [left.entries.get(key) ?? null, right.entries.get(key) ?? null]);
    return [...rest, ...filters];
  }
  return equal(await one.decoded(left, "a stream"), await other.decoded(right, "a stream")) ? rest : null;
}

/** @param {Value} before @param {Value} after @param {string} added @returns {boolean} whether `after` is `before` with this entry more */
export function unchanged(before, after, added) {
  if (!(before instanceof Map) || !(after instanceof Map) || before.has(added) || !after.has(added)) {
    return false;
  }
  return alike(before, new Map([...after].filter(([key]) => key !== added)));
}

/** @param {Document} edition @param {Document} instrument @returns {Promise<number>} how many first pages are the instrument's */
export async function requireSameFirstPages(edition, instrument) {
  const [shown, signed] = [edition.pages(), instrument.pages()];
  for (const [index, page] of signed.entries()) {
    const other = shown[index] ?? new Map();
    if (!(await same(instrument, withoutParent(page), edition, withoutParent(other)))) {
      throw altered("instrument.pages", { page: index + 1 });
    }
  }
  return signed.length;
}

/** @param {Map<string, any>} page @returns {Map<string, any>} without the entry that points upwards */
function withoutParent(page) {
  return new Map([...page].filter(([key]) => key !== "Parent"));
}

/** @param {Document} document as it stands after its last revision @param {Set<number>} widgets the only annotations allowed */
export function requirePassive(document, widgets) {
  const { root } = document;
  const names = document.entries(given(root, "Names", new Map()), "/Names");
  if (!within(root, CATALOGUE) || !within(names, ["EmbeddedFiles"])) {
    throw refused("structure", "the document catalogue holds entries that our files never have");
  }
  const found = new Set();
  /** @type {Value[]} */
  const waiting = ["Root", "Info"].filter((key) => document.trailer.has(key)).map((key) => document.trailer.get(key));
  while (waiting.length) {
    let value = /** @type {Value} */ (waiting.pop());
    if (value instanceof Ref) {
      if (found.has(value.number)) {
        continue;
      }
      found.add(value.number);
      value = document.resolve(value);
    }
    const entries = value instanceof Stream ? value.entries : value;
    if (entries instanceof Map) {
      requirePassiveEntries(document, entries, widgets);
      entries.forEach((item) => waiting.push(item));
    } else if (Array.isArray(entries)) {
      entries.forEach((item) => waiting.push(item));
    }
  }
  if (found.size !== document.regions.size) {
    throw refused("structure", "the file holds objects that nothing in it refers to");
  }
}

/** @param {Document} document @param {Map<string, any>} entries @param {Set<number>} widgets */
function requirePassiveEntries(document, entries, widgets) {
  if (ACTIVE_KEYS.some((key) => entries.has(key)) || ACTIONS.includes(entries.get("S"))) {
    throw refused("active", "the file holds an action, a script, or content that can be switched on and off");
  }
  const annotations = document.items(given(entries, "Annots", []), "the annotations of a page");
  if (annotations.some((each) => !(each instanceof Ref) || !widgets.has(each.number))) {
    throw refused("active", "a page holds an annotation other than the two signature fields");
  }
}
