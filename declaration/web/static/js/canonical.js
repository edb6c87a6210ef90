/**
 * The project's JSON: read strictly, written in its one form (RFC 8785; docs/spec/text.md, section 1).
 *
 * A subset of I-JSON: member names are ASCII and none is given twice, numbers are whole and fit into 53 bits, texts hold
 * no half of a surrogate pair. An object is a Map, so that no name has a meaning of its own (`__proto__`).
 */

import { Malformed, equal, unutf8, utf8 } from "./bytes.js";

/** @typedef {null | boolean | number | string | any[] | Map<string, any>} Json */

/** Levels of nesting in any JSON that is read; our own formats need 8. */
export const MAX_DEPTH = 32;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
const WORDS = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** @param {unknown} value @returns {value is Map<string, any>} */
export function isObject(value) {
  return value instanceof Map;
}

/**
 * Return an object of our JSON.
 *
 * @param {Record<string, Json>} members
 * @returns {Map<string, Json>}
 */
export function object(members) {
  return new Map(Object.entries(members));
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** @param {RegExp} pattern sticky @returns {string | null} */
  token(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) {
      return null;
    }
    this.at = pattern.lastIndex;
    return found[0];
  }

  /** @returns {string} the next character that is not space */
  peek() {
    this.token(SPACE);
    return this.text[this.at] ?? "";
  }

  /** @param {string} mark @returns {boolean} whether it came next, and was read */
  takes(mark) {
    if (this.peek() !== mark) {
      return false;
    }
    this.at += 1;
    return true;
  }

  /** @param {number} depth @returns {Json} */
  value(depth) {
    const next = this.peek();
    if (next === "{" || next === "[") {
      if (depth > MAX_DEPTH) {
        throw new Malformed(`JSON is nested more than ${MAX_DEPTH} levels deep`);
      }
      this.at += 1;
      return next === "{" ? this.members(depth + 1) : this.items(depth + 1);
    }
    return next === '"' ? this.string() : this.scalar();
  }

  /** @param {number} depth @returns {Map<string, Json>} */
  members(depth) {
    const found = new Map();
    if (this.takes("}")) {
      return found;
    }
    do {
      if (this.peek() !== '"') {
        this.fail();
      }
      const name = this.string();
      // eslint-disable-next-line no-control-regex
      if (found.has(name) || !/^[\u0000-\u007f]*$/.test(name)) {
        throw new Malformed("a member name is given twice, or is not ASCII");
      }
      if (!this.takes(":")) {
        this.fail();
      }
      found.set(name, this.value(depth));
    } while (this.takes(","));
    if (!this.takes("}")) {
      this.fail();
    }
    return found;
  }

  /** @param {number} depth @returns {Json[]} */
  items(depth) {
    /** @type {Json[]} */
    const found = [];
    if (this.takes("]")) {
      return found;
    }
    do {
      found.push(this.value(depth));
    } while (this.takes(","));
    if (!this.takes("]")) {
      this.fail();
    }
    return found;
  }

  /** @returns {string} */
  string() {
    let end = this.at;
    let escapes = 1;
    while (escapes % 2) {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) {
        this.fail();
      }
      for (escapes = 0; this.text[end - 1 - escapes] === "\\"; ) {
        escapes += 1;
      }
    }
    const spelled = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    const found = JSON.parse(spelled); // which knows the escapes, and refuses bare control characters
    if (typeof found !== "string" || !found.isWellFormed()) {
      throw new Malformed("a text holds half of a surrogate pair, which is not a character");
    }
    return found;
  }

  /** @returns {number | boolean | null} */
  scalar() {
    const number = this.token(NUMBER);
    if (number !== null) {
      const value = Number(number) + 0;
      if (!Number.isSafeInteger(value)) {
        throw new Malformed("a number does not fit into 53 bits");
      }
      return value === 0 ? 0 : value; // there is no negative nothing
    }
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.fail();
  }

  /** @returns {never} */
  fail() {
    throw new Malformed(`it is not JSON of ours at character ${this.at}`);
  }
}

/**
 * Read JSON strictly.
 *
 * @param {Uint8Array} data UTF-8 without byte order mark
 * @param {number} limit bytes
 * @returns {Json}
 */
export function parse(data, limit) {
  if (data.length > limit) {
    throw new Malformed(`${data.length} bytes, where ${limit} are allowed`);
  }
  const reader = new Reader(unutf8(data));
  const value = reader.value(0);
  if (reader.peek() !== "") {
    reader.fail();
  }
  return value;
}

/**
 * Read JSON that is in its canonical form, and refuse any other spelling of it.
 *
 * @param {Uint8Array} data
 * @param {number} limit bytes
 * @returns {Json}
 */
export function parseCanonical(data, limit) {
  const value = parse(data, limit);
  if (!equal(encode(value), data)) {
    throw new Malformed("it is not in canonical form (RFC 8785)");
  }
  return value;
}

/**
 * Return the RFC 8785 form of a value.
 *
 * @param {Json} value
 * @returns {Uint8Array}
 */
export function encode(value) {
  return utf8(write(value, 0));
}

/** @param {unknown} value @param {number} depth @returns {string} */
function write(value, depth) {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) {
      throw new Malformed("a text holds half of a surrogate pair, which is not a character");
    }
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    return String(value + 0);
  }
  if (depth > MAX_DEPTH) {
    throw new Malformed(`JSON is nested more than ${MAX_DEPTH} levels deep`);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  }
  if (value instanceof Map) {
    const names = [...value.keys()].sort();
    // eslint-disable-next-line no-control-regex
    if (names.some((name) => typeof name !== "string" || !/^[\u0000-\u007f]*$/.test(name))) {
      throw new Malformed("a member name is not ASCII");
    }
    return `{${names.map((name) => `${JSON.stringify(name)}:${write(value.get(name), depth + 1)}`).join(",")}}`;
  }
  throw new Malformed("a value has no canonical form");
}

/**
 * Return a copy in which no object has this member, at any depth: a version becomes its manifest (docs/spec/text.md).
 *
 * @param {Json} value
 * @param {string} member
 * @returns {Json}
 */
export function without(value, member) {
  if (Array.isArray(value)) {
    return value.map((item) => without(item, member));
  }
  if (isObject(value)) {
    const kept = [...value].filter(([name]) => name !== member);
    return new Map(kept.map(([name, item]) => [name, without(item, member)]));
  }
  return value;
}
