/**
 * The objects of a PDF file (ISO 32000-2, section 7.3), in the one spelling of our profile (docs/spec/edition.md, section 1).
 *
 * What a lenient reader would mend or guess is refused: two readers that guess differently show two different documents.
 * A name is a JavaScript string, one character a byte; a dictionary is a Map; whole numbers are numbers, others `Real`.
 */

import { characters, uncharacters, unhex } from "../bytes.js";
import { unverifiable } from "./judgement.js";

/** Arrays and dictionaries nested within one another; our writers need 8. */
const MAX_DEPTH = 24;
const MAX_STRING = 1 << 20;
const MAX_NAME = 127;

const SPACE = "\\x00\\t\\n\\f\\r ";
const STOP = `${SPACE}()<>\\[\\]{}/%`;
const END = `(?=[${STOP}]|$)`;
const TOKEN = new RegExp(
  `[${SPACE}]*(?:` +
    `(?<reference>(?<number>[0-9]{1,7}) (?<generation>[0-9]{1,5}) R${END})` +
    `|(?<integer>[+-]?[0-9]{1,10}${END})` +
    `|(?<real>[+-]?(?:[0-9]{1,10}\\.[0-9]{0,16}|\\.[0-9]{1,16})${END})` +
    `|/(?<name>[^${STOP}]*)` +
    `|(?<mark><<|>>|\\[|\\]|\\()` +
    `|<(?<hex>[0-9A-Fa-f\\n]*)>` +
    `|(?<word>true|false|null)${END})`,
  "y",
);
const RUN = /[^()\\\r]*/y;
const ESCAPED = /\\(?:[0-7]{1,3}|[nrtbf()\\]|\r?\n)/y;
const ESCAPES = new Map([..."nrtbf()\\"].map((letter, index) => [letter, "\n\r\t\b\f()\\"[index]]));
const WORDS = new Map(/** @type {[string, boolean | null][]} */ ([["true", true], ["false", false], ["null", null]]));

/** An indirect reference; generations other than 0 are outside the profile. */
export class Ref {
  /** @param {number} number */
  constructor(number) {
    this.number = number;
  }
}

/** A number with a point; `value` is the one spelling of its value. */
export class Real {
  /** @param {string} spelling */
  constructor(spelling) {
    const [whole, fraction = ""] = spelling.replace(/^[+-]/, "").split(".");
    const value = `${whole.replace(/^0+/, "")}.${fraction.replace(/0+$/, "")}`;
    this.value = (spelling[0] === "-" && value !== "." ? "-" : "") + value;
  }
}

/** A string object, one character a byte, with the place of its token in the file, delimiters included. */
export class Text {
  /** @param {string} value @param {number} start @param {number} end */
  constructor(value, start, end) {
    this.value = value;
    this.start = start;
    this.end = end;
  }

  /** @returns {Uint8Array} */
  get bytes() {
    return uncharacters(this.value);
  }
}

/** A stream object: its dictionary, and the place of its encoded bytes in the file. */
export class Stream {
  /** @param {Map<string, Value>} entries @param {number} start @param {number} end */
  constructor(entries, start, end) {
    this.entries = entries;
    this.start = start;
    this.end = end;
  }
}

/** @typedef {null | boolean | number | string | Real | Ref | Text | Stream | any[] | Map<string, any>} Value */
/** @typedef {"end" | "syntax" | "structure" | "feature" | "limit" | "active"} Aspect */

/** @param {Aspect} aspect @param {string} detail @returns {import("./judgement.js").Refusal} of a file outside the profile */
export function refused(aspect, detail) {
  return unverifiable(`container.pdf-${aspect}`, { detail });
}

/**
 * Match a sticky pattern within one stretch of the file.
 *
 * @param {RegExp} pattern
 * @param {string} text that stretch
 * @param {number} at
 * @returns {RegExpExecArray | null} with `pattern.lastIndex` behind it
 */
export function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Read one object.
 *
 * @param {string} text one stretch of the file
 * @param {number} at where the object begins in it
 * @param {number} base where the stretch begins in the file
 * @returns {{value: Value, end: number}}
 */
export function parse(text, at, base) {
  const parser = new Parser(text, base);
  parser.at = at;
  const value = parser.value(0);
  return { value, end: parser.at };
}

class Parser {
  /** @param {string} text @param {number} base */
  constructor(text, base) {
    this.text = text;
    this.base = base;
    this.at = 0;
  }

  /** @returns {{groups: Record<string, string | undefined>, start: number}} */
  token() {
    const start = this.at;
    const found = match(TOKEN, this.text, start);
    if (found === null || found.groups === undefined) {
      return this.unexpected();
    }
    this.at = TOKEN.lastIndex;
    return { groups: found.groups, start };
  }

  /** @param {number} depth @returns {Value} */
  value(depth) {
    const { groups, start } = this.token();
    if (groups.mark === ">>" || groups.mark === "]") {
      this.at = start;
      this.unexpected();
    }
    return this.complete(groups, start, depth);
  }

  /** @param {Record<string, string | undefined>} groups @param {number} start @param {number} depth @returns {Value} */
  complete(groups, start, depth) {
    if (groups.mark === undefined) {
      return this.scalar(groups, start);
    }
    if (groups.mark === "(") {
      return this.literal();
    }
    if (depth === MAX_DEPTH) {
      throw refused("limit", `at byte ${this.base + start} objects are nested deeper than ${MAX_DEPTH} levels`);
    }
    return groups.mark === "[" ? this.array(depth + 1) : this.entries(depth + 1);
  }

  /** @param {number} depth @returns {Value[]} */
  array(depth) {
    const items = [];
    for (;;) {
      const { groups, start } = this.token();
      if (groups.mark === "]") {
        return items;
      }
      if (groups.mark === ">>") {
        this.at = start;
        this.unexpected();
      }
      items.push(this.complete(groups, start, depth));
    }
  }

  /** @param {number} depth @returns {Map<string, Value>} */
  entries(depth) {
    const entries = new Map();
    for (;;) {
      const { groups, start } = this.token();
      if (groups.mark === ">>") {
        return entries;
      }
      if (groups.name === undefined) {
        this.at = start;
        this.unexpected();
      }
      const key = nameOf(/** @type {string} */ (groups.name));
      if (entries.has(key)) {
        throw refused("syntax", `the dictionary at byte ${this.base + start} gives /${key} twice`);
      }
      entries.set(key, this.value(depth));
    }
  }

  /** @returns {Text} a string in brackets, whose opening one has been read */
  literal() {
    const start = this.at - 1;
    const pieces = [];
    let size = 0;
    for (let open = 1; open; ) {
      const run = match(RUN, this.text, this.at)?.[0] ?? "";
      pieces.push(run);
      this.at += run.length;
      const byte = this.text[this.at];
      size += run.length + 1;
      if (byte === "\\") {
        pieces.push(this.escape(start));
        continue;
      }
      if ((byte !== "(" && byte !== ")") || size > MAX_STRING) {
        throw refused("syntax", `the string at byte ${this.base + start} does not end, or is too long`);
      }
      this.at += 1;
      open += byte === "(" ? 1 : -1;
      pieces.push(open ? byte : "");
    }
    return new Text(pieces.join(""), this.base + start, this.base + this.at);
  }

  /** @param {number} start of the string @returns {string} */
  escape(start) {
    const found = match(ESCAPED, this.text, this.at)?.[0].slice(1);
    const code = found !== undefined && /^[0-7]/.test(found) ? Number.parseInt(found, 8) : 0;
    if (found === undefined || code > 255) {
      throw refused("syntax", `the string at byte ${this.base + start} holds an unknown escape`);
    }
    this.at += 1 + found.length;
    return /^[0-7]/.test(found) ? String.fromCharCode(code) : (ESCAPES.get(found) ?? ""); // an escaped line end is nothing
  }

  /** @param {Record<string, string | undefined>} groups @param {number} start @returns {Value} a token that is an object by itself */
  scalar(groups, start) {
    if (groups.integer !== undefined) {
      return Number(groups.integer) + 0 || 0;
    }
    if (groups.real !== undefined) {
      return new Real(groups.real);
    }
    if (groups.name !== undefined) {
      return nameOf(groups.name);
    }
    if (groups.hex !== undefined) {
      return this.hexadecimal(groups.hex);
    }
    if (groups.reference !== undefined) {
      if (Number(groups.generation) || !Number(groups.number)) {
        throw refused("syntax", `the reference at byte ${this.base + start} is not to an object of generation 0`);
      }
      return new Ref(Number(groups.number));
    }
    return WORDS.get(groups.word ?? "") ?? null;
  }

  /** @param {string} written @returns {Text} */
  hexadecimal(written) {
    const digits = written.replaceAll("\n", "");
    const [start, end] = [this.base + this.at - written.length - 2, this.base + this.at];
    if (digits.length % 2 || digits.length > 2 * MAX_STRING) {
      throw refused("syntax", `the hexadecimal string at byte ${start} has a length that we never write`);
    }
    return new Text(characters(unhex(digits.toLowerCase())), start, end);
  }

  /** @returns {never} */
  unexpected() {
    const found = JSON.stringify(this.text.slice(this.at, this.at + 24));
    throw refused("syntax", `at byte ${this.base + this.at} stands ${found}, which is no object of our profile`);
  }
}

/** @param {string} spelling @returns {string} */
function nameOf(spelling) {
  if (spelling.length > MAX_NAME) {
    throw refused("syntax", `a name is ${spelling.length} bytes long`);
  }
  return spelling.replace(/#([0-9A-Fa-f]{2})?/g, (_, digits) => {
    if (digits === undefined) {
      throw refused("syntax", "a name holds a number sign without two hexadecimal digits");
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
}

/** @param {Value} one @param {Value} other @returns {boolean} whether both are spelled alike; places do not count */
export function alike(one, other) {
  if (one instanceof Map) {
    if (!(other instanceof Map) || one.size !== other.size) {
      return false;
    }
    return [...one].every(([key, item]) => other.has(key) && alike(item, other.get(key)));
  }
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => alike(item, other[index]));
  }
  if (one instanceof Ref) {
    return other instanceof Ref && one.number === other.number;
  }
  if (one instanceof Text || one instanceof Real) {
    return other?.constructor === one.constructor && one.value === /** @type {any} */ (other).value;
  }
  return one === other;
}
