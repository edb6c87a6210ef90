/**
 * A pad to draw a signature on, with a finger, a pen or a mouse. Signing never depends on it.
 *
 * What was drawn are lines, never a picture: browsers that guard against being recognised give random points out of a
 * canvas, or refuse it; and nobody can know where a picture comes from.
 */

import { HEIGHT, MAX_STROKES, WIDTH, pathOf, readDrawn } from "./drawn.js";
import { curveOf, written } from "./pen.js";

/** @typedef {import("./drawn.js").Stroke} Stroke */

/** Points of all lines together: a minute of drawing, and half a second of work for a telephone. */
const MAX_SEEN = 8000;
/** How far the pointer goes before it is seen again, in units: less is the hand's trembling, and the screen's. */
const STEP = 4;
const SVG = "http://www.w3.org/2000/svg";

/** Lines drawn on an SVG. */
export class Pad {
  /**
   * @param {SVGSVGElement} place with the sheet as its view box
   * @param {() => void} changed is called when something was drawn, or wiped away
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    /** @type {Stroke[]} */
    this.lines = [];
    /** @type {number | null} */
    this.pointer = null;
    place.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    place.addEventListener("pointerdown", (event) => this.begin(event));
    place.addEventListener("pointermove", (event) => this.go(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      place.addEventListener(end, (event) => this.end(event));
    }
  }

  /** Whether nothing is drawn. */
  get isEmpty() {
    return this.lines.length === 0;
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.pointer !== null || (event.pointerType === "mouse" && event.button !== 0) || !this.hasRoom) {
      return;
    }
    event.preventDefault();
    this.pointer = event.pointerId;
    this.place.setPointerCapture(event.pointerId);
    this.lines.push([]);
    this.place.append(document.createElementNS(SVG, "path"));
    this.add(event);
    this.show();
  }

  /** Whether one more line may be drawn. */
  get hasRoom() {
    return this.lines.length < MAX_STROKES && this.seen < MAX_SEEN;
  }

  /** How many points were seen. */
  get seen() {
    return this.lines.reduce((sum, line) => sum + line.length, 0);
  }

  /** @param {PointerEvent} event */
  go(event) {
    if (event.pointerId !== this.pointer) {
      return;
    }
    event.preventDefault();
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length > 0 ? passed : [event]) {
      this.add(each);
    }
    this.show();
  }

  /** @param {PointerEvent} event */
  add(event) {
    const matrix = this.place.getScreenCTM();
    if (matrix === null || matrix.a === 0) {
      return;
    }
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const x = Math.max(0, Math.min(WIDTH, at.x));
    const y = Math.max(0, Math.min(HEIGHT, at.y));
    const line = this.lines[this.lines.length - 1];
    const last = line[line.length - 1];
    if (last === undefined || (this.seen < MAX_SEEN && Math.hypot(x - last[0], y - last[1]) >= STEP)) {
      line.push([x, y]);
    }
  }

  /** Show the last line, which is still being drawn. */
  show() {
    const line = this.lines[this.lines.length - 1];
    if (line.length > 0) {
      this.place.lastElementChild?.setAttribute("d", curveOf(line));
    }
  }

  /** Lift the pen. @param {PointerEvent} event */
  end(event) {
    if (event.pointerId !== this.pointer) {
      return;
    }
    this.pointer = null;
    if (this.lines[this.lines.length - 1].length === 0) {
      this.lines.pop();
      this.place.lastElementChild?.remove();
    }
    this.agree();
    this.changed();
  }

  /** Show exactly what will be sent. */
  agree() {
    const data = this.picture();
    const strokes = data === null ? [] : readDrawn(data);
    this.place.querySelectorAll("path").forEach((path, at) => path.setAttribute("d", pathOf(strokes[at])));
  }

  /** Wipe everything away. */
  clear() {
    this.lines = [];
    this.pointer = null;
    this.place.querySelectorAll("path").forEach((path) => path.remove());
    this.changed();
  }

  /** @returns {Uint8Array | null} the drawing (SVG), or null when nothing is drawn */
  picture() {
    return this.isEmpty ? null : written(this.lines);
  }
}
