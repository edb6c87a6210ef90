/**
 * A strict, bounded reader for our profile of PDF: objects, catalogue, pages, name trees (docs/spec/edition.md, section 1).
 *
 * Objects are parsed when they are asked for, at most once. Nothing is mended. Streams are decoded by the browser.
 */

import { characters, join } from "../bytes.js";
import { readRevisions } from "./pdf-revisions.js";
import { Ref, Stream, Text, match, parse, refused } from "./pdf-syntax.js";

/** @typedef {import("./pdf-syntax.js").Value} Value */

const MAX_PAGES = 20_000;
const MAX_TREE_DEPTH = 24;
/** Bytes of one stream once decompressed, and of all streams of one file; tests make them smaller. */
export const LIMITS = { stream: 1 << 27, file: 1 << 30 };

const OBJECT = /([1-9][0-9]{0,6}) 0 obj[ \n]/y;
const OBJECT_END = /[ \n]?endobj\n+/y;
const STREAM = /[ \t\n\r\f\v]?stream\r?\n/y;
const STREAM_END = /(?:\r?\n)?endstream[ \t\n\r\f\v]?endobj\n+/y;

/** A PDF file of our profile; `room` is how many decompressed bytes it may still cost. */
export class File {
  /** @param {Uint8Array} bytes of the whole file */
  constructor(bytes) {
    this.bytes = bytes;
    this.text = characters(bytes);
    this.revisions = readRevisions(this.text);
    this.room = LIMITS.file;
    /** @type {Map<number, Document>} */
    this.states = new Map();
  }

  /** @param {number} revision counted from 0 @returns {Document} as it stood after that revision */
  after(revision) {
    let found = this.states.get(revision);
    if (found === undefined) {
      const regions = new Map(this.revisions.slice(0, revision + 1).flatMap((each) => [...each.regions]));
      found = new Document(this, regions, this.revisions[revision].trailer);
      this.states.set(revision, found);
    }
    return found;
  }
}

/** The file as it stood after one of its revisions. */
export class Document {
  /** @param {File} file @param {Map<number, import("./pdf-revisions.js").Region>} regions @param {Map<string, any>} trailer */
  constructor(file, regions, trailer) {
    this.file = file;
    this.regions = regions;
    this.trailer = trailer;
    /** @type {Map<number, Value>} */
    this.known = new Map();
  }

  /** @param {number} number @returns {Value} the object of that number, the same one each time */
  object(number) {
    if (!this.known.has(number)) {
      const region = this.regions.get(number);
      if (region === undefined) {
        throw refused("structure", `the file refers to object ${number}, which it does not hold`);
      }
      this.known.set(number, new Ref(number)); // whoever meets this while it is parsed has found a circle
      this.known.set(number, this.parse(number, ...region));
    }
    return /** @type {Value} */ (this.known.get(number));
  }

  /** @param {Value | undefined} value @returns {Value} the same, or the object that it refers to */
  resolve(value) {
    if (!(value instanceof Ref)) {
      return value ?? null;
    }
    const found = this.object(value.number);
    if (found instanceof Ref) {
      throw refused("syntax", `object ${value.number} is a bare reference, or depends on itself`);
    }
    return found;
  }

  /** @param {Value | undefined} value @param {string} what names it @returns {Map<string, any>} */
  entries(value, what) {
    const found = this.resolve(value);
    if (!(found instanceof Map)) {
      throw refused("structure", `${what} should be a dictionary`);
    }
    return found;
  }

  /** @param {Value | undefined} value @param {string} what names it @returns {any[]} */
  items(value, what) {
    const found = this.resolve(value);
    if (!Array.isArray(found)) {
      throw refused("structure", `${what} should be an array`);
    }
    return found;
  }

  /** @param {Value | undefined} value @param {string} what names it @returns {Stream} */
  stream(value, what) {
    const found = this.resolve(value);
    if (!(found instanceof Stream)) {
      throw refused("structure", `${what} should be a stream`);
    }
    return found;
  }

  /** @returns {Map<string, any>} the document catalogue */
  get root() {
    return this.entries(this.trailer.get("Root"), "the document catalogue");
  }

  /** @param {Stream} stream @returns {Uint8Array} its bytes as they stand in the file */
  raw(stream) {
    return this.file.bytes.subarray(stream.start, stream.end);
  }

  /**
   * Return a stream's bytes after its filter, which is FlateDecode without parameters, or none.
   *
   * @param {Stream} stream
   * @param {string} what names it
   * @returns {Promise<Uint8Array>}
   */
  async decoded(stream, what) {
    const given = this.resolve(stream.entries.get("Filter"));
    const filters = (Array.isArray(given) ? given : [given]).map((item) => this.resolve(item));
    if (filters.length === 0 || (filters.length === 1 && filters[0] === null)) {
      return this.raw(stream);
    }
    const parameters = stream.entries.get("DecodeParms") ?? null;
    if (filters.length !== 1 || filters[0] !== "FlateDecode" || parameters !== null) {
      throw refused("feature", `${what} is encoded in a way that we never use`);
    }
    const limit = Math.min(LIMITS.stream, this.file.room);
    const data = await inflated(this.raw(stream), limit, what);
    this.file.room -= data.length;
    return data;
  }

  /** @returns {Map<string, any>[]} the pages in order; nothing may be inherited from a node of their tree */
  pages() {
    const found = [];
    const seen = new Set();
    /** @type {[any, number][]} */
    const waiting = [[this.root.get("Pages"), 0]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [reference, depth] = next;
      if (!(reference instanceof Ref) || seen.has(reference.number) || depth > MAX_TREE_DEPTH) {
        throw refused("structure", "the page tree is not a tree: a node is met twice, or nested too deep");
      }
      seen.add(reference.number);
      const node = this.entries(reference, "a node of the page tree");
      if (node.get("Type") === "Page") {
        found.push(node);
      } else if (node.get("Type") === "Pages" && within(node, ["Type", "Kids", "Count", "Parent"])) {
        const kids = this.items(node.get("Kids"), "the kids of a node of the page tree");
        [...kids].reverse().forEach((kid) => waiting.push([kid, depth + 1]));
      } else {
        throw refused("structure", "the page tree holds something that is neither a page nor a plain node");
      }
      if (found.length > MAX_PAGES || waiting.length > MAX_PAGES) {
        throw refused("limit", `the file has more than ${MAX_PAGES} pages`);
      }
    }
    if (found.length === 0 || this.entries(this.root.get("Pages"), "the page tree").get("Count") !== found.length) {
      throw refused("structure", "the page tree does not hold as many pages as it says, or none");
    }
    return found;
  }

  /** @param {Value} tree @param {string} what names it @returns {[string, any][]} name and value of each leaf of a name tree */
  named(tree, what) {
    /** @type {[string, any][]} */
    const found = [];
    const seen = new Set();
    /** @type {[any, number][]} */
    const waiting = [[tree, 0]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [value, depth] = next;
      const node = this.entries(value, what);
      if (seen.has(node) || depth > MAX_TREE_DEPTH || !within(node, ["Names", "Kids", "Limits"])) {
        throw refused("structure", `${what} is not a well-formed name tree`);
      }
      seen.add(node);
      const kids = this.items(given(node, "Kids", []), what);
      [...kids].reverse().forEach((kid) => waiting.push([kid, depth + 1]));
      const leaves = this.items(given(node, "Names", []), what);
      for (let at = 0; at < leaves.length; at += 2) {
        const [name, leaf] = [leaves[at], leaves[at + 1]];
        const last = found.at(-1)?.[0];
        if (!(name instanceof Text) || (last !== undefined && name.value <= last)) {
          throw refused("structure", `${what} gives a name twice or out of order`);
        }
        if (leaf === undefined) {
          throw refused("structure", `${what} holds a name without a value`);
        }
        found.push([name.value, leaf]);
      }
    }
    return found;
  }

  /** @param {number} number @param {number} start @param {number} end @returns {Value} the object that is all of a region */
  parse(number, start, end) {
    const text = this.file.text.slice(start, end);
    const head = match(OBJECT, text, 0);
    if (head === null || Number(head[1]) !== number) {
      throw refused("structure", `at byte ${start} the table announces object ${number}; something else is there`);
    }
    let { value, end: at } = parse(text, OBJECT.lastIndex, start);
    let ending = OBJECT_END;
    if (value instanceof Map && match(STREAM, text, at) !== null) {
      const begin = STREAM.lastIndex;
      const length = this.resolve(value.get("Length"));
      if (typeof length !== "number" || length < 0 || length > text.length - begin) {
        throw refused("structure", `the stream of object ${number} does not have the length that it says`);
      }
      if (value.get("Type") === "XRef" || value.get("Type") === "ObjStm") {
        throw refused("feature", `object ${number} is a stream of objects, which our files never hold`);
      }
      if (value.has("F")) {
        throw refused("structure", `the stream of object ${number} lies in another file`);
      }
      at = begin + length;
      value = new Stream(value, start + begin, start + at);
      ending = STREAM_END;
    }
    if (match(ending, text, at) === null || ending.lastIndex !== text.length) {
      throw refused("structure", `object ${number} does not end where the next one begins`);
    }
    return value;
  }
}

/** @param {Map<string, any>} entries @param {string} key @param {Value} otherwise @returns {any} the entry, if there is one */
export function given(entries, key, otherwise) {
  return entries.has(key) ? entries.get(key) : otherwise;
}

/** @param {Map<string, any>} entries @param {string[]} allowed @returns {boolean} whether no other key is there */
export function within(entries, allowed) {
  return [...entries.keys()].every((key) => allowed.includes(key));
}

/**
 * Decompress (RFC 1950) to at most `limit` bytes; the browser refuses damage, an early end, and bytes behind the end.
 *
 * @param {Uint8Array} raw
 * @param {number} limit
 * @param {string} what names it
 * @returns {Promise<Uint8Array>}
 */
async function inflated(raw, limit, what) {
  const stream = new Blob([/** @type {BlobPart} */ (raw)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw refused("structure", `${what} does not decompress, or has bytes behind its end`);
    });
    if (done) {
      return join(...pieces);
    }
    pieces.push(value);
    size += value.length;
    if (size > limit) {
      await reader.cancel().catch(() => {});
      throw refused("limit", `${what} decompresses to more than the ${limit} bytes that are left to this file`);
    }
  }
}
