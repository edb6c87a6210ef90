/**
 * The difference of two texts on words (Myers 1986), worked out in slices, so that typing never waits for it.
 *
 * What is shown here is for the eye while one types; the changes that are tabled are derived by the service.
 */

import { isSpace, isWord, tokens } from "./tokens.js";

/** Milliseconds of one slice: shorter than a frame. */
export const SLICE = 6;
/** Steps after which what differs is shown as one passage: two long texts that have nothing to do with each other. */
export const MOST = 1500;

/** @typedef {{start: number, end: number, newStart: number, newEnd: number}} Hunk tokens of the old and of the new text */
/** @typedef {["equal" | "delete" | "insert", string]} Pair */

/**
 * Return the difference of two texts for showing: the equal and inserted passages joined give the new text.
 *
 * @param {string} before
 * @param {string} after
 * @param {() => Promise<boolean>} [rest] awaited between slices; tells whether to go on
 * @returns {Promise<Pair[] | null>} null when it was told to stop
 */
export async function difference(before, after, rest = pause) {
  const old = tokens(before);
  const now = tokens(after);
  const steps = hunks(old, now);
  let step = steps.next();
  let until = performance.now() + SLICE;
  while (!step.done) {
    if (performance.now() >= until) {
      if (!(await rest())) {
        return null;
      }
      until = performance.now() + SLICE;
    }
    step = steps.next();
  }
  return pairs(old, now, step.value);
}

/** @returns {Promise<boolean>} after whatever the browser has to do has been done */
export function pause() {
  return new Promise((resume) => {
    setTimeout(() => resume(true), 0);
  });
}

/** @param {string[]} old @param {string[]} now @param {Hunk[]} found @returns {Pair[]} */
function pairs(old, now, found) {
  /** @type {Pair[]} */
  const shown = [];
  let at = 0;
  for (const hunk of found) {
    shown.push(["equal", old.slice(at, hunk.start).join("")]);
    shown.push(["delete", old.slice(hunk.start, hunk.end).join("")]);
    shown.push(["insert", now.slice(hunk.newStart, hunk.newEnd).join("")]);
    at = hunk.end;
  }
  shown.push(["equal", old.slice(at).join("")]);
  return shown.filter((pair) => pair[1] !== "");
}

/**
 * Find the differences, tidied for reading as the service does it (declaration/drafting/diff.py).
 *
 * @param {string[]} old
 * @param {string[]} now
 * @returns {Generator<void, Hunk[], void>}
 */
function* hunks(old, now) {
  const raw = yield* raws(old, now);
  const found = withoutCrumbs(raw, old, now).map((hunk) => trimmed(hunk, old, now));
  /** @type {Hunk[]} */
  const result = [];
  for (const [place, hunk] of found.entries()) {
    result.push(slid(hunk, old, now, result.at(-1), found[place + 1]));
  }
  return result;
}

/** @param {string[]} old @param {string[]} now @returns {Generator<void, Hunk[], void>} */
function* raws(old, now) {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) {
    start += 1;
  }
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) {
    end += 1;
  }
  const one = old.slice(start, old.length - end);
  const other = now.slice(start, now.length - end);
  if (one.length === 0 && other.length === 0) {
    return [];
  }
  if (one.length === 0 || other.length === 0) {
    return [{ start, end: start + one.length, newStart: start, newEnd: start + other.length }];
  }
  const inner = yield* shortest(one, other);
  return inner.map((hunk) => ({
    start: hunk.start + start,
    end: hunk.end + start,
    newStart: hunk.newStart + start,
    newEnd: hunk.newEnd + start,
  }));
}

/**
 * Find a shortest script of insertions and deletions.
 *
 * @param {string[]} old
 * @param {string[]} now
 * @returns {Generator<void, Hunk[], void>}
 */
function* shortest(old, now) {
  const most = Math.min(old.length + now.length, MOST);
  /** @type {Int32Array[]} the furthest places by diagonal, after each number of steps */
  const trace = [];
  let reach = new Int32Array(3);
  for (let steps = 0; steps <= most; steps += 1) {
    const next = new Int32Array(2 * steps + 3);
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && place(reach, steps - 1, k - 1) < place(reach, steps - 1, k + 1));
      let x = steps === 0 ? 0 : down ? place(reach, steps - 1, k + 1) : place(reach, steps - 1, k - 1) + 1;
      while (x < old.length && x - k < now.length && old[x] === now[x - k]) {
        x += 1;
      }
      next[k + steps + 1] = x;
      if (x >= old.length && x - k >= now.length) {
        trace.push(next);
        return back(trace, old.length, now.length);
      }
    }
    trace.push(next);
    reach = next;
    yield;
  }
  return [{ start: 0, end: old.length, newStart: 0, newEnd: now.length }];
}

/** @param {Int32Array} reach @param {number} steps @param {number} k @returns {number} */
function place(reach, steps, k) {
  return reach[k + steps + 1] ?? 0;
}

/** @param {Int32Array[]} trace @param {number} x @param {number} y @returns {Hunk[]} */
function back(trace, x, y) {
  /** @type {Hunk[]} */
  const found = [];
  for (let steps = trace.length - 1; steps > 0; steps -= 1) {
    const reach = trace[steps - 1];
    const k = x - y;
    const down = k === -steps || (k !== steps && place(reach, steps - 1, k - 1) < place(reach, steps - 1, k + 1));
    const from = down ? k + 1 : k - 1;
    const fromX = place(reach, steps - 1, from);
    const fromY = fromX - from;
    const last = found.at(-1);
    const toX = down ? fromX : fromX + 1;
    const toY = down ? fromY + 1 : fromY;
    if (last !== undefined && last.start === toX && last.newStart === toY) {
      last.start = fromX;
      last.newStart = fromY;
    } else {
      found.push({ start: fromX, end: toX, newStart: fromY, newEnd: toY });
    }
    x = fromX;
    y = fromY;
  }
  return found.reverse();
}

/** @param {Hunk[]} found @param {string[]} old @param {string[]} now @returns {Hunk[]} */
function withoutCrumbs(found, old, now) {
  /** @type {Hunk[]} */
  const joined = [];
  for (const hunk of found) {
    let whole = hunk;
    let last = joined.at(-1);
    while (last !== undefined && isCrumb(last, whole, old, now)) {
      whole = { start: last.start, end: whole.end, newStart: last.newStart, newEnd: whole.newEnd };
      joined.pop();
      last = joined.at(-1);
    }
    joined.push(whole);
  }
  return joined;
}

/** @param {Hunk} one @param {Hunk} other @param {string[]} old @param {string[]} now @returns {boolean} */
function isCrumb(one, other, old, now) {
  const both = [one, other];
  const inserts = both.map((hunk) => hunk.start === hunk.end);
  const deletes = both.map((hunk) => hunk.newStart === hunk.newEnd);
  if (inserts.every(Boolean) || deletes.every(Boolean)) {
    return false;
  }
  const between = old.slice(one.end, other.start);
  if (![...inserts, ...deletes].some(Boolean) && between.length === 1 && !isWord(between[0])) {
    return true;
  }
  const crumb = 2 * length(between);
  return both.every(
    (hunk) => crumb <= Math.max(length(old.slice(hunk.start, hunk.end)), length(now.slice(hunk.newStart, hunk.newEnd))),
  );
}

/** @param {string[]} passage @returns {number} */
function length(passage) {
  return passage.reduce((sum, token) => sum + token.length, 0);
}

/** @param {Hunk} hunk @param {string[]} old @param {string[]} now @returns {Hunk} */
function trimmed({ start, end, newStart, newEnd }, old, now) {
  while (start < end && newStart < newEnd && old[start] === now[newStart]) {
    start += 1;
    newStart += 1;
  }
  while (start < end && newStart < newEnd && old[end - 1] === now[newEnd - 1]) {
    end -= 1;
    newEnd -= 1;
  }
  return { start, end, newStart, newEnd };
}

/**
 * Slide a pure insertion or deletion to where a reader would cut.
 *
 * @param {Hunk} hunk @param {string[]} old @param {string[]} now
 * @param {Hunk | undefined} before @param {Hunk | undefined} after
 * @returns {Hunk}
 */
function slid(hunk, old, now, before, after) {
  const inserts = hunk.start === hunk.end;
  if (!inserts && hunk.newStart !== hunk.newEnd) {
    return hunk;
  }
  const passage = inserts ? now : old;
  const [first, last] = inserts ? [hunk.newStart, hunk.newEnd] : [hunk.start, hunk.end];
  const least = before === undefined ? 0 : (inserts ? before.newEnd : before.end) + 1;
  const most = after === undefined ? passage.length : (inserts ? after.newStart : after.start) - 1;
  const shifts = [0];
  let shift = 0;
  while (first + shift > least && passage[first + shift - 1] === passage[last + shift - 1]) {
    shift -= 1;
    shifts.push(shift);
  }
  shift = 0;
  while (last + shift < most && passage[first + shift] === passage[last + shift]) {
    shift += 1;
    shifts.push(shift);
  }
  const worth = (/** @type {number} */ by) => cut(passage, first + by) + cut(passage, last + by);
  const best = shifts.reduce((one, other) =>
    worth(other) > worth(one) || (worth(other) === worth(one) && other > one) ? other : one,
  );
  return {
    start: hunk.start + best,
    end: hunk.end + best,
    newStart: hunk.newStart + best,
    newEnd: hunk.newEnd + best,
  };
}

/** @param {string[]} passage @param {number} at @returns {number} how good a place it is to cut a text */
function cut(passage, at) {
  if (at === 0 || at === passage.length) {
    return 3;
  }
  if (isSpace(passage[at - 1])) {
    return 2;
  }
  return isWord(passage[at]) && isWord(passage[at - 1]) ? 0 : 1;
}
