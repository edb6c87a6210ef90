/**
 * From where a pointer was seen to the line of a pen: smooth, in whole units, with no more points than it needs.
 */

import { HEIGHT, MAX_DRAWN, MAX_POINTS, WIDTH, isSame, svgOf } from "./drawn.js";

/** @typedef {import("./drawn.js").Point} Point */
/** @typedef {import("./drawn.js").Stroke} Stroke */

/** How far the line may be from the curve, in units: an eighth of a pixel of a phone's screen. */
const NEAR = 1.2;

/**
 * Return the smooth line through the middles between the points that were seen, as a path of SVG.
 *
 * @param {Stroke} seen
 * @returns {string}
 */
export function curveOf(seen) {
  const [first, last] = [seen[0], seen[seen.length - 1]];
  const parts = [`M${first[0]} ${first[1]}`];
  for (let at = 1; at < seen.length - 1; at += 1) {
    const [x, y] = middle(seen[at], seen[at + 1]);
    parts.push(`Q${seen[at][0]} ${seen[at][1]} ${x} ${y}`);
  }
  return `${parts.join("")}L${last[0]} ${last[1]}`;
}

/**
 * Return the drawing's bytes; a drawing of very many points becomes coarser until it is small enough.
 *
 * @param {Stroke[]} lines as they were seen
 * @returns {Uint8Array}
 */
export function written(lines) {
  const curves = lines.map(flat);
  for (let near = NEAR; ; near *= 2) {
    const strokes = curves.map((curve) => whole(simple(curve, near)));
    const data = svgOf(strokes);
    if (data.length <= MAX_DRAWN && strokes.flat().length <= MAX_POINTS) {
      return data;
    }
  }
}

/** @param {Point} one @param {Point} other @returns {Point} */
function middle(one, other) {
  return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
}

/** @param {Stroke} seen @returns {Stroke} points on the smooth line, as dense as it is curved */
function flat(seen) {
  const found = [seen[0]];
  let from = seen[0];
  for (let at = 1; at < seen.length - 1; at += 1) {
    const [by, to] = [seen[at], middle(seen[at], seen[at + 1])];
    const bend = Math.hypot(from[0] - 2 * by[0] + to[0], from[1] - 2 * by[1] + to[1]);
    const pieces = Math.max(1, Math.ceil(Math.sqrt(bend / NEAR)));
    for (let piece = 1; piece <= pieces; piece += 1) {
      const [t, s] = [piece / pieces, 1 - piece / pieces];
      found.push([
        s * s * from[0] + 2 * s * t * by[0] + t * t * to[0],
        s * s * from[1] + 2 * s * t * by[1] + t * t * to[1],
      ]);
    }
    from = to;
  }
  found.push(seen[seen.length - 1]);
  return found;
}

/**
 * Leave out points that lie on the line without them (Douglas and Peucker, 1973), without calling itself.
 *
 * @param {Stroke} curve
 * @param {number} near
 * @returns {Stroke}
 */
function simple(curve, near) {
  const kept = new Set([0, curve.length - 1]);
  const waiting = [[0, curve.length - 1]];
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    const [begin, end] = range;
    let [farthest, distance] = [begin, near];
    for (let at = begin + 1; at < end; at += 1) {
      const away = distanceOf(curve[at], curve[begin], curve[end]);
      if (away > distance) {
        [farthest, distance] = [at, away];
      }
    }
    if (farthest > begin) {
      kept.add(farthest);
      waiting.push([begin, farthest], [farthest, end]);
    }
  }
  return curve.filter((_, at) => kept.has(at));
}

/** @param {Point} point @param {Point} from @param {Point} to @returns {number} from the piece of a line */
function distanceOf(point, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const [px, py] = [point[0] - from[0], point[1] - from[1]];
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
  return Math.hypot(px - along * dx, py - along * dy);
}

/** @param {Stroke} line @returns {Stroke} in whole units on the sheet, no point twice in a row */
function whole(line) {
  const found = line.map(
    ([x, y]) =>
      /** @type {Point} */ ([
        Math.max(0, Math.min(WIDTH, Math.round(x))),
        Math.max(0, Math.min(HEIGHT, Math.round(y))),
      ]),
  );
  return found.filter((point, at) => at === 0 || !isSame(found[at - 1], point));
}
