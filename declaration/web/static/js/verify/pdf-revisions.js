/**
 * A PDF file of our profile, split into its revisions, so that every byte has one owner (docs/spec/edition.md, section 1).
 *
 * A header, then revisions without a gap, each made of objects, one classic cross-reference table, a trailer and the
 * end-of-file marker. The stretches between the offsets of a table each hold exactly one object: there is no place for a
 * hidden, doubled or unlisted object, and no second way to read the file.
 */

import { Ref, alike, match, parse, refused } from "./pdf-syntax.js";

const MAX_REVISIONS = 40;
const MAX_OBJECTS = 400_000;
const HEADER = /%PDF-(?:1\.[0-7]|2\.0)\n(?:%[\x80-\xff]{4}[ -~]?\n)?/y;
const TAIL = /[ \t\n\r\f\v]?startxref\n([0-9]{1,10})\n%%EOF\n/y;
const SUBSECTION = /([0-9]{1,7}) ([0-9]{1,7}) ?\n/y;
const ROW = /^[0-9]{10} [0-9]{5} [nf](?: \n| \r|\r\n)$/;
const TRAILER = /trailer[ \n]/y;
const TRAILER_KEYS = ["Size", "Root", "Info", "ID", "Prev"];

/** @typedef {[number, number]} Region where an object starts and ends */
/**
 * @typedef {object} Revision
 * @property {number} start
 * @property {number} end
 * @property {Map<string, any>} trailer
 * @property {Map<number, Region>} regions by object number
 */
/** @typedef {{start: number, end: number, offsets: Map<number, number>, trailer: Map<string, any>}} Table */

/** @param {string} data the file, one character a byte @returns {Revision[]} oldest first */
export function readRevisions(data) {
  if (match(HEADER, data, 0) === null) {
    throw refused("structure", "the file does not begin like the PDF files that we write");
  }
  let start = HEADER.lastIndex;
  const found = chain(data)
    .reverse()
    .map((table) => {
      const revision = { start, end: table.end, trailer: table.trailer, regions: regionsOf(table, start) };
      start = table.end;
      return revision;
    });
  requireOneDocument(found);
  return found;
}

/** @param {string} data @returns {Table[]} from the end of the file to its beginning */
function chain(data) {
  const at = data.lastIndexOf("startxref");
  const tail = at >= Math.max(0, data.length - 64) ? match(TAIL, data, at) : null;
  if (tail === null || TAIL.lastIndex !== data.length) {
    throw refused("end", "the file does not end with its end-of-file marker");
  }
  const tables = [readTable(data, Number(tail[1]), data.length)];
  if (tables[0].end !== data.length) {
    throw refused("end", "the last revision does not reach to the end of the file");
  }
  for (;;) {
    const last = tables[tables.length - 1];
    const previous = last.trailer.get("Prev") ?? null;
    if (previous === null) {
      return tables;
    }
    if (typeof previous !== "number" || previous <= 0 || previous >= last.start) {
      throw refused("structure", "a trailer names an earlier revision that does not lie before its own");
    }
    if (tables.length === MAX_REVISIONS) {
      throw refused("limit", `the file has more than ${MAX_REVISIONS} revisions`);
    }
    tables.push(readTable(data, previous, last.start));
  }
}

/** @param {string} data @param {number} start of the table @param {number} limit where its revision must have ended @returns {Table} */
function readTable(data, start, limit) {
  const text = data.slice(start, limit);
  if (!text.startsWith("xref\n")) {
    const aspect = /^[0-9]/.test(data.slice(start, start + 1)) ? "feature" : "structure"; // a cross-reference stream
    throw refused(aspect, `at byte ${start} no classic cross-reference table begins`);
  }
  const { offsets, end } = readOffsets(text, 5);
  if (match(TRAILER, text, end) === null) {
    throw refused("structure", `the cross-reference table at byte ${start} is not followed by a trailer`);
  }
  const trailer = parse(text, TRAILER.lastIndex, start);
  if (!(trailer.value instanceof Map) || [...trailer.value.keys()].some((key) => !TRAILER_KEYS.includes(key))) {
    throw refused("feature", `the trailer after byte ${start} is not one of ours`);
  }
  const tail = match(TAIL, text, trailer.end);
  if (tail === null || Number(tail[1]) !== start) {
    throw refused("structure", `the revision whose table is at byte ${start} does not end as it should`);
  }
  return { start, end: start + TAIL.lastIndex, offsets, trailer: trailer.value };
}

/** @param {string} text from the table on @param {number} at @returns {{offsets: Map<number, number>, end: number}} */
function readOffsets(text, at) {
  /** @type {Map<number, number>} */
  const offsets = new Map();
  let end = at;
  for (;;) {
    const opening = match(SUBSECTION, text, end);
    if (opening === null) {
      return { offsets, end };
    }
    const [first, count] = [Number(opening[1]), Number(opening[2])];
    const begin = SUBSECTION.lastIndex;
    end = begin + 20 * count;
    if (offsets.size + count > MAX_OBJECTS) {
      throw refused("limit", `a revision of the file has more than ${MAX_OBJECTS} objects`);
    }
    if (end > text.length) {
      throw refused("structure", "a cross-reference table is malformed");
    }
    for (let index = 0; index < count; index += 1) {
      addRow(offsets, first + index, text.slice(begin + 20 * index, begin + 20 * index + 20));
    }
  }
}

/** @param {Map<number, number>} offsets @param {number} number @param {string} row only the head of the free list may be free */
function addRow(offsets, number, row) {
  if (!ROW.test(row)) {
    throw refused("structure", "a cross-reference table is malformed");
  }
  if (number === 0 && row.startsWith("0000000000 65535 f")) {
    return;
  }
  if (number === 0 || offsets.has(number) || row.slice(10, 18) !== " 00000 n") {
    throw refused("structure", `a cross-reference table frees or doubles object ${number}`);
  }
  offsets.set(number, Number(row.slice(0, 10)));
}

/** @param {Table} table @param {number} start of its revision @returns {Map<number, Region>} each object up to the next one */
function regionsOf(table, start) {
  const order = [...table.offsets].sort((one, other) => one[1] - other[1]);
  const bounds = [...order.map(([, offset]) => offset), table.start];
  if (order.length === 0 || bounds[0] !== start || bounds.some((bound, at) => at > 0 && bound <= bounds[at - 1])) {
    throw refused("structure", `the table at byte ${table.start} leaves bytes without an object, or gives them twice`);
  }
  return new Map(order.map(([number], index) => [number, [bounds[index], bounds[index + 1]]]));
}

/** @param {Revision[]} revisions one catalogue, one information dictionary, true sizes */
function requireOneDocument(revisions) {
  const first = revisions[0].trailer;
  let size = 1;
  for (const { trailer, regions } of revisions) {
    for (const number of regions.keys()) {
      size = Math.max(size, number + 1);
    }
    if (["Root", "Info"].some((key) => !alike(trailer.get(key) ?? null, first.get(key) ?? null))) {
      throw refused("structure", "a later revision puts another catalogue in place of the first");
    }
    if (!(trailer.get("Root") instanceof Ref) || trailer.get("Size") !== size) {
      throw refused("structure", "a trailer does not name the catalogue, or not the number of objects");
    }
  }
}
