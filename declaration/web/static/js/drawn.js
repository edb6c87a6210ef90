/**
 * The one form of a drawn signature: an SVG document of a single path (docs/spec/bundle.md, section 1.1).
 *
 * It is written and read here as bytes; no XML is parsed.
 */

import { Malformed, equal, utf8 } from "./bytes.js";

/** @typedef {[number, number]} Point units from the left and from the top */
/** @typedef {Point[]} Stroke where the pen went without being lifted; a single point is a dot */

/** Units of the sheet. */
export const WIDTH = 3000;
export const HEIGHT = 1200;
/** How thick the line is, in units. */
export const PEN = 24;
export const MAX_DRAWN = 65_536;
export const MAX_STROKES = 200;
export const MAX_POINTS = 6000;

const HEAD =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
  `<path fill="none" stroke="#101418" stroke-width="${PEN}" stroke-linecap="round" stroke-linejoin="round" d="`;
const TAIL = '"/></svg>';
const NUMBER = "(?:0|[1-9][0-9]{0,3})";
const STROKE = new RegExp(`M(${NUMBER} ${NUMBER}(?:L${NUMBER} ${NUMBER})+)`, "y");

/** @param {Stroke} stroke @returns {string} its part of the path's data; a dot is a line of no length */
export function pathOf(stroke) {
  const places = stroke.map(([x, y]) => `${x} ${y}`);
  return `M${(places.length > 1 ? places : [...places, ...places]).join("L")}`;
}

/** @param {Stroke[]} strokes @returns {Uint8Array} */
export function svgOf(strokes) {
  return utf8(`${HEAD}${strokes.map(pathOf).join("")}${TAIL}`);
}

/** @param {string} path @returns {Stroke[]} */
function strokesOf(path) {
  const strokes = [];
  for (let at = 0; at < path.length; ) {
    STROKE.lastIndex = at;
    const found = STROKE.exec(path);
    if (found === null) {
      throw new Malformed("the drawing's path is not of lines alone");
    }
    at = STROKE.lastIndex;
    const stroke = found[1].split("L").map((place) => /** @type {Point} */ (place.split(" ").map(Number)));
    strokes.push(stroke.length === 2 && isSame(stroke[0], stroke[1]) ? [stroke[0]] : stroke);
  }
  return strokes;
}

/** @param {Point} one @param {Point} other @returns {boolean} */
export function isSame(one, other) {
  return one[0] === other[0] && one[1] === other[1];
}

/**
 * Refuse what is not of the form, byte by byte.
 *
 * @param {Uint8Array} data
 * @returns {Stroke[]}
 * @throws {Malformed}
 */
export function readDrawn(data) {
  if (data.length > MAX_DRAWN || data.some((byte) => byte > 0x7e)) {
    throw new Malformed("the drawing is too large, or not of this form");
  }
  const text = String.fromCharCode(...data.subarray(0, HEAD.length)) === HEAD ? new TextDecoder().decode(data) : "";
  if (!text.endsWith(TAIL) || text.length < HEAD.length + TAIL.length) {
    throw new Malformed("the drawing is not a single path in SVG");
  }
  const strokes = strokesOf(text.slice(HEAD.length, -TAIL.length));
  const points = strokes.flat();
  if (strokes.length === 0 || strokes.length > MAX_STROKES || points.length > MAX_POINTS) {
    throw new Malformed("the drawing has no lines, or too many");
  }
  if (points.some(([x, y]) => x > WIDTH || y > HEIGHT)) {
    throw new Malformed("a line of the drawing leaves the sheet");
  }
  if (strokes.some((stroke) => stroke.some((point, at) => at > 0 && isSame(stroke[at - 1], point)))) {
    throw new Malformed("a point of the drawing stands twice in a row");
  }
  if (!equal(svgOf(strokes), data)) {
    throw new Malformed("the drawing is spelt in another way");
  }
  return strokes;
}
